"""The application, and what its commands share: options, files, answers, progress."""

import json
import math
import os
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn
from rich.table import Table

from uat.cli.domain import number
from uat.core import files as storage
from uat.core.activations import NAMED
from uat.core.certificate import ENDINGS, EXPORTED, Certificate
from uat.core.network import Network
from uat.core.outputs import one_output
from uat.errors import FileProblem, InputError
from uat.expression.spelling import half_width
from uat.interchange.code import FILES
from uat.interchange.formats import WRITTEN
from uat.interchange.formats import save as save_network
from uat.plotting.language import Language, check_language
from uat.plotting.style import SIZES, Style, check_style

app: Final = typer.Typer(
    name="uat",
    help="The universal approximation theorem as a function call.",
    epilog='Example: uat approximate "x**2 + sin(x)" --domain -1 pi --eps 0.1 --plot g.png',
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    invoke_without_command=True,
    pretty_exceptions_enable=False,
)

INTERRUPTED: Final = 130
"""The exit code after Ctrl-C."""

Domain = Annotated[
    str,
    typer.Option(metavar="A B", help='The box, one pair a coordinate: -1 1, or "-1 pi; 0 1".'),
]
Sigma = Annotated[str, typer.Option(help=f"Activation function σ: {', '.join(NAMED)}.")]
Plot = Annotated[Path | None, typer.Option(help="Draw a picture into this .png, .svg or .pdf.")]
Spoken = Annotated[
    str,
    typer.Option(
        "--language", metavar="ja|en", envvar="UAT_LANGUAGE", help="Words of the picture."
    ),
]
Theme = Annotated[str, typer.Option(metavar="light|dark", help="Background of the picture.")]
PlotSize = Annotated[
    str,
    typer.Option(
        "--size", metavar="slide|paper|WxH", help="16:9, a column of a paper, or inches: 12x6."
    ),
]
Save = Annotated[
    Path | None, typer.Option(help=f"Write the network to this file: {', '.join(WRITTEN)}.")
]
NetworkFile = Annotated[Path, typer.Argument(metavar="NETWORK", help="Network in a file.")]
Json = Annotated[bool, typer.Option("--json", help="Print the answer in JSON, for programs.")]


def read_number(text: object) -> float:
    """Read a number, or a constant such as 1/10, as those of a box."""
    usual = _usual(text)
    try:
        value = float(usual)
    except ValueError:
        value = number(usual)
    else:
        if value == 0 and re.search("[1-9]", usual.lower().partition("e")[0]):
            raise typer.BadParameter(f"{text!r:.40} is nearer to 0 than any float64 but 0")
        return value
    if not math.isfinite(value):
        raise typer.BadParameter(f"{text!r:.40} is no number such as 0.1 or 1/10")
    return value


def read_whole(text: object) -> int:
    """Read a whole number of at most 18 digits."""
    usual = _usual(text)
    if not re.fullmatch(r"[+-]?\d{1,18}", usual, re.ASCII):
        raise typer.BadParameter(f"{text!r:.40} is no whole number such as 100")
    return int(usual)


def a_number(words: str) -> Any:
    """Make an option that takes a number, with these words in the help."""
    return typer.Option(parser=read_number, metavar="NUMBER", help=words)


def a_whole_number(words: str, metavar: str = "N") -> Any:
    """Make an option that takes a whole number, with these words in the help."""
    return typer.Option(parser=read_whole, metavar=metavar, help=words)


Workers = Annotated[
    int | None, a_whole_number("Share the work among so many processes of this machine.")
]
Scheduler = Annotated[
    str | None, typer.Option(metavar="tcp://…", help="Share the work on this cluster of Dask.")
]


Output = Annotated[
    int | None, a_whole_number("This output of NETWORK, counted from 0, if it has several.", "I")
]


def _usual(text: object) -> str:
    """Write a number as programs do: no full-width characters, the minus of a keyboard."""
    return half_width(str(text)).replace("−", "-").strip()


def read_activations(text: str) -> str | list[str]:
    """Read one activation for all hidden layers, or one for each, such as relu,tanh."""
    names = [name.strip() for name in text.split(",")]
    return names[0] if len(names) == 1 else names


def one_output_of(network: Network, path: Path, output: int | None) -> Network:
    """Return a network from a file as one of a single output."""
    if output is None and network.output_dimension > 1:
        raise InputError(f"{path} holds {network!r}; say which output with --output, from 0")
    return network if output is None else one_output(network, output)


