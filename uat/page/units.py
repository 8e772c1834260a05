"""The scenes of one unit and of two: the page evaluates them, and here they become files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from uat.core.network import Network
from uat.errors import InputError
from uat.page.made import Made

if TYPE_CHECKING:
    from uat.page.given import Words

__all__ = ["units"]


def units(words: Words, _tell: Any) -> Made:
    """Make the network Σ a_i σ(b_i x + c_i) of the weights on the page."""
    a, b, c = (words.get(name, []) for name in "abc")
    sigma = words.get("activation", "logistic")
    if not isinstance(a, list) or len(a) > 100:
        raise InputError("a, b and c are needed, lists of at most 100 numbers")
    network = Network.from_units(a, b, c, sigma)
    code = f'import uat\n\ng = uat.Network.from_units({a}, {b}, {c}, "{network.activation.name}")\n'
    return Made({"units": network.units}, code, network, network)
