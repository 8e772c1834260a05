"""How fast enclosures are: 10⁴ cells of Nielsen's function, of its slope, and of other formulas.

Run by `pytest tests/benchmarks/bench_enclose.py -n0 -s`; the aim for the first is 0.05 s.
"""

import sys
import time

import numpy as np
import pytest

from uat.enclosure.enclose import enclose
from uat.expression.graph import Expression
from uat.expression.parse import parse

CELLS = 10_000
NIELSEN = parse("0.2 + 0.4*x**2 + 0.3*x*sin(15*x) + 0.05*cos(50*x)")

FORMULAS = {
    "Nielsen": NIELSEN,
    "its slope": NIELSEN.derivative(),
    "Runge": parse("1/(1 + 25*x**2)"),
    "root": parse("sqrt(abs(x - 0.5))"),
    "chirp": parse("x*sin(1/x)"),
    "logistic": parse("1/(1 + exp(-20*x))"),
    "choice": parse("where(x < 0.5, x**3, min(sin(x), 1/x))"),
}


def seconds(e: Expression) -> float:
    """The shortest of some runs."""
    edges = np.linspace(0.0, 1.0, CELLS + 1)
    times = []
    for _ in range(7):
        start = time.perf_counter()
        enclose(e, edges[:-1, None], edges[1:, None])
        times.append(time.perf_counter() - start)
    return min(times)


@pytest.mark.parametrize("name", FORMULAS)
def test_ten_thousand_cells_take_a_moment(name: str) -> None:
    taken = seconds(FORMULAS[name])
    sys.stdout.write(f"\n{name}: {taken:.4f} s for {CELLS:,} cells")
    assert taken < 0.5
