"""Many truths in few words: the units of a layer as bits of 64-bit words."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from uat.expression.arrays import Bools

__all__ = ["Words", "from_words", "numbered", "running", "single_bits", "to_words"]

Ids = NDArray[Any]
Words = NDArray[np.uint64]


def to_words(on: Bools) -> Words:
    """Pack rows of truths, (k, units), into words, (k, ⌈units / 64⌉).

    Examples
    --------
    >>> to_words(np.array([[True, False, True]]))
    array([[5]], dtype=uint64)
    """
    count = -(-on.shape[1] // 64)
    padded = np.zeros((len(on), 8 * count), np.uint8)
    packed = np.packbits(on, axis=1, bitorder="little")
    padded[:, : packed.shape[1]] = packed
    return padded.view("<u8").astype(np.uint64, copy=False)


def from_words(words: Words, units: int) -> Bools:
    """Unpack words to rows of truths, (k, units).

    Examples
    --------
    >>> from_words(np.array([[5]], np.uint64), 3)
    array([[ True, False,  True]])
    """
    single = np.ascontiguousarray(words).astype("<u8", copy=False).view(np.uint8)
    return np.unpackbits(single, axis=1, count=units, bitorder="little").view(np.bool_)


def single_bits(units: int) -> Words:
    """Return for each unit the words in which it alone is on, (units, words)."""
    return to_words(np.eye(units, dtype=np.bool_))


def running(group: Ids, flip: Words, first: Words, last: Words) -> Words:
    """Return the words before each flip, in groups that begin with `first` and end with `last`.

    Parameters
    ----------
    group : ndarray, shape (k,)
        Sorted; the flips of each group, in their order.
    flip : ndarray of uint64, shape (k, words)
    first, last : ndarray of uint64, shape (groups, words)

    Examples
    --------
    >>> flip = np.array([[1], [2], [4]], np.uint64)
    >>> first, last = np.array([[0], [7]], np.uint64), np.array([[3], [3]], np.uint64)
    >>> running(np.array([0, 0, 1]), flip, first, last).ravel().tolist()
    [0, 1, 7]
    """
    step = np.zeros_like(flip)
    step[1:] = flip[:-1]
    new = np.ones(len(group), np.bool_)
    new[1:] = group[1:] != group[:-1]
    starts = np.flatnonzero(new)
    step[starts] ^= first[group[starts]]
    # What the group before has ended with is undone.
    step[starts[1:]] ^= last[group[starts[1:] - 1]]
    return np.asarray(np.bitwise_xor.accumulate(step, axis=0))


def numbered(keys: Ids, words: Words, expected: int) -> tuple[Ids, Ids] | None:
    """Return distinct rows (key, words) numbers: that of each row, and a row with each number.

    Rows are told apart by a hash. That there are as many as `expected`, the true number of
    distinct rows, proves that no two share one; otherwise there is no answer.

    Examples
    --------
    >>> words = np.array([[1], [0], [1]], np.uint64)
    >>> number, place = numbered(np.array([5, 5, 5]), words, 2)
    >>> bool(number[0] == number[2] != number[1]), len(place)
    (True, 2)
    """
    odd = np.random.default_rng(expected).integers(1 << 62, size=words.shape[1] + 1) * 2 + 1
    odd = odd.astype(np.uint64)
    code = keys.astype(np.uint64) * odd[-1]
    for column, factor in zip(words.T, odd, strict=False):
        code ^= column
        code *= factor
        code ^= code >> np.uint64(29)
    order = np.argsort(code)
    new = np.ones(len(code), np.bool_)
    new[1:] = code[order[1:]] != code[order[:-1]]
    place = order[new]
    if len(place) != expected:
        return None
    number = np.empty(len(code), np.int32)
    number[order] = np.cumsum(new, dtype=np.int32) - 1
    return number, place
