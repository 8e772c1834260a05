"""`uat export` and `--certificate proof.v` write theorems for Coq; what cannot be written is one line."""

import json
from pathlib import Path

import pytest

import uat
from tests.cli.command import run
from tests.oracles.coq import read

BUILT = ("approximate", "x**2", "--domain", "0 1", "--eps", "0.125", "--method", "staircase")


@pytest.mark.slow
def test_a_saved_certificate_becomes_the_theorem_that_the_ending_asks_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    saved, exported, direct = map(Path, ("p.json", "p.v", "q.v"))
    assert run(*BUILT, "--certificate", saved) == 0
    assert run(*BUILT, "--certificate", direct) == 0
    capsys.readouterr()
    assert run("export", saved, exported, "--json") == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["files"] == {"theorem": str(exported)}
    assert exported.read_bytes() == direct.read_bytes()
    assert float(read(exported.read_text("utf-8")).bound) == facts["upper"] < 0.125
    assert run("export", saved, exported) == 0
    assert "coqc p.v" in capsys.readouterr().out


@pytest.mark.slow
def test_what_cannot_be_exported_is_one_line_and_no_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    uat.Network.from_units([1.0], [1.0], [0.0], uat.gelu).save("net.json")
    uat.certify("x", uat.load("net.json"), (0, 1), cells=20).save("gelu.json")
    before = {*tmp_path.iterdir()}
    for words, said in [
        (("export", "net.json", "p.v"), "net.json holds a network; a certificate"),
        (("export", "gelu.json", "p.v"), "uat.gelu is not written for Coq; written are logistic"),
        (("export", "gelu.json", "p.txt"), "a name that ends in .v (a theorem for Coq) is needed"),
        (("export", "none.json", "p.v"), "none.json does not exist"),
        (
            (
                "certify",
                "x",
                "net.json",
                "--domain",
                "0 1",
                "--cells",
                "20",
                "--certificate",
                "p.v",
            ),
            "uat.gelu is not written for Coq",
        ),
    ]:
        assert run(*words) == 2
        told = capsys.readouterr().err
        assert said in told
        assert told.count("\n") == 1
    assert {*tmp_path.iterdir()} == before
