"""The independent checker: it confirms what is true, and says where a file is wrong."""

import ast
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flint import arb, ctx

import uat
from uat import checker
from uat.core.activations import NAMED
from uat.expression.operations import OPERATIONS
from uat.expression.parse import parse

Words = dict[str, Any]

SOURCE = Path(checker.__file__)
SWING = uat.sigmoidal(lambda u: 1 / (1 + np.exp(-u)) + np.sin(u) / (1 + u**2), name="swing")
LEAKY = uat.sigmoidal(lambda u: np.clip(u, -1, 1) / 2 + 0.5, name="slanted")
TARGETS = {
    "slides": ("x**2 + sin(x)", (-1, 3.14)),
    "kink": ("abs(x - 0.3) + 0.2", (0, 1)),
    "root": ("sqrt(abs(x - 0.4))", (0, 1)),
    "chirp": ("where(x == 0, 0, x * sin(1/x))", (-0.2, 0.3)),
    "power": ("x**1.5 - 2**-x", (0, 1)),
    "far": ("sin(x) / x", (1000, 1001)),
}


def saved(folder: Path, certificate: Any) -> Path:
    path = folder / "certificate.json"
    certificate.save(path)
    return path


def confirm(path: Path) -> None:
    checker.check(checker.read(path))


def soft(f: Callable[[Any], Any], units: int, sigma: Any, slope: float) -> uat.Network:
    """Fit units that are soft, on [0, 1], by least squares."""
    place = np.linspace(-0.2, 1.2, units)
    x = (1 - np.cos(np.linspace(0, np.pi, 4 * units))) / 2
    values = sigma(slope * (x[:, None] - place))
    weights = np.linalg.lstsq(values, f(x), rcond=1e-14)[0]
    return uat.Network.from_units(weights, np.full(units, slope), -slope * place, sigma)


def deep(*widths: int, sigma: Any) -> uat.Network:
    rng = np.random.default_rng(1)
    return uat.Network(
        [
            uat.Affine(rng.normal(size=(m, n)) / np.sqrt(n), rng.normal(size=m) / 2)
            for n, m in pairwise(widths)
        ],
        sigma,
    )


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> Words:
    """The file of a staircase of 5 units and 9 cells, to be spoilt."""
    folder = tmp_path_factory.mktemp("honest")
    g = uat.approximate("x**2", (0, 1), eps=0.125, method="staircase")
    assert g.certificate is not None
    words: Words = json.loads(saved(folder, g.certificate).read_text("utf-8"))
    return words


def refusal(folder: Path, words: Words) -> str:
    path = folder / "spoilt.json"
    path.write_text(json.dumps(words), "utf-8")
    with pytest.raises(checker.Refused) as refused:
        confirm(path)
    return str(refused.value)


def copy(words: Words) -> Words:
    spoilt: Words = json.loads(json.dumps(words))
    return spoilt


def test_it_imports_nothing_of_the_package() -> None:
    tree = ast.walk(ast.parse(SOURCE.read_text("utf-8")))
    names = [
        alias.name if isinstance(node, ast.Import) else str(node.module)
        for node in tree
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    ]
    assert {name.split(".")[0] for name in names} <= {*sys.stdlib_module_names, "flint"}


@pytest.mark.slow
def test_it_runs_alone(tmp_path: Path, honest: Words) -> None:
    alone = shutil.copy(SOURCE, tmp_path / "checker.py")
    path = tmp_path / "certificate.json"
    path.write_text(json.dumps(honest), "utf-8")
    command = [sys.executable, "-I", str(alone), str(path)]
    ran = subprocess.run(command, check=False, capture_output=True, text=True, cwd=tmp_path)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.startswith("confirmed: |f − g| ≤ 0.12")


def test_it_knows_every_operation_that_a_formula_may_have() -> None:
    slopes = {"jump", "unknown", "interp_slope"}  # stand in derivatives alone
    assert {*OPERATIONS} - slopes <= {*checker.ARITY}
    assert all(checker.ARITY[name] == OPERATIONS[name].arity for name in {*OPERATIONS} - slopes)


