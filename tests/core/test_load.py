"""What was saved is read again bit for bit, and states no more than its file."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import uat
from uat import Certificate, FileProblem, InputError, Target
from uat.expression.parse import parse
from uat.interchange.formats import read_network as load_network


def again(certificate: Certificate, folder: Path) -> Certificate:
    certificate.save(folder / "proof.json")
    found = uat.load(folder / "proof.json")
    assert isinstance(found, Certificate)
    return found


def test_a_certificate_comes_back_with_the_cells_it_rests_on(tmp_path: Path) -> None:
    proof = uat.approximate("x**2 + sin(x)", (-1, np.pi), 0.1, method="staircase").certificate
    assert proof is not None
    assert proof.evidence is not None
    found = again(proof, tmp_path)
    assert found == proof
    assert found.evidence is not None
    for name in ("lower", "upper", "bounds"):
        assert np.array_equal(getattr(found.evidence, name), getattr(proof.evidence, name))
    assert found.evidence.network == proof.evidence.network
    assert found.evidence.target.expression is proof.evidence.target.expression
    assert found.evidence.target.domain == proof.evidence.target.domain
    written = (tmp_path / "proof.json").read_bytes()
    again(found, tmp_path)
    assert (tmp_path / "proof.json").read_bytes() == written


@pytest.mark.slow
def test_a_certificate_from_a_file_is_drawn(tmp_path: Path) -> None:
    network = uat.Network.from_units([1.0, 1.0], [[1.0, 0.0], [0.0, 1.0]], [0.0, 0.0], uat.tanh)
    proof = uat.certify("x*y", network, [(0, 1), (0, 1)], cells=50)
    assert uat.plot(again(proof, tmp_path), language="en").axes


@pytest.mark.slow
def test_a_declared_tail_comes_back_as_one_on_trust(tmp_path: Path) -> None:
    slow = uat.sigmoidal(parse("(1 + x/(1 + abs(x)))/2"), parse("1/(1 + x)"), name="slow")
    proof = uat.certify("x", uat.Network.from_units([1.0], [4.0], [-2.0], slow), (0, 1), cells=50)
    found = again(proof, tmp_path)
    assert found == proof
    assert found.assumptions
    assert found.evidence is not None
    assert found.evidence.network.activation == slow


def test_without_a_formula_in_the_file_there_is_no_evidence(tmp_path: Path) -> None:
    opaque = Target(np.vectorize(abs), (-1, 1), 1.0, name="mine", traced=False)
    network = uat.Network.from_units([1.0], [1.0], [0.0], uat.tanh)
    found = again(uat.certify(opaque, network, cells=50), tmp_path)
    assert found.evidence is None
    assert "declared for mine" in found.assumptions[0]


@pytest.mark.slow
def test_an_approximation_saves_its_network_and_its_certificate(tmp_path: Path) -> None:
    g = uat.approximate("x", (0, 1), 0.1)
    g.save(tmp_path / "g.npz")
    g.save(tmp_path / "g.json")
    assert uat.load(tmp_path / "g.npz") == g.network
    assert uat.load(tmp_path / "g.json") == g.certificate
    with pytest.raises(InputError, match=r"\.npz \(the network\) or \.json \(its certificate\)"):
        g.save(tmp_path / "g.png")
    both = uat.approximate(["x", "x**2"], (0, 1), 0.3)
    with pytest.raises(InputError, match=r"g\.output\(0\)\.save"):
        both.save(tmp_path / "both.json")
    bare = uat.approximate("x", (0, 1), 0.1, prove=False)
    with pytest.raises(InputError, match=r"no certificate to save without a proof; \.npz"):
        bare.save(tmp_path / "bare.json")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["g.json", "g.npz"]


def test_a_certificate_is_no_network(tmp_path: Path) -> None:
    uat.approximate("x", (0, 1), 0.1).save(tmp_path / "proof.json")
    with pytest.raises(FileProblem, match="it says 'uat certificate 1', not 'uat network 1'"):
        load_network(tmp_path / "proof.json")


DAMAGE: list[tuple[Callable[[Any], object], str]] = [
    (lambda w: w.pop("upper"), "it lacks 'upper'"),
    (lambda w: w["network"].pop("layers"), "it lacks 'layers'"),
    (lambda w: w.update(upper=3.0), "damaged"),
    (lambda w: w.update(upper="nan"), "0 ≤ lower ≤ upper"),
    (lambda w: w.update(upper="-0x1p+0"), "0 ≤ lower ≤ upper"),
    (lambda w: w.update(witness=["inf"]), "finite coordinates"),
    (lambda w: w.update(method=5), "no texts"),
    (lambda w: w.update(cells=[]), "its cells do not fit its box"),
    (lambda w: w["cells"][0].pop(), "damaged"),
    (lambda w: w["cells"][0][0].append("0x0p+0"), "damaged|do not fit"),
    (lambda w: w["cells"][0].__setitem__(2, "nan"), "no bound of at least 0"),
    (lambda w: w["cells"][0].__setitem__(0, ["0x1p+9"]), "no finite ends in order"),
    (lambda w: w.update(domain=[["0x1p+0", "0x0p+0"]]), "a < b"),
    (lambda w: w["target"].update(expression=[["exp", [0], []]]), "row 0"),
    (lambda w: w["target"].update(expression=[["system", [], []]]), "no operation 'system'"),
    (lambda w: w["network"]["layers"][0].update(bias=["nan"]), "bias"),
    (lambda w: w["network"]["activation"].update(expression=5), "damaged"),
    (lambda w: w.update(format="uat certificate 9"), "it says 'uat certificate 9'"),
]


@pytest.mark.parametrize(("damage", "line"), DAMAGE, ids=range(len(DAMAGE)))
def test_a_damaged_certificate_is_refused_in_one_line(
    tmp_path: Path, damage: Callable[[Any], object], line: str
) -> None:
    place = tmp_path / "proof.json"
    uat.approximate("x", (0, 1), 0.25, method="staircase").save(place)
    words = json.loads(place.read_text("utf-8"))
    damage(words)
    place.write_text(json.dumps(words), "utf-8")
    with pytest.raises(FileProblem, match=line) as caught:
        uat.load(place)
    assert str(caught.value).startswith(str(place))
    assert "\n" not in str(caught.value)


def test_a_loaded_network_called_like_f_says_how_it_is_called(tmp_path: Path) -> None:
    uat.Network.from_units([1.0], [2.0], [0.5], uat.tanh).save(tmp_path / "net.npz")
    network: Any = uat.load(tmp_path / "net.npz")
    with pytest.raises(InputError, match=r"network.as_function\(\) is called like f"):
        network(0.3)
    assert network.as_function()(0.3) == network([[0.3]])[0, 0]
