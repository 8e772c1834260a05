"""Films: a figure in motion as a GIF by Pillow or as an MP4 by FFmpeg, the same bytes on every run.

A film is a function that returns the picture at a time from 0 to 1. It is drawn while it is
written, and a file appears whole or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from functools import lru_cache
from io import BytesIO
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from uat.core.files import whole_file
from uat.errors import FileProblem, InputError, near_match
from uat.lecture.registry import LectureFigure, all_figures
from uat.plotting.page import clean_settings, lay_out
from uat.plotting.style import SLIDE, Style, rc

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from PIL.Image import Image

    from uat.core.arguments import Progress
    from uat.lecture.drawing.animations import Animation, Paint
    from uat.plotting.language import Language
    from uat.plotting.style import Size, Theme

__all__ = [
    "FILMS",
    "Pixels",
    "check_animation",
    "check_film",
    "screening",
    "write_animation",
    "write_film",
]

Pixels = NDArray[np.uint8]
"""A picture, (rows, columns, 3)."""

Shown = Callable[[float], Pixels]


@dataclass(frozen=True)
class FilmFormat:
    """A kind of film: its dots per inch, and its pictures per second."""

    dpi: int
    rate: int


# A slide is 40/3 by 15/2 inches: 960 by 540 pixels, and 1920 by 1080.
FILMS = {".gif": FilmFormat(dpi=72, rate=20), ".mp4": FilmFormat(dpi=144, rate=30)}

# Repeatable: one thread, no date and no version. With the colours of a high-definition screen.
_ENCODING = (
    "-preset veryfast -crf 16 -tune animation -threads 1 "
    "-fflags +bitexact -flags:v +bitexact -map_metadata -1 -movflags +faststart "
    "-vf scale=out_color_matrix=bt709:out_range=tv "
    "-colorspace bt709 -color_primaries bt709 -color_trc bt709"
)


def check_animation(figure: LectureFigure) -> Animation:
    """Return the animation of a figure, and refuse one without it."""
    if figure.animation is None:
        *others, last = [other.id for other in all_figures() if other.animation is not None]
        raise InputError(
            f"no animation is called {figure.id!r}; there are {', '.join(others)} and {last}"
        )
    return figure.animation


def check_film(file: Path) -> FilmFormat:
    """Return the format of a film's file by its ending; an MP4 needs imageio-ffmpeg."""
    ending = file.suffix.lower()
    if ending not in FILMS:
        known = " or ".join(FILMS)
        raise InputError(
            f"a film called {file.name!r} asked for{near_match(ending, FILMS)}; end it in {known}"
        )
    if ending == ".mp4":
        _check_encoder()
    return FILMS[ending]


def _check_encoder() -> None:
    try:
        from imageio_ffmpeg import get_ffmpeg_exe

        get_ffmpeg_exe()
    except (ImportError, RuntimeError) as problem:
        raise InputError(
            "an MP4 needs imageio-ffmpeg: pip install imageio-ffmpeg; a GIF does not"
        ) from problem


def write_animation(
    figure: LectureFigure,
    file: Path,
    language: Language,
    theme: Theme,
    progress: Progress | None = None,
    size: Size = SLIDE,
) -> int:
    """Write the animation of a figure as a GIF or MP4, and return the number of its pictures.

    `progress` is called with (done, total, file name) after each picture.
    """
    animation, dpi = check_animation(figure), check_film(file).dpi
    # An MP4 has an even number of pixels on each side.
    width, height = (2 * round(side * dpi / 2) / dpi for side in (size.width, size.height))
    page = replace(size, width=width, height=height, dpi=dpi)
    shown = screening(animation, language, Style(theme, page))
    return write_film(file, shown, animation.seconds, figure.texts(language)[0], progress)


