"""Proofs on the command line: `uat approximate`, `uat certify`, `uat enclose`.

Each answers with a table, or in JSON for machines. Files are written last, each whole or not at all.
"""

import time
import warnings
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import typer
from typer.core import TyperCommand, TyperOption

from uat.cli import console
from uat.cli.console import (
    Domain,
    Json,
    NetworkFile,
    Output,
    Plot,
    PlotSize,
    Save,
    Scheduler,
    Sigma,
    Spoken,
    Theme,
    Workers,
    a_number,
    a_whole_number,
)
from uat.cli.domain import read_domain
from uat.core.arguments import read_eps
from uat.core.certificate import EXPORTED, Certificate
from uat.core.network import Network
from uat.core.outputs import one_output
from uat.core.target import Target
from uat.errors import InputError, NotReached, UatError
from uat.expression.latex import plain
from uat.expression.parse import parse
from uat.interchange.formats import FORMATS, read_network

if TYPE_CHECKING:
    from uat.theorem.approximation import Approximation

Formulas = Annotated[
    str,
    typer.Argument(metavar="F", help='f, such as "x**2 + sin(x)"; several outputs apart by ";".'),
]
Kept = Annotated[
    Path | None,
    typer.Option(
        "--certificate",
        help="Write the proof to this file: .json for uat verify, .v for Coq.",
    ),
]

Evaluation = Annotated[
    str,
    typer.Option(metavar="float64|float32", help="Precision of the run whose rounding is bounded."),
]

Rows = Iterator[tuple[str, str]]


class ApproximateCommand(TyperCommand):
    """The command `uat approximate`; its help lists the methods, which take time to load."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help, with a few words about each method."""
        from uat.theorem.methods import METHODS

        listed = "; ".join(f"{method.name}: {method.help}" for method in METHODS.values())
        for parameter in self.params:
            if isinstance(parameter, TyperOption) and parameter.name == "method":
                parameter.help = f"auto: the fewest units; {listed}."
        super().format_help(ctx, formatter)


@console.app.command(
    cls=ApproximateCommand,
    epilog='Example: uat approximate "x**2 + sin(x)" --domain -1 pi --eps 0.1',
)
def approximate(
    formulas: Formulas,
    domain: Domain,
    eps: Annotated[float, a_number("Largest error allowed, above 0.")] = 0.1,
    *,
    activation: Sigma = "logistic",
    method: str = "auto",
    effort: Annotated[
        str,
        typer.Option(
            metavar="quick|normal|thorough", help="How long to search for fewer soft units."
        ),
    ] = "normal",
    prove: Annotated[
        bool, typer.Option("--prove/--no-prove", help="Without: the error is only estimated.")
    ] = True,
    plot: Plot = None,
    language: Spoken = "ja",
    theme: Theme = "light",
    size: PlotSize = "slide",
    save: Save = None,
    certificate: Kept = None,
    workers: Workers = None,
    scheduler: Scheduler = None,
    as_json: Json = False,
) -> None:
    """Build a network whose error is at most eps on a whole box, and prove it.

    Where nothing is proved and the estimated error is not below eps, the exit code is 1. After Ctrl-C
    during a search the answer is the best network that is proved by then, and the exit code 130.
    """
    from uat.plotting.plot import check_shown
    from uat.theorem.approximation import fewest_words

    box = read_domain(domain)
    targets = [Target(parse(part.strip()), box) for part in formulas.split(";")]
    if certificate is not None and not prove:
        raise InputError("--certificate given beside --no-prove; without a proof there is none")
    console.check_workers(workers, scheduler)
    _check_for_coq(certificate, len(box))
    proofs = _numbered(certificate, len(targets))
    files = console.check_files(plot, language, theme, size, save, **proofs)
    if plot:
        check_shown(len(box), len(targets))
    started = time.perf_counter()
    how: dict[str, Any] = {"effort": effort, "prove": prove}
    with console.executor(workers, scheduler) as how["executor"]:
        g, missed, stopped = _built(targets, eps, activation, method, how, as_json=as_json)
    seconds = time.perf_counter() - started
    for proof, path in zip(g.certificates, proofs.values(), strict=False):
        _keep(proof, path)
    files.write(g, g.network, repr(g.target), str(g))
    facts = {"method": g.method, "eps": g.eps, "fewest": g.fewest, "tried": _tried(g)}
    facts |= _proved_facts(g.targets, g.target.domain, g.network, g.certificates, seconds)
    facts |= {} if prove else {"estimate": g.estimate}
    rows = [
        *_proved_rows(g.targets, g.target.domain, g.certificates),
        ("eps", f"{g.eps:g}"),
        ("method", g.method),
        *(() if prove else (("not proved", f"|f − g| ≤ {g.estimate:.6g} at many points"),)),
        *_network_rows(g.network),
        *((("fewest", words),) if (words := fewest_words(g)) else ()),
        *((f"tried {name}", result) for name, result in g.tried),
    ]
    console.answer(facts, rows, files, as_json=as_json, missed=missed, stopped=stopped)


