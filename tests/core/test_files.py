"""Networks in files: whole or not at all, the same network again, nothing executed."""

import errno
import json
import os
import pickle
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import uat
from uat import Affine, Network
from uat.core.activations import NAMED, Activation
from uat.core.files import whole_file
from uat.expression.parse import parse
from uat.interchange.formats import read_network as load_network
from uat.interchange.formats import save


@pytest.fixture
def network() -> Network:
    return Network((Affine([[1], [2]], [3, 4]), Affine([[5, 1e-300]], [-0.0])), uat.logistic)


def contents(network: Network, place: Path) -> dict[str, Any]:
    save(network, place)
    with np.load(place, allow_pickle=False) as arrays:
        return dict(arrays)


def test_every_named_activation_is_kept_by_its_name(tmp_path: Path) -> None:
    for name, activation in NAMED.items():
        network = Network.from_units([1, 2], [[3, 4], [5, 6]], [7, 8], activation)
        words = contents(network, tmp_path / f"{name}.npz")["activation"]
        assert json.loads(str(words)) == {"name": activation.name}
        assert load_network(tmp_path / f"{name}.npz") == network
        assert load_network(tmp_path / f"{name}.npz").activation is activation


@pytest.mark.parametrize("name", ["mixed.npz", "mixed.json"])
def test_an_activation_for_each_layer_is_kept(tmp_path: Path, name: str) -> None:
    layers = [Affine([[1], [2]], [3, 4]), Affine([[5, 6]], [7]), Affine([[8]], [9])]
    for sigmas in (("relu", "tanh"), ("relu", "tanh", "logistic"), ("elu", "elu")):
        network = Network(layers, sigmas)
        save(network, tmp_path / name)
        assert load_network(tmp_path / name) == network
    plain = Network(layers[:1], ())
    save(plain, tmp_path / name)
    assert load_network(tmp_path / name) == plain


@pytest.mark.slow
def test_your_own_activation_is_kept_by_its_formula(tmp_path: Path) -> None:
    own = uat.sigmoidal(
        lambda u: 3 * np.tanh(u) + np.exp(-(u**2)), limits=(-3, 3), name="three tanh"
    )
    network = Network.from_units([1, 2], [3, 4], [5, 6], own)
    save(network, tmp_path / "own.npz")
    again = load_network(tmp_path / "own.npz")
    assert again == network
    assert again.activation.tail(3.0) == own.tail(3.0)


def test_a_declared_tail_is_kept_where_it_is_a_formula(tmp_path: Path) -> None:
    sigma, tail = parse("(1 + x/(1 + abs(x)))/2"), parse("1/(1 + x)")
    network = Network.from_units([1], [2], [3], uat.sigmoidal(sigma, tail, name="slow"))
    save(network, tmp_path / "slow.npz")
    assert load_network(tmp_path / "slow.npz") == network
    assert load_network(tmp_path / "slow.npz").activation.assumptions


def refusals() -> list[tuple[str, Activation]]:
    def opaque(u: Any) -> Any:
        return np.vectorize(lambda v: float(v > 0))(u)

    long = parse("1/(1 + exp(-x))")
    for k in range(400):
        long = long + parse(f"exp(-x**2) * {k}e-9")
    trusted = uat.sigmoidal(np.tanh, lambda s: 1.0 / (1 + s), limits=(-1, 1))
    by_hand = Activation("mine", NAMED["tanh"].expression, (-1.0, 1.0), None, 0.0, True, 1.0)
    return [
        ("is no formula", uat.sigmoidal(opaque, tail=lambda s: float(s < 1), name="opaque")),
        ("declared tail that is no formula", trusted),
        ("not made by uat.sigmoidal", by_hand),
        ("more than 1000 operations", replace(by_hand, expression=long)),
    ]


@pytest.mark.parametrize(("line", "activation"), refusals(), ids=lambda v: str(v)[:20])
def test_what_a_file_cannot_hold_is_refused(
    tmp_path: Path, line: str, activation: Activation
) -> None:
    with pytest.raises(uat.InputError, match=line):
        save(Network.from_units([1], [2], [3], activation), tmp_path / "no.npz")
    assert list(tmp_path.iterdir()) == []


def test_the_file_has_the_very_name_and_replaces_the_one_before(
    tmp_path: Path, network: Network
) -> None:
    place = tmp_path / "network.npz"
    save(Network.from_units([1], [1], [1], "tanh"), str(place))
    save(network, place)
    assert load_network(place) == network
    assert list(tmp_path.iterdir()) == [place]


def test_two_files_of_one_network_are_identical(tmp_path: Path, network: Network) -> None:
    save(network, tmp_path / "a.npz")
    save(network, tmp_path / "b.npz")
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


