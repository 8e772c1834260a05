"""Regions on the command line: `uat regions` counts linear regions, `uat bounds` bounds them.

Each answers with a table, or in JSON for machines. Files are written last, each whole or not at all.
"""

import time
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Final, cast

import numpy as np
import typer
from rich import box as boxes
from rich.console import Console
from rich.table import Table

from uat.cli import console
from uat.cli.console import (
    Json,
    NetworkFile,
    Plot,
    PlotSize,
    Save,
    Scheduler,
    Spoken,
    Theme,
    Workers,
    a_number,
    a_whole_number,
    read_whole,
)
from uat.cli.domain import read_domain
from uat.core.activations import relu
from uat.core.arguments import real_array
from uat.core.network import Network
from uat.core.slices import flat_through
from uat.errors import FileProblem, InputError, counted
from uat.expression.arrays import Array
from uat.interchange.formats import read_network
from uat.plotting.regions import Flat, plot_regions
from uat.regions.bounds import Bound, region_bounds, written

Shape = Annotated[
    list[int],
    typer.Argument(
        parser=read_whole,
        metavar="N0 WIDTH...",
        help="Number of inputs, then units of each layer.",
    ),
]
Box = Annotated[
    str | None,
    typer.Option(
        metavar="A B",
        help="Count in this box: one pair for all inputs, or for each; write it last.",
    ),
]
Through = Annotated[
    list[Path] | None,
    typer.Option(
        metavar="A.npy B.npy ...", help="Count on the line through two points, the plane of three."
    ),
]
Resume = Annotated[
    Path | None,
    typer.Option(help="Count in tiles, write each to this file, and take what is there from it."),
]
Limit = Annotated[int | None, a_whole_number("Give up past this number of activation regions.")]

# Python writes no longer numbers in decimal digits.
_LONGEST: Final = 10**4300

regions = typer.Typer(
    name="regions",
    invoke_without_command=True,
    epilog="Example: uat regions montufar 2 8 8 8",
)
console.app.add_typer(regions)


@regions.callback()
def _regions(context: typer.Context) -> None:
    """Count the linear regions of a piecewise linear network, exactly.

    On a linear region the network is one affine function. On an activation region, which lies in
    one of them, the same units are on.
    """
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@regions.command(epilog="Example: uat regions count net.npz --box -1 1")
def count(
    network: NetworkFile,
    *,
    through: Through = None,
    box: Box = None,
    plot: Plot = None,
    language: Spoken = "ja",
    theme: Theme = "light",
    size: PlotSize = "slide",
    limit: Limit = None,
    workers: Workers = None,
    scheduler: Scheduler = None,
    resume: Resume = None,
    as_json: Json = False,
) -> None:
    """Count the regions of a network in a file, in a box or in the whole space.

    With --through they are those on the line or plane through points of its inputs, of which the
    first is at 0, the others at 1 on an axis each; the box is in these coordinates.
    """
    files = console.check_files(plot, language, theme, size)
    counted_on, made, flat = read_network(network), dict[str, Any](), None
    if through:
        flat = Flat(counted_on.input_dimension, tuple(path.stem for path in through))
        counted_on = counted_on.along(*_flat(through))
        made = {"through": [str(path) for path in through], "dimension": flat.dimension}
    how = _How(limit, workers, scheduler, resume)
    _count(counted_on, made, box, how, files, as_json, flat)


@regions.command(epilog="Example: uat regions montufar 2 8 8 8 --plot regions.png")
def montufar(
    shape: Shape,
    *,
    box: Box = "0 1",
    plot: Plot = None,
    language: Spoken = "ja",
    theme: Theme = "light",
    size: PlotSize = "slide",
    save: Save = None,
    limit: Limit = None,
    workers: Workers = None,
    scheduler: Scheduler = None,
    resume: Resume = None,
    as_json: Json = False,
) -> None:
    """Count the regions of Montúfar's folding network, such as 2 4 4 4."""
    from uat.construct.deep.folding import folding

    files = console.check_files(plot, language, theme, size, save)
    _count(
        folding(*_shape(shape)),
        {"network": "folding"},
        box,
        _How(limit, workers, scheduler, resume),
        files,
        as_json,
    )


@regions.command(epilog="Example: uat regions random 2 32 32 32 --rng 0 --box -1 1")
def random(
    shape: Shape,
    *,
    rng: Annotated[int, a_whole_number("Seed of the random weights.")] = 0,
    weights: Annotated[
        str, typer.Option(metavar="he|orthogonal", help="Distribution of the weights.")
    ] = "he",
    spread: Annotated[float, a_number("Standard deviation of the biases.")] = 0.5,
    box: Box = "-1 1",
    plot: Plot = None,
    language: Spoken = "ja",
    theme: Theme = "light",
    size: PlotSize = "slide",
    save: Save = None,
    limit: Limit = None,
    workers: Workers = None,
    scheduler: Scheduler = None,
    resume: Resume = None,
    as_json: Json = False,
) -> None:
    """Count the regions of a random network, such as 2 32 32 32 --rng 0."""
    from uat.construct.deep.random_networks import Weights, random_network

    files = console.check_files(plot, language, theme, size, save)
    kind = cast(Weights, weights)
    drawn = random_network(*_shape(shape), rng=rng, weights=kind, spread=spread)
    made = {"network": "random", "rng": rng, "weights": weights, "spread": spread}
    _count(drawn, made, box, _How(limit, workers, scheduler, resume), files, as_json)


