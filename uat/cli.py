"""The command line: `uat figures` draws the lecture, the commands of `commands.py` prove.

Exit codes: 0 done, 1 not provable or not reached, 2 bad input. What went wrong is one line on
the error stream.
"""

import sys
from pathlib import Path
from typing import Annotated, cast

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

import uat
from uat import commands
from uat.errors import CannotProve, InputError, UatError
from uat.lecture.language import LANGUAGES, Language, check_language
from uat.lecture.registry import entries, find
from uat.lecture.style import Style, check_style

__all__ = ["app", "main"]

INTERRUPTED = 130

app = typer.Typer(
    name="uat",
    help="The universal approximation theorem as a function call.",
    add_completion=False,
    invoke_without_command=True,
    pretty_exceptions_enable=False,
)

# Base of all that a wrong command line raises; Typer names only its children.
_WrongUse = cast(type[Exception], typer.BadParameter.__mro__[2])


@app.callback()
def _uat(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Show the help when no command is given."""
    if version:
        typer.echo(f"uat {uat.__version__}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@app.command()
def figures(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[ID]...", help="Figures; all without one.")
    ] = None,
    *,
    language: Annotated[str, typer.Option(metavar="ja|en|all", help="Words in figures.")] = "all",
    formats: Annotated[
        str, typer.Option("--format", metavar="png,svg,pdf", help="One or more.")
    ] = "png,svg,pdf",
    out: Annotated[Path, typer.Option(help="Folder to write into.")] = Path("lecture-figures"),
    theme: Annotated[str, typer.Option(metavar="light|dark", help="Background.")] = "light",
    size: Annotated[str, typer.Option(metavar="slide|paper", help="16:9, or columns.")] = "slide",
    gallery: Annotated[
        Path | None, typer.Option(help="Write all figures as PNG, with pages that show them.")
    ] = None,
    listed: Annotated[bool, typer.Option("--list", help="Name the figures and stop.")] = False,
) -> None:
    """Draw the figures of the lecture."""
    languages, style = _languages(language), check_style(theme, size)
    chosen = tuple(find(name).id for name in dict.fromkeys(names or ()))
    everything = tuple(entry.id for entry in entries())
    if listed:
        _list(chosen or everything, languages)
        return
    if gallery is not None:
        if chosen:
            raise InputError("--gallery draws every figure; leave out the ids")
        _draw_gallery(everything, gallery)
        return
    _draw(chosen or everything, languages, _formats(formats), out, style)


def _languages(given: str) -> tuple[Language, ...]:
    if given == "all":
        return LANGUAGES
    return (check_language(given),)


def _formats(given: str) -> tuple[str, ...]:
    from uat.lecture.render import check_format

    words = [word.strip().lower() for word in given.split(",")]
    return tuple(dict.fromkeys(check_format(word) for word in words))


def _list(names: tuple[str, ...], languages: tuple[Language, ...]) -> None:
    width = max(len(name) for name in names)
    for name in names:
        titles = [find(name).texts(language)[0] for language in languages]
        typer.echo(f"{name:{width}}  {' / '.join(titles)}")


def _draw(
    names: tuple[str, ...],
    languages: tuple[Language, ...],
    formats: tuple[str, ...],
    folder: Path,
    style: Style | None = None,
) -> None:
    from uat.lecture.publish import publish

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    console = Console(stderr=True)
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task("figures", total=None)

        def progress(done: int, total: int, name: str) -> None:
            bar.update(task, completed=done, total=total, description=name)

        published = publish(names, languages, formats, folder, progress, style)
    written, unchanged = len(published.written), len(published.unchanged)
    typer.echo(f"{folder}: {written} files written, {unchanged} up to date")


def _draw_gallery(names: tuple[str, ...], folder: Path) -> None:
    from uat.lecture.gallery import write_pages

    _draw(names, LANGUAGES, ("png",), folder)
    write_pages(folder)


for _command in (commands.approximate, commands.certify, commands.verify):
    app.command()(_command)


def main() -> None:
    """Run the command line; an error on purpose is one line and an exit code."""
    sys.exit(_run())


def _run() -> int:
    try:
        code = app(standalone_mode=False)
    except CannotProve as problem:
        return _fail(str(problem), 1)
    except UatError as problem:
        return _fail(str(problem), 2)
    except _WrongUse as problem:
        return _fail(_message(problem), 2)
    except (typer.Abort, KeyboardInterrupt):
        code = INTERRUPTED
    if code == INTERRUPTED:
        return _fail("interrupted; every file written is whole", INTERRUPTED)
    return code if isinstance(code, int) else 0


def _fail(message: str, code: int) -> int:
    typer.echo(f"uat: {' '.join(message.split())}", err=True)
    return code


def _message(problem: Exception) -> str:
    written = getattr(problem, "format_message", None)
    message = written() if callable(written) else str(problem)
    return f"{message[:1].lower()}{message[1:].rstrip('.')}; `uat --help` shows what is known"
