"""Which object of which library is a function that can be read, and the reader that reads it.

A library is never imported here. The type of the object says whose it is, so the library has been
imported by whoever made the object.
"""

from collections.abc import Callable
from typing import Any, Final

from uat.expression.brought import polynomials, splines, sympy_trees
from uat.expression.brought.formula import Brought

__all__ = ["brought"]

_READERS: Final[dict[str, Callable[[Any, int], Brought | None]]] = {
    "numpy.polynomial": polynomials.read,
    "scipy.interpolate": splines.read,
    "sympy": sympy_trees.read,
}
"""The reader of each library: of an object and the number of coordinates; None: not read by it."""


def brought(f: Any, dimension: int) -> Brought | None:
    """Return the formula of an object of another library; None for anything else.

    >>> import numpy as np
    >>> brought(np.polynomial.Polynomial([1, 0, 3]), 1).expression
    <Expression 3*x**2 + 1>
    >>> brought(np.sin, 1) is None
    True
    """
    homes = {str(kind.__module__) for kind in type(f).__mro__}
    for library, read in _READERS.items():
        if any(home == library or home.startswith(library + ".") for home in homes):
            return read(f, dimension)
    return None
