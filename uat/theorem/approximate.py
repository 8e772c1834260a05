"""The universal approximation theorem as a function call: f and ε in, a network and its proof out.

    For every continuous f on a box and every ε > 0 there is a sum g(x) = Σ a_i σ(b_i·x + c_i)
    with |f(x) − g(x)| < ε for every x of the box.

Source: G. Cybenko, Approximation by superpositions of a sigmoidal function, 1989.
"""

from __future__ import annotations

import warnings
from concurrent.futures import Executor
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from uat.core.activations import Activation, as_activation, logistic
from uat.core.arguments import Progress, called_as, one_of, read_eps, read_progress, truth_value
from uat.core.certificate import rounded_up
from uat.core.outputs import as_targets, side_by_side
from uat.errors import CannotProve, FloatLimit, InputError, NotReached, UatError, counted
from uat.numerics.activation_shape import is_soft
from uat.numerics.one_thread import single_threaded
from uat.numerics.sampled_error import error_on_a_line
from uat.numerics.sampled_jumps import jump_near
from uat.numerics.workers import packed, read_executor
from uat.proof.jumps import WITHOUT_JUMPS, jump_of, may_jump, told_of
from uat.theorem.approximation import Approximation, Outcome
from uat.theorem.methods import METHODS, Method, by_rank
from uat.theorem.search_free import EFFORTS, Interrupted, with_fewer_units

if TYPE_CHECKING:
    from uat.core.network import Network
    from uat.core.target import Target

__all__ = ["approximate"]

# Most units that are built; more: finer ε, and more memory than a laptop has.
_MOST: Final = 4_000_000
# Numbers from here on are told by their first digits.
_READABLE: Final = 10**12


