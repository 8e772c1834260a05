"""Input and output that commands share: files checked before any work, answers, progress."""

import json
import math
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import typer
from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn
from rich.table import Table

from uat.core import files as storage
from uat.core.network import Network
from uat.errors import FileProblem, InputError

__all__ = [
    "answer",
    "check_files",
    "encode_picture",
    "network_text",
    "picture_format",
    "print_json",
    "progress",
    "write_files",
]

Report = Callable[..., None]

_COLUMNS: Final = (
    SpinnerColumn(),
    TextColumn("{task.description}"),
    BarColumn(),
    MofNCompleteColumn(),
)


def picture_format(plot: Path | None) -> str | None:
    """Return the format of a picture by the suffix of its file.

    Raises
    ------
    InputError
        For an unknown suffix.

    Examples
    --------
    >>> picture_format(Path("regions.png"))
    'png'
    """
    from uat.publish.render import check_format

    return None if plot is None else check_format(plot.suffix.lower().removeprefix("."))


def check_files(files: Mapping[str, Path | None]) -> dict[str, str]:
    """Check, before any work, that files can be written; return the paths of those asked for.

    Raises
    ------
    FileProblem
        For a folder that does not exist or cannot be written, and for the path of a folder.
    InputError
        For two files with one path.

    Examples
    --------
    >>> check_files({"picture": None, "network": Path("net.npz")})
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


def encode_picture(thing: Any, form: str | None, language: str, *words: str) -> bytes:
    """Draw an answer in a format, with its title and text as metadata; no bytes without a format."""
    if form is None:
        return b""
    from uat.plotting.plot import plot
    from uat.publish.render import encode

    return encode(plot(thing, language), form, *words)


def write_files(picture: bytes, plot: Path | None, network: Network, save: Path | None) -> None:
    """Write the picture and the network, each if a file is given for it."""
    if plot is not None:
        with storage.whole_file(plot) as file:
            file.write(picture)
    if save is not None:
        storage.save(network, save)


def answer(
    facts: Mapping[str, Any],
    rows: Iterable[tuple[str, str]],
    files: Mapping[str, str],
    *,
    as_json: bool,
) -> None:
    """Print the facts in JSON, or the rows that have a text as a table; both end with the files."""
    if as_json:
        print_json({**facts, "files": files} if files else facts)
        return
    table = Table(box=box.ROUNDED, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for name, text in [*rows, *((f"{kind} file", path) for kind, path in files.items())]:
        if text:
            table.add_row(name, text)
    Console().print(table)


def print_json(facts: Mapping[str, Any]) -> None:
    """Print facts in JSON, with null for ∞ and NaN, which JSON does not have."""
    typer.echo(json.dumps(_without_infinities(facts), allow_nan=False))


def _without_infinities(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _without_infinities(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_without_infinities(inner) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def network_text(widths: Iterable[int], activation: str) -> str:
    """Describe a network by its widths and its σ.

    Examples
    --------
    >>> network_text([32, 32], "tanh")
    '32-32 units of tanh'
    """
    return f"{'-'.join(map(str, widths))} units of {activation}"


@contextmanager
def progress(title: str) -> Iterator[Report]:
    """Show a progress bar; yield its report(done, total, words), where the words may be omitted."""
    console = Console(stderr=True)
    with Progress(
        *_COLUMNS, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task(title, total=None)

        def report(done: int, total: int, words: str = title) -> None:
            bar.update(task, completed=done, total=total, description=words)

        yield report
