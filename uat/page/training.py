"""The scene of training: three ways to train as many units on the same f, beside the built network."""

from __future__ import annotations

import queue
import threading
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
from uat.train.fitting import fit_function

if TYPE_CHECKING:
    from collections.abc import Callable

    from uat.core.activations import Activation
    from uat.core.network import Network
    from uat.core.target import Target
    from uat.expression.arrays import Array
    from uat.page.given import Words
    from uat.train.history import Snapshot

__all__ = ["training"]

METHODS: Final = ("descent", "adam", "projection")

_SECONDS: Final = 6.0
"""Time of a training, the same for each; longer: smaller errors, more waiting."""

_FRAMES: Final = 0.1
"""Seconds between two pictures; shorter: smoother films, slower training."""

_POINTS: Final = 201
_CELLS: Final = 20_000


def training(words: Words, tell: Callable[[dict[str, Any]], object]) -> Made:
    """Train n units by three methods at the same time, and `tell` their curves on the way."""
    target = read_target(words)
    if target.dimension != 1:
        raise InputError("f of two coordinates given; this scene takes f of one")
    sigma = as_activation(words.get("activation", "tanh"))
    if not is_soft(sigma):
        raise InputError(f"σ = {sigma.name} given; a soft one is needed here, such as tanh")
    many, seed = whole(words, "units", 10, 60), whole(words, "seed", 1, 10**6)
    x = np.linspace(*target.domain[0], _POINTS)
    answer: dict[str, Any] = {"x": short_list(x), "f": short_list(np.asarray(target(x)))}
    answer["built"] = _built(target, many, x)
    tell(answer)
    networks = _trained(target, many, sigma, seed, lambda found: tell(answer | _curves(found, x)))
    answer |= _curves(networks, x)
    code = "import numpy as np\nimport uat\n\n"
    code += f"f = {code_of(words)}\nfor method in {list(METHODS)}:\n"
    how = f'hidden={many}, activation="{sigma.name}", method=method, rng={seed}, seconds={_SECONDS}'
    code += f"    found = uat.fit_function(f, {how})\n    print(method, found)\n"
    keep = one_of(words.get("keep", "projection"), METHODS, "method")
    network = networks[keep][0]
    if words.get("certify") is not True:
        return Made(answer, code, network, network)
    proofs = {name: certify(target, each, cells=_CELLS) for name, (each, _) in networks.items()}
    for name, proof in proofs.items():
        answer["curves"][name]["bound"] = rounded_up(proof.bound)
    return Made(answer, code, network, network, proofs[keep])


def _built(target: Target, many: int, x: Array) -> dict[str, Any]:
    """Build the comb of as many units; where there is none, say why."""
    try:
        network, proof = comb_of(target, many)
    except UatError as problem:
        return {"problem": str(problem)}
    values = network.as_function()(x)
    return {"g": short_list(values), "bound": rounded_up(proof.bound), "units": network.units}


def _curves(found: dict[str, tuple[Network, list[float]]], x: Array) -> dict[str, Any]:
    curves = {}
    for name, (network, losses) in found.items():
        shown = np.asarray(losses)
        few = np.unique(np.geomspace(1, len(shown), 80).astype(int)) - 1
        curves[name] = {
            "g": short_list(network.as_function()(x)),
            "iterations": len(losses) - 1,
            "residuals": [few.tolist(), shown[few].tolist()],
            "residual": float(shown.min()),
        }
    return {"curves": curves}


def _trained(
    target: Target,
    many: int,
    sigma: Activation,
    seed: int,
    show: Callable[[dict[str, tuple[Network, list[float]]]], object],
) -> dict[str, tuple[Network, list[float]]]:
    """Train by all methods, each in a thread of its own, and return their last networks."""
    news: queue.Queue[str] = queue.Queue()
    stop = threading.Event()
    found: dict[str, tuple[Network, list[float]]] = {}
    latest: dict[str, Snapshot] = {}
    residuals: dict[str, list[float]] = {name: [] for name in METHODS}

    def run(name: str) -> None:
        def met(state: Snapshot) -> bool:
            latest[name] = state
            residuals[name].append(state.max_residual)
            return stop.is_set()

        fit = fit_function(
            target,
            hidden=many,
            activation=sigma,
            method=name,
            rng=seed,
            seconds=_SECONDS,
            callback=met,
        )
        found[name] = fit.network, residuals[name]
        news.put(name)

    threads = [threading.Thread(target=run, args=(name,), daemon=True) for name in METHODS]
    try:
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            try:
                news.get(timeout=_FRAMES)
            except queue.Empty:
                show({name: (s.network, residuals[name]) for name, s in latest.copy().items()})
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    return found
