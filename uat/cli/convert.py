"""Networks of other programs on the command line: `uat convert` reads one and writes another."""

import time
from pathlib import Path
from typing import Annotated

import typer

from uat.cli import console
from uat.cli.console import Json
from uat.core.files import check_ending, whole_file
from uat.errors import counted
from uat.interchange.code import FILES
from uat.interchange.formats import READ, WRITTEN, read_network, save


@console.app.command(epilog="Example: uat convert net.nnet net.onnx --normalised")
def convert(
    source: Annotated[
        Path, typer.Argument(metavar="IN", help=f"Network in a file: {', '.join(READ)}.")
    ],
    target: Annotated[
        Path,
        typer.Argument(
            metavar="OUT",
            help=f"File to write: {', '.join(WRITTEN)}, or code: {', '.join(FILES)}.",
        ),
    ],
    *,
    activation: Annotated[
        str | None,
        typer.Option(
            help="For a state of PyTorch: the activation of the hidden layers, or of each: relu,tanh."
        ),
    ] = None,
    normalised: Annotated[
        bool, typer.Option("--normalised", help="Fold the normalisation of a .nnet file in.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Write a network in another format, or as code; no digit of a weight is lost."""
    started = time.perf_counter()
    code = {ending: f"code in {language}" for ending, language in FILES.items()}
    language = FILES.get(check_ending(target, WRITTEN | code))
    sigmas = None if activation is None else console.read_activations(activation)
    files = console.check_files(code=target) if language else console.check_files(save=target)
    network = read_network(source, activation=sigmas, normalised=normalised)
    if language is None:
        save(network, target)
    else:
        text = network.code(language)
        with whole_file(target) as file:
            file.write(text.encode())
    facts = {
        "inputs": network.input_dimension,
        "outputs": network.output_dimension,
        **console.network_facts(network),
        "seconds": round(time.perf_counter() - started, 3),
    }
    ends = f"{counted(network.input_dimension, 'input')}, {counted(network.output_dimension, 'output')}"
    console.answer(
        facts, [("network", f"{ends}, {console.network_words(network)}")], files, as_json=as_json
    )
