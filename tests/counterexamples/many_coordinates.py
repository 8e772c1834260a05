"""Search for wrong bounds in 3 to 8 coordinates: `python -m tests.counterexamples.many_coordinates`.

A problem is one drawn f, network and box. `uat.certify` is given a small budget of cells, and its
bound is attacked: by points of the box, its faces and corners and of the worst cells, and from the
best of them and from random ones by ascent, all starts at a time. A trial is one start. Where
|f − g| in floats comes near the bound it is computed again in balls of 160 bits, by flint alone; a
violation is a point where it is larger for certain.
"""

import argparse
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, fields
from functools import partial
from itertools import pairwise
from typing import Any, Final

import numpy as np
from flint import arb, ctx

import uat
from tests.proof.joint.values_in_balls import BITS, formula, network_value
from uat import Affine, Certificate, Network
from uat.expression.arrays import Array
from uat.expression.parse import parse
from uat.numerics.workers import Workers, share

__all__ = ["Problem", "attack", "certified", "drawn", "main"]

STARTS: Final = 512
ROUNDS: Final = 20
NEAR: Final = 1 - 1e-6

Draw = np.random.Generator


@dataclass(frozen=True)
class Problem:
    """A question to `certify`, and the kind that it is counted as."""

    text: str
    network: Network
    domain: list[tuple[float, float]]
    cells: int
    kind: str


def _form(rng: Draw, z: Sequence[str]) -> str:
    some = rng.permutation(len(z))[: rng.integers(1, len(z) + 1)].tolist()
    return " + ".join(f"({rng.normal():.3f})*{z[j]}" for j in some)


def _product(rng: Draw, z: Sequence[str]) -> str:
    i, j = rng.permutation(len(z))[:2].tolist()
    return f"{z[i]}*{z[j]} + ({rng.normal():.2f})*{z[int(rng.integers(len(z)))]}"


SMOOTH: Final = (
    "{u}",
    "sin(2*({u}))",
    "cos({u})",
    "exp(-({u})**2)",
    "exp(({u})/2)",
    "tanh(3*({u}))",
    "arctan(2*({u}))",
    "1/(1 + ({u})**2)",
    "sqrt(0.3 + ({u})**2)",
    "log(1.2 + sin({u}))",
    "({u})**3",
    "erf({u})",
    "expit(({u})/0.3)",
    "sin({u})*({v})",
    "({u})/(3 + cos({v}))",
    "exp(-sqrt(1 + ({u})**2))*cos({v})",
)
"""Functions of one or two arguments, each a linear form or a product."""

KINKS: Final = ("abs({w})", "max({w}, 0.1)", "min({w}, 2*({w}) + 0.3)", "sign({w})*({w})**2")
"""Functions with kinks along a form."""


def _target(rng: Draw, z: Sequence[str], kind: str, form: str) -> str:
    terms = []
    for _ in range(rng.integers(1, 4)):
        u, v = ((_form if rng.random() < 0.5 else _product)(rng, z) for _ in "uv")
        terms.append(f"({rng.normal():.3f})*" + rng.choice(SMOOTH).format(u=u, v=v))
    if kind == "kink":
        terms.append(rng.choice(KINKS).format(w=form))
    if kind == "kinks":
        terms += [rng.choice(KINKS).format(w=_form(rng, z)) for _ in range(2)]
    return " + ".join(terms)


def _box(rng: Draw, d: int) -> list[tuple[float, float]]:
    widths = 10.0 ** rng.choice([0.0, 0.0, rng.uniform(-5, 5)]) * rng.uniform(0.3, 2, d)
    away = rng.choice([0.0, -0.5, 3.0, -1e4]) * widths
    return [(float(a), float(a + w)) for a, w in zip(away, widths, strict=True)]


