"""The one type that carries a bound: the proved upper and lower bound, and the assumptions."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from uat.core.files import check_ending, whole_file
from uat.errors import InputError
from uat.expression.arrays import Array
from uat.expression.graph import Expression
from uat.expression.notebook import shown

if TYPE_CHECKING:
    from uat.core.activations import Activation
    from uat.core.network import Network
    from uat.core.target import Target

__all__ = ["EVALUATIONS", "Certificate", "Evidence", "rounded_down", "rounded_up"]


FORMAT: Final = "uat certificate 1"
"""First entry of the file of a certificate; the number increases when a reader of before would misread it."""

EVALUATIONS: Final = ("float64", "float32")
"""The precisions in which a network is run, where its rounding is bounded."""

ENDINGS: Final = {".json": "the certificate"}
"""Ending of the file of a certificate, with what it is for."""

EXPORTED: Final = {".v": "a theorem for Coq"}
"""Ending of the file that a certificate is exported to."""


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """The cells of a proof: |f − g| ≤ bounds[i] on cell i, and the cells cover the box."""

    lower: Array  # (cells, d): the ends of each cell along each coordinate
    upper: Array
    bounds: Array  # (cells,)
    target: Target
    network: Network
    doubt: str = ""  # why `uat verify` may not confirm it; empty where it does
    along: Array | None = None
    """Where g is a sum of polygons p(u) = αu + β + Σ c |u + t| along forms u = n·x, the bounds of
    their errors: n, α, β and the bound in each row, (forms, d + 3)."""


@dataclass(frozen=True)
class Certificate:
    """A proved bound of sup |f − g| over the box.

    Attributes
    ----------
    upper : float
        sup |f − g| ≤ upper, for the real-arithmetic network whose weights are the stored floats.
    lower : float
        |f(x) − g(x)| ≥ lower at x = witness, proved too: no bound below it exists.
    witness : tuple of float
        The point x, one float for each coordinate.
    rounding : float
        |f(x) − g(x)| ≤ upper + rounding for g as evaluated in float64 at every float x of the box.
    method : str
        Name of the proof: "a priori", "cells", "Chebyshev", or that of another theorem.
    assumptions : tuple of str
        Statements of the caller that the proof rests on (a declared modulus, a declared tail);
        empty for traced code and the package's activations. The assumptions of every proof about
        the platform are in `numerics/network_rounding.py`.
    evidence : Evidence or None
        The cells of the proof, for those who want to check it themselves.
    goal : float or None
        The bound that was asked for; see `decided`. It is not saved.
    evaluation : str
        "float32" if the rounding is that of the network run in single precision, with the weights
        rounded and sums in any order, at every x that is a float32.

    Raises
    ------
    InputError
        For numbers that cannot be bounds: NaN, below 0, or lower above upper.

    Examples
    --------
    >>> print(Certificate(0.09, 0.08, (1.0,), 2.0**-50, "a priori"))
    sup|f − g| ≤ 0.09 + 8.9e-16 (rounding), a priori
    |f − g| ≥ 0.08 at x = 1
    """

    upper: float
    lower: float
    witness: tuple[float, ...]
    rounding: float
    method: str
    assumptions: tuple[str, ...] = ()
    evidence: Evidence | None = field(default=None, repr=False, compare=False)
    goal: float | None = field(default=None, repr=False, compare=False)
    evaluation: str = field(default="float64", repr=False)

    def __post_init__(self) -> None:
        for name in ("upper", "lower", "rounding"):
            object.__setattr__(self, name, float(getattr(self, name)))
        object.__setattr__(self, "witness", tuple(float(v) for v in self.witness))
        object.__setattr__(self, "assumptions", tuple(self.assumptions))
        if not (0 <= self.lower <= self.upper and self.rounding >= 0):
            raise InputError(
                f"upper = {self.upper}, lower = {self.lower}, rounding = {self.rounding} given to "
                "a certificate; 0 ≤ lower ≤ upper and rounding ≥ 0 are needed"
            )
        if not all(map(math.isfinite, self.witness)):
            raise InputError(f"witness {self.witness} given; finite coordinates are needed")

    @property
    def bound(self) -> float:
        """Bound of the error of every evaluation: upper + rounding, rounded up."""
        total = self.upper + self.rounding
        exact = self.rounding == 0 or self.upper == 0
        return total if exact else math.nextafter(total, math.inf)

    @property
    def decided(self) -> bool | None:
        """Whether the error is below the goal: True or False if that is proved, otherwise None.

        Examples
        --------
        >>> import uat
        >>> step = uat.Network.from_units([1.0], [1e100], [-5e99], uat.logistic)
        >>> [uat.certify("x", step, (0, 1), goal=goal).decided for goal in (0.6, 0.4)]
        [True, False]
        """
        if self.goal is None or (self.bound >= self.goal > self.lower):
            return None
        return self.bound < self.goal

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the proof to a file; `uat verify` and `checker.py` confirm its bound without rounding.

        The file is JSON: f and σ as tables of their formulas, the box, the weights, the bounds and
        the cells. Floats are hexadecimal texts, so that no bit is lost. `uat.load` reads it. Where
        the checker may find no proof, `evidence.doubt` and the file say why.

        Raises
        ------
        InputError
            For another ending than .json, a certificate without the cells of its proof, or a σ without a formula.
        FileProblem
            If the file cannot be written; then no part of it is left behind.

        Examples
        --------
        >>> import tempfile, uat
        >>> from pathlib import Path
        >>> g = uat.approximate("x**2", (0, 1), eps=0.125, method="staircase")
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = Path(folder, "certificate.json")
        ...     g.certificate.save(path)
        ...     path.read_text("utf-8").splitlines()[1]
        '"format": "uat certificate 1",'
        """
        check_ending(path, ENDINGS)
        lines = list(_lines(self))
        with whole_file(path) as file:
            file.writelines(line.encode() + b"\n" for line in lines)

    def export(self, path: str | os.PathLike[str]) -> None:
        """Write the proof as a theorem for Coq, a .v file that `coqc` accepts or refuses by itself.

        It states |f − g| ≤ upper on the box in exact real numbers, or upper + rounding where the
        error leaves no room for the rounding of Coq's own proof, and that the witness reaches lower.
        Taken are formulas of one coordinate and networks of one hidden layer; `docs/proof.md` tells
        more.

        Raises
        ------
        InputError
            For another ending than .v, and for an f or a network that is not written for Coq.
        CannotProve
            Where the bound leaves no room for the tails of steep units.
        FileProblem
            If the file cannot be written; then no part of it is left behind.

        Examples
        --------
        >>> import tempfile, uat
        >>> from pathlib import Path
        >>> g = uat.approximate("x**2", (0, 1), eps=0.125)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = Path(folder, "proof.v")
        ...     g.certificate.export(path)
        ...     "Theorem within : forall x : R, 0 <= x <= 1 ->" in path.read_text("utf-8")
        True
        """
        from uat.interchange.coq.export import theorem

        check_ending(path, EXPORTED)
        text = theorem(self)
        with whole_file(path) as file:
            file.write(text.encode())

    @property
    def proved(self) -> str:
        """The upper bound in words, rounded so that the printed numbers are proved too.

        Examples
        --------
        >>> Certificate(0.09, 0.08, (1.0,), 2.0**-50, "a priori").proved
        'sup|f − g| ≤ 0.09 + 8.9e-16 (rounding)'
        """
        kind = "rounding" if self.evaluation == "float64" else f"rounding in {self.evaluation}"
        return f"sup|f − g| ≤ {rounded_up(self.upper)} + {rounded_up(self.rounding, 2)} ({kind})"

    @property
    def seen(self) -> str:
        """The lower bound at its witness in words.

        Examples
        --------
        >>> Certificate(0.09, 0.08, (1.0,), 2.0**-50, "a priori").seen
        '|f − g| ≥ 0.08 at x = 1'
        """
        # to the last digit: near a steep unit another x is no witness
        at = ", ".join(repr(v).removesuffix(".0") for v in self.witness)
        where = f"x = {at}" if len(self.witness) == 1 else f"({at})"
        return f"|f − g| ≥ {_rounded(self.lower, 6, ROUND_FLOOR)} at {where}"

    _repr_mimebundle_ = shown

    def __str__(self) -> str:
        trusted = [f"on trust: {assumption}" for assumption in self.assumptions]
        return "\n".join([f"{self.proved}, {self.method}", self.seen, *trusted])


