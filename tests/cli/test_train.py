"""The command `uat train`: its answers, its files, and its errors in one line."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.cli.command import run
from uat.cli import train as training
from uat.interchange import formats as storage
from uat.train.fitting import fit_function

QUICK = ("--hidden", "8", "--max-iter", "40")


@pytest.mark.slow
def test_a_formula_is_learned_and_proved(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "net.npz"
    asked = ("train", "sin(3*x)", "--domain", "0 1", *QUICK, "--prove", "--save", kept)
    assert run(*asked, "--json") == 0
    facts = json.loads(capsys.readouterr().out)
    network = storage.read_network(kept)
    x = np.linspace(0, 1, 1001)
    seen = np.abs(np.sin(3 * x) - network(x[:, None])[:, 0]).max()
    assert seen <= facts["upper"] + facts["rounding"] < 1e-3
    assert facts["widths"] == [8]
    assert facts["files"] == {"network": str(kept)}
    assert run(*asked) == 0
    printed = capsys.readouterr().out
    assert all(word in printed for word in ("8 units of tanh", "largest residual", "sup|f − g| ≤"))


def test_each_layer_may_have_an_activation_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ("train", "sin(x)", "--domain", "0 1", "--hidden", "3 2", "--max-iter", "5")
    assert run(*asked, "--activation", "relu, tanh") == 0
    printed = capsys.readouterr().out
    assert "3-2 units of relu, tanh" in printed
    assert "after 5 iterations: budget used up" in printed
    assert run(*asked, "--activation", "relu,tanh,relu") == 2
    assert "one for each is needed, since the outputs are trained" in capsys.readouterr().err


def test_data_in_a_file_are_learned(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, x = tmp_path / "data.csv", np.linspace(0, 1, 60)
    np.savetxt(file, np.column_stack([x, x**2, x**3]), delimiter=",", header="x,a,b", comments="")
    assert run("train", file, "--outputs", "2", "--hidden", "6", "--max-iter", 60, "--json") == 0
    assert json.loads(capsys.readouterr().out)["max_residual"] < 1e-2


@pytest.mark.slow
def test_eps_that_is_not_reached_keeps_the_network_and_is_exit_code_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "net.npz"
    asked = ("train", "abs(x)", "--domain", "-1 1", "--hidden", "2", "--max-iter", "3")
    assert run(*asked, "--eps", "1e-9", "--save", kept) == 1
    assert "not below eps = 1e-09" in capsys.readouterr().err
    assert run(*asked, "--eps", "1e-9", "--json") == 1
    facts = json.loads(capsys.readouterr().out)
    assert (facts["widths"], facts["exit_code"]) == ([2], 1)
    assert "not below eps = 1e-09" in facts["error"]
    assert storage.read_network(kept).widths == (2,)


@pytest.mark.slow
def test_a_proof_that_fails_keeps_the_network(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "net.npz"
    assert run("train", "sign(x)", "--domain", "-1 1", *QUICK, "--prove", "--save", kept) == 1
    assert "f jumps near x = 0, by 2" in capsys.readouterr().err
    assert storage.read_network(kept).widths == (8,)


def test_a_file_of_another_ending_is_not_taken_for_a_formula(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = tmp_path / "data.xlsx"
    book.write_text("x,y\n0,1\n")
    assert run("train", book) == 2
    assert "data.xlsx is a file; the name of one of data ends in .csv" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.parametrize("outputs", [1, 2])
def test_a_training_without_a_graph_is_drawn_by_its_losses(tmp_path: Path, outputs: int) -> None:
    data, picture, kept = (tmp_path / name for name in ("data.csv", "fit.png", "net.npz"))
    table = np.random.default_rng(0).normal(size=(20, 4))
    np.savetxt(data, table, delimiter=",")
    files = ("--plot", picture, "--save", kept)
    assert run("train", data, "--outputs", outputs, "--hidden", "3", "--max-iter", "5", *files) == 0
    assert picture.stat().st_size > 1000
    assert storage.read_network(kept).output_dimension == outputs


def test_json_has_no_infinity(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = tmp_path / "data.csv"
    data.write_text("-1.7e308,-1.7e308\n1.7e308,1.7e308\n0,1\n")
    assert run("train", data, "--hidden", "3", "--max-iter", "2", "--json") == 0
    facts = json.loads(capsys.readouterr().out, parse_constant=pytest.fail)
    assert facts["loss"] is None
    assert facts["max_residual"] < 1e300


def test_an_interrupt_keeps_the_best_network(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stopped(*arguments: Any, **options: Any) -> Any:
        def at_three(done: int, _most: int, _words: str) -> None:
            if done >= 3:
                raise KeyboardInterrupt

        return fit_function(*arguments, **(options | {"progress": at_three}))

    monkeypatch.setattr(training, "fit_function", stopped)
    kept = tmp_path / "net.npz"
    assert run("train", "sin(9*x)", "--domain", "0 1", *QUICK, "--save", kept, "--json") == 130
    assert json.loads(capsys.readouterr().out)["reason"] == "interrupted"
    assert storage.read_network(kept).widths == (8,)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("sin(x)",), "needs --domain"),
        (("data.csv", "--domain", "0 1"), "--domain given"),
        (("missing.csv",), "cannot read missing.csv"),
        (("x", "--domain", "0 1", "--hidden", "a"), "whole numbers"),
        (("x", "--domain", "0 1", "--hidden", "0"), "hidden"),
        (("x", "--domain", "0 1", "--method", "adma"), "did you mean"),
        (("x", "--domain", "0 1", "--max-iter", "0"), "max_iter"),
        (("x", "--domain", "0 1", "--seconds", "0"), "seconds"),
        (("x", "--domain", "0 1", "--save", "no/such/net.npz"), "there is no folder"),
        (("x", "--domain", "0 1", "--plot", "net.xyz"), "xyz"),
        (("missing.csv", "--prove"), "cannot read"),
    ],
    ids=[
        "no domain", "two places", "no file", "width", "zero width", "method", "budget",
        "time", "folder", "format", "nothing to prove",
    ],
)  # fmt: skip
def test_what_is_wrong_is_one_line_and_exit_code_2(
    arguments: tuple[str, ...], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("train", *arguments) == 2
    printed = capsys.readouterr()
    assert words in printed.err
    assert printed.err.count("\n") == 1
    assert printed.out == ""


def test_a_column_without_a_name_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "data.csv"
    data.write_text(",u,w\n0,1,3\n1,2,4\n2,3,5\n")
    assert run("train", data, "--hidden", "2", "--max-iter", "2") == 0
    heard = capsys.readouterr()
    assert heard.err.count("\n") == 1
    assert "column 1 has no name" in heard.err
    assert "2 inputs (column 1, u), 2 units of tanh" in heard.out
