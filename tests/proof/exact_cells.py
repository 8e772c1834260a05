"""What a certificate has to stand up to: every cell, every float, exact numbers."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np

from tests.oracles.activations import sigma_of
from tests.oracles.exact import mp, to_mp
from tests.oracles.formulas import exact_formula
from tests.oracles.networks import exact_network
from tests.proof.networks_and_cells import cells_of_a_box, points_in
from uat import Certificate, Network, Target
from uat.core.certificate import Evidence

__all__ = ["check_certificate", "covers", "exact_f"]

Exact = Callable[[list[Fraction]], Any]


def exact_f(target: Target) -> Exact:
    """f with many digits, from the table of its formula."""
    assert target.expression is not None
    table = target.expression.to_table()
    return lambda point: exact_formula(table, [to_mp(x) for x in point], 60)


def covers(evidence: Evidence, target: Target) -> bool:
    """Tell whether the cells fill the box: their volume is that of the box."""
    sides = (evidence.upper - evidence.lower) / (target.upper - target.lower)
    inside = (evidence.lower >= target.lower).all() and (evidence.upper <= target.upper).all()
    return bool(inside) and abs(np.prod(sides, axis=1).sum() - 1) < 1e-9


def check_certificate(
    target: Target, exact: Exact, network: Network, certificate: Certificate, seed: int
) -> None:
    """Assert that no point beats the bound of its cell, and that the witness is one."""
    evidence, rng = certificate.evidence, np.random.default_rng(seed)
    assert evidence is not None
    assert certificate.upper == evidence.bounds.max()
    assert covers(evidence, target)
    sigmas = [sigma_of(sigma.name)[1] for sigma in network.activations]
    places = _places(target, network, evidence, rng)
    for i, point in places:
        error = abs(exact(point) - exact_network(network, point, sigmas))
        assert error <= to_mp(evidence.bounds[i]), (i, [float(x) for x in point], error)
    x = np.array([[float(v) for v in point] for _, point in places])
    x = np.clip(x, evidence.lower[[i for i, _ in places]], evidence.upper[[i for i, _ in places]])
    for (i, _), row, g in zip(places, x, network(x)[:, 0], strict=True):
        error = abs(exact([Fraction(v) for v in row.tolist()]) - mp.mpf(float(g)))
        assert error <= to_mp(evidence.bounds[i]) + to_mp(certificate.rounding), (i, row, error)
    witness = [Fraction(v) for v in certificate.witness]
    seen = abs(exact(witness) - exact_network(network, witness, sigmas))
    assert seen * (1 + mp.mpf(10) ** -30) + mp.mpf(10) ** -60 >= to_mp(certificate.lower)


def _places(
    target: Target, network: Network, evidence: Evidence, rng: np.random.Generator
) -> list[tuple[int, list[Fraction]]]:
    """Points with the cells that hold them: of the worst cells, of any, and near breaks."""
    worst = np.argsort(-evidence.bounds)[:6]
    others = rng.integers(0, len(evidence.bounds), 8)
    cells = [int(i) for i in np.concatenate([worst, others])]
    places = [
        (i, p) for i in cells for p in points_in(evidence.lower[i], evidence.upper[i], rng, 2)
    ]
    unit, _ = cells_of_a_box(network, rng, 12)
    near = np.clip(unit, target.lower, target.upper)
    for x in np.concatenate([near, np.nextafter(near, -np.inf), np.nextafter(near, np.inf)]):
        inside = (evidence.lower <= x).all(axis=1) & (x <= evidence.upper).all(axis=1)
        places += [(int(i), [Fraction(v) for v in x.tolist()]) for i in np.flatnonzero(inside)[:2]]
    return places
