"""Activations: σ as an Expression, with the constants that proofs and constructions use.

A sigmoidal σ has two limits. Rescaled so that they are 0 and 1, it is within its tail
τ(s) = sup over |u| ≥ s of |σ(u) − H(u)| of the Heaviside step H, and its distance from [0, 1] is at
most its overshoot κ. The constructions use nothing else, so they take any sigmoidal σ.

A σ such as ReLU has no limits, but its slopes have two, and so has the difference of two units,

    σ(u + ½) − σ(u − ½) = the mean of σ′ over [u − ½, u + ½].

It is sigmoidal: its tail and its overshoot follow from those of σ′. Steps are made of it then.

A new named σ is one record at the end of this file.

Source: G. Cybenko, Approximation by superpositions of a sigmoidal function, 1989.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

import numpy as np

from uat.core.arguments import one_of, real_number
from uat.errors import CannotProve, InputError, WrongType, counted, near_match
from uat.expression.graph import Expression, apply, constant, coordinate

__all__ = [
    "NAMED", "Activation", "Activations", "Kink", "absolute", "algebraic", "as_activation",
    "as_activations", "cauchy_cdf", "elu", "gauss_cdf", "gelu", "gompertz", "heaviside", "is_named",
    "kinks", "leaky_relu", "logistic", "ramp", "relu", "silu", "sin", "slope_below", "softplus",
    "softsign", "tanh",
]  # fmt: skip

_FARTHEST: Final = 2.0**1000
"""No tail is searched beyond this s: a slope that far out could not be built."""

_NEAREST: Final = 2.0**-60
"""Absolute precision of the s that is found for a tail; smaller: a little sharper, slower."""


@dataclass(frozen=True)
class Activation:
    """An activation function and its constants.

    Called with an array of any shape it returns σ of each element, without warnings, also at ±∞,
    where the sine alone is NaN.

    Attributes
    ----------
    name : str
    expression : Expression or None
        σ as a formula of one coordinate; None for a function that cannot be traced.
    limits : (float, float) or None
        The limits at −∞ and +∞; None for a σ without, such as ReLU or the sine.
    tail_bound : Expression, callable or None
        s ↦ a bound of τ(s), of σ rescaled to the limits 0 and 1.
    overshoot : float
        κ, a bound of the distance of the rescaled σ from [0, 1].
    monotone : bool
        True if σ is known to be nondecreasing.
    lipschitz : float
        A Lipschitz constant of σ; inf where there is none.
    assumptions : tuple of str
        What is not proved (a declared tail); empty for the package's own.
    difference : Activation or None
        σ(u + ½) − σ(u − ½), for a σ without limits of which that is sigmoidal.

    Examples
    --------
    >>> logistic(0.0)
    0.5
    >>> logistic.tail(logistic.tail_inverse(1e-6)) <= 1e-6
    True
    """

    name: str
    expression: Expression | None
    limits: tuple[float, float] | None
    tail_bound: Expression | Callable[[float], float] | None
    overshoot: float
    monotone: bool
    lipschitz: float
    assumptions: tuple[str, ...] = ()
    function: Callable[[Any], Any] | None = field(default=None, repr=False)
    difference: Activation | None = field(default=None, repr=False)

    @property
    def sigmoid(self) -> Activation | None:
        """What a step is made of: σ itself if it has limits, else its difference, if it has one."""
        return self if self.limits is not None else self.difference

    def __call__(self, u: Any) -> Any:
        """Evaluate σ, float64, in the shape of u."""
        if self.expression is not None:
            return self.expression(u)
        if self.function is None:
            raise InputError(f"{self.name} has neither a formula nor a function")
        with np.errstate(all="ignore"):
            value = np.asarray(self.function(np.asarray(u, dtype=np.float64)), dtype=np.float64)
        return float(value) if value.shape == () else value

    def tail(self, s: float) -> float:
        """Bound |σ(u) − H(u)| over all |u| ≥ s, rounded up.

        Raises
        ------
        InputError
            For s < 0 or NaN, for an activation without limits, and where a declared tail fails.
        """
        if not s >= 0:
            raise InputError(f"s = {s} given to a tail; a number s ≥ 0 is needed")
        if self.tail_bound is None:
            raise InputError(f"{self.name} has no limits, so it has no tail")
        return _tail(self, float(s))

    def tail_inverse(self, bound: float) -> float:
        """Find an s, near the least one, from which on τ(s) ≤ bound is proved.

        Raises
        ------
        CannotProve
            Where no s up to 2^1000 is enough.
        """
        if not bound >= 0:
            raise InputError(f"{bound} given as the bound of a tail; a number ≥ 0 is needed")
        return _tail_inverse(self, float(bound))

    def __repr__(self) -> str:
        return f"uat.{self.name}" if is_named(self) else f"<activation {self.name}>"

    def __reduce__(self) -> Any:
        if is_named(self):
            return as_activation, (self.name,)
        return super().__reduce__()


@lru_cache(maxsize=4096)  # searches of near tails ask at the same places
def _tail(activation: Activation, s: float) -> float:
    """Bound |σ(u) − H(u)| over all |u| ≥ s, rounded up."""
    bound_of = activation.tail_bound
    if isinstance(bound_of, Expression):
        from uat.enclosure.enclose import enclose

        return max(float(enclose(bound_of, [[s]], [[s]])[1][0]), 0.0)
    assert bound_of is not None
    try:
        with np.errstate(all="ignore"):
            bound = float(bound_of(np.float64(s)))
    except Exception as error:
        raise InputError(
            f"the tail of {activation.name} fails at s = {s:g}: {type(error).__name__}: {error}"
        ) from error
    # a declared tail bounds real numbers, but roundings may have made it smaller
    return max(bound, 0.0) * (1 + 2.0**-40 if activation.assumptions else 1.0)


@lru_cache(maxsize=1024)
def _tail_inverse(activation: Activation, bound: float) -> float:
    """Double s until the tail is small enough, then halve the interval down to 0.1 % or 2^−60."""
    if activation.tail(0.0) <= bound:
        return 0.0
    high = 1.0
    # a declared tail may overflow so far out
    if not activation.assumptions and not activation.tail(_FARTHEST) <= bound:
        high = _FARTHEST
    while not activation.tail(high) <= bound:
        high *= 2
        if high > _FARTHEST:
            raise CannotProve(
                f"the tail of {activation.name} does not fall to {bound:g}",
                "give uat.sigmoidal a sharper tail=…",
            )
    low = high / 2 if high > 1 else 0.0
    while high - low > max(1e-3 * high, _NEAREST):
        middle = (low + high) / 2
        low, high = (low, middle) if activation.tail(middle) <= bound else (middle, high)
    return high


def as_activation(value: Any) -> Activation:
    """Return an Activation as it is, and for a name the activation of that name.

    >>> as_activation("tanh"), as_activation("leaky_relu(0.2)")
    (uat.tanh, uat.leaky_relu(0.2))
    """
    if isinstance(value, Activation):
        return value
    if isinstance(value, str):
        if (found := _LEAKY.fullmatch(value)) is not None:
            return leaky_relu(_slope(found[1]))
        return NAMED[one_of(value, NAMED, "activation")]
    if value is leaky_relu:
        return NAMED["leaky_relu"]
    name = getattr(value, "__name__", "")
    what = f"the function {name}" if name and callable(value) else f"{value!r:.80}"
    near = near_match(name, NAMED)
    raise WrongType(
        f"{what} given as an activation{near}; a uat activation, its name, "
        "or uat.sigmoidal(lambda u: …) is needed"
    )


Activations = Activation | str | Sequence[Activation | str]
"""One activation for all hidden layers, or one for each."""


def as_activations(value: Any, hidden: int) -> tuple[Activation, ...]:
    """Return one activation for each hidden layer, from one for all of them, or from a sequence.

    A sequence may have one more, for the outputs.

    >>> as_activations("relu", 2), as_activations(("relu", tanh), 1)
    ((uat.relu, uat.relu), (uat.relu, uat.tanh))
    """
    if not isinstance(value, tuple | list):
        return (as_activation(value),) * hidden
    if not hidden <= len(value) <= hidden + 1:
        raise InputError(
            f"{counted(len(value), 'activation')} given for {counted(hidden, 'hidden layer')}; one "
            "for each is needed, and one more if the outputs have one, or a single one for all"
        )
    return tuple(map(as_activation, value))


def is_named(activation: Activation) -> bool:
    """Return True for an activation of the package, which its name stands for."""
    try:
        return bool(as_activation(activation.name) == activation)
    except InputError:
        return False


def leaky_relu(slope: float = 0.01) -> Activation:
    """Return ReLU with a slope of its own for u < 0, max(u, slope · u); for slope 0 it is ReLU.

    The slope is a number > −1 and < 1, or InputError is raised.

    Examples
    --------
    >>> sigma = leaky_relu(0.25)
    >>> sigma, sigma([-2.0, 3.0])
    (uat.leaky_relu(0.25), array([-0.5,  3. ]))
    """
    return _leaky_relu(_slope(slope))


def _slope(value: Any) -> float:
    """Read the slope of a leaky ReLU, a number or a text."""
    needed = "a number > −1 and < 1"
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            raise InputError(
                f"leaky_relu({value:.60}) given; its slope, {needed}, is needed, as in "
                "leaky_relu(0.01)"
            ) from None
    return real_number(value, "slope", needed, lambda size: -1 < size < 1)


def slope_below(activation: Activation) -> float | None:
    """Return the slope left of 0 of ReLU or a leaky one; None for another activation.

    >>> slope_below(relu), slope_below(leaky_relu(0.25)), slope_below(tanh)
    (0.0, 0.25, None)
    """
    slope = -float(activation(-1.0)) + 0.0  # no -0
    return slope if -1 < slope < 1 and activation == leaky_relu(slope) else None


@dataclass(frozen=True, slots=True)
class Kink:
    """A part factor · ρ(u + shift) of σ, where ρ(h) = h for h > 0, and slope · h for h ≤ 0."""

    shift: float
    slope: float  # of ρ left of 0, from −1 to 1
    factor: float  # 1 or −1


def kinks(activation: Activation) -> tuple[Kink, ...] | None:
    """Write a piecewise linear σ as a sum of kinks; None for another activation.

    >>> kinks(leaky_relu(0.25)), kinks(tanh)
    ((Kink(shift=0.0, slope=0.25, factor=1.0),), None)
    >>> kinks(ramp)
    (Kink(shift=0.5, slope=0.0, factor=1.0), Kink(shift=-0.5, slope=0.0, factor=-1.0))
    """
    if activation == ramp:
        return Kink(0.5, 0.0, 1.0), Kink(-0.5, 0.0, -1.0)
    slope = -1.0 if activation == absolute else slope_below(activation)
    return None if slope is None else (Kink(0.0, slope, 1.0),)


@lru_cache(maxsize=64)
def _leaky_relu(slope: float) -> Activation:
    if slope == 0:
        return relu
    name, expression = f"leaky_relu({slope!r})", apply("maximum", _u, slope * _u)
    step = _difference(name, expression, (slope, 1.0), _past_the_half, 0.0)
    return Activation(name, expression, None, None, 0.0, slope > 0, 1.0, difference=step)


_u: Final = coordinate(0)
_pi: Final = apply("pi")
_one_plus_square: Final = 1 + _u**2

NAMED: Final[dict[str, Activation]] = {}

_LEAKY: Final = re.compile(r"leaky_relu\((.*)\)", re.DOTALL)


def _named(
    name: str,
    expression: Expression,
    limits: tuple[float, float] | None,
    tail: Expression | None,
    lipschitz: float,
    *,
    monotone: bool = True,
    difference: Activation | None = None,
) -> Activation:
    """Return a σ that stays between its limits, if it has some, and list it under its name."""
    made = Activation(
        name, expression, limits, tail, 0.0, monotone, lipschitz, difference=difference
    )
    NAMED[name] = made
    return made


def _difference(
    name: str, sigma: Expression, limits: tuple[float, float], tail: Expression, overshoot: float
) -> Activation:
    """Return σ(u + ½) − σ(u − ½); its slope is the difference of two slopes of σ, each ≤ 1.13."""
    expression = sigma.compose(_u + 0.5) - sigma.compose(_u - 0.5)
    name = f"difference of {name}"
    return Activation(name, expression, limits, tail, overshoot, overshoot == 0, 2.26)


def _growing(
    name: str, expression: Expression, tail: Expression, lipschitz: float, overshoot: float = 0.0
) -> Activation:
    """List a σ that is near 0 on the left and near u on the right, with the tail of its difference."""
    step = _difference(name, expression, (0.0, 1.0), tail, overshoot)
    rising = overshoot == 0
    return _named(name, expression, None, None, lipschitz, monotone=rising, difference=step)


_step: Final = apply("maximum", apply("sign", _u), 0)
_line: Final = apply("minimum", apply("maximum", _u + 0.5, 0), 1)
_gauss: Final = (1 + apply("erf", _u / apply("sqrt", 2))) / 2
# sin(arctan u) is u/√(1 + u²) without its overflow; the tail is written without a difference
_algebraic: Final = (1 + apply("sin", apply("arctan", _u))) / 2
_algebraic_tail: Final = 0.5 / (_one_plus_square + _u * apply("sqrt", _one_plus_square))

# σ′ ≤ e^u of both softplus and elu, and so is its mean over [u − ½, u + ½] but for a factor
_below_exp: Final = 2 * apply("sinh", 0.5) * apply("exp", -_u)
# |σ′(−v)| of silu is at most (1 + v)e^−v, of gelu (1 + v)e^(−v²/2)/2 < e^(−v²/3), v ≥ 0; the
# difference at 0 is ½, its largest value left of 0; both σ have σ(u) = u + σ(−u)
_nearest: Final = apply("maximum", _u - 0.5, 0)
_silu_tail: Final = (1 + _nearest) * apply("exp", -_nearest)
_gelu_tail: Final = apply("exp", -(_nearest**2) / 3)
_past_the_half: Final = apply("maximum", 0.5 - _u, 0)

# name, σ, limits, tail of the rescaled σ, Lipschitz constant
logistic: Final = _named("logistic", apply("expit", _u), (0.0, 1.0), apply("expit", -_u), 0.25)
tanh: Final = _named("tanh", apply("tanh", _u), (-1.0, 1.0), apply("expit", -2 * _u), 1.0)
ramp: Final = Activation("ramp", _line, (0.0, 1.0), _past_the_half, 0.0, True, 1.0)
relu: Final = _named("relu", apply("maximum", _u, 0), None, None, 1.0, difference=ramp)
heaviside: Final = _named("heaviside", _step, (0.0, 1.0), constant(0.0), np.inf)
NAMED["ramp"] = ramp
cauchy_cdf: Final = _named(
    "cauchy_cdf",
    apply("arctan", _u) / _pi + 0.5,
    (0.0, 1.0),
    apply("arctan", 1 / _u) / _pi,
    0.31830988618379075,
)
gauss_cdf: Final = _named(
    "gauss_cdf", _gauss, (0.0, 1.0), apply("exp", -(_u**2) / 2) / 2, 0.3989422804014328
)
gompertz: Final = _named(
    "gompertz",
    apply("exp", -apply("exp", -_u)),
    (0.0, 1.0),
    -apply("expm1", -apply("exp", -_u)),
    0.36787944117144239,
)
algebraic: Final = _named("algebraic", _algebraic, (0.0, 1.0), _algebraic_tail, 0.5)
softsign: Final = _named("softsign", apply("softsign", _u), (-1.0, 1.0), 0.5 / (1 + _u), 1.0)
sin: Final = _named("sin", apply("sin", _u), None, None, 1.0, monotone=False)

# name, σ, tail and overshoot of the difference, Lipschitz constant between them
softplus: Final = _growing("softplus", apply("softplus", _u), _below_exp, 1.0)
elu: Final = _growing("elu", apply("elu", _u), _below_exp, 1.0)
silu: Final = _growing(
    "silu", apply("silu", _u), _silu_tail, 1.099839320128867, 0.09617105246659131
)
gelu: Final = _growing("gelu", apply("gelu", _u), _gelu_tail, 1.128904145185155, 0.1131602569552492)
NAMED["leaky_relu"] = leaky_relu()
absolute: Final = _named(
    "absolute",
    abs(_u),
    None,
    None,
    1.0,
    monotone=False,
    difference=_difference("absolute", abs(_u), (-1.0, 1.0), _past_the_half, 0.0),
)
