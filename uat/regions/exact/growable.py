"""An array that grows at its end, in room that doubles."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Growing"]


class Growing:
    """An array to which rows are appended; `values` is a view of what is there.

    Examples
    --------
    >>> primes = Growing(np.array([2, 3]))
    >>> primes.append(np.array([5]))
    >>> primes.values
    array([2, 3, 5])
    """

    __slots__ = ("_length", "_room")

    def __init__(self, start: NDArray[Any]) -> None:
        self._room, self._length = start.copy(), len(start)

    def __len__(self) -> int:
        return self._length

    def append(self, rows: NDArray[Any]) -> None:
        """Put rows at the end."""
        end = self._length + len(rows)
        if end > len(self._room):
            room = np.empty((max(end, 2 * self._length), *rows.shape[1:]), self._room.dtype)
            room[: self._length] = self.values
            self._room = room
        self._room[self._length : end] = rows
        self._length = end

    @property
    def values(self) -> NDArray[Any]:
        """What is there, to be read or changed."""
        return self._room[: self._length]