def rounded_up(value: float, digits: int = 6) -> str:
    """Write a bound in a few digits, rounded up, as the double 0.1 is larger than a tenth.

    >>> rounded_up(0.12345611), rounded_up(0.09), rounded_up(0.1)
    ('0.123457', '0.09', '0.100001')
    """
    return _rounded(value, digits, ROUND_CEILING)


def rounded_down(value: float, digits: int = 6) -> str:
    """Write a lower bound in a few digits, rounded down.

    >>> rounded_down(0.12345678), rounded_down(-2.5)
    ('0.123456', '-2.5')
    """
    return _rounded(value, digits, ROUND_FLOOR)


def _rounded(value: float, digits: int, towards: str) -> str:
    decimal = Context(prec=digits, rounding=towards).create_decimal(Decimal(value))
    return f"{float(decimal):.{digits}g}"


def _lines(certificate: Certificate) -> Iterator[str]:
    """Write a certificate as JSON, one member or cell on each line."""
    evidence = certificate.evidence
    if evidence is None:
        raise InputError("a certificate without the cells of its proof cannot be saved")
    target, network = evidence.target, evidence.network
    members = {
        "format": FORMAT,
        "target": {"name": target.name, "expression": _written_table(target.expression)},
        "domain": _hex(target.domain),
        "network": {
            "activation": _described(network),
            "layers": [
                {"weight": _hex(layer.weight.tolist()), "bias": _hex(layer.bias.tolist())}
                for layer in network.layers
            ],
        },
        "upper": _hex(certificate.upper),
        "rounding": _hex(certificate.rounding),
        "evaluation": certificate.evaluation,
        "lower": _hex(certificate.lower),
        "witness": _hex(certificate.witness),
        "method": certificate.method,
        "assumptions": certificate.assumptions,
        "doubt": evidence.doubt or "f has no formula" * (target.expression is None),
    }
    if evidence.along is not None:
        members["along"] = _hex(evidence.along.tolist())
    yield "{"
    for name, value in members.items():
        yield f"{json.dumps(name)}: {json.dumps(value)},"
    yield '"cells": ['
    rows = [json.dumps(_hex(row)) for row in _end_to_end(evidence)]
    yield ",\n".join(rows)
    yield "]}"


