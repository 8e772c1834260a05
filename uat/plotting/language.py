"""Two languages side by side: a text is a pair (Japanese, English), and a reader picks one."""

from dataclasses import dataclass
from typing import Literal, NamedTuple, get_args

from uat.errors import InputError, near_match

__all__ = ["LANGUAGES", "Language", "Pair", "Say", "check_language"]

Language = Literal["ja", "en"]

LANGUAGES: tuple[Language, ...] = get_args(Language)


class Pair(NamedTuple):
    """A text in both languages."""

    ja: str
    en: str


def check_language(given: str) -> Language:
    """Return `given` back when it is a language of the lecture."""
    if given not in LANGUAGES:
        known = " or ".join(repr(language) for language in LANGUAGES)
        raise InputError(
            f"language {given!r} is not known{near_match(given, LANGUAGES)}; give {known}"
        )
    return given


@dataclass(frozen=True)
class Say:
    """A reader of one language: a call returns the text in it."""

    language: Language

    def __call__(self, ja: str, en: str) -> str:
        """Return the one of two texts that is in this language."""
        return en if self.language == "en" else ja
