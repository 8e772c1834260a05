"""Polygons of fewest pieces: every certificate holds, and no number is above what is possible.

In several coordinates, sums of functions that bend along whole hyperplanes.
"""

from typing import Any

import numpy as np
from hypothesis import given, reject, settings
from hypothesis import strategies as st

import uat
from tests.counterexamples.targets import folded_targets
from tests.oracles.polygons import fewest_at_points, fewest_on_a_grid
from uat.checker import check, read
from uat.construct.polygon.build import build, pieces_needed
from uat.testing import assert_within_eps, boxes, continuous_targets


@settings(max_examples=12)
@given(st.data())
def test_every_polygon_is_proved_and_holds_against_the_adversary(data: Any) -> None:
    f = data.draw(continuous_targets(data.draw(boxes())))
    ((a, b),) = f.domain
    size = float(np.ptp(np.asarray(f(np.linspace(a, b, 500))))) or 1.0
    eps = size * data.draw(st.sampled_from([0.3, 0.05, 0.01, 0.002]))
    sigma = data.draw(st.sampled_from([uat.relu, uat.ramp]))
    try:
        network, certificate = build(f, eps, sigma)
    except uat.CannotProve:
        reject()
    assert certificate.evidence is not None
    pieces, least = len(certificate.evidence.bounds), pieces_needed(f, eps)
    assert certificate.bound < eps
    assert least <= pieces
    assert network.units <= pieces + 1
    assert_within_eps(f, network, None, certificate.bound)


@settings(max_examples=15)
@given(
    st.lists(st.floats(-1, 1), min_size=2, max_size=8),
    st.floats(0, 1),
    st.integers(0, 10**6),
)
def test_a_polygon_moved_by_less_than_eps_needs_no_more_pieces(
    heights: Any, share: Any, seed: Any
) -> None:
    # f is a polygon of these corners plus a wave of at most ε, so as many pieces do
    eps, x = 0.05, np.linspace(0, 1, len(heights))
    wave = share * eps * 0.99
    phase = np.random.default_rng(seed).uniform(0, 6)
    f = uat.Target(lambda z: np.interp(z, x, heights) + wave * np.sin(40 * z + phase), (0, 1))
    assert pieces_needed(f, eps) <= len(heights) - 1
    evidence = build(f, eps)[1].evidence
    assert evidence is not None
    assert pieces_needed(f, eps) <= len(evidence.bounds)


@settings(max_examples=15)
@given(continuous_targets([(0, 1)]), st.sampled_from([0.2, 0.05]))
def test_pieces_lie_between_what_points_prove_and_what_a_grid_finds(f: Any, share: float) -> None:
    x = np.linspace(0, 1, 25)
    values = np.asarray(f(x))
    eps = share * (float(np.ptp(values)) or 1.0)
    try:
        evidence = build(f, eps)[1].evidence
    except uat.CannotProve:
        reject()
    assert evidence is not None
    fine = np.linspace(0, 1, 101)
    at_points = np.asarray(f(fine)) - eps, np.asarray(f(fine)) + eps
    assert fewest_at_points(fine, *at_points) <= len(evidence.bounds)
    # between its corners, a polygon through the grid may be farther than ε from f: fewest is for
    # the polygon of f at these points
    polygon = uat.Target(lambda z: np.interp(z, x, values), (0, 1))
    found = fewest_on_a_grid(x, values - eps, values + eps, 9)
    assert pieces_needed(polygon, eps * (1 + 1e-9)) <= found


@settings(max_examples=25)
@given(folded_targets(), st.sampled_from([uat.relu, uat.ramp, uat.leaky_relu(-0.4)]))
def test_every_sum_of_folds_is_equalled_and_the_checker_confirms_it(
    tmp_path_factory: Any, f: Any, sigma: Any
) -> None:
    size = float(np.abs(f(*np.meshgrid(*f.domain))).max()) or 1.0
    try:
        network, certificate = build(f, size, sigma)
    except uat.FloatLimit:
        reject()  # far from 0 the terms are much larger than f
    assert_within_eps(f, network, None, certificate.bound)
    path = tmp_path_factory.mktemp("folds") / "proof.json"
    certificate.save(path)
    check(read(path))
