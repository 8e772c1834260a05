"""What is saved comes back bit for bit: networks of any σ, certificates of any f."""

from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import uat
from uat.expression.parse import parse
from uat.testing import continuous_targets, networks


def saved(thing: uat.Network | uat.Certificate, place: Path) -> uat.Network | uat.Certificate:
    try:
        thing.save(place)
    except uat.InputError as reason:
        assert "so a file" in str(reason)  # noqa: PT017 - a σ that is no formula
        assume(condition=False)
    return uat.load(place)


@settings(max_examples=25)
@given(networks(), st.sampled_from(["g.npz", "g.json"]))
def test_a_network_comes_back_bit_for_bit(
    tmp_path_factory: pytest.TempPathFactory, network: uat.Network, name: str
) -> None:
    again = saved(network, tmp_path_factory.mktemp("networks") / name)
    assert isinstance(again, uat.Network)
    assert again.activations == network.activations
    for layer, kept in zip(again.layers, network.layers, strict=True):
        assert layer.weight.tobytes() == kept.weight.tobytes()
        assert layer.bias.tobytes() == kept.bias.tobytes()


@given(continuous_targets(), networks(1, 1, width=4))
@settings(max_examples=15)
def test_a_certificate_comes_back_bit_for_bit(
    tmp_path_factory: pytest.TempPathFactory, target: uat.Target, network: uat.Network
) -> None:
    place = tmp_path_factory.mktemp("certificates") / "proof.json"
    try:
        proof = uat.certify(target, network, cells=20, method="cells")
    except uat.CannotProve:
        assume(condition=False)
    again = saved(proof, place)
    assert isinstance(again, uat.Certificate)
    assert again == proof
    if again.evidence is not None:
        written = place.read_bytes()
        again.save(place)
        assert place.read_bytes() == written
        assert again.evidence.target.expression is target.expression
        kept = again.evidence.network
        assert kept.layers == network.layers
        # a tail that was declared is not in the file
        assert kept.activations == network.activations or network.activations[0].assumptions
    else:
        assert target.expression is None or network.activations[0].assumptions


def test_a_formula_is_the_same_one_after_the_file(tmp_path: Path) -> None:
    f = parse("x**2.5 + exp(-abs(x - 1e-300)) + where(x < 0.1, 0.1, x)")
    network = uat.Network.from_units([1.0], [1.0], [-0.0], uat.tanh)
    again = saved(uat.certify(uat.Target(f, (0, 1)), network, cells=20), tmp_path / "p.json")
    assert isinstance(again, uat.Certificate)
    assert again.evidence is not None
    assert again.evidence.target.expression is f
