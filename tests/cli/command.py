"""The command `uat` in this process."""

import sys
from typing import Any

import pytest

from uat.cli import app

__all__ = ["SLIDES", "run"]

SLIDES = ("x**2 + sin(x)", "--domain", "-1 pi", "--eps", "0.25")
"""The function of the slides, and an ε."""


def run(*arguments: Any) -> int:
    """Call `uat` with some words, and return its exit code."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["uat", *map(str, arguments)])
        with pytest.raises(SystemExit) as left:
            app.main()
    return int(left.value.code or 0)
