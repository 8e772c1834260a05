"""The command line does what it says, and what goes wrong is one clear line."""

import contextlib
import io
import json
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st
from typer.main import get_command

import uat
from tests.cli.command import run
from tests.clock import within
from uat.cli import console
from uat.cli import figures as pictures
from uat.cli.words import click_words
from uat.errors import CannotProve
from uat.lecture.films.catalogue import all_films, find_film
from uat.lecture.registry import LectureFigure, all_figures, find
from uat.plotting.style import DARK, Style
from uat.publish.gallery import PAGES


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--version") == 0
    assert capsys.readouterr().out == f"uat {uat.__version__}\n"


def test_without_a_command_the_help_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert run() == 0
    assert "figures" in capsys.readouterr().out


def test_a_command_is_one_function_that_registers_itself(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    commands = list(console.app.registered_commands)
    monkeypatch.setattr(console.app, "registered_commands", commands)

    @console.app.command()
    def double(number: float) -> None:
        """Double a number."""
        if number < 0:
            raise uat.InputError("a number below 0")
        typer.echo(2 * number)

    assert run("double", "1.5") == 0
    assert capsys.readouterr().out == "3.0\n"
    assert run("double", "--", "-1") == 2
    assert capsys.readouterr().err == "uat: a number below 0\n"
    assert run("--help") == 0
    assert "Double a number." in capsys.readouterr().out


def test_the_list_names_every_figure_in_the_order_of_the_slides(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run("figures", "--list", "--language", "ja") == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == [figure.id for figure in all_figures()]
    assert lines[0].endswith(all_figures()[0].title.ja)
    marked = {line.split()[0] for line in lines if "--f --domain" in line}
    assert marked == {figure.id for figure in all_figures() if figure.own is not None}


@pytest.mark.slow
def test_one_figure_is_drawn_and_then_up_to_date(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    asked = ("figures", "rectangle", "--language", "en", "--format", "SVG, pdf,svg")
    out = str(tmp_path / "new" / "folder")
    assert run(*asked, "--out", out) == 0
    assert capsys.readouterr().out == f"{out}: 2 files written, 0 up to date\n"
    assert run(*asked, "--out", out) == 0
    assert capsys.readouterr().out == f"{out}: 0 files written, 2 up to date\n"


@pytest.mark.slow
def test_another_theme_or_size_draws_a_figure_again(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    asked = ("figures", "step-place", "--language", "en", "--format", "svg", "--out", str(tmp_path))
    for look in ((), ("--theme", "dark"), ("--theme", "dark", "--size", "paper")):
        assert run(*asked, *look) == 0
        assert "1 file written" in capsys.readouterr().out
        drawn = (tmp_path / "en" / "step-place.svg").read_text()
        assert ("fill: #16191d" in drawn) == ("dark" in look)
        assert ('width="960pt"' in drawn) == ("paper" not in look)
    assert run(*asked, *look) == 0
    assert "0 files written" in capsys.readouterr().out


OWN = ("animate", "rectangle-sum", "--out", "a.gif", "--f")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("figures", "rectangle", "--workers", 0), "--workers 0 given; 1 or more are needed"),
        (("figures", "--list", "--workers", 2), "--workers is for figures in files"),
        (("figures", "recangle"), "'recangle'; did you mean 'rectangle'?"),
        (("figures", "rectangle", "--language", "jp"), "'jp' is not known"),
        (("figures", "rectangle", "--theme", "drak"), "did you mean 'dark'?"),
        (("figures", "rectangle", "--size", "a4"), "give 'slide' or 'paper'"),
        (("figures", "rectangle", "--format", "png,pfd"), "did you mean 'pdf'?"),
        (("figures", "rectangle", "--format", ""), "give png, svg, pdf"),
        (("figures", "rectangle", "--out", "/dev/null/here"), "cannot write into"),
        (("figures", "--gallery", "there", "rectangle"), "leave out the ids"),
        (("figures", "--slides", "ja", "rectangle", "--format", "pdf"), "shows svg or png"),
        (("figures", "--handout", "a-ja.pdf", "--format", "svg"), "leave out --format"),
        (("figures", "rectangle", "--size", "12x"), "or inches such as 12x6"),
        (("figures", "--slides", "jp"), "'jp' is not known"),
        (("figures", "--slides", ""), "give 'ja', 'en' or 'all'"),
        (("figures", "--slides", "ja", "--size", "paper"), "leave out --size"),
        (("figures", "--slides", "ja", "--handout", "a-ja.pdf"), "one of them at a time"),
        (("figures", "--handout", "lecture.pdf"), "names no language; give --language ja or en"),
        (("figures", "--handout", "a.pdf", "--language", "all"), "'all' is not known"),
        (("figures", "--handout", "lecture-ja.doc"), "such as lecture-ja.pdf"),
        (("figures", "--handout", "/dev/null/a-ja.pdf"), "cannot be written"),
        (("animate", "step-stepness", "--out", "a.gif"), "did you mean 'step-steepness'?"),
        (("animate", "rectangle-sum", "--out", "a.gfi"), "did you mean '.gif'?"),
        (("animate", "rectangle-sum", "--out", "/dev/null/a.gif"), "cannot be written"),
        (("animate", "rectangle-sum", "--out", "a.gif", "--language", "all"), "'all' is not"),
        (("animate", "rectangle-sum"), "--out is missing"),
        (("animate", "rectangle-sum", "--out", "a.gif", "--f", "x"), "a function needs both"),
        ((*OWN, "x*y", "--domain", "0 1; 0 1"), "the film shows one"),
        ((*OWN, "x", "--domain", "0", "1", "--eps", "1e-5"), "take a larger eps"),
        ((*OWN, "x", "--domain", "0", "1", "--eps", "0"), "eps=0.0 given"),
        ((*OWN, "x", "--domain", "0", "1", "--seconds", "0"), "a number from 1 to 300 is needed"),
        (("animate", "training-watch", "--eps", "1", "--out", "a.gif"), "only rectangle-sum does"),
        (("animate", "training-watch", "--f", "x", "--out", "a.gif"), "only rectangle-sum does"),
        (
            ("figures", "rectangle", "--f", "x", "--domain", "0", "1"),
            "rectangle takes no f of yours",
        ),
        (("figures", "rectangle-sum", "--f", "x"), "a function needs both"),
        (("figures", "--f", "x", "--domain", "0 1"), "drawn by their ids"),
        (("figures", "rectangle-sum", "--eps", "0"), "eps=0.0 given"),
        (("figures", "--builds"), "name some of line-limits, "),
        (("figures", "--lnaguage", "ja"), "--language"),
        (("figrues",), "figures"),
        (("approximate", "x", "--domian", "0 1"), "`uat approximate --help` shows"),
        (("regions", "montufr"), "`uat regions --help` shows"),
        (("regions", "random", "--box"), "`uat regions random --help` shows"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    said: str,
) -> None:
    with within(400):
        assert run(*arguments) == 2
    heard = capsys.readouterr()
    assert heard.out == ""
    assert heard.err.count("\n") == 1
    assert heard.err.startswith("uat: ")
    assert said in heard.err


def test_what_cannot_be_proved_is_exit_code_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: object) -> None:
        raise CannotProve("the bound\nis out of reach")

    monkeypatch.setattr(pictures, "_list", refuse)
    assert run("figures", "--list") == 1
    assert capsys.readouterr().err == "uat: the bound is out of reach\n"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("approximate", "x", "--domain", "0"), 2),
        (("approximate", "x", "--domian", "0 1"), 2),
        (("approximate", "sign(x)", "--domain", "-1", "1"), 1),
        (("regions", "random", "2", "none"), 2),
        (("verify", "none.json"), 2),
    ],
)
def test_an_error_is_answered_in_json_too(
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    code: int,
) -> None:
    assert run(*arguments, "--json") == code
    heard = capsys.readouterr()
    told = json.loads(heard.out)
    assert told == {"error": heard.err.removeprefix("uat: ").rstrip("\n"), "exit_code": code}