STEPS = [*(s for s in NAMED.values() if s.limits is not None), uat.relu, SWING, LEAKY]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("target", "sigma"),
    [([*TARGETS][(i + j) % len(TARGETS)], s) for i, s in enumerate(STEPS) for j in (0, 3)],
    ids=lambda v: getattr(v, "name", v),
)
def test_every_staircase_is_confirmed(tmp_path: Path, target: str, sigma: uat.Activation) -> None:
    formula, domain = TARGETS[target]
    g = uat.approximate(formula, domain, eps=0.05, activation=sigma, method="staircase")
    confirm(saved(tmp_path, g.certificate))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["softplus", "gelu", "silu", "elu", "leaky_relu"])
def test_steps_of_two_units_are_confirmed(tmp_path: Path, name: str) -> None:
    g = uat.approximate("x**2", (-1, 1), eps=0.2, activation=name, method="staircase")
    confirm(saved(tmp_path, g.certificate))


@pytest.mark.parametrize("sigma", [uat.logistic, uat.tanh, uat.relu], ids=lambda s: s.name)
def test_rectangles_are_confirmed(tmp_path: Path, sigma: uat.Activation) -> None:
    g = uat.approximate("cos(3*x)", (0, 2), eps=0.05, activation=sigma, method="rectangles")
    confirm(saved(tmp_path, g.certificate))


@pytest.mark.slow
def test_a_thousand_units_take_seconds(tmp_path: Path) -> None:
    g = uat.approximate(uat.examples.nielsen, eps=1e-3, method="staircase")
    assert g.units > 900
    confirm(saved(tmp_path, g.certificate))


def test_a_piecewise_linear_table_is_confirmed(tmp_path: Path) -> None:
    g = uat.approximate(
        lambda x: np.interp(x, [0, 0.3, 0.7], [1, 0.2, 0.9]), (-1, 1), eps=0.02, method="staircase"
    )
    confirm(saved(tmp_path, g.certificate))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("sigma", "most"),
    [(uat.logistic, 1e-11), (uat.tanh, 1e-5), (uat.gauss_cdf, 1e-7), (uat.algebraic, 1e-4)],
    ids=lambda v: getattr(v, "name", v),
)
def test_soft_networks_are_confirmed_to_many_digits(
    tmp_path: Path, sigma: uat.Activation, most: float
) -> None:
    certificate = uat.certify(
        "exp(sin(4*x))", soft(lambda x: np.exp(np.sin(4 * x)), 40, sigma, 12.0), (0, 1)
    )
    assert certificate.upper < most
    confirm(saved(tmp_path, certificate))


