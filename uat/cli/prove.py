"""Proofs on the command line: `uat approximate`, `uat certify`, `uat verify`.

Each answers with a table, or with JSON for machines. Files are written last, and each of them
whole or not at all.
"""

import time
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from uat import checker
from uat.cli.console import Json, draw, picture_form, progress, show, tell, writable, write
from uat.core import files as storage
from uat.core.activations import NAMED
from uat.core.certificate import Certificate
from uat.core.network import Network
from uat.core.target import Target
from uat.errors import CannotProve, FileProblem, InputError
from uat.expression.latex import plain
from uat.expression.parse import parse
from uat.plotting.language import check_language

__all__ = ["Sigma", "approximate", "certify", "read_domain", "verify"]

Formula = Annotated[str, typer.Argument(help='f, such as "x**2 + sin(x)".')]
Formulas = Annotated[str, typer.Argument(help='f, such as "x**2 + sin(x)"; outputs apart by ";".')]
Domain = Annotated[str, typer.Option(metavar='"A B; …"', help="The box, a pair a coordinate.")]
Way = Annotated[
    str, typer.Option(help="auto, staircase, rectangles, comb, ridge or fejer-korovkin.")
]
Method = Annotated[str, typer.Option(help="auto, cells or chebyshev.")]
Sigma = Annotated[str, typer.Option(help=f"σ: {', '.join(NAMED)}.")]
Kept = Annotated[Path | None, typer.Option("--certificate", help="Write the proof to this file.")]


def approximate(
    formulas: Formulas,
    domain: Domain,
    eps: Annotated[float, typer.Option(help="ε > 0.")] = 0.1,
    *,
    activation: Sigma = "logistic",
    method: Way = "auto",
    plot: Annotated[Path | None, typer.Option(help="Draw it: .png, .svg or .pdf.")] = None,
    language: Annotated[str, typer.Option(metavar="ja|en", help="Words in the picture.")] = "ja",
    save: Annotated[Path | None, typer.Option(help="Write the network to this .npz.")] = None,
    certificate: Kept = None,
    as_json: Json = False,
) -> None:
    """Build a network within ε of f, and prove it."""
    from uat.theorem.approximate import approximate as build

    form, spoken = picture_form(plot), check_language(language)
    box = read_domain(domain)
    targets = [Target(parse(part), box) for part in formulas.split(";")]
    proofs = _numbered(certificate, len(targets))
    files = writable({"picture": plot, "network": save, **proofs})
    if form:
        _check_shown(len(box), len(targets))
    started = time.perf_counter()
    with progress("building and proving") as report:
        g = build(targets, None, eps, activation, method, progress=report)
    seconds = time.perf_counter() - started
    write(draw(g, form, spoken, repr(g.target), str(g)), plot, g.network, save)
    for proof, path in zip(g.certificates, proofs.values(), strict=False):
        if path is not None:
            proof.save(path)
    facts = _facts(g.targets, g.network, g.certificates, seconds)
    _answer({"method": g.method, "eps": g.eps, "tried": dict(g.tried)} | facts, files, as_json)


def certify(
    formula: Formula,
    network: Annotated[Path, typer.Argument(help="A network in an .npz file.")],
    domain: Domain,
    *,
    cells: Annotated[int, typer.Option(help="How many cells to look at.")] = 50_000,
    method: Method = "auto",
    certificate: Kept = None,
    as_json: Json = False,
) -> None:
    """Prove how far a network is from f at most."""
    from uat.proof.certify import certify as prove

    files = writable({"certificate": certificate})
    target, g = Target(parse(formula), read_domain(domain)), storage.load(network)
    started = time.perf_counter()
    with progress("proving") as report:
        proved = prove(target, g, cells=cells, method=method, progress=report)
    seconds = time.perf_counter() - started
    if certificate is not None:
        proved.save(certificate)
    _answer(_facts((target,), g, (proved,), seconds), files, as_json)


