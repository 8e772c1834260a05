"""Functions that bend along whole hyperplanes: read exactly, and others refused with the reason."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import uat
from uat.construct.polygon.creases import Crease, read_creases

BOX = [(-1, 1), (-1, 1)]


def read(f: Any, domain: Any = BOX) -> Any:
    return read_creases(uat.Target(f, domain))


@pytest.mark.parametrize(
    ("f", "creases"),
    [
        ("abs(x - y)", {((1, -1), 0): 1}),
        ("abs(3*y - 6*x - 1)/3", {((2, -1), Fraction(-1, 3)): 1}),
        ("max(x, y)", {((1, -1), 0): Fraction(1, 2)}),
        ("max(x, y) + min(x, y)", {}),
        ("where(x < y, y, x)", {((1, -1), 0): Fraction(1, 2)}),
        ("clip(x + y, -0.5, 0.5)", {((1, 1), Fraction(s, 2)): Fraction(-s, 2) for s in (-1, 1)}),
        ("abs(abs(x) - 2) + abs(y + 5)", {((1, 0), 0): -1}),
        (lambda x, y: np.interp(x, [0, 0.5], [0, 2]) - y, {((1, 0), 0): 2, ((1, 0), 0.5): -2}),
    ],
)
def test_what_bends_along_whole_lines_is_read_exactly(f: Any, creases: Any) -> None:
    assert read(f).bends == {Crease(*crease): bend for crease, bend in creases.items()}


@pytest.mark.parametrize(
    "f", ["x*y", "sin(x) + y", "abs(x)*abs(y)", "where(x < y, x, y + 1)", "pi*x + y", "sign(x) + y"]
)
def test_what_is_no_such_function_is_not_read(f: Any) -> None:
    assert read(f) is None


@pytest.mark.parametrize(
    ("f", "part"),
    [("max(x, y, 0)", "f"), ("abs(abs(x) + y)", "f"), ("2*min(x, max(y, 0.3))", "a part of f")],
)
def test_a_crease_that_ends_is_told(f: Any, part: Any) -> None:
    with pytest.raises(uat.CannotProve, match=rf"the creases of {part} end inside the box, as the"):
        read(f)


def test_a_crease_outside_the_box_does_not_count() -> None:
    assert read("max(x, y, 0)", [(0.5, 1), (0, 1)]).bends == {
        Crease((1, -1), Fraction(0)): Fraction(1, 2)
    }


def test_lines_that_cross_at_a_corner_of_a_maximum_are_not_told_to_end() -> None:
    # max(|x|, |y|) is (|x + y| + |x − y|)/2, so nothing false may be said of it
    assert read("max(abs(x), abs(y))") is None
