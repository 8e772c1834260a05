"""A file that a count in tiles is written to as it goes, so that it can be stopped and resumed.

It has a line for each tile that is done, after one that names the network and the box: a checksum and
an object in JSON. A line is written when the tile is counted; what was not written to its end is counted
again.
"""

import json
import os
from base64 import b64decode, b64encode
from dataclasses import asdict
from hashlib import sha256
from typing import Any, Final
from zlib import compress, crc32, decompress
from zlib import error as ZlibError

import numpy as np
from numpy.typing import NDArray

from uat.core.files import read_path
from uat.core.network import Network
from uat.errors import FileProblem, InputError
from uat.expression.arrays import Array
from uat.regions.tile import Overfull, TileCount

__all__ = ["Journal"]

_FORMAT: Final = "uat count in tiles, 4"


class Journal:
    """The answers of tiles, by their paths, in memory and in a file."""

    def __init__(self, path: str | os.PathLike[str], network: Network, box: Array) -> None:
        self._path = read_path(path)
        self._first = {"format": _FORMAT, "network": _digest(network), "box": box.tolist()}
        self.known: dict[str, TileCount | Overfull] = {}
        try:
            content = self._path.read_bytes() if self._path.exists() else b""
            whole = content[: content.rfind(b"\n") + 1]
            if not whole and _written(self._first).startswith(content):
                self._path.write_bytes(_written(self._first))
            else:
                self._read(whole)
                os.truncate(self._path, len(whole))
        except FileProblem:
            raise
        except OSError as problem:
            raise FileProblem(
                f"{self._path} cannot be used: {problem.strerror or problem}"
            ) from None

    def write(self, tile: str, answer: TileCount | Overfull) -> None:
        """Add the answer of a tile."""
        if isinstance(answer, TileCount):
            line: dict[str, Any] = {
                "tile": tile,
                "regions": answer.regions,
                "linear": answer.linear,
                "shape": answer.patterns.shape,
                "patterns": _text(answer.patterns),
                "group": _text(answer.group.astype("<i4")),
            }
        else:
            line = {"tile": tile, **asdict(answer)}
        try:
            self._append(line)
        except OSError as problem:
            raise FileProblem(
                f"{self._path} cannot be written: {problem.strerror or problem}"
            ) from None

    def _append(self, line: dict[str, Any]) -> None:
        with self._path.open("ab") as file:
            file.write(_written(line))

    def _read(self, content: bytes) -> None:
        try:
            first, *lines = map(_object, content.splitlines())
            if not isinstance(first, dict) or first.get("format") != _FORMAT:
                raise ValueError
            if first != self._first:
                raise InputError(
                    f"{self._path} has the count of another network or box; give another file"
                )
            self.known = {line["tile"]: _answer(line) for line in lines}
        except InputError:
            raise
        except (ValueError, TypeError, KeyError, ZlibError):
            raise FileProblem(f"{self._path} is no count in tiles; give another file") from None


def _written(line: dict[str, Any]) -> bytes:
    text = json.dumps(line).encode()
    return b"%08x %b\n" % (crc32(text), text)


def _object(line: bytes) -> Any:
    """Read a line, unless it is not what was written."""
    checksum, _, text = line.partition(b" ")
    if checksum != b"%08x" % crc32(text):
        raise ValueError
    return json.loads(text)


def _answer(line: dict[str, Any]) -> TileCount | Overfull:
    if "halvings" in line:
        return Overfull(int(line["halvings"]))
    patterns = np.frombuffer(_bytes(line["patterns"]), np.uint8).reshape(line["shape"])
    group = np.frombuffer(_bytes(line["group"]), "<i4").astype(np.int32)
    return TileCount(int(line["regions"]), int(line["linear"]), patterns, group)


def _text(array: NDArray[Any]) -> str:
    return b64encode(compress(array.tobytes(), 1)).decode()


def _bytes(text: str) -> bytes:
    return decompress(b64decode(text, validate=True))


def _digest(network: Network) -> str:
    parts = sha256(repr([sigma.name for sigma in network.activations]).encode())
    for layer in network.layers:
        parts.update(repr(layer.weight.shape).encode())
        parts.update(layer.weight.astype("<f8").tobytes() + layer.bias.astype("<f8").tobytes())
    return parts.hexdigest()
