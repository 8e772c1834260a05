"""A figure that shows itself: as an image in a notebook, in a window where there is a screen."""

from __future__ import annotations

import pickle
import sys
import warnings
from collections.abc import Iterable
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.figure import Figure

from uat.plotting.page import clean_settings
from uat.plotting.style import Style, rc

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.backend_bases import FigureCanvasBase
    from PIL.Image import Image

__all__ = ["Picture", "with_palette"]

_SIDE = 900
"""Pixels along the longer side of an image in a notebook: more are sharper, in a larger file."""

_LARGEST = 150_000
"""Bytes of an image in a notebook that keeps all its colours: more are truer, in a larger file."""

_WINDOW = 1000
"""Pixels along the longer side of a window, below those of a small screen."""

_LOST = 0.15
"""Mean error of a palette, of 255: a larger one makes smaller files, bands in smooth colours."""

_BANDS = 0.02
"""Mean of the steps that a palette makes where colours were smooth: of a larger one bands are seen."""


class Picture(Figure):
    """A Matplotlib figure, tied to no window, that a notebook shows as an image.

    Attributes
    ----------
    title, caption : str
        What a figure of the lecture is called and what is said of it, in the language of its words.
    formula : str
        Its formula in LaTeX; empty for one that has none.
    """

    title: str = ""
    caption: str = ""
    formula: str = ""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._steps: dict[int, list[Artist]] = {}

    @property
    def builds(self) -> int:
        """The number of steps in which it appears before a hall; 1 if it appears at once."""
        return max(self._steps, default=1)

    def appear(self, step: int, artists: Iterable[Artist]) -> None:
        """Let artists appear with a step, counted from 1."""
        self._steps.setdefault(step, []).extend(artists)

    def show_build(self, last: int) -> None:
        """Show what has appeared up to a step, on the places that it has in the whole figure."""
        for step, artists in self._steps.items():
            for artist in artists:
                artist.set_visible(step <= last)

    def png(self, side: int) -> bytes:
        """Return it as an image, with so many pixels along the longer side."""
        written = BytesIO()
        with clean_settings(rc(Style())):
            self.savefig(written, format="png", dpi=side / max(self.get_size_inches()))
        return written.getvalue()

    def _repr_png_(self) -> bytes:
        """Return the image that a notebook shows."""
        png = self.png(_SIDE)
        return png if len(png) <= _LARGEST else with_palette(png, most=np.inf)

    def _ipython_display_(self) -> None:
        """Show the image, also where pyplot is used: it would show a larger one."""
        shown = {"text/plain": repr(self), "image/png": self._repr_png_()}
        sys.modules["IPython"].display.display(shown, raw=True)

    def show(self, warn: bool = True) -> None:
        """Open a window, or show the image in a notebook; without a screen say how to write a file.

        The window holds a copy. In a script it is waited for until it is closed.
        """
        ipython = sys.modules.get("IPython")
        if ipython is not None and hasattr(ipython.get_ipython(), "kernel"):
            self._ipython_display_()
            return
        canvas = _canvas_of_windows()
        if canvas is None:
            if warn:
                warnings.warn(
                    'no window can be opened here; figure.savefig("name.png") writes the figure',
                    stacklevel=2,
                )
            return
        import matplotlib.pyplot as plt
        from matplotlib._pylab_helpers import Gcf

        shown = pickle.loads(pickle.dumps(self))  # noqa: S301 - a figure of this process
        shown.set_dpi(_WINDOW / max(self.get_size_inches()))
        number = max(plt.get_fignums(), default=0) + 1
        Gcf._set_new_active_manager(canvas.new_manager(shown, number))
        plt.show()


def _canvas_of_windows() -> type[FigureCanvasBase] | None:
    """Return the canvas of Matplotlib's backend; None for one that opens no windows here."""
    import matplotlib.pyplot as plt

    try:
        canvas = plt._get_backend_mod().FigureCanvas
    except (ImportError, RuntimeError):
        return None
    return None if canvas is None or canvas.required_interactive_framework is None else canvas


def with_palette(png: bytes, most: float = _LOST) -> bytes:
    """Reduce a PNG to a palette of 256 colours, if these are enough, with its texts kept.

    They are enough when they change the colours by less than `most`, of 255 and on average, or make
    no bands: areas of one colour each may all change a little.
    """
    from PIL import Image as Images
    from PIL.PngImagePlugin import PngInfo

    kept, written = PngInfo(), BytesIO()
    with Images.open(BytesIO(png)) as image:
        for name, text in image.info.items():
            if isinstance(text, str):
                kept.add_itxt(str(name), text)
        full = image.convert("RGB")
    # One round of k-means halves the error of the median cut in smooth maps.
    reduced = full.quantize(256, kmeans=1, dither=Images.Dither.NONE)
    lost = np.abs(np.asarray(full, dtype=int) - np.asarray(reduced.convert("RGB"))).mean()
    chosen = reduced if lost < most or _bands(full, reduced.convert("RGB")) < _BANDS else full
    chosen.save(written, "PNG", optimize=True, pnginfo=kept)
    return written.getvalue()


def _bands(full: Image, reduced: Image) -> float:
    """Return the mean of the new steps from pixel to pixel, of those that were nearly alike."""
    before, after = (
        np.abs(np.diff(np.asarray(image, dtype=int), axis=1)).sum(axis=-1)
        for image in (full, reduced)
    )
    return float(np.where(before <= _ALIKE, np.maximum(after - before, 0), 0).mean())


_ALIKE = 6
"""Step of three colours together, of 765, that is smooth."""
