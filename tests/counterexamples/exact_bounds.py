"""Checks of an answer: the form of its network, and its bounds against exact numbers."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np

from tests.counterexamples.attack import attack, real_places
from tests.oracles.exact import exact_value, to_mp
from uat.core.certificate import Certificate
from uat.core.evaluate import evaluate_directly
from uat.core.network import Network
from uat.core.target import Target

__all__ = ["check_bounds", "is_of_the_theorem"]

Function = Callable[[Any], Any]


def is_of_the_theorem(network: Network) -> bool:
    """Return True for one hidden layer, one output and no output bias."""
    return network.depth == 1 and network.layers[-1].bias.tolist() == [0.0]


def check_bounds(
    target: Target,
    exact: Function,
    network: Network,
    certificate: Certificate,
    sigma: Function,
    seed: int = 0,
    effort: int = 1,
) -> int:
    """Assert that no x violates the bounds, and return the number of trials.

    A search in floats finds the places, where f and g are compared in exact numbers. Where `exact`
    returns None, the nearest float replaces the place.
    """
    domain = target.domain[0]
    found = attack(target, network, domain, seed, effort)
    real = real_places(network, domain, seed)
    few = [Fraction(float(x)) for x in found.places[:4]]
    if network.units > 400:
        real, few = real[:9], few[:2]
    places = [x if exact(x) is not None else Fraction(float(x)) for x in [*few, *real]]
    for x in places:
        error = abs(exact(x) - exact_value(network, x, sigma))
        assert error <= to_mp(certificate.upper), (float(x), error, certificate)
    bound = Fraction(certificate.upper) + Fraction(certificate.rounding)
    points = found.places[:8]
    for values in (
        network.as_function()(points),
        evaluate_directly(network, points[:, None])[:, 0],
    ):
        for x, value in zip(points.tolist(), np.asarray(values).tolist(), strict=True):
            error = abs(exact(Fraction(x)) - to_mp(value))
            assert error <= to_mp(bound), (x, error, certificate)
    # the floats of f are near f: an error far past the bound is no rounding of f
    size = float(np.abs(np.asarray(target(found.places))).max()) + certificate.upper
    assert found.error <= float(bound) + 1e-7 * size, (found, certificate)
    witness = Fraction(certificate.witness[0])
    at_witness = abs(exact(witness) - exact_value(network, witness, sigma))
    assert at_witness >= to_mp(certificate.lower) * (1 - to_mp(2.0**-50)) - to_mp(1e-300)
    return found.trials + len(places)
