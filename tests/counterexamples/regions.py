"""Count regions twice: `python -m tests.counterexamples.regions --networks 10000`.

Networks in special position are drawn in one to four dimensions. Both counts of
`uat.count_regions` are compared with those of the oracle, which clips polytopes in exact integers;
the first difference ends the search and is shown.
"""

import argparse
import time
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, fields
from functools import partial
from typing import Any, Final

import numpy as np

import uat
from tests.counterexamples import degenerate
from tests.oracles import regions
from uat.numerics.workers import Workers, share
from uat.regions.subdivision import Monitor
from uat.regions.tile import Tile, count_tile, divide
from uat.regions.tiles import Tally as TilesTally

__all__ = ["Tally", "main"]


_SIGMAS: Final = (
    (uat.relu, regions.RELU),
    (uat.leaky_relu(0.25), regions.leaky(0.25)),
    (uat.leaky_relu(-0.5), regions.leaky(-0.5)),
    (uat.leaky_relu(0.01), regions.leaky(0.01)),
    (uat.absolute, regions.ABSOLUTE),
    (uat.ramp, regions.RAMP),
)


_TOGETHER: Final = 20
"""Networks that a process is given at a time."""


@dataclass
class Tally:
    """What has been compared."""

    networks: int = 0
    activation: int = 0
    linear: int = 0
    counting: float = 0.0
    clipping: float = 0.0

    def compare(
        self,
        rng: int,
        number: int,
        *,
        whole_space: bool = False,
        extreme: bool = False,
        bent: bool = False,
        tiles: bool = False,
    ) -> None:
        """Draw the network of that number, and count its regions in both ways."""
        generator = np.random.default_rng([rng, number])
        dimension = 1 + number % len(degenerate.DIMENSIONS)
        layers, inside = degenerate.draw(generator, dimension, extreme=extreme)
        box = None if whole_space else inside
        kinds = generator.integers(len(_SIGMAS), size=len(layers) - 1) * bent
        sigmas, lines = zip(*(_SIGMAS[kind] for kind in kinds), strict=True)
        network = uat.Network([uat.Affine(*layer) for layer in layers], sigmas)
        started = time.process_time()
        expected = regions.count(layers, box, lines)
        between = time.process_time()
        found = uat.count_regions(network, box)
        if tiles:
            found = in_tiles(network, np.array(box), generator)
        self.clipping += between - started
        self.counting += time.process_time() - between
        assert (found.activation, found.linear) == expected, (
            f"network {number} of rng {rng} on {box}: {found} counted, {expected} by clipping; "
            f"{sigmas}, {layers}"
        )
        self.networks += 1
        self.activation += expected[0]
        self.linear += expected[1]

    def add(self, other: "Tally") -> None:
        """Add what another process has compared."""
        for part in fields(self):
            setattr(self, part.name, getattr(self, part.name) + getattr(other, part.name))

    def __str__(self) -> str:
        return (
            f"{self.networks:,} networks, no difference: {self.activation:,} activation regions, "
            f"{self.linear:,} linear regions; {self.counting:.0f} s of processor to count, "
            f"{self.clipping:.0f} s to clip"
        )


def in_tiles(
    network: uat.Network, box: np.ndarray, generator: np.random.Generator
) -> uat.RegionCount:
    """Count in tiles of which the walls pass through vertices, or lie along facets."""
    places = uat.map_regions(network, box.tolist()).vertices
    tiles = [Tile.whole(box)]
    for _ in range(3):
        parts = []
        for tile in tiles:
            axis = int(generator.integers(len(box)))
            low, high = tile.box[axis]
            inside = np.unique(places[:, axis][(places[:, axis] > low) & (places[:, axis] < high)])
            if len(inside) < 2:
                parts.append(tile)
                continue
            first = int(generator.integers(len(inside) - 1))
            # To the next vertex, or as near as floats are.
            near = [float(inside[first + 1]), float(np.nextafter(inside[first], np.inf))]
            parts += divide(tile, axis, float(inside[first]), near[int(generator.integers(2))])
        tiles = parts
    tally = TilesTally(network, box, 10**6, Monitor(10**6))
    for tile in tiles:
        task = (network, tile, Monitor(10**6))
        assert not [*tally.add(task, count_tile(task))]
    return tally.total()


def compared(how: dict[str, Any], numbers: range) -> Tally:
    """Compare the counts of some networks."""
    tally = Tally()
    for number in numbers:
        tally.compare(number=number, **how)
    return tally


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("`", maxsplit=1)[0])
    parser.add_argument("--networks", type=int, default=10_000, help="how many")
    parser.add_argument("--rng", type=int, default=0, help="where the drawing starts")
    either = parser.add_mutually_exclusive_group()
    either.add_argument("--tiles", action="store_true", help="cut through vertices into tiles")
    either.add_argument("--whole-space", action="store_true", help="count without a box")
    parser.add_argument("--bent", action="store_true", help="other activations than ReLU too")
    either.add_argument("--extreme", action="store_true", help="weights from 5e-324 to 1.7e308")
    parser.add_argument("--workers", type=int, default=0, help="processes that share the work")
    chosen = vars(parser.parse_args(arguments))
    tally, many, workers = Tally(), chosen.pop("networks"), chosen.pop("workers")
    starts = range(0, many, _TOGETHER)
    tasks = [range(start, min(start + _TOGETHER, many)) for start in starts]

    def take(_task: range, found: Tally) -> tuple[()]:
        before = tally.networks // 1000
        tally.add(found)
        if tally.networks // 1000 > before:
            print(tally, flush=True)  # noqa: T201
        return ()

    with Workers(workers) if workers else nullcontext() as executor:
        share(partial(compared, chosen), tasks[::-1], take, executor)
    print(tally)  # noqa: T201
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
