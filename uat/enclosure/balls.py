"""The value of a formula in ball arithmetic, on real and on complex balls of any precision.

Real balls (`arb`) know kinks and jumps. On complex balls (`acb`) an expression is analytic, or it
is refused: the value of √, log, a real power and the like is not finite on the branch cut, and an
operation that is not analytic raises `CannotProve`.

Source: F. Johansson, Arb: efficient arbitrary-precision midpoint-radius interval arithmetic, 2017.
"""

from collections.abc import Callable
from functools import cache, lru_cache, partial, reduce
from typing import Any, Final

from uat.enclosure.outward_rounding import arb_function
from uat.errors import CannotProve, InputError
from uat.expression.graph import Expression, in_order, regularity
from uat.expression.operations import OPERATIONS, Operation

__all__ = ["ball", "is_analytic"]


def ball(expression: Expression, *coordinates: Any) -> Any:
    """Return a ball that contains the values on balls of coordinates.

    All coordinates are real (flint.arb) or some are complex (flint.acb); the precision is that of
    `flint.ctx.prec`. The ball is not finite where nothing is known. An expression that is not
    analytic raises CannotProve on complex balls.

    >>> from flint import arb
    >>> from uat.expression.parse import parse
    >>> ball(parse("x**2 + 1"), arb(3))
    10.0000000000000
    """
    if len(coordinates) < expression.dimension:
        raise InputError(
            f"{len(coordinates)} balls given; this expression needs {expression.dimension}"
        )
    values: list[Any] = []
    acb = _complex_balls()
    for on_real, on_complex, places in _steps(expression):
        if isinstance(places, int):
            values.append(coordinates[places])
            continue
        inner = [values[i] for i in places]
        values.append((on_complex if acb in map(type, inner) else on_real)(*inner))
    return values[-1]


@cache
def _complex_balls() -> type:
    """Return `flint.acb`: to import it for each ball would take as long as the ball."""
    from flint import acb

    return acb


def is_analytic(expression: Expression) -> bool:
    """Return True if every operation of the expression is analytic off its branch cuts."""
    return regularity(expression) == "analytic"


_Rule = Callable[..., Any]


@lru_cache(maxsize=512)
def _steps(expression: Expression) -> list[tuple[_Rule, _Rule, list[int] | int]]:
    """List what to do at each node: the rules on real and on complex balls, and whose values to take.

    A coordinate has its number instead. What depends on the precision is computed by the rules.
    """
    order = in_order(expression)
    number = {node: i for i, node in enumerate(order)}
    steps: list[tuple[_Rule, _Rule, list[int] | int]] = []
    for node in order:
        if node.operation == "coordinate":
            steps.append((_refuse, _refuse, int(node.data[0])))
        else:
            steps.append((_real(node), _complex(node), [number[a] for a in node.arguments]))
    return steps


def _refuse(reason: str, *_: Any) -> Any:
    raise CannotProve(reason)


def _complex(node: Expression) -> _Rule:
    """Return the rule of a node on complex balls."""
    from flint import acb, arb

    name, rule = node.operation, OPERATIONS.get(node.operation)
    if rule is None or rule.regularity != "analytic":
        return partial(_refuse, f"{name} is not analytic: no complex enclosure; use real boxes")
    if name == "power":
        exponent = node.data[0]
        if exponent == int(exponent):
            whole = int(exponent)
            return lambda u: u**whole
        return lambda u: (acb(exponent) * u.log(analytic=True)).exp()
    if name == "cbrt":
        return _complex_cbrt
    function = arb_function(name)
    own = node.data
    if rule.domain is None and not rule.imaginary_cuts:
        return lambda *inner: function(*inner, *own)
    unknown = acb(arb("nan"), arb("nan"))
    return lambda *inner: function(*inner, *own) if _is_off_cut(rule, acb(inner[-1])) else unknown


def _complex_cbrt(u: Any) -> Any:
    """Continue the real cube root analytically into the right half plane, and oddly into the left."""
    if u.real > 0:
        return (u.log() / 3).exp()
    if u.real < 0:
        return -_complex_cbrt(-u)
    from flint import acb, arb

    return acb(arb("nan"), arb("nan"))


