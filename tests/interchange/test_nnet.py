"""Files .nnet are read as their authors evaluate them, and written with every digit."""

from pathlib import Path

import numpy as np
import pytest

import uat
from uat import Affine, Network

HERE = Path(__file__).parent / "networks"
PLAIN = """\
// a comment
2, 2, 1, 2,
2, 2, 1,
0,
-1, -1,
1, 1,
0.5, 1, 10,
2, 4, 100,
1, 2,
3, -4,
0.5,
-0.25,
1, 1,
7,
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "net.nnet"


def read(place: Path, text: str, normalised: bool = False) -> Network:
    place.write_text(text, "utf-8")
    network = uat.load(place, normalised=normalised)
    assert isinstance(network, Network)
    return network


def test_the_raw_network_is_that_of_its_lines(place: Path) -> None:
    network = read(place, PLAIN)
    assert network == Network(
        [Affine([[1, 2], [3, -4]], [0.5, -0.25]), Affine([[1, 1]], [7])], "relu"
    )


def test_the_normalisation_is_folded_in_on_request(place: Path) -> None:
    raw, folded = read(place, PLAIN), read(place, PLAIN, normalised=True)
    x = np.random.default_rng(0).normal(size=(9, 2)) * 5
    expected = raw((x - [0.5, 1]) / [2, 4]) * 100 + 10
    np.testing.assert_allclose(folded(x), expected, rtol=1e-13)


def test_files_of_others_are_evaluated_as_they_do() -> None:
    tiny, small, spiky = (
        uat.load(HERE / f"{name}_nnet.nnet") for name in ("tiny", "small", "spiky")
    )
    assert isinstance(tiny, Network)
    assert isinstance(small, Network)
    assert isinstance(spiky, Network)
    x = np.array([[-2.0], [3.0]])
    assert tiny(x).tolist() == [[0], [3]]
    # as written beside the file: two units of weight 1 and bias 1.5, then two of …
    first = np.maximum(x + 1.5, 0)
    assert small.layers[0] == Affine([[1], [1]], [1.5, 1.5])
    assert small(x).shape == first.shape
    count = uat.count_regions(spiky, (-6.55e4, 6.55e4))
    assert (count.activation, count.linear) == (16, 12)


def test_a_network_comes_back_bit_for_bit(place: Path) -> None:
    rng = np.random.default_rng(1)
    layers = [Affine(rng.normal(size=(3, 2)) / 3, rng.normal(size=3) * 1e-300)]
    network = Network([*layers, Affine(rng.normal(size=(2, 3)), [0.1, 1e300])], "relu")
    network.save(place)
    assert uat.load(place) == uat.load(place, normalised=True) == network


def test_other_activations_are_not_written(place: Path) -> None:
    with pytest.raises(uat.InputError, match="it holds ReLU units alone"):
        Network([Affine([[1]], [0])] * 2, "tanh").save(place)
    assert not place.exists()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("2, 2, 1, 2,", "3, 2, 1, 2,", "its first line says .* and its second"),
        ("2, 2, 1,\n0", "2, 3, 1,\n0", "have 8 lines of weights and biases; it has 6"),
        ("2, 2, 1,\n0", "2, 999999999, 1,\n0", "lines of weights and biases; it has 6"),
        ("2, 2, 1,\n0", "2, 9999999999, 1,\n0", "sizes that no network has"),
        ("2, 2, 1,\n0", "2, 2.5, 1,\n0", "no numbers of units"),
        ("3, -4,", "3, -4, 5,", "a row of weights of layer 1 has 3 numbers; 2 are needed"),
        ("3, -4,", "3, minus,", "'minus' stands where a row of weights of layer 1 is"),
        ("3, -4,", "3, 1_0,", "'1_0' stands where a row of weights of layer 1 is"),
        ("0.5,\n-", "nan,\n-", r"bias has nan at \(0,\)"),
        ("7,\n", "", "it has 5"),
        ("7,\n", "7,\n8,\n", "it has 7"),
        (PLAIN, "// nothing\n2, 2", "it has 1 line; the sizes"),
    ],
)
def test_a_spoilt_file_is_refused_in_one_line(place: Path, old: str, new: str, said: str) -> None:
    assert old in PLAIN
    with pytest.raises(uat.FileProblem, match=said) as caught:
        read(place, PLAIN.replace(old, new))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("2, 4, 100,", "2, 0, 100,", "a range is not above 0"),
        (
            "2, 4, 100,",
            "0,",
            "has no normalisation that could be folded in: the line of ranges has 1 number; 3 are needed",
        ),
        ("0.5, 1, 10,", "0.5, inf, 10,", "not finite"),
    ],
)
def test_a_normalisation_that_is_none_is_refused(
    place: Path, old: str, new: str, said: str
) -> None:
    assert read(place, PLAIN.replace(old, new)).depth == 1
    with pytest.raises(uat.FileProblem, match=said):
        read(place, PLAIN.replace(old, new), normalised=True)


def test_bytes_that_are_no_text_are_refused(place: Path) -> None:
    place.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(uat.FileProblem, match="no text of numbers"):
        uat.load(place)
