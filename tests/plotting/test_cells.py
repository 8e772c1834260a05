"""The picture of a certificate shows what is proved, and nothing that is not."""

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.patches import StepPatch

import uat
from uat.errors import InputError
from uat.lecture.networks import comb_of, staircase_of
from uat.plotting.language import LANGUAGES, Language
from uat.plotting.numbers import at_least, at_most
from uat.plotting.plot import plot

NIELSEN = uat.examples.nielsen

both_languages = pytest.mark.parametrize("language", LANGUAGES)


@pytest.fixture(scope="module")
def proofs() -> tuple[uat.Certificate, uat.Certificate]:
    return (
        uat.certify(NIELSEN, staircase_of(NIELSEN, 24)[0], method="cells"),
        uat.certify(NIELSEN, comb_of(NIELSEN, 40)[0], method="chebyshev"),
    )


@pytest.fixture(scope="module", params=LANGUAGES)
def panels(
    request: pytest.FixtureRequest, proofs: tuple[uat.Certificate, uat.Certificate]
) -> list[Axes]:
    return [plot(proof, request.param).axes[0] for proof in proofs]


def bars(axes: Axes) -> tuple[np.ndarray, np.ndarray]:
    """Give the heights of the bars and their edges."""
    (found,) = (
        patch for patch in axes.patches if isinstance(patch, StepPatch) and patch.get_fill()
    )
    heights, edges, _ = found.get_data()
    return heights, edges


def error_curve(axes: Axes) -> tuple[np.ndarray, np.ndarray]:
    x, y = max((line.get_data() for line in axes.get_lines()), key=lambda data: np.size(data[0]))
    return np.asarray(x), np.asarray(y)


def level(axes: Axes) -> list[float]:
    """Where lines run across the panel, from low to high."""
    across = [line for line in axes.get_lines() if line.get_transform() != axes.transData]
    return sorted(float(np.asarray(line.get_ydata())[0]) for line in across)


def test_bars_stand_on_the_cells_of_the_proof_as_high_as_their_bounds(
    panels: list[Axes], proofs: tuple[uat.Certificate, uat.Certificate]
) -> None:
    for axes, certificate in zip(panels, proofs, strict=True):
        (heights, edges), evidence = bars(axes), certificate.evidence
        assert evidence is not None
        order = np.argsort(evidence.lower[:, 0])
        assert np.array_equal(heights, evidence.bounds[order])
        assert np.array_equal(edges[:-1], evidence.lower[order, 0])
        assert np.array_equal(edges[1:], evidence.upper[order, 0])
        assert np.array_equal(edges[[0, -1]], NIELSEN.domain[0])


def test_the_error_stays_below_the_bar_of_its_cell(panels: list[Axes]) -> None:
    for axes in panels:
        heights, edges = bars(axes)
        x, gap = error_curve(axes)
        assert len(x) > 2000
        # An edge belongs to the cells on both sides, so the higher bar counts.
        last = len(heights) - 1
        left = np.clip(np.searchsorted(edges, x, "left") - 1, 0, last)
        right = np.clip(np.searchsorted(edges, x, "right") - 1, 0, last)
        assert (gap <= np.maximum(heights[left], heights[right]) + 1e-12).all()


def test_the_highest_bar_is_the_bound(
    panels: list[Axes], proofs: tuple[uat.Certificate, uat.Certificate]
) -> None:
    for axes, certificate in zip(panels, proofs, strict=True):
        assert bars(axes)[0].max() == pytest.approx(certificate.upper, rel=1e-6)
        assert level(axes) == [certificate.upper, certificate.upper]
        low, high = axes.get_ylim()
        assert low == 0
        assert high > certificate.upper


def test_the_witness_is_a_dot_as_high_as_the_proved_error(
    panels: list[Axes], proofs: tuple[uat.Certificate, uat.Certificate]
) -> None:
    for axes, certificate in zip(panels, proofs, strict=True):
        (dot,) = (line for line in axes.get_lines() if line.get_marker() == "o")
        assert (*certificate.witness, certificate.lower) == tuple(
            np.concatenate([np.ravel(np.asarray(c)) for c in dot.get_data()])
        )
        assert certificate.lower > 0.99 * certificate.upper


def test_numbers_are_rounded_so_that_they_are_still_proved(
    panels: list[Axes], proofs: tuple[uat.Certificate, uat.Certificate]
) -> None:
    for axes, certificate in zip(panels, proofs, strict=True):
        assert rf"\leq {at_most(certificate.bound, 4)}$" in axes.get_title(loc="left")
        said = " ".join(text.get_text() for text in axes.texts)
        assert rf"\geq {at_least(certificate.lower, 4)}$" in said


def test_the_number_of_cells_is_said(
    panels: list[Axes], proofs: tuple[uat.Certificate, uat.Certificate]
) -> None:
    for axes, certificate in zip(panels, proofs, strict=True):
        assert certificate.evidence is not None
        assert str(len(certificate.evidence.bounds)) in axes.texts[0].get_text()


@both_languages
def test_a_certificate_alone_is_a_picture_of_its_cells(language: Language) -> None:
    g = uat.approximate("x**2", (-1, 1), eps=0.1, method="staircase")
    assert g.certificate is not None
    (axes,) = plot(g.certificate, language).axes
    assert g.certificate.evidence is not None
    assert bars(axes)[0].tolist() == g.certificate.evidence.bounds.tolist()
    assert at_most(g.certificate.bound, 4) in axes.get_title(loc="left")


def test_a_proof_for_a_deep_network_has_a_picture_too() -> None:
    rng = np.random.default_rng(0)
    layers = [
        uat.Affine(rng.normal(size=s), rng.normal(size=s[0])) for s in ((4, 1), (3, 4), (1, 3))
    ]
    (axes,) = plot(uat.certify("x", uat.Network(layers, uat.tanh), (0, 1), cells=100)).axes
    _, gap = error_curve(axes)
    assert gap.max() <= bars(axes)[0].max()


@both_languages
def test_a_proof_in_two_coordinates_is_a_map_of_its_cells(language: Language) -> None:
    bump = uat.Network.from_units([1, 1], [[1, 2], [2, 1]], [0, 0], uat.tanh)
    certificate = uat.certify("x*y", bump, [(0, 1), (0, 2)], cells=200)
    axes = plot(certificate, language).axes[0]
    (cells,) = (item for item in axes.collections if isinstance(item, PolyCollection))
    assert certificate.evidence is not None
    assert np.array_equal(np.asarray(cells.get_array()), certificate.evidence.bounds)
    areas = [np.ptp(path.vertices, axis=0).prod() for path in cells.get_paths()]
    assert sum(areas) == pytest.approx(2.0)
    assert axes.get_ylim() == (0, 2)
    assert at_most(certificate.bound, 4) in axes.get_title(loc="left")


def test_a_certificate_without_a_picture_is_refused() -> None:
    with pytest.raises(InputError, match="a certificate without evidence given"):
        plot(uat.Certificate(1.0, 0.0, (0.0,), 0.0, "a priori"))
    flat = uat.Network.from_units([1.0], [[1.0, 1.0, 1.0]], [0.0], uat.tanh)
    solid = uat.certify("x + y + z", flat, [(0, 1)] * 3, cells=1)
    with pytest.raises(InputError, match="a certificate in 3 coordinates given"):
        plot(solid)
