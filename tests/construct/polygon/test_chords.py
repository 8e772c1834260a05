"""f between its chords: within the bounds at every point, also after further cuts."""

from typing import Any

import numpy as np
import pytest
from mpmath import mp  # type: ignore[import-untyped]

import uat
from uat.construct.polygon.chords import chords_of

CASES = [
    ("sin(x)", mp.sin, (0, 6)),
    ("sqrt(x)", mp.sqrt, (0, 1)),
    ("exp(x) - x**3", lambda x: mp.exp(x) - x**3, (-1, 2)),
    ("abs(x - 0.3)", lambda x: abs(x - mp.mpf(0.3)), (0, 1)),
]


@pytest.mark.parametrize(("formula", "f", "domain"), CASES)
@pytest.mark.parametrize("near", [1e-2, 1e-5])
def test_f_strays_from_its_chords_no_further_than_is_said(
    formula: Any, f: Any, domain: Any, near: Any
) -> None:
    rng = np.random.default_rng(0)
    chords = chords_of(uat.Target(formula, domain), near)
    assert max(chords.above.max(), chords.below.max()) <= near
    chords = chords.cut_at(rng.uniform(domain[0], domain[1], 20))
    cells = rng.integers(0, len(chords.above), 60)
    with mp.workdps(30):
        for i, share in zip(cells, rng.uniform(0, 1, 60), strict=True):
            p, q = map(mp.mpf, (float(chords.x[i]), float(chords.x[i + 1])))
            assert chords.low[i] <= f(p) <= chords.high[i]
            x = p + (q - p) * mp.mpf(share)
            gap = f(x) - (f(p) + (f(q) - f(p)) * (x - p) / (q - p))
            assert -chords.below[i] - 1e-28 <= gap <= chords.above[i] + 1e-28
