"""Sets of units of a layer, one bit a unit in words of 64 bits."""

import numpy as np
from numpy.typing import NDArray

from uat.expression.arrays import Bools
from uat.regions.exact.integers import Ids

__all__ = ["Bits", "bits_before", "number_rows", "pack_bits", "unpack_bits"]

Bits = NDArray[np.uint64]


def pack_bits(on: Bools) -> Bits:
    """Pack rows of booleans, (k, units), into words, (k, ⌈units / 64⌉).

    >>> pack_bits(np.array([[True, False, True]]))
    array([[5]], dtype=uint64)
    """
    count = -(-on.shape[1] // 64)
    padded = np.zeros((len(on), 8 * count), np.uint8)
    packed = np.packbits(on, axis=1, bitorder="little")
    padded[:, : packed.shape[1]] = packed
    return padded.view("<u8").astype(np.uint64, copy=False)


def unpack_bits(bits: Bits, units: int) -> Bools:
    """Unpack words into rows of booleans, (k, units).

    >>> unpack_bits(np.array([[5]], np.uint64), 3)
    array([[ True, False,  True]])
    """
    single = np.ascontiguousarray(bits).astype("<u8", copy=False).view(np.uint8)
    return np.unpackbits(single, axis=1, count=units, bitorder="little").view(np.bool_)


def bits_before(group: Ids, flip: Bits, first: Bits, last: Bits) -> Bits:
    """Return the bits before each flip of a sequence of flips, for several sequences at once.

    `group` has the index of the sequence of each flip, sorted, and `flip` the bits that change;
    `first` and `last` have the bits at both ends of each sequence.

    >>> flip = np.array([[1], [2], [4]], np.uint64)
    >>> first, last = np.array([[0], [7]], np.uint64), np.array([[3], [3]], np.uint64)
    >>> bits_before(np.array([0, 0, 1]), flip, first, last).ravel().tolist()
    [0, 1, 7]
    """
    step = np.zeros_like(flip)
    step[1:] = flip[:-1]
    new = np.ones(len(group), np.bool_)
    new[1:] = group[1:] != group[:-1]
    starts = np.flatnonzero(new)
    step[starts] ^= first[group[starts]]
    # One running xor for all: the bits at the end of the sequence before are removed.
    step[starts[1:]] ^= last[group[starts[1:] - 1]]
    return np.asarray(np.bitwise_xor.accumulate(step, axis=0))


def number_rows(keys: Ids, bits: Bits, expected: int) -> tuple[Ids, Ids] | None:
    """Return the number of each row (key, bits), equal for equal rows, and a row of each number.

    Rows are compared by a hash. That there are `expected` hashes, the true number of distinct rows,
    proves that no two rows share one; otherwise the answer is None.
    """
    odd = np.random.default_rng(expected).integers(1 << 62, size=bits.shape[1] + 1) * 2 + 1
    odd = odd.astype(np.uint64)
    code = keys.astype(np.uint64) * odd[-1]
    for column, factor in zip(bits.T, odd, strict=False):
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
