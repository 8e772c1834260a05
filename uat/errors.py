"""What can go wrong, said in one line: what was given, what is needed, what to do."""

from collections.abc import Iterable
from difflib import get_close_matches

__all__ = ["CannotProve", "FileProblem", "InputError", "UatError", "WrongType", "near_match"]


class UatError(Exception):
    """Base of every error that `uat` raises on purpose."""


class InputError(UatError, ValueError):
    """A value that no answer can be given for: NaN, an empty box, ε ≤ 0, a wrong shape."""


class WrongType(UatError, TypeError):
    """A thing of another kind than the one needed: text for a number, complex for real."""


class CannotProve(UatError, ValueError):
    """The bound asked for cannot be proved; the message says what to give instead."""


class FileProblem(UatError, OSError):
    """A file that cannot be read as what it should be, or a folder that cannot be written."""


def near_match(given: str, known: Iterable[str]) -> str:
    """Return the tail of an error message that names the known word nearest to `given`.

    Examples
    --------
    >>> near_match("tahn", ["tanh", "relu"])
    "; did you mean 'tanh'?"
    >>> near_match("zzz", ["tanh", "relu"])
    ''
    """
    close = get_close_matches(str(given), list(known), n=1)
    return f"; did you mean {close[0]!r}?" if close else ""
