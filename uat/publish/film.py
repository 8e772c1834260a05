"""Pictures in time as a file: GIF by Pillow, MP4 by FFmpeg, the same bytes on every run.

A film is a function that gives the picture at a time from 0 to 1. It is drawn while it is
written, and a file appears whole or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import chain
from pathlib import Path
from subprocess import PIPE, Popen
from tempfile import TemporaryDirectory
from typing import IO, TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from uat.core.files import whole_file
from uat.errors import FileProblem, InputError, near_match

if TYPE_CHECKING:
    from PIL.Image import Image

    from uat.core.arguments import Progress

__all__ = ["FILMS", "Format", "Pixels", "check_film", "write_film"]

Pixels = NDArray[np.uint8]
"""A picture, (rows, columns, 3)."""

Shown = Callable[[float], Pixels]


@dataclass(frozen=True)
class Format:
    """A kind of film: how fine its pictures are, and how many a second it shows."""

    dpi: int
    rate: int


# A slide is 40/3 by 15/2 inches: 960 by 540 pixels, and 1920 by 1080.
FILMS = {".gif": Format(dpi=72, rate=20), ".mp4": Format(dpi=144, rate=30)}

# Repeatable: one thread, no date and no version. With the colours of a high-definition screen.
_ENCODING = (
    "-c:v libx264 -pix_fmt yuv420p -preset veryfast -crf 16 -tune animation -threads 1 "
    "-fflags +bitexact -flags:v +bitexact -map_metadata -1 -movflags +faststart -vf scale=out_color_matrix=bt709:out_range=tv "
    "-colorspace bt709 -color_primaries bt709 -color_trc bt709"
)


def check_film(file: Path) -> Format:
    """Return the format of a film's file by its ending.

    Raises
    ------
    InputError
        For another ending, with the near match, and for an MP4 without the extra `animation`.

    Examples
    --------
    >>> check_film(Path("steps.gif")).rate
    20
    """
    ending = file.suffix.lower()
    if ending not in FILMS:
        known = " or ".join(FILMS)
        raise InputError(
            f"a film called {file.name!r} asked for{near_match(ending, FILMS)}; end it in {known}"
        )
    if ending == ".mp4":
        _encoder()
    return FILMS[ending]


def write_film(
    file: Path, shown: Shown, seconds: float, title: str, progress: Progress | None = None
) -> int:
    """Write a film, whole or not at all, and give the number of its pictures.

    Parameters
    ----------
    file : Path
        Ends in ``.gif`` or ``.mp4``.
    shown : callable
        The picture at a time from 0 to 1.
    seconds : float
    title : str
        Kept in a GIF.
    progress : callable, optional
        Told ``(done, total, file name)`` after each picture.

    Raises
    ------
    FileProblem
        When the file cannot be written.
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
            _write_gif(opened, pictures(), rate, _palette(shown), title)
        else:
            opened.write(_mp4(pictures(), rate))
    return count


def _palette(shown: Shown) -> Image:
    """Choose 256 colours for the whole film: others from picture to picture would flicker."""
    from PIL import Image

    some = np.concatenate([shown(time) for time in (0.0, 0.25, 0.5, 0.75, 1.0)])
    chosen = Image.fromarray(some).quantize(256, dither=Image.Dither.NONE)
    # The background is to be itself, not a mean of what is nearly as light. Pillow looks for the
    # nearest colour in steps of 4, so that a neighbour could stand in for it.
    colours = np.array(chosen.getpalette(), dtype=int).reshape(-1, 3)
    background = some[0, 0].astype(int)
    near = np.abs(colours - background).max(axis=1) <= 8
    chosen.putpalette(np.where(near[:, None], background, colours).ravel().tolist())
    return chosen


def _write_gif(
    opened: IO[bytes], pictures: Iterator[Pixels], rate: int, palette: Image, title: str
) -> None:
    from PIL import Image

    def reduced() -> Iterator[Image.Image]:
        for picture in pictures:
            yield Image.fromarray(picture).quantize(palette=palette, dither=Image.Dither.NONE)

    rest = reduced()
    first = next(rest)
    # In memory first: Pillow takes a file that it can seek in.
    written = BytesIO()
    how: dict[str, Any] = {"duration": 1000 // rate, "loop": 0, "comment": title.encode()}
    first.save(written, "GIF", save_all=True, append_images=rest, **how)
    opened.write(written.getvalue())


def _mp4(pictures: Iterator[Pixels], rate: int) -> bytes:
    first = next(pictures)
    rows, columns, _ = first.shape
    raw = f"-v error -f rawvideo -pix_fmt rgb24 -s {columns}x{rows} -r {rate} -i -"
    with TemporaryDirectory() as folder:
        film, said = Path(folder) / "film.mp4", Path(folder) / "said"
        command = [_encoder(), *raw.split(), *_ENCODING.split(), str(film)]
        # The program is that of imageio-ffmpeg, and no word of its command comes from outside.
        with said.open("wb") as heard, Popen(command, stdin=PIPE, stderr=heard) as process:  # noqa: S603
            assert process.stdin is not None
            try:
                for picture in chain([first], pictures):
                    process.stdin.write(picture.tobytes())
                process.stdin.close()
                finished = process.wait() == 0
            except BrokenPipeError:
                finished = False
            finally:
                process.kill()
        if not finished:
            reason = said.read_text(errors="replace").strip().partition("\n")[0]
            raise FileProblem(f"FFmpeg did not finish the film: {reason or 'it says nothing'}")
        return film.read_bytes()


def _encoder() -> str:
    """Return the place of FFmpeg."""
    try:
        from imageio_ffmpeg import get_ffmpeg_exe

        return str(get_ffmpeg_exe())
    except (ImportError, RuntimeError) as problem:
        raise InputError(
            "an MP4 needs the extra 'animation': pip install 'uat[animation]'; a GIF does not"
        ) from problem
