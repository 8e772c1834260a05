"""Each request has its answer, and whatever is wrong with one is told in one line."""

import json
import threading
from typing import Any

import numpy as np
import pytest

import uat
from uat.page.compute import answer_to
from uat.page.scenes import scene_of
from uat.page.start import start

CURVE = {"formula": "sin(3*x)", "domain": [0, 2]}
DRAWN = {"points": [[0.0, 0.5, 1.0], [0.0, 1.0, 0.25]]}
PLANE = {"formula": "x*y", "domain": [[0, 1], [0, 1]]}


def ask(scene: str, tell: Any = lambda part: None, **words: Any) -> dict[str, Any]:
    return answer_to(json.dumps({"id": 7, "scene": scene, "words": words}), tell)


def refusal(scene: str, **words: Any) -> str:
    answer = ask(scene, **words)
    assert answer["id"] == 7
    problem: str = answer["error"]
    assert problem
    assert "\n" not in problem
    assert len(problem) <= 1000
    assert not problem.startswith(("AttributeError", "KeyError", "IndexError", "NameError"))
    return problem


@pytest.mark.slow
@pytest.mark.parametrize(
    ("method", "activation"),
    [("staircase", "tanh"), ("rectangles", "logistic"), ("polygon", "relu"), ("comb", "logistic")],
)
@pytest.mark.parametrize(
    "f", [CURVE, DRAWN, {"example": "kink"}], ids=["formula", "drawn", "example"]
)
def test_a_network_of_the_page_is_that_of_approximate(
    f: dict[str, Any], method: str, activation: str
) -> None:
    words = {"f": f, "eps": 0.2, "method": method, "activation": activation, "effort": "quick"}
    answer = ask("curve", **words)["answer"]
    sigma = getattr(uat, activation)
    a, b, c = answer["units"]
    g = uat.Network.from_units(a, b, c, sigma).as_function()
    f_, g_ = np.array(answer["f"]), np.array(answer["g"])
    assert float(answer["proof"]["bound"]) <= 0.2 + 1e-6
    assert np.abs(f_ - g_).max() <= 0.2 + 1e-6
    steep = np.diff(answer["x"], prepend=-1.0, append=9.0)
    calm = (steep[:-1] > 1e-4) & (steep[1:] > 1e-4)
    at = np.array(answer["x"])[calm]
    if method in ("polygon", "comb"):
        assert np.allclose(g(at), g_[calm], atol=1e-5)


@pytest.mark.parametrize(
    "f", [CURVE, DRAWN, {"example": "kink"}], ids=["formula", "drawn", "example"]
)
def test_the_copied_code_makes_the_same_network(f: dict[str, Any]) -> None:
    words = {"f": f, "eps": 0.2, "method": "staircase"}
    made = scene_of("curve")(words, lambda part: None)
    names: dict[str, Any] = {}
    exec(made.code, names)
    assert names["g"].network == made.network


@pytest.mark.slow
@pytest.mark.parametrize(
    ("scene", "words"),
    [
        ("surface", {"f": PLANE, "eps": 0.3}),
        ("depth", {"widths": [3, 3], "moved": [0, 1.0, 0.5, 0.25]}),
        ("depth", {"widths": [4, 4], "kind": "folding", "box": [[0, 1], [0, 1]]}),
        ("units", {"a": [1.0, -1.0], "b": [9.0, 9.0], "c": [-1.0, -2.0]}),
    ],
)
def test_the_copied_code_of_other_scenes_runs(scene: str, words: dict[str, Any]) -> None:
    made = scene_of(scene)(words, lambda part: None)
    names: dict[str, Any] = {}
    exec(made.code, names)
    g = names["g"]
    assert (g if isinstance(g, uat.Network) else g.network) == made.network


def test_regions_on_the_page_are_those_of_count_regions() -> None:
    words = {"widths": [5, 4], "seed": 3, "box": [[-1, 1], [-2, 2]]}
    made = scene_of("depth")(words, lambda part: None)
    count = uat.count_regions(made.network, [(-1, 1), (-2, 2)])
    assert (made.answer["linear"], made.answer["activation"]) == (count.linear, count.activation)
    assert len(made.answer["colours"]) == count.activation
    assert made.answer["starts"][-1] * 2 == len(made.answer["corners"])


@pytest.mark.slow
def test_a_surface_has_its_proof() -> None:
    answer = ask("surface", f=PLANE, eps=0.2)["answer"]
    assert np.abs(np.subtract(answer["f"], answer["g"])).max() <= float(answer["proof"]["bound"])
    assert len(answer["f"]) == len(answer["ridge"]) == answer["side"] ** 2


