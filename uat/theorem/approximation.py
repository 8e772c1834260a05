"""The answer to f and ε: a network, the proof of its error for each output, and what was tried.

Called, it is like f. Printed, it recites the theorem and its proof with the numbers of this one.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from uat.core.certificate import Certificate, rounded_up
from uat.core.files import check_ending
from uat.core.outputs import one_output
from uat.errors import InputError, counted
from uat.expression.notebook import shown
from uat.theorem.methods import METHODS

if TYPE_CHECKING:
    from uat.core.network import Network
    from uat.core.target import Target

__all__ = ["Approximation", "Outcome", "fewest_words"]


class Outcome(str):
    """What a method came to, in words; with the units of its network and the bound proved, if any.

    >>> outcome = Outcome("5 units, proved 0.125", 5, 0.125)
    >>> outcome, outcome.units, outcome.bound
    ('5 units, proved 0.125', 5, 0.125)
    """

    units: int | None
    bound: float | None

    def __new__(cls, words: str, units: int | None = None, bound: float | None = None) -> Self:
        """Make it of words and numbers."""
        outcome = super().__new__(cls, words)
        outcome.units, outcome.bound = units, bound
        return outcome


@dataclass(frozen=True)
class Approximation:
    """A network within ε of f, called like f; printed, it recites its proof.

    Attributes
    ----------
    targets : tuple of Target
        One for each output of f.
    eps : float
    network : Network
    certificates : tuple of Certificate
        One for each output; empty without a proof.
    method : str
    tried : tuple of (str, str)
        Names of the methods that were tried, each with its result in words, an `Outcome`.
    estimate : float or None
        Without a proof, the largest |f − g| seen at many points: no bound.
    """

    targets: tuple[Target, ...]
    eps: float
    network: Network
    certificates: tuple[Certificate, ...]
    method: str
    tried: tuple[tuple[str, str], ...]
    estimate: float | None = None

    @property
    def target(self) -> Target:
        """The function f; its first output if it has several."""
        return self.targets[0]

    @property
    def certificate(self) -> Certificate | None:
        """The proof with the largest bound, which holds for every output; None without a proof."""
        return max(self.certificates, key=lambda proof: proof.bound, default=None)

    @property
    def units(self) -> int:
        """The n of the theorem: the number of terms of the sum, the constant one included."""
        return self.network.units

    @property
    def fewest(self) -> int | None:
        """The proved least number of pieces of anything of its kind within ε of f, or None.

        The kind is a staircase or a polygon; None for other methods, several coordinates, several
        outputs (see `output`), and without a proof.

        Examples
        --------
        >>> import uat
        >>> g = uat.approximate("x**2", (-1, 1), eps=1e-3, activation="relu", method="polygon")
        >>> g.units, g.fewest
        (23, 23)
        """
        needed = METHODS[self.method].pieces_needed
        several = len(self.targets) > 1 or self.target.dimension > 1
        if needed is None or several or not self.certificates:
            return None
        _, count = needed
        return count(self.target, self.eps)

    def output(self, index: int) -> Approximation:
        """Return the approximation of one output alone, counted from 0.

        Examples
        --------
        >>> import uat
        >>> g = uat.approximate(["x", "x**2"], (0, 1), eps=0.1)
        >>> g.output(1).target, g.output(1).certificate.bound < 0.1
        (<Target x**2 on [0, 1]>, True)
        """
        which = slice(index, index + 1)
        return replace(
            self,
            targets=self.targets[which],
            network=one_output(self.network, index),
            certificates=self.certificates[which],
        )

    def latex(self, digits: int = 4) -> str:
        """Return g in LaTeX with its numbers rounded to `digits` digits, as `Network.latex` does."""
        return self.network.latex(digits)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the network to an .npz file, or the certificate with its cells to a .json file.

        `uat.load` reads both, and `uat verify` confirms the certificate.

        Parameters
        ----------
        path : str or path-like
            The name of the file, with its ending; an older file is replaced.

        Raises
        ------
        InputError
            Another ending, a σ without a formula, or a .json without one certificate to write.
        FileProblem
            If the file cannot be written; then no part of it is left behind.

        Examples
        --------
        >>> import tempfile, uat
        >>> g = uat.approximate("x**2", (0, 1), eps=0.125)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     g.save(f"{folder}/proof.json")
        ...     print(uat.load(f"{folder}/proof.json") == g.certificate)
        True
        """
        known = {".npz": "the network", ".json": "its certificate"}
        if check_ending(path, known) == ".npz":
            self.network.save(path)
        elif len(self.certificates) == 1:
            self.certificates[0].save(path)
        elif self.certificates:
            raise InputError(
                f"{len(self.certificates)} outputs, each with a certificate of its own; save one "
                "of them: g.output(0).save(…)"
            )
        else:
            raise InputError("no certificate to save without a proof; .npz saves the network")

    def __call__(self, *coordinates: Any) -> Any:
        """Evaluate g in float64: coordinates in, the same shape out.

        With several outputs, the last axis runs over them. g has a value everywhere, but outside the
        box of f nothing is proved of it, and nothing warns of that.

        Examples
        --------
        >>> import uat
        >>> g = uat.approximate("x**2", (0, 1), eps=0.125)
        >>> bool(abs(g(0.5) - 0.25) < 0.125), bool(abs(g(3.0) - 9.0) < 0.125)
        (True, False)
        """
        return self.network.as_function()(*coordinates)

    _repr_mimebundle_ = shown

    def __repr__(self) -> str:
        proof = self.certificate
        what = "no proof" if proof is None else f"sup|f − g| ≤ {rounded_up(proof.bound)}"
        return f"<Approximation {self.method}, {counted(self.units, 'unit')}, {what}>"

    def __str__(self) -> str:
        several, size = len(self.targets) > 1, np.abs(self.network.output_weights).sum()
        construction = METHODS[self.method].recite(
            self.network, len(self.targets), proved=bool(self.certificates)
        )
        product = "b_i x" if self.target.dimension == 1 else "b_i·x"
        units = counted(self.units, "unit")
        units += f", {len(self.targets)} outputs" if several else ""
        total = f"so      g(x) = Σ a_i σ({product} + c_i), {units}, Σ|a| = {float(size):.4g}"
        return "\n".join([*_theorem(self), *construction, total, *_proof(self)])


