"""What commands share: progress in a pipe, and the look of a picture."""

from pathlib import Path
from typing import Any

import pytest

from tests.cli.command import run
from uat.cli import console
from uat.plotting.style import DARK


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
