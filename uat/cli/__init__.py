"""The command `uat`. What it needs takes a while to load, and Ctrl-C is answered then too."""

import sys

__all__ = ["main"]


def main() -> None:
    """Run the command line, and exit with its code."""
    try:
        from uat.cli.app import main as run

        run()
    except KeyboardInterrupt:
        sys.stderr.write("uat: interrupted\n")
        sys.exit(130)
