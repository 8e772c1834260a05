"""Fonts in a PDF, cut to the glyphs of its page: outlines, widths and programs, and no more.

Matplotlib has fontTools take a font apart and put it together again, which takes longer than to draw
the page. A PDF asks less: it finds a glyph by its number, so that the glyphs that a page lacks can be
left empty, and all others keep their numbers.

Source: OpenType specification 1.9, tables glyf, loca, head, hhea, hmtx and maxp; ISO 32000-1, 9.9.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

__all__ = ["cut", "light_subsets"]

# What a PDF needs of a font whose glyphs it finds by number, besides the outlines.
_KEPT = (b"cvt ", b"fpgm", b"head", b"hhea", b"hmtx", b"maxp", b"prep")

# Of a part of a composite glyph: more parts follow, and the kinds of its arguments.
_MORE, _WORDS, _SCALE, _TWO_SCALES, _MATRIX = 0x20, 0x01, 0x08, 0x40, 0x80


def cut(font: bytes, glyphs: Iterable[int]) -> bytes:
    """Return a TrueType font with all but some glyphs empty; every glyph keeps its number."""
    tables = _tables(font)
    places = _places(tables)
    kept = np.zeros(len(places) - 1, dtype=bool)
    waiting = {0, *glyphs}
    while waiting:
        glyph = waiting.pop()
        kept[glyph] = True
        outline = tables[b"glyf"][places[glyph] : places[glyph + 1]]
        waiting |= {part for part in _parts(outline) if not kept[part]}
    outlines = [
        tables[b"glyf"][places[glyph] : places[glyph + 1]] for glyph in np.flatnonzero(kept)
    ]
    lengths = np.where(kept, np.diff(places), 0)
    made = {name: tables[name] for name in _KEPT if name in tables}
    made[b"glyf"] = b"".join(outlines)
    made[b"loca"] = np.concatenate([[0], np.cumsum(lengths)]).astype(">u4").tobytes()
    made[b"hmtx"] = _widths(tables, kept)
    # The places are long, and the sum over the whole file is left out.
    head = bytearray(made[b"head"])
    struct.pack_into(">I", head, 8, 0)
    struct.pack_into(">h", head, 50, 1)
    made[b"head"] = bytes(head)
    return _assembled(made)


def _tables(font: bytes) -> dict[bytes, bytes]:
    """Return the tables of a font by their names."""
    (count,) = struct.unpack_from(">H", font, 4)
    rows = (struct.unpack_from(">4sIII", font, 12 + 16 * row) for row in range(count))
    return {name: font[start : start + length] for name, _, start, length in rows}


def _places(tables: dict[bytes, bytes]) -> Any:
    """Return where each outline starts, and where the last one ends: (glyphs + 1,)."""
    (long,) = struct.unpack_from(">h", tables[b"head"], 50)
    if long:
        return np.frombuffer(tables[b"loca"], dtype=">u4").astype(np.int64)
    return 2 * np.frombuffer(tables[b"loca"], dtype=">u2").astype(np.int64)


def _parts(outline: bytes) -> Iterator[int]:
    """Yield the glyphs that a composite glyph is made of."""
    if not outline or struct.unpack_from(">h", outline)[0] >= 0:
        return
    at, flags = 10, _MORE
    while flags & _MORE:
        flags, part = struct.unpack_from(">HH", outline, at)
        yield part
        at += 4 + (4 if flags & _WORDS else 2)
        at += 2 if flags & _SCALE else 4 if flags & _TWO_SCALES else 8 if flags & _MATRIX else 0


def _widths(tables: dict[bytes, bytes], kept: Any) -> bytes:
    """Return the table of widths with zeros for the glyphs that are left out."""
    (full,) = struct.unpack_from(">H", tables[b"hhea"], 34)
    values = np.frombuffer(tables[b"hmtx"], dtype=">u2").copy()
    rows = values[: 2 * full].reshape(full, 2)
    # The last full row has the width of all that follow it.
    rows[:-1][~kept[: full - 1]] = 0
    values[2 * full :][~kept[full:]] = 0
    return values.tobytes()


def _assembled(tables: dict[bytes, bytes]) -> bytes:
    """Return the file of a font of these tables."""
    count, power = len(tables), len(tables).bit_length() - 1
    head = struct.pack(">IHHHH", 0x10000, count, 16 << power, power, 16 * (count - (1 << power)))
    at, rows, bodies = 12 + 16 * count, [], []
    for name, content in sorted(tables.items()):
        body = content + bytes(-len(content) % 4)
        total = int(np.frombuffer(body, dtype=">u4").sum(dtype=np.uint64)) & 0xFFFFFFFF
        rows.append(struct.pack(">4sIII", name, total, at, len(content)))
        bodies.append(body)
        at += len(body)
    return b"".join([head, *rows, *bodies])


@lru_cache(maxsize=16)
def _read(file: str) -> bytes:
    return Path(file).read_bytes()


class _Cut:
    """What Matplotlib asks of a font that was cut: to be saved, and the new number of a glyph."""

    def __init__(self, file: str, glyphs: frozenset[int]) -> None:
        self.font = self
        self.glyph_index_map = {glyph: glyph for glyph in glyphs}
        self._content = cut(_read(file), glyphs)

    def save(self, file: BinaryIO, **_: Any) -> None:
        """Write it as fontTools writes one."""
        file.write(self._content)


@contextmanager
def light_subsets() -> Iterator[None]:
    """Let Matplotlib embed fonts that are cut here; before 3.11 it embeds its own."""
    from matplotlib.backends import _backend_pdf_ps

    pdf: Any = _backend_pdf_ps
    theirs = pdf.get_glyphs_subset
    if not hasattr(pdf, "SubsetResults"):
        yield
        return

    def subset(file: Any, glyphs: Iterable[int]) -> Any:
        some = frozenset(glyphs)
        true_type = _read(str(file)).startswith(b"\0\1\0\0")
        return nullcontext(_Cut(str(file), some)) if true_type else theirs(file, some)

    pdf.get_glyphs_subset = subset
    try:
        yield
    finally:
        pdf.get_glyphs_subset = theirs