@console.app.command(epilog="Example: uat bounds 2 32 32 32")
def bounds(shape: Shape, *, as_json: Json = False) -> None:
    """Show proved bounds on the number of regions a ReLU network of a shape can have."""
    n0, widths = _shape(shape)
    found = region_bounds(n0, widths)
    if as_json:
        console.print_json({"inputs": n0, "widths": widths, "bounds": _plain(found)})
        return
    table = Table(box=boxes.ROUNDED, title_justify="left")
    table.add_column("the largest number is", no_wrap=True)
    table.add_column(no_wrap=True, justify="right")
    table.add_column("by", overflow="fold")
    for bound in found:
        table.add_row(bound.words, written(bound.value, 18), bound.source)
    Console().print(table)


def _flat(paths: list[Path]) -> tuple[Array, Array]:
    """Read the points of a line, a plane or a space from files."""
    if len(paths) < 2:
        raise InputError(f"--through {paths[0]} given; two points or more are needed")
    return flat_through([_point(path) for path in paths])


def _point(path: Path) -> Array:
    try:
        point = real_array(np.load(path, allow_pickle=False), "the point")
    except OSError as problem:
        raise FileProblem(f"{path} cannot be read: {problem.strerror or problem}") from None
    except (ValueError, TypeError, EOFError):
        raise FileProblem(f"{path} is no array of numbers in a .npy file") from None
    return point


@dataclass(frozen=True, slots=True)
class _How:
    """Hold the options of a count: how many regions at most, by whom, and with which file."""

    limit: int | None
    workers: int | None
    scheduler: str | None
    resume: Path | None

    def check(self, *, drawn: bool, boxed: bool) -> None:
        """Refuse, before any work, what does not go together."""
        given = {
            "--workers": self.workers, "--scheduler": self.scheduler, "--resume": self.resume
        }  # fmt: skip
        named = [name for name, value in given.items() if value is not None]
        console.check_workers(self.workers, self.scheduler)
        if named and drawn:
            raise InputError(f"{named[0]} and --plot given; a picture is drawn from one map")
        if named and not boxed:
            raise InputError(f"{named[0]} given without --box; the tiles are those of a box")


def _shape(given: list[int]) -> tuple[int, list[int]]:
    if len(given) < 2:
        raise InputError(
            f"{' '.join(map(str, given))} given; the number of inputs and the width of at least "
            "one hidden layer are needed, as in 2 32 32 32"
        )
    return given[0], given[1:]


def _count(
    network: Network,
    made: dict[str, Any],
    box: str | None,
    how: _How,
    files: console.Files,
    as_json: bool,
    flat: Flat | None = None,
) -> None:
    """Count, write the files and answer; in JSON how the network was made comes first.

    The network may be that on a flat through points.
    """
    n, domain = network.input_dimension, None if box is None else read_domain(box, "--box")
    how.check(drawn=files.plot is not None, boxed=domain is not None)
    if files.plot is not None and n > 2:
        raise InputError(f"a network of {n} coordinates given; --plot shows one or two")
    started = time.perf_counter()
    found, count = _found(network, domain, how, drawn=files.plot is not None)
    seconds = time.perf_counter() - started
    # Theorems on ReLU units alone.
    known = region_bounds(n, network.widths) if network.activation == relu else ()
    draw = None if flat is None else partial(plot_regions, found=found, flat=flat)
    files.write(found, network, repr(network), repr(found), draw=draw)
    facts = made | {
        "inputs": n if flat is None else flat.inputs,
        "widths": list(network.widths),
        "box": domain,
        "activation": count.activation,
        "linear": count.linear,
        "seconds": round(seconds, 3),
        "bounds": _plain(known),
    }
    units = console.network_words(network)
    each = "" if domain is None or len(domain) == n else " in each coordinate"
    rows = [
        ("network", f"{counted(n, 'input')}, {units}" if flat is None else f"{units}, {flat}"),
        ("box", "the whole space" if domain is None else f"{console.box_text(domain)}{each}"),
        ("activation regions", f"{count.activation:,}"),
        ("linear regions", f"{count.linear:,}"),
        *([("maximum of the shape", "\n".join(map(str, known)))] if known else []),
    ]
    console.answer(facts, rows, files, as_json=as_json)


def _found(network: Network, box: Any, how: _How, *, drawn: bool) -> tuple[Any, Any]:
    """Return what is drawn, a map of the regions, or else their number; and their number."""
    from uat.regions.count import count_regions, map_regions

    with (
        console.progress("regions") as report,
        console.executor(how.workers, how.scheduler) as executor,
    ):
        if drawn:
            found = map_regions(network, box, limit=how.limit, progress=report)
            return found, found.count
        options: Any = {"limit": how.limit, "progress": report, "resume": how.resume}
        count = count_regions(network, box, executor=executor, **options)
        return count, count


def _plain(found: tuple[Bound, ...]) -> list[dict[str, Any]]:
    """Return bounds for JSON; a number of more than 4300 digits as a text."""
    values = (bound.value if bound.value < _LONGEST else written(bound.value) for bound in found)
    return [asdict(bound) | {"value": value} for bound, value in zip(found, values, strict=True)]
