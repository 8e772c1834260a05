"""Words with a halo of the background's colour, readable on curves, with no box over the data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matplotlib.text import Text

if TYPE_CHECKING:
    from matplotlib.backend_bases import RendererBase
    from matplotlib.patheffects import Stroke

__all__ = ["Haloed"]


class Haloed(Text):
    """A text drawn twice: its outline in one colour, then itself, as letters that can be copied."""

    def __init__(self, x: float, y: float, text: str, outline: Stroke, **kept: Any) -> None:
        super().__init__(x, y, text, **kept)
        self._outline = outline

    def draw(self, renderer: RendererBase) -> None:
        """Draw the outline, and the words on it."""
        if not self.get_visible():
            return
        # A text with path effects is drawn as shapes, which no reader of a PDF can copy.
        self.set_path_effects([self._outline])
        super().draw(renderer)
        self.set_path_effects([])
        super().draw(renderer)
