"""Regions on the command line: `uat regions` counts linear regions, `uat bounds` bounds them.

Each answers with a table, or in JSON for machines. The picture is written last, whole or not at
all.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, cast

import typer
from rich import box as boxes
from rich.console import Console
from rich.table import Table

from uat.cli.arguments import Json, Language, Plot, Save, read_domain
from uat.cli.console import (
    answer,
    check_files,
    encode_picture,
    network_text,
    picture_format,
    print_json,
    progress,
    write_files,
)
from uat.core import files as storage
from uat.core.network import Network
from uat.errors import InputError
from uat.plotting import language as languages
from uat.regions.bounds import Bound, region_bounds, written

if TYPE_CHECKING:
    from uat.regions.map import RegionCount, RegionMap

__all__ = ["bounds", "regions"]

Shape = Annotated[
    list[int], typer.Argument(metavar="N0 WIDTH...", help="Number of inputs, and each width.")
]
Box = Annotated[
    str | None,
    typer.Option(metavar='"A B; …"', help="One pair for all coordinates, or one for each."),
]
Limit = Annotated[int | None, typer.Option(help="Largest number of activation regions.")]

# Python writes no longer numbers in decimal digits.
_LONGEST: Final = 10**4300

regions = typer.Typer(name="regions", invoke_without_command=True)


@regions.callback()
def _regions(context: typer.Context) -> None:
    """Count the linear regions of a ReLU network, exactly."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@dataclass(frozen=True, slots=True)
class _Request:
    """The options of a count, checked before any work."""

    box: list[tuple[float, float]] | None
    limit: int | None
    plot: Path | None
    form: str | None
    language: languages.Language
    save: Path | None
    files: dict[str, str]
    as_json: bool


@regions.command()
def count(
    network: Annotated[Path, typer.Argument(help="A network in an .npz file.")],
    *,
    box: Box = None,
    plot: Plot = None,
    language: Language = "ja",
    limit: Limit = None,
    as_json: Json = False,
) -> None:
    """Count the regions of a network in a file; without a box, in the whole space."""
    request = _request(box, limit, plot, language, None, as_json)
    _count(storage.load(network), request, {})


@regions.command()
def montufar(
    shape: Shape,
    *,
    box: Box = "0 1",
    plot: Plot = None,
    language: Language = "ja",
    save: Save = None,
    limit: Limit = None,
    as_json: Json = False,
) -> None:
    """Count the regions of Montúfar's folding network, such as 2 4 4 4."""
    from uat.construct.deep.folding import folding

    request = _request(box, limit, plot, language, save, as_json)
    _count(folding(*_shape(shape)), request, {"network": "folding"})


@regions.command()
def random(
    shape: Shape,
    *,
    rng: Annotated[int, typer.Option(help="Seed.")] = 0,
    weights: Annotated[
        str, typer.Option(metavar="he|orthogonal", help="Distribution of the weights.")
    ] = "he",
    spread: Annotated[float, typer.Option(help="Standard deviation of the biases.")] = 0.5,
    box: Box = "-1 1",
    plot: Plot = None,
    language: Language = "ja",
    save: Save = None,
    limit: Limit = None,
    as_json: Json = False,
) -> None:
    """Count the regions of a random network, such as 2 32 32 32 --rng 0."""
    from uat.construct.deep.random_networks import Weights, random_network

    request = _request(box, limit, plot, language, save, as_json)
    kind = cast(Weights, weights)
    drawn = random_network(*_shape(shape), rng=rng, weights=kind, spread=spread)
    made = {"network": "random", "rng": rng, "weights": weights, "spread": spread}
    _count(drawn, request, made)


def bounds(shape: Shape, *, as_json: Json = False) -> None:
    """Bound the largest number of regions of any ReLU network of a shape."""
    n0, widths = _shape(shape)
    found = region_bounds(n0, widths)
    if as_json:
        print_json({"inputs": n0, "widths": widths, "bounds": _plain(found)})
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


def _request(
    box: str | None,
    limit: int | None,
    plot: Path | None,
    language: str,
    save: Path | None,
    as_json: bool,
) -> _Request:
    form, spoken = picture_format(plot), languages.check_language(language)
    files = check_files({"picture": plot, "network": save})
    domain = None if box is None else read_domain(box)
    return _Request(domain, limit, plot, form, spoken, save, files, as_json)


def _count(network: Network, request: _Request, made: dict[str, Any]) -> None:
    """Count, write the files and answer; in JSON how the network was made comes first."""
    started = time.perf_counter()
    counted, drawn = _counted(network, request)
    seconds = time.perf_counter() - started
    known = region_bounds(network.input_dimension, network.widths) if network.depth else ()
    words = (repr(network), repr(drawn))
    picture = encode_picture(drawn, request.form, request.language, *words)
    write_files(picture, request.plot, network, request.save)
    facts = made | {
        "inputs": network.input_dimension,
        "widths": list(network.widths),
        "box": request.box,
        "activation": counted.activation,
        "linear": counted.linear,
        "seconds": round(seconds, 3),
        "bounds": _plain(known),
    }
    rows = [
        *_network_rows(network, request.box),
        ("activation regions", f"{counted.activation:,}"),
        ("linear regions", f"{counted.linear:,}"),
        ("largest number", "\n".join(map(str, known))),
        ("time", f"{seconds:.2f} s"),
    ]
    answer(facts, rows, request.files, as_json=request.as_json)


def _counted(network: Network, request: _Request) -> "tuple[RegionCount, RegionMap | None]":
    """Count the regions; make the map of them too if it is to be drawn."""
    from uat.regions.count import count_regions, map_regions

    if request.form is not None and network.input_dimension > 2:
        raise InputError(
            f"a network of {network.input_dimension} coordinates given; --plot shows one or two"
        )
    with progress("regions") as report:
        if request.form is None:
            return count_regions(network, request.box, limit=request.limit, progress=report), None
        drawn = map_regions(network, request.box, limit=request.limit, progress=report)
        return drawn.count, drawn


def _network_rows(
    network: Network, box: list[tuple[float, float]] | None
) -> Iterator[tuple[str, str]]:
    inputs = network.input_dimension
    units = network_text(network.widths, "relu")
    yield "network", f"{inputs} input{'s' * (inputs > 1)}, {units}"
    if box is None:
        yield "box", "the whole space"
        return
    pairs = " × ".join(f"[{a:.17g}, {b:.17g}]" for a, b in box)
    yield "box", f"{pairs}{' in each coordinate' * (len(box) < inputs)}"


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
