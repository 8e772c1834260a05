"""Errors carry their parts, print as one line, and survive a pickle."""

import pickle

import numpy as np
import pytest

import uat
from uat.errors import CannotProve, FileProblem, FloatLimit, InputError, UatError, WrongType

KINDS = [CannotProve, FileProblem, FloatLimit, InputError, WrongType]


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_may_be_one_text(kind: type[UatError]) -> None:
    error = kind("it is so; take that")
    assert (str(error), error.reason, error.remedy) == ("it is so; take that",) * 2 + ("",)


@pytest.mark.parametrize("kind", [CannotProve, FloatLimit, InputError])
@pytest.mark.parametrize("parts", [("it is so", "take that"), ("it is so",), ("",)])
def test_a_reason_and_a_remedy_are_one_line(kind: type[UatError], parts: tuple[str, ...]) -> None:
    error = kind(*parts)
    again = pickle.loads(pickle.dumps(error))
    assert str(error) == str(again) == "; ".join(parts)
    assert (type(again), again.reason, again.remedy) == (kind, error.reason, error.remedy)


@pytest.mark.slow
def test_what_no_method_proves_names_each_reason_and_the_remedy_once() -> None:
    with pytest.raises(FloatLimit) as caught:
        uat.approximate("sin(40*x)", (0, 1), 1e-13)
    error = caught.value
    assert error.remedy == "take a larger eps"
    assert str(error).count("take a larger eps") == 1
    assert "comb: no comb within eps = 1e-13 was found" in error.reason
    assert error.reason.endswith("staircase: about 1.3e+14 units or more")


def test_one_reason_of_all_methods_is_told_as_it_is() -> None:
    with pytest.raises(CannotProve) as caught:
        uat.approximate(lambda x: x if x > 0 else -x, (-1, 1), 0.1)
    assert str(caught.value).startswith("f cannot be followed")
    assert not isinstance(caught.value, FloatLimit)


@pytest.mark.parametrize(
    ("name", "meant"),
    [("sigmoid", "'logistic' or 'sigmoidal'"), ("ReLU", "'relu'"), ("Tanh", "'tanh'")],
)
def test_names_of_other_programs_are_told_the_ones_here(name: str, meant: str) -> None:
    with pytest.raises(AttributeError, match=f"did you mean {meant}"):
        getattr(uat, name)


def test_an_activation_of_another_program_is_told_the_one_here() -> None:
    with pytest.raises(UatError, match="no activation 'sigmoid'; did you mean 'logistic'"):
        uat.Network.from_units([1.0], [1.0], [0.0], "sigmoid")
    with pytest.raises(UatError, match=r"the function tanh given as an activation; .* 'tanh'"):
        uat.Network.from_units([1.0], [1.0], [0.0], np.tanh)  # type: ignore[arg-type]
