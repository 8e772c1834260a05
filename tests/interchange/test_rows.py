"""Files of POLAR and Sherlock are read as a plain walk through their numbers evaluates them."""

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import uat
from uat import Affine, Network

HERE = Path(__file__).parent / "networks"
POLAR = "2 1 2  2 1  ReLU tanh Affine  1 2 3 4 5 6  0.5 -0.5 0.25  -2 1  0.0 1.0"

KNOWN: dict[str, Callable[[float], float]] = {
    "relu": lambda u: max(u, 0.0),
    "tanh": math.tanh,
    "sigmoid": lambda u: 1 / (1 + math.exp(-u)),
    "affine": lambda u: u,
}


def walked(path: Path, x: list[float]) -> list[float]:
    """The values of a file, number by number; a .nt file has ReLU everywhere."""
    words = iter(path.read_text("utf-8").split())
    inputs, outputs, hidden = (int(next(words)) for _ in range(3))
    widths = [inputs, *(int(next(words)) for _ in range(hidden)), outputs]
    named = path.suffix == ".polar"
    sigmas = [KNOWN[next(words).lower()] if named else KNOWN["relu"] for _ in widths[1:]]
    for width, sigma in zip(widths[1:], sigmas, strict=True):
        x = [
            sigma(sum([float(next(words)) * v for v in x]) + float(next(words)))
            for _ in range(width)
        ]
    return x


@pytest.mark.parametrize(
    "name", sorted(path.name for end in (".polar", ".nt") for path in HERE.glob(f"*{end}"))
)
def test_files_of_others_are_evaluated_as_they_do(name: str) -> None:
    network = uat.load(HERE / name)
    assert isinstance(network, Network)
    rng = np.random.default_rng(0)
    for x in rng.normal(size=(20, network.input_dimension)):
        assert network(x) == pytest.approx(walked(HERE / name, x.tolist()), rel=1e-12, abs=1e-12)


def test_each_layer_has_its_activation(tmp_path: Path) -> None:
    place = tmp_path / "net.polar"
    place.write_text(POLAR, "utf-8")
    layers = [Affine([[1, 2], [4, 5]], [3, 6]), Affine([[0.5, -0.5]], [0.25]), Affine([[-2]], [1])]
    assert uat.load(place) == Network(layers, ("relu", "tanh"))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("ReLU", "ReLUX", "activation 'ReLUX' is not known; did you mean 'relu'"),
        ("2 1 2 ", "2 1 3 ", "'ReLU' is no number of units"),
        ("2 1 2 ", "2 1 0 ", "'0' is no number of units"),
        ("2 1 2 ", "2 1 99999999999 ", "no number of units"),
        (
            "  2 1  ",
            "  999999999 1  ",
            "layers of 2–999999999–1–1 have 3,999,999,999 numbers; it has",
        ),
        ("0.0 1.0", "0.5 1.0", "the offset 0 and the scale 1"),
        ("0.0 1.0", "7 0.0 1.0", "3 numbers .* follow the last layer"),
        ("-2 1  0.0 1.0", "", "have 11 numbers; it has 9"),
        ("0.25", "nan", r"bias has nan at \(0,\)"),
        ("0.25", "x.25", "'x.25' stands where a weight is needed"),
        (POLAR, "2 1", "it ends where a number of units is needed"),
        (POLAR, "2 1 ü", "no text of numbers"),
    ],
)
def test_a_spoilt_file_is_refused_in_one_line(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    assert old in POLAR
    place = tmp_path / "net.polar"
    place.write_text(POLAR.replace(old, new), "utf-8")
    with pytest.raises(uat.FileProblem, match=said) as caught:
        uat.load(place)
    assert "\n" not in str(caught.value)


def test_a_file_of_sherlock_with_a_number_too_many_is_refused(tmp_path: Path) -> None:
    place = tmp_path / "net.nt"
    place.write_text("1 1 1  1  1 0  1 0  5", "utf-8")
    with pytest.raises(uat.FileProblem, match=r"1 number too many: \[5.0\]"):
        uat.load(place)
