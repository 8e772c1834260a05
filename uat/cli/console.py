"""What commands share: files checked before any work and written last, tables, and progress."""

import json
import math
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn
from rich.table import Table

from uat.core import files as storage
from uat.core.network import Network
from uat.errors import FileProblem, InputError

__all__ = [
    "Json",
    "draw",
    "picture_form",
    "progress",
    "show",
    "tell",
    "writable",
    "write",
]

Json = Annotated[bool, typer.Option("--json", help="Answer in JSON.")]
Report = Callable[..., None]

_COLUMNS: Final = (
    SpinnerColumn(),
    TextColumn("{task.description}"),
    BarColumn(),
    MofNCompleteColumn(),
)


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
    from uat.publish.render import check_format

    return None if plot is None else check_format(plot.suffix.lower().removeprefix("."))


def writable(files: Mapping[str, Path | None]) -> dict[str, str]:
    """Refuse, before any work, files that could not be written; give the others as texts.

    Raises
    ------
    FileProblem
        For a folder that is not there or takes no files, and for a name that is a folder's.
    InputError
        For one file given for two things.

    Examples
    --------
    >>> writable({"picture": None, "network": Path("net.npz")})
    {'network': 'net.npz'}
    """
    chosen = {name: path for name, path in files.items() if path is not None}
    for path in chosen.values():
        folder = path.resolve().parent
        if not folder.is_dir():
            raise FileProblem(f"{path} cannot be written: there is no folder {path.parent}")
        if path.is_dir():
            raise FileProblem(f"{path} is a folder; the name of a file is needed")
        if not os.access(folder, os.W_OK):
            raise FileProblem(f"{path} cannot be written: the folder {path.parent} takes no files")
    if len({path.resolve() for path in chosen.values()}) < len(chosen):
        raise InputError("one file given for two things; a name each is needed")
    return {name: str(path) for name, path in chosen.items()}


def draw(thing: Any, form: str | None, language: str, *words: str) -> bytes:
    """Draw an answer as a file of a format, its title and its text inside; nothing without one."""
    if form is None:
        return b""
    from uat.plotting.plot import plot
    from uat.publish.render import encode

    return encode(plot(thing, language), form, *words)


def write(picture: bytes, plot: Path | None, network: Network, save: Path | None) -> None:
    """Write a picture and a network, each where a file is given for it."""
    if plot is not None:
        with storage.whole_file(plot) as file:
            file.write(picture)
    if save is not None:
        storage.save(network, save)


def show(rows: Iterable[tuple[str, str]]) -> None:
    """Print a table of names and texts, without those that have no text."""
    table = Table(box=box.ROUNDED, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for name, text in rows:
        if text:
            table.add_row(name, text)
    Console().print(table)


def tell(facts: dict[str, Any]) -> None:
    """Print facts in JSON, which has no ∞ and no NaN: null stands for them."""
    typer.echo(json.dumps(_without_infinities(facts), allow_nan=False))


def _without_infinities(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_infinities(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_without_infinities(inner) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


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
