"""Fonts in a PDF: every glyph of the page is in them as it was, and the others are empty."""

from io import BytesIO
from pathlib import Path

import pytest
from fontTools.pens.recordingPen import (  # type: ignore[import-untyped]
    DecomposingRecordingPen,
)
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from matplotlib import get_data_path
from matplotlib.backends import _backend_pdf_ps
from matplotlib.ft2font import FT2Font

from uat.plotting.style import FONTS
from uat.publish.font_subset import cut, light_subsets

STIX = f"{get_data_path()}/fonts/ttf/STIXGeneral.ttf"
FILES = [str(FONTS["normal"]), STIX, f"{get_data_path()}/fonts/ttf/DejaVuSansMono.ttf"]


def outline(font: TTFont, glyph: int) -> object:
    """Return the strokes of a glyph by its number, read by fontTools."""
    glyphs = font.getGlyphSet()
    pen = DecomposingRecordingPen(glyphs)
    glyphs[font.getGlyphName(glyph)].draw(pen)
    return pen.value


@pytest.mark.parametrize("file", FILES)
def test_glyphs_that_are_kept_are_as_they_were_and_the_others_empty(file: str) -> None:
    whole = Path(file).read_bytes()
    before = TTFont(BytesIO(whole))
    # The accented letters of DejaVu are made of other glyphs.
    kept = [before.getGlyphID(before.getBestCmap()[ord(letter)]) for letter in "Ag5=éÄ"]
    after = TTFont(BytesIO(cut(whole, kept)))
    names = before.getGlyphOrder()
    after.setGlyphOrder(names)
    for glyph in kept:
        assert outline(after, glyph) == outline(before, glyph)
        assert after["hmtx"][names[glyph]] == before["hmtx"][names[glyph]]
    left_out = before.getGlyphID(before.getBestCmap()[ord("Q")])
    assert outline(after, left_out) == []
    assert after["maxp"].numGlyphs == len(names)
    assert FT2Font(BytesIO(cut(whole, kept))).num_glyphs == len(names)


def test_a_font_that_is_cut_is_small_and_the_same_again() -> None:
    whole = FONTS["bold"].read_bytes()
    assert cut(whole, {40, 50}) == cut(whole, [50, 40, 50])
    assert len(cut(whole, {40})) < len(whole) / 20


def test_matplotlib_gets_its_own_function_back() -> None:
    theirs = _backend_pdf_ps.get_glyphs_subset
    with pytest.raises(ZeroDivisionError), light_subsets():
        raise ZeroDivisionError
    assert _backend_pdf_ps.get_glyphs_subset is theirs
