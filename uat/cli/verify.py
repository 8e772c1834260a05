"""A proof confirmed on the command line: `uat verify`, by code that shares nothing with the prover."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import typer

from uat.cli import console
from uat.cli.console import Json, Output
from uat.core.activations import NAMED
from uat.core.certificate import Certificate, rounded_up
from uat.core.network import Network
from uat.errors import FileProblem
from uat.expression.graph import Expression, from_table
from uat.expression.latex import plain
from uat.interchange.formats import read_network

if TYPE_CHECKING:
    from uat import checker


@console.app.command(epilog="Example: uat verify proof.json --network net.npz")
def verify(
    file: Annotated[Path, typer.Argument(metavar="PROOF", help="File that --certificate wrote.")],
    *,
    network: Annotated[
        Path | None, typer.Option(help="Check also that it is about the network in this file.")
    ] = None,
    output: Output = None,
    as_json: Json = False,
) -> None:
    """Prove a saved certificate again, with code independent of the program that wrote it.

    The proof is about the exact values of the formulas of f and of the network, and needs none of
    the assumptions in the certificate. It does not check the stated error of evaluating the network
    in floating point. In two and more coordinates it may take twenty times as long as the proof took,
    with kinks of f more.
    """
    from uat import checker

    started = time.perf_counter()
    try:
        claim = checker.read(file)
        if network is not None:
            _check_same(
                claim, console.one_output_of(read_network(network), network, output), network
            )
        with console.progress("cells") as report:
            checker.check(claim, report)
    except checker.Unreadable as problem:
        raise FileProblem(str(problem)) from None
    except checker.Refused as problem:
        found = {"confirmed": False, "reason": str(problem)} if as_json else None
        said = f" (as it says of itself: {claim.doubt})" if claim.doubt else ""
        message = f"{file} is not confirmed: {problem}{said}"
        raise typer.Exit(console.fail(message, 1, found)) from None
    facts = _confirmed_facts(claim, time.perf_counter() - started)
    console.answer(facts, _confirmed_rows(claim, facts), as_json=as_json)


def _confirmed_facts(claim: "checker.Claim", seconds: float) -> dict[str, Any]:
    widths = [len(bias) for _, bias in claim.layers[:-1]]
    names = [*map(_activation_name, claim.sigmas)]
    return {
        "confirmed": True,
        "f": plain(from_table(claim.formula)),
        "domain": [list(pair) for pair in claim.domain],
        "activation": names[0] if len({*names}) == 1 else None,
        "activations": names,
        "widths": widths,
        "units": sum(widths),
        "weights": float(np.abs(claim.layers[-1][0]).sum()),
        "upper": claim.upper,
        "lower": claim.lower,
        "witness": claim.witness,
        "cells": len(claim.cells),
        "rounding": claim.rounding,
        "not_checked": f"the error of evaluation in floating point, stated as {claim.rounding!r}",
        "not_needed": list(claim.trusted),
        "seconds": round(seconds, 3),
    }


def _confirmed_rows(claim: "checker.Claim", facts: dict[str, Any]) -> Iterator[tuple[str, str]]:
    yield "f", f"{facts['f']} on {console.box_text(claim.domain)}"
    yield "confirmed", f"sup|f − g| ≤ {rounded_up(claim.upper)}"
    yield "witness", Certificate(claim.upper, claim.lower, tuple(claim.witness), 0.0, "cells").seen
    yield "network", console.network_text(facts["widths"], facts["activations"])
    yield "Σ|a|", f"{facts['weights']:.6g}"
    yield "not checked", facts["not_checked"]
    for i, assumption in enumerate(claim.trusted, 1):
        yield f"not needed {i}", assumption
    yield "cells", str(facts["cells"])


def _activation_name(sigma: "checker.Table") -> str:
    """Return the name of the activation that has a formula of a certificate, or the formula."""
    for name, activation in NAMED.items():
        if activation.expression is not None and _rows_of(activation.expression) == sigma:
            return name
    return plain(from_table(sigma))


def _rows_of(formula: Expression) -> "checker.Table":
    """Return a formula as a certificate writes it."""
    return [(name, places, own) for name, places, own in formula.to_table()]


def _check_same(claim: "checker.Claim", network: Network, path: Path) -> None:
    """Refuse a certificate of another network than that of a file."""
    from uat.checker import Refused

    layers = [(layer.weight.tolist(), layer.bias.tolist()) for layer in network.layers]
    formulas = (sigma.expression for sigma in network.activations)
    rows = [[] if formula is None else _rows_of(formula) for formula in formulas]
    if layers != claim.layers or rows != claim.sigmas:
        raise Refused(f"it was made for another network than {path}")
