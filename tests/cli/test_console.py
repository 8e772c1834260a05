"""What commands share: progress in a pipe, and the look of a picture."""

import math
from pathlib import Path
from typing import Any

import pytest
import typer

from tests.cli.command import run
from uat.cli import console
from uat.plotting.style import DARK


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("０．１", 0.1),
        ("＋3", 3.0),
        ("−２．５ｅ−３", -2.5e-3),
        (" 1/10 ", 0.1),
        ("２＊ｐｉ", 2 * math.pi),
    ],
)
def test_numbers_are_read_as_japanese_keyboards_write_them(text: str, value: float) -> None:
    assert console.read_number(text) == value


def test_whole_numbers_are_read_and_others_are_quoted() -> None:
    given = {"３２": 32, "＋７": 7, "−１": -1, " 5 ": 5, "007": 7}
    assert [console.read_whole(text) for text in given] == [*given.values()]
    for text in ("1.5", "", "３x", "1e3", "5_0", "９" * 19, "٣"):
        with pytest.raises(typer.BadParameter) as refused:
            console.read_whole(text)
        assert f"{text!r} is no whole number" in str(refused.value)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("train", "x", "--domain", "0", "1", "--hidden", "３．５"), "--hidden '３．５' given"),
        (("train", "x", "--domain", "0", "1", "--rng", "1.5"), "'1.5' is no whole number"),
        (("train", "x", "--domain", "0", "1", "--seconds", "one"), "'one' is no number"),
        (("page", "--port", "７００００"), "--port 70000 given; a port is from 0 to 65535"),
        (("page", "--port", "＋x"), "'＋x' is no whole number"),
        (("enclose", "n.npz", "--domain", "0", "1", "--cells", "1e3"), "'1e3' is no whole number"),
        (("regions", "random", "2", "4", "--spread", "wide"), "'wide' is no number"),
    ],
)
def test_what_is_no_number_is_quoted(
    arguments: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*arguments) == 2
    assert said in capsys.readouterr().err


def test_long_work_in_a_pipe_tells_how_far_it_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(console, "SECONDS_BETWEEN_LINES", 5.0)
    clock = iter([0.0, 1.0, 6.0, 6.0, 7.0, 12.0, 12.0])
    monkeypatch.setattr("uat.cli.console.time.monotonic", lambda: next(clock))
    with console.progress("proving") as report:
        report(1, 4000)
        report(2000, 4000, "cells")
        report(3000, 4000)
        report(4000, 4000)
    told = "uat: proving, cells: 2,000 of 4,000\nuat: proving: 4,000 of 4,000\n"
    assert capsys.readouterr().err == told


@pytest.mark.slow
def test_a_picture_has_the_language_theme_and_size_asked_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    picture = tmp_path / "g.svg"
    asked = ("approximate", "x", "--domain", "0", "1", "--eps", "0.3", "--plot", str(picture))
    assert run(*asked, "--theme", "dark", "--size", "paper") == 0
    japanese = picture.read_text("utf-8")
    assert DARK.background.lower() in japanese
    assert 'width="252pt"' in japanese
    monkeypatch.setenv("UAT_LANGUAGE", "en")
    assert run(*asked) == 0
    english = picture.read_text("utf-8")
    assert 'width="960pt"' in english
    assert run(*asked, "--language", "en") == 0
    assert picture.read_text("utf-8") == english
    assert run(*asked, "--language", "ja") == 0
    assert picture.read_text("utf-8") != english


def test_a_size_in_inches_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, Any]] = []
    monkeypatch.setattr(console, "check_style", lambda *given: asked.append(given))
    for size in ("12x6", "12.5 x 6", "7×4", "paper"):
        console.read_style("dark", size)
    assert [size for _, size in asked] == [(12.0, 6.0), (12.5, 6.0), (7.0, 4.0), "paper"]
