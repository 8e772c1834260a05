"""A saved proof is confirmed on the command line, or refused in one line."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

import uat
from tests.cli.command import run
from uat.interchange import formats as storage


@pytest.mark.slow
def test_verify_confirms_what_approximate_wrote(
    files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("verify", files[1], "--network", files[0]) == 0
    heard = capsys.readouterr()
    assert heard.err == ""
    assert "confirmed" in heard.out
    assert run("verify", files[1], "--json") == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["confirmed"] is True
    assert facts["f"] == "x**2 + sin(x)"
    assert 0 < facts["upper"] < 0.25


@pytest.mark.slow
def test_verify_says_what_it_did_not_check_and_what_it_did_not_need(
    files: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = json.loads(files[1].read_text("utf-8"))
    assert run("verify", files[1], "--json") == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["rounding"] == float.fromhex(words["rounding"]) > 0
    assert facts["not_checked"].startswith("the error of evaluation in floating point")
    assert (facts["not_needed"], "assumptions" in facts) == ([], False)
    slow = uat.sigmoidal(lambda u: 0.5 + np.arctan(u) / np.pi, tail=lambda s: min(0.5, 1 / (3 * s)))
    g = uat.approximate("x", (0, 1), eps=0.2, activation=slow)
    assert g.certificate is not None
    g.certificate.save(tmp_path / "slow.json")
    assert run("verify", tmp_path / "slow.json") == 0
    heard = " ".join(capsys.readouterr().out.split())
    assert "not checked" in heard
    assert "not needed 1" in heard
    assert "on trust" not in heard


@pytest.mark.slow
@pytest.mark.parametrize("sigma", ["logistic", "gompertz", "relu"])
def test_verify_names_the_activation(
    sigma: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    proof, x = tmp_path / "proof.json", ("x", "--domain", "0 1", "--eps", "0.3")
    assert run("approximate", *x, "--activation", sigma, "--certificate", proof) == 0
    assert run("verify", proof) == 0
    assert re.search(rf"units? of {sigma}", capsys.readouterr().out)
    assert run("verify", proof, "--json") == 0
    assert json.loads(capsys.readouterr().out)["activation"] == sigma


def test_a_wrong_file_is_told_what_it_is(
    files: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = {"{}": "it is JSON that does not say", "": "it is empty", "uat": "it is no JSON"}
    for content, said in wrong.items():
        (tmp_path / "wrong").write_text(content, "utf-8")
        assert run("verify", tmp_path / "wrong") == 2
        assert said in capsys.readouterr().err
    (tmp_path / "wrong").write_bytes(b"\xff\xfe")
    assert run("verify", tmp_path / "wrong") == 2
    assert "it is no text in UTF-8" in capsys.readouterr().err
    assert run("verify", files[0]) == 2
    assert "it is an archive, such as the .npz of a network" in capsys.readouterr().err


def test_a_spoilt_certificate_is_exit_code_1_and_names_the_cell(
    files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    words = json.loads(files[1].read_text("utf-8"))
    del words["cells"][4]
    files[1].write_text(json.dumps(words), "utf-8")
    assert run("verify", files[1]) == 1
    heard = capsys.readouterr()
    assert (heard.out, heard.err.count("\n")) == ("", 1)
    assert "is not confirmed: no cell covers the part" in heard.err
    assert "beside cell 3" in heard.err
    assert run("verify", files[1], "--json") == 1
    facts = json.loads(capsys.readouterr().out)
    assert facts["confirmed"] is False
    assert "cell 3" in facts["reason"]
    assert (facts["exit_code"], facts["reason"] in facts["error"]) == (1, True)


@pytest.mark.slow
def test_a_certificate_of_another_network_is_not_confirmed(
    files: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    g = storage.read_network(files[0])
    weights = g.output_weights.copy()
    weights[0] = np.nextafter(weights[0], 9)
    other = uat.Network.from_units(weights, g.slopes, g.biases, g.activation)
    storage.save(other, tmp_path / "other.npz")
    assert run("verify", files[1], "--network", tmp_path / "other.npz") == 1
    assert "made for another network than" in capsys.readouterr().err
    alike = uat.Network.from_units(g.output_weights, g.slopes, g.biases, uat.gompertz)
    storage.save(alike, tmp_path / "alike.npz")
    assert run("verify", files[1], "--network", tmp_path / "alike.npz") == 1


@pytest.mark.slow
def test_a_proof_that_may_not_be_confirmed_says_so_when_it_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, proof = tmp_path / "net.npz", tmp_path / "proof.json"
    rng = np.random.default_rng(0)
    soft = uat.Network.from_units(rng.normal(size=5), rng.normal(size=(5, 3)), np.zeros(5), "tanh")
    for network, f, said in (
        (soft, "x1*x2 + x3", "in 3 coordinates are those of models of high degree"),
        (soft, "abs(x1 - x2) + x3", "its cells lie along a linear form"),
        (uat.Network(soft.layers, "relu"), "x1*x2 + x3", ""),
    ):
        storage.save(network, path)
        asked = ("certify", f, path, "--domain", "-1 1; -1 1; -1 1", "--gap", "0.5")
        assert run(*asked, "--certificate", proof, "--json") == 0
        doubt = json.loads(capsys.readouterr().out)["doubt"]
        words = json.loads(proof.read_text("utf-8"))
        assert said in doubt
        assert bool(said) == bool(doubt)
        assert doubt == words["doubt"] == uat.load(proof).evidence.doubt  # type: ignore[union-attr]
        assert run(*asked) == 0
        assert ("may not" in capsys.readouterr().out) == bool(said)
        words["upper"], words["lower"] = (1e-3).hex(), (0.0).hex()
        words["cells"] = [[low, high, words["upper"]] for low, high, _ in words["cells"]]
        proof.write_text(json.dumps(words), "utf-8")
        assert run("verify", proof) == 1
        assert ("as it says of itself: " in capsys.readouterr().err) == bool(said)
