"""A text in the notation of the blackboard is refused, and told how it is written here."""

import pytest

from uat import InputError
from uat.expression.parse import parse


@pytest.mark.parametrize(
    ("text", "better"),
    [
        ("2x+1", "2*x + 1"),
        ("2(x+1)", "2*(x + 1)"),
        ("(x+1)(x-1)", "(x + 1)*(x - 1)"),
        ("x(x+1)", "x*(x + 1)"),
        ("xy", "x*y"),
        ("2 x", "2*x"),
        ("1e-3x", "0.001*x"),
        ("3sin(x)", "3*sin(x)"),
        ("|x|", "abs(x)"),
        ("|x-1| + 2", "abs(x - 1) + 2"),
        ("sin x", "sin(x)"),
        ("sin 2x", "sin(2*x)"),
        ("2sin x + 3cos x", "2*sin(x) + 3*cos(x)"),
        ("sin^2(x)", "sin(x)**2"),
        ("x^2", "x**2"),
        ("x²", "x**2"),
        ("exp(-x^2)", "exp(-x**2)"),
        ("e^x", "exp(x)"),
        ("e^(-x)", "exp(-x)"),
        ("√x", "sqrt(x)"),
        ("π", "pi"),
        ("sin(2πx)", "sin(2*pi*x)"),
        ("x−1", "x - 1"),
        ("0,5*x", "0.5*x"),
        ("f(x) = 2x", "2*x"),
        ("y = x**2", "x**2"),
        ("np.sin(x)", "sin(x)"),
    ],
)
def test_notation_of_the_blackboard_is_told_how_it_is_written(text: str, better: str) -> None:
    with pytest.raises(InputError, match="is not a formula; write ") as caught:
        parse(text)
    assert str(caught.value).split("; write ")[1] == better
    parse(better)


@pytest.mark.parametrize(
    ("text", "better"), [("sin(t)", "sin(x)"), ("2t", "2*x"), ("X + Y", "x + y"), ("θ^2", "x**2")]
)
def test_other_names_of_coordinates_are_told_the_ones_here(text: str, better: str) -> None:
    with pytest.raises(InputError, match="the coordinates are x, y, …, not") as caught:
        parse(text)
    assert str(caught.value).endswith(f"; write {better}")


def test_coordinates_with_names_of_their_own_keep_them() -> None:
    with pytest.raises(InputError, match=r"write 2\*u$"):
        parse("2u", ["u"])
    with pytest.raises(InputError, match="'t' is not a coordinate"):
        parse("sin(t)", ["u"])


@pytest.mark.parametrize("text", ["1/2x", "a*x + b", "sin(x", "exp x^2", "2x" * 150])
def test_nothing_is_guessed_where_the_text_may_mean_two_things(text: str) -> None:
    with pytest.raises(InputError) as caught:
        parse(text)
    assert "; write" not in str(caught.value)
