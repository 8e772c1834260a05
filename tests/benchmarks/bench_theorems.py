"""Digits, shifts and draws of the other theorems: tables, and limits that must hold.

Run by `pytest tests/benchmarks/bench_theorems.py -n0 -s`.
"""

import sys
import time

import numpy as np

from uat import examples
from uat.construct.other_theorems import barron, guliyev_ismailov, leshno
from uat.core.target import Target
from uat.lecture.figures.theorems import waves


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def test_digits_of_leshnos_units() -> None:
    _say(
        f"\n{'f':10} {'degree':>6} {'eps':>8} {'digits':>6} {'proved':>9} {'float64':>9} {'CPU s':>6}"
    )
    x = np.linspace(-1, 1, 2001)
    for formula, degree, eps, digits in (
        ("exp(x)", 6, 5e-6, 18),
        ("sin(3*x)", 9, 1e-5, 23),
        ("exp(x)", 10, 6e-11, 36),
    ):
        target, start = Target(formula, (-1, 1)), time.process_time()
        long, certificate = leshno.build(target, degree, eps)
        spent = time.process_time() - start
        floats = np.abs(target(x) - long.in_float64().as_function()(x)).max()
        _say(
            f"{formula:10} {degree:6} {eps:8.0e} {long.digits:6} {certificate.upper:9.2e} "
            f"{floats:9.1e} {spent:6.2f}"
        )
        assert certificate.upper < eps
        assert long.digits <= digits
        assert floats > eps


def test_bits_of_the_two_units() -> None:
    _say(f"\n{'eps':>8} {'bits':>5} {'proved':>9} {'CPU s':>6}")
    for eps, most in ((1e-2, 220), (4.3e-5, 682), (1e-8, 1100)):
        start = time.process_time()
        g, certificate = guliyev_ismailov.build(examples.nielsen, eps)
        spent, bits = time.process_time() - start, g.cells[0].bit_length()
        _say(f"{eps:8.1e} {bits:5} {certificate.upper:9.2e} {spent:6.2f}")
        assert certificate.upper < eps
        assert bits <= most


def test_draws_of_random_units_against_their_bound() -> None:
    _say(f"\n{'d':>3} {'n':>5} {'mean error²':>12} {'bound':>9} {'of 20 draws below':>18}")
    for d in (1, 3, 10):
        f, box = waves(d), [(-1.0, 1.0)] * d
        for steps in (10, 1000):
            draws = [barron.build(f, box, steps, rng=k) for k in range(20)]
            errors = [barron.mean_squared_error(f, g, box, 4096, rng=0) for g, _ in draws]
            bound = draws[0][1]
            below = sum(error <= bound for error in errors)
            _say(f"{d:3} {steps:5} {np.mean(errors):12.2e} {bound:9.1e} {below:18}")
            assert np.mean(errors) <= bound