def screening(animation: Animation, language: Language, style: Style) -> Shown:
    """Return the function that draws the picture of an animation at a time from 0 to 1."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    paints: list[Paint] = []
    figure = lay_out(lambda page: paints.append(animation.make(page)), language, style)
    still = {child for axes in figure.axes for child in axes.get_children()}
    canvas: Any = FigureCanvasAgg(figure)
    canvas.draw()
    background = canvas.copy_from_bbox(figure.bbox)

    # Kept while nothing changes.
    @lru_cache(maxsize=1)
    def painted(value: float) -> Pixels:
        canvas.restore_region(background)
        with clean_settings(rc(style)):
            paints[0](value)
            _draw_others(figure, still)
        return np.ascontiguousarray(np.asarray(canvas.buffer_rgba(), dtype=np.uint8)[..., :3])

    return lambda time: painted(animation.value(time))


def _draw_others(figure: Figure, still: set[Any]) -> None:
    """Draw what a paint has added, in its order, and take it off again."""
    for axes in figure.axes:
        added = [child for child in axes.get_children() if child not in still]
        for artist in sorted(added, key=lambda artist: artist.get_zorder()):
            axes.draw_artist(artist)
            artist.remove()


def write_film(
    file: Path, shown: Shown, seconds: float, title: str, progress: Progress | None = None
) -> int:
    """Write a film, whole or not at all, and return the number of its pictures.

    `shown` returns the picture at a time from 0 to 1; a GIF keeps the title.
    """
    rate = check_film(file).rate
    count = round(rate * seconds)

    def pictures() -> Iterator[Pixels]:
        for number in range(count):
            yield shown(number / (count - 1))
            if progress is not None:
                progress(number + 1, count, file.name)

    with whole_file(file) as opened:
        if file.suffix.lower() == ".gif":
            opened.write(_gif(pictures(), rate, title, _palette(shown)))
        else:
            opened.write(_mp4(pictures(), rate, count))
    return count


def _palette(shown: Shown) -> Image:
    """Choose 256 colours for the whole film: others from picture to picture would flicker."""
    from PIL import Image

    some = np.concatenate([shown(time) for time in (0.0, 0.25, 0.5, 0.75, 1.0)])
    chosen = Image.fromarray(some).quantize(256, dither=Image.Dither.NONE)
    # Pillow looks for colours in steps of 4: all near the background become the background.
    colours = np.array(chosen.getpalette(), dtype=int).reshape(-1, 3)
    near = np.abs(colours - some[0, 0].astype(int)).max(axis=1, keepdims=True) <= 8
    chosen.putpalette(np.where(near, some[0, 0], colours).ravel().tolist())
    return chosen


def _gif(pictures: Iterator[Pixels], rate: int, title: str, palette: Image) -> bytes:
    from PIL import Image

    images = (
        Image.fromarray(picture).quantize(palette=palette, dither=Image.Dither.NONE)
        for picture in pictures
    )
    first, written = next(images), BytesIO()
    how: dict[str, Any] = {"duration": 1000 // rate, "loop": 0, "comment": title.encode()}
    first.save(written, "GIF", save_all=True, append_images=images, **how)
    return written.getvalue()


def _mp4(pictures: Iterator[Pixels], rate: int, count: int) -> bytes:
    from imageio_ffmpeg import count_frames_and_secs, write_frames

    first = next(pictures)
    how = {"codec": "libx264", "quality": None, "macro_block_size": 1, "ffmpeg_log_level": "quiet"}
    with TemporaryDirectory() as folder:
        film = Path(folder) / "film.mp4"
        size, options = first.shape[1::-1], _ENCODING.split()
        with closing(write_frames(film, size, fps=rate, output_params=options, **how)) as encoder:
            encoder.send(None)
            for picture in chain([first], pictures):
                try:
                    encoder.send(picture)
                except OSError as problem:
                    raise _unfinished() from problem
        try:
            complete = count_frames_and_secs(film)[0] == count
        except (OSError, RuntimeError) as problem:
            raise _unfinished() from problem
        if not complete:
            raise _unfinished()
        return film.read_bytes()


def _unfinished() -> FileProblem:
    return FileProblem(
        "FFmpeg did not finish the film; is the temporary folder full? A GIF needs no FFmpeg"
    )
