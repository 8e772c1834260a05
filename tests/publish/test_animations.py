"""The films show the proof without a jump, and what is written in them is true."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from matplotlib.colors import to_hex
from PIL import Image, ImageSequence

import uat
from uat.errors import InputError
from uat.lecture.drawing.training_run import LAST
from uat.lecture.films.catalogue import all_films, find_film
from uat.lecture.films.film import Film, eased
from uat.lecture.networks import staircase_within
from uat.plotting.language import LANGUAGES, Language
from uat.plotting.style import DARK, LIGHT, SLIDE, Size, Style, Theme
from uat.publish.film import FILMS, Pixels, screening, write_animation, write_film
from uat.publish.stills import three_stills

ANIMATIONS: dict[str, Film] = {film.figure: film for film in all_films()}
every_film = pytest.mark.parametrize("name", ANIMATIONS)
SMALL = replace(SLIDE, dpi=36)
TIMES = np.linspace(0.0, 1.0, 301)


def values(name: str) -> list[float]:
    return [ANIMATIONS[name].value(time) for time in TIMES]


@cache
def screened(name: str, language: Language, theme: Theme = LIGHT) -> Callable[[float], Pixels]:
    """Lay out a film once for all tests that look at it."""
    return screening(ANIMATIONS[name], language, Style(theme, SMALL))


def test_a_gif_of_a_slide_is_960_pixels_wide_and_an_mp4_twice_as_wide() -> None:
    assert FILMS[".gif"].dpi * SLIDE.width == 960
    assert FILMS[".mp4"].dpi * SLIDE.width == 1920


@every_film
def test_a_film_takes_about_ten_seconds(name: str) -> None:
    assert 8 <= ANIMATIONS[name].seconds <= 12


def test_the_slope_grows_to_that_of_the_figure() -> None:
    slopes = values("step-steepness")
    assert (slopes[0], slopes[-1]) == (1.0, 1e100)
    assert slopes == sorted(slopes)


def test_eps_shrinks_through_those_of_the_figure() -> None:
    eps = values("rectangle-sum")
    assert eps == sorted(eps, reverse=True)
    for shown in (3.0, 1.0, 0.3):
        # Long enough to be read.
        assert eps.count(shown) * ANIMATIONS["rectangle-sum"].seconds / len(TIMES) > 0.6


def test_a_training_runs_from_its_start_to_its_end() -> None:
    iterations = values("training-watch")
    assert (iterations[0], iterations[-1]) == (0, LAST)
    assert iterations == sorted(iterations)


def test_nothing_changes_faster_than_the_eye_follows() -> None:
    steps = [b / a for a, b in pairwise(values("step-steepness")) if b < 1e3]
    assert max(steps) < 1.15
    assert max(a / b for a, b in pairwise(values("rectangle-sum"))) < 1.03


@every_film
def test_no_picture_is_far_from_the_one_before(name: str) -> None:
    frame = 1 / (FILMS[".mp4"].rate * ANIMATIONS[name].seconds)
    shown = screened(name, "en")
    for time in np.arange(0.0, 1.0, 80 * frame):
        pictures = [shown(time + later * frame).astype(int) for later in range(4)]
        changes = [np.abs(after - before).mean() for before, after in pairwise(pictures)]
        assert max(changes) < 7
        if name == "rectangle-sum":
            within = [ANIMATIONS[name].value(time + later * frame) for later in (1, 2)]
            before, after = (staircase_within(uat.examples.slides, e, "rectangles") for e in within)
            if before.units != after.units:
                continue  # one more rectangle moves the others, all at once
        assert changes[1] < 1.5 * max(changes[0], changes[2]) + 0.8, time


@every_film
def test_a_picture_depends_on_its_time_only(name: str) -> None:
    shown = screened(name, "ja")
    first = {time: shown(time).copy() for time in (0.0, 0.5, 1.0)}
    for time in (1.0, 0.0, 0.5):
        assert np.array_equal(shown(time), first[time])
    assert not np.array_equal(first[0.0], first[1.0])


@every_film
def test_every_language_and_theme_has_its_own_pictures(name: str) -> None:
    seen = []
    one, other = LANGUAGES
    for language, theme in ((one, LIGHT), (other, LIGHT), (one, DARK)):
        seen.append(screened(name, language, theme)(0.5).copy())
        assert to_hex(seen[-1][0, -1] / 255) == theme.background.lower()
    assert len({picture.tobytes() for picture in seen}) == 3


def test_several_processes_draw_the_film_that_one_draws(tmp_path: Path) -> None:
    # More pictures than a worker draws at a time.
    short = replace(find_film("step-steepness"), seconds=0.4)
    files = tmp_path / "several.gif", tmp_path / "one.gif"
    small = replace(Size.of(6, 3), dpi=72)
    assert write_animation(short, files[0], "ja", DARK, size=small) == 8
    shown = screening(short, "ja", Style(DARK, small))
    write_film(files[1], shown, short.seconds, "Making the step steeper")
    several, one = (np.stack([np.asarray(p) for p in pages_of(file)]) for file in files)
    assert several.shape[1:] == (216, 432, 3)
    assert np.array_equal(several, one)
    assert to_hex(several[0, 5, 425] / 255) == DARK.background.lower()


@pytest.mark.parametrize("f", ["exp(-x)", "1 - x", "3 + 0*x", "1e-5*sin(9*x)", "200*cos(x)"])
def test_a_film_of_another_f_ends_at_its_eps(f: str) -> None:
    of = ANIMATIONS["rectangle-sum"].of
    assert of is not None
    film = of(uat.Target(f, (0, 2)), None)
    eps = [film.value(time) for time in TIMES]
    assert eps == sorted(eps, reverse=True)
    shown = screening(film, "en", Style(LIGHT, SMALL))
    assert not np.array_equal(shown(0.0), shown(1.0)) or eps[0] == eps[-1]
    assert of(uat.Target(f, (0, 2)), 1.5 * eps[-1]).value(1.0) == pytest.approx(1.5 * eps[-1])


def test_a_figure_that_does_not_move_is_told() -> None:
    with pytest.raises(InputError, match="no film is called 'universal'"):
        find_film("universal")


def pages_of(file: Path) -> list[Image.Image]:
    with Image.open(file) as opened:
        return [page.convert("RGB") for page in ImageSequence.Iterator(opened)]


def test_three_moments_stand_beside_each_other() -> None:
    film = find_film("step-steepness")
    whole = three_stills(film, "en", Style(LIGHT, SMALL))
    shown = screened(film.figure, "en")
    width = shown(0.0).shape[1]
    assert list(film.stills) == sorted(film.stills)
    assert np.array_equal(whole[:, :width], shown(film.stills[0]))
    assert np.array_equal(whole[:, -width:], shown(film.stills[-1]))


def test_it_rests_at_every_stop_and_passes_none() -> None:
    stops = ((0.0, 1.0), (0.5, 3.0), (0.75, 3.0), (1.0, 0.0))
    path = np.array([eased(time, stops) for time in np.linspace(-1, 2, 3001)])
    assert path[0] == 1.0
    assert path[-1] == 0.0
    assert path.max() == 3.0
    assert path.min() == 0.0
    assert eased(0.5, stops) == eased(0.6, stops) == 3.0
    # Its speed is 0 at each stop and grows without a jerk.
    speed = np.abs(np.diff(path))
    assert speed.max() < 0.025
    assert np.abs(np.diff(speed)).max() < 3e-4
