"""Data in text files: one point a line, its coordinates first and its values last.

Columns are separated by commas, semicolons or tabs; a first line without numbers names them.
"""

import csv
import math
from pathlib import Path
from typing import Final

import numpy as np

from uat.errors import FileProblem, InputError, counted
from uat.expression.arrays import Array

__all__ = ["SUFFIXES", "column_names", "read_table"]

SUFFIXES: Final = (".csv", ".tsv", ".txt")


def read_table(path: Path, outputs: int = 1) -> tuple[Array, Array]:
    """Read points (k, d) and values (k, outputs) from a text file.

    An entry that is not a finite number, and a line with more or fewer columns than the first, is
    an error that names the line.
    """
    rows = _rows(path)
    if _has_names(rows):
        rows = rows[1:]
    if not rows:
        raise InputError(f"{path} has no line of numbers; one a point is needed")
    first, columns = rows[0][0], len(rows[0][1])
    if not 0 < outputs < columns:
        raise InputError(
            f"{path} has {counted(columns, 'column')} separated by commas, semicolons or tabs, of which "
            f"{outputs} should be values; at least one of values and one of coordinates are needed"
        )
    for line, words in rows:
        if len(words) != columns:
            raise InputError(
                f"{path}, line {line}: {counted(len(words), 'column')}; line {first} has {columns}"
            )
    table = np.array([_numbers(path, line, words) for line, words in rows])
    return table[:, :-outputs], table[:, -outputs:]


def column_names(path: Path) -> list[str]:
    """Read the names of the columns from the first line; none if it has numbers."""
    rows = _rows(path)
    return [word.strip() for word in rows[0][1]] if _has_names(rows) else []


def _has_names(rows: list[tuple[int, list[str]]]) -> bool:
    return bool(rows) and not any(map(_is_number, rows[0][1]))


def _rows(path: Path) -> list[tuple[int, list[str]]]:
    """Split each line that is not empty into words, and number it."""
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as problem:
        reason = getattr(problem, "strerror", None) or "it is no text in utf-8"
        raise FileProblem(f"cannot read {path}: {reason.lower()}") from problem
    separator = max(",;\t", key=next(filter(str.strip, lines), "").count)
    numbered = enumerate(csv.reader(lines, delimiter=separator), 1)
    try:
        return [(line, words) for line, words in numbered if any(word.strip() for word in words)]
    except csv.Error as problem:
        raise FileProblem(f"cannot read {path}: {problem}") from problem


def _is_number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return "_" not in word


def _numbers(path: Path, line: int, words: list[str]) -> list[float]:
    for column, word in enumerate(words, 1):
        if not _is_number(word) or not math.isfinite(float(word)):
            raise InputError(
                f"{path}, line {line}, column {column}: {word.strip()!r:.40}; a finite number is "
                "needed"
            )
    return [float(word) for word in words]