@pytest.mark.slow
@pytest.mark.parametrize("sigma", [uat.tanh, uat.relu, SWING], ids=lambda s: s.name)
def test_networks_of_more_layers_are_confirmed(tmp_path: Path, sigma: uat.Activation) -> None:
    certificate = uat.certify("sin(3*x)", deep(1, 5, 5, 1, sigma=sigma), (-1, 1))
    confirm(saved(tmp_path, certificate))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("widths", "f", "sigma", "gap"),
    [
        ((2, 6, 6, 1), "sin(2*x)*exp(-y)", "relu", 0.05),
        ((2, 6, 5, 4, 1), "x*y + abs(x - y)", uat.leaky_relu(0.2), 0.05),
        ((3, 4, 4, 1), "x*y + abs(z)", "relu", 0.1),
        ((5, 5, 4, 1), "x1*x2 - x3 + max(x4, -1/2)", "relu", 0.03),
        ((4, 8, 1), "x1*x2 - x3*x4", "relu", 0.1),
    ],
)
def test_relu_networks_in_several_coordinates_take_few_steps_a_cell(
    tmp_path: Path,
    widths: tuple[int, ...],
    f: str,
    sigma: Any,
    gap: float,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    box = [(-1, 1)] * widths[0]
    certificate = uat.certify(f, deep(*widths, sigma=sigma), box, gap=gap, cells=200)
    path = saved(tmp_path, certificate)
    claim, looked, one = checker.read(path), list[Any](), checker.Proof.prove_part

    def counted(self: Any, *part: Any) -> Any:
        looked.append(part)
        return one(self, *part)

    monkeypatch.setattr(checker.Proof, "prove_part", counted)
    checker.check(claim)
    assert len(looked) < 3 * len(claim.cells)
    words = json.loads(path.read_text("utf-8"))
    less = (certificate.lower * (1 - 1e-9)).hex()
    words["cells"] = [[low, high, less] for low, high, _ in words["cells"]]
    assert "cell " in refusal(tmp_path, {**words, "lower": (0.0).hex()})


@pytest.mark.slow
def test_an_activation_for_each_layer_is_confirmed_and_no_other_order(tmp_path: Path) -> None:
    network = uat.Network(deep(1, 3, 3, 1, sigma=uat.tanh).layers, ("tanh", "relu"))
    path = saved(tmp_path, uat.certify("sin(x)", network, (-1, 1), cells=200))
    confirm(path)
    assert uat.load(path).evidence.network == network  # type: ignore[union-attr]
    words = json.loads(path.read_text("utf-8"))
    words["network"]["activation"].reverse()
    assert "is not proved to reach" in refusal(tmp_path, words)
    words["network"]["activation"].pop()
    path.write_text(json.dumps(words), "utf-8")
    with pytest.raises(checker.Unreadable, match="activations that do not fit the layers"):
        checker.read(path)


@pytest.mark.slow
def test_units_of_every_slope_are_confirmed(tmp_path: Path) -> None:
    slopes = [1e-3, 1.0, -7.0, 300.0, -1e6, 1e100]
    network = uat.Network.from_units(
        [1.0, -2.0, 0.5, 0.25, 1.0, -1.0], slopes, [0.1, 0.2, 3.0, -90.0, 2e5, -6e99], uat.logistic
    )
    confirm(saved(tmp_path, uat.certify("x", network, (0, 1))))


@pytest.mark.slow
def test_a_soft_network_in_two_dimensions_is_confirmed(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    slopes, biases = rng.normal(size=(12, 2)), rng.normal(size=12)
    x, y = rng.random((2, 400))
    values = uat.tanh(np.stack([x, y], 1) @ slopes.T + biases)
    weights = np.linalg.lstsq(values, np.exp(-x) * y, rcond=None)[0]
    network = uat.Network.from_units(weights, slopes, biases, uat.tanh)
    certificate = uat.certify("exp(-x) * y", network, [(0, 1), (0, 1)])
    assert certificate.upper < 0.03
    confirm(saved(tmp_path, certificate))


def test_progress_is_told_cell_by_cell(tmp_path: Path, honest: Words) -> None:
    path, heard = tmp_path / "certificate.json", []
    path.write_text(json.dumps(honest), "utf-8")
    checker.check(checker.read(path), lambda done, total: heard.append((done, total)))
    assert heard == [(i, 9) for i in range(1, 10)]


def test_cells_may_overlap_and_stand_in_any_order(tmp_path: Path, honest: Words) -> None:
    words = copy(honest)
    words["cells"] = [*words["cells"][::-1], words["cells"][4]]
    path = tmp_path / "certificate.json"
    path.write_text(json.dumps(words), "utf-8")
    confirm(path)


def test_the_settings_of_flint_are_left_as_they_were(tmp_path: Path, honest: Words) -> None:
    before = ctx.prec, ctx.cap
    refusal(tmp_path, {**honest, "upper": "0x1.0000000000000p-9"})
    path = tmp_path / "certificate.json"
    path.write_text(json.dumps(honest), "utf-8")
    confirm(path)
    assert (ctx.prec, ctx.cap) == before


def test_a_function_without_formula_cannot_be_checked(tmp_path: Path) -> None:
    g = uat.approximate(uat.examples.takagi, eps=0.1, method="staircase")
    with pytest.raises(checker.Refused, match="no formula in the file, only a modulus"):
        confirm(saved(tmp_path, g.certificate))


def lower_bound(words: Words) -> None:
    low, high, bound = words["cells"][2]
    words["cells"][2] = [low, high, (float.fromhex(bound) * 0.95).hex()]


def change_weight(words: Words) -> None:
    weights = words["network"]["layers"][1]["weight"][0]
    weights[2] = (float.fromhex(weights[2]) * 1.25).hex()


def move_break(words: Words) -> None:
    biases = words["network"]["layers"][0]["bias"]
    biases[1] = (float.fromhex(biases[1]) * 1.125).hex()


def change_slope(words: Words) -> None:
    slopes = words["network"]["layers"][0]["weight"]
    slopes[1] = [(float.fromhex(slopes[1][0]) * 1.125).hex()]


def drop_cell(words: Words) -> None:
    del words["cells"][3]


def end_early(words: Words) -> None:
    del words["cells"][-1]


def widen_box(words: Words) -> None:
    words["domain"][0][1] = (2.0).hex()


def claim_less(words: Words) -> None:
    words["upper"] = (float.fromhex(words["upper"]) / 2).hex()


def change_function(words: Words) -> None:
    words["target"]["expression"][-1][2] = [(4.0).hex()]


def change_sigma(words: Words) -> None:
    words["network"]["activation"]["expression"] = [
        ["coordinate", [], ["0x0.0p+0"]],
        ["arctan", [0], []],
    ]


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lower_bound, "cell 2, .* past its bound"),
        (change_weight, "cell 5, .* past its bound"),
        (move_break, "cell 4, .* past its bound"),
        (change_slope, "cell 2, .* past its bound"),
        (drop_cell, r"no cell covers .* from \(0\.\d+\) to \(0\.\d+\), beside cell 2"),
        (end_early, r"no cell covers .* to \(1\), beside cell 7"),
        (widen_box, r"no cell covers .* from \(1\) to \(2\), beside cell 8"),
        (claim_less, "cell 0 has the bound .* above the claim"),
        (change_function, "cell|witness|reach"),
        (change_sigma, "cell|reach"),
    ],
)
def test_a_planted_fault_is_refused_and_its_cell_named(
    tmp_path: Path, honest: Words, spoil: Callable[[Words], None], said: str
) -> None:
    words = copy(honest)
    spoil(words)
    message = refusal(tmp_path, words)
    assert re.search(said, message), message


