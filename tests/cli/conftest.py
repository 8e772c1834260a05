"""What all tests of the command line share."""

import math
import shutil
from pathlib import Path

import pytest

from tests.cli.command import SLIDES, run
from uat.cli import console


@pytest.fixture(autouse=True)
def no_lines_of_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the error stream to errors, on a slow machine too."""
    monkeypatch.setattr(console, "SECONDS_BETWEEN_LINES", math.inf)


@pytest.fixture(scope="package")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a network and the certificate of it."""
    folder = tmp_path_factory.mktemp("written")
    words = ("--save", folder / "net.npz", "--certificate", folder / "cert.json")
    assert run("approximate", *SLIDES, "--effort", "quick", *words) == 0
    return folder


@pytest.fixture
def files(written: Path, tmp_path: Path) -> tuple[Path, Path]:
    """A network and the certificate of it, which a test may change."""
    shutil.copytree(written, tmp_path, dirs_exist_ok=True)
    return tmp_path / "net.npz", tmp_path / "cert.json"
