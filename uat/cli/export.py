"""A certificate for a proof assistant: `uat export` writes a theorem that Coq checks."""

import time
from pathlib import Path
from typing import Annotated

import typer

from uat.cli import console
from uat.cli.console import Json
from uat.core.certificate import Certificate
from uat.core.load import load_saved
from uat.errors import InputError


@console.app.command(epilog="Example: uat export proof.json proof.v")
def export(
    proof: Annotated[
        Path, typer.Argument(metavar="PROOF", help="File that --certificate wrote, in JSON.")
    ],
    theorem: Annotated[Path, typer.Argument(metavar="THEOREM", help="File to write: .v, for Coq.")],
    *,
    as_json: Json = False,
) -> None:
    """Write a saved certificate as a theorem that Coq checks, with coqc THEOREM.

    Nothing is proved here: Coq, with its package coq-interval, accepts the file or refuses it.
    """
    started = time.perf_counter()
    files = console.check_files(theorem=theorem)
    certificate = load_saved(proof)
    if not isinstance(certificate, Certificate):
        raise InputError(
            f"{proof} holds a network; a certificate, which --certificate writes, is needed"
        )
    certificate.export(theorem)
    facts = console.proof_facts(certificate)
    facts["seconds"] = round(time.perf_counter() - started, 3)
    rows = [*console.proof_rows(certificate), ("check it", f"coqc {theorem}")]
    console.answer(facts, rows, files, as_json=as_json)
