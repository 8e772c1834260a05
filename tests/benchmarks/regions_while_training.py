"""Count the regions of a network while it trains: the table of the guide, a row as soon as it is known.

Run by `python -m tests.benchmarks.regions_while_training 640 640 640`, with the widths of the hidden
layers. Seconds are those of the processor, without those of workers.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from contextlib import nullcontext

import uat
from uat.numerics.workers import Workers
from uat.train.history import Snapshot

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> None:
    """Train on sin(5xy), and print the counts of some iterations."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("widths", type=int, nargs="+")
    parser.add_argument("--iterations", type=int, nargs="+", default=[0, 1, 3, 10])
    parser.add_argument("--workers", type=int, default=0, help="processes that share each count")
    given = parser.parse_args(arguments)
    wave = uat.Target("sin(5*x*y)", [(-1, 1), (-1, 1)])
    sys.stdout.write(
        "| iteration | activation regions | linear regions | seconds |\n| -: | -: | -: | -: |\n"
    )

    with Workers(given.workers) if given.workers else nullcontext() as workers:

        def count(now: Snapshot) -> None:
            if now.iteration in given.iterations:
                start = time.process_time()
                found = uat.count_regions(now.network, (-1, 1), executor=workers)
                seconds = time.process_time() - start
                row = (now.iteration, found.activation, found.linear, round(seconds))
                sys.stdout.write("| " + " | ".join(f"{number:,}" for number in row) + " |\n")
                sys.stdout.flush()

        uat.fit_function(
            wave,
            hidden=given.widths,
            activation="relu",
            method="adam",
            max_iter=max(given.iterations),
            callback=count,
            rng=0,
        )


if __name__ == "__main__":
    main()