def check_workers(workers: int | None, scheduler: str | None) -> None:
    """Refuse, before any work, what nobody could share."""
    if workers is not None and workers < 1:
        raise InputError(f"--workers {workers} given; 1 or more are needed")
    if workers is not None and scheduler is not None:
        raise InputError("--workers and --scheduler given; one of them is needed")


@contextmanager
def executor(workers: int | None, scheduler: str | None) -> Iterator[Executor | None]:
    """Start processes, or connect to a cluster; without either there is no executor."""
    from uat.numerics import workers as shared

    if scheduler is not None:
        with shared.cluster(scheduler) as found:
            yield found
    elif workers is not None:
        with shared.Workers(workers) as found:
            yield found
    else:
        yield None


SECONDS_BETWEEN_LINES: Final = 5.0
"""Of progress where the error stream is no terminal; fewer: earlier news, longer logs."""


def read_style(theme: str, size: str) -> Style:
    """Read a theme and a size: slide, paper, or inches such as 12x6."""
    inches = re.fullmatch(r"(\d{1,9}(?:\.\d+)?) *[x×] *(\d{1,9}(?:\.\d+)?)", size, re.ASCII)
    if inches is None and size not in SIZES:
        raise InputError(
            f"size {size!r:.40} is not known; give 'slide' or 'paper', or inches such as 12x6"
        )
    page: Any = size if inches is None else tuple(map(float, inches.groups()))
    return check_style(theme, page)


@dataclass(frozen=True, slots=True)
class Files:
    """The files that a command was asked for; each is written at its end, whole or not at all."""

    plot: Path | None
    form: str  # format of the picture; empty without one
    language: Language
    style: Style
    save: Path | None
    paths: dict[str, str]  # of all the files, by what they hold

    def write(
        self,
        shown: Any,
        network: Network,
        *words: str,
        draw: Callable[[Any], None] | None = None,
    ) -> None:
        """Write the picture, with its title and text as metadata, and the network.

        Without `draw`, for a page, the picture is that of `uat.plot`.
        """
        if self.plot is not None:
            from uat.plotting.page import lay_out
            from uat.plotting.plot import plot
            from uat.publish.render import encode

            if draw is None:
                drawn = plot(shown, self.language, style=self.style)
            else:
                drawn = lay_out(draw, self.language, self.style)
            picture = encode(drawn, self.form, *words)
            with storage.whole_file(self.plot) as file:
                file.write(picture)
        if self.save is not None:
            save_network(network, self.save)


def check_files(
    plot: Path | None = None,
    language: str = "ja",
    theme: str = "light",
    size: str = "slide",
    save: Path | None = None,
    **others: Path | None,
) -> Files:
    """Check, before any work, that the files can be written, each under a name of its own."""
    form, spoken, style = "", check_language(language), read_style(theme, size)
    if plot is not None:
        from uat.publish.render import check_format

        if not plot.suffix:
            raise InputError(
                f"{plot} given for a picture; a name that ends in .png, .svg or .pdf is needed"
            )
        form = check_format(plot.suffix.lower().removeprefix("."))
    asked = {"picture": plot, "network": save, **others}
    chosen = {name: path for name, path in asked.items() if path is not None}
    for path in chosen.values():
        folder = path.resolve().parent
        if not folder.is_dir():
            raise FileProblem(f"{path} cannot be written: there is no folder {path.parent}")
        if path.is_dir():
            raise FileProblem(f"{path} is a folder; the name of a file is needed")
        if not os.access(folder, os.W_OK):
            raise FileProblem(f"{path} cannot be written: the folder {path.parent} takes no files")
    if len({path.resolve() for path in chosen.values()}) < len(chosen):
        raise InputError("one file given for two things; a name each is needed")
    for name in chosen.keys() - {"picture"}:
        known = {"network": WRITTEN, "code": FILES, "theorem": EXPORTED}.get(
            name, ENDINGS | EXPORTED
        )
        storage.check_ending(chosen[name], known)
    paths = {name: str(path) for name, path in chosen.items()}
    return Files(plot, form, spoken, style, save, paths)