@pytest.mark.slow
def test_training_shows_its_way_and_can_be_proved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("uat.page.training._SECONDS", 0.3)
    monkeypatch.setattr("uat.page.training._CELLS", 200)
    parts: list[dict[str, Any]] = []
    words = {"f": CURVE, "units": 3}
    seen = ask("training", parts.append, **words)["answer"]
    assert parts[0]["more"] == 7
    assert "curves" not in parts[0]["answer"]
    shown = len(parts)
    answer = ask("training", parts.append, **words, certify=True)["answer"]
    assert len(parts) == shown + 1  # the networks that were seen are proved: none is trained again
    assert answer["curves"]["adam"]["g"] == seen["curves"]["adam"]["g"]
    assert set(answer["curves"]) == {"descent", "adam", "projection"}
    for found in answer["curves"].values():
        worst = np.abs(np.subtract(answer["f"], found["g"])).max()
        assert worst <= float(found["bound"]) * (1 + 1e-6)


@pytest.mark.slow
def test_the_methods_train_side_by_side(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("uat.page.training._SECONDS", 0.15)
    monkeypatch.setattr("uat.page.training._TURN", 0.005)
    monkeypatch.setattr("uat.page.training._FRAMES", 0.02)
    parts: list[dict[str, Any]] = []
    assert "answer" in ask("training", parts.append, f=CURVE, units=4)
    count = {
        name: [
            part["answer"]["curves"].get(name, {"iterations": 0})["iterations"]
            for part in parts[1:]
        ]
        for name in ("descent", "adam")
    }
    middle = count["descent"].index(max(count["descent"])) // 2
    assert 0 < count["adam"][middle] < max(count["adam"])
    assert 0 < count["descent"][middle] < max(count["descent"])


@pytest.mark.slow
def test_a_training_that_is_interrupted_leaves_no_thread_behind(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("uat.page.training._FRAMES", 0.01)

    def told(part: dict[str, Any]) -> None:
        if part["answer"].get("curves"):
            raise KeyboardInterrupt

    before = threading.active_count()
    assert ask("training", told, f=CURVE, units=5)["error"] == "interrupted"
    assert threading.active_count() == before


def test_a_training_that_fails_is_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: Any, **__: Any) -> None:
        raise uat.InputError("no network with a finite loss was found")

    monkeypatch.setattr("uat.page.training.fit_function", failing)
    assert refusal("training", f=CURVE, units=6) == "no network with a finite loss was found"


@pytest.mark.slow
def test_the_page_knows_the_coordinates_of_each_example() -> None:
    for dimension, names in enumerate(start({}, None).answer["examples"], 1):
        assert names
        assert all(getattr(uat.examples, name).dimension == dimension for name in names)


def test_a_page_is_told_about_an_f_that_it_knows_by_name() -> None:
    named = ask("curve", f={"example": "kink"}, eps=0.2)["answer"]
    assert named["about"] == {"formula": "abs(x - 0.5)", "domain": [[0.0, 1.0]]}
    assert ask("curve", f=CURVE, eps=0.2)["answer"]["about"] is None


@pytest.mark.slow
def test_the_page_knows_what_suits_each_method() -> None:
    answer = start({}, None).answer
    assert "relu" in answer["methods"]["polygon"]
    assert "heaviside" not in answer["methods"]["comb"]
    for method, activations in answer["methods"].items():
        for name in (activations[0], activations[-1]):
            words = {"f": CURVE, "eps": 0.4, "method": method, "activation": name}
            assert "answer" in ask("curve", **words, effort="quick"), (method, name)


@pytest.mark.parametrize(
    ("x", "y", "told"),
    [
        ([0.0], [1.0], "2 to 200"),
        ([], [], "2 to 200"),
        ([0.0, 0.0], [0.0, 1.0], "x has to increase"),
        ([1.0, 0.0], [0.0, 1.0], "x has to increase"),
        ([0.0, 1.0], [0.0], "shape"),
        ([[0.0, 1.0]], [[0.0, 1.0]], "shape"),
        ([0.0, "1"], [0.0, 1.0], "real numbers"),
        ([0.0, None], [0.0, 1.0], "real numbers"),
        ([0.0, {}], [0.0, 1.0], "real numbers"),
        ([0.0, 1.0], [0.0, 1e400], "infinity"),
        (list(range(20_000)), [0.0] * 20_000, "20,000 points"),
    ],
    ids=lambda given: str(given)[:20],
)
def test_a_curve_that_is_none_is_refused(x: list[Any], y: list[Any], told: str) -> None:
    text = json.dumps({"id": 7, "scene": "curve", "words": {"f": {"points": [x, y]}, "eps": 0.1}})
    answer = answer_to(text.replace("Infinity", "1e400"))
    assert told in answer["error"]


def test_nan_is_no_json() -> None:
    told = answer_to('{"id": 1, "scene": "curve", "words": {"eps": NaN}}')["error"]
    assert told == "NaN given; finite numbers are needed"


@pytest.mark.parametrize(
    "formula",
    [
        "__import__('os').system('true')",
        "().__class__.__bases__[0].__subclasses__()",
        "open('/etc/passwd').read()",
        "lambda: 0",
        "x.__class__",
        "9**9**9**9",
        "factorial(10**9)",
        "'a'*10**9",
        "[0]*10**9",
        "(" * 900 + "x" + ")" * 900,
        "-" * 1900 + "x",
        "x" * 5000,
        "1/x",
        "log(x - 1)",
        "exp(exp(exp(9*x)))",
        "x; import os",
        "x\nx",
        "x\0",
        "",
        "y",
        None,
        12,
        ["x"],
    ],
    ids=lambda formula: str(formula)[:20],
)
def test_a_formula_that_is_an_attack_is_a_line(formula: Any) -> None:
    refusal("curve", f={"formula": formula, "domain": [-1, 1]}, eps=0.1)


@pytest.mark.parametrize(
    "words",
    [
        {},
        {"f": CURVE},
        {"f": CURVE, "eps": 0},
        {"f": CURVE, "eps": -1},
        {"f": CURVE, "eps": "0.1"},
        {"f": CURVE, "eps": 1e-300},
        {"f": CURVE, "eps": 1e-7},
        {"f": CURVE, "eps": [0.1]},
        {"f": CURVE, "eps": 0.1, "method": "magic"},
        {"f": CURVE, "eps": 0.1, "method": ["staircase"]},
        {"f": CURVE, "eps": 0.1, "activation": "magic"},
        {"f": CURVE, "eps": 0.1, "activation": {}},
        {"f": CURVE, "eps": 0.1, "effort": "endless"},
        {"f": CURVE, "eps": 0.1, "effort": []},
        {"f": PLANE, "eps": 0.1},
        {"f": "x", "eps": 0.1},
        {"f": {"example": "secret"}, "eps": 0.1},
        {"f": {"example": ["runge"]}, "eps": 0.1},
        {"f": {"points": [1]}, "eps": 0.1},
        {"f": {"formula": "x", "domain": [1, 0]}, "eps": 0.1},
        {"f": {"formula": "x", "domain": [0, 0]}, "eps": 0.1},
        {"f": {"formula": "x", "domain": [0, "1e999"]}, "eps": 0.1},
        {"f": {"formula": "x", "domain": []}, "eps": 0.1},
        {"f": {"formula": "x", "domain": [[[0, 1]], 1]}, "eps": 0.1},
        {"f": {"formula": "x", "domain": None}, "eps": 0.1},
        {"f": {"formula": "x", "domain": ["x", 1]}, "eps": 0.1},
        {"f": {"formula": "x", "domain": {"a": 1}}, "eps": 0.1},
    ],
    ids=str,
)
def test_a_request_that_has_no_answer_is_a_line(words: dict[str, Any]) -> None:
    refusal("curve", **words)


@pytest.mark.parametrize(
    ("scene", "words"),
    [
        ("secret", {}),
        (["curve"], {}),
        (None, {}),
        ("surface", {"f": CURVE, "eps": 0.1}),
        ("training", {"f": PLANE}),
        ("training", {"f": CURVE, "units": 10**9}),
        ("training", {"f": CURVE, "units": True}),
        ("training", {"f": CURVE, "activation": "heaviside"}),
        ("depth", {"widths": [10**9]}),
        ("depth", {"widths": [8] * 100}),
        ("depth", {"widths": "88"}),
        ("depth", {"widths": [0]}),
        ("depth", {"widths": [32, 32, 32, 32, 32], "box": [[-9, 9], [-9, 9]]}),
        ("depth", {"kind": "deep"}),
        ("depth", {"box": [0, 1]}),
        ("depth", {"box": [[0, 1]] * 3}),
        ("depth", {"moved": [99, 0.0, 0.0, 0.0]}),
        ("depth", {"moved": [0, "a", 0.0, 0.0]}),
        ("depth", {"seed": -1}),
        ("units", {"a": [0.0] * 10_000}),
        ("units", {"a": ["x"], "b": [1.0], "c": [1.0]}),
    ],
    ids=str,
)
def test_a_scene_refuses_what_it_cannot_show(scene: Any, words: dict[str, Any]) -> None:
    refusal(scene, **words)
