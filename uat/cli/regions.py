"""Depth on the command line: `uat regions` counts linear regions, `uat bounds` bounds them.

Each answers with a table, or with JSON for machines. The picture is written last, whole or not.
"""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final, cast

import typer
from rich import box as boxes
from rich.console import Console
from rich.table import Table

from uat.cli.console import Json, draw, picture_form, progress, show, tell, writable, write
from uat.cli.prove import read_domain
from uat.core import files as storage
from uat.core.network import Network
from uat.errors import InputError
from uat.plotting.language import Language, check_language
from uat.regions.bounds import Bound, region_bounds, written

__all__ = ["bounds", "regions"]

Shape = Annotated[list[int], typer.Argument(metavar="N0 WIDTH...", help="Inputs, and each layer.")]
Box = Annotated[str | None, typer.Option(metavar='"A B; …"', help="One pair for all, or one each.")]
Plot = Annotated[Path | None, typer.Option(help="Draw them: .png, .svg or .pdf.")]
Words = Annotated[str, typer.Option(metavar="ja|en", help="Words in the picture.")]
Save = Annotated[Path | None, typer.Option(help="Write the network to this .npz.")]
Limit = Annotated[int | None, typer.Option(help="Stop at more activation regions than these.")]

# Python writes no longer numbers in decimal digits.
_LONGEST: Final = 10**4300

regions = typer.Typer(name="regions", invoke_without_command=True)


@regions.callback()
def _regions(context: typer.Context) -> None:
    """Count the linear regions of a ReLU network, exactly."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@dataclass(frozen=True, slots=True)
class _Asked:
    """What each of the counts is asked for, checked before any work."""

    box: list[tuple[float, float]] | None
    limit: int | None
    plot: Path | None
    form: str | None
    language: Language
    save: Path | None
    files: dict[str, str]
    as_json: bool


@regions.command()
def count(
    network: Annotated[Path, typer.Argument(help="A network in an .npz file.")],
    *,
    box: Box = None,
    plot: Plot = None,
    language: Words = "ja",
    limit: Limit = None,
    as_json: Json = False,
) -> None:
    """Count the regions of a network in a file; without a box, in the whole space."""
    asked = _asked(box, limit, plot, language, None, as_json)
    _tell(storage.load(network), asked)


@regions.command()
def montufar(
    shape: Shape,
    *,
    box: Box = "0 1",
    plot: Plot = None,
    language: Words = "ja",
    save: Save = None,
    limit: Limit = None,
    as_json: Json = False,
) -> None:
    """Count those of Montúfar's folding network, such as 2 4 4 4."""
    from uat.construct.deep.folding import folding

    asked = _asked(box, limit, plot, language, save, as_json)
    _tell(folding(*_shape(shape)), asked, network="folding")


@regions.command()
def random(
    shape: Shape,
    *,
    rng: Annotated[int, typer.Option(help="The seed.")] = 0,
    weights: Annotated[str, typer.Option(metavar="he|orthogonal", help="How drawn.")] = "he",
    spread: Annotated[float, typer.Option(help="Standard deviation of the biases.")] = 0.5,
    box: Box = "-1 1",
    plot: Plot = None,
    language: Words = "ja",
    save: Save = None,
    limit: Limit = None,
    as_json: Json = False,
) -> None:
    """Count those of a random network, such as 2 32 32 32 --rng 0."""
    from uat.construct.deep.random_networks import Weights, random_network

    asked = _asked(box, limit, plot, language, save, as_json)
    kind = cast(Weights, weights)
    drawn = random_network(*_shape(shape), rng=rng, weights=kind, spread=spread)
    _tell(drawn, asked, network="random", rng=rng, weights=weights, spread=spread)