def _network(rng: Draw, d: int, kind: str, text: str, domain: list[tuple[float, float]]) -> Network:
    """Random units in coordinates from −1 to 1, with output weights of least squares or random ones."""
    low, high = np.array(domain).T
    depth = 1 if kind != "deep" else int(rng.integers(2, 4))
    widths = [d, *rng.integers(2, 6 if depth > 1 else 60, depth).tolist()]
    steep = 10.0 ** rng.choice([-0.5, 0.3, 0.3, 0.7, 3.0 if kind == "steep" else 0.0])
    sigma = rng.choice(
        ["logistic", "tanh", "logistic", "tanh", "gauss_cdf", "softplus", "silu", "sin", "relu"]
    )
    layers = []
    for inner, outer in pairwise(widths):
        weight = rng.normal(size=(outer, inner)) * steep / np.sqrt(inner)
        bias = -(weight * rng.uniform(-1, 1, weight.shape)).sum(axis=1)
        layers.append(Affine(weight, bias))
        steep = 1.0
    first, scale = layers[0], 2 / (high - low)
    layers[0] = Affine(first.weight * scale, first.bias - first.weight @ (low * scale + 1))
    x = low + (high - low) * rng.random((300, d))
    activation = getattr(uat, sigma)
    values = x
    for layer in layers:
        values = np.asarray(activation(values @ layer.weight.T + layer.bias))
    table = np.column_stack([values, np.ones(len(x))])
    if rng.random() < 0.8:
        rcond = 10.0 ** rng.choice([-3.0, -8.0, -13.0])
        weights = np.linalg.lstsq(table, np.broadcast_to(parse(text)(*x.T), len(x)), rcond=rcond)[0]
    else:
        weights = rng.normal(size=table.shape[1])
    return Network([*layers, Affine(weights[None, :-1], weights[-1:])], activation)


def drawn(number: int) -> Problem:
    """Draw the problem of this number."""
    rng = np.random.default_rng(number)
    d = int(rng.choice([3, 3, 4, 4, 5, 6, 7, 8]))
    kind = str(rng.choice(["smooth", "smooth", "kink", "kinks", "deep", "steep", "like", "like"]))
    domain = _box(rng, d)
    z = [f"((x{j + 1} - ({a + (b - a) / 2!r}))/{(b - a) / 2!r})" for j, (a, b) in enumerate(domain)]
    text = _target(rng, z, kind, _form(rng, z))
    cells = int(rng.choice([2, 16, 64, 200]))
    network = _network(rng, d, kind, text, domain)
    if kind == "like":
        text += _alike(rng, network)
    return Problem(text, network, domain, cells, kind)


def _alike(rng: Draw, network: Network) -> str:
    """Write some units of a network as terms of f, some of other weights, and perhaps a kink."""
    name, (hidden, outer) = network.activation.name, network.layers
    operation = {"logistic": "expit({u})", "relu": "max({u}, 0)"}.get(name, name + "({u})")
    if name == "gauss_cdf":
        operation = "(1 + erf(({u})/sqrt(2)))/2"
    terms = []
    for i in rng.permutation(network.units)[:8].tolist():
        u = " + ".join(f"({b!r})*x{j + 1}" for j, b in enumerate(hidden.weight[i].tolist()))
        share = float(outer.weight[0, i]) * float(rng.choice([1.0, 1.0, 0.5, -1.3]))
        u += f" + ({float(hidden.bias[i])!r})"
        terms.append(f" + ({share!r})*{operation.format(u=u)}")
        if rng.random() < 0.1:
            terms.append(f" + abs({u})")
    return "".join(terms)


def certified(problem: Problem) -> Certificate:
    """Return what `certify` proves with a small budget."""
    return uat.certify(problem.text, problem.network, problem.domain, cells=problem.cells)


