"""Few units where f is smooth: a comb of soft sigmoids needs about log 1/ε, steps about 1/ε.

    g(x) = a_0 + Σ a_k σ(w(x − t_k)),  t_k equally spaced and a little beyond the ends of [a, b],

with the weights a_k by least squares (`comb/row.py`), and of overlaps, margins and numbers of units
the fewest that do (`comb/even.py`). Why so few: the sum of equally spaced soft units is, but for a
remainder exponentially small in 1/wh, a convolution, and that reaches every wave that is not much
shorter than the spacing (Poisson's summation formula). There is no bound before the network is
built; afterwards `certify` proves what was only seen on a grid.

Where f has a kink the error of such a row falls like 1/n, as that of steps does: there, and at
narrow peaks, a row that is graded towards them (`comb/graded.py`) needs fewer units, and is taken.
The degree of polynomials that follow f (`comb/even.py`) predicts the units of an equally spaced
row, and when to give up.

Source: M. Nielsen, Neural Networks and Deep Learning, 2015, chapter 4, has steps; for sums of
shifted analytic bumps see F. Stenger, Numerical Methods Based on Sinc and Analytic Functions, 1993.
"""

from collections.abc import Callable
from typing import Final

from uat.construct.comb import even, graded
from uat.core.activations import Activation, logistic
from uat.core.arguments import read_eps, whole_number
from uat.core.network import Network
from uat.core.target import Target
from uat.errors import CannotProve, InputError
from uat.numerics.activation_shape import check_soft
from uat.numerics.one_thread import single_threaded

__all__ = ["build"]

_MOST: Final = 2000  # a fit takes seconds at this size
_SMOOTH: Final = 300
"""Up to this degree f counts as smooth, and the equally spaced row is tried first."""


@single_threaded()
def build(
    target: Target,
    eps: float,
    activation: Activation = logistic,
    *,
    units: int | None = None,
    most: int = _MOST,
) -> tuple[Network, float]:
    """Build the comb of the fewest units whose error on a fine grid is below ε.

    Parameters
    ----------
    target : Target
        In one dimension.
    eps : float
        Kept with 1 % to spare for what a grid does not show, and with the rounding of g.
    activation : Activation
        Soft, with two different limits.
    units : int, optional
        The most units, the constant one included; the network is as near to f as these come.
        Without it, the fewest units found.
    most : int
        Where the search for the fewest ends.

    Returns
    -------
    Network
        One hidden layer, no output bias: the last unit, of slope 0, stands for the constant and
        counts. Σ|a| is the smallest found for this number, at most 2^12 times the largest |f|.
    float
        The largest |f − g| on a grid ten times finer than that of the fit: an estimate, no bound.

    Raises
    ------
    InputError, WrongType
        For more than one coordinate, a σ with jumps or kinks, units or most below 1.
    CannotProve
        Where no such comb was found; the message says what was reached.

    Examples
    --------
    >>> import uat
    >>> network, estimate = build(uat.Target("x**2 + sin(x)", (-1, 3)), 1e-6)
    >>> network.units < 12, estimate < 1e-6
    (True, True)
    """
    eps = read_eps(eps)
    if target.dimension != 1:
        raise InputError(f"{target!r} given; a comb needs a target of one coordinate")
    check_soft(activation, "comb")
    limit = whole_number(most, "most")
    if units is not None:
        return _nearest(target, eps, activation, whole_number(units, "units"))
    return _fewest(target, eps, activation, limit)


def _nearest(
    target: Target, eps: float, activation: Activation, units: int
) -> tuple[Network, float]:
    network, estimate = even.nearest_row(target, activation, units)
    if not estimate < eps:
        raise CannotProve(
            f"no comb within eps = {eps:g} was found: {network.units} units of {units} allowed "
            f"come within {estimate:.3g} only",
            "take a larger eps or more units",
        )
    return network, estimate


def _fewest(
    target: Target, eps: float, activation: Activation, limit: int
) -> tuple[Network, float]:
    """Build both kinds of rows, and take the shorter one."""
    rows: list[Callable[..., tuple[Network, float]]] = [graded.build, even.build]
    if even.degree(target, eps, _SMOOTH) is not None:
        rows.reverse()  # the row that is likely to have fewer units limits the other one
    best, problem = None, None
    for build_row in rows:
        try:
            best = build_row(target, eps, activation, most=limit)
        except CannotProve as failed:
            problem = failed if problem is None or build_row is even.build else problem
            continue
        limit = best[0].units - 1
        if limit == 0:
            break
    if best is None:
        assert problem is not None
        raise problem
    return best
