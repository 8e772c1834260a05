"""The scene of training: three methods in turn, for the same time each, beside the built network."""

from __future__ import annotations

from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from uat.core.activations import as_activation
from uat.core.arguments import one_of
from uat.core.certificate import rounded_up
from uat.errors import InputError, UatError
from uat.lecture.networks import comb_of
from uat.numerics.activation_shape import is_soft
from uat.page.curve import short_list
from uat.page.given import code_of, read_target, whole
from uat.page.made import Made
from uat.proof.certify import certify
from uat.train.fitting import Fit, fit_function

if TYPE_CHECKING:
    from collections.abc import Callable

    from uat.core.network import Network
    from uat.core.target import Target
    from uat.expression.arrays import Array
    from uat.page.given import Words
    from uat.train.history import Snapshot

    Reached = dict[str, tuple[Network, int]]  # by each method, with the number of iterations

__all__ = ["training"]

METHODS: Final = ("descent", "adam", "projection")

_SECONDS: Final = 3.0
"""Time of a training, the same for each; longer: smaller errors, more waiting."""

_FRAMES: Final = 0.1
"""Seconds between two pictures; shorter: smoother films, slower training."""

_POINTS: Final = 201

_CELLS: Final = 20_000
"""Cells of a proof; more: sharper bounds, more waiting."""


def training(words: Words, tell: Callable[[dict[str, Any]], object]) -> Made:
    """Train n units by each of three methods, and `tell` their curves on the way."""
    target = read_target(words)
    if target.dimension != 1:
        raise InputError("f of two coordinates given; this scene takes f of one")
    sigma = as_activation(words.get("activation", "tanh"))
    if not is_soft(sigma):
        raise InputError(f"σ = {sigma.name} given; a soft one is needed here, such as tanh")
    many, seed = whole(words, "units", 10, 60), whole(words, "seed", 1, 10**6)
    keep = one_of(words.get("keep", "projection"), METHODS, "method")
    x = np.linspace(*target.domain[0], _POINTS)
    f = np.asarray(target(x))
    answer: dict[str, Any] = {"x": short_list(x), "f": short_list(f)}
    answer["built"] = _built(target, many, x)
    tell(answer)

    def train(name: str, met: Callable[[Snapshot], object]) -> Fit:
        how: dict[str, Any] = {"seconds": _SECONDS, "callback": met}
        return fit_function(target, None, many, sigma, name, seed, **how)

    fits = _trained(train, lambda reached: tell(answer | _curves(reached, x, f)))
    ends = {name: (fit.network, len(fit.losses) - 1) for name, fit in fits.items()}
    answer |= _curves(ends, x, f)
    how = f'hidden={many}, activation="{sigma.name}", method=method, rng={seed}, seconds={_SECONDS}'
    code = (
        f"import numpy as np\nimport uat\n\nf = {code_of(words)}\nfor method in {list(METHODS)}:\n"
        f"    found = uat.fit_function(f, {how})\n    print(method, found)\n"
    )
    proof = None
    if words.get("certify") is True:
        proofs = {name: certify(target, fit.network, cells=_CELLS) for name, fit in fits.items()}
        for name, each in proofs.items():
            answer["curves"][name]["bound"] = rounded_up(each.bound)
        proof = proofs[keep]
    return Made(answer, code, fits[keep], fits[keep].network, proof)


def _trained(
    train: Callable[[str, Callable[[Snapshot], object]], Fit], show: Callable[[Reached], object]
) -> dict[str, Fit]:
    """Train by each method in turn, and `show` the networks on the way."""
    fits: dict[str, Fit] = {}
    reached: Reached = {}
    told = 0.0

    def met(name: str, state: Snapshot) -> None:
        nonlocal told
        if monotonic() - told >= _FRAMES:
            told = monotonic()
            reached[name] = state.network, state.iteration
            show(reached)

    for name in METHODS:
        fits[name] = train(name, partial(met, name))
        if fits[name].reason == "interrupted":  # by a newer request, which the others would delay
            raise KeyboardInterrupt
        reached[name] = fits[name].network, len(fits[name].losses) - 1
        show(reached)
    return fits


def _built(target: Target, many: int, x: Array) -> dict[str, Any]:
    """Build the comb of as many units; where there is none, say why."""
    try:
        network, proof = comb_of(target, many)
    except UatError as problem:
        return {"problem": str(problem)}
    values = network.as_function()(x)
    return {"g": short_list(values), "bound": rounded_up(proof.bound), "units": network.units}


def _curves(reached: Reached, x: Array, f: Array) -> dict[str, Any]:
    """Return the curve of each network, and its largest error at the points of the curve."""
    curves = {}
    for name, (network, iterations) in reached.items():
        g = np.asarray(network.as_function()(x))
        seen = float(np.abs(f - g).max())
        curves[name] = {"g": short_list(g), "iterations": iterations, "seen": seen}
    return {"curves": curves}