def bounds(shape: Shape, *, as_json: Json = False) -> None:
    """Bound the largest number of regions of any ReLU network of a shape."""
    n0, widths = _shape(shape)
    found = region_bounds(n0, widths)
    if as_json:
        tell({"inputs": n0, "widths": widths, "bounds": _plain(found)})
        return
    table = Table(box=boxes.ROUNDED, title_justify="left")
    table.add_column("the largest number is", no_wrap=True)
    table.add_column(no_wrap=True, justify="right")
    table.add_column("by", overflow="fold")
    for bound in found:
        table.add_row(bound.words, written(bound.value, 18), bound.source)
    Console().print(table)


def _shape(given: list[int]) -> tuple[int, list[int]]:
    if len(given) < 2:
        raise InputError(
            f"{' '.join(map(str, given))} given; the number of inputs and the width of at least "
            "one hidden layer are needed, as in 2 32 32 32"
        )
    return given[0], given[1:]


def _asked(
    box: str | None,
    limit: int | None,
    plot: Path | None,
    language: str,
    save: Path | None,
    as_json: bool,
) -> _Asked:
    form, spoken = picture_form(plot), check_language(language)
    files = writable({"picture": plot, "network": save})
    domain = None if box is None else read_domain(box)
    return _Asked(domain, limit, plot, form, spoken, save, files, as_json)


def _tell(network: Network, asked: _Asked, /, **made: Any) -> None:
    """Count, write the files that are asked for, and tell the facts, after how it was made."""
    facts, picture = _counted(network, asked)
    write(picture, asked.plot, network, asked.save)
    if asked.as_json:
        files = {"files": asked.files} if asked.files else {}
        tell(made | facts | {"bounds": _plain(facts["bounds"])} | files)
    else:
        _show(facts, asked.files)


def _counted(network: Network, asked: _Asked) -> tuple[dict[str, Any], bytes]:
    """Count, or make the map where it is to be drawn; give the facts and the picture."""
    from uat.regions.count import count_regions, map_regions

    if asked.form is not None and network.input_dimension > 2:
        raise InputError(
            f"a network of {network.input_dimension} coordinates given; --plot shows one or two"
        )
    found, started = None, time.perf_counter()
    with progress("regions") as report:
        if asked.form is None:
            counted = count_regions(network, asked.box, limit=asked.limit, progress=report)
        else:
            found = map_regions(network, asked.box, limit=asked.limit, progress=report)
            counted = found.count
    facts = {
        "inputs": network.input_dimension,
        "widths": list(network.widths),
        "box": None if asked.box is None else [list(pair) for pair in asked.box],
        "activation": counted.activation,
        "linear": counted.linear,
        "seconds": round(time.perf_counter() - started, 3),
        "bounds": region_bounds(network.input_dimension, network.widths) if network.depth else (),
    }
    return facts, draw(found, asked.form, asked.language, repr(network), repr(found))


def _show(facts: dict[str, Any], files: dict[str, str]) -> None:
    """Print the facts as a table."""
    inputs, box = facts["inputs"], facts["box"] or ()
    pairs = " × ".join(f"[{a:.17g}, {b:.17g}]" for a, b in box)
    units = "-".join(map(str, facts["widths"]))
    rows = {
        "network": f"{inputs} input{'s' * (inputs > 1)}, {units} units of relu",
        "box": f"{pairs}{' in each coordinate' * (len(box) < inputs)}"
        if box
        else "the whole space",
        "activation regions": f"{facts['activation']:,}",
        "linear regions": f"{facts['linear']:,}",
        "largest number": "\n".join(map(str, facts["bounds"])),
        "time": f"{facts['seconds']:.2f} s",
        **{f"{what} file": path for what, path in files.items()},
    }
    show(rows.items())


def _plain(found: tuple[Bound, ...]) -> list[dict[str, Any]]:
    """Return bounds for JSON; a number of more than 4300 digits as a text."""
    return [
        {
            "name": bound.name,
            "value": bound.value if bound.value < _LONGEST else written(bound.value),
            "kind": bound.kind,
            "source": bound.source,
        }
        for bound in found
    ]
