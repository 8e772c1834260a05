"""Certificates: what they may hold, and that what they print is proved too."""

import copy
import json
import math
import pickle
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import uat
from uat import Certificate, FileProblem, InputError, Network, Target
from uat.core.certificate import Evidence, rounded_up

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
    assert str(KNOWN) == (
        "sup|f − g| ≤ 0.09 + 1.1e-15 (rounding), a priori\n|f − g| ≥ 0.08 at x = 1"
    )
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


@pytest.mark.parametrize("value", [0.1, 0.3, 2 / 3, 1e-15, 1e300, 0.0999995, 1.0])
def test_a_printed_bound_is_no_less_than_the_double(value: float) -> None:
    for digits in (2, 4, 6):
        printed = Fraction(rounded_up(value, digits))
        assert value <= printed <= Fraction(value) * (1 + Fraction(11, 10**digits))


def test_the_printed_witness_is_the_witness() -> None:
    step = uat.Network.from_units([1.0], [1e18], [-1e18 / 3], uat.logistic)
    certificate = uat.certify("x", step, (0, 1))
    at = float(str(certificate).split("x = ")[1])
    assert abs(at - step.as_function()(at)) >= certificate.lower * (1 - 1e-9)
    assert (at,) == certificate.witness


def test_an_approximation_in_one_line_never_promises_more_than_was_proved() -> None:
    g = uat.approximate("x", (0, 1), 0.05)
    assert g.certificate is not None
    assert Fraction(repr(g).split("≤ ")[1][:-1]) >= g.certificate.bound
    assert Fraction(g.tried[0][1].split("proved ")[1]) >= g.certificate.bound


def test_it_is_a_value() -> None:
    same = Certificate(0.09, 0.08, (1.0,), 1e-15, "a priori")
    assert same == KNOWN
    assert hash(same) == hash(KNOWN)
    assert pickle.loads(pickle.dumps(KNOWN)) == KNOWN == copy.deepcopy(KNOWN)
    with pytest.raises(AttributeError):
        KNOWN.upper = 0.0  # type: ignore[misc]


RECTANGLE = Network.from_units([1.0, -1.0], [50.0, 50.0], [-10.0, -40.0], uat.logistic)


def about(cells: list[tuple[float, float]], target: Target, network: Network) -> Certificate:
    lower, upper = np.array(cells).T[:, :, None]
    evidence = Evidence(lower, upper, np.full(len(cells), 0.5), target, network)
    return Certificate(0.5, 0.0, (0.25,), 0.1, "cells", ("trust",), evidence)


def written(certificate: Certificate, folder: Path) -> dict[str, Any]:
    certificate.save(folder / "certificate.json")
    words: dict[str, Any] = json.loads((folder / "certificate.json").read_text("utf-8"))
    return words


def floats(texts: Any) -> Any:
    return float.fromhex(texts) if isinstance(texts, str) else [floats(text) for text in texts]


def test_a_file_loses_no_bit_of_what_is_proved(tmp_path: Path) -> None:
    target = Target("0.1 * x", (0, 1 / 3), name="a tenth of x")
    words = written(about([(0.0, 0.1), (0.1, 1 / 3)], target, RECTANGLE), tmp_path)
    assert floats(words["domain"]) == [[0.0, 1 / 3]]
    assert [floats(row) for row in words["cells"]] == [[[0.0], [0.1], 0.5], [[0.1], [1 / 3], 0.5]]
    assert [floats(words[name]) for name in ("upper", "lower", "rounding")] == [0.5, 0.0, 0.1]
    assert floats(words["witness"]) == [0.25]
    assert words["format"] == "uat certificate 1"
    assert (words["method"], words["assumptions"]) == ("cells", ["trust"])
    assert words["target"]["name"] == "a tenth of x"
    rows = [(name, places, floats(own)) for name, places, own in words["target"]["expression"]]
    assert target.expression is not None
    assert rows == target.expression.to_table()
    for layer, kept in zip(RECTANGLE.layers, words["network"]["layers"], strict=True):
        assert (floats(kept["weight"]), floats(kept["bias"])) == (
            layer.weight.tolist(),
            layer.bias.tolist(),
        )


def test_cells_that_overlap_are_written_from_end_to_end(tmp_path: Path) -> None:
    target = Target("x", (0, 1))
    cells = [(0.5, 1.0), (0.0, 0.6), (0.2, 0.5), (0.55, 0.7)]
    rows = written(about(cells, target, RECTANGLE), tmp_path)["cells"]
    assert [(*floats(low), *floats(high)) for low, high, _ in rows] == [(0.0, 0.6), (0.6, 1.0)]


def test_a_function_without_formula_is_kept_by_its_name(tmp_path: Path) -> None:
    target = Target(np.abs, (0, 1), 1.0, name="opaque", traced=False)
    words = written(about([(0.0, 1.0)], target, RECTANGLE), tmp_path)
    assert words["target"] == {"name": "opaque", "expression": None}


def test_what_a_file_cannot_hold_is_refused_and_leaves_none(tmp_path: Path) -> None:
    path = tmp_path / "certificate.json"
    with pytest.raises(InputError, match="without the cells of its proof"):
        KNOWN.save(path)
    with pytest.raises(InputError, match=r"'c\.npz' given as a path; .*\.json \(the certificate\)"):
        KNOWN.save("c.npz")
    opaque = uat.sigmoidal(
        lambda u: np.array([1.0 if v > 0 else 0.0 for v in np.ravel(u)]).reshape(np.shape(u)),
        tail=lambda s: 0.0,
    )
    network = Network.from_units([1.0], [1.0], [0.0], opaque)
    with pytest.raises(InputError, match="has no formula"):
        about([(0.0, 1.0)], Target("x", (0, 1)), network).save(path)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(FileProblem, match="cannot be written"):
        about([(0.0, 1.0)], Target("x", (0, 1)), RECTANGLE).save(tmp_path / "no" / "folder.json")


def test_the_cells_of_a_staircase_cover_its_domain_from_end_to_end() -> None:
    g = uat.approximate("x**2 + sin(x)", (-1, np.pi), eps=0.1, method="staircase")
    assert g.certificate is not None
    evidence = g.certificate.evidence
    assert evidence is not None
    assert evidence.lower[0, 0] == -1
    assert evidence.upper[-1, 0] == np.pi
    assert (evidence.lower[1:] == evidence.upper[:-1]).all()
    assert evidence.bounds.max() == g.certificate.upper
    assert (evidence.target, evidence.network) == (g.target, g.network)
