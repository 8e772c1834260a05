"""The universal approximation theorem as a function call: f and ε in, a network and its proof out.

    For every continuous f on a box and every ε > 0 there is a sum g(x) = Σ a_i σ(b_i·x + c_i)
    with |f(x) − g(x)| < ε for every x of the box.

Source: G. Cybenko, Approximation by superpositions of a sigmoidal function, 1989.
"""

import math
from dataclasses import dataclass
from typing import Any, Final

from uat.core.activations import Activation, as_activation, logistic
from uat.core.arguments import Progress, one_of, read_eps, read_progress, truth_value
from uat.core.certificate import Certificate, rounded_up
from uat.core.network import Network
from uat.core.outputs import as_targets, side_by_side
from uat.core.target import Target
from uat.errors import CannotProve, FloatLimit, InputError
from uat.theorem.approximation import Approximation
from uat.theorem.methods import METHODS, Method

__all__ = ["approximate"]

_MOST: Final = 4_000_000
"""Most units that are built; more: finer ε, and more memory than a laptop has."""


def approximate(
    f: Any,
    domain: Any = None,
    eps: float = 0.1,
    activation: Activation | str = logistic,
    method: str = "auto",
    *,
    prove: bool = True,
    progress: Progress | None = None,
) -> Approximation:
    """Build a network with one hidden layer within ε of f, and prove its error.

    Parameters
    ----------
    f : callable, str, Expression or Target, or a tuple or list of these
        Plain numpy code in the coordinates, a formula such as "x**2 + sin(x)", or a Target. For
        several, or for code that returns a tuple, the network has an output for each.
    domain : (a, b) or sequence of (a, b)
        The box; omitted for a Target, which has its own.
    eps : float
        ε > 0.
    activation : Activation or str
        Any σ with two different limits, or ReLU.
    method : str
        "staircase" (steep units, one at each break), "rectangles" (two for each piece), "comb"
        (soft units on a line), "ridge" (soft units along many directions, up to six coordinates),
        "fejer-korovkin" (its number of units is known beforehand, up to 32 coordinates), any
        other of `uat.theorem.methods.METHODS`, or "auto": of the methods that prove ε the one
        with the fewest units.
    prove : bool
        False for an f that cannot be traced: then the certificate is None, and the estimate is
        the largest error on a fine grid.
    progress : callable, optional
        progress(methods tried, all methods to try, name of the next), called before each method.

    Returns
    -------
    Approximation

    Raises
    ------
    InputError, WrongType
        If no answer exists: ε ≤ 0, an empty domain, an f that is not finite on it.
    CannotProve
        If the error cannot be proved below ε; the message says what to give instead.

    Examples
    --------
    >>> import uat
    >>> g = uat.approximate("x**2", (0, 1), eps=0.125, method="staircase")
    >>> g.units, g.certificate.bound < 0.125
    (5, True)
    >>> uat.approximate("sin(x)", (0, 6), eps=1e-6).units < 40
    True
    """
    targets = as_targets(f, domain)
    size, report = read_eps(eps), read_progress(progress)
    sigma = as_activation(activation)
    chosen = METHODS.get(one_of(method, ["auto", *METHODS], "method"))
    if chosen is not None:
        _check_dimension(chosen, targets[0].dimension)
    if not truth_value(prove, "prove"):
        return _without_proof(targets, size, sigma, chosen)
    if chosen is None:
        return _with_fewest_units(targets, size, sigma, report)
    network, proofs = chosen.prove_all(targets, size, sigma, None)
    return _answer(targets, size, [Attempt(chosen.name, network, proofs)])


def _check_dimension(method: Method, dimension: int) -> None:
    """Refuse an f with a number of coordinates that the method does not take."""
    if method.takes(dimension):
        return
    least, most = method.dimensions
    able = [other.name for other in METHODS.values() if other.takes(dimension)]
    raise InputError(
        f"f has {dimension} coordinate(s); {method.name} builds in "
        f"{least if least == most else f'{least} to {most}'}, "
        f"{', '.join(able) or 'none of the methods'} can"
    )


