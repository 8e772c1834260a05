"""From a string such as "x**2 + sin(x)" to its graph, by an allow-list over Python's syntax.

Nothing is evaluated: the text is read as Python's syntax tree, and only numbers, coordinates,
operators and known functions are taken from it. A function is known by the `names` of its record in
`operations.py`; those below are written with several operations, or take more arguments.
"""

import ast
import warnings
from collections.abc import Callable, Sequence
from functools import partial, reduce
from typing import Any, Final

from uat.errors import InputError, WrongType, counted, near_match
from uat.expression.graph import Expression, apply, constant, coordinate, power
from uat.expression.operations import OPERATIONS
from uat.expression.spelling import half_width, meant
from uat.expression.ufuncs import UFUNCS

__all__ = ["functions", "parse"]

_LONGEST: Final = 10_000
"""Characters that are read; more: longer formulas, but Python's parser may run out of memory."""

_DEEPEST: Final = 100
"""Levels of brackets that are read; more: deeper formulas, but Python's stack may overflow."""

_COORDINATES: Final = {"x": 0, "y": 1, "z": 2} | {f"x{i + 1}": i for i in range(99)}


def _choose(operation: str) -> Callable[..., Expression]:
    def function(first: Any, second: Any, *rest: Any) -> Expression:
        result = apply(operation, first, second)
        for value in rest:
            result = apply(operation, result, value)
        return result

    return function


def functions() -> dict[str, Callable[..., Expression]]:
    """Return the functions that a text may call, by name."""
    known = {
        name: _of_arity(rule.arity, operation) if rule.order is None else _of_order(operation)
        for operation, rule in OPERATIONS.items()
        for name in rule.names
    }
    return known | _COMPOSED


def _of_arity(arity: int, operation: str) -> Callable[..., Expression]:
    def function(*arguments: Any) -> Expression:
        if len(arguments) != arity:
            raise TypeError
        return apply(operation, *arguments)

    return function


def _of_order(operation: str) -> Callable[..., Expression]:
    def function(order: Expression, u: Expression) -> Expression:
        if order.operation != "constant" or not OPERATIONS[operation].has_order(order.data[0]):
            least = OPERATIONS[operation].order
            raise InputError(f"its order, which comes first, is one of {least}, …, 100")
        return apply(operation, u, data=order.data)

    return function


_COMPOSED: Final[dict[str, Callable[..., Expression]]] = {
    **{
        name: UFUNCS[name]
        for name in (
            "hypot",
            "log2",
            "log10",
            "power",
            "square",
            "erfc",
            "erfcinv",
            "ndtr",
            "ndtri",
            "exp1",
            "j0",
            "j1",
            "y0",
            "y1",
            "i0",
            "i1",
            "k0",
            "k1",
        )
    },
    "sinc": lambda u: apply("sinc", u * apply("pi")),
    "relu": lambda u: apply("maximum", u, 0),
    "min": _choose("minimum"),
    "max": _choose("maximum"),
    "minimum": _choose("minimum"),
    "maximum": _choose("maximum"),
    "clip": lambda u, low, high: apply("minimum", apply("maximum", u, low), high),
    "logical_and": _choose("logical_and"),
    "logical_or": _choose("logical_or"),
}

_BINARY: Final[dict[type[ast.operator], Callable[[Expression, Expression], Expression]]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
    ast.Pow: power,
    ast.BitAnd: lambda a, b: apply("logical_and", a, b),
    ast.BitOr: lambda a, b: apply("logical_or", a, b),
}

_COMPARISONS: Final[dict[type[ast.cmpop], Callable[[Expression, Expression], Expression]]] = {
    ast.Lt: lambda a, b: apply("less", a, b),
    ast.LtE: lambda a, b: apply("less_equal", a, b),
    ast.Gt: lambda a, b: apply("less", b, a),
    ast.GtE: lambda a, b: apply("less_equal", b, a),
    ast.Eq: lambda a, b: apply("equal", a, b),
    ast.NotEq: lambda a, b: apply("logical_not", apply("equal", a, b)),
}


def _minus(value: Expression) -> Expression:
    return constant(-value.data[0]) if value.operation == "constant" else -value


_UNARY_OPERATORS: Final[dict[type[ast.unaryop], Callable[[Expression], Expression]]] = {
    ast.USub: _minus,
    ast.UAdd: lambda u: u,
    ast.Invert: lambda u: apply("logical_not", u),
    ast.Not: lambda u: apply("logical_not", u),
}


