"""Films: a figure in motion as a GIF by Pillow or as an MP4 by FFmpeg, the same bytes on every run.

A film is a function that returns the picture at a time from 0 to 1. Its pictures are drawn by
several processes while it is written, and a file appears whole or not at all.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from io import BytesIO
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from uat.core.files import whole_file
from uat.errors import FileProblem, InputError, near_match
from uat.lecture.registry import find
from uat.plotting.page import clean_settings, lay_out
from uat.plotting.style import SLIDE, Style, rc
from uat.publish.workers import workers

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from PIL.Image import Image

    from uat.core.arguments import Progress
    from uat.lecture.films.film import Film, Paint
    from uat.plotting.language import Language
    from uat.plotting.style import Size, Theme

__all__ = [
    "FILMS",
    "Pixels",
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
    film: Film,
    file: Path,
    language: Language,
    theme: Theme,
    progress: Progress | None = None,
    size: Size = SLIDE,
) -> int:
    """Write a film of the lecture as a GIF or MP4, and return the number of its pictures.

    `progress` is called with (done, total, file name) after each picture.
    """
    dpi = check_film(file).dpi
    # An MP4 has an even number of pixels on each side.
    width, height = (2 * round(side * dpi / 2) / dpi for side in (size.width, size.height))
    style = Style(theme, replace(size, width=width, height=height, dpi=dpi))
    title = find(film.figure).texts(language)[0]
    shown = screening(film, language, style)
    return write_film(
        file,
        shown,
        film.seconds,
        title,
        progress,
        partial(_drawn_by_workers, film, language, style),
    )


def screening(film: Film, language: Language, style: Style) -> Shown:
    """Return the function that draws the picture of a film at a time from 0 to 1."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    paints: list[Paint] = []
    figure = lay_out(lambda page: paints.append(film.make(page)), language, style)
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
        drawn = np.asarray(canvas.buffer_rgba(), dtype=np.uint8)
        # Colour by colour: three times as fast as a copy of drawn[..., :3].
        return np.stack([drawn[..., colour] for colour in range(3)], axis=-1)

    return lambda time: painted(film.value(time))


def _draw_others(figure: Figure, still: set[Any]) -> None:
    """Draw what a paint has added, in its order, and take it off again."""
    for axes in figure.axes:
        added = [child for child in axes.get_children() if child not in still]
        for artist in sorted(added, key=lambda artist: artist.get_zorder()):
            axes.draw_artist(artist)
            artist.remove()


def _drawn_by_workers(
    film: Film, language: Language, style: Style, times: Sequence[float]
) -> Iterator[Pixels]:
    """Yield the pictures of a film in their order, drawn by as many processes as there are cores."""
    cores = min(len(os.sched_getaffinity(0)) if _LINUX else os.cpu_count() or 1, _MOST_WORKERS)
    if min(cores, len(times) / _TOGETHER) <= 1:
        yield from map(screening(film, language, style), times)
        return
    told = _Told(film, language, style)
    waiting: deque[Future[Path]] = deque()
    with workers(cores) as (submit, folder):
        for start in range(0, len(times), _TOGETHER):
            some = tuple(times[start : start + _TOGETHER])
            waiting.append(submit(_draw_into, folder / f"{start}.npy", told, some))
            # What is drawn ahead takes room on the disk.
            if len(waiting) > 2 * cores:
                yield from _fetched(waiting.popleft())
        while waiting:
            yield from _fetched(waiting.popleft())


_TOGETHER = 6
"""Pictures that a worker draws at a time: more of them are handed over less often, take more room."""
_MOST_WORKERS = 8
_LINUX = hasattr(os, "sched_getaffinity")


@dataclass(frozen=True)
class _Told:
    """What a worker is told to draw; it draws one film only, so that this need not be compared."""

    film: Film = field(compare=False)
    language: Language
    style: Style


def _draw_into(file: Path, told: _Told, times: tuple[float, ...]) -> Path:
    """Draw some pictures of a film into a file, and return it."""
    shown = _screening_of(told)
    np.save(file, np.stack([shown(time) for time in times]))
    return file


@lru_cache(maxsize=1)
def _screening_of(told: _Told) -> Shown:
    return screening(told.film, told.language, told.style)


def _fetched(future: Future[Path]) -> Iterator[Pixels]:
    """Yield the pictures that a worker has drawn, and take away their file."""
    try:
        pictures = np.load(future.result())
        future.result().unlink()
    except OSError as problem:
        raise FileProblem(
            f"a picture cannot be kept in the temporary folder: {problem.strerror or problem}"
        ) from problem
    yield from pictures


def write_film(
    file: Path,
    shown: Shown,
    seconds: float,
    title: str,
    progress: Progress | None = None,
    drawn: Callable[[Sequence[float]], Iterator[Pixels]] | None = None,
) -> int:
    """Write a film, whole or not at all, and return the number of its pictures.

    `shown` returns the picture at a time from 0 to 1, and `drawn`, where it is given, yields those
    at many times faster than one after the other; a GIF keeps the title.
    """
    rate = check_film(file).rate
    count = round(rate * seconds)
    times = [number / (count - 1) for number in range(count)]

    def pictures() -> Generator[Pixels, None, None]:
        for number, picture in enumerate(map(shown, times) if drawn is None else drawn(times), 1):
            yield picture
            if progress is not None:
                progress(number, count, file.name)

    with whole_file(file) as opened, closing(pictures()) as shown_in_order:
        if file.suffix.lower() == ".gif":
            opened.write(_gif(shown_in_order, rate, title, _palette(shown)))
        else:
            opened.write(_mp4(shown_in_order, rate, count))
    return count


def _palette(shown: Shown) -> Image:
    """Choose 256 colours for the whole film: others from picture to picture would flicker."""
    from PIL import Image

    some = np.concatenate([shown(time) for time in np.linspace(0, 1, 17)])
    chosen = Image.fromarray(some).quantize(256, dither=Image.Dither.NONE)
    # Pillow looks for colours in steps of 4: all near the background become the background.
    colours = np.array(chosen.getpalette(), dtype=int).reshape(-1, 3)
    near = np.abs(colours - some[0, 0].astype(int)).max(axis=1, keepdims=True) <= 8
    chosen.putpalette(np.where(near, some[0, 0], colours).ravel().tolist())
    return chosen


_NEAR = 4
"""Change of a colour, of 255, that a GIF leaves out: more makes smooth maps smaller, and blotched."""


def _held(pictures: Iterator[Pixels]) -> Iterator[Image]:
    """Let a pixel keep its colour while its own is near: what does not change takes no room."""
    from PIL import Image, ImageChops

    images = map(Image.fromarray, pictures)
    held = next(images).copy()
    yield held
    for image in images:
        red, green, blue = ImageChops.difference(image, held).split()
        change = ImageChops.lighter(ImageChops.lighter(red, green), blue)
        held.paste(image, mask=change.point([0] * (_NEAR + 1) + [255] * (255 - _NEAR)))
        yield held


def _gif(pictures: Iterator[Pixels], rate: int, title: str, palette: Image) -> bytes:
    from PIL import Image

    images = (
        picture.quantize(palette=palette, dither=Image.Dither.NONE) for picture in _held(pictures)
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