def test_a_witness_must_reach_what_is_said_and_lie_in_the_box(
    tmp_path: Path, honest: Words
) -> None:
    assert "reach" in refusal(tmp_path, {**honest, "lower": honest["upper"]})
    assert "reach" in refusal(tmp_path, {**honest, "witness": [(2.0).hex()]})


@pytest.mark.parametrize("bound", [0.0, -0.125])
def test_no_bound_is_too_small_to_be_refused(
    tmp_path: Path, honest: Words, bound: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checker, "MOST_PARTS", 50)
    words = copy(honest)
    words["cells"][2][2] = bound.hex()
    assert "cell 2" in refusal(tmp_path, words)


def test_anything_to_the_power_of_nothing_is_one() -> None:
    for low, high in ((0, 0), (-1, 2), (3, 3)):
        found = checker.Interval(arb(low), arb(high)) ** 0.0
        assert (found.low, found.high) == (1, 1)


def test_a_hole_in_two_dimensions_is_found(tmp_path: Path) -> None:
    network = uat.Network.from_units([1.0], [[1.0, 1.0]], [0.0], uat.tanh)
    path = saved(tmp_path, uat.certify("tanh(x + y) + x/100", network, [(0, 1), (0, 1)]))
    words = json.loads(path.read_text("utf-8"))
    half, one, zero = "0x1.0000000000000p-1", "0x1.0000000000000p+0", "0x0.0p+0"
    corners = [([zero, zero], [half, one]), ([half, zero], [one, half]), ([half, half], [one, one])]
    words["cells"] = [[low, high, words["upper"]] for low, high in corners]
    path.write_text(json.dumps(words), "utf-8")
    confirm(path)
    words["cells"].pop()
    assert "from (0.5, 0.5) to (1, 1)" in refusal(tmp_path, words)


