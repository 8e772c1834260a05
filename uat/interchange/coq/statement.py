"""What a file for Coq states: f, σ, the units, the network, and the theorems about them.

This is the part that a reader has to read; whether it holds, Coq decides. All numbers are the very
doubles of a certificate, and the theorems are about exact real numbers.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf
from typing import TYPE_CHECKING, Final

from uat.core.activations import NAMED
from uat.errors import InputError, counted
from uat.interchange.coq.formula import Formula, literal, written
from uat.interchange.coq.sigmas import SIGMAS, Sigma

if TYPE_CHECKING:
    from uat.core.certificate import Certificate
    from uat.core.network import Network
    from uat.interchange.coq.cells import Unit

__all__ = ["MOST_UNITS", "Claim", "claim_of"]

MOST_UNITS: Final = 1000
"""Units of a network; more: Coq takes many minutes."""

_SLACK: Final = 2.0**-46
"""Room for the rounding of Coq's own proof, in parts of Σ|a|, where none of float64 is known."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What is claimed of f and a network, as it is written in Coq."""

    f: Formula
    sigma: Sigma
    name: str
    units: tuple[Unit, ...]
    beside: float
    box: tuple[float, float]
    bound: float
    said: str  # which bound of the certificate it is
    lower: float
    witness: float

    @property
    def size(self) -> float:
        """Σ|a| or, if it is larger, the bias of the output."""
        return max(sum(abs(a) for a, _, _ in self.units), abs(self.beside), 1e-300)

    def inside(self, x: str = "x") -> str:
        """Write that x is in the box."""
        return f"{literal(self.box[0])} <= {x} <= {literal(self.box[1])}"

    @property
    def within(self) -> str:
        """The first theorem: how far f and g are apart at most."""
        return f"forall x : R, {self.inside()} -> Rabs (f x - g x) <= {literal(self.bound)}"

    @property
    def reached(self) -> str:
        """The second theorem: how far they are apart at the witness at least."""
        w = literal(self.witness)
        return f"({self.inside(w)}) /\\ {literal(self.lower)} <= Rabs (f {w} - g {w})"

    @property
    def defined(self) -> str:
        """The theorem that f is defined on the box, or nothing where it needs none."""
        goals = "\n    /\\ ".join(f"({condition})" for condition in self.f.conditions)
        return f"forall x : R, {self.inside()} ->\n    {goals}" if goals else ""

    def text(self) -> str:
        """Write what a reader has to read, from the header to the claims."""
        rows = ";\n".join(f"  ({', '.join(map(literal, unit))})" for unit in self.units)
        low, high = (repr(end).removesuffix(".0") for end in self.box)
        return f"""\
(** |f - g| on [{low}, {high}]: a theorem about a network of {counted(len(self.units), "unit")} of {self.name}.

    [within] says that f and the network g, with its weights as they stand below, are nowhere farther
    apart than the bound, which is {self.said} of the certificate. [reached] says how far
    apart they are at one x at least. Both are about real numbers: no rounding is in them.

    Check it with [coqc] of Coq and the package coq-interval (tested: coqc 8.20, coq-interval 4.11):
    on Debian apt-get install --no-install-recommends libcoq-interval, or
    opam install coq-interval. Coq accepts the file or refuses it; you need trust nothing that wrote
    it. What you have to read is f, sigma, the units and g, up to "The proof": whether they are what
    you meant, no computer knows. A literal such as 0x1.8p+1 is a hexadecimal number, here 1.5 times 2,
    and means exactly this number; each is a double of the certificate.

    A line [Print Assumptions within.] at the end makes Coq list what the theorem rests on, in ten
    seconds more: the axioms of its real numbers (classical logic and functional extensionality), its
    machine integers and, where the list has PrimFloat, floating-point numbers, which are trusted to
    compute as IEEE 754 says. *)

From Coq Require Import Reals List ZArith QArith Qreals Lra Lia Bool.
From Interval Require Import Tactic.
Import ListNotations.
Local Open Scope R_scope.

(** * What is proved *)

Definition f (x : R) : R := {self.f.text}.

Definition sigma (u : R) : R := {self.sigma.text}.

(** a, b, c of each unit a sigma(b x + c) *)
Definition units : list (R * R * R) := [
{rows}].

(** The network, the sum of its units{"" if self.beside == 0 else " and of the bias of its output"}. *)
Definition g (x : R) : R :=
  fold_right (fun '(a, b, c) rest => a * sigma (b * x + c) + rest) {literal(self.beside)} units.

(** Proved below:
      within  : {self.within}
      reached : {self.reached} *)
"""


def claim_of(certificate: Certificate) -> Claim:
    """Read a certificate, or raise InputError for what is not written for Coq."""
    evidence = certificate.evidence
    formula = None if evidence is None else evidence.target.expression
    if evidence is None or formula is None:
        raise InputError(
            "this certificate has no formula of f with it, and Coq needs one; a modulus is not enough"
        )
    if certificate.bound == inf:
        raise InputError("the bound is not finite, and says nothing that Coq could prove")
    network, target = evidence.network, evidence.target
    sigma = _sigma(network, target.dimension)
    hidden, outer = network.layers
    rows = (outer.weight[0].tolist(), hidden.weight[:, 0].tolist(), hidden.bias.tolist())
    (box,), (witness,) = target.domain, certificate.witness
    claim = Claim(
        written(formula),
        sigma,
        network.activations[0].name,
        tuple(zip(*rows, strict=True)),
        float(outer.bias[0]),
        box,
        certificate.upper,
        "upper",
        certificate.lower,
        witness,
    )
    # a theorem about real numbers has no use for the rounding of another evaluation
    if certificate.evaluation != "float64":
        certificate = replace(certificate, rounding=_SLACK * claim.size, evaluation="float64")
    # where the least error is as near to the bound as floats are exact, rounding is allowed for
    if certificate.upper - certificate.lower < 2 * certificate.rounding:
        return replace(claim, bound=certificate.bound, said="upper + rounding")
    return claim


def _sigma(network: Network, dimension: int) -> Sigma:
    """Return σ of a network of one coordinate and one hidden layer."""
    if dimension > 1:
        raise InputError(f"f has {dimension} coordinates; Coq takes certificates of one")
    if network.depth != 1:
        raise InputError(
            f"the network has {counted(network.depth, 'hidden layer')}; Coq takes certificates of one"
        )
    sigma = network.activations[0]
    if sigma.name not in SIGMAS or NAMED[sigma.name] != sigma:
        raise InputError(f"{sigma!r} is not written for Coq; written are {', '.join(SIGMAS)}")
    if network.units > MOST_UNITS:
        raise InputError(
            f"{counted(network.units, 'unit')} are too many for Coq; at most {MOST_UNITS:,} are written"
        )
    return SIGMAS[sigma.name]
