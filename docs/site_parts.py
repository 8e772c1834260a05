"""What is peculiar to this site: its gallery, formulas without a script, links, two languages.

The gallery is written from the records of the figures. Formulas are drawn by Matplotlib, as in the
figures, so that the site works from a disk and loads nothing. A name such as `uat.fit` in the text of
a page leads to the reference.
"""

from __future__ import annotations

import re
from html import escape
from itertools import cycle
from pathlib import Path as File
from typing import TYPE_CHECKING, Any

from docutils import nodes
from matplotlib.font_manager import FontProperties
from matplotlib.path import Path
from matplotlib.textpath import TextPath
from sphinx.addnodes import pending_xref
from sphinx.transforms import SphinxTransform

from uat.lecture.films.catalogue import all_films
from uat.lecture.registry import LectureFigure, slides
from uat.plotting.language import Language, Say
from uat.publish.stills import stills_file

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator

FIGURES = "<!-- figures -->"
"""Stands in a page for the gallery."""

OTHER = re.compile(r"^\[(日本語|English)\]\([\w./-]+\)\n", re.MULTILINE)
"""The link from a page to its other language, which every page of the site has in its margin."""

ELSEWHERE = re.compile(r"\[([\w.]+)\]\((?!docs/|CONTRIBUTING)[\w.]+\)")
"""A link to a file at the root of the repository, which is no page of the site."""

EM = 100
"""Units of a drawn formula to the height of its letters."""

SPELLINGS = {r"\\(le|ge)\b": r"\\\1q", r"\\[Bb]igg?l": r"\\left", r"\\[Bb]igg?r": r"\\right"}
"""What Matplotlib does not know, and what it knows in its place."""

LETTERS = {
    Path.MOVETO: "M",
    Path.LINETO: "L",
    Path.CURVE3: "Q",
    Path.CURVE4: "C",
    Path.CLOSEPOLY: "Z",
}

KNOWN = re.compile(r"(uat(?:\.\w+)+)(?:\(.*\))?", re.DOTALL)
"""A name of the package, perhaps called."""


def read_page(app: Sphinx, name: str, source: list[str]) -> None:
    """Write the gallery into its page, and leave out the links between the languages.

    The page on contributing is the file at the root of the repository, where people look for it.
    """
    if name.startswith("contributing"):
        whole = File(app.srcdir, "..", f"CONTRIBUTING{name.removeprefix('contributing')}.md")
        source[0] = ELSEWHERE.sub(r"`\1`", whole.read_text("utf-8")).replace("](docs/", "](")
    language: Language = "ja" if app.config.language == "ja" else "en"
    source[0] = OTHER.sub("", source[0]).replace(FIGURES, gallery(language))


def gallery(language: Language) -> str:
    """Return every figure and film below the heading of its slide, with the lines that make it."""
    say, lines = Say(language), list[str]()
    films = {film.figure: film for film in all_films()}
    for slide in slides():
        lines += [f"## {say(*slide.heading)}", ""]
        for figure in slide.figures:
            lines += shown(figure, language)
            film = films.get(figure.id)
            if film is not None:
                picture = f"../figures/{language}/{stills_file(film)}"
                seconds = f"{film.seconds:g}"
                told = say(f"動画、{seconds} 秒：", f"The film, {seconds} seconds:")
                command = f"uat animate {figure.id} --language {language} --out {figure.id}.mp4"
                moments = say("動画の三つの場面", "Three moments of the film")
                lines += [f"![{moments}]({picture})", "", told, "", "```sh", command, "```", ""]
    return "\n".join(lines)


def shown(figure: LectureFigure, language: Language) -> list[str]:
    """Return a figure with its caption and its code."""
    title, caption, alternative = figure.texts(language)
    imports, code = figure.listing(language)
    picture = f"![{alternative}](../figures/{language}/{figure.id}.png)"
    formula = ["```math", figure.formula, "```", ""] * bool(figure.formula)
    listing = ["```python", *imports, "", *code, "```"]
    return [f"### {title}", "", picture, "", caption, "", *formula, *listing, ""]


class LinkedNames(SphinxTransform):
    """Let code in a text that is a name of the package lead to the reference."""

    default_priority = 400

    def apply(self, **_: Any) -> None:
        """Wrap the code in a reference; one that leads nowhere stays code."""
        for code in list(self.document.findall(nodes.literal)):
            named = KNOWN.fullmatch(code.astext())
            if named is None or isinstance(code.parent, (nodes.reference, pending_xref)):
                continue
            link = pending_xref("", refdomain="py", reftype="obj", reftarget=named[1])
            link["refwarn"] = False
            link["refdoc"] = self.env.docname
            code.replace_self(link)
            link += code


def visit_math(translator: HTML5Translator, node: Any) -> None:
    """Write a formula into the page."""
    block = isinstance(node, nodes.math_block)
    formula = drawn(node.astext().strip())
    translator.body.append(f'<div class="formula">{formula}</div>' if block else formula)
    raise nodes.SkipNode


def drawn(formula: str) -> str:
    """Draw a formula as a picture in the colour of the text around it, and on its line."""
    font = FontProperties(math_fontfamily="stix")
    known = " ".join(formula.split())
    for spelt, as_known in SPELLINGS.items():
        known = re.sub(spelt, as_known, known)
    path = TextPath((0, 0), f"${known}$", size=EM, prop=font)
    box = path.get_extents().padded(1)
    strokes = []
    for points, code in path.iter_segments(simplify=False):
        numbers = " ".join(f"{sign * v:.1f}" for v, sign in zip(points, cycle((1, -1))))
        strokes.append(LETTERS[code] + (numbers if LETTERS[code] != "Z" else ""))
    view = f"{box.x0:.1f} {-box.y1:.1f} {box.width:.1f} {box.height:.1f}"
    size = f"width:{box.width / EM:.3f}em;height:{box.height / EM:.3f}em"
    return (
        f'<svg class="math" role="img" aria-label="{escape(formula)}" viewBox="{view}" '
        f'style="{size};vertical-align:{box.y0 / EM:.3f}em"><path d="{"".join(strokes)}"/></svg>'
    )


def keep_bars(
    _app: Sphinx, _what: str, _name: str, _thing: object, _options: object, lines: list[str]
) -> None:
    """Keep the bars of |f − g| in a docstring, which reStructuredText takes for a substitution."""
    example = False
    for i, line in enumerate(lines):
        example = bool(line.strip()) and (example or line.lstrip().startswith(">>>"))
        if not example and not line.startswith(("| ", "+-")):
            lines[i] = line.replace("|", r"\|")


def add_other_language(
    app: Sphinx, name: str, _template: str, context: dict[str, Any], _tree: Any
) -> None:
    """Tell the margin where the same page is in the other language, and where the reference is."""
    up = "../" * name.count("/")
    if app.config.language == "ja":
        english = name.removesuffix(".ja")
        exists = File(app.srcdir, f"{english}.md").exists()
        context["other_language"] = f"{up}../{english if exists else 'index'}.html"
        context["reference"] = f"{up}../api/index.html"
    else:
        exists = File(app.srcdir, f"{name}.ja.md").exists()
        context["other_language"] = f"{up}ja/{name if exists else 'index'}.ja.html"


def setup(app: Sphinx) -> dict[str, bool]:
    """Add the parts to Sphinx."""
    app.connect("source-read", read_page)
    app.connect("autodoc-process-docstring", keep_bars, priority=900)
    app.connect("html-page-context", add_other_language)
    app.add_transform(LinkedNames)
    app.add_html_math_renderer("drawn", (visit_math, None), (visit_math, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
