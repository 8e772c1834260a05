"""The front end as one text: its modules for a notebook, which loads a single one, and its colours.

A module becomes a function that is called once and returns what it exports, in an order in which
each comes after those that it imports.
"""

from __future__ import annotations

import json
import re
from importlib.resources import files
from typing import Final

from uat.plotting.style import DARK, LIGHT, Theme

__all__ = ["WEB", "bundle", "colours"]

WEB: Final = str(files("uat.page") / "web")
"""The folder of the modules, the style sheet and the page."""

_IMPORT: Final = re.compile(r'^import \{ (.*) \} from "\./(\w+)\.js";$', re.MULTILINE)
_EXPORT: Final = re.compile(r"^export (?=(?:async )?(?:function|class|const) (\w+))", re.MULTILINE)


def bundle(name: str = "widget") -> str:
    """Return a module of the front end with all that it imports, as a widget of a notebook.

    Each view of the widget runs the modules anew, so that two have a language and a theme of their
    own; nothing is left in the page around them.
    """
    parts: dict[str, str] = {}
    _add(name, parts)
    style = json.dumps(colours() + (files("uat.page") / "web" / "style.css").read_text("utf-8"))
    body = "\n".join(parts.values())
    return (
        f"const style = {style};\n"
        f"export default {{ render(view) {{\n{body}\nreturn ${name}.{name}(view, style);\n}} }};\n"
    )


def _add(name: str, parts: dict[str, str]) -> None:
    """Add a module, after those that it imports."""
    if name in parts:
        return
    text = (files("uat.page") / "web" / f"{name}.js").read_text("utf-8")
    for _, other in _IMPORT.findall(text):
        _add(other, parts)
    exports = ", ".join(_EXPORT.findall(text))
    text = _EXPORT.sub("", _IMPORT.sub(r"const { \1 } = $\2;", text))
    parts[name] = f"const ${name} = (() => {{\n{text}return {{ {exports} }};\n}})();"


def colours() -> str:
    """Write the colours of the figures as variables of the style sheet.

    Examples
    --------
    >>> ":root,:host{--background:#" in colours()
    True
    """
    names = ("background", "ink", "faint", "target", "band", "network", "error", "unit", "constant")

    def variables(theme: Theme) -> str:
        return "".join(f"--{name}:{getattr(theme, name)};" for name in names)

    dark = ":root[data-theme=dark],:host([data-theme=dark])"
    return f":root,:host{{{variables(LIGHT)}}}\n{dark}{{{variables(DARK)}}}\n"
