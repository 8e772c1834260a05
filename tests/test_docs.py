"""The site tells the same in both languages, and its reference has every public name."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import uat

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = sorted(
    page for page in (*DOCS.glob("*.md"), *DOCS.glob("guide/*.md")) if ".ja" not in page.suffixes
)


def names(pages: list[Path]) -> list[str]:
    return [page.relative_to(ROOT).as_posix() for page in pages]


def blocks(text: str) -> list[str]:
    """Return the code and formulas of a page."""
    return re.findall(r"^(```.*?\n.*?)^```$", text, re.MULTILINE | re.DOTALL)


def headings(text: str) -> list[int]:
    outside = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    return [len(marks) for marks in re.findall(r"^(#+) ", outside, re.MULTILINE)]


def in_english(block: str) -> str:
    """Return a block as it is on the English page: the language of pictures and pages apart."""
    block = re.sub(r"^:caption:.*\n", "", block, flags=re.MULTILINE)
    return re.sub(r'\.ja\b|"ja"|\bja\b', "", re.sub(r'"en"|\ben\b', "", block))


@pytest.mark.parametrize("page", PAGES, ids=names(PAGES))
def test_a_page_has_the_same_code_and_headings_in_both_languages(page: Path) -> None:
    english = page.read_text("utf-8")
    japanese = page.with_suffix(".ja.md").read_text("utf-8")
    assert headings(english) == headings(japanese)
    ours, theirs = ([in_english(block) for block in blocks(text)] for text in (english, japanese))
    if page.stem == "index":
        # the reference is in English alone
        ours = [block.replace("api/index\n", "") for block in ours]
    assert ours == theirs


def test_the_contents_list_every_page() -> None:
    contents = (DOCS / "index.md").read_text("utf-8")
    listed = set(re.findall(r"^([\w/]+)$", contents, re.MULTILINE))
    pages = {page.relative_to(DOCS).with_suffix("").as_posix() for page in PAGES}
    assert pages - {"index"} <= listed


def documented() -> Iterator[str]:
    directive = re.compile(r"^\.\. (?:auto(?:class|function|module)|py:data):: (?:uat\.)?(\w+)$")
    for page in DOCS.glob("api/*.md"):
        for line in page.read_text("utf-8").splitlines():
            if found := directive.match(line):
                yield found[1]


def test_the_reference_has_every_public_name_once() -> None:
    named = sorted(documented())
    assert len(named) == len(set(named))
    assert set(vars(uat)["__all__"]) <= set(named)


def test_a_notebook_is_kept_as_text_and_runs_code() -> None:
    for page in [*DOCS.glob("guide/*.md"), *DOCS.glob("start*.md"), *DOCS.glob("howto*.md")]:
        text = page.read_text("utf-8")
        assert text.startswith("---\nfile_format: mystnb\n"), page
        assert "```{code-cell}" in text