@dataclass(frozen=True, slots=True)
class Attempt:
    """The result of one method: a network with its proofs, or the problem that prevented it.

    Attributes
    ----------
    method : str
    network : Network or None
    proofs : tuple of Certificate
        One for each output.
    problem : CannotProve, InputError or None
    """

    method: str
    network: Network | None = None
    proofs: tuple[Certificate, ...] = ()
    problem: CannotProve | InputError | None = None

    @property
    def units(self) -> float:
        """Number of units; infinite without a network."""
        return math.inf if self.network is None else self.network.units

    @property
    def message(self) -> str:
        """The result in words."""
        if self.network is None:
            return str(self.problem)
        bound = max(proof.bound for proof in self.proofs)
        return f"{self.network.units} units, proved {rounded_up(bound)}"


def _with_fewest_units(
    targets: tuple[Target, ...], eps: float, sigma: Activation, progress: Progress | None
) -> Approximation:
    """Try the methods by rank, each with fewer units than the best so far; answer with the best."""
    dimension = targets[0].dimension
    able = [method for method in METHODS.values() if method.takes(dimension)]
    if not able:
        most = max(method.dimensions[1] for method in METHODS.values())
        raise CannotProve(f"f has {dimension} coordinates", f"the methods build in {most} at most")
    ranks = [(method.rank(targets, eps), method.name) for method in able]
    order = sorted((rank, name) for rank, name in ranks if rank is not None)
    attempts: list[Attempt] = []
    for number, (_, name) in enumerate(order):
        if progress is not None:
            progress(number, len(order), name)
        method, limit = METHODS[name], None
        fewest = min((attempt.units for attempt in attempts), default=math.inf)
        if fewest < math.inf:
            limit = int(fewest) - 1
        elif attempts:
            limit = method.most_after_failure
        attempts.append(_attempt(method, targets, eps, sigma, limit))
    return _answer(targets, eps, attempts)


def _attempt(
    method: Method, targets: tuple[Target, ...], eps: float, sigma: Activation, limit: int | None
) -> Attempt:
    """Build and prove, unless more units than the limit are known to be needed."""
    try:
        least = max(method.fewest(target, eps, sigma) for target in targets)
        if least > (_MOST if limit is None else limit):
            raise CannotProve(f"at least {least:,} units")
        return Attempt(method.name, *method.prove_all(targets, eps, sigma, limit))
    except (CannotProve, InputError) as problem:
        return Attempt(method.name, problem=problem)


def _answer(targets: tuple[Target, ...], eps: float, attempts: list[Attempt]) -> Approximation:
    """Return the network with the fewest units."""
    best = min(attempts, key=lambda attempt: attempt.units)
    if best.network is None:
        raise _not_proved(attempts, eps)
    tried = tuple((attempt.method, attempt.message) for attempt in attempts)
    return Approximation(targets, eps, best.network, best.proofs, best.method, tried)


def _not_proved(attempts: list[Attempt], eps: float) -> CannotProve:
    """Make the error that names each reason once, with the methods it stopped."""
    problems = {attempt.method: attempt.problem for attempt in attempts if attempt.problem}
    stopped: dict[str, list[str]] = {}
    for method, problem in problems.items():
        stopped.setdefault(problem.reason, []).append(method)
    limited = any(isinstance(problem, FloatLimit) for problem in problems.values())
    kind = FloatLimit if limited else CannotProve
    if len(stopped) == 1:
        (problem, *_) = problems.values()
        return kind(problem.reason, problem.remedy)
    reasons = "; ".join(f"{', '.join(methods)}: {reason}" for reason, methods in stopped.items())
    return kind(f"eps = {eps:g} is not proved by any method; {reasons}", "take a larger eps")


def _without_proof(
    targets: tuple[Target, ...], eps: float, sigma: Activation, method: Method | None
) -> Approximation:
    """Build from values of f alone."""
    dimension = targets[0].dimension
    able = [m for m in METHODS.values() if m.takes(dimension) and m.sample is not None]
    method = method or next(iter(able), None)
    if method is None or method.sample is None:
        name = "auto" if method is None else method.name
        names = ", ".join(other.name for other in able) or "none of the methods"
        raise InputError(
            f"{name} builds no network without a proof in {dimension} coordinate(s)", f"{names} can"
        )
    built = [method.sample(target, eps, sigma) for target in targets]
    network = built[0][0] if len(built) == 1 else side_by_side([part for part, _ in built])
    estimate = max(seen for _, seen in built)
    tried = ((method.name, f"{network.units} units, estimate {estimate:.6g}"),)
    return Approximation(targets, eps, network, (), method.name, tried, estimate)
