"""Hold what is known of an operation of expressions: the type of a record.

`partials` takes `do`, which makes a node, the arguments of the node and last the node itself, and
returns one derivative for each argument. `jump(u, slope)` stands for the derivative of a step at
u = 0, `unknown(u)` for one that is not known. Their value is 0; in a proof they are the whole line,
`jump` only where u may be 0 or undefined and is not constant.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final, Literal, NamedTuple, get_args

__all__ = ["REGULARITIES", "Operation", "RealDomain", "Regularity"]

Regularity = Literal["analytic", "smooth", "kink", "jump"]
REGULARITIES: Final[tuple[Regularity, ...]] = get_args(Regularity)


_HIGHEST: Final = 100
"""Order of functions such as J_n; more: higher derivatives, slower."""


class RealDomain(NamedTuple):
    """An interval; True for `open` if its finite ends are poles."""

    left: float
    right: float
    open: bool = False


def _none(*_nodes: Any) -> tuple[Any, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation."""

    arity: int
    value: Callable[..., Any]
    """The value in numpy, of the values of the arguments and then the node's own numbers."""
    partials: Callable[..., tuple[Any, ...]] = _none
    chain: Callable[..., Any] | None = None
    """The slope of the node from the slopes of its arguments, in place of `partials`, for an
    operation that chooses: the slope chooses too."""
    exact: Callable[..., Fraction | None] | None = None
    """The value at rational numbers, where it is rational."""
    conditions: int = 0
    """Number of first arguments that must be conditions."""
    regularity: Regularity = "analytic"
    """"analytic" includes that Arb's complex function is: off the real line beyond the domain and
    off imaginary cuts. A formula `arb` of functions with other cuts is at most "smooth"."""
    imaginary_cuts: bool = False
    """True if the complex function is cut from i to i∞ and from −i to −i∞."""
    domain: RealDomain | None = None
    """Where it is real as a function of its last argument; None: everywhere, but at poles."""
    poles: bool = False
    """True if the value may be infinite inside the domain."""
    increasing: tuple[float, float, float] | None = None
    """Cut, infimum and supremum of a function that increases on its domain. Arb is asked only up to
    ±cut; beyond, the value lies between that at the cut and the infimum or supremum."""
    arb: str | Callable[..., Any] | None = None
    """Arb's name of the function, or its formula in operators and Arb's names."""
    order: int | None = None
    """The least order of a function that has one, a whole number: n of J_n. It is the node's own."""
    series: Callable[..., Any] | None = None
    """A formula for power series, where Arb has no series of the function itself."""
    names: tuple[str, ...] = ()
    """Names in text formulas; the first is the one that is written."""
    latex: str = ""
    r"""Name in LaTeX, n for the order, or the pattern of the whole: "\sqrt{{{}}}"."""
    plain: str = ""
    """Pattern in a text formula, in place of a call."""

    def has_order(self, number: float) -> bool:
        """Return True for an order that is known."""
        return self.order is not None and self.order <= number <= _HIGHEST and number % 1 == 0