@console.app.command(epilog='Example: uat certify "x**2 + sin(x)" net.npz --domain -1 pi --eps 0.1')
def certify(
    formula: Annotated[
        str,
        typer.Argument(
            metavar="F", help='f, such as "x**2 + sin(x)", or the file of another network.'
        ),
    ],
    network: NetworkFile,
    domain: Domain,
    *,
    eps: Annotated[
        float | None,
        a_number(
            "The goal: only whether the error is below it is proved, which is faster; exit "
            "with 0 if it is, with 1 otherwise."
        ),
    ] = None,
    gap: Annotated[
        float | None, a_number("How near to the error seen the bound has to be, as a share of it.")
    ] = None,
    cells: Annotated[
        int, a_whole_number("Most cells to look at; more: a sharper bound, slower.")
    ] = 50_000,
    method: Annotated[
        str,
        typer.Option(help="cells: any f and σ; chebyshev: analytic ones; auto: the tighter bound."),
    ] = "auto",
    evaluation: Evaluation = "float64",
    output: Output = None,
    certificate: Kept = None,
    workers: Workers = None,
    scheduler: Scheduler = None,
    as_json: Json = False,
) -> None:
    """Prove how far a network in a file is from f, or from another network, on a whole box at most."""
    from uat.proof.certify import certify as prove

    another = Path(formula).suffix.lower() in FORMATS
    if another and network.suffix.lower() not in FORMATS and _is_formula(str(network)):
        missing = "" if Path(formula).exists() else f"{formula:.60} does not exist; "
        raise InputError(
            f"{missing}{formula!r:.60} given as F and {str(network)!r:.60} as NETWORK; they are in the other "
            "order: uat certify F NETWORK"
        )
    files = console.check_files(certificate=certificate)
    console.check_workers(workers, scheduler)
    limit = None if eps is None else read_eps(eps)
    asked: dict[str, Any] = {"cells": cells, "method": method, "goal": limit, "gap": gap}
    asked["evaluation"] = evaluation
    box, g = read_domain(domain), console.one_output_of(read_network(network), network, output)
    _check_for_coq(certificate, len(box))
    f = _other(Path(formula), output) if another else Target(parse(formula.strip()), box)
    started = time.perf_counter()
    with console.progress("proving") as report, console.executor(workers, scheduler) as shared:
        proof = prove(f, g, box if another else None, progress=report, executor=shared, **asked)
    seconds = time.perf_counter() - started
    _keep(proof, certificate)
    rows = [*_proved_rows([f], box, [proof]), *_network_rows(g)]
    facts = _proved_facts([f], box, g, [proof], seconds)
    missed = ""
    if limit is not None:
        missed = _missed(proof, limit)
        facts |= {"eps": limit, "below_eps": not missed}
        rows.append(("eps", f"{limit:g}; the bound is {'not below' if missed else 'below'} it"))
    console.answer(facts, rows, files, as_json=as_json, missed=missed)


@console.app.command(epilog="Example: uat enclose net.onnx --domain -1 1")
def enclose(
    network: NetworkFile,
    domain: Annotated[
        str,
        typer.Option(
            metavar="A B",
            help='The box, one pair for all coordinates or for each: -1 1, or "-1 pi; 0 1".',
        ),
    ],
    *,
    gap: Annotated[
        float, a_number("How near the bounds have to be, as a share of the width of the range.")
    ] = 0.002,
    cells: Annotated[int, a_whole_number("Most cells to look at for each bound.")] = 50_000,
    evaluation: Evaluation = "float64",
    output: Output = None,
    as_json: Json = False,
) -> None:
    """Prove the range of a network in a file on a whole box: of each output, or of one."""
    from uat.proof.network_range import enclose as prove

    g, box = read_network(network), read_domain(domain)
    g = g if output is None else one_output(g, output)
    box = box * g.input_dimension if len(box) == 1 else box
    started = time.perf_counter()
    with console.progress("proving") as report:
        found = prove(g, box, gap=gap, cells=cells, evaluation=evaluation, progress=report)
    facts = {
        "domain": [list(pair) for pair in box],
        **console.network_facts(g),
        "low": found.low.tolist(),
        "high": found.high.tolist(),
        "low_at": found.low_at.tolist(),
        "high_at": found.high_at.tolist(),
        "rounding": found.rounding.tolist(),
        "evaluation": found.evaluation,
        "seconds": round(time.perf_counter() - started, 3),
    }
    rows = [("network", console.network_words(g)), ("box", console.box_text(box))]
    for i, words in enumerate(str(found).splitlines()):
        rows.append((f"output {i if output is None else output}", words))
        for end in ("low", "high"):
            at = ", ".join(f"{v:.6g}" for v in getattr(found, f"{end}_at")[i])
            rows.append((f"  {end} at", f"({at})"))
    console.answer(facts, rows, as_json=as_json)


