"""The universal approximation theorem as a function call: f and ε in, a network and its proof out.

    For every continuous f on a box and every ε > 0 there is a sum g(x) = Σ a_i σ(b_i·x + c_i)
    with |f(x) − g(x)| < ε for every x of the box.

Source: G. Cybenko, Approximation by superpositions of a sigmoidal function, 1989.
"""

import re
from typing import Any, Final

from uat.core.activations import Activation, as_activation, logistic
from uat.core.arguments import Progress, one_of, read_eps, read_progress, truth_value
from uat.core.certificate import Certificate, rounded_up
from uat.core.network import Network
from uat.core.outputs import one_output, side_by_side, split
from uat.core.target import Target
from uat.errors import CannotProve, InputError
from uat.proof.certify import certify
from uat.theorem.approximation import Approximation
from uat.theorem.methods import METHODS, Method, fewest_steps

__all__ = ["METHODS", "Approximation", "approximate"]

_Tried = list[tuple[str, str]]

_QUICK: Final = 2000
"""So many steps are built faster than a comb is fitted, and limit how many units it may try."""

_AFTER_STEPS: Final = 32
"""Where few steps should do and are not proved, f jumps or nearly so: a comb gets a short try."""

_MOST: Final = 4_000_000
"""More units than these are not built."""


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
    """Build a one-hidden-layer network within ε of f, and prove it.

    Parameters
    ----------
    f : callable, str, Expression or Target, or a tuple or list of these
        Plain numpy code in the coordinates, a formula such as "x**2 + sin(x)", or a Target. Of
        several, or of code that returns a tuple, one network has an output for each.
    domain : (a, b) or sequence of (a, b)
        The box; left out for a Target, which has its own.
    eps : float
        ε > 0.
    activation : Activation or str
        Any σ with two different limits, or ReLU.
    method : str
        "staircase" (steep units, one a break), "rectangles" (two a piece), "comb" (soft units on
        a line), "ridge" (soft units along many directions, up to six coordinates),
        "fejer-korovkin" (its count is known beforehand, up to 32 coordinates), or "auto": of
        those that prove ε the one with the fewest units.
    prove : bool
        False for an f that cannot be followed: then the certificate is None, and the estimate
        says what a grid shows.
    progress : callable, optional
        progress(methods tried, methods, name of the next), for what may take a while.

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
    >>> g = uat.approximate("x**2", (0, 1), eps=0.125, method="staircase")
    >>> g.units, g.certificate.bound < 0.125
    (5, True)
    >>> uat.approximate("sin(x)", (0, 6), eps=1e-6).units < 40
    True
    """
    targets = split(f, domain)
    size, tell = read_eps(eps), read_progress(progress)
    sigma = as_activation(activation)
    chosen = METHODS.get(one_of(method, ["auto", *METHODS], "method"))
    if chosen is not None:
        chosen.check(targets[0])
    if not truth_value(prove, "prove"):
        return _without_proof(targets, size, sigma, chosen)
    if chosen is not None:
        network, proofs = _by(chosen, targets, size, sigma, None)
        tried: _Tried = [(chosen.name, _result(network, proofs))]
        return Approximation(targets, size, network, proofs, chosen.name, tuple(tried))
    return _fewest(targets, size, sigma, tell)


def _fewest(
    targets: tuple[Target, ...], eps: float, sigma: Activation, progress: Progress | None
) -> Approximation:
    """Try what may have the fewest units, each with no more units than the best one so far."""
    tried: _Tried = []
    found: list[tuple[int, str, Network, tuple[Certificate, ...]]] = []
    names = _order(targets, eps)
    for number, name in enumerate(names):
        if progress is not None:
            progress(number, len(names), name)
        method, most = METHODS[name], min((units for units, *_ in found), default=_MOST + 1) - 1
        limit = most if found else None
        if name == "comb" and tried and not found:
            limit = _AFTER_STEPS
        try:
            least = max(method.at_least(target, eps, sigma) for target in targets)
            if least > most:
                tried.append((name, f"at least {least:,} units"))
                continue
            network, proofs = _by(method, targets, eps, sigma, limit)
        except (CannotProve, InputError) as problem:
            tried.append((name, str(problem)))
            continue
        tried.append((name, _result(network, proofs)))
        found.append((network.units, name, network, proofs))
    if not found:
        raise _hopeless(tried, eps)
    _, name, network, proofs = min(found, key=lambda one: one[0])
    return Approximation(targets, eps, network, proofs, name, tuple(tried))


def _order(targets: tuple[Target, ...], eps: float) -> tuple[str, ...]:
    """Name the methods worth a try; the rectangles are the staircase with more units.

    On a line a short staircase is built at once; where it is long, soft units go first.
    """
    if targets[0].dimension > 1:
        return ("ridge", "fejer-korovkin")
    short = max(fewest_steps(target, eps) for target in targets) <= _QUICK
    return ("staircase", "comb") if short else ("comb", "staircase")


def _by(
    method: Method,
    targets: tuple[Target, ...],
    eps: float,
    sigma: Activation,
    most: int | None,
) -> tuple[Network, tuple[Certificate, ...]]:
    """Build a network for each output, make one of them, and prove each output of the whole."""
    built = [method.prove(target, eps, sigma, most) for target in targets]
    if len(built) == 1:
        network, proof = built[0]
        return network, (proof,)
    network = side_by_side([part for part, _ in built])
    proofs = tuple(certify(f, one_output(network, i)) for i, f in enumerate(targets))
    worst = max(proof.bound for proof in proofs)
    if not worst < eps:
        raise CannotProve(f"all outputs together are proved within {rounded_up(worst)} only")
    return network, proofs


def _result(network: Network, proofs: tuple[Certificate, ...]) -> str:
    return f"{network.units} units, proved {rounded_up(max(proof.bound for proof in proofs))}"


def _hopeless(tried: _Tried, eps: float) -> CannotProve:
    """Say in one line what no method could do, and each reason once."""
    reasons: dict[str, list[str]] = {}
    for name, reason in tried:
        reasons.setdefault(reason, []).append(name)
    if len(reasons) == 1:
        return CannotProve(next(iter(reasons)))
    told = "; ".join(f"{', '.join(names)}: {_brief(why)}" for why, names in reasons.items())
    return CannotProve(f"eps = {eps:g} is not proved by any method, take a larger eps; {told}")


def _brief(reason: str) -> str:
    """Keep the first clause of a reason; what to do instead is said once."""
    return re.split(r"[.;] ", reason, maxsplit=1)[0]


def _without_proof(
    targets: tuple[Target, ...], eps: float, sigma: Activation, method: Method | None
) -> Approximation:
    if method is None:
        method = METHODS["staircase" if targets[0].dimension == 1 else "ridge"]
    built = [method.sample(target, eps, sigma) for target in targets]
    network = built[0][0] if len(built) == 1 else side_by_side([part for part, _ in built])
    estimate = max(seen for _, seen in built)
    words = ((method.name, f"{network.units} units, estimate {estimate:.6g}"),)
    return Approximation(targets, eps, network, (), method.name, words, estimate)
