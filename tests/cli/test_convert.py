"""`uat convert` writes networks of any format in another, and as code."""

import json
from pathlib import Path
from typing import Any

import pytest

import uat
from tests.cli.command import run

HERE = Path(__file__).parents[1] / "interchange" / "networks"


def test_a_network_goes_from_format_to_format(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = ["a.onnx", "b.nnet", "c.npz", "d.json"]
    before = HERE / "spiky_nnet.nnet"
    for name in names:
        assert run("convert", before, tmp_path / name, "--json") == 0
        facts = json.loads(capsys.readouterr().out)
        assert facts["widths"] == [6, 4, 3]
        assert (facts["inputs"], facts["outputs"], facts["activation"]) == (1, 1, "relu")
        before = tmp_path / name
        assert uat.load(before) == uat.load(HERE / "spiky_nnet.nnet")
    assert run("convert", HERE / "InvertedPendulum_controller.polar", tmp_path / "net.js") == 0
    assert "25-25 units of relu" in capsys.readouterr().out
    assert "function network(x)" in (tmp_path / "net.js").read_text("utf-8")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nothing.onnx", "b.npz"], "nothing.onnx does not exist"),
        ([HERE / "tiny_nnet.nnet", "b.polar"], "a name that ends in .npz (the network) or"),
        ([HERE / "Ex_12_controller.nt", "b.npz", "--normalised"], "it is for .nnet"),
        ([HERE / "Ex_12_controller.nt", "b.npz", "--activation", "relu, tanh"], "it is for .pt"),
        (
            [HERE / "licences" / "sherlock.txt", "b.npz"],
            "holds no network that uat can read; files",
        ),
    ],
)
def test_what_cannot_be_converted_is_one_line(
    words: list[Any], said: str, capsys: pytest.CaptureFixture[str], tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    assert run("convert", *words) == 2
    told = capsys.readouterr().err
    assert said in told
    assert told.count("\n") == 1
    assert not [*tmp_path.iterdir()]


def test_every_command_takes_every_format(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place, proof = HERE / "tiny_nnet.nnet", tmp_path / "proof.json"
    assert run("regions", "count", place, "--box", "-1", "1", "--json") == 0
    assert json.loads(capsys.readouterr().out)["linear"] == 2
    words = [
        "certify",
        "max(x, 0)",
        place,
        "--cells",
        50,
        "--domain",
        "-1",
        "1",
        "--certificate",
        proof,
        "--json",
    ]
    assert run(*words) == 0
    assert json.loads(capsys.readouterr().out)["bound"] < 1e-12
    assert run("verify", proof, "--network", place, "--json") == 0
    assert json.loads(capsys.readouterr().out)["activations"] == ["relu"]


def test_one_output_of_several_is_proved_about(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place, proof = tmp_path / "two.nnet", tmp_path / "proof.json"
    layers = [uat.Affine([[1]], [0]), uat.Affine([[1], [2]], [0, 1])]
    uat.Network(layers, "relu").save(place)
    words = ["certify", "x", place, "--domain", "0", "1", "--cells", 50, "--json"]
    assert run(*words) == 2
    assert "say which output with --output" in capsys.readouterr().err
    assert run(*words, "--output", 1, "--certificate", proof) == 0
    assert json.loads(capsys.readouterr().out)["lower"] == pytest.approx(2, rel=1e-6)
    assert run("verify", proof, "--network", place, "--output", 1) == 0
    assert run("verify", proof, "--network", place, "--output", 0) == 1
    assert run("verify", proof, "--network", place, "--output", 2) == 2
    assert "output 2 given; Network(1 → 1 → 2, uat.relu) has 2" in capsys.readouterr().err
