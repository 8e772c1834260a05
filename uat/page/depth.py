"""The scene of depth: a ReLU network on the plane, its exact regions and their number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from uat.construct.deep.folding import folding
from uat.construct.deep.random_networks import random_network
from uat.core.arguments import brief, one_of, read_widths
from uat.core.domain import check_domain
from uat.core.network import Affine, Network
from uat.errors import InputError
from uat.page.given import whole
from uat.page.made import Made
from uat.plotting.regions import colours_of
from uat.regions.bounds import region_bounds
from uat.regions.count import map_regions

if TYPE_CHECKING:
    from uat.page.given import Words
    from uat.regions.map import RegionMap

__all__ = ["depth"]

_LAYERS: Final = 6
_WIDEST: Final = 32
_REGIONS: Final = 10_000
"""Regions of a map; more: larger networks, pictures that no longer move with the pointer."""


def depth(words: Words, _tell: Any) -> Made:
    """Map the linear regions of a network of two coordinates."""
    network, code = _network(words)
    moved = words.get("moved")
    if moved is not None:
        network, line = _moved(network, moved)
        code += line
    box = check_domain(words.get("box", [[-1, 1], [-1, 1]]))
    if len(box) != 2:
        raise InputError("a box of two coordinates is needed")
    regions = map_regions(network, box, limit=_REGIONS)
    code += f"regions = uat.map_regions(g, {[list(pair) for pair in box]})\nprint(regions.count)\n"
    return Made(_answer(regions), code, regions, network)


def _network(words: Words) -> tuple[Network, str]:
    widths = read_widths(words.get("widths", [8, 8]))
    if len(widths) > _LAYERS or max(widths) > _WIDEST:
        raise InputError(
            f"widths {brief(list(widths))} given; this page takes {_LAYERS} layers of at most "
            f"{_WIDEST} units"
        )
    kind = one_of(words.get("kind", "random"), ["random", "folding"], "kind of network")
    head = "import uat\nfrom uat.construct.deep."
    if kind == "folding":
        made = f"folding(2, {list(widths)})"
        return folding(2, widths), f"{head}folding import folding\n\ng = {made}\n"
    seed = whole(words, "seed", 1, 10**6)
    made = f"random_network(2, {list(widths)}, rng={seed})"
    network = random_network(2, widths, rng=seed)
    return network, f"{head}random_networks import random_network\n\ng = {made}\n"


def _moved(network: Network, moved: Any) -> tuple[Network, str]:
    """Give one unit of the first layer other weights: [unit, w1, w2, c]."""
    first = network.layers[0]
    fits = isinstance(moved, list) and len(moved) == 4 and isinstance(moved[0], int)
    if not fits or not 0 <= moved[0] < len(first.bias):
        raise InputError(f"moved = {brief(moved)} given; [unit, w1, w2, c] is needed")
    unit, *numbers = moved
    weight, bias = first.weight.copy(), first.bias.copy()
    *weight[unit], bias[unit] = numbers
    code = (
        "weight, bias = g.layers[0].weight.copy(), g.layers[0].bias.copy()\n"
        f"*weight[{unit}], bias[{unit}] = {numbers}\n"
        "g = uat.Network((uat.Affine(weight, bias), *g.layers[1:]), g.activation)\n"
    )
    return Network((Affine(weight, bias), *network.layers[1:]), network.activation), code


def _answer(regions: RegionMap) -> dict[str, Any]:
    box, network = regions.box, regions.network
    # whole steps of a 20 000th of the box: sharp on any screen, short in a message
    steps = (regions.vertices - box[:, 0]) / (box[:, 1] - box[:, 0]) * 20_000
    colours = np.round(colours_of(regions.gradients[:, 0]) * 255).astype(int)
    bounds = region_bounds(2, network.widths)
    first = network.layers[0]
    return {
        "box": box.tolist(),
        "corners": np.round(steps[regions.corner_index]).astype(int).ravel().tolist(),
        "starts": regions.corner_starts.tolist(),
        "colours": (colours @ [1 << 16, 1 << 8, 1]).tolist(),
        "component": regions.component.tolist(),
        "activation": regions.count.activation,
        "linear": regions.count.linear,
        "units": network.units,
        "most": [[bound.name, bound.value, bound.kind] for bound in bounds],
        "first": np.column_stack([first.weight, first.bias]).tolist(),
    }
