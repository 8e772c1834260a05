"""Count the regions of a network while it trains: the table and the picture of the guide.

Run by `python -m tests.benchmarks.regions_while_training 1000 1000 1000 --workers 2 --plot
growth.png`, with the widths of the hidden layers. A row of the table is printed as soon as it is
known; its seconds are those of the processor, without those of workers. The picture is drawn in both
languages, growth.png and growth.ja.png; `--table FILE` draws a table that was printed before.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path

import uat
from uat.numerics.workers import Workers
from uat.plotting.language import LANGUAGES
from uat.plotting.page import Page, lay_out
from uat.train.history import Snapshot

__all__ = ["main"]

Row = tuple[int, int, int, int]
"""Iteration, activation regions, linear regions, seconds."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Train on sin(5xy), and print and draw the counts of some iterations."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("widths", type=int, nargs="+")
    parser.add_argument("--iterations", type=int, nargs="+", default=[0, 1, 3, 5, 10, 20])
    parser.add_argument("--workers", type=int, default=0, help="processes that share each count")
    parser.add_argument("--plot", type=Path, help="a picture of the counts")
    parser.add_argument("--table", type=Path, help="the counts, as they were printed before")
    given = parser.parse_args(arguments)
    if min(given.iterations) < 0:
        parser.error(f"iteration {min(given.iterations)} given; they are counted from 0")
    if given.table is None:
        rows = count_while_training(given.widths, given.iterations, given.workers)
    else:
        lines = given.table.read_text().splitlines()[2:]
        rows = [read_row(line) for line in lines]
    for language in LANGUAGES if given.plot else ():
        picture = lay_out(lambda page: draw(page, given.widths, rows), language)
        end = given.plot.suffix if language == "en" else f".{language}{given.plot.suffix}"
        picture.savefig(given.plot.with_suffix(end))


def count_while_training(
    widths: Sequence[int], iterations: Sequence[int], processes: int
) -> list[Row]:
    """Train a network, and count its regions at some iterations."""
    rows = list[Row]()
    wave = uat.Target("sin(5*x*y)", [(-1, 1), (-1, 1)])
    sys.stdout.write(
        "| iteration | activation regions | linear regions | seconds |\n| -: | -: | -: | -: |\n"
    )

    with Workers(processes) if processes else nullcontext() as workers:

        def count(now: Snapshot) -> None:
            if now.iteration in iterations:
                start = time.process_time()
                found = uat.count_regions(now.network, (-1, 1), executor=workers)
                seconds = round(time.process_time() - start)
                rows.append((now.iteration, found.activation, found.linear, seconds))
                sys.stdout.write("| " + " | ".join(f"{number:,}" for number in rows[-1]) + " |\n")
                sys.stdout.flush()

        uat.fit_function(
            wave,
            hidden=widths,
            activation="relu",
            method="adam",
            max_iter=max(*iterations, 1),
            callback=count,
            rng=0,
        )
    return rows


def read_row(line: str) -> Row:
    """Read a row of a table that was printed."""
    iteration, activation, linear, seconds = line.replace(",", "").strip("| ").split("|")
    return int(iteration), int(activation), int(linear), int(seconds)


def draw(page: Page, widths: Sequence[int], rows: Sequence[Row]) -> None:
    """Draw the number of linear regions against the iteration, both logarithmic."""
    say, axes = page.say, page.figure.subplots()
    iterations, counts = [row[0] for row in rows], [row[2] for row in rows]
    # A place for the start, which a logarithmic axis does not have.
    places = [max(iteration, 0.5) for iteration in iterations]
    pen = page.pen("network", linewidth=page.size.hero)
    axes.plot(places, counts, marker="o", markersize=2.6 * page.size.line, **pen)
    peak = max(range(len(counts)), key=counts.__getitem__)
    for i, (x, y) in enumerate(zip(places, counts, strict=True)):
        # Below the line where it rises, above it where it falls.
        words = {"ha": "left", "va": "top" if i < peak else "bottom", "fontsize": page.size.text}
        if i == peak:
            words |= {"ha": "center", "fontsize": page.size.headline}
        near = 1.25 if i >= peak else 1.0
        page.note(axes, x * 1.04, y * near, f"{y:,}", color=page.theme.network, **words)
    axes.set(xscale="log", yscale="log", xlim=(0.4, 1.6 * places[-1]))
    axes.set_ylim(min(counts) / 2, max(counts) * 4)
    axes.set_xticks(places, [str(iteration) for iteration in iterations])
    powers = [10**k for k in range(9) if min(counts) / 2 < 10**k < max(counts) * 4]
    axes.set_yticks(powers, [f"{power:,}" for power in powers])
    axes.minorticks_off()
    axes.set_xlabel(say("学習の反復", "iteration of the training"))
    layers = "–".join(map(str, widths))
    axes.set_title(
        say(f"隠れ層 {layers} の線形領域の個数", f"linear regions of hidden layers {layers}")
    )
    page.headline(
        say(
            f"{iterations[peak]} 歩で {counts[peak]:,} 領域、{iterations[-1]} 歩で {counts[-1]:,}",
            f"{counts[peak]:,} regions after {steps(iterations[peak])}, "
            f"{counts[-1]:,} after {iterations[-1]}",
        )
    )


def steps(count: int) -> str:
    """Write a number of steps."""
    return "1 step" if count == 1 else f"{count} steps"


if __name__ == "__main__":
    main()
