"""The errors that `uat` raises on purpose: one line that names what was given and what is needed."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

__all__ = [
    "CannotProve",
    "FileProblem",
    "FloatLimit",
    "InputError",
    "NotReached",
    "UatError",
    "WrongType",
    "counted",
    "near_match",
]


_ALSO_CALLED: Final = {
    "sigmoid": "logistic",
    "expit": "logistic",
    "step": "heaviside",
    "erf": "gauss_cdf",
    "arctan": "cauchy_cdf",
    "leakyrelu": "leaky_relu",
    "swish": "silu",
}
"""Names that other programs use, by the name of the same or the nearest thing here."""


class UatError(Exception):
    """Base of every error that `uat` raises on purpose.

    Attributes
    ----------
    reason : str
        The obstacle.
    remedy : str
        Advice to the caller, such as a larger eps; empty if the reason stands alone.

    Examples
    --------
    >>> problem = CannotProve("more than 4,000,000 pieces would be needed", "take a larger eps")
    >>> print(problem)
    more than 4,000,000 pieces would be needed; take a larger eps
    >>> problem.reason
    'more than 4,000,000 pieces would be needed'
    """

    def __init__(self, reason: str, remedy: str = "") -> None:
        super().__init__(*([reason, remedy] if remedy else [reason]))
        self.reason, self.remedy = reason, remedy

    def __str__(self) -> str:
        return f"{self.reason}; {self.remedy}" if self.remedy else self.reason


class InputError(UatError, ValueError):
    """A value that has no answer: NaN, an empty box, ε ≤ 0, a wrong shape."""


class WrongType(UatError, TypeError):
    """A value of the wrong kind: text for a number, a complex number for a real one."""


class CannotProve(UatError, ValueError):
    """A bound that cannot be proved."""


class FloatLimit(CannotProve):
    """A bound that float64 or the memory cannot reach, though the theorem holds."""


class FileProblem(UatError, OSError):
    """A file that cannot be read as what it should be, or a folder that cannot be written."""


class NotReached(UserWarning):
    """A network built without a proof whose estimated error is not below eps."""


def near_match(given: str, known: Iterable[str]) -> str:
    """Return the end of an error message that suggests the known word nearest to `given`, if any.

    Words are compared without regard to capitals, and as other programs call them.

    >>> near_match("tahn", ["tanh", "relu"]), near_match("sigmoid", ["logistic", "relu"])
    ("; did you mean 'tanh'?", "; did you mean 'logistic'?")
    """
    spelt = {word.lower(): word for word in known}
    small = str(given).lower()
    close = [_ALSO_CALLED.get(small, ""), *get_close_matches(small, spelt, n=1)]
    words = dict.fromkeys(spelt[word] for word in close if word in spelt)
    return f"; did you mean {' or '.join(map(repr, words))}?" if words else ""


def counted(number: int, thing: str) -> str:
    """Write a number of things, the thing in the plural unless it is one.

    >>> counted(1, "coordinate"), counted(2, "pair"), counted(1000, "unit")
    ('1 coordinate', '2 pairs', '1,000 units')
    """
    return f"{number:,} {thing}{'s' * (number != 1)}"
