"""Proofs on the command line: what is answered, what is written, and what goes wrong in one line."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pytest

import uat
from tests.cli.command import SLIDES, run
from uat.interchange import formats as storage
from uat.theorem import search_free
from uat.theorem.methods import METHODS


def test_approximate_tells_what_is_proved_in_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("approximate", *SLIDES, "--activation", "tanh", "--method", "staircase") == 0
    heard = capsys.readouterr()
    assert heard.err == ""
    for said in (
        "x**2 + sin(x) on [-1, 3.14",
        "units of tanh",
        "Σ|a|",
        "sup|f − g| ≤ 0.24",
        "at x =",
    ):
        assert said in heard.out


@pytest.mark.slow
@pytest.mark.parametrize("words", [(), ("--json",)])
def test_an_interrupted_search_answers_with_what_is_proved(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
) -> None:
    def interrupted(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(search_free, "fewer", interrupted)
    kept = tmp_path / "net.npz"
    waves = ("sin(3*x) + x**2", "--domain", "-1 2", "--eps", "1e-3")
    assert run("approximate", *waves, "--save", kept, *words) == 130
    heard = capsys.readouterr()
    assert heard.err == "uat: interrupted; this is the best network so far\n"
    assert storage.read_network(kept).widths[0] > 1
    if words:
        facts = json.loads(heard.out)
        assert facts["bound"] < 1e-3
        assert facts["exit_code"] == 130


@pytest.mark.parametrize("words", [(), ("--json",)])
def test_ctrl_c_before_the_first_proof_says_that_there_is_none(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
) -> None:
    def interrupted(*_: Any) -> NoReturn:
        raise KeyboardInterrupt

    monkeypatch.setitem(METHODS, "staircase", replace(METHODS["staircase"], prove=interrupted))
    kept = tmp_path / "net.npz"
    assert run("approximate", *SLIDES, "--effort", "thorough", "--save", kept, *words) == 130
    heard = capsys.readouterr()
    assert heard.err == "uat: interrupted before a network was proved; no file was written\n"
    assert not kept.exists()
    assert bool(heard.out) == bool(words)


def test_what_was_tried_is_told_to_machines_in_parts(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("approximate", *SLIDES, "--activation", "heaviside", "--json") == 0
    facts = json.loads(capsys.readouterr().out)
    kept, *others = sorted(facts["tried"], key=lambda part: part["units"] is None)
    assert kept == {
        "method": facts["method"], "units": facts["units"], "bound": facts["bound"], "reason": None
    }  # fmt: skip
    assert all(part["bound"] is None and part["reason"] for part in others)


def test_approximate_answers_machines_in_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("approximate", *SLIDES, "--method", "rectangles", "--json") == 0
    facts = json.loads(capsys.readouterr().out)
    g = uat.approximate("x**2 + sin(x)", (-1, np.pi), eps=0.25, method="rectangles")
    assert g.certificate is not None
    assert facts["bound"] == g.certificate.bound < facts["eps"] == 0.25
    assert facts["units"] == g.units == sum(facts["widths"])
    assert facts["weights"] == pytest.approx(float(np.abs(g.network.output_weights).sum()))
    assert (facts["method"], facts["activation"]) == ("rectangles", "logistic")
    assert facts["domain"] == [[-1.0, np.pi]]
    assert tuple(facts["witness"]) == g.certificate.witness


@pytest.mark.slow
def test_outputs_apart_by_semicolons_are_proved_each(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "proof.json"
    asked = (
        "approximate",
        "cos(x); sin(x)",
        "--domain",
        "0 6",
        "--eps",
        "0.1",
        "--effort",
        "quick",
    )
    assert run(*asked, "--certificate", kept, "--json") == 0
    facts = json.loads(capsys.readouterr().out)
    assert [output["f"] for output in facts["outputs"]] == ["cos(x)", "sin(x)"]
    assert facts["bound"] == max(output["bound"] for output in facts["outputs"]) < 0.1
    for i in (1, 2):
        assert run("verify", tmp_path / f"proof-{i}.json") == 0
    capsys.readouterr()
    assert run(*asked) == 0
    assert capsys.readouterr().out.count("sup|f − g| ≤ 0.09") == 2


@pytest.mark.slow
def test_every_file_asked_for_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    picture, network, proof = tmp_path / "g.svg", tmp_path / "g.npz", tmp_path / "g.json"
    asked = ("--plot", picture, "--language", "en", "--save", network, "--certificate", proof)
    assert run("approximate", *SLIDES, "--effort", "quick", *asked, "--json") == 0
    written = json.loads(capsys.readouterr().out)["files"]
    assert written == {"picture": str(picture), "network": str(network), "certificate": str(proof)}
    assert picture.read_text("utf-8").startswith("<?xml")
    assert storage.read_network(network).depth == 1
    assert {path.name for path in tmp_path.iterdir()} == {"g.svg", "g.npz", "g.json"}


@pytest.mark.slow
def test_certify_proves_a_network_in_a_file(
    files: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    again = tmp_path / "again.json"
    asked = ("x**2 + sin(x)", files[0], "--domain", "-1 pi", "--cells", "500")
    assert run("certify", *asked, "--certificate", again, "--json") == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["lower"] <= facts["upper"] < 0.25
    assert run("certify", *asked, "--workers", "1") == 0
    assert "proved" in capsys.readouterr().out
    assert run("verify", again, "--network", files[0]) == 0


@pytest.mark.slow
def test_certify_compares_two_networks_in_files(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    built = (("net.npz", "tanh", "1e-2"), ("other.json", "relu", "2e-2"))
    paths = [tmp_path / name for name, *_ in built]
    for path, (_, sigma, eps) in zip(paths, built, strict=True):
        asked = ("sin(x)", "--domain", "0 6", "--activation", sigma, "--eps", eps, "--save", path)
        assert run("approximate", *asked, "--effort", "quick") == 0
    capsys.readouterr()
    assert run("certify", *paths, "--domain", "0 6", "--eps", "0.03", "--json") == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["lower"] <= facts["upper"] < 0.03
    assert "tanh" in facts["f"]
    assert run("certify", *paths, "--domain", "0 6") == 0
    assert "tanh on [0, 6]" in " ".join(capsys.readouterr().out.split())
    several = tmp_path / "several.npz"
    two = ("sin(x); cos(x)", "--domain", "0 6", "--eps", "0.1", "--method", "comb")
    assert run("approximate", *two, "--save", several) == 0
    assert run("certify", paths[0], several, "--domain", "0 6", "--output", "0") == 0
    assert run("certify", several, paths[0], "--domain", "0 6") == 2
    assert "say which output with --output" in capsys.readouterr().err


@pytest.mark.slow
def test_certify_stops_as_near_to_the_error_as_it_is_asked_to(
    files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    asked, cells = ("sin(20*x)", files[0], "--domain", "-1 pi", "--json"), []
    for gap in ("０．５", "1/1000"):
        assert run("certify", *asked, "--gap", gap, "--certificate", files[1]) == 0
        facts = json.loads(capsys.readouterr().out)
        assert facts["lower"] <= facts["upper"] <= (1 + 0.5) * facts["lower"]
        cells.append(len(json.loads(files[1].read_text("utf-8"))["cells"]))
    assert cells[0] < cells[1]
    assert run("certify", *asked, "--gap", "0") == 2
    assert "gap=0.0 given" in capsys.readouterr().err


def test_certify_bounds_the_rounding_of_single_precision(
    files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ("certify", "x**2 + sin(x)", files[0], "--domain", "-1 pi", "--evaluation", "float32")
    assert run(*asked, "--certificate", files[1], "--json") == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["rounding"] > 1e-7
    assert facts["bound"] >= facts["upper"] + facts["rounding"]
    kept = uat.load(files[1])
    assert isinstance(kept, uat.Certificate)
    assert (kept.evaluation, kept.rounding) == ("float32", facts["rounding"])
    assert "(rounding in float32)" in str(kept)
    assert run(*asked[:-1], "float16") == 2
    assert "float16" in capsys.readouterr().err


def test_the_proved_least_number_of_pieces_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ("approximate", "x**2", "--domain", "0 1", "--eps", "1e-2", "--activation", "relu")
    assert run(*asked) == 0
    assert "no polygon of fewer than 4 pieces" in " ".join(capsys.readouterr().out.split())
    assert run(*asked, "--json") == 0
    assert json.loads(capsys.readouterr().out)["fewest"] == 4


@pytest.mark.slow
def test_one_pair_is_the_box_of_all_inputs_and_one_output_may_be_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "net.npz"
    layers = ([[1.0, 2.0], [0.5, 0.0]], [0.0, 0.25]), ([[1.0, -1.0], [2.0, 0.0]], [0.0, 0.0])
    storage.save(uat.Network([uat.Affine(*layer) for layer in layers], uat.relu), path)
    ends = []
    for words in (("-1 1",), ("-1 1; -1 1",), ("-1 1", "--output", "1")):
        assert run("enclose", path, "--domain", *words, "--json") == 0
        facts = json.loads(capsys.readouterr().out)
        assert facts["domain"] == [[-1, 1], [-1, 1]]
        ends.append(list(zip(facts["low"], facts["high"], strict=True)))
    assert ends[0] == ends[1]
    assert ends[0][1:] == ends[2]
    (low, high), (least, most) = ends[0]
    assert -0.85 < low <= -0.75
    assert 2.25 <= high < 2.35
    assert -0.1 < least <= 0
    assert 6 <= most < 6.1
    assert run("enclose", path, "--domain", "-1 1", "--output", "1") == 0
    assert "output 1 " in " ".join(capsys.readouterr().out.split())
    assert run("enclose", path, "--domain", "-1 1", "--output", "2") == 2
    assert "output" in capsys.readouterr().err
    assert run("enclose", path, "--domain", "0 1; 0 1; 0 1") == 2
    assert "3 coordinates given" in capsys.readouterr().err


@pytest.mark.slow
def test_certify_exits_with_1_unless_the_bound_is_below_eps(
    files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ("certify", "x**2 + sin(x)", files[0], "--domain", -1, "pi", "--cells", "2000")
    assert run(*asked, "--eps", "0.25") == 0
    heard = capsys.readouterr()
    assert (heard.err, "0.25; the bound is below it" in heard.out) == ("", True)
    assert run(*asked, "--eps", "0.01", "--json") == 1
    heard = capsys.readouterr()
    facts = json.loads(heard.out)
    assert (facts["below_eps"], facts["exit_code"]) == (False, 1)
    assert heard.err == f"uat: {facts['error']}\n"
    assert "is not below eps = 0.01, and none can be: |f − g| ≥ 0.2" in heard.err
    between = (facts["lower"] + facts["bound"]) / 2
    assert run(*asked, "--eps", between) == 1
    assert "more --cells, or a better network, may help" in capsys.readouterr().err
    assert run(*asked, "--eps", "0") == 2
    assert "eps=0.0 given" in capsys.readouterr().err


JUMPS = {
    "where(x > 0.3, 1, 0)": "x = 0.3, by 1",
    "sign(x - 0.3)": "x = 0.3, by 2",
    "x + (x > 0.5)": "x = 0.5, by 1",
}


@pytest.mark.parametrize("f", JUMPS)
def test_a_jump_is_one_line_and_exit_code_1(f: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("approximate", f, "--domain", "0 1", "--method", "staircase") == 1
    heard = capsys.readouterr()
    assert (heard.out, heard.err.count("\n")) == ("", 1)
    assert heard.err.startswith(f"uat: f jumps near {JUMPS[f]}; the theorem is about continuous f")
    assert "--no-prove" in heard.err


@pytest.mark.slow
@pytest.mark.parametrize("form", [(), ("--json",)])
def test_without_a_proof_a_jump_is_answered_and_exit_code_1(
    form: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("approximate", "sign(x - 0.3)", "--domain", "0 1", "--no-prove", *form) == 1
    heard = capsys.readouterr()
    assert heard.err.count("\n") == 1
    assert heard.err.startswith("uat: the estimated error 1 is not below eps = 0.1, near x = 0.3")
    if form:
        facts = json.loads(heard.out)
        assert (facts["estimate"], facts["exit_code"]) == (1, 1)
        assert heard.err == f"uat: {facts['error']}\n"
    else:
        assert "not proved" in heard.out


def test_without_a_proof_a_continuous_f_is_exit_code_0(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("approximate", "x; x**2", "--domain", "0 1", "--no-prove") == 0
    assert capsys.readouterr().err == ""


X = ("approximate", "x", "--domain", "0 1")
BAD = {
    "eps 0": ((*X, "--eps", "0"), "eps=0.0 given"),
    "eps nan": ((*X, "--eps", "nan"), "eps=nan given"),
    "eps below all floats": (
        (*X, "--eps", "1e-400"),
        "'1e-400' is nearer to 0 than any float64 but 0",
    ),
    "eps in words": ((*X, "--eps", "small"), "'small' is no number such as 0.1 or 1/10"),
    "no domain": (("approximate", "x"), "--domain"),
    "half a domain": (("approximate", "x", "--domain", "0"), "two numbers for each coordinate"),
    "a domain to nowhere": (("approximate", "x", "--domain", "0", "nan"), "'nan' is not a finite"),
    "a misspelt theme": ((*X, "--plot", "g.png", "--theme", "drak"), "did you mean 'dark'?"),
    "a size of no kind": ((*X, "--plot", "g.png", "--size", "12x"), "or inches such as 12x6"),
    "an open domain": (("approximate", "x", "--domain", "0 1;"), "two numbers for each coordinate"),
    "a domain in words": (
        ("approximate", "x", "--domain", "0", "one"),
        "where 'one' is not a finite",
    ),
    "a box in words": (
        ("regions", "random", "2", "8", "--box", "a", "1"),
        "--box 'a 1' given, where 'a'",
    ),
    "an empty domain": (("approximate", "x", "--domain", "1 0"), "a < b is needed"),
    "a domain with x": (("approximate", "x", "--domain", "0 x"), "'x' is not a finite number"),
    "code for a domain": (("approximate", "x", "--domain", "0 __import__('os')"), "not a finite"),
    "an endless domain": (("approximate", "x", "--domain", "0 1/0"), "finite"),
    "no formula": (("approximate", "x +", "--domain", "0 1"), "is not a formula"),
    "two coordinates": (("approximate", "x*y", "--domain", "0 1"), "coordinate"),
    "a pole": (("approximate", "1/x", "--domain", "0 1"), "f is inf at x = 0.0, a pole"),
    "a proof without one": (
        (*X, "--no-prove", "--certificate", "c"),
        "without a proof there is none",
    ),
    "a misspelt σ": ((*X, "--activation", "tahn"), "did you mean 'tanh'?"),
    "a misspelt effort": ((*X, "--effort", "thoroughly"), "did you mean 'thorough'?"),
    "a misspelt method": ((*X, "--method", "stairs"), "no method 'stairs'"),
    "a picture of no kind": ((*X, "--plot", "g.gif"), "'gif' is not known"),
    "a picture without an ending": ((*X, "--plot", "g"), "a name that ends in .png, .svg or .pdf"),
    "a picture in no language": ((*X, "--plot", "g.png", "--language", "fr"), "'fr' is not known"),
    "no such folder": ((*X, "--save", "no/such/g.npz"), "there is no folder"),
    "a folder for a file": ((*X, "--plot", "g.png", "--save", "."), "is a folder"),
    "a picture of too much": (
        ("approximate", "x*y*z", "--domain", "0 1; 0 1; 0 1", "--eps", "1e-9", "--plot", "g.png"),
        "plot shows one in one or two",
    ),
    "a picture of outputs": (
        ("approximate", "x*y; x", "--domain", "0 1; 0 1", "--eps", "1e-9", "--plot", "g.png"),
        "plot(g.output(0)) shows one",
    ),
    "coordinates from 0": (("approximate", "x0", "--domain", "0 1"), "they are x1, x2, …"),
    "one file for two": ((*X, "--save", "g", "--certificate", "g"), "a name each"),
    "a network without an ending": ((*X, "--save", "g"), "ends in .npz (the network) or .json"),
    "a proof in an archive": ((*X, "--certificate", "g.npz"), "ends in .json (the certificate)"),
    "a theorem of two coordinates": (
        ("approximate", "x*y", "--domain", "0 1; 0 1", "--certificate", "g.v"),
        "Coq takes certificates of one",
    ),
    "another order of none": (
        ("certify", "g.npz", "x", "--domain", "0 1"),
        "uat: g.npz does not exist; ",
    ),
    "another order": (("certify", "g.npz", "x", "--domain", "0 1"), "uat certify F NETWORK"),
    "no file": (("certify", "g.npz", "/dev/null", "--domain", "0 1"), "/dev/null is not a file"),
    "no such network": (("certify", "x", "none.npz", "--domain", "0 1"), "does not exist"),
    "no workers": (("certify", "x", "g.npz", "--domain", "0 1", "--workers", "0"), "1 or more are"),
    "no workers to search": ((*X, "--workers", "0"), "--workers 0 given; 1 or more are needed"),
    "no such certificate": (("verify", "none.json"), "cannot be read"),
    "no certificate": (("verify", __file__), "is damaged or no certificate"),
}


@pytest.mark.slow
@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_one_line_exit_code_2_and_no_file(
    case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments, said = BAD[case]
    monkeypatch.chdir(tmp_path)
    assert run(*arguments) == 2
    heard = capsys.readouterr()
    assert (heard.out, heard.err.count("\n")) == ("", 1)
    assert heard.err.startswith("uat: ")
    assert said in heard.err
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_takes_no_files_is_told_before_the_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("os.access", lambda *_: False)
    assert run(*X, "--eps", "1e-15", "--save", tmp_path / "g.npz") == 2
    assert "takes no files" in capsys.readouterr().err


@pytest.mark.slow
def test_the_help_names_every_method_and_activation(capsys: pytest.CaptureFixture[str]) -> None:
    from uat.core.activations import NAMED
    from uat.proof.certify import METHODS as PROOFS
    from uat.theorem.methods import METHODS

    for command, words in (
        ("approximate", (*METHODS, *NAMED)), ("certify", PROOFS), ("train", tuple(NAMED))
    ):  # fmt: skip
        assert run(command, "--help") == 0
        told = capsys.readouterr().out
        assert [word for word in words if word not in told] == []


@pytest.mark.slow
def test_a_budget_of_no_cells_is_bad_input(
    files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("certify", "x", files[0], "--domain", "0 1", "--cells", "0") == 2
    assert "at least 1" in capsys.readouterr().err


@pytest.mark.slow
def test_what_cannot_be_proved_is_exit_code_1_and_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(*X, "--eps", "1e-15", "--save", "g.npz", "--certificate", "g.json") == 1
    heard = capsys.readouterr()
    assert (heard.out, heard.err.count("\n")) == ("", 1)
    assert "take a larger eps" in heard.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_the_help_follows_the_list_of_methods() -> None:
    code = (
        "from dataclasses import replace\n"
        "from uat.theorem.methods import METHODS\n"
        "METHODS['toy'] = replace(METHODS['comb'], name='toy', help='a plaything')\n"
        "import sys\n"
        "from uat.cli.app import main\n"
        "sys.argv = ['uat', 'approximate', '--help']\n"
        "main()\n"
    )
    told = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert "toy: a plaything" in " ".join(told.stdout.replace("│", " ").split())


def test_the_table_says_eps_and_the_method(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("approximate", "x", "--domain", "0 1", "--eps", "1/4", "--effort", "quick") == 0
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["│", "eps", "│", "0.25", "│"] in rows
    assert any(row[1:2] == ["method"] for row in rows)