def _is_off_cut(rule: Operation, u: Any) -> bool:
    """Return True if a complex ball stays off the branch cuts of a function."""
    if rule.imaginary_cuts:
        return not u.real.contains(0) or bool(abs(u.imag) < 1)
    if rule.domain is None or not u.imag.contains(0):
        return True
    return bool(u.real > rule.domain.left and u.real < rule.domain.right)


def _real(node: Expression) -> _Rule:
    """Return the rule of a node on real balls."""
    from flint import arb

    name = node.operation
    if name == "constant":
        constant = arb(node.data[0])
        return lambda: constant
    if name == "pi":
        return arb.pi
    if name == "power":
        exponent = node.data[0]
        if exponent == int(exponent):
            return partial(_whole_power, exponent=int(exponent))
        return lambda u: u ** arb(exponent)
    if name in _REAL:
        return lambda *inner: _REAL[name](*inner, *node.data)
    if OPERATIONS[name].arb is None:
        return partial(_refuse, f"{name} has no rule on balls; use real boxes")
    function = arb_function(name)
    if OPERATIONS[name].arity != 1:
        return function
    # Arb bounds some functions of NaN by finite balls, but they have no value there
    return lambda u: u if u.is_nan() else function(u, *node.data)


def _absolute(u: Any) -> Any:
    from flint import arb

    return u if u > 0 else -u if u < 0 else arb(0).union(u.abs_upper())


def _whole_power(u: Any, exponent: int) -> Any:
    """Raise a real ball to a power by its ends; Arb's own power is not finite on balls around 0."""
    if exponent < 0:
        return 1 / _whole_power(u, -exponent)
    base = u if exponent % 2 else _absolute(u)
    if base.is_exact():
        return _repeated(base, exponent)
    return _repeated(base.lower(), exponent).union(_repeated(base.upper(), exponent))


def _repeated(u: Any, exponent: int) -> Any:
    from flint import arb

    result = arb(1)
    while exponent:
        result = result * u if exponent & 1 else result
        u = u * u
        exponent >>= 1
    return result


def _unless(true: bool, false: bool) -> Any:
    from flint import arb

    return arb(1) if true else arb(0) if false else arb(0.5, 0.5)


def _where(condition: Any, a: Any, b: Any) -> Any:
    if condition == 0:
        return b
    return a.union(b) if condition.contains(0) else a


def _interp(u: Any, *table: float) -> Any:
    """Bound a piecewise linear function by the union of the pieces that a ball may touch."""
    from flint import arb

    half = len(table) // 2
    knots, values = [arb(v) for v in table[:half]], [arb(v) for v in table[half:]]
    if not u.is_finite():
        return arb("nan") if u.is_nan() else reduce(arb.union, values)
    pieces = []
    if not u > knots[0]:
        pieces.append(values[0])
    if not u < knots[-1]:
        pieces.append(values[-1])
    for i in range(half - 1):
        if u < knots[i] or u > knots[i + 1]:
            continue
        part = u.max(knots[i]).min(knots[i + 1]) - knots[i]
        slope = (values[i + 1] - values[i]) / (knots[i + 1] - knots[i])
        pieces.append(values[i] + part * slope)
    return reduce(arb.union, pieces)


_REAL: Final[dict[str, Callable[..., Any]]] = {
    "absolute": _absolute,
    "sign": lambda u: u if u.is_nan() else u.sgn(),
    "minimum": lambda a, b: a.min(b),
    "maximum": lambda a, b: a.max(b),
    "less": lambda a, b: _unless(a < b, a >= b),
    "less_equal": lambda a, b: _unless(a <= b, a > b),
    "equal": lambda a, b: _unless(a == b, not a.overlaps(b)),
    "logical_and": lambda a, b: _unless(not (a * b).contains(0), a == 0 or b == 0),
    "logical_or": lambda a, b: _unless(not a.contains(0) or not b.contains(0), a == 0 and b == 0),
    "logical_not": lambda a: _unless(a == 0, not a.contains(0)),
    "where": _where,
    "interp": _interp,
}
