"""How Sphinx makes the site: `sphinx-build docs build/docs`, and with `-t ja` the Japanese pages.

Pages of both languages lie side by side, like `proof.md` and `proof.ja.md`. Those of the guide and the
recipes are notebooks: their code is run at every build. What is peculiar to this site is in
`site_parts.py`.
"""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import uat

language = "ja" if tags.has("ja") else "en"  # type: ignore[name-defined]  # noqa: F821 - Sphinx gives it
project = "uat"
author = copyright = "The uat authors"  # noqa: A001 - the name that Sphinx knows
version = release = uat.__version__

root_doc = {"en": "index", "ja": "index.ja"}[language]
include_patterns = {"en": ["**.md"], "ja": ["**.ja.md"]}[language]
exclude_patterns = ["formal"] if language == "ja" else ["formal", "**.ja.md"]
extensions = [
    "myst_nb",
    "numpydoc",
    "site_parts",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.intersphinx",
]
templates_path = ["_templates"]

# Text: GitHub's Markdown, its formulas too; in what notebooks show also those between dollar signs.
myst_enable_extensions = ["dollarmath"]
myst_fence_as_directive = ["math"]
myst_heading_anchors = 3
html_math_renderer = "drawn"
default_role = "py:obj"
nitpick_ignore_regex = [("py:obj", ".*")]  # a word in a docstring that is no link is code
highlight_language = "python"

# Notebooks: run anew each time, in a process of their own, where a warning is a failure.
nb_execution_mode = "force"
nb_execution_in_temp = True
nb_execution_raise_on_error = True
nb_execution_timeout = 120
nb_output_stderr = "warn"
nb_merge_streams = True
nb_render_markdown_format = "myst"
os.environ |= {"UAT_LANGUAGE": language, "OMP_NUM_THREADS": "1"}

# Reference: docstrings as they are; those of the Japanese pages are in the English reference.
autodoc_member_order = "bysource"
autodoc_typehints = "none"
numpydoc_show_class_members = False
intersphinx_mapping = {"uat": ("..", "../build/docs/objects.inv")} if language == "ja" else {}

html_theme = "furo"
html_title = "uat"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_show_sourcelink = False
html_copy_source = False
html_show_copyright = False
html_sidebars = {
    "**": [
        "sidebar/brand.html",
        "language.html",
        "sidebar/search.html",
        "sidebar/scroll-start.html",
        "sidebar/navigation.html",
        "sidebar/scroll-end.html",
    ]
}