def test_the_target_of_a_link_is_replaced_not_the_link(tmp_path: Path, network: Network) -> None:
    link = tmp_path / "link.npz"
    link.symlink_to(tmp_path / "there")
    save(network, link)
    assert link.is_symlink()
    assert load_network(tmp_path / "there") == network


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """Let no file of this process grow past `size` bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_file_that_stops_growing_halfway_leaves_the_one_before(
    tmp_path: Path, network: Network
) -> None:
    place = tmp_path / "network.npz"
    save(network, place)
    long = Network.from_units(np.ones(5000), np.ones(5000), np.ones(5000), "tanh")
    with largest_file(50_000), pytest.raises(uat.FileProblem, match="cannot be written: File too"):
        save(long, place)
    assert load_network(place) == network
    assert list(tmp_path.iterdir()) == [place]


def stop_halfway(place: Path, reason: BaseException) -> None:
    with whole_file(place) as file:
        file.write(b"half of it")
        raise reason


def test_a_full_disk_leaves_nothing(tmp_path: Path) -> None:
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    with pytest.raises(uat.FileProblem, match="cannot be written: No space left"):
        stop_halfway(tmp_path / "half", full)
    assert list(tmp_path.iterdir()) == []


def test_an_interruption_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        stop_halfway(tmp_path / "half", KeyboardInterrupt())
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path, network: Network) -> None:
    (tmp_path / "file").write_text("a file")
    for place in (
        tmp_path / "no such folder" / "g.npz",
        tmp_path / "file" / "g.npz",
        tmp_path / ("g" * 300 + ".npz"),
    ):
        with pytest.raises(uat.FileProblem, match="cannot be written") as caught:
            save(network, place)
        assert str(place) in str(caught.value)
    (tmp_path / "g.npz").mkdir()
    with pytest.raises(uat.FileProblem, match="is not a file"):
        save(network, tmp_path / "g.npz")
    with pytest.raises(uat.FileProblem, match="is not a file"), whole_file("/dev/full"):
        pass


@pytest.mark.parametrize("path", ["", ".", "a\0b"])
def test_a_path_without_a_name_is_refused(path: str, network: Network) -> None:
    with pytest.raises(uat.InputError, match="the name of a file is needed"):
        save(network, path)
    with pytest.raises(uat.InputError, match="the name of a file is needed"):
        load_network(path)


def test_other_kinds_of_things_are_refused(tmp_path: Path, network: Network) -> None:
    with pytest.raises(uat.WrongType, match="given as a path"):
        load_network(5)  # type: ignore[arg-type]
    with pytest.raises(uat.WrongType, match=r"a uat\.Network is needed"):
        save(network.layers[0], tmp_path / "g.npz")  # type: ignore[arg-type]


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(uat.FileProblem, match="does not exist"):
        load_network(tmp_path / "none.npz")
    with pytest.raises(uat.FileProblem, match="is not a file"):
        load_network(tmp_path)
    with pytest.raises(uat.FileProblem, match="is not a file"):
        load_network("/dev/zero")
    with pytest.raises(uat.FileProblem, match="cannot be read: File name too long"):
        load_network(tmp_path / ("g" * 300))


class Hostile:
    """Unpickled, it would leave a file behind."""

    def __init__(self, place: Path) -> None:
        self.place = place

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.place,)


def test_nothing_in_a_file_is_executed(tmp_path: Path, network: Network) -> None:
    trap, place = tmp_path / "sprung", tmp_path / "hostile.npz"
    arrays = contents(network, tmp_path / "good.npz")
    arrays["weight_1"] = np.array([[Hostile(trap)], [1.0]], dtype=object)
    np.savez(place, **arrays)
    with pytest.raises(uat.FileProblem, match="allow_pickle=False"):
        load_network(place)
    place.write_bytes(pickle.dumps(Hostile(trap)))
    with pytest.raises(uat.FileProblem, match="neither an npz archive nor text"):
        load_network(place)
    assert not trap.exists()


FOREIGN: list[tuple[dict[str, Any], str]] = [
    ({"format": np.array("something else")}, "does not say 'uat network 1'"),
    ({"weight_1": np.ones((3, 1))}, r"bias of shape \(2,\) given for 3 units"),
    ({"weight_1": np.full((2, 1), np.nan)}, "nan"),
    ({"weight_1": np.ones((2, 1)) * 1j}, "complex"),
    ({"bias_2": np.array(["x"])}, "text"),
    ({"weight_2": np.ones((1, 3))}, "layer 1 gives 2 values and layer 2 takes 3"),
    ({"layers": np.array(0)}, "no layers"),
    ({"layers": np.array(9)}, "weight_3"),
    ({"layers": np.array([1, 2])}, "damaged"),
    ({"layers": np.array("two")}, "damaged"),
    ({"activation": np.array("not json")}, "damaged"),
    ({"activation": np.array("[" * 10**5)}, "damaged"),
    ({"activation": np.array("[]")}, "it describes 0 activations for 1 hidden layer"),
    ({"activation": np.array('{"name": 5}')}, "its activation is not described"),
    ({"activation": np.array('{"name": "tahn"}')}, "did you mean 'tanh'"),
    ({"activation": np.array('{"name": "own", "expression": 5}')}, "damaged"),
    ({"activation": np.array('{"name": "own", "expression": [["exp", [0], []]]}')}, "row 0"),
    (
        {
            "activation": np.array(
                '{"name": "own", "limits": [0, 1], "expression": [["coordinate", [], [0]]]}'
            )
        },
        "σ|limits",
    ),
]


@pytest.mark.parametrize(("changed", "line"), FOREIGN, ids=lambda v: str(v)[:40])
def test_a_foreign_file_is_refused_with_the_reason(
    tmp_path: Path, network: Network, changed: dict[str, Any], line: str
) -> None:
    place = tmp_path / "foreign.npz"
    np.savez(place, **{**contents(network, place), **changed})
    with pytest.raises(uat.FileProblem, match=line) as caught:
        load_network(place)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"", "is empty; the file of a network"),
        (b"text", "it is no JSON: Expecting value"),
        (b'{"format": ', "it is no JSON: Expecting value"),
        (b"[" * 10**5, "is damaged or no network"),
        (b"{}", "it is JSON, but does not say its format"),
        (b"[1, 2]", "it is JSON, but does not say its format"),
        (b'{"format": "other"}', "it says 'other'"),
        (b'{"format": "uat network 1"}', "damaged or no network of uat: it lacks 'activation'"),
        (b"PK\x03\x04", "damaged or no network of uat: File is not a zip file"),
        (b"\x93NUMPY", "neither an npz archive nor text"),
        (bytes(range(256)), "neither an npz archive nor text"),
    ],
    ids=range(11),
)
@pytest.mark.parametrize("read", [load_network, uat.load], ids=["network", "any"])
def test_other_bytes_are_refused_with_what_they_are(
    tmp_path: Path, content: bytes, line: str, read: Callable[[Path], Any]
) -> None:
    place = tmp_path / "other.npz"
    place.write_bytes(content)
    with pytest.raises(uat.FileProblem) as caught:
        read(place)
    text = str(caught.value).replace("network or certificate", "network")
    assert line in text.replace("a network or a certificate", "a network")
    assert "\n" not in text


def test_foreign_arrays_are_refused(tmp_path: Path, network: Network) -> None:
    np.save(tmp_path / "one.npy", np.ones(3))
    np.savez(tmp_path / "more.npz", a=np.ones(3))
    np.savez_compressed(tmp_path / "small.npz", **contents(network, tmp_path / "g.npz"))
    for name, line in (
        ("one.npy", "files of one end in"),
        ("more.npz", "does not say"),
        ("small.npz", "compressed"),
    ):
        with pytest.raises(uat.FileProblem, match=line):
            load_network(tmp_path / name)


def test_a_truncated_file_is_refused_wherever_it_ends(tmp_path: Path, network: Network) -> None:
    place = tmp_path / "network.npz"
    save(network, place)
    content = place.read_bytes()
    for size in range(0, len(content), 37):
        place.write_bytes(content[:size])
        with pytest.raises(uat.FileProblem):
            load_network(place)


def test_a_file_of_json_can_be_looked_into(tmp_path: Path, network: Network) -> None:
    network.save(tmp_path / "g.json")
    words = json.loads((tmp_path / "g.json").read_text("utf-8"))
    assert words["format"] == "uat network 1"
    assert words["activation"] == {"name": "logistic"}
    assert words["layers"][0] == {"weight": [[1.0], [2.0]], "bias": [3.0, 4.0]}
    assert load_network(tmp_path / "g.json") == uat.load(tmp_path / "g.json") == network


@pytest.mark.parametrize("name", ["g", "g.npy", "g.txt"])
def test_a_network_saves_itself_under_an_ending_that_says_what_it_is(
    tmp_path: Path, network: Network, name: str
) -> None:
    with pytest.raises(uat.InputError, match=r"ends in \.npz \(the network\) or \.json"):
        network.save(tmp_path / name)
    assert list(tmp_path.iterdir()) == []