def verify(
    file: Annotated[Path, typer.Argument(help="The file of a certificate.")],
    *,
    network: Annotated[
        Path | None, typer.Option(help="Check too that it is about this .npz.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Confirm a certificate again, by code that shares nothing with what wrote it.

    It takes f and g by their formulas, in real arithmetic. Rounding is not checked.

    What the certificate takes on trust is not needed.
    """
    started = time.perf_counter()
    try:
        claim = checker.read(file)
        if network is not None:
            _same(claim, storage.load(network), network)
        with progress("cells") as report:
            checker.check(claim, report)
    except checker.Unreadable as problem:
        raise FileProblem(str(problem)) from None
    except checker.Refused as problem:
        if as_json:
            tell({"confirmed": False, "reason": str(problem)})
        raise CannotProve(f"{file} is not confirmed: {problem}") from None
    _answer(_confirmed(claim, time.perf_counter() - started), {}, as_json)


def read_domain(text: str) -> list[tuple[float, float]]:
    """Read a box such as "-1 pi" or "0 1; 0 2*pi": numbers and constants, pairs apart by ";".

    Raises
    ------
    InputError

    Examples
    --------
    >>> read_domain("-1 pi; 0 1/2")
    [(-1.0, 3.141592653589793), (0.0, 0.5)]
    """
    pairs = []
    for part in text.split(";"):
        words = part.split()
        if len(words) != 2:
            raise InputError(
                f'domain {text!r:.80} given; two numbers a coordinate are needed, as in "-1 pi; 0 1"'
            )
        ends = [parse(word, ()) for word in words]
        pairs.append((float(ends[0]()), float(ends[1]())))
    return pairs


def _check_shown(dimension: int, outputs: int) -> None:
    """Refuse before any work what has no picture."""
    from uat.plotting.plot import check_shown

    check_shown(dimension, outputs)


def _numbered(path: Path | None, outputs: int) -> dict[str, Path | None]:
    """Name a file for the certificate of each output: proof.json, or proof-1.json, proof-2.json."""
    if path is None or outputs == 1:
        return {"certificate": path}
    names = {i: path.with_name(f"{path.stem}-{i}{path.suffix}") for i in range(1, outputs + 1)}
    return {f"certificate {i}": name for i, name in names.items()}


def _facts(
    targets: tuple[Target, ...],
    network: Network,
    certificates: tuple[Certificate, ...],
    seconds: float,
) -> dict[str, Any]:
    """Tell what was proved; of several outputs each, and above them the largest bound."""
    outputs = [_proved(*pair) for pair in zip(targets, certificates, strict=True)]
    worst = max(outputs, key=lambda output: float(output["bound"]))
    facts = {
        "domain": [list(pair) for pair in targets[0].domain],
        "activation": network.activation.name,
        "widths": list(network.widths),
        "units": network.units,
        "weights": float(np.abs(network.layers[-1].weight).sum()),
        **worst,
        "seconds": round(seconds, 3),
    }
    return facts if len(outputs) == 1 else facts | {"outputs": outputs}


def _proved(target: Target, certificate: Certificate) -> dict[str, Any]:
    formula = target.expression
    return {
        "f": plain(formula) if formula is not None else target.name,
        "upper": certificate.upper,
        "rounding": certificate.rounding,
        "bound": certificate.bound,
        "lower": certificate.lower,
        "witness": list(certificate.witness),
        "proof": certificate.method,
        "assumptions": list(certificate.assumptions),
        "lines": str(certificate).splitlines(),
    }


def _confirmed(claim: checker.Claim, seconds: float) -> dict[str, Any]:
    from uat.expression.graph import from_table

    widths = [len(bias) for _, bias in claim.layers[:-1]]
    return {
        "confirmed": True,
        "f": plain(from_table(claim.formula)),
        "domain": [list(pair) for pair in claim.domain],
        "activation": plain(from_table(claim.sigma)),
        "widths": widths,
        "units": sum(widths),
        "weights": float(np.abs(claim.layers[-1][0]).sum()),
        "upper": claim.upper,
        "lower": claim.lower,
        "witness": claim.witness,
        "cells": len(claim.cells),
        "rounding": claim.rounding,
        "not_checked": f"what evaluation in floating point adds, stated as {claim.rounding!r}",
        "not_needed": list(claim.trusted),
        "seconds": round(seconds, 3),
        "lines": [
            f"sup|f − g| ≤ {claim.upper!r}",
            f"|f − g| ≥ {claim.lower!r} at {', '.join(map(repr, claim.witness))}",
        ],
    }


def _answer(facts: dict[str, Any], files: dict[str, str], as_json: bool) -> None:
    """Print what was proved."""
    outputs = facts.get("outputs", [facts])
    lines = [output.pop("lines") for output in outputs]
    facts.pop("lines", None)
    if as_json:
        tell(facts | ({"files": files} if files else {}))
        return
    pairs = " × ".join(f"[{a:.17g}, {b:.17g}]" for a, b in facts["domain"])
    rows: list[tuple[str, str]] = []
    for output, (proved, seen, *_) in zip(outputs, lines, strict=True):
        rows.append(("f", f"{output['f']} on {pairs}"))
        rows.append(("confirmed" if "confirmed" in facts else "proved", proved))
        rows.append(("witness", seen))
        trusted = enumerate(output.get("assumptions", ()), 1)
        rows += [(f"on trust {i}", text) for i, text in trusted]
    others = {
        "network": f"{'-'.join(map(str, facts['widths']))} units of {facts['activation']}",
        "Σ|a|": f"{facts['weights']:.6g}",
        **{f"tried {name}": result for name, result in facts.get("tried", {}).items()},
        "not checked": facts.get("not_checked", ""),
        **{f"not needed {i}": text for i, text in enumerate(facts.get("not_needed", ()), 1)},
        "cells": str(facts.get("cells", "")),
        "time": f"{facts['seconds']:.2f} s",
        **{f"{what} file": path for what, path in files.items()},
    }
    show([*rows, *others.items()])


def _same(claim: checker.Claim, network: Network, path: Path) -> None:
    """Compare the network of a file with another one."""
    layers = [(layer.weight.tolist(), layer.bias.tolist()) for layer in network.layers]
    sigma = network.activation.expression
    rows = [] if sigma is None else [(name, places, own) for name, places, own in sigma.to_table()]
    if layers != claim.layers or rows != claim.sigma:
        raise checker.Refused(f"it was made for another network than {path}")
