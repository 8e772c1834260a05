"""Studies: data stored beside the code, read when a figure is drawn, made again from nothing."""

from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from uat.cli.app import app
from uat.errors import FileProblem, InputError
from uat.lecture import study as module
from uat.lecture.study import Study, check_study, recompute, studies


@pytest.fixture
def rectangle(monkeypatch: pytest.MonkeyPatch) -> Study:
    """A study for a figure that has none, forgotten after the test."""
    made = Study("rectangle", lambda: {"units": [2, 4], "error": np.array([0.5, 0.25])})
    monkeypatch.setitem(module._studies, "rectangle", made)
    return made


def test_what_is_made_again_is_read_back(rectangle: Study, tmp_path: Path) -> None:
    assert rectangle.name in studies()
    file = recompute("rectangle", tmp_path / "data")
    with np.load(file, allow_pickle=False) as kept:
        assert kept["units"].tolist() == [2, 4]
        assert kept["error"].tolist() == [0.5, 0.25]


def test_the_same_measurement_gives_the_same_bytes(rectangle: Study, tmp_path: Path) -> None:
    first = recompute(rectangle.name, tmp_path).read_bytes()
    assert recompute(rectangle.name, tmp_path).read_bytes() == first


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
    with pytest.raises(InputError, match="dense-row keeps no data"):
        check_study("dense-row")


def test_a_folder_that_cannot_be_made_is_one_line(rectangle: Study, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(FileProblem, match="cannot write into"):
        recompute(rectangle.name, tmp_path / "taken" / "data")


def test_the_command_line_measures_again(
    rectangle: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "files", lambda _: tmp_path)
    answer = CliRunner().invoke(app, ["figures", rectangle.name, "--recompute", "--list"])
    assert answer.exit_code == 0, answer.output
    assert "rectangle.npz: measured again" in answer.output
    assert rectangle()["units"].tolist() == [2, 4]


def test_every_study_is_stored() -> None:
    for one in studies().values():
        assert all(np.asarray(array).size for array in one().values())
