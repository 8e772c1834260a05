"""The universal approximation theorem as a function call: f and ε in, a network and its proof out.

    For every continuous f on a box and every ε > 0 there is a sum g(x) = Σ a_i σ(b_i·x + c_i)
    with |f(x) − g(x)| < ε for every x of the box.

Source: G. Cybenko, Approximation by superpositions of a sigmoidal function, 1989.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from numbers import Real
from typing import Any, Final

import numpy as np

from uat.activations import Activation, as_activation, logistic
from uat.certificate import Certificate
from uat.construct import staircase
from uat.errors import InputError, WrongType, near_match
from uat.network import Network
from uat.target import Target, as_target

__all__ = ["METHODS", "Approximation", "approximate"]

_Build = Callable[[Target, float, Activation], tuple[Network, Certificate]]

METHODS: Final[dict[str, _Build]] = {
    "staircase": staircase.build,
    "rectangles": lambda target, eps, activation: staircase.build(
        target, eps, activation, "rectangles"
    ),
}


@dataclass(frozen=True, slots=True)
class Approximation:
    """A network within ε of f, called like f; printed, it recites its proof.

    Attributes
    ----------
    target : Target
    eps : float
    network : Network
    certificate : Certificate or None
        None where no proof was asked for.
    method : str
    tried : tuple of (str, str)
        The methods that were tried, each with its result in words.
    estimate : float or None
        Without a proof, the largest |f − g| seen on a fine grid: no bound.
    """

    target: Target
    eps: float
    network: Network
    certificate: Certificate | None
    method: str
    tried: tuple[tuple[str, str], ...]
    estimate: float | None = None

    @property
    def units(self) -> int:
        """The n of the theorem: all terms of the sum, the constant one included."""
        return self.network.units

    def __call__(self, *coordinates: Any) -> Any:
        """Evaluate g in float64: coordinates in, the same shape out."""
        return self.network.as_function()(*coordinates)

    def __repr__(self) -> str:
        what = "no proof" if self.certificate is None else f"sup|f − g| ≤ {self._bound():.6g}"
        return f"<Approximation {self.method}, {self.units} units, {what}>"

    def __str__(self) -> str:
        return "\n".join([*self._theorem(), *self._construction(), *self._proof()])

    def _bound(self) -> float:
        assert self.certificate is not None
        return self.certificate.bound

    def _theorem(self) -> list[str]:
        name = repr(self.target)[1:-1].removeprefix("Target ")
        return [f"f: {name}, continuous; ε = {self.eps:g}"]

    def _construction(self) -> list[str]:
        slopes, sigma = self.network.slopes, self.network.activation
        steps = int(np.count_nonzero(slopes)) // (1 if sigma.limits is not None else 2)
        rectangles = self.method == "rectangles"
        pieces = steps // 2 if rectangles else steps + 1
        shared = "" if rectangles else "; where two of them meet, two steps are one"
        steep = float(np.abs(slopes).max(initial=0.0))
        slope = f", slope 2^{round(math.log2(steep))}" if steep > 0 else ""
        pair = ", two units a step" if sigma.limits is None else ""
        size = float(np.abs(self.network.output_weights).sum())
        return [
            f"step 1  a steep unit is a step: σ = {sigma.name}{slope}{pair}",
            f"step 2  two steps make a rectangle{shared}",
            (
                f"step 3  f varies by less than 2ε on each of {_count(pieces, 'piece')}, "
                "so their middles are within ε"
            ),
            f"so      g(x) = Σ a_i σ(b_i x + c_i), {_count(self.units, 'unit')}, Σ|a| = {size:.4g}",
        ]

    def _proof(self) -> list[str]:
        if self.certificate is None:
            return [f"not proved; the largest |f − g| on a grid is {self.estimate:.6g}"]
        proved, seen, *trusted = str(self.certificate).splitlines()
        how = f", {self.certificate.method}"
        return [f"proved  {proved.removesuffix(how)} < ε{how}", f"seen    {seen}", *trusted]


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def approximate(
    f: Any,
    domain: Any = None,
    eps: float = 0.1,
    activation: Activation | str = logistic,
    method: str = "auto",
    *,
    prove: bool = True,
) -> Approximation:
    """Build a one-hidden-layer network within ε of f, and prove it.

    Parameters
    ----------
    f : callable, str, Expression or Target
        Plain numpy code in the coordinates, a formula such as "x**2 + sin(x)", or a Target.
    domain : (a, b) or sequence of (a, b)
        The box; left out for a Target, which has its own.
    eps : float
        ε > 0.
    activation : Activation or str
        Any σ with two different limits, or ReLU.
    method : str
        "staircase" (one unit a break), "rectangles" (two units a piece), or "auto": the one with
        the fewest units.
    prove : bool
        False for an f that cannot be followed: then the certificate is None, and the estimate
        says what a grid shows.

    Returns
    -------
    Approximation

    Raises
    ------
    InputError, WrongType
        For what no answer can be given to: ε ≤ 0, an empty domain, an f not finite on it.
    CannotProve
        Where the error cannot be proved below ε; the message says what to give instead.

    Examples
    --------
    >>> import uat
    >>> g = uat.approximate("x**2", (0, 1), eps=0.125)
    >>> g.units, g.certificate.bound < 0.125
    (5, True)
    """
    target = as_target(f, domain)
    size = _check_eps(eps)
    sigma = as_activation(activation)
    methods = _methods(method)
    if target.dimension != 1:
        raise InputError(
            f"f has {target.dimension} coordinates; the methods {', '.join(METHODS)} build in one"
        )
    if not prove:
        return _without_proof(target, size, sigma, methods[0])
    found: list[Approximation] = []
    tried: list[tuple[str, str]] = []
    for name in methods:
        network, certificate = METHODS[name](target, size, sigma)
        tried.append((name, f"{network.units} units, proved {certificate.bound:.6g}"))
        found.append(Approximation(target, size, network, certificate, name, tuple(tried)))
    return min(found, key=lambda g: g.units)


def _methods(method: Any) -> list[str]:
    """Resolve a name; the rectangles are the same function as the staircase with more units."""
    known = ["auto", *METHODS]
    if not isinstance(method, str) or method not in known:
        raise InputError(
            f"no method {method!r:.60}{near_match(str(method)[:60], known)}; there are "
            f"{', '.join(known)}"
        )
    return ["staircase"] if method == "auto" else [method]


def _check_eps(eps: Any) -> float:
    what = f"eps={eps!r:.60} given; a finite number > 0 is needed"
    real = isinstance(eps, Real | np.floating | np.integer) and not isinstance(eps, bool)
    if not real:
        raise WrongType(what)
    try:
        size = float(eps)
    except OverflowError:
        size = math.inf
    if not 0 < size < math.inf:
        raise InputError(what)
    return size


def _without_proof(target: Target, eps: float, sigma: Activation, method: str) -> Approximation:
    form: staircase.Form = "rectangles" if method == "rectangles" else "steps"
    network, estimate = staircase.build_from_samples(target, eps, sigma, form)
    words = ((method, f"{network.units} units, estimate {estimate:.6g}"),)
    return Approximation(target, eps, network, None, method, words, estimate)
