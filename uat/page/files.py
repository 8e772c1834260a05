"""The files that a scene can be saved to: Python code, network, certificate, picture."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from uat.core.arguments import one_of
from uat.errors import InputError
from uat.plotting.language import check_language
from uat.plotting.style import check_style

if TYPE_CHECKING:
    from uat.page.made import Made

__all__ = ["file_of"]

_TYPES: Final = {
    "py": "text/x-python",
    "npz": "application/octet-stream",
    "json": "application/json",
    "png": "image/png",
    "svg": "image/svg+xml",
}


def file_of(made: Made, form: Any, language: Any, theme: Any) -> tuple[str, bytes]:
    """Return the type and the content of a file; what cannot be saved is refused in one line."""
    kind = _TYPES[one_of(form, _TYPES, "file")]
    if form == "py":
        return kind, made.code.encode()
    if form == "npz":
        return kind, _saved(made.network, "network", ".npz")
    if form == "json":
        return kind, _saved(made.certificate, "certificate", ".json")
    return kind, _picture(made, form, language or "en", theme or "light")


def _saved(thing: Any, what: str, ending: str) -> bytes:
    if thing is None:
        raise InputError(f"there is no {what} here to save")
    save: Callable[[Path], None] = thing.save
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"saved{ending}")
        save(path)
        return path.read_bytes()


def _picture(made: Made, form: str, language: Any, theme: Any) -> bytes:
    if made.shown is None:
        raise InputError("there is no picture here to save")
    from uat.plotting.plot import plot
    from uat.publish.render import encode

    spoken, style = check_language(language), check_style(theme)
    figure = plot(made.shown, spoken, style=style)
    return encode(figure, form, "uat", str(made.shown))
