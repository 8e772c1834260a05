"""The scene of training: three methods side by side, beside the built network."""

from __future__ import annotations

from collections import deque
from concurrent.futures import ThreadPoolExecutor, wait
from functools import partial
from threading import Condition
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np

from uat.core.activations import as_activation
from uat.core.arguments import one_of
from uat.core.certificate import rounded_up
from uat.errors import InputError, UatError
from uat.lecture.networks import comb_of
from uat.numerics.activation_shape import is_soft
from uat.page.curve import short_list
from uat.page.given import about, code_of, read_target, whole
from uat.page.made import Made
from uat.proof.certify import certify
from uat.train.fitting import Fit, fit_function

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from uat.core.activations import Activation
    from uat.core.network import Network
    from uat.core.target import Target
    from uat.expression.arrays import Array
    from uat.page.given import Words
    from uat.train.history import Snapshot

    Task = tuple[Target, int, Activation, int]  # f, units, σ, seed
    Reached = dict[str, tuple[Network, int]]  # by each method, with the number of iterations

__all__ = ["training"]

METHODS: Final = ("descent", "adam", "projection")

_SECONDS: Final = 3.0
"""Time of a training, about the same for each; longer: smaller errors, more waiting."""

_TURN: Final = 0.04
"""Seconds after which another method goes on; shorter: smoother films, more changes."""

_FRAMES: Final = 0.1
"""Seconds between two pictures; shorter: smoother films, slower training."""

_POINTS: Final = 201

_CELLS: Final = 20_000
"""Cells of a proof; more: sharper bounds, more waiting."""

_LATEST: dict[Task, dict[str, Fit]] = {}
"""The latest networks: those that were seen are proved, without another training."""


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
    answer: dict[str, Any] = {"x": short_list(x), "f": short_list(f), "about": about(words)}
    answer["built"] = _built(target, many, x)
    tell(answer)

    fits = _fits((target, many, sigma, seed), lambda now: tell(answer | _curves(now, x, f)))
    ends = {name: (fit.network, len(fit.losses) - 1) for name, fit in fits.items()}
    answer = answer | _curves(ends, x, f)
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


def _fits(task: Task, show: Callable[[Reached], object]) -> dict[str, Fit]:
    """Train by each method, unless this was the latest task."""
    if task not in _LATEST:
        target, many, sigma, seed = task

        def train(name: str, met: Callable[[Snapshot], bool]) -> Fit:
            how: dict[str, Any] = {"seconds": len(METHODS) * _SECONDS, "callback": met}
            return fit_function(target, None, many, sigma, name, seed, **how)

        fits = _trained(train, show)
        _LATEST.clear()
        _LATEST[task] = fits
    return _LATEST[task]


def _trained(
    train: Callable[[str, Callable[[Snapshot], bool]], Fit], show: Callable[[Reached], object]
) -> dict[str, Fit]:
    """Train by all methods side by side, and `show` the networks on the way."""
    turns, reached = _Turns(METHODS), cast("Reached", {})

    def met(name: str, state: Snapshot) -> bool:
        if turns.is_over():
            reached[name] = state.network, state.iteration
            turns.pass_on(name)
        return turns.stopped

    def trained(name: str) -> Fit:
        try:
            turns.wait(name)
            return train(name, partial(met, name))
        finally:
            turns.leave(name)

    with ThreadPoolExecutor(len(METHODS)) as threads:
        running = {name: threads.submit(trained, name) for name in METHODS}
        try:
            while wait(running.values(), _FRAMES).not_done:
                show(dict(reached))
        except BaseException:  # by a newer request, which the trainings would delay
            turns.stopped = True
            raise
    return {name: future.result() for name, future in running.items()}


class _Turns:
    """Several threads compute in turn, each for a while: one at a time, and none waits for an end."""

    def __init__(self, names: Iterable[str]) -> None:
        self.stopped = False
        self._waiting, self._next = deque(names), Condition()
        self._until = 0.0

    def wait(self, name: str) -> None:
        """Wait for a turn."""
        with self._next:
            self._next.wait_for(lambda: self._waiting[0] == name)
            self._until = monotonic() + _TURN

    def is_over(self) -> bool:
        """Return True if the turn has lasted long enough."""
        return not self.stopped and monotonic() >= self._until

    def pass_on(self, name: str) -> None:
        """Give the others their turns, and wait for the next one."""
        with self._next:
            self._waiting.rotate(-1)
            self._next.notify_all()
        self.wait(name)

    def leave(self, name: str) -> None:
        """Take no further turn."""
        with self._next:
            self._waiting.remove(name)
            self._next.notify_all()


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