def replaced(old: str, new: str) -> Callable[[str], str]:
    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return change


DAMAGE: dict[str, tuple[Callable[[str], str], str]] = {
    "cut in half": (lambda text: text[: len(text) // 2], "it is no JSON, or was cut off: "),
    "empty": (lambda text: "", "damaged or no certificate: it is empty"),
    "a list": (lambda text: "[1, 2]", "it is JSON that does not say 'uat certificate 1'"),
    "an empty object": (lambda text: "{}", "it is JSON that does not say 'uat certificate 1'"),
    "deep": (lambda text: "[" * 100_000, "RecursionError"),
    "a huge number": (lambda text: "9" * 10_000, "damaged or no certificate"),
    "another version": (
        replaced("uat certificate 1", "uat certificate 2"),
        "does not say 'uat certificate 1', but 'uat certificate 2'",
    ),
    "an unknown operation": (replaced('"power"', '"system"'), "'system', is not known"),
    "a row that takes itself": (replaced('["power", [0]', '["power", [1]'), "does not fit"),
    "a row before the first": (replaced('["power", [0]', '["power", [-1]'), "does not fit"),
    "a row too many": (replaced('["power", [0]', '["power", [0, 0]'), "does not fit"),
    "a row that is true": (replaced('["power", [0]', '["power", [true]'), "does not fit"),
    "a name that is a list": (replaced('["power", [0]', '[["power"], [0]'), "TypeError"),
    "a coordinate too many": (
        replaced('"coordinate", [], ["0x0.0p+0"]', '"coordinate", [], ["0x1.0p+0"]'),
        "does not fit",
    ),
    "NaN": (replaced('"upper": "', '"upper": NaN, "then": "'), "damaged or no certificate"),
    "infinity": (replaced('"upper": "', '"upper": "inf", "then": "'), "no float in hexadecimal"),
    "past the floats": (
        replaced('"upper": "', '"upper": "0x1.0p+9999", "then": "'),
        "damaged or no certificate",
    ),
    "another digit one": (replaced('"upper": "0x1.', '"upper": "0x１.'), "no float in hexadecimal"),
    "a decimal number": (
        replaced('"upper": "', '"upper": "0.125", "then": "'),
        "no float in hexadecimal",
    ),
    "an empty cell": (replaced('"cells": [', '"cells": [[], '), "damaged or no certificate"),
    "no cells": (replaced('"cells": [', '"cells": [], "then": ['), "no cells"),
    "a point in the plane": (
        replaced('"witness": [', '"witness": ["0x0.0p+0", '),
        "different dimensions",
    ),
    "a bias too many": (replaced('"bias": [', '"bias": ["0x0.0p+0", '), "do not fit"),
    "no layers": (replaced('"layers"', '"layer"'), "'layers' is missing"),
    "a cell reversed": (
        replaced('"cells": [[["0x0.0p+0"]', '"cells": [[["0x1.0p+9"]'),
        "a cell with its ends reversed",
    ),
    "an empty σ": (
        replaced('"name": "logistic", "expression"', '"expression": [], "then"'),
        "without rows",
    ),
    "a σ of no list": (
        replaced('"name": "logistic", "expression"', '"expression": "", "then"'),
        "without rows",
    ),
    "an f of no list": (replaced('"expression": [', '"expression": {}, "then": ['), "without rows"),
    "no list of biases": (replaced('"bias": [', '"bias": "", "then": ['), "no list"),
    "rows taken by no list": (replaced('"coordinate", []', '"coordinate", ""'), "does not fit"),
    "a layer of no units": (
        replaced(
            '"layers": [',
            '"layers": [{"weight": [], "bias": []}, {"weight": [[]], "bias": ["0x0.0p+0"]}, ',
        ),
        "do not fit",
    ),
    "a bound below 0": (replaced('"rounding": "', '"rounding": "-'), "below 0"),
    "an empty box": (replaced('"domain": [["0x0.0p+0"', '"domain": [["0x1.0p+9"'), "an empty box"),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_or_hostile_file_is_one_clear_line(
    tmp_path: Path, honest: Words, damage: str
) -> None:
    spoil, said = DAMAGE[damage]
    path = tmp_path / "spoilt.json"
    path.write_text(spoil(json.dumps(honest)), "utf-8")
    with pytest.raises(checker.Unreadable) as refused:
        checker.read(path)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_what_is_no_readable_file_is_told(
    tmp_path: Path, honest: Words, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in (tmp_path, tmp_path / "none.json"):
        with pytest.raises(checker.Unreadable, match="cannot be read"):
            checker.read(path)
    path = tmp_path / "certificate.json"
    path.write_text(json.dumps(honest), "utf-8")
    monkeypatch.setattr(checker, "LARGEST", 100)
    with pytest.raises(checker.Unreadable, match="is larger than 100 bytes"):
        checker.read(path)


def test_what_it_cannot_prove_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    network = deep(1, 3, 3, 1, sigma=uat.tanh)
    path = saved(tmp_path, uat.certify("abs(x - 0.3)", network, (0, 1)))
    monkeypatch.setattr(checker, "MOST_PARTS", 2)
    words = json.loads(path.read_text("utf-8"))
    words["cells"] = [[["0x0.0p+0"], ["0x1.0000000000000p+0"], words["upper"]]]
    assert "no proof of its bound" in refusal(tmp_path, words)


@pytest.mark.slow
def test_a_bound_that_is_nearly_attained_takes_digits_and_no_more_cells(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = uat.Network.from_units(
        [1.0, -0.5, 0.25], [3.0, 100.0, -1.0], [-0.3, -20.0, 0.5], uat.algebraic
    )
    path = saved(tmp_path, uat.certify("max(x - 1/8, 0)", network, (0, 1), cells=1500))
    monkeypatch.setattr(checker, "MOST_PARTS", 4)
    confirm(path)


@pytest.mark.slow
def test_a_deep_network_with_a_jump_at_an_end_is_confirmed(tmp_path: Path) -> None:
    layers = [
        uat.Affine(np.array([[10.0], [1e200]]), np.array([-9.0, -1e200])),
        uat.Affine(np.array([[-1e3, -700.0], [-1e200, -1e200]]), np.array([-0.25, -0.5])),
        uat.Affine(np.array([[1.0, -0.5]]), np.array([0.0])),
    ]
    certificate = uat.certify("max(x - 0.1, 0)", uat.Network(layers, uat.algebraic), (0, 1))
    confirm(saved(tmp_path, certificate))


@pytest.mark.parametrize("sigma", [uat.relu, uat.leaky_relu(0.1)])
def test_a_network_that_equals_f_in_the_plane_is_confirmed_and_no_other(
    tmp_path: Path, sigma: uat.Activation
) -> None:
    f = "max(x, y) + abs(0.1*x - y/3)"
    g = uat.approximate(f, [(-1, 1)] * 2, 1e-9, sigma, method="polygon")
    assert g.certificate is not None
    path = saved(tmp_path, g.certificate)
    confirm(path)
    words = json.loads(path.read_text("utf-8"))
    weights = words["network"]["layers"][1]["weight"][0]
    weights[0] = (float.fromhex(weights[0]) + 1e-12).hex()
    assert "cell 0" in refusal(tmp_path, words)


SUM = [1.0, 1.0 + 2**-52, 1.0, 1.0]


def along(slope: list[float], f: str, width: float) -> uat.Network:
    """Units along a form, up to rounding: a fit of f(u) for u from −width to width."""
    places = np.linspace(-1.3, 1.3, 12) * width
    u = np.linspace(-width, width, 200)
    beta = 3 / width
    table = uat.logistic(beta * (u[:, None] - places))
    weights = np.linalg.lstsq(table, np.asarray(parse(f)(u)), rcond=1e-9)[0]
    return uat.Network.from_units(
        weights, np.outer(np.full(12, beta), slope), -beta * places, uat.logistic
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("formula", "slope", "f", "width"),
    [
        ("sin(x1 + x2 + x3 + x4)", SUM, "sin(x)", 4.0),
        ("abs(x1 - x2)", [1.0, -1.0], "abs(x)", 1.0),
        ("exp((0.5*x1 - 0.25*x2)/2) - 12*(0.5*x1 - x2/4)", [0.5, -0.25], "exp(x/2) - 12*x", 1.0),
        ("max(x1, x1/2 + 2*x2/4)**2 - (x1*1 + 0)**2*0", [0.5, 0.5], "0*x", 1.0),
    ],
)
def test_a_claim_along_one_form_is_one_of_a_single_coordinate(
    tmp_path: Path, formula: str, slope: list[float], f: str, width: float
) -> None:
    d = len(slope)
    certificate = uat.certify(formula, along(slope, f, width), [(0, 1)] * d, cells=500)
    claim = checker.read(saved(tmp_path, certificate))
    sees_more = formula.startswith("max")
    with ctx.workprec(checker.BITS):
        assert (checker.on_a_line(claim) is None) == sees_more
    if not sees_more:
        checker.check(claim)
        words = json.loads(saved(tmp_path, certificate).read_text())
        less = (certificate.lower * (1 - 1e-6)).hex()
        words["upper"] = words["cells"][0][2] = less
        words["lower"] = (0.0).hex()
        assert "past its bound" in refusal(tmp_path, words)


@pytest.mark.parametrize("sigma", ["tanh", "relu", "logistic"])
@pytest.mark.parametrize(
    ("second", "last"), [([[0, 1]], [[100]]), ([[0, 1], [0, 0]], [[100, 0]]), ([[0, 1]], [[-1e9]])]
)
def test_no_unit_of_a_deep_network_is_left_out_for_seeing_more_than_the_form(
    tmp_path: Path, sigma: str, second: list[list[float]], last: list[list[float]]
) -> None:
    layers = [
        uat.Affine(np.zeros((2, 2)), [0, 0]),
        uat.Affine(second, np.zeros(len(second))),
        uat.Affine(last, [0]),
    ]
    certificate = uat.certify("sin(x1)", uat.Network(layers, sigma), [(-1, 1)] * 2, cells=50)
    words = json.loads(saved(tmp_path, certificate).read_text())
    words["network"]["layers"][0]["weight"][1][1] = (5.0).hex()  # g sees x2, and f does not
    words["lower"] = (0.0).hex()
    assert "past its bound" in refusal(tmp_path, words)


def test_the_box_of_a_form_is_that_of_its_values(tmp_path: Path) -> None:
    layers = [uat.Affine([[1, 1]], [0]), uat.Affine([[1]], [0]), uat.Affine([[-1]], [1.5])]
    network = uat.Network(layers, "relu")
    certificate = uat.certify("abs(x + y - 1.5)", network, [(0, 1)] * 2)
    assert certificate.lower == 1.0
    checker.check(checker.read(saved(tmp_path, certificate)))
    words = json.loads(saved(tmp_path, certificate).read_text())
    words["upper"], words["lower"] = (0.125).hex(), (0.0).hex()
    words["cells"] = [[[(0.0).hex()] * 2, [(1.0).hex()] * 2, words["upper"]]]
    assert "past its bound" in refusal(tmp_path, words)


def test_nothing_is_proved_of_a_witness_where_f_has_no_real_value(tmp_path: Path) -> None:
    network = uat.Network((uat.Affine([[40]], [20]), uat.Affine([[-50]], [50])), "tanh")
    certificate = uat.certify("expit(x)", network, (-1, 1), cells=2000)
    words = json.loads(saved(tmp_path, certificate).read_text())
    words["witness"], words["lower"] = [(-1.0).hex()], (98.0).hex()
    path = tmp_path / "true.json"
    path.write_text(json.dumps(words), "utf-8")
    confirm(path)
    words["target"]["expression"][1:] = [["sqrt", [0], []], ["expit", [1], []]]
    assert "is not proved to reach" in refusal(tmp_path, words)


@pytest.mark.parametrize(
    ("formula", "x", "real"),
    [
        ("expit(sqrt(x))", -1.0, False),
        ("where(sqrt(x) < x, x, x)", -1.0, False),
        ("where(x < 0, x, sqrt(x))", -1.0, True),
        ("where(x < 0, sqrt(x), x)", 1.0, True),
        ("where(x < 0, sqrt(x), x)", -1.0, False),
        ("min(sqrt(x), x)", -1.0, False),
        ("tan(x)", -1.25, True),
        ("gamma(x)", -1.25, True),
        ("gamma(x)", -1.0, False),
        ("1/x", 0.0, False),
        ("x**-2", -1.0, True),
        ("x**0.5", 0.0, True),
        ("xlogy(x, x)", 0.0, True),
    ],
)
def test_it_sees_where_f_has_a_real_value(formula: str, x: float, real: bool) -> None:
    rows: Any = parse(formula).to_table()
    with ctx.workprec(checker.BITS):
        values = checker.intervals(rows, [checker.Interval(arb(x))])
        assert checker.has_real_value(rows, values) is real


@pytest.mark.parametrize(
    "rows",
    [[["sqrt", [0], []]], [["sqrt", [0], []], ["constant", [], [1.0]], ["maximum", [1, 2], []]]],
)
def test_an_activation_without_a_real_value_is_refused(tmp_path: Path, rows: list[Any]) -> None:
    network = uat.Network.from_units([1.0], [1.0], [0.0], uat.relu)
    words = json.loads(saved(tmp_path, uat.certify("0*x", network, (-1, 0.25))).read_text())
    rows = [[name, places, [value.hex() for value in own]] for name, places, own in rows]
    words["network"]["activation"]["expression"] = [["coordinate", [], [(0.0).hex()]], *rows]
    words["upper"] = words["cells"][0][2] = (1.25).hex()
    assert "real value on the whole line" in refusal(tmp_path, words)


def test_what_rounding_moves_the_units_off_the_form_is_counted(tmp_path: Path) -> None:
    network = along([1.0, 1.0 + 2**-20], "sin(x)", 2.0)
    certificate = uat.certify("sin(x1 + x2)", network, [(0, 1)] * 2, cells=400)
    claim = checker.read(saved(tmp_path, certificate))
    weights, slope = np.abs(network.layers[1].weight).sum(), network.layers[0].weight[0, 0]
    with ctx.workprec(checker.BITS):
        line = checker.on_a_line(claim)
        assert line is not None
        lost = float(arb(claim.cells[0][2]) - line.cells[0][2])
    assert lost == pytest.approx(weights * slope * 2**-20 / 4)


def test_it_says_in_a_line_that_a_cell_takes_too_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checker, "MOST_WORK", 100)
    network = uat.Network.from_units([1.0, 1.0], [[9, 1], [1, 9]], [-3, -4], uat.logistic)
    certificate = uat.certify("sin(9*x*y)", network, [(0, 1)] * 2, cells=50)
    words = json.loads(saved(tmp_path, certificate).read_text())
    ends = [[v.hex()] * 2 for v in (0.0, 1.0)]
    words["cells"] = [[*ends, words["upper"]]]
    assert re.search(
        r"cell 0, .*: no proof of its bound .* in \d+ parts$", refusal(tmp_path, words)
    )
