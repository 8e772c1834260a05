"""Every continuous f, every σ, every ε: a network within ε that no adversary beats, or the reason.

Drawn are the activation, the target, its box, ε and the form of the sum.
"""

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import uat
from tests.counterexamples.exact_bounds import check_bounds, is_of_the_theorem
from tests.counterexamples.targets import Case, boxes, cases, epsilons
from tests.oracles.activations import STEPPING, sigma_of
from tests.oracles.pieces import fewest_on_samples
from uat import Target
from uat.construct.staircase.build import build, partition
from uat.core.activations import NAMED

names = st.sampled_from(STEPPING)
forms = st.sampled_from(["steps", "steps", "rectangles"])
# a user's σ without a proved fast tail is evaluated unit by unit
SOME = settings(max_examples=30)


def is_true(reason: str, case: Case, eps: float, name: str) -> bool:
    """Only float64 may stand in the way of these continuous targets."""
    values = np.abs(np.asarray(case.target(np.linspace(*case.target.domain[0], 999))))
    if "rounding alone" in reason:
        return name == "relu" or eps < 1e-10 * float(values.max())
    a, b = case.target.domain[0]
    coarse = (b - a) < 1e12 * float(np.spacing(max(abs(a), abs(b)))) or "tanh" in case.text
    if "too narrow for float64" in reason:
        return coarse or "[" in case.text
    return "more than 4,000,000 pieces" in reason and case.size / eps > 1e6


def _answer(case: Case, eps: float, activation: Any, form: Any) -> Any:
    """The network and its certificate, or the reason why there is none."""
    try:
        return build(case.target, eps, activation, form)
    except uat.CannotProve as refusal:
        return str(refusal)


@SOME
@given(case=cases(), name=names, form=forms, data=st.data())
def test_no_adversary_beats_the_bound(
    case: Case, name: str, form: Any, data: st.DataObject
) -> None:
    eps = data.draw(epsilons(case.size, 2.5))
    activation, oracle = sigma_of(name)
    answer = _answer(case, eps, activation, form)
    if isinstance(answer, str):
        assert "\n" not in answer
        assert is_true(answer, case, eps, name), (answer, case.text)
        return
    network, certificate = answer
    assert is_of_the_theorem(network)
    assert certificate.bound < eps
    declared = case.text.startswith("kinks")
    assert bool(certificate.assumptions) == (declared or bool(activation.assumptions))
    check_bounds(case.target, case.exact, network, certificate, oracle)


@SOME
@given(case=cases(), data=st.data())
def test_pieces_are_as_few_as_samples_can_tell(case: Case, data: st.DataObject) -> None:
    eps = data.draw(epsilons(case.size, 2.0))
    cut = partition(case.target, eps)
    x = np.unique(np.clip(np.linspace(*case.target.domain[0], 40_001), *case.target.domain[0]))
    least = fewest_on_samples(np.asarray(case.target(x)).tolist(), eps * (1 + 1e-9))
    assert least <= cut.pieces
    assume("tanh" not in case.text and "[" not in case.text and "sqrt(abs" not in case.text)
    assert cut.pieces <= 1.03 * least + 2


@settings(max_examples=12)
@given(box=boxes(), name=st.sampled_from(STEPPING).filter(NAMED.get), level=st.floats(-1e9, 1e9))
def test_constants_are_one_unit_everywhere(box: Any, name: str, level: float) -> None:
    target = Target(lambda x: 0 * x + level, box)
    network, _ = build(target, max(abs(level), 1.0) * 1e-9, NAMED[name])
    assert network.units == 1
    assert network.as_function()(box[0]) == pytest.approx(level, rel=1e-12)


@settings(max_examples=12)
@given(case=cases(), name=names, share=st.floats(0.2, 0.8), data=st.data())
def test_what_jumps_by_more_than_2_eps_is_never_proved(
    case: Case, name: str, share: float, data: st.DataObject
) -> None:
    assume(not case.text.startswith("kinks"))
    a, b = case.target.domain[0]
    place, expression = a + (b - a) * share, case.target.expression
    assert expression is not None

    def jumping(x: Any) -> Any:
        return np.where(x < place, expression(x), expression(x) + 3 * case.size)

    eps = data.draw(epsilons(case.size, 2.0))
    with pytest.raises(uat.CannotProve, match=r"continuous|float64|bounded"):
        build(Target(jumping, (a, b)), eps, sigma_of(name)[0])
