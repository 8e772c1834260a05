"""The command `uat train`: fit a network to a formula or to a file of data.

Ctrl-C ends the training and keeps the best network so far. Files are written at the end of the
training, each whole or not at all; they remain if the proof fails or eps is not reached.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from uat.cli import console
from uat.cli.console import Json, Plot, PlotSize, Save, Spoken, Theme, a_number, a_whole_number
from uat.cli.domain import read_domain
from uat.cli.tables import SUFFIXES, column_names, read_table
from uat.core.activations import NAMED
from uat.core.certificate import Certificate
from uat.core.target import Target
from uat.errors import FileProblem, InputError, counted
from uat.expression.parse import parse
from uat.expression.spelling import half_width
from uat.plotting.fit import REASONS
from uat.train.fitting import Fit, fit, fit_function
from uat.train.methods import TRAINERS

_ENDINGS: Final = ", ".join(SUFFIXES)

Hidden = Annotated[
    str, typer.Option(metavar='"N …"', help='Units of each hidden layer, such as "32 32".')
]
Sigmas = Annotated[
    str,
    typer.Option(help=f"Activation σ, or one for each layer, as in relu,tanh: {', '.join(NAMED)}."),
]
Method = Annotated[str, typer.Option(help="; ".join(f"{t.name}: {t.help}" for t in TRAINERS) + ".")]


@console.app.command(epilog='Example: uat train "sin(5*x)" --domain 0 1 --hidden 10 --eps 1e-6')
def train(
    source: Annotated[
        str, typer.Argument(metavar="F|FILE", help='f, such as "sin(5*x)", or data.csv.')
    ],
    *,
    domain: Annotated[
        str | None,
        typer.Option(
            metavar="A B", help='Box of a formula, one pair a coordinate: -1 1, or "-1 pi; 0 1".'
        ),
    ] = None,
    hidden: Hidden = "50",
    activation: Sigmas = "tanh",
    method: Method = "projection",
    eps: Annotated[
        float | None, a_number("Stop once no error at a point is larger; else exit code 1.")
    ] = None,
    max_iter: Annotated[int | None, a_whole_number("Maximum number of iterations.")] = None,
    seconds: Annotated[float | None, a_number("Time limit in seconds.")] = None,
    rng: Annotated[int, a_whole_number("Seed of the random start.")] = 0,
    outputs: Annotated[int, a_whole_number("Columns of values, last in the file.")] = 1,
    prove: Annotated[bool, typer.Option("--prove", help="Prove a bound on the error.")] = False,
    save: Save = None,
    plot: Plot = None,
    language: Spoken = "ja",
    theme: Theme = "light",
    size: PlotSize = "slide",
    as_json: Json = False,
) -> None:
    """Train a network on a formula, or on a file of data."""
    files = console.check_files(plot, language, theme, size, save)
    target, x, y, names = _read(source, domain, outputs)
    if prove and target is None:
        raise InputError("--prove given for a file of data; a formula is needed for a proof")
    budget = {"max_iter": max_iter, "seconds": seconds, "eps": eps}
    options: dict[str, Any] = {name: v for name, v in budget.items() if v is not None}
    network = (_widths(hidden), console.read_activations(activation), method, rng)
    with console.progress("training") as report:
        if target is not None:
            found = fit_function(target, None, *network, progress=report, **options)
        else:
            found = fit(x, y, *network, progress=report, **options)
    files.write(found, found.network, "uat train", str(found))
    proof = _proof(target, found) if prove and target is not None else None
    facts = {"source": source, "method": method, **_facts(found, proof)}
    stopped = found.reason == "interrupted"
    missed = "interrupted; this is the network so far" if stopped else ""
    if eps is not None and not found.max_residual < eps:
        ended = found.reason == "converged"
        missed = (
            f"the largest residual is {found.max_residual:.3g}, not below eps = {eps:g}; take "
            f"{'another --rng' if ended else 'more iterations'}, wider layers or another method"
        )
    console.answer(
        facts,
        _rows(source, names, found, proof),
        files,
        as_json=as_json,
        missed=missed,
        stopped=stopped,
    )


def _read(
    source: str, domain: str | None, outputs: int
) -> tuple[Target | None, Any, Any, Sequence[str]]:
    """Read a file of data if the source has the suffix of one, else a formula on its box.

    Last come the names of the columns of points, if a file has them.
    """
    path = Path(source)
    if path.suffix.lower() in SUFFIXES:
        if domain is not None:
            raise InputError("--domain given for a file of data; it is for a formula")
        names = column_names(path)[:-outputs]
        for column, name in enumerate(names, 1):
            if not name:
                typer.echo(
                    f"uat: {path}: column {column} has no name; it is taken for an input, so leave "
                    "it out if it only counts the rows",
                    err=True,
                )
        named = [name or f"column {column}" for column, name in enumerate(names, 1)]
        return (None, *read_table(path, outputs), named)
    if domain is None and path.is_file():
        raise FileProblem(f"{source} is a file; the name of one of data ends in {_ENDINGS}")
    if domain is None:
        raise InputError(
            f'{source!r:.60} is a formula, which needs --domain, such as "0 1"; the name of a '
            f"file of data ends in {_ENDINGS}"
        )
    return Target(parse(source.strip()), read_domain(domain)), None, None, ()


def _widths(text: str) -> tuple[int, ...]:
    words = half_width(text).replace(",", " ").split()
    if not words or not all(word.isascii() and word.isdigit() for word in words):
        raise InputError(f'--hidden {text!r:.40} given; whole numbers are needed, such as "32 32"')
    return tuple(map(int, words))


def _proof(target: Target, found: Fit) -> Certificate:
    from uat.proof.certify import certify

    with console.progress("proving") as report:
        return certify(target, found.network, progress=report)


def _facts(found: Fit, proof: Certificate | None) -> dict[str, Any]:
    network = found.network
    facts = {
        "inputs": network.input_dimension,
        **console.network_facts(network),
        "loss": found.loss,
        "max_residual": found.max_residual,
        "iterations": len(found.losses) - 1,
        "evaluations": found.evaluations,
        "reason": found.reason,
        "seconds": round(found.seconds, 3),
    }
    if proof is None:
        return facts
    return facts | console.proof_facts(proof) | {"proved": f"{proof.proved}, {proof.method}"}


def _rows(
    source: str, names: Sequence[str], found: Fit, proof: Certificate | None
) -> list[tuple[str, str]]:
    network = found.network
    inputs = counted(network.input_dimension, "input")
    inputs += f" ({', '.join(names)})" * bool(names)
    return [
        ("trained on", source),
        ("network", f"{inputs}, {console.network_words(network)}"),
        ("loss", f"{found.loss:.6g}, the mean squared residual"),
        ("largest residual", f"{found.max_residual:.6g} at the points"),
        *(console.proof_rows(proof) if proof is not None else ()),
        (
            "ended",
            f"after {counted(len(found.losses) - 1, 'iteration')}: {REASONS[found.reason].en}",
        ),
    ]
