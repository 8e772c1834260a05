"""Studies: data stored beside the code, read when a figure is drawn, made again from nothing."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from uat.cli.console import app
from uat.errors import FileProblem, InputError
from uat.lecture import study as module
from uat.lecture.registry import LectureFigure, all_figures, find
from uat.lecture.study import Study, check_study


@pytest.fixture
def rectangle() -> Study:
    """A study for a figure that has none."""
    return Study("rectangle", lambda: {"units": [2, 4], "error": np.array([0.5, 0.25])})


def test_what_is_made_again_is_read_back(rectangle: Study, tmp_path: Path) -> None:
    file = rectangle.recompute(tmp_path / "data")
    with np.load(file, allow_pickle=False) as kept:
        assert kept["units"].tolist() == [2, 4]
        assert kept["error"].tolist() == [0.5, 0.25]


def test_the_same_measurement_gives_the_same_bytes(rectangle: Study, tmp_path: Path) -> None:
    first = rectangle.recompute(tmp_path).read_bytes()
    assert rectangle.recompute(tmp_path).read_bytes() == first


@pytest.mark.parametrize("content", [None, b"", b"PK", b"not an archive"])
def test_missing_or_damaged_data_says_how_to_make_it(
    content: bytes | None, rectangle: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "files", lambda _: tmp_path)
    if content is not None:
        (tmp_path / "data").mkdir()
        (tmp_path / "data" / "rectangle.npz").write_bytes(content)
    with pytest.raises(FileProblem, match="uat figures rectangle --recompute"):
        rectangle()


def test_a_figure_without_data_is_refused() -> None:
    with pytest.raises(InputError, match=r"dense-row keeps no data.* is for units-vs-epsilon, "):
        check_study(find("dense-row"))


def test_a_folder_that_cannot_be_made_is_one_line(rectangle: Study, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(FileProblem, match="cannot write into"):
        rectangle.recompute(tmp_path / "taken" / "data")


def test_the_command_line_measures_again(
    rectangle: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def studied(name: str) -> LectureFigure:
        return replace(find(name), study=rectangle)

    monkeypatch.setattr("uat.cli.figures.find", studied)
    monkeypatch.setattr(module, "files", lambda _: tmp_path)
    answer = CliRunner().invoke(app, ["figures", rectangle.name, "--recompute", "--list"])
    assert answer.exit_code == 0, answer.output
    assert "rectangle.npz: measured again" in answer.output
    assert rectangle()["units"].tolist() == [2, 4]


def test_every_study_is_stored_under_the_id_of_its_figure() -> None:
    for figure in all_figures():
        if figure.study is not None:
            assert figure.study.name == figure.id
            assert all(np.asarray(array).size for array in figure.study().values())
