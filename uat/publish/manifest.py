"""The memory of a folder of figures: one small file that keeps how each of them was made.

A file is up to date if it is as it was written, and if the code, the fonts, the data, the versions
and the style that it was drawn from are those of today.
"""

from __future__ import annotations

import json
import os
import sys
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

from uat.core.files import whole_file
from uat.errors import FileProblem

__all__ = ["MANIFEST", "Manifest", "prepare"]

MANIFEST = ".uat-figures.json"

# A change of any of these may change a picture or a number in it.
_PARTS = ("matplotlib", "numpy", "pillow", "python-flint", "scipy")


@cache
def sources() -> str:
    """Return a digest of all that figures are made from: package, fonts, data, versions."""
    digest = sha256(sys.version.encode())
    for part in _PARTS:
        digest.update(f"{part} {version(part)}\n".encode())
    root = Path(str(files("uat")))
    for path in sorted(root.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(path.relative_to(root).as_posix().encode())
            digest.update(sha256(path.read_bytes()).digest())
    return digest.hexdigest()


class Manifest:
    """For each file of a folder, a digest of what it was made from and one of its bytes."""

    def __init__(self, folder: Path, look: str, known: dict[str, list[str]]) -> None:
        self._folder = folder
        self._origin = sha256(f"{sources()} {look}".encode()).hexdigest()
        self._known = known

    @classmethod
    def read(cls, folder: Path, look: str) -> Manifest:
        """Read the manifest of a folder, for figures of one look: style and size, written out.

        A missing or damaged manifest counts as an empty one.
        """
        try:
            known = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            known = {}
        return cls(folder, look, known if isinstance(known, dict) else {})

    def is_current(self, file: str) -> bool:
        """Return True if `file` is as it was written, and would be drawn the same again."""
        entry = self._known.get(file)
        if not isinstance(entry, list) or entry[:1] != [self._origin]:
            return False
        try:
            content = (self._folder / file).read_bytes()
        except OSError:
            return False
        return entry[1:] == [sha256(content).hexdigest()]

    def record(self, file: str, content: bytes) -> None:
        """Remember that `file` now has this content."""
        self._known[file] = [self._origin, sha256(content).hexdigest()]

    def write(self) -> None:
        """Write the manifest into its folder."""
        text = json.dumps(self._known, indent=1, sort_keys=True)
        with whole_file(self._folder / MANIFEST) as file:
            file.write(text.encode() + b"\n")


def prepare(folder: Path, below: tuple[str, ...]) -> None:
    """Make a folder with the folders `below` it, and check that they can be written."""
    try:
        for name in below:
            (folder / name).mkdir(parents=True, exist_ok=True)
            probe = folder / name / f".{os.getpid()}.part"
            probe.touch()
            probe.unlink()
    except OSError as problem:
        raise FileProblem(
            f"cannot write into {folder}: {_reason(problem)}; name another folder"
        ) from problem


def _reason(problem: OSError) -> str:
    return (problem.strerror or str(problem)).lower()
