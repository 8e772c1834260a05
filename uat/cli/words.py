"""The words of a command line as click takes them: one word a box, an option for each file."""

import re
from collections.abc import Sequence
from typing import Final

from uat.cli.domain import is_numbers, split_box

__all__ = ["click_words"]

_BOXES: Final = ("--domain", "--box")

# The options that no value follows.
_FLAGS: Final = {
    "--json",
    "--normalised",
    "--prove",
    "--no-prove",
    "--list",
    "--recompute",
    "--version",
}

# The command line has no options of one letter but -h, so that this is a formula or a number.
_MINUS: Final = re.compile(r"-(?!h$)[^-]")


def click_words(arguments: Sequence[str]) -> list[str]:
    """Join the numbers after --domain or --box, and put a space before a formula with a minus.

    Each file after --through gets an option of its own.

    >>> click_words(["approximate", "-x", "--domain", "-1", "1", "--json"])
    ['approximate', ' -x', '--domain', '-1 1', '--json']
    >>> click_words(["approximate", "--json", "-x"])
    ['approximate', '--json', ' -x']
    >>> click_words(["regions", "count", "--through", "a.npy", "b.npy", "net.npz"])
    ['regions', 'count', '--through', 'a.npy', '--through', 'b.npy', 'net.npz']
    """
    words: list[str] = []
    rest = list(arguments)
    while rest and rest[0] != "--":
        word = rest.pop(0)
        option, equals, given = word.partition("=")
        if option == "--through" and rest:
            files = [given] if equals else [rest.pop(0)]
            while rest and rest[0].lower().endswith(".npy"):
                files.append(rest.pop(0))
            words += [part for file in files for part in (option, file)]
            continue
        if option in _BOXES and equals:
            words.append(option + equals + _box(given, rest))
        elif option in _BOXES and rest:
            words += [option, _box(rest.pop(0), rest)]
        elif _MINUS.match(word) and words and not _awaits_value(words[-1]):
            words.append(f" {word}")
        else:
            words.append(word)
    return words + rest


def _awaits_value(word: str) -> bool:
    return word.startswith("--") and word not in _FLAGS


def _box(first: str, rest: list[str]) -> str:
    """Take from the rest the words of a box: its numbers, and what stands where an end is missing.

    >>> [_box("0", ["one", "--json"]), _box("0", ["--json"]), _box("0 1", ["2 3", "x"])]
    ['0 one', '0', '0 1 2 3']
    """
    box = [first]
    length = 0 if first.startswith("--") else len(split_box(first))
    while length in (1, 2) and rest and not rest[0].startswith("--"):
        ends_missing = length == 1 and len(box) % 2 == 1
        alike = is_numbers(rest[0]) and len(split_box(rest[0])) == length
        if not (ends_missing or alike):
            break
        box.append(rest.pop(0))
    return " ".join(box)
