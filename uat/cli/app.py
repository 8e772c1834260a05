"""The command line: an error of any command is one line on the error stream and an exit code.

With --json it is also the answer, {"error": …, "exit_code": …}. Exit codes: 0 done, 1 not provable
or not reached, 2 bad input, 130 interrupted. Each file of commands is imported here, which registers
them.
"""

import sys
from contextlib import suppress
from inspect import getdoc
from typing import Annotated

import typer
from typer.main import get_command

# The help lists the commands in this order, groups of commands last.
# isort: off
import uat
import uat.cli.prove
import uat.cli.verify
import uat.cli.train
import uat.cli.regions
import uat.cli.convert
import uat.cli.export
import uat.cli.page
import uat.cli.figures

# isort: on
from uat.cli.console import INTERRUPTED, Told, app, fail
from uat.cli.words import click_words
from uat.errors import CannotProve, UatError

__all__ = ["main"]

# The class of every error in a command line. Some versions of Typer bring a copy of click, so it is
# taken from Typer's own error instead of from click.
_ClickException: type[Exception] = next(
    base for base in typer.BadParameter.__mro__ if base.__name__ == "ClickException"
)


@app.callback()
def _uat(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Show the help when no command is given."""
    if version:
        typer.echo(f"uat {uat.__version__}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


def _fill(commands: typer.Typer) -> None:
    """Let the paragraphs of every help fill their lines, wherever docstrings break them."""
    for command in (*commands.registered_commands, commands.registered_callback):
        words = None if command is None else getdoc(command.callback)
        if command is not None and words is not None and "\n\n" in words:
            command.help = "\n\n".join(" ".join(part.split()) for part in words.split("\n\n"))
    for group in commands.registered_groups:
        if group.typer_instance is not None:
            _fill(group.typer_instance)


_fill(app)


def main() -> None:
    """Run the command line, and exit with its code."""
    sys.exit(_run())


def _run() -> int:
    try:
        code = app(click_words(sys.argv[1:]), prog_name="uat", standalone_mode=False)
    except Told as told:
        return told.code
    except CannotProve as problem:
        return _fail(str(problem), 1)
    except UatError as problem:
        return _fail(str(problem), 2)
    except _ClickException as problem:
        return _fail(_message(problem), 2)
    except (typer.Abort, KeyboardInterrupt):
        code = INTERRUPTED
    except OSError as problem:
        return _fail(f"the answer cannot be written: {problem.strerror or problem}", 2)
    except MemoryError:
        return _fail("out of memory", 1)
    if code == INTERRUPTED:
        return _fail("interrupted; every file written is whole", INTERRUPTED)
    return code if isinstance(code, int) else 0


def _fail(message: str, code: int) -> int:
    # Where nothing more can be written, the exit code says it.
    with suppress(OSError):
        fail(message, code, {} if "--json" in sys.argv else None)
    return code


def _message(problem: Exception) -> str:
    written = getattr(problem, "format_message", None)
    message = (written() if callable(written) else str(problem)).rstrip(".")
    end = "" if message.endswith("?") else ";"
    return f"{message[:1].lower()}{message[1:]}{end} `{_command()} --help` shows what is known"


def _command() -> str:
    """Return the command that was asked for, as far as it is one."""
    path, command = ["uat"], get_command(app)
    for word in sys.argv[1:]:
        known = getattr(command, "commands", {})
        if word not in known:
            break
        path.append(word)
        command = known[word]
    return " ".join(path)
