"""A folder of figures is kept up to date, and nothing in it is ever half written."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from uat import Target
from uat.errors import FileProblem, InputError, UatError
from uat.lecture.registry import LectureFigure, find, of_all
from uat.publish import manifest
from uat.publish import publish as publishing
from uat.publish.manifest import MANIFEST
from uat.publish.publish import publish

SOME = (find("rectangle"), find("step-place"))
FILES = ("ja/rectangle.svg", "en/rectangle.svg", "ja/step-place.svg", "en/step-place.svg")


def leftovers(folder: Path) -> list[Path]:
    known = {folder / file for file in FILES} | {folder / MANIFEST}
    return [path for path in folder.rglob("*") if path.is_file() and path not in known]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("published")
    publish(SOME, ("ja", "en"), ("svg",), folder)
    return folder


@pytest.fixture
def folder(published: Path, tmp_path: Path) -> Path:
    shutil.copytree(published, tmp_path, dirs_exist_ok=True)
    return tmp_path


def test_figures_stand_in_a_folder_of_their_language(folder: Path) -> None:
    assert all((folder / file).is_file() for file in FILES)
    assert leftovers(folder) == []


def test_figures_that_cannot_show_an_f_are_refused_together_and_the_others_are_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    names = ("line-limits", "epsilon-band", "leshno")
    own = of_all([find(name) for name in names], Target("3*x", (0, 1)), None)

    def some(figure: LectureFigure, *_: object) -> dict[str, bytes]:
        if figure.id == "epsilon-band":
            return {"svg": b"drawn"}
        raise InputError(f"{figure.id} needs another", "give another")

    monkeypatch.setattr(publishing, "render", some)
    drawn = {"ja/epsilon-band.svg", "en/epsilon-band.svg"}
    for chosen, said in (
        (own, "line-limits needs another; leshno needs another; give another; all others are wri"),
        (own[:1], "line-limits needs another; give another"),
    ):
        with pytest.raises(InputError) as refused:
            publish(chosen, ("ja", "en"), ("svg",), tmp_path, processes=1)
        assert str(refused.value).startswith(said)
        kept = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.svg")}
        assert kept == drawn
    done = publish(own[1:2], ("ja", "en"), ("svg",), tmp_path, processes=1)
    assert {*done.written} == drawn


def test_what_is_up_to_date_is_left_alone(folder: Path) -> None:
    before = {file: (folder / file).stat().st_mtime_ns for file in FILES}
    told = publish(SOME, ("ja", "en"), ("svg",), folder)
    assert told.written == ()
    assert sorted(told.unchanged) == sorted(FILES)
    assert before == {file: (folder / file).stat().st_mtime_ns for file in FILES}


def test_only_what_is_missing_or_damaged_is_drawn_again(folder: Path) -> None:
    whole = (folder / FILES[0]).read_bytes()
    (folder / FILES[0]).write_bytes(whole[:-100])
    (folder / FILES[1]).unlink()
    told = publish(SOME, ("ja", "en"), ("svg",), folder)
    assert sorted(told.written) == sorted(FILES[:2])
    assert (folder / FILES[0]).read_bytes() == whole


def test_another_version_of_the_code_draws_everything_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(manifest, "sources", lambda: "another")
    assert publish(SOME[:1], ("ja", "en"), ("svg",), folder).written == FILES[:2]


@pytest.mark.parametrize("damage", ["", "[]", "{", '{"ja/rectangle.svg": 3}', "\0"])
def test_a_damaged_memory_of_the_folder_costs_time_only(folder: Path, damage: str) -> None:
    (folder / MANIFEST).write_text(damage)
    told = publish(SOME[:1], ("ja",), ("svg",), folder)
    assert told.written == ("ja/rectangle.svg",)
    assert json.loads((folder / MANIFEST).read_text())


def test_progress_is_told_after_each_figure(tmp_path: Path) -> None:
    heard: list[tuple[int, int, str]] = []
    publish(SOME, ("ja",), ("svg",), tmp_path, lambda *told: heard.append(told), processes=1)
    assert heard == [(1, 2, "rectangle"), (2, 2, "step-place")]


def test_a_folder_that_is_a_file_is_refused_before_anything_is_drawn(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("mine")
    with pytest.raises(FileProblem, match=r"cannot write into .*taken: .*name another folder"):
        publish(SOME, ("ja",), ("svg",), tmp_path / "taken")
    assert (tmp_path / "taken").read_text() == "mine"


def test_a_worker_that_dies_is_told_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("uat.numerics.workers.prepare", os.abort)
    with pytest.raises(UatError, match="ended early"):
        publish(SOME, ("ja",), ("svg",), tmp_path)


def run(code: str, folder: Path, *asked: str) -> subprocess.Popen[str]:
    words = ["uat", "figures", *asked, "--out", str(folder)]
    start = f"import sys; sys.argv = {words}\n"
    finish = "\nif __name__ == '__main__':\n    from uat.cli import main\n    main()\n"
    # Nothing measures it: what measures would write files of its own past the limit.
    calm = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    return subprocess.Popen(
        [sys.executable, "-c", start + code + finish], stderr=subprocess.PIPE, text=True, env=calm
    )


@pytest.mark.skipif(sys.platform == "win32", reason="limits of a process are POSIX")
def test_a_full_disk_is_one_line_and_leaves_whole_files_only(folder: Path) -> None:
    before = {file: (folder / file).read_bytes() for file in FILES}
    full = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))"
    process = run(full, folder, *(figure.id for figure in SOME), "--theme", "dark")
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 2
    assert errors.count("\n") == 1
    assert "cannot be written" in errors
    assert before == {file: (folder / file).read_bytes() for file in FILES}
    assert leftovers(folder) == []


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX")
def test_an_interrupt_leaves_whole_files_only(tmp_path: Path) -> None:
    # A job in the background of a shell is started with interrupts ignored.
    heard = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
    process = run(heard, tmp_path, "--language", "en", "--format", "png")
    for _ in range(600):
        if any(tmp_path.rglob("*.png")):
            break
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert errors.splitlines()[-1] == "uat: interrupted; every file written is whole"
    assert "Traceback" not in errors
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert written
    assert all(path.suffix in (".png", ".svg", ".pdf", ".json") for path in written)