def _theorem(g: Approximation) -> list[str]:
    assumed = ", continuous" if g.certificates else ""
    names = [repr(target)[1:-1].removeprefix("Target ") for target in g.targets]
    if len(names) == 1:
        return [f"f: {names[0]}{assumed}; ε = {g.eps:g}"]
    listed = [f"f{_subscript(i)}: {name}" for i, name in enumerate(names, 1)]
    return [*listed, f"{'all continuous; ' * bool(assumed)}ε = {g.eps:g} for each"]


def _proof(g: Approximation) -> list[str]:
    if not g.certificates:
        assert g.estimate is not None
        missed = "" if g.estimate < g.eps else ", not below ε"
        return [f"not proved; the largest |f − g| at many points is {g.estimate:.6g}{missed}"]
    lines = []
    for i, proof in enumerate(g.certificates, 1):
        which = f"f{_subscript(i)}: " if len(g.certificates) > 1 else ""
        lines += [
            f"proved  {which}{proof.proved} < ε, {proof.method}",
            f"seen    {which}{proof.seen}",
            *(f"on trust: {assumption}" for assumption in proof.assumptions),
        ]
    fewest = fewest_words(g)
    return [*lines, f"fewest  {fewest}"] if fewest else lines


def fewest_words(g: Approximation) -> str:
    """Return the words about the proved least number of pieces, "" where none is known."""
    fewest, needed = g.fewest, METHODS[g.method].pieces_needed
    if fewest is None or needed is None or fewest < 2:
        return ""
    return f"no {needed[0]} of fewer than {fewest:,} pieces is within ε"


def _subscript(number: int) -> str:
    return str(number).translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))