def parse(text: str, names: Sequence[str] | None = None) -> Expression:
    """Read a formula of numbers, `pi`, `e`, coordinates, + - * / **, comparisons and functions.

    The coordinates are x, y, z or x1, x2, …, or have the given names. A number with a point means
    the double nearest to it; `pi` is π itself. The error for any other text says what to write
    where that can be guessed, and else names the place. Full-width letters, digits and signs are read
    as the usual ones.

    >>> parse("x**2 + sin(x)")(2.0)
    4.909297426825682
    """
    if not isinstance(text, str):
        raise WrongType(f"{type(text).__name__} given as a formula; a string is needed")
    if len(text) > _LONGEST:
        raise InputError(f"a formula of {len(text)} characters given; at most {_LONGEST} are read")
    known = _COORDINATES if names is None else {name: i for i, name in enumerate(names)}
    try:
        return _parsed(half_width(text), known)
    except (RecursionError, MemoryError):
        raise InputError(
            f"{_short(text)} is nested too deeply or too long; {_DEEPEST} levels are read"
        ) from None
    except (ValueError, SyntaxError, Warning) as error:
        reason = error.msg if isinstance(error, SyntaxError) else str(error)
    better = meant(half_width(text), known, functions(), partial(_parsed, known=known))
    raise InputError(f"{_short(text)} is not a formula{better or f': {reason}'}")


def _parsed(text: str, known: dict[str, int]) -> Expression:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        tree = ast.parse(text.strip(), mode="eval")
    return _read(tree.body, known, 0)


def _read(node: ast.expr, known: dict[str, int], depth: int) -> Expression:
    if depth > _DEEPEST:
        raise InputError(f"nested too deeply; {_DEEPEST} levels are read")

    def inner(child: ast.expr) -> Expression:
        return _read(child, known, depth + 1)

    match node:
        case ast.Constant(value=value):
            return _constant(value)
        case ast.Name(id=name):
            return _name(name, known)
        case ast.UnaryOp(op=op, operand=operand):
            return _UNARY_OPERATORS[type(op)](inner(operand))
        case ast.BinOp(op=op) if type(op) in _BINARY:
            return _row(node, inner)
        case ast.BinOp(op=ast.BitXor()):
            raise InputError("^ is not a power here; write **")
        case ast.Compare(left=left, ops=ops, comparators=comparators):
            return _compare([inner(left), *map(inner, comparators)], ops)
        case ast.BoolOp(op=op, values=values):
            name = "logical_and" if isinstance(op, ast.And) else "logical_or"
            return _choose(name)(*map(inner, values))
        case ast.IfExp(test=test, body=body, orelse=orelse):
            return apply("where", inner(test), inner(body), inner(orelse))
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
            return _call(name, list(map(inner, arguments)), known)
    raise InputError(
        f"{_short(ast.unparse(node))} is not allowed: numbers, coordinates, + - * / **, "
        "comparisons and known functions are"
    )


def _row(node: ast.BinOp, inner: Callable[[ast.expr], Expression]) -> Expression:
    """Read a chain of operators, such as a long sum, in a loop: it adds one level of depth."""
    terms: list[tuple[type[ast.operator], ast.expr]] = [(type(node.op), node.right)]
    left = node.left
    while isinstance(left, ast.BinOp) and type(left.op) in _BINARY:
        terms.append((type(left.op), left.right))
        left = left.left
    result = inner(left)
    for op, term in reversed(terms):
        result = _BINARY[op](result, inner(term))
    return result


def _constant(value: Any) -> Expression:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InputError(f"{_short(str(value))} is not a real number")
    try:
        return constant(value)
    except OverflowError:
        raise InputError("an integer beyond the largest double given") from None


def _name(name: str, known: dict[str, int]) -> Expression:
    if name in known:
        return coordinate(known[name])
    if name == "pi":
        return apply("pi")
    if name == "e":
        return apply("exp", 1)
    called = functions()
    if name in called:
        raise InputError(f"{name} is a function; write {name}(…)")
    if "x1" in known and name[:1] == "x" and name[1:].isdecimal():
        raise InputError(f"{_short(name)} is no coordinate; they are x1, x2, … in the box's order")
    hint = near_match(name, [*known, *called, "pi", "e"])
    raise InputError(f"{_short(name)} is not a coordinate or a constant{hint}")


def _call(name: str, arguments: list[Expression], known: dict[str, int]) -> Expression:
    called = functions()
    if name not in called:
        raise InputError(f"no function {_short(name)}{near_match(name, [*called, *known])}")
    try:
        return called[name](*arguments)
    except TypeError:
        raise InputError(f"{name} does not take {counted(len(arguments), 'argument')}") from None


def _compare(values: list[Expression], ops: list[ast.cmpop]) -> Expression:
    if any(type(op) not in _COMPARISONS for op in ops):
        raise InputError("'in' and 'is' are not comparisons of numbers")
    pairs = zip(values[:-1], ops, values[1:], strict=True)
    tests = [_COMPARISONS[type(op)](a, b) for a, op, b in pairs]
    return reduce(partial(apply, "logical_and"), tests)


def _short(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:57] + "...")
