"""Certificates: what they may hold, and that what they print is proved too."""

import copy
import math
import pickle
from fractions import Fraction

import numpy as np
import pytest

from uat import Certificate, InputError

KNOWN = Certificate(0.09, 0.08, (1.0,), 1e-15, "a priori")


def test_what_holds_of_every_evaluation_is_the_bound_and_the_rounding_rounded_up() -> None:
    certificate = Certificate(0.1, 0.0, (0.0,), 1e-17, "cells")
    assert Fraction(certificate.bound) > Fraction(0.1) + Fraction(1e-17)
    assert Certificate(0.1, 0.0, (0.0,), 0.0, "cells").bound == 0.1


def test_it_holds_plain_floats_whatever_it_was_given() -> None:
    certificate = Certificate(
        np.float64(1.0),
        0,
        tuple(np.zeros(2)),
        np.float32(0.5),  # type: ignore[arg-type]
        "cells",
    )
    numbers = (certificate.upper, certificate.lower, certificate.rounding, *certificate.witness)
    assert all(type(v) is float for v in numbers)


@pytest.mark.parametrize(
    ("upper", "lower", "rounding"),
    [
        (math.nan, 0.0, 0.0),
        (1.0, math.nan, 0.0),
        (1.0, 0.0, math.nan),
        (1.0, 1.1, 0.0),
        (1.0, -0.1, 0.0),
        (1.0, 0.0, -1e-300),
    ],
)
def test_numbers_that_are_no_bounds_are_refused(
    upper: float, lower: float, rounding: float
) -> None:
    with pytest.raises(InputError, match="0 ≤ lower ≤ upper and rounding ≥ 0 are needed"):
        Certificate(upper, lower, (0.0,), rounding, "cells")


def test_a_witness_is_a_point() -> None:
    with pytest.raises(InputError, match="finite coordinates"):
        Certificate(1.0, 0.0, (math.nan,), 0.0, "cells")


def test_it_says_what_was_proved_seen_and_taken_on_trust() -> None:
    assert str(KNOWN) == ("sup|f − g| ≤ 0.09 + 1e-15 (rounding), a priori\n|f − g| ≥ 0.08 at x = 1")
    trusting = Certificate(1.0, 0.5, (0.0, 1.0), 0.0, "cells", ("a modulus", "a tail"))
    assert str(trusting).splitlines()[1:] == [
        "|f − g| ≥ 0.5 at (0, 1)",
        "on trust: a modulus",
        "on trust: a tail",
    ]


def test_printed_digits_never_promise_more_than_was_proved() -> None:
    text = str(Certificate(0.12345678, 0.12345611, (0.0,), 1.01e-9, "cells"))
    assert "≤ 0.123457 + 1.1e-09" in text
    assert "≥ 0.123456 at" in text


def test_it_is_a_value() -> None:
    same = Certificate(0.09, 0.08, (1.0,), 1e-15, "a priori")
    assert same == KNOWN
    assert hash(same) == hash(KNOWN)
    assert pickle.loads(pickle.dumps(KNOWN)) == KNOWN == copy.deepcopy(KNOWN)
    with pytest.raises(AttributeError):
        KNOWN.upper = 0.0  # type: ignore[misc]