def _described(network: Network) -> Any:
    """Describe the one σ of a network, or in a list that of each hidden layer."""
    if network.activation is not None:
        return _describe(network.activation)
    return [_describe(sigma) for sigma in network.activations]


def _describe(sigma: Activation) -> dict[str, Any]:
    """Describe σ by its formula, its limits and, where it was declared as a formula, its tail."""
    if sigma.expression is None:
        raise InputError(f"{sigma!r} has no formula, so a file of the proof cannot hold it")
    words = {"name": sigma.name, "expression": _written_table(sigma.expression)}
    words["limits"] = _hex(sigma.limits)
    if sigma.assumptions and isinstance(sigma.tail_bound, Expression):
        words["tail"] = _written_table(sigma.tail_bound)
    return words


def _end_to_end(evidence: Evidence) -> Iterator[tuple[list[float], list[float], float]]:
    """List the cells; in one dimension sorted, with the overlaps of neighbours cut off."""
    lower, upper, bounds = evidence.lower, evidence.upper, evidence.bounds
    if lower.shape[1] == 1:
        order = np.argsort(lower[:, 0], kind="stable")
        lower, upper, bounds = lower[order], upper[order], bounds[order]
        before = np.maximum.accumulate(np.append(-np.inf, upper[:-1, 0]))[:, None]
        lower = np.maximum(lower, before)
        some = (lower < upper)[:, 0]
        lower, upper, bounds = lower[some], upper[some], bounds[some]
    return zip(lower.tolist(), upper.tolist(), bounds.tolist(), strict=True)


def _written_table(expression: Expression | None) -> Any:
    """Return a formula as a table with its numbers as texts; None stays None."""
    if expression is None:
        return None
    return [[name, places, _hex(own)] for name, places, own in expression.to_table()]


def _hex(value: Any) -> Any:
    """Return floats, alone or in lists, as the texts of their exact values."""
    if value is None:
        return None
    return value.hex() if isinstance(value, float) else [_hex(v) for v in value]
