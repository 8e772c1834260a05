"""What all tests of the command line share."""

import math

import pytest

from uat.cli import console


@pytest.fixture(autouse=True)
def no_lines_of_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the error stream to errors, on a slow machine too."""
    monkeypatch.setattr(console, "SECONDS_BETWEEN_LINES", math.inf)
