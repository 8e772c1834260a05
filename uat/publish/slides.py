"""A deck of slides for Marp: every figure under the heading of its slide, in the lecture's order.

The pictures lie beside the deck in a folder of their language, and so do the fonts of a Japanese
deck with their licence, so that all can be moved together. A picture takes four fifths of a slide, so that its smallest words are 14 points high,
and the beginning of its caption stands below. A figure that is revealed step by step has a slide for each step, on one geometry. The whole caption, the formula and the code are in
the presenter's notes.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from uat.core.files import whole_file
from uat.lecture.registry import BUILT, all_figures
from uat.plotting.language import Language, Say
from uat.plotting.style import FAMILY, FONTS, LICENCE
from uat.publish.manifest import prepare
from uat.publish.typography import with_formulas

if TYPE_CHECKING:
    from uat.lecture.registry import LectureFigure
    from uat.plotting.style import Theme

__all__ = ["deck_file", "deck_text", "write_deck"]

# Pixels of a slide that is 1280 wide and 720 high; the captions have 14 points and more.
_FRONT = """\
---
marp: true
theme: default
size: 16:9
paginate: true
math: mathjax
lang: {language}
title: {title}
style: |
{fonts}  section {{
    background: {background};
    color: {ink};
    font-family: {families};
    font-size: 19px;
    line-height: 1.35;
    padding: 14px 48px 8px;
    place-content: flex-start;
  }}
  h1 {{ color: {ink}; font-size: 34px; line-height: 1.2; margin: 0; }}
  section.lead {{ place-content: center flex-start; }}
  section.lead h1 {{ font-size: 60px; }}
  section.lead p {{ font-size: 28px; }}
  p {{ margin: 4px 0 0; }}
  img {{ display: block; height: 562px; margin: 0 auto; }}
  strong {{ color: {ink}; }}
  section::after {{ color: {ink}; top: 22px; right: 48px; bottom: auto; }}
---
"""

_FONT = """\
  @font-face {{
    font-family: "{family}";
    font-weight: {weight};
    src: url("fonts/{file}");
  }}
"""

# A complete font of the computer comes first: the one of the package has the commonest kanji only.
_FAMILIES = ("BIZ UDPGothic", FAMILY, "Hiragino Sans", "Yu Gothic", "Noto Sans CJK JP")

# A line below a picture is 1184 pixels long, a Japanese letter 19 wide, a Latin one half of that.
_LINE, _LETTER = 60, 0.5

_SENTENCES = re.compile(r".+?(?:。）?|\.\)?(?= |$)) *")


def deck_file(language: Language) -> str:
    """Return the name of a language's deck."""
    return f"slides-{language}.md"


def write_deck(
    folder: Path,
    language: Language,
    theme: Theme,
    shown: tuple[LectureFigure, ...] | None = None,
    form: str = "svg",
) -> None:
    """Write the deck of one language into `folder`, beside the pictures in ``ja/`` or ``en/``.

    The fonts of a Japanese deck and their licence go into ``fonts/``.
    """
    with whole_file(folder / deck_file(language)) as file:
        file.write(deck_text(language, theme, shown, form).encode())
    if language == "ja":
        prepare(folder, ("fonts",))
        for font in (*FONTS.values(), LICENCE):
            with whole_file(folder / "fonts" / font.name) as file:
                file.write(font.read_bytes())


def deck_text(
    language: Language,
    theme: Theme,
    shown: tuple[LectureFigure, ...] | None = None,
    form: str = "svg",
) -> str:
    """Return the Markdown of one language's deck: of all figures, or of those to be shown."""
    say = Say(language)
    title = say("講義の図", "The figures of the lecture")
    fonts = [_FONT.format(family=FAMILY, weight=w, file=font.name) for w, font in FONTS.items()]
    front = _FRONT.format(
        language=language,
        title=title,
        background=theme.background,
        ink=theme.ink,
        fonts="".join(fonts) if language == "ja" else "",
        families=", ".join(f'"{family}"' for family in _FAMILIES) + ", sans-serif",
    )
    first = (
        "<!-- _class: lead -->\n<!-- _paginate: false -->\n\n"
        f"# {say('ニューラルネットワークの構造', 'The structure of neural networks')}\n\n{title}"
    )
    pages = [
        page
        for figure in shown or all_figures()
        for page in (*_steps(figure, language, form), _page(figure, language, form))
    ]
    return front + "\n" + "\n\n---\n\n".join([first, *pages]) + "\n"


def _steps(figure: LectureFigure, language: Language, form: str) -> list[str]:
    """Return the slides before that of a figure which is revealed step by step, all of one number."""
    say, (title, *_), last = Say(language), figure.texts(language), BUILT.get(figure.id, 1)
    return [
        f"# {say(*figure.slide)}\n\n"
        f"![{title} {step}/{last}]({language}/{figure.id}-{step}.{form})\n\n"
        f"**{title}**\n\n"
        f"<!-- _paginate: {'true' if step == 1 else 'hold'} -->"
        for step in range(1, last)
    ]


def _page(figure: LectureFigure, language: Language, form: str) -> str:
    say = Say(language)
    title, caption, alternative = figure.texts(language)
    imports, code = figure.listing(language)
    notes = "\n".join((caption, "", f"${figure.formula}$", "", *imports, *code))
    held = "\n\n<!-- _paginate: hold -->" if figure.id in BUILT else ""
    return (
        f"# {say(*figure.slide)}\n\n"
        f"![{alternative}]({language}/{figure.id}.{form})\n\n"
        f"{say(f'**{title}**　', f'**{title}.** ')}"
        f"{_for_mathjax(_beginning(caption, len(title)))}\n\n"
        f"<!--\n{notes}\n-->{held}"
    )


def _for_mathjax(text: str) -> str:
    """Write a caption with formulas; MathJax draws the letter ′ as large as a slash."""
    return with_formulas(text).replace("′$", "'$")


def _beginning(caption: str, title: int) -> str:
    """Return as many sentences of a caption as three lines hold beside the title."""
    kept, *rest = _SENTENCES.findall(caption)
    for sentence in rest:
        if _LETTER * title + _length(kept + sentence) > 3 * _LINE:
            break
        kept += sentence
    return str(kept.strip())


def _length(text: str) -> float:
    """Estimate the length of a text, in Japanese letters."""
    return sum(1.0 if letter > "\u2e80" else _LETTER for letter in text)
