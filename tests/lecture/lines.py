"""What the lines beside a figure make, run once for all tests that look at it."""

from contextlib import redirect_stdout
from functools import cache
from io import StringIO
from typing import Any

import pytest

import uat
from tests.lecture.words import picture
from uat.lecture.registry import find

__all__ = ["made_by"]


@cache
def made_by(name: str) -> dict[str, Any]:
    """Run the lines of a figure, whose last one draws it, and return the names that they set."""
    imports, code = find(name).listing("en")
    names: dict[str, Any] = {}
    with redirect_stdout(StringIO()), pytest.MonkeyPatch.context() as patch:
        patch.setattr(uat, "draw", picture)
        exec("\n".join((*imports, *code)), names)
    return names
