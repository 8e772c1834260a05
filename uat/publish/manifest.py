"""What a folder of figures was drawn from, remembered in one small file beside them."""

from __future__ import annotations

import json
import os
import sys
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from uat.core.files import whole_file
from uat.errors import FileProblem

if TYPE_CHECKING:
    from uat.plotting.style import Style

__all__ = ["MANIFEST", "Manifest", "prepare", "sources"]

MANIFEST = ".uat-figures.json"

# A change of any of these may change a picture or a number in it.
_PARTS = ("matplotlib", "numpy", "pillow", "python-flint", "scipy")


@cache
def sources() -> str:
    """Return the digest of all that a figure is made from: package, fonts, data, versions."""
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
    """For each file of a folder: what it was drawn from and how, and the digest of its bytes."""

    def __init__(self, folder: Path, style: Style, known: dict[str, list[str]]) -> None:
        self._folder = folder
        self._origin = sha256(f"{sources()} {style}".encode()).hexdigest()
        self._known = known

    @classmethod
    def read(cls, folder: Path, style: Style) -> Manifest:
        """Read the manifest of a folder, for figures of one style.

        A missing or damaged one knows nothing.
        """
        try:
            known = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            known = {}
        return cls(folder, style, known if isinstance(known, dict) else {})

    def is_current(self, file: str) -> bool:
        """Whether `file` is there, as it was written, and would be drawn the same again."""
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
    """Make a folder with the folders `below` it, and try that it can be written.

    Raises
    ------
    FileProblem
        When it cannot.
    """
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
