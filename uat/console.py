"""What commands share: files checked before any work, and progress where somebody watches."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from uat.errors import FileProblem, InputError

__all__ = ["Json", "picture_form", "progress", "working", "writable"]

Json = Annotated[bool, typer.Option("--json", help="Answer in JSON.")]
Report = Callable[..., None]

_COLUMNS: Final = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())


def picture_form(plot: Path | None) -> str | None:
    """Tell the format of a picture by the end of its name.

    Raises
    ------
    InputError
        For an end that is no format of a picture.

    Examples
    --------
    >>> picture_form(Path("regions.png"))
    'png'
    """
    from uat.lecture.render import check_format

    return None if plot is None else check_format(plot.suffix.lower().removeprefix("."))


def writable(files: Mapping[str, Path | None]) -> dict[str, str]:
    """Refuse, before any work, files that could not be written; give the others as texts.

    Raises
    ------
    FileProblem
        For a folder that is not there.
    InputError
        For one file given for two things.

    Examples
    --------
    >>> writable({"picture": None, "network": Path("net.npz")})
    {'network': 'net.npz'}
    """
    chosen = {name: path for name, path in files.items() if path is not None}
    for path in chosen.values():
        if not path.resolve().parent.is_dir():
            raise FileProblem(f"{path} cannot be written: there is no folder {path.parent}")
    if len({path.resolve() for path in chosen.values()}) < len(chosen):
        raise InputError("one file given for two things; a name each is needed")
    return {name: str(path) for name, path in chosen.items()}


@contextmanager
def progress(what: str) -> Iterator[Report]:
    """Show a bar; the report takes what is done, what there is in all, and words if it has some."""
    console = Console(stderr=True)
    with Progress(
        *_COLUMNS, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task(what, total=None)

        def report(done: int, total: int, words: str = what) -> None:
            bar.update(task, completed=done, total=total, description=words)

        yield report


@contextmanager
def working(what: str) -> Iterator[None]:
    """Show that something is being done whose end cannot be told."""
    console = Console(stderr=True)
    with console.status(what) if console.is_terminal else Progress(disable=True, console=console):
        yield
