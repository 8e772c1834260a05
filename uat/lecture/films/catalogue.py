"""All films, in the order of the lecture; a film has the id of its figure."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from uat.errors import InputError, near_match
from uat.lecture.films.creases import LEARNT_CREASES
from uat.lecture.films.folding import PAPER_FOLDING
from uat.lecture.films.lens import ZOOMING_LENS
from uat.lecture.films.mountain import GROWING_MOUNTAIN
from uat.lecture.films.plateau import STUCK_DESCENT
from uat.lecture.films.rectangles import SHRINKING_EPS
from uat.lecture.films.slope import GROWING_SLOPE
from uat.lecture.films.units import MOVING_UNITS
from uat.lecture.registry import all_figures

if TYPE_CHECKING:
    from uat.lecture.films.film import Film

__all__ = ["all_films", "find_film"]

_FILMS = (
    GROWING_SLOPE,
    SHRINKING_EPS,
    ZOOMING_LENS,
    GROWING_MOUNTAIN,
    STUCK_DESCENT,
    MOVING_UNITS,
    LEARNT_CREASES,
    PAPER_FOLDING,
)


@cache
def all_films() -> tuple[Film, ...]:
    """Return all films in the order of their figures."""
    places = [figure.id for figure in all_figures()]
    return tuple(sorted(_FILMS, key=lambda film: places.index(film.figure)))


def find_film(name: str) -> Film:
    """Return the film called `name`; an unknown one is refused with the near match."""
    known = {film.figure: film for film in all_films()}
    if name not in known:
        hint = near_match(name, known) or "; `uat animate` names them all"
        raise InputError(f"no film is called {name!r}{hint}")
    return known[name]
