"""Sums of functions of one linear form: what is built for them is within ε, and proved so."""

import json
from collections.abc import Callable
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

import uat
from uat import checker
from uat.core.activations import as_activation
from uat.theorem import along_forms
from uat.theorem.along_forms import build_along_forms

BUILT: dict[str, tuple[str, list[tuple[float, float]], float, str, int]] = {
    # f, box, ε, σ, and the most units
    "a product": ("x*y", [(-1, 1)] * 2, 1e-2, "relu", 21),
    "of ramps": ("sin(x + 2*y) + x", [(0, 1)] * 2, 1e-2, "ramp", 9),
    "of kinks": ("sin(x + y) + cos(x - 2*y) - 1", [(-1, 1)] * 2, 1e-2, "absolute", 30),
    "slopes of both signs": ("exp(x - y)/3 - y", [(0, 2), (-1, 0)], 1e-2, "leaky_relu(-0.5)", 12),
    "three factors": ("x*y*z", [(-1, 1)] * 3, 1e-1, "relu", 20),
    "squares": ("(x*y)**2", [(0, 1)] * 2, 1e-1, "relu", 30),
    "many coordinates": ("x1*x2 + x3*x4", [(-1, 1)] * 4, 1e-1, "relu", 17),
    "thirds": ("(x/3 + y/7)**2 - x*(y + 1)", [(-1, 2), (0, 3)], 0.1, "relu", 30),
    "constants of any kind": ("pi*x*y + exp(1) - sqrt(2)*x*x", [(0, 1)] * 2, 0.1, "relu", 12),
    "weights of many digits": ("(0.1*x + y)*(x - 0.3*y)", [(-1, 1)] * 2, 0.1, "relu", 12),
    "factors of unlike sizes": ("1000*x*y", [(-1, 1)] * 2, 10.0, "relu", 21),
    "far away": ("x*y", [(1e6, 1e6 + 1), (-1, 1)], 1.0, "relu", 30),
    "creases beside": ("max(x, y) + sin(y + z) - abs(x - y/3)", [(-1, 1)] * 3, 1e-2, "relu", 14),
    "a crease and a sine of one form": (
        "sin(x - 2*y) + max(x, 2*y)",
        [(0, 1)] * 2,
        1e-2,
        "ramp",
        12,
    ),
    "creases alone": ("max(x, y) + abs(x - 2*y)", [(-1, 1)] * 2, 1e-12, "relu", 4),
    "six coordinates": ("x1*x6 + sin(x2 - x5)", [(-1, 1)] * 6, 0.1, "relu", 12),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", BUILT)
def test_nothing_found_by_ascents_is_past_the_bound_and_the_checker_confirms_it(
    name: str, tmp_path: Path
) -> None:
    f, box, eps, sigma, most = BUILT[name]
    target = uat.Target(f, box)
    network, proof = build_along_forms(target, eps, as_activation(sigma))
    assert network.units <= most
    assert proof.lower <= proof.upper
    assert proof.bound < eps
    assert network.activation.name == sigma
    low, high = np.array(box, dtype=float).T

    def gap(x: Any) -> Any:
        x = np.clip(x, low, high)
        return -np.abs(target(*np.atleast_2d(x).T) - network(np.atleast_2d(x))[:, 0])

    def lowest(x: Any) -> float:
        return float(gap(x)[0])

    points = np.random.default_rng(0).uniform(low, high, (20_000, len(box)))
    gaps, how = gap(points), cast(Any, {"method": "Nelder-Mead"})
    best = -gaps.min()
    for start in points[np.argsort(gaps)[:5]]:
        found = minimize(lowest, start, **how)
        best = max(best, -found.fun)
    assert best <= proof.bound
    assert best > 0.49 * eps or name == "creases alone"  # or fewer units would have done
    confirm(tmp_path, proof)


def confirm(folder: Path, proof: uat.Certificate) -> None:
    assert proof.evidence is not None
    assert proof.evidence.doubt == ""
    proof.save(folder / "proof.json")
    checker.check(checker.read(folder / "proof.json"))


Words = dict[str, Any]


def less(words: Any, key: Any, factor: float) -> None:
    words[key] = (float.fromhex(words[key]) * factor).hex()


def less_in_all(words: Words) -> None:
    less(words, "upper", 1 - 1e-4)
    less(words["cells"][0], 2, 1 - 1e-4)


def less_along_all_forms(words: Words) -> None:
    less_in_all(words)
    for row in words["along"]:
        less(row, -1, 1 - 1e-4)


WRONG: dict[str, Callable[[Words], object]] = {
    "the bound": less_in_all,
    "a bound along a form": lambda w: less(w["along"][1], -1, 1 - 1e-4),
    "all bounds": less_along_all_forms,
    "an output weight": lambda w: less(w["network"]["layers"][1]["weight"][0], 0, 1 + 1e-3),
    "a slope": lambda w: less(w["network"]["layers"][0]["weight"][0], 0, 1 + 1e-3),
    "a bias": lambda w: less(w["network"]["layers"][0]["bias"], 3, 1 + 1e-2),
    "a form": lambda w: less(w["along"][0], 0, 1.5),
    "a form that is left out": lambda w: w["along"].pop(),
    "a form that stands twice": lambda w: w["along"].append(w["along"][0]),
    "a straight part": lambda w: less(w["along"][0], -2, 1.01),
    "another f": lambda w: w["target"]["expression"].append(["negative", [6], []]),
}


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> Words:
    path = tmp_path_factory.mktemp("honest") / "proof.json"
    target = uat.Target("x1*x2 + x3*x4", [(-1, 1), (0, 1)] * 2)
    build_along_forms(target, 0.1, uat.relu)[1].save(path)
    checker.check(checker.read(path))
    words: Words = json.loads(path.read_text("utf-8"))
    return words


@pytest.mark.parametrize("fault", WRONG)
def test_a_file_with_a_fault_is_refused(
    fault: str, tmp_path: Path, honest: Words, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checker, "MOST_WORK", 1000)
    words = json.loads(json.dumps(honest))
    WRONG[fault](words)
    path = tmp_path / "proof.json"
    path.write_text(json.dumps(words), "utf-8")
    with pytest.raises(checker.Refused):
        checker.check(checker.read(path))


def test_what_is_said_along_forms_is_read_again(tmp_path: Path) -> None:
    proof = build_along_forms(uat.Target("x*y", [(-1, 1)] * 2), 1e-1, uat.relu)[1]
    proof.save(tmp_path / "proof.json")
    again = cast(uat.Certificate, uat.load(tmp_path / "proof.json"))
    assert proof.evidence is not None
    assert again.evidence is not None
    np.testing.assert_array_equal(again.evidence.along, proof.evidence.along)
    words = json.loads((tmp_path / "proof.json").read_text("utf-8"))
    words["along"][0].pop()
    (tmp_path / "short.json").write_text(json.dumps(words), "utf-8")
    with pytest.raises(checker.Unreadable, match="a form that does not fit the box"):
        checker.read(tmp_path / "short.json")
    with pytest.raises(uat.FileProblem):
        uat.load(tmp_path / "short.json")


@pytest.mark.slow
@given(data=st.data())
@settings(max_examples=50)
def test_the_parts_along_the_forms_make_f(data: st.DataObject) -> None:
    d = data.draw(st.integers(2, 4))
    small = st.integers(-3, 3)
    names = [f"x{i + 1}" for i in range(d)]
    total, terms = "0", data.draw(st.integers(1, 3))
    for _ in range(terms):
        count = data.draw(st.integers(1, 4))
        forms = [
            " + ".join(f"{data.draw(small)}*{name}" for name in names) + f" + {data.draw(small)}"
            for _ in range(count)
        ]
        total += f" {data.draw(st.sampled_from('+-'))} {data.draw(small)}/4*" + "*".join(
            f"({form})" for form in forms
        )
    target = uat.Target(total, [(-1, 1)] * d)
    folded, parts = along_forms._split(target)
    assert len({part.direction for part in parts}) == len(parts)
    for x in product((-1.0, 0.25, 1.0), repeat=d):
        exact = list(map(Fraction, x))
        sizes, value = [1.0], float(folded.at(tuple(exact)))
        for part in parts:
            u = sum((w * v for w, v in zip(part.direction, exact, strict=True)), Fraction(0))
            ((low, high),) = part.line.domain
            assert low <= u <= high
            sizes.append(abs(part.line(float(u))))
            value += part.line(float(u))
        assert value == pytest.approx(target(*x), abs=1e-12 * sum(sizes))


@pytest.mark.slow
def test_auto_takes_it_for_units_with_kinks_and_proves_all_outputs() -> None:
    g = uat.approximate(["x*y", "x*y + x", "sin(x - y)"], [(-1, 1)] * 2, 5e-2, "relu")
    assert (g.method, g.fewest) == ("polygon", None)
    assert g.units < 25
    assert all(proof.bound < 5e-2 for proof in g.certificates)
    assert "one linear form each" in str(g)


@pytest.mark.slow
def test_few_pieces_in_all_take_unequal_parts_of_the_error() -> None:
    alone = [
        build_along_forms(uat.Target(f, [(-1, 1)] * 2), 5e-3, uat.relu)[0].units
        for f in ("exp(4*x)", "sin(y)/8")
    ]
    target = uat.Target("exp(4*x) + sin(y)/8", [(-1, 1)] * 2)
    assert build_along_forms(target, 1e-2, uat.relu)[0].units < sum(alone) - 10


@pytest.mark.parametrize("f", ["x*y*exp(x)", "x*y*x*y*x", "max(x, y, 0)", "sqrt(x + y**2)"])
def test_what_is_no_such_sum_is_refused(f: str) -> None:
    box = [(-1, 1)] * 2 if f.startswith("max") else [(0.5, 1), (0, 1)]
    reason = "(creases of f end|sum of functions of one linear form)"
    with pytest.raises(uat.CannotProve, match=reason):
        uat.approximate(f, box, 0.1, "relu", method="polygon")
    with pytest.raises(uat.CannotProve, match=f"polygon: .*{reason}"):
        uat.approximate(f, box, 1e-6, "relu")


def test_too_many_units_are_refused_and_a_smooth_activation_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    target = uat.Target("x*y", [(-1, 1)] * 2)
    monkeypatch.setattr(along_forms, "_MOST", 20)
    with pytest.raises(uat.CannotProve, match="more than 20 units"):
        uat.approximate(target, None, 1e-2, "relu", method="polygon")
    with pytest.raises(uat.InputError, match="polygon needs a continuous, piecewise linear σ"):
        uat.approximate(target, None, 0.1, "tanh", method="polygon")


@pytest.mark.slow
def test_a_product_of_the_least_numbers_needs_no_more_than_one_unit() -> None:
    network, proof = build_along_forms(uat.Target("1e-320*x*y", [(0, 1)] * 2), 1e-2, uat.relu)
    assert (network.units, proof.bound < 1e-2) == (1, True)


@pytest.mark.slow
def test_polygons_that_are_not_proved_within_eps_are_no_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(along_forms, "_GOAL", 1.2)
    with pytest.raises(uat.CannotProve, match=r"proved within 0\.0\d+, .* not within 0\.01"):
        build_along_forms(uat.Target("x*y", [(-1, 1)] * 2), 1e-2, uat.relu)


@pytest.mark.slow
def test_a_wrong_sum_is_not_certified(monkeypatch: pytest.MonkeyPatch) -> None:
    right = along_forms._as_folds
    monkeypatch.setattr(along_forms, "_as_folds", lambda *given: right(*given) * 2)
    with pytest.raises(uat.UatError, match="a fault of this package"):
        build_along_forms(uat.Target("x*y*z", [(-1, 1)] * 3), 1e-1, uat.relu)
