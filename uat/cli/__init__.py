"""The command `uat`. What it needs takes a while to load, and Ctrl-C is answered then too."""

import signal
import sys
from contextlib import suppress
from typing import Any, NoReturn

__all__ = ["end_tidily", "main"]


def main() -> None:
    """Run the command line, and exit with its code."""
    end_tidily()
    try:
        from uat.cli.app import main as run

        run()
    except KeyboardInterrupt:
        sys.stderr.write("uat: interrupted\n")
        sys.exit(130)


def end_tidily() -> None:
    """Let SIGTERM end this process as an error does: no part of a file is left behind."""
    with suppress(ValueError):  # only the main thread may say so
        signal.signal(signal.SIGTERM, _end)


def _end(_number: int, _frame: Any) -> NoReturn:
    sys.exit(143)
