"""The command `uat train`: fit a network to a formula or to a file of data.

Ctrl-C ends the training and keeps the best network so far. Files are written at the end of the
training, each whole or not at all; they remain if the proof fails or eps is not reached.
"""

from pathlib import Path
from typing import Annotated, Any

import typer

from uat.cli.console import Json, draw, picture_form, progress, show, tell, writable, write
from uat.cli.prove import Sigma, read_domain
from uat.cli.tables import SUFFIXES, read_table
from uat.core.target import Target
from uat.errors import CannotProve, InputError
from uat.expression.parse import parse
from uat.plotting.language import check_language
from uat.train.fitting import Fit, fit, fit_function
from uat.train.methods import TRAINERS

__all__ = ["train"]

Hidden = Annotated[str, typer.Option(metavar='"N …"', help="Widths of the hidden layers.")]
Method = Annotated[str, typer.Option(help="; ".join(f"{t.name}: {t.help}" for t in TRAINERS) + ".")]


def train(
    source: Annotated[str, typer.Argument(help='f, such as "sin(5*x)", or a file data.csv.')],
    *,
    domain: Annotated[
        str | None, typer.Option(metavar='"A B; …"', help="Box of f, one pair for each coordinate.")
    ] = None,
    hidden: Hidden = "50",
    activation: Sigma = "tanh",
    method: Method = "projection",
    eps: Annotated[float | None, typer.Option(help="Stop when no residual is larger.")] = None,
    max_iter: Annotated[int | None, typer.Option(help="Maximum number of iterations.")] = None,
    seconds: Annotated[float | None, typer.Option(help="Time limit in seconds.")] = None,
    rng: Annotated[int, typer.Option(help="Seed of the random start.")] = 0,
    outputs: Annotated[int, typer.Option(help="Number of last columns that are values.")] = 1,
    prove: Annotated[bool, typer.Option("--prove", help="Prove a bound of the error.")] = False,
    save: Annotated[Path | None, typer.Option(help="Write the network to this .npz file.")] = None,
    plot: Annotated[Path | None, typer.Option(help="Draw it: .png, .svg or .pdf.")] = None,
    language: Annotated[str, typer.Option(metavar="ja|en", help="Language of the picture.")] = "ja",
    as_json: Json = False,
) -> None:
    """Train a network on a function, or on data."""
    form, spoken = picture_form(plot), check_language(language)
    files = writable({"picture": plot, "network": save})
    target, x, y = _read(source, domain, outputs)
    if prove and target is None:
        raise InputError("--prove given for a file of data; a formula is needed for a proof")
    budget = {"max_iter": max_iter, "seconds": seconds, "eps": eps}
    with progress("training") as report:
        options: dict[str, Any] = {k: v for k, v in budget.items() if v is not None}
        options |= {"progress": report}
        widths = _widths(hidden)
        if target is not None:
            found = fit_function(target, None, widths, activation, method, rng, **options)
        else:
            found = fit(x, y, widths, activation, method, rng, **options)
    write(draw(found, form, spoken, "uat train", str(found)), plot, found.network, save)
    facts = {"method": method, **_facts(found)}
    if prove and target is not None:
        facts |= _proved(target, found)
    _answer(source, facts, files, as_json)
    if eps is not None and not found.max_residual <= eps:
        raise CannotProve(
            f"the largest residual is {found.max_residual:.3g}, not below eps = {eps:g}; take more "
            "iterations, wider layers or another method"
        )


def _read(source: str, domain: str | None, outputs: int) -> tuple[Target | None, Any, Any]:
    """Read a file of data if the source has the suffix of one, else a formula on its box."""
    path = Path(source)
    if path.suffix.lower() in SUFFIXES:
        if domain is not None:
            raise InputError("--domain given for a file of data; it is for a formula")
        return (None, *read_table(path, outputs))
    if domain is None:
        raise InputError(
            f'{source!r:.60} is a formula, which needs --domain, such as "0 1"; the name of a '
            f"file of data ends in {', '.join(SUFFIXES)}"
        )
    return Target(parse(source), read_domain(domain)), None, None


def _widths(text: str) -> tuple[int, ...]:
    words = text.replace(",", " ").split()
    if not words or not all(word.isascii() and word.isdigit() for word in words):
        raise InputError(f'--hidden {text!r:.40} given; whole numbers are needed, such as "32 32"')
    return tuple(map(int, words))


def _facts(found: Fit) -> dict[str, Any]:
    network = found.network
    return {
        "widths": list(network.widths),
        "units": network.units,
        "activation": network.activation.name,
        "loss": found.loss,
        "max_residual": found.max_residual,
        "iterations": len(found.losses) - 1,
        "evaluations": found.evaluations,
        "reason": found.reason,
        "seconds": round(found.seconds, 3),
    }


def _proved(target: Target, found: Fit) -> dict[str, Any]:
    from uat.proof.certify import certify

    with progress("proving") as report:
        certificate = certify(target, found.network, progress=report)
    return {
        "upper": certificate.upper,
        "rounding": certificate.rounding,
        "lower": certificate.lower,
        "witness": list(certificate.witness),
        "proved": str(certificate).splitlines()[0],
    }


def _answer(source: str, facts: dict[str, Any], files: dict[str, str], as_json: bool) -> None:
    """Print the results as a table or in JSON."""
    if as_json:
        tell({"source": source, **facts} | ({"files": files} if files else {}))
        return
    rows = {
        "trained on": source,
        "network": f"{'-'.join(map(str, facts['widths']))} units of {facts['activation']}",
        "loss": f"{facts['loss']:.6g}, the mean squared residual",
        "largest residual": f"{facts['max_residual']:.6g} at the points",
        "proved": facts.get("proved", ""),
        "ended": f"{facts['reason']}, after {facts['iterations']} iterations",
        "time": f"{facts['seconds']:.2f} s",
        **{f"{kind} file": path for kind, path in files.items()},
    }
    show(rows.items())