def commands(command: Any, *path: str) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Walk through a command and those below it."""
    yield path, command
    for name, inner in getattr(command, "commands", {}).items():
        yield from commands(inner, *path, name)


COMMANDS = dict(commands(get_command(console.app)))
EXAMPLES = {
    path: shlex.split(command.epilog.removeprefix("Example: uat "))
    for path, command in COMMANDS.items()
}


@pytest.mark.slow
@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_help_has_an_example_that_its_command_understands(
    path: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*path, "-h") == 0
    assert "Example: uat " in capsys.readouterr().out
    words = click_words(EXAMPLES[path])
    assert tuple(words[: len(path)]) == path
    command, depth = COMMANDS[()], 0
    while hasattr(command, "commands"):
        command, depth = command.commands[words[depth]], depth + 1
    # Raises an error where the words are not those of the command.
    command.make_context("uat", words[depth:])


def test_a_paragraph_of_help_fills_its_lines(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    for path, words in (
        (("verify",), "needs none of the assumptions in the certificate. It does not check"),
        (("regions",), "On an activation region, which lies in one of them"),
    ):
        assert run(*path, "--help") == 0
        assert words in capsys.readouterr().out


HOSTILE = (
    "",
    "nan",
    "-1",
    "0",
    "1e999",
    "--",
    "--no-such",
    "-",
    "(((",
    "[",
    "\0",
    "é x",
    "none.npz",
)


@pytest.mark.slow
@given(
    st.sampled_from([words for path, words in EXAMPLES.items() if path]),
    st.data(),
    st.one_of(st.sampled_from(HOSTILE), st.text(max_size=5)),
)
def test_a_hostile_word_is_an_answer_or_one_line(
    words: list[str], data: st.DataObject, hostile: str
) -> None:
    place = data.draw(st.integers(0, len(words) - 1))
    asked = [*words[:place], hostile, *words[place + 1 :], "--json"]
    out, err = io.StringIO(), io.StringIO()
    with (
        pytest.MonkeyPatch.context() as patch,
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        # What would be drawn or trained is not.
        patch.setattr(pictures, "_draw", lambda *_: None)
        patch.setattr("uat.publish.film.write_animation", lambda *_: 0)
        patch.setattr("uat.publish.stills.write_stills", lambda *_: None)
        patch.setattr("uat.cli.train.fit_function", lambda *_, **__: 1 / 0)
        patch.setattr("uat.core.files.whole_file", lambda *_: contextlib.nullcontext(io.BytesIO()))
        with contextlib.suppress(ZeroDivisionError):
            code = run(*asked)
            assert code in (0, 1, 2)
            assert err.getvalue().count("\n") == (code > 0)
            assert "Traceback" not in err.getvalue()
            if code:
                assert json.loads(out.getvalue())["exit_code"] == code


@pytest.mark.parametrize(
    ("trouble", "code", "said"),
    [
        (OSError(28, "No space left on device"), 2, "uat: the answer cannot be written: No space"),
        (MemoryError(), 1, "uat: out of memory"),
    ],
    ids=["disk", "memory"],
)
def test_a_full_disk_or_memory_is_one_line(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    trouble: Exception,
    code: int,
    said: str,
) -> None:
    def fail(*_: object) -> None:
        raise trouble

    monkeypatch.setattr(pictures, "_list", fail)
    assert run("figures", "--list") == code
    heard = capsys.readouterr().err
    assert heard.startswith(said)
    assert heard.count("\n") == 1


def test_the_gallery_has_a_page_and_a_picture_a_figure(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    drawn: list[tuple[LectureFigure, ...]] = []
    monkeypatch.setattr(pictures, "_draw", lambda shown, *_: drawn.append(shown))
    monkeypatch.setattr("uat.publish.stills.write_stills", lambda *_: None)
    assert run("figures", "--gallery", str(tmp_path)) == 0
    assert drawn == [all_figures()]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(PAGES.values())


def test_a_handout_speaks_the_language_of_its_name_or_the_one_asked_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    written: list[tuple[str, str, list[str]]] = []

    def noted(file: Path, chosen: tuple[LectureFigure, ...], language: str, *_: object) -> int:
        written.append((file.name, language, [figure.id for figure in chosen]))
        return len(chosen)

    monkeypatch.setattr("uat.publish.handout.write_handout", noted)
    everything = [figure.id for figure in all_figures()]
    for asked in (("lecture-en.pdf",), ("a.PDF", "--language", "ja"), ("a-ja.pdf", "mlp", "mlp")):
        name, *rest = asked
        assert run("figures", "--handout", str(tmp_path / name), *rest) == 0
    assert (
        capsys.readouterr().out.splitlines()[0].endswith(f"lecture-en.pdf: {len(everything)} pages")
    )
    assert written == [
        ("lecture-en.pdf", "en", everything),
        ("a.PDF", "ja", everything),
        ("a-ja.pdf", "ja", ["mlp"]),
    ]


def test_slides_lie_beside_their_pictures(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    drawn: list[tuple[object, ...]] = []
    monkeypatch.setattr(pictures, "_draw", lambda _, *rest: drawn.append(rest))
    monkeypatch.setattr("uat.publish.builds.write_builds", lambda *asked, **named: ())
    asked = ("figures", "--slides", "en", "--theme", "dark", "--out", str(tmp_path))
    assert run(*asked) == 0
    assert drawn == [(("en",), ("svg",), tmp_path, Style(theme=DARK), None)]
    assert capsys.readouterr().out == f"{tmp_path / 'slides-en.md'}: {len(all_figures())} figures\n"
    assert DARK.background in (tmp_path / "slides-en.md").read_text("utf-8")


def test_chosen_figures_are_slides_of_their_own(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    drawn: list[tuple[object, ...]] = []
    monkeypatch.setattr(pictures, "_draw", lambda *asked: drawn.append(asked))
    monkeypatch.setattr("uat.publish.builds.write_builds", lambda *asked, **named: ())
    asked = ("figures", "rectangle", "step-place", "--slides", "en", "--out", str(tmp_path))
    assert run(*asked, "--format", "png,pdf", "--workers", 3) == 0
    chosen = (find("rectangle"), find("step-place"))
    assert drawn == [(chosen, ("en",), ("png", "pdf"), tmp_path, Style(), 3)]
    deck = (tmp_path / "slides-en.md").read_text("utf-8")
    shown = [line.partition("](")[2] for line in deck.splitlines() if line.startswith("![")]
    steps = [f"en/rectangle-{step}.png)" for step in (1, 2, 3)]
    assert shown == [*steps, "en/rectangle.png)", "en/step-place.png)"]


@pytest.mark.slow
def test_the_steps_of_a_figure_are_files_of_their_own(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    asked = ("--builds", "--language", "en", "--format", "svg", "--out", str(tmp_path / "steps"))
    for names, reason in (
        ((), "--builds given without figures"),
        (("mlp",), "mlp appears at once"),
    ):
        assert run("figures", *names, *asked) == 2
        assert reason in capsys.readouterr().err
    assert not (tmp_path / "steps").exists()
    assert run("figures", "dense-row", *asked) == 0
    written = sorted(path.name for path in (tmp_path / "steps" / "en").iterdir())
    assert written == ["dense-row-1.svg", "dense-row-2.svg"]


def test_without_an_id_the_films_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("animate") == 0
    named = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert named == [film.figure for film in all_films()]
    assert len(named) == 8
    assert run("animate", "nope") == 2
    assert "no film is called 'nope'; `uat animate` names them all" in capsys.readouterr().err


@pytest.mark.slow
def test_a_film_shows_the_lecturers_own_function(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr("uat.publish.film._TOGETHER", 20)  # all in this process
    film = tmp_path / "own.gif"
    asked = ("animate", "rectangle-sum", "--out", str(film), "--seconds", "1", "--size", "paper")
    own = ("--f", "-cos(3*x)", "--domain", "0", "2", "--eps", "0.05")
    assert run(*asked, *own) == 0
    assert capsys.readouterr().out == f"{film}: 20 pictures\n"
    # Pixels of 3.5 inches, 72 to the inch.
    assert int.from_bytes(film.read_bytes()[6:8], "little") == 252


@pytest.mark.slow
def test_a_film_is_told_with_the_number_of_its_pictures(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    film = tmp_path / "rectangles.gif"
    short = replace(find_film("rectangle-sum"), seconds=0.2)
    monkeypatch.setattr("uat.lecture.films.catalogue.find_film", lambda _: short)
    assert run("animate", "rectangle-sum", "--out", str(film), "--size", "paper") == 0
    assert capsys.readouterr().out == f"{film}: 4 pictures\n"
    assert film.read_bytes().startswith(b"GIF89a")


def test_an_mp4_without_its_encoder_is_bad_input(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", None)
    film = tmp_path / "rectangles.mp4"
    assert run("animate", "rectangle-sum", "--out", str(film)) == 2
    assert "pip install imageio-ffmpeg" in capsys.readouterr().err
    assert not film.exists()


@pytest.mark.slow
def test_nothing_to_do_takes_little_more_than_two_seconds(tmp_path: Path) -> None:
    asked = ("figures", "step-place", "--format", "svg", "--out", str(tmp_path))
    assert run(*asked) == 0
    command = [sys.executable, "-m", "uat", *asked]
    before = os.times()
    told = subprocess.run(command, check=True, capture_output=True, text=True)
    assert "0 files written, 2 up to date" in told.stdout
    after = os.times()
    spent = (after.children_user, after.children_system)
    assert sum(spent) - before.children_user - before.children_system < 2


@pytest.mark.slow
@pytest.mark.parametrize("module", ["typer", "uat.cli.regions"])
def test_ctrl_c_while_the_command_loads_is_one_line(module: str) -> None:
    script = f"""
import runpy, sys
class Stop:
    def find_spec(self, name, path=None, target=None):
        if name == {module!r}:
            raise KeyboardInterrupt
sys.meta_path.insert(0, Stop())
runpy.run_module("uat", run_name="__main__")
"""
    command = [sys.executable, "-c", script, "--version"]
    found = subprocess.run(command, check=False, capture_output=True, text=True)
    assert (found.returncode, found.stdout, found.stderr) == (130, "", "uat: interrupted\n")


@pytest.mark.slow
def test_a_command_that_is_terminated_leaves_no_part_of_a_file(tmp_path: Path) -> None:
    code = (
        "import os, signal\n"
        "from uat.cli import end_tidily\n"
        "from uat.core.files import whole_file\n"
        "end_tidily()\n"
        "with whole_file('film.mp4') as file:\n"
        "    file.write(b'part')\n"
        "    os.kill(os.getpid(), signal.SIGTERM)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=False)
    assert done.returncode == 143
    assert not list(tmp_path.iterdir())