def attack(problem: Problem, certificate: Certificate, rng: Draw) -> tuple[float, Array]:
    """Return the largest |f − g| found in floats, and the point."""
    f, low, high = parse(problem.text), *np.array(problem.domain).T

    def errors(x: Array) -> Array:
        with np.errstate(all="ignore"):
            gap = np.abs(np.broadcast_to(f(*x.T), len(x)) - problem.network(x)[:, 0])
        return np.nan_to_num(gap, nan=-1.0, posinf=-1.0)

    evidence = certificate.evidence
    assert evidence is not None
    worst = np.argsort(-evidence.bounds)[:60]
    ends = evidence.lower[worst], evidence.upper[worst]
    share = rng.random((3, len(worst), len(low)))
    inner = (ends[0] + (ends[1] - ends[0]) * share).reshape(-1, len(low))
    wide = np.clip(1.6 * rng.random((1500, len(low))) - 0.3, 0, 1)
    x = np.clip(np.concatenate([low + (high - low) * wide, *ends, inner]), low, high)
    best = np.argsort(-errors(x))[: STARTS // 2]
    x = np.concatenate([x[best], low + (high - low) * rng.random((STARTS - len(best), len(low)))])
    found, step = errors(x), (high - low) / 8
    for _ in range(ROUNDS):
        ways = rng.normal(size=(3, *x.shape)) * (rng.random((3, *x.shape)) < 0.6)
        tried = np.clip(x + step * ways, low, high)
        values = errors(tried.reshape(-1, len(low))).reshape(3, -1)
        which = np.argmax(values, axis=0)
        better = values[which, np.arange(len(x))] > found
        x = np.where(better[:, None], tried[which, np.arange(len(x))], x)
        found = np.maximum(found, values.max(axis=0))
        step = step * 0.75
    return float(found.max()), x[int(np.argmax(found))]


def surely(problem: Problem, point: Array) -> float:
    """Return a bound from below of |f − g| at a point, from balls."""
    with ctx.workprec(BITS):
        place: list[Any] = list(map(arb, point.tolist()))
        f, g = formula(parse(problem.text))(place), network_value(problem.network)(place)
        gap = abs(f - g)
        return float(gap.lower()) if gap.is_finite() else 0.0


@dataclass
class Tally:
    """Counts of what was tried."""

    trials: int = 0
    problems: Counter[str] = field(default_factory=Counter)
    coordinates: Counter[int] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    again: int = 0
    sharp: int = 0
    closest: float = 0.0

    def try_one(self, number: int, prove: Callable[[Problem], Certificate]) -> None:
        problem = drawn(number)
        try:
            certificate = prove(problem)
        except uat.CannotProve as refusal:
            self.refusals[str(refusal).split(";")[0][:60]] += 1
            return
        error, point = attack(problem, certificate, np.random.default_rng(number))
        share = error / certificate.upper
        if share > NEAR:
            self.again += 1
            sure = surely(problem, point)
            assert sure <= certificate.upper, (number, problem, sure, certificate.upper, point)
            share = sure / certificate.upper
        self.trials += STARTS
        self.problems[problem.kind] += 1
        self.coordinates[len(problem.domain)] += 1
        self.sharp += share > 1 / 1.1
        self.closest = max(self.closest, share)

    def add(self, other: "Tally") -> None:
        """Add what another process has tried."""
        closest = max(self.closest, other.closest)
        for part in fields(self):
            setattr(self, part.name, getattr(self, part.name) + getattr(other, part.name))
        self.closest = closest

    def __str__(self) -> str:
        problems, refused = sum(self.problems.values()), sum(self.refusals.values())
        return (
            f"{self.trials:,} trials, no violation: {problems:,} problems "
            f"{dict(self.problems.most_common())}, in coordinates {dict(sorted(self.coordinates.items()))}; "
            f"worst error / bound {self.closest:.6f}, above 1/1.1 in {self.sharp}; "
            f"{self.again} computed again in balls; {refused} refused"
        )


def tried(prove: Callable[[Problem], Certificate], number: int) -> Tally:
    """Try the problem of a number."""
    tally = Tally()
    tally.try_one(number, prove)
    return tally


def main(
    arguments: Sequence[str] | None = None, prove: Callable[[Problem], Certificate] = certified
) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("`", maxsplit=1)[0])
    parser.add_argument("--trials", type=int, default=100_000, help="trials after which to stop")
    parser.add_argument("--seconds", type=float, default=3600.0, help="time after which to stop")
    parser.add_argument("--rng", type=int, default=0, help="number of the first problem")
    parser.add_argument("--workers", type=int, default=0, help="processes that share the work")
    chosen = parser.parse_args(arguments)
    tally, began, worked = Tally(), time.perf_counter(), time.process_time()
    number = chosen.rng + max(1, 2 * chosen.workers)

    def take(_task: int, found: Tally) -> list[int]:
        nonlocal number
        tally.add(found)
        if tally.trials >= chosen.trials or time.perf_counter() - began >= chosen.seconds:
            return []
        if number % 50 == 0:
            print(f"{time.process_time() - worked:6.0f} s  {tally}", flush=True)  # noqa: T201
        number += 1
        return [number - 1]

    with Workers(chosen.workers) if chosen.workers else nullcontext() as executor:
        share(partial(tried, prove), range(chosen.rng, number), take, executor)
    clock = f"{time.process_time() - worked:.0f} s of processor, next problem {number}"
    print(f"{clock}: {tally}", *tally.refusals.most_common(), sep="\n")  # noqa: T201
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
