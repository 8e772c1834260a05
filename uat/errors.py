"""The errors that `uat` raises on purpose: one line that names what was given and what is needed."""

from collections.abc import Iterable
from difflib import get_close_matches

__all__ = [
    "CannotProve",
    "FileProblem",
    "FloatLimit",
    "InputError",
    "NotReached",
    "UatError",
    "WrongType",
    "near_match",
]


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

    >>> near_match("tahn", ["tanh", "relu"])
    "; did you mean 'tanh'?"
    """
    close = get_close_matches(str(given), list(known), n=1)
    return f"; did you mean {close[0]!r}?" if close else ""