def answer(
    facts: Mapping[str, Any],
    rows: Iterable[tuple[str, str]],
    files: Files | None = None,
    *,
    as_json: bool,
    missed: str = "",
    stopped: bool = False,
) -> None:
    """Print the facts in JSON, or the rows with the time as a table; both end with the files.

    What was `missed`, such as an eps that is not reached, is told after it and exits with 1, or as
    after Ctrl-C if the command was stopped.
    """
    code = INTERRUPTED if stopped else 1
    paths = {} if files is None else files.paths
    facts = {**facts, "files": paths} if paths else facts
    if missed and as_json:
        raise Told(fail(missed, code, facts))
    if as_json:
        print_json(facts)
        return
    table = Table(box=box.ROUNDED, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    took = ("time", f"{facts['seconds']:.2f} s")
    for row in (*rows, took, *((f"{kind} file", path) for kind, path in paths.items())):
        table.add_row(*row)
    Console().print(table)
    if missed:
        raise Told(fail(missed, code))


class Told(Exception):
    """Ends a command whose error has been printed, with its exit code."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def fail(message: str, code: int, facts: Mapping[str, Any] | None = None) -> int:
    """Print what is wrong in one line, with facts also in JSON, and return the exit code."""
    line = " ".join(message.split())
    typer.echo(f"uat: {line}", err=True)
    if facts is not None:
        print_json({**facts, "error": line, "exit_code": code})
    return code


def print_json(facts: Mapping[str, Any]) -> None:
    """Print facts in JSON."""
    typer.echo(json_text(facts))


def json_text(facts: Mapping[str, Any]) -> str:
    """Write facts in JSON, with null for ∞ and NaN, which JSON does not have."""
    return json.dumps(_without_infinities(facts), allow_nan=False)


def _without_infinities(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _without_infinities(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_without_infinities(inner) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def proof_facts(proof: Certificate) -> dict[str, Any]:
    """Collect what a certificate proves, for JSON."""
    return {
        "upper": proof.upper,
        "rounding": proof.rounding,
        "bound": proof.bound,
        "lower": proof.lower,
        "witness": list(proof.witness),
        "proof": proof.method,
        "assumptions": list(proof.assumptions),
        "doubt": _doubt(proof),
    }


def proof_rows(proof: Certificate) -> Iterator[tuple[str, str]]:
    """List what a certificate proves, for a table."""
    yield "proved", f"{proof.proved}, {proof.method}"
    yield "witness", proof.seen
    for i, assumption in enumerate(proof.assumptions, 1):
        yield f"on trust {i}", assumption
    if _doubt(proof):
        yield "uat verify", f"may not confirm it: {_doubt(proof)}"


def _doubt(proof: Certificate) -> str:
    return "" if proof.evidence is None else proof.evidence.doubt


def network_text(widths: Iterable[int], activations: Iterable[str]) -> str:
    """Describe a network: "32-32 units of tanh", "8-1 units of relu, tanh"."""
    names = [*activations]
    names = names[:1] if len({*names}) == 1 else names
    units = "-".join(map(str, widths))
    return f"{units} unit{'s' * (units != '1')} of {', '.join(names)}" if names else "no units"


def network_facts(network: Network) -> dict[str, Any]:
    """Collect what a network consists of, for JSON."""
    names = [sigma.name for sigma in network.activations]
    return {
        "activation": names[0] if len({*names}) == 1 else None,
        "activations": names,
        "widths": list(network.widths),
        "units": network.units,
    }


def network_words(network: Network) -> str:
    """Describe a network, for a table."""
    return network_text(network.widths, (sigma.name for sigma in network.activations))


def box_text(box: Sequence[Sequence[float]]) -> str:
    """Write a box as a product of intervals."""
    ends = ((repr(float(end)).removesuffix(".0") for end in pair) for pair in box)
    return " × ".join(f"[{a}, {b}]" for a, b in ends)


@contextmanager
def progress(title: str) -> Iterator[Callable[..., None]]:
    """Show a progress bar, or lines in a pipe; yield its report(done, total, words).

    The words may be omitted.
    """
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _lines(title)
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(title, total=None)

        def report(done: int, total: int, words: str = title) -> None:
            bar.update(task, completed=done, total=total, description=words)

        yield report


def _lines(title: str) -> Callable[..., None]:
    """Return a report that prints a line from time to time, and none of short work."""
    told = time.monotonic()

    def report(done: int, total: int, words: str = title) -> None:
        nonlocal told
        if time.monotonic() - told >= SECONDS_BETWEEN_LINES:
            told = time.monotonic()
            named = title if words == title else f"{title}, {words}"
            # News that cannot be written must not end the work.
            with suppress(OSError):
                typer.echo(f"uat: {named}: {done:,} of {total:,}", err=True)

    return report
