"""An array with space at its end, so that appending rows rarely copies what is there."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["GrowableArray"]


class GrowableArray:
    """An array that grows in place, by rows; `values` is a view of the rows so far.

    Examples
    --------
    >>> primes = GrowableArray(np.array([2, 3]))
    >>> primes.append(np.array([5]))
    >>> primes.values
    array([2, 3, 5])
    """

    __slots__ = ("_buffer", "_length")

    def __init__(self, start: NDArray[Any]) -> None:
        self._buffer, self._length = start.copy(), len(start)

    def __len__(self) -> int:
        return self._length

    def append(self, rows: NDArray[Any]) -> None:
        """Append rows; a full buffer is replaced by one of twice the length."""
        end = self._length + len(rows)
        if end > len(self._buffer):
            buffer = np.empty((max(end, 2 * self._length), *rows.shape[1:]), self._buffer.dtype)
            buffer[: self._length] = self.values
            self._buffer = buffer
        self._buffer[self._length : end] = rows
        self._length = end

    @property
    def values(self) -> NDArray[Any]:
        """The rows, to be read or changed."""
        return self._buffer[: self._length]
