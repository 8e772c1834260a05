"""What the theorem speaks of is drawn as it is: any σ with two limits, and an error below ε."""

import numpy as np

from tests.lecture.words import picture
from uat.core.activations import heaviside, relu, tanh
from uat.lecture.figures.statement import swinging


def test_the_bold_sigmoidal_function_has_its_limits_and_is_not_monotone() -> None:
    sigma, far = swinging(), np.array([-1e6, 1e6])
    assert sigma.limits == (0.0, 1.0)
    assert np.abs(sigma(far) - heaviside(far)).max() < 1e-5
    assert sigma.overshoot > 1
    assert not sigma.monotone


def test_what_is_said_to_be_none_has_other_limits() -> None:
    assert tanh.limits == (-1.0, 1.0)
    assert relu.limits is None


def test_the_network_stays_well_inside_the_band() -> None:
    f, g = sorted(
        picture("epsilon-band", "en").axes[0].get_lines()[2:4],
        key=lambda line: -line.get_linewidth(),
    )
    gap = np.abs(np.asarray(f.get_ydata(), dtype=float) - np.asarray(g.get_ydata(), dtype=float))
    assert 0.05 < gap.max() < 0.85 * 0.1
