"""Arguments and options that several commands share, and how a box is read."""

from pathlib import Path
from typing import Annotated

import typer

from uat.core.activations import NAMED
from uat.errors import InputError
from uat.expression.parse import parse

__all__ = ["Domain", "Json", "Language", "Plot", "Save", "Sigma", "read_domain"]

Domain = Annotated[
    str, typer.Option(metavar='"A B; …"', help="Box of f, one pair for each coordinate.")
]
Sigma = Annotated[str, typer.Option(help=f"σ: {', '.join(NAMED)}.")]
Plot = Annotated[Path | None, typer.Option(help="Draw a picture: .png, .svg or .pdf.")]
Language = Annotated[str, typer.Option(metavar="ja|en", help="Language of the picture.")]
Save = Annotated[Path | None, typer.Option(help="Write the network to this .npz file.")]
Json = Annotated[bool, typer.Option("--json", help="Answer in JSON.")]


def read_domain(text: str) -> list[tuple[float, float]]:
    """Read a box such as "-1 pi" or "0 1; 0 2*pi": numbers and constants, pairs separated by ";".

    >>> read_domain("-1 pi; 0 1/2")
    [(-1.0, 3.141592653589793), (0.0, 0.5)]
    """
    pairs = []
    for part in text.split(";"):
        words = part.split()
        if len(words) != 2:
            raise InputError(
                f"domain {text!r:.80} given; two numbers for each coordinate are needed, as in "
                '"-1 pi; 0 1"'
            )
        low, high = (float(parse(word, ())()) for word in words)
        pairs.append((low, high))
    return pairs
