"""Depth on the command line: `uat regions` counts linear regions, `uat bounds` bounds them.

Each answers with a table, or with JSON for machines. The picture is written last, whole or not.
"""

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, cast

import typer
from rich import box as boxes
from rich.console import Console
from rich.table import Table

from uat import storage
from uat.commands import read_domain
from uat.console import Json, picture_form, progress, writable
from uat.errors import InputError
from uat.lecture.language import Language, check_language
from uat.network import Network
from uat.regions.bounds import Bound, region_bounds, written

if TYPE_CHECKING:
    from uat.regions.map import RegionMap

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
    form, spoken = picture_form(plot), check_language(language)
    files = writable({"picture": plot})
    facts, picture = _counted(storage.load(network), box, limit, form, spoken)
    _finish(facts, picture, plot, files, as_json)


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
    from uat.construct.folding import folding

    form, spoken = picture_form(plot), check_language(language)
    files = writable({"picture": plot, "network": save})
    network = folding(*_shape(shape))
    facts, picture = _counted(network, box, limit, form, spoken)
    if save is not None:
        storage.save(network, save)
    _finish({"network": "folding"} | facts, picture, plot, files, as_json)


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
    from uat.numerics.random_networks import Weights, random_network

    form, spoken = picture_form(plot), check_language(language)
    files = writable({"picture": plot, "network": save})
    if rng < 0:
        raise InputError(f"rng {rng} given; a whole number ≥ 0 is needed")
    kind = cast(Weights, weights)
    network = random_network(*_shape(shape), rng=rng, weights=kind, spread=spread)
    facts, picture = _counted(network, box, limit, form, spoken)
    chosen = {"network": "random", "rng": rng, "weights": weights, "spread": spread}
    if save is not None:
        storage.save(network, save)
    _finish(chosen | facts, picture, plot, files, as_json)


def bounds(shape: Shape, *, as_json: Json = False) -> None:
    """Bound the largest number of regions of any ReLU network of a shape."""
    n0, widths = _shape(shape)
    found = region_bounds(n0, widths)
    if as_json:
        typer.echo(json.dumps({"inputs": n0, "widths": widths, "bounds": _plain(found)}))
        return
    table = Table(box=boxes.ROUNDED, title_justify="left")
    table.add_column("the largest number is", no_wrap=True)
    table.add_column(no_wrap=True, justify="right")
    table.add_column("by", overflow="fold")
    for bound in found:
        words = "at most" if bound.kind == "max_at_most" else "at least"
        table.add_row(words, written(bound.value, 18), bound.source)
    Console().print(table)


def _shape(given: list[int]) -> tuple[int, list[int]]:
    if len(given) < 2:
        raise InputError(
            f"{' '.join(map(str, given))} given; the number of inputs and the width of at least "
            "one hidden layer are needed, as in 2 32 32 32"
        )
    return given[0], given[1:]


def _counted(
    network: Network, box: str | None, limit: int | None, form: str | None, language: Language
) -> tuple[dict[str, Any], bytes]:
    """Count, or make the map where it is to be drawn; give the facts and the picture."""
    from uat.regions.count import count_regions, map_regions

    if form is not None and network.input_dimension > 2:
        raise InputError(
            f"a network of {network.input_dimension} coordinates given; --plot shows one or two"
        )
    domain = None if box is None else read_domain(box)
    started = time.perf_counter()
    with progress("regions") as report:
        if form is None:
            found, counted = None, count_regions(network, domain, limit=limit, progress=report)
        else:
            found = map_regions(network, domain, limit=limit, progress=report)
            counted = found.count
    seconds = round(time.perf_counter() - started, 3)
    facts = {
        "inputs": network.input_dimension,
        "widths": list(network.widths),
        "box": None if domain is None else [list(pair) for pair in domain],
        "activation": counted.activation,
        "linear": counted.linear,
        "seconds": seconds,
        "bounds": region_bounds(network.input_dimension, network.widths) if network.depth else (),
    }
    return facts, _picture(found, form, language)


def _picture(found: "RegionMap | None", form: str | None, language: Language) -> bytes:
    from uat.lecture.plot import plot
    from uat.lecture.render import encode

    if found is None or form is None:
        return b""
    return encode(plot(found, language), form, repr(found.network), repr(found))


def _finish(
    facts: dict[str, Any], picture: bytes, plot: Path | None, files: dict[str, str], as_json: bool
) -> None:
    """Write the picture and tell the facts."""
    if plot is not None:
        with storage.whole_file(plot) as file:
            file.write(picture)
    found: tuple[Bound, ...] = facts["bounds"]
    if as_json:
        told = facts | {"bounds": _plain(found)} | ({"files": files} if files else {})
        typer.echo(json.dumps(told))
        return
    inputs, box = facts["inputs"], facts["box"]
    pairs = " × ".join(f"[{a:.17g}, {b:.17g}]" for a, b in box or ())
    units = "-".join(map(str, facts["widths"]))
    rows = {
        "network": f"{inputs} input{'s' * (inputs > 1)}, {units} units of relu",
        "box": pairs + (" in each coordinate" if pairs and len(box) < inputs else ""),
        "activation regions": f"{facts['activation']:,}",
        "linear regions": f"{facts['linear']:,}",
        "largest number": "\n".join(map(str, found)),
        "time": f"{facts['seconds']:.2f} s",
        **{f"{what} file": path for what, path in files.items()},
    }
    table = Table(box=boxes.ROUNDED, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for name, text in rows.items():
        if text or name == "box":
            table.add_row(name, text or "the whole space")
    Console().print(table)


def _plain(found: tuple[Bound, ...]) -> list[dict[str, Any]]:
    """Give bounds for JSON; a number of more than 4300 digits as a text."""
    return [
        {
            "name": bound.name,
            "value": bound.value if bound.value < _LONGEST else written(bound.value),
            "kind": bound.kind,
            "source": bound.source,
        }
        for bound in found
    ]
