#!/usr/bin/env python3
# /// script
# dependencies = ["nox>=2025.10.14"]
# ///
"""What a change must pass, one session a question; `.ci/run` asks them all at once."""

from pathlib import Path

import nox

nox.needs_version = ">=2025.10.14"
nox.options.default_venv_backend = "uv|virtualenv"

PROJECT = nox.project.load_toml("pyproject.toml")
GROUPS = nox.project.dependency_groups(PROJECT, "lint")


@nox.session(python=["3.11", "3.12", "3.13", "3.14"])
def tests(session: nox.Session) -> None:
    """Run the tests and the examples of the docstrings."""
    session.install("-e", ".[test]")
    session.run("pytest", *session.posargs)


@nox.session(default=False)
def coverage(session: nox.Session) -> None:
    """Measure which lines and branches the tests run."""
    session.install("-e", ".[test]")
    session.run("pytest", "--cov", "--cov-report=term", *session.posargs)


@nox.session(default=False)
def long(session: nox.Session) -> None:
    """Look for counterexamples for as long as patience allows."""
    session.install("-e", ".[test]")
    session.run("pytest", "tests/properties", "--hypothesis-profile=long", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, types, layers and the habits of the repository."""
    session.install("-e", ".[test]", "nox", *GROUPS)
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")
    session.run("mypy")
    session.run("lint-imports")
    session.run("codespell")
    session.run("mdformat", "--check", *map(str, Path().glob("*.md")), "docs", "figures", "uat")
    session.run("sp-repo-review", ".")


@nox.session
def docs(session: nox.Session) -> None:
    """Build the site in both languages: run its notebooks, and follow its links."""
    session.install("-e", ".", *nox.project.dependency_groups(PROJECT, "docs"))
    for options in ("build/docs",), ("-t", "ja", "build/docs/ja"):
        session.run(
            "sphinx-build", "--fail-on-warning", "--nitpicky", "--fresh-env", "docs", *options
        )
    session.run("python", "docs/check_links.py", "build/docs")


@nox.session(default=False)
def figures(session: nox.Session) -> None:
    """Draw the gallery again."""
    session.install(".")
    session.run("uat", "figures", "--gallery", "figures")


if __name__ == "__main__":
    nox.main()