def _check_for_coq(path: Path | None, dimension: int) -> None:
    """Refuse a file for Coq before the work, where none can be written."""
    if path is not None and path.suffix.lower() in EXPORTED and dimension > 1:
        raise InputError(
            f"{path} given for f of {dimension} coordinates; Coq takes certificates of one",
            "write a .json",
        )


def _keep(proof: Certificate, path: Path | None) -> None:
    """Write a proof in the form that the ending of its file stands for."""
    if path is not None:
        write = proof.export if path.suffix.lower() in EXPORTED else proof.save
        write(path)


def _other(path: Path, output: int | None) -> Network:
    """Read a network to compare with: the same output, unless it has but one."""
    network = read_network(path)
    asked = None if network.output_dimension == 1 else output
    return console.one_output_of(network, path, asked)


def _built(
    targets: list[Target],
    eps: float,
    activation: str,
    method: str,
    how: dict[str, Any],
    *,
    as_json: bool,
) -> "tuple[Approximation, str, bool]":
    """Build and prove; return too what was missed, and if Ctrl-C stopped it."""
    from uat.theorem.approximate import approximate as build
    from uat.theorem.search_free import Interrupted

    with (
        console.progress("building and proving") as report,
        warnings.catch_warnings(record=True) as missed,
    ):
        warnings.simplefilter("always", NotReached)
        try:
            g = build(targets, None, eps, activation, method, **how, progress=report)
        except Interrupted as early:
            return early.best, "interrupted; this is the best network so far", True
        except KeyboardInterrupt:
            told = "interrupted before a network was proved; no file was written"
            code = console.fail(told, console.INTERRUPTED, {} if as_json else None)
            raise console.Told(code) from None
    return g, str(missed[0].message) if missed else "", False


def _tried(g: "Approximation") -> list[dict[str, Any]]:
    """List the methods that were tried: units and bound of what was proved, else the reason."""
    return [
        {
            "method": name,
            "units": getattr(outcome, "units", None),
            "bound": (bound := getattr(outcome, "bound", None)),
            "reason": None if bound is not None else str(outcome),
        }
        for name, outcome in g.tried
    ]


def _missed(proof: Certificate, eps: float) -> str:
    """Return why a proof does not show an error below eps; an empty text if it does."""
    if proof.bound < eps:
        return ""
    told = f"the proved bound {proof.bound:.6g} is not below eps = {eps:g}"
    if proof.lower >= eps:
        return f"{told}, and none can be: {proof.seen}"
    if proof.rounding >= eps:
        return f"{told}: the rounding in {proof.evaluation} alone may be {proof.rounding:.2g}"
    return f"{told}; more --cells, or a better network, may help"


def _numbered(path: Path | None, outputs: int) -> dict[str, Path | None]:
    """Name a file for the certificate of each output: proof.json, or proof-1.json, proof-2.json."""
    if path is None or outputs == 1:
        return {"certificate": path}
    names = {i: path.with_name(f"{path.stem}-{i}{path.suffix}") for i in range(1, outputs + 1)}
    return {f"certificate {i}": name for i, name in names.items()}


def _proved_facts(
    functions: Sequence[Target | Network],
    box: Sequence[Sequence[float]],
    network: Network,
    proofs: Sequence[Certificate],
    seconds: float,
) -> dict[str, Any]:
    """Collect the facts of a proof: of the output with the largest bound, and of each of several.

    Without proofs, those of the network.
    """
    outputs: list[dict[str, Any]] = [{"f": _written(f)} for f in functions]
    for output, proof in zip(outputs, proofs, strict=False):
        output.update(console.proof_facts(proof))
    worst = max(outputs, key=lambda output: float(output.get("bound", 0.0)))
    facts = {
        "domain": [list(pair) for pair in box],
        **console.network_facts(network),
        "weights": _size(network),
        **worst,
        "seconds": round(seconds, 3),
    }
    return facts if len(outputs) == 1 else facts | {"outputs": outputs}


def _proved_rows(
    functions: Sequence[Target | Network],
    box: Sequence[Sequence[float]],
    certificates: Sequence[Certificate],
) -> Rows:
    """List each output, with what is proved of it."""
    for i, f in enumerate(functions):
        yield "f", f"{_written(f)} on {console.box_text(box)}"
        for proof in certificates[i : i + 1]:
            yield from console.proof_rows(proof)


def _network_rows(network: Network) -> Rows:
    yield "network", console.network_words(network)
    yield "Σ|a|", f"{_size(network):.6g}"


def _written(f: Target | Network) -> str | None:
    if isinstance(f, Network):
        return console.network_words(f)
    return f.name if f.expression is None else plain(f.expression)


def _size(network: Network) -> float:
    """Compute Σ|a| of the last layer."""
    return float(np.abs(network.layers[-1].weight).sum())


def _is_formula(text: str) -> bool:
    with suppress(UatError):
        parse(text)
        return True
    return False