@single_threaded()
@called_as("approximate(f, (0, 1), eps=0.1)")
def approximate(  # noqa: PLR0913 - an argument for each question that is asked
    f: Any,
    domain: Any = None,
    eps: float = 0.1,
    activation: Activation | str = logistic,
    method: str = "auto",
    *,
    effort: str = "normal",
    prove: bool = True,
    progress: Progress | None = None,
    executor: Executor | None = None,
) -> Approximation:
    """Build a network with one hidden layer within ε of f, and prove its error.

    Parameters
    ----------
    f : callable, str, Expression or Target, or a tuple or list of these
        Plain numpy code in the coordinates (or in points, f(X) with X of shape (points, d)), a
        formula such as "x**2 + sin(x)", or a Target. For several, or for code that returns a tuple,
        the network has an output for each.
    domain : (a, b) or sequence of (a, b)
        The box; omitted for a Target, which has its own.
    eps : float
        ε > 0.
    activation : Activation or str
        Any σ with two different limits, or that grows as ReLU does; the sine in combs and ridges.
    method : str
        "staircase" (steep units, one at each break), "rectangles" (two for each piece), "polygon"
        (straight pieces, the fewest, of ReLU, ramps and the like; in several coordinates for sums of
        functions of one linear form each, such as |x − y|, sin(x + y) or x y), "comb" (soft units
        on a line), "ridge" (soft units along many directions, up to eight coordinates), "free" (of
        soft units the fewest found, each with a place and a slope of its own), "fejer-korovkin" (its
        number of units is known beforehand, up to 32 coordinates), or "auto": of polygon, staircase
        and comb on a line, of polygon, ridge and fejer-korovkin in more coordinates, the one that
        proves ε with the fewest units, and free if it needs fewer still.
    effort : str
        How long "free" and "auto" search for fewer units: "quick" (not at all), "normal" (about a
        second on a line, ten in the plane, a minute above), or "thorough" (as long as units can be
        dropped: minutes, up to half an hour in the plane, hours above). Work is counted, so the
        answer is the same everywhere.
    prove : bool
        False for an f that cannot be traced, or that jumps: then the certificate is None, and the
        estimate is the largest error seen at many points.
    progress : callable, optional
        progress(methods tried, all methods to try, name of the next), called by "auto" before each.
    executor : concurrent.futures.Executor, optional
        Shares the search for fewer units, such as ``ProcessPoolExecutor(4)``: up to eight ways with
        effort "thorough". The answer is the same; what a process that dies was computing is
        computed again.

    Returns
    -------
    Approximation

    Raises
    ------
    InputError, WrongType
        If no answer exists: ε ≤ 0, an empty domain, an f that is not finite on it.
    CannotProve
        If the error cannot be proved below ε; the message says what to give instead.
    KeyboardInterrupt
        On Ctrl-C; once a network is proved, it has the best Approximation so far as its ``best``.

    Warns
    -----
    NotReached
        If prove is False and the estimate is not below ε, as where f jumps.

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
    amount = one_of(effort, EFFORTS, "effort")
    sigma = as_activation(activation)
    chosen = METHODS.get(one_of(method, ["auto", *METHODS], "method"))
    if chosen is not None:
        _check_dimension(chosen, targets[0].dimension)
    proved, workers = truth_value(prove, "prove"), read_executor(executor)
    if workers is not None:
        packed(targets, sigma)
    if proved:
        _check_known(targets)
    if proved or targets[0].dimension > 1:  # nothing that is built would be within ε
        _refuse_jump(targets, 2 * size, proved)
    try:
        if not proved:
            return _without_proof(targets, size, sigma, chosen)
        if chosen is None:
            g = _with_fewest_units(targets, size, sigma, report)
        else:
            g = _proved(targets, size, sigma, chosen, None)
        free = chosen is None or chosen.name == "free"
        return with_fewer_units(g, sigma, amount, report, workers) if free else g
    except CannotProve:
        _refuse_jump(targets, 0.0, proved)
        raise


def _check_known(targets: tuple[Target, ...]) -> None:
    """Refuse an f of which nothing but values is known."""
    for target in targets:
        if target.expression is None and target.modulus is None:
            raise CannotProve(target.untraced or "f has no formula and no modulus")


def _refuse_jump(targets: tuple[Target, ...], least: float, proved: bool) -> None:
    """Refuse an f that can be followed and in which samples show a jump larger than `least`."""
    without = "leave the proof out (prove=False, or --no-prove on the command line), "
    for number, target in enumerate(targets, 1):
        jump = jump_of(target) if target.expression is not None or not proved else None
        if jump is not None and jump.size > least:
            name = "f" if len(targets) == 1 else f"output {number} of f"
            told = told_of(jump, name)
            raise CannotProve(told, without * proved + WITHOUT_JUMPS) from None


def _check_dimension(method: Method, dimension: int) -> None:
    """Refuse an f with a number of coordinates that the method does not take."""
    if method.takes(dimension):
        return
    least, most = method.dimensions
    able = [other.name for other in METHODS.values() if other.takes(dimension)]
    raise InputError(
        f"f has {counted(dimension, 'coordinate')}, and {method.name} builds in "
        f"{least if least == most else f'{least} to {most}'} only",
        f"take {' or '.join(able)}" if able else "fix some of them",
    )


def _proved(
    targets: tuple[Target, ...], eps: float, sigma: Activation, method: Method, most: int | None
) -> Approximation:
    """Build with one method and prove every output."""
    network, proofs = method.prove_all(targets, eps, sigma, most)
    bound = max(proof.bound for proof in proofs)
    words = f"{counted(network.units, 'unit')}, proved {rounded_up(bound)}"
    tried = ((method.name, Outcome(words, network.units, bound)),)
    return Approximation(targets, eps, network, proofs, method.name, tried)


def _with_fewest_units(
    targets: tuple[Target, ...], eps: float, sigma: Activation, progress: Progress | None
) -> Approximation:
    """Try the methods by rank, each with fewer units than the best so far; answer with the best."""
    order = by_rank(targets, eps, sigma)
    found: list[Approximation] = []
    tried: list[tuple[str, str]] = []
    problems: dict[str, UatError] = {}
    for number, method in enumerate(order):
        if progress is not None:
            progress(number, len(order), method.name)
        most = method.most_after_failure if problems else None
        most = min((g.units - 1 for g in found), default=most)
        try:
            limit = _MOST if most is None else most
            least = max(method.units_needed(target, eps, sigma, limit) for target in targets)
            if least > limit:
                told = f"{least:,}" if least < _READABLE else f"{Decimal(least):.1e}"
                kind = FloatLimit if limit == _MOST else CannotProve
                raise kind(f"about {told} units or more")
            found.append(_proved(targets, eps, sigma, method, most))
            tried += found[-1].tried
        except (CannotProve, InputError) as problem:
            problems[method.name] = problem
            tried.append((method.name, Outcome(str(problem))))
        except KeyboardInterrupt:
            if not found:
                raise
            tried.append((method.name, Outcome("interrupted")))
            raise Interrupted(_fewest(found, tried)) from None
    if not found:
        raise _not_proved(problems, eps, targets[0].dimension, sigma)
    return _fewest(found, tried)


def _fewest(found: list[Approximation], tried: list[tuple[str, str]]) -> Approximation:
    """Return the one with the fewest units, with all that was tried."""
    return replace(min(found, key=lambda g: g.units), tried=tuple(tried))


def _not_proved(
    problems: dict[str, UatError], eps: float, dimension: int, sigma: Activation
) -> CannotProve:
    """Make the error that names each reason once, with the methods it stopped.

    Where σ is not soft enough for ridges, or f has too many coordinates for them, it says so.
    """
    stopped: dict[str, list[str]] = {}
    for method, problem in problems.items():
        stopped.setdefault(problem.reason, []).append(method)
    limited = any(isinstance(problem, FloatLimit) for problem in problems.values())
    kind = FloatLimit if limited else CannotProve
    first, *_ = problems.values()
    if len(stopped) == 1 and first.remedy:
        return kind(first.reason, first.remedy)
    reasons = "; ".join(f"{', '.join(methods)}: {reason}" for reason, methods in stopped.items())
    most = METHODS["ridge"].dimensions[1]
    remedy = "take a larger eps"
    if dimension > most:
        remedy += f", or fix some coordinates: ridge, with fewer units, takes up to {most}"
    elif dimension > 1 and not is_soft(sigma):
        remedy = "take a soft σ, such as logistic, or a larger eps, or uat train"
    return kind(f"no method proves eps = {eps:g}; {reasons}", remedy)


def _without_proof(
    targets: tuple[Target, ...], eps: float, sigma: Activation, method: Method | None
) -> Approximation:
    """Build from values of f alone."""
    dimension = targets[0].dimension
    able = [m for m in METHODS.values() if m.takes(dimension) and m.sample is not None]
    method = method or next(iter(able), None)
    if method is None or method.sample is None:
        name = "auto" if method is None else method.name
        names = " or ".join(other.name for other in able)
        raise InputError(
            f"{name} builds no network without a proof in {counted(dimension, 'coordinate')}",
            f"take {names}" if able else "leave the proof in, or fix some of them",
        )
    built = [method.sample(target, eps, sigma) for target in targets]
    network = built[0][0] if len(built) == 1 else side_by_side([part for part, _ in built])
    estimate = max(seen for _, seen in built)
    if not estimate < eps:
        worst = max(range(len(built)), key=lambda i: built[i][1])
        # the frames: this function, `approximate`, its decorator, its caller
        warnings.warn(_not_reached(targets[worst], built[worst][0], eps), stacklevel=5)
    words = f"{counted(network.units, 'unit')}, estimate {estimate:.6g}"
    tried = ((method.name, Outcome(words, network.units)),)
    return Approximation(targets, eps, network, (), method.name, tried, estimate)


def _not_reached(target: Target, network: Network, eps: float) -> NotReached:
    """Make the warning that says where the error is not below eps, and if f jumps there."""
    estimate, x = error_on_a_line(target, network)
    begin = f"the estimated error {estimate:.3g} is not below eps = {eps:g}"
    jump = None
    if target.expression is None or may_jump(target.expression):
        jump = jump_near(target, np.array([x]))
    if jump is None:
        return NotReached(f"{begin}, at x = {x:.6g}; f varies too fast there for its samples")
    return NotReached(
        f"{begin}, near {jump.place}: f jumps by {jump.size:.4g} there, and no continuous function "
        f"is nearer than about {jump.size / 2:.3g}"
    )
