"""A film shows its pictures at its rate, is the same on every run, and is whole or not there."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import imageio_ffmpeg
import numpy as np
import pytest
from PIL import Image, ImageSequence

from uat.errors import FileProblem, InputError
from uat.publish.film import FILMS, Pixels, check_film, write_film

ROWS, COLUMNS = 54, 96
BACKGROUND = (255, 255, 255)

every_ending = pytest.mark.parametrize("ending", FILMS)


def bar(time: float) -> Pixels:
    """Show a blue bar that grows from left to right on white."""
    picture = np.full((ROWS, COLUMNS, 3), 255, dtype=np.uint8)
    picture[20:40, : round(COLUMNS * time)] = (0, 114, 178)
    # Nearly white: no stand-in for the background.
    picture[:4, 50:] = (252, 252, 253)
    return picture


def pictures_of(film: Path) -> list[Pixels]:
    if film.suffix == ".gif":
        with Image.open(film) as opened:
            return [np.array(page.convert("RGB")) for page in ImageSequence.Iterator(opened)]
    read = f"-v error -i {film} -f rawvideo -pix_fmt rgb24 -"
    command = [imageio_ffmpeg.get_ffmpeg_exe(), *read.split()]
    raw = subprocess.run(command, check=True, capture_output=True).stdout
    return list(np.frombuffer(raw, np.uint8).reshape(-1, ROWS, COLUMNS, 3))


@pytest.mark.parametrize(("name", "rate"), [("a.gif", 20), ("A.GIF", 20), ("b.mp4", 30)])
def test_the_ending_of_its_name_tells_the_kind(name: str, rate: int) -> None:
    assert check_film(Path(name)).rate == rate


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("a.gfi", r"'a.gfi' asked for; did you mean '.gif'\?; end it in .gif or .mp4"),
        ("a.mov", "'a.mov' asked for; end it in .gif or .mp4"),
        ("film", "'film' asked for; end it in"),
    ],
)
def test_another_ending_is_refused(name: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        check_film(Path(name))


@every_ending
def test_it_shows_what_it_is_given(ending: str, tmp_path: Path) -> None:
    file = tmp_path / f"bar{ending}"
    heard: list[tuple[int, int, str]] = []
    count = write_film(file, bar, 1.0, "a bar", lambda *told: heard.append(told))
    assert count == FILMS[ending].rate
    assert heard == [(number, count, file.name) for number in range(1, count + 1)]
    shown = pictures_of(file)
    assert len(shown) == count
    for number, picture in enumerate(shown):
        wanted = bar(number / (count - 1)).astype(int)
        # An MP4 halves the resolution of colours, which moves edges.
        assert np.abs(wanted - picture).mean() < 4
    assert np.abs(shown[0][50].astype(int) - BACKGROUND).max() <= (0 if ending == ".gif" else 2)
    assert np.abs(shown[-1][30, 40].astype(int) - (0, 114, 178)).max() <= 8


@every_ending
def test_every_run_writes_the_same_bytes(ending: str, tmp_path: Path) -> None:
    files = [tmp_path / f"{name}{ending}" for name in "ab"]
    for file in files:
        write_film(file, bar, 0.5, "a bar")
    assert files[0].read_bytes() == files[1].read_bytes()
    assert not any(mark in files[0].read_bytes() for mark in (b"Lavf6", b"Lavf5", b"2026"))


def test_a_still_picture_takes_no_room(tmp_path: Path) -> None:
    still, moving = tmp_path / "still.gif", tmp_path / "moving.gif"
    write_film(still, lambda _: bar(0.5), 1.0, "still")
    write_film(moving, bar, 1.0, "moving")
    assert still.stat().st_size < moving.stat().st_size / 2
    with Image.open(still) as opened:
        assert opened.info["duration"] == 1000


def fading(time: float) -> Pixels:
    """Show a grey on white that grows darker in four steps of 4."""
    picture = np.full((ROWS, COLUMNS, 3), 255, dtype=np.uint8)
    picture[20:40] = 200 - 4 * int(4 * time)
    return picture


def test_a_gif_keeps_a_colour_while_it_is_near_and_no_longer(tmp_path: Path) -> None:
    file = tmp_path / "fading.gif"
    write_film(file, fading, 1.0, "grey")
    assert [int(picture[30, 40, 0]) for picture in pictures_of(file)] == [200, 192, 184]


def broken(time: float) -> Pixels:
    if time > 0.4:
        raise KeyboardInterrupt
    return bar(time)


def too_late(time: float) -> Pixels:
    if time > 0.9 and time < 1.0:
        raise ValueError("no picture")
    return bar(time)


@every_ending
@pytest.mark.parametrize("shown", [broken, too_late])
def test_a_film_that_is_not_finished_is_not_there(
    ending: str, shown: Callable[[float], Pixels], tmp_path: Path
) -> None:
    file = tmp_path / f"bar{ending}"
    file.write_bytes(b"the old one")
    with pytest.raises((KeyboardInterrupt, ValueError)):
        write_film(file, shown, 1.0, "a bar")
    assert file.read_bytes() == b"the old one"
    assert list(tmp_path.iterdir()) == [file]


@every_ending
def test_a_place_that_cannot_be_written_is_refused_before_anything_is_drawn(
    ending: str, tmp_path: Path
) -> None:
    def never(_: float) -> Pixels:
        raise AssertionError

    with pytest.raises(FileProblem, match="cannot be written"):
        write_film(tmp_path / "missing" / f"bar{ending}", never, 1.0, "a bar")


def test_an_mp4_without_the_extra_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", None)
    assert check_film(Path("a.gif")) == FILMS[".gif"]
    with pytest.raises(InputError, match="pip install imageio-ffmpeg; a GIF does not"):
        check_film(Path("a.mp4"))


# imageio-ffmpeg leaves its end of the pipe open when the other end is gone.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.skipif(sys.platform == "win32", reason="there is no /bin/false")
def test_an_encoder_that_ends_early_is_told_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("imageio_ffmpeg._io.get_ffmpeg_exe", lambda: "/bin/false")
    with pytest.raises(FileProblem, match="FFmpeg did not finish the film"):
        write_film(tmp_path / "bar.mp4", bar, 1.0, "a bar")
    assert list(tmp_path.iterdir()) == []
