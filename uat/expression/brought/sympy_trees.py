"""Expressions of sympy, read by walking their tree; every number of it is kept exactly.

A symbol is a coordinate: x, y, z or x1, x2, … are those of these names, and symbols of other names
are taken in alphabetical order. `sympy.Lambda((t, s), …)` says the order itself.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from fractions import Fraction
from functools import partial, reduce
from typing import Any, Final

from uat.errors import InputError, WrongType, counted
from uat.expression.brought.formula import Brought, exactly
from uat.expression.graph import Expression, apply, constant, coordinate, power
from uat.expression.operations import OPERATIONS
from uat.expression.ufuncs import UFUNCS

__all__ = ["read"]


def read(f: Any, dimension: int) -> Brought | None:
    """Read an expression, a Lambda or a function such as sympy.sin."""
    import sympy

    if isinstance(f, type):  # sympy.sin is a class
        f = f(sympy.Symbol("x"))
    if isinstance(f, sympy.Lambda):
        given, body = list(f.variables), f.expr
    elif isinstance(f, sympy.Expr):
        given, body = [], f
    else:
        raise WrongType(f"a {type(f).__name__} of sympy given as f; an expression is needed")
    symbols = given or sorted(body.free_symbols, key=lambda symbol: (len(symbol.name), symbol.name))
    try:
        return Brought(_read(body, _places(symbols, dimension, ordered=bool(given))), "sympy")
    except RecursionError:
        raise InputError("a sympy expression given that is nested too deeply") from None


def _places(symbols: Sequence[Any], dimension: int, *, ordered: bool) -> dict[Any, Expression]:
    """Return the coordinate of each symbol."""
    usual = {"x": 0, "y": 1, "z": 2} | {f"x{i + 1}": i for i in range(dimension)}
    named = [usual.get(symbol.name, dimension) for symbol in symbols]
    if not ordered and max(named, default=0) < dimension and len({*named}) == len(named):
        return dict(zip(symbols, map(coordinate, named), strict=True))
    if len(symbols) != dimension:
        names = ", ".join(symbol.name for symbol in symbols)
        raise InputError(
            f"a sympy expression of {names} given for {counted(dimension, 'coordinate')}; a pair of "
            "the domain for each is needed, or sympy.Lambda((x, y), …) that names them"
        )
    return {symbol: coordinate(i) for i, symbol in enumerate(symbols)}


def _read(node: Any, names: dict[Any, Expression]) -> Expression:
    """Read a tree; a part that occurs twice is one object in both graphs."""
    known: dict[Any, Expression] = dict(names)

    def of(part: Any) -> Expression:
        if part not in known:
            known[part] = _written(part, of)
        return known[part]

    return of(node)


_Of = Callable[[Any], Expression]


def _written(node: Any, of: _Of) -> Expression:
    name = type(node).__name__
    if not str(type(node).__module__).startswith("sympy."):
        name = ""  # a function of one's own, whatever it is called
    if node.is_Rational or node.is_Float:
        return exactly(_fraction(node))
    if name in _SHAPES:
        return _SHAPES[name](node, of)
    if name in _ORDERED and node.args[0].is_Integer:
        order, u = int(node.args[0]), of(node.args[1])
        if name == "polygamma" and order == 0:
            return apply("digamma", u)
        if OPERATIONS[_ORDERED[name]].has_order(order):
            return apply(_ORDERED[name], u, data=(order,))
    elif name in _FUNCTIONS:
        inner = list(map(of, node.args))
        with suppress(TypeError):  # a function of more arguments than are known
            return _FUNCTIONS[name](*inner)
    raise InputError(
        f"{_short(node)} given in a sympy expression; that is not among the functions known here"
        + "; call .doit() before" * (name in ("Derivative", "Integral", "Sum", "Product"))
    )


def _short(node: Any) -> str:
    text = str(node)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _fraction(number: Any) -> Fraction:
    """Return a Rational or a Float exactly: a Float is a double, or has more digits."""
    import sympy

    exact = sympy.Rational(number)
    return Fraction(int(exact.p), int(exact.q))


def _sum(node: Any, of: _Of) -> Expression:
    first, *rest = node.as_ordered_terms()
    total = of(first)
    for term in rest:
        negative = term.could_extract_minus_sign()
        total = total - of(-term) if negative else total + of(term)
    return total


def _product(node: Any, of: _Of) -> Expression:
    """Write a product as one quotient, its number in front."""
    above, below, number = [], [], Fraction(1)
    for factor in node.as_ordered_factors():
        if factor.is_Rational:
            number *= _fraction(factor)
        elif type(factor).__name__ == "Pow" and factor.exp.is_Rational and factor.exp < 0:
            below.append(_power(of(factor.base), _fraction(-factor.exp)))
        else:
            above.append(of(factor))
    if abs(number.numerator) != 1 or not above:
        above.insert(0, exactly(abs(number.numerator)))
    if number.denominator != 1:
        below.insert(0, exactly(number.denominator))
    top: Expression = reduce(lambda a, b: a * b, above)
    top = -top if number < 0 else top
    return top / reduce(lambda a, b: a * b, below) if below else top


def _raised(node: Any, of: _Of) -> Expression:
    base, exponent = node.base, node.exp
    if not exponent.is_Rational:
        return power(of(base), of(exponent))
    size = _power(of(base), abs(_fraction(exponent)))
    return 1 / size if exponent < 0 else size


def _power(base: Expression, exponent: Fraction) -> Expression:
    if exponent == Fraction(1, 2):
        return apply("sqrt", base)
    return power(base, exactly(exponent))


def _piecewise(node: Any, of: _Of) -> Expression:
    """Write the branches in their order; beyond the last condition there is no value."""
    result = apply("sqrt", -1)
    for branch in reversed(node.args):
        condition = branch.args[1]
        chosen = bool(condition) if condition.is_Boolean and not condition.args else None
        value = of(branch.args[0])
        result = value if chosen else apply("where", of(condition), value, result)
    return result


def _logarithm(u: Expression, base: Expression | None = None) -> Expression:
    return apply("log", u) if base is None else apply("log", u) / apply("log", base)


def _zeta(u: Expression, start: Expression | None = None) -> Expression:
    if start is not None and start is not constant(1.0):
        raise TypeError
    return apply("zeta", u)


def _integral(order: Expression, u: Expression) -> Expression:
    """E_1(u) is −Ei(−u) for u > 0, and not real below; the others are not known."""
    if order is not constant(1.0):
        raise TypeError
    found: Expression = UFUNCS["exp1"](u)
    return found


def _golden() -> Expression:
    return (1 + apply("sqrt", 5)) / 2


def _of_all(operation: str) -> Callable[..., Expression]:
    return lambda *values: reduce(partial(apply, operation), values)


_SHAPES: Final[dict[str, Callable[[Any, _Of], Expression]]] = {
    "Add": _sum,
    "Mul": _product,
    "Pow": _raised,
    "Piecewise": _piecewise,
}
"""Nodes that are read with an eye to their arguments."""

_SAME: Final = (
    "sin", "cos", "tan", "sinh", "cosh", "tanh", "exp", "sign", "sinc", "erf", "erfi", "erfinv",
    "gamma",
)  # fmt: skip

_ORDERED: Final = {
    "besselj": "bessel_j", "bessely": "bessel_y", "besseli": "bessel_i", "besselk": "bessel_k",
    "polygamma": "polygamma",
}  # fmt: skip
"""Functions whose first argument is a whole number, the order."""

_FUNCTIONS: Final[dict[str, Callable[..., Expression]]] = {
    **{name: partial(apply, name) for name in _SAME},
    **{f"a{name}": partial(apply, f"arc{name}") for name in (
        "sin", "cos", "tan", "sinh", "cosh", "tanh",
    )},
    "Pi": partial(apply, "pi"),
    "Exp1": lambda: apply("exp", 1),
    "GoldenRatio": _golden,
    "EulerGamma": lambda: -apply("digamma", 1),
    "log": _logarithm,
    "sec": lambda u: 1 / apply("cos", u),
    "csc": lambda u: 1 / apply("sin", u),
    "cot": lambda u: apply("cos", u) / apply("sin", u),
    "sech": lambda u: 1 / apply("cosh", u),
    "csch": lambda u: 1 / apply("sinh", u),
    "coth": lambda u: 1 / apply("tanh", u),
    "Abs": partial(apply, "absolute"),
    "re": lambda u: u,
    "conjugate": lambda u: u,
    "Max": _of_all("maximum"),
    "Min": _of_all("minimum"),
    "Heaviside": UFUNCS["heaviside"],
    "StrictLessThan": partial(apply, "less"),
    "LessThan": partial(apply, "less_equal"),
    "StrictGreaterThan": lambda a, b: apply("less", b, a),
    "GreaterThan": lambda a, b: apply("less_equal", b, a),
    "Equality": partial(apply, "equal"),
    "Unequality": lambda a, b: apply("logical_not", apply("equal", a, b)),
    "And": _of_all("logical_and"),
    "Or": _of_all("logical_or"),
    "Not": partial(apply, "logical_not"),
    "BooleanTrue": lambda: apply("equal", 0, 0),
    "BooleanFalse": lambda: apply("less", 0, 0),
    "ITE": partial(apply, "where"),
    "erfc": UFUNCS["erfc"],
    "factorial": lambda u: apply("gamma", u + 1),
    "loggamma": partial(apply, "gammaln"),
    "digamma": partial(apply, "digamma"),
    "trigamma": partial(apply, "polygamma", data=(1,)),
    "zeta": _zeta,
    "airyai": partial(apply, "airy_ai"),
    "airyaiprime": partial(apply, "airy_ai_slope"),
    "airybi": partial(apply, "airy_bi"),
    "airybiprime": partial(apply, "airy_bi_slope"),
    "Ei": partial(apply, "expi"),
    "expint": _integral,
    "Si": partial(apply, "sine_integral"),
    "Ci": partial(apply, "cosine_integral"),
    "fresnels": partial(apply, "fresnel_s"),
    "fresnelc": partial(apply, "fresnel_c"),
}  # fmt: skip
"""Every other node, by the name of its class."""
