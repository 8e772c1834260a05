"""Write a certificate as a file for Coq: what it states, and the proofs that lead Coq to accept it.

The file is complete in itself, and `coqc` alone decides whether it holds: nothing that is
computed here is taken on trust but what the theorems say. They are about exact real numbers, with the
very doubles of the certificate. Formulas are bounded by the tactic `interval`, which halves the box and
encloses f − g on each part, with Taylor models where f and σ are smooth. Where most units are settled
on most of the box, as in a staircase or a polygon, the box is cut into cells first (`cells.py`).

Source: G. Melquiond, Proving bounds on real-valued functions with computations, 2008;
É. Martin-Dorel and G. Melquiond, Proving tight bounds on univariate expressions with elementary
functions in Coq, 2016.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from uat.errors import InputError, counted
from uat.interchange.coq.cells import Cell, Plan, Tree, Unit, plan
from uat.interchange.coq.formula import LEMMAS, NAMES, SPLIT, digits, literal
from uat.interchange.coq.sigmas import SAFE, Settling
from uat.interchange.coq.statement import Claim, claim_of

if TYPE_CHECKING:
    from uat.core.certificate import Certificate

__all__ = ["ENDING", "theorem"]

ENDING: Final = ".v"

MOST_WHOLE: Final = 128
"""Units of a network that is bounded in one piece; more: Coq takes minutes, or never ends."""

_VERY_STEEP: Final = 1e4
"""Largest |u| past which halving is tried without Taylor models."""

_SLIVER: Final = 2.0**-20
"""Part of the box beside an end, or where f switches, that is bounded by itself: Taylor models may fail."""


def theorem(certificate: Certificate) -> str:
    """Write a certificate as a file for Coq, or raise InputError for what is not written for it.

    >>> import uat
    >>> step = uat.Network.from_units([1.0], [4.0], [-2.0], uat.logistic)
    >>> text = theorem(uat.certify("x", step, (0, 1)))
    >>> text[text.index("Definition f") :].splitlines()[0]
    'Definition f (x : R) : R := x.'
    """
    claim = claim_of(certificate)
    cells = _cells(claim)
    within = _whole(claim) if cells is None else _by_cells(claim, cells)
    return "\n".join([claim.text(), _means(claim, cells), within, _reached(claim, cells)])


def _cells(claim: Claim) -> Plan | None:
    """Plan the cells, or return None for a network that is bounded in one piece."""
    settling, many = claim.sigma.settling, counted(len(claim.units), "unit")
    if settling is None:
        if len(claim.units) > MOST_WHOLE:
            raise InputError(
                f"{many} of {claim.name} are too many for Coq; at most {MOST_WHOLE} are written"
            )
        return None
    few = len(claim.units) <= MOST_WHOLE
    if few and not settling.sudden and not _mostly_settled(claim, settling):
        return None
    return plan(
        claim.units, claim.beside, claim.box, claim.bound, claim.witness, settling, claim.f.cuts
    )


def _mostly_settled(claim: Claim, settling: Settling) -> bool:
    """Return whether at most a quarter of the units is on its way, on an average over the box."""
    on_the_way = 0.0
    for _, b, c in claim.units:
        if b == 0:
            continue
        ends = sorted((end - c) / b for end in settling.reach)
        low, high = max(ends[0], claim.box[0]), min(ends[1], claim.box[1])
        on_the_way += max(high - low, 0.0)
    return on_the_way <= len(claim.units) * (claim.box[1] - claim.box[0]) / 4


def _reach(claim: Claim) -> float:
    """Return a bound of |u|, of units that are not constant."""
    side = max(map(abs, claim.box))
    return max((abs(b) * side + abs(c) for _, b, c in claim.units if b != 0), default=0.0)


def _means(claim: Claim, cells: Plan | None) -> str:
    """Write the lemmas that turn f and σ into what `interval` encloses, and that f is defined."""
    text = claim.f.text
    words = text + claim.sigma.text * (claim.name == "tanh")
    lemmas = [lemma for word, lemma in LEMMAS.items() if word in words]
    rewrites = ", ".join(f"?{name}" for word, name in NAMES.items() if word in text)
    simple = [f"rewrite {rewrites}"] if rewrites else []
    simple += ["unfold sinh, cosh"] if "sinh" in text or "cosh" in text else []
    if "if " in text or "if " in claim.sigma.text:
        simple.append(SPLIT)
    forms = _forms(claim, cells)
    defined = ""
    if claim.defined:
        defined = f"""\
(** f is defined on the box: division, roots and logarithms mean there what they mean elsewhere. *)
Theorem defined : {claim.defined}.
Proof.
  intros x box. repeat match goal with |- _ /\\ _ => split end; intros; simple;
    first [interval | interval with (i_prec 60) | interval with (i_bisect x, i_depth 20)
      | interval with (i_bisect x, i_depth 20, i_prec 60)].
Qed.

"""
    return f"""\
(** * The proof *)

{"".join(lemmas)}{SAFE if "far" in forms and "safe" in claim.sigma.far else ""}
(** f and sigma as [interval] encloses them. *)
Ltac simple := {"; ".join(simple) or "idtac"}.

{"".join(_equal(claim, name, whole=cells is None) for name in forms)}{defined}"""


def _forms(claim: Claim, cells: Plan | None) -> list[str]:
    """Name the forms of σ that are needed; on cells lines beside bends only the one without overflow."""
    if cells is None:
        return ["near", "far"] if _reach(claim) > claim.sigma.near_up_to else ["near"]
    settling = claim.sigma.settling
    assert settling is not None
    return ["far"] if settling.linear and not settling.straight else ["near"]


def _equal(claim: Claim, name: str, *, whole: bool) -> str:
    """Write that σ is the same in another form and, where it is bounded whole, the network with it."""
    form, proof = {
        "near": (claim.sigma.near, claim.sigma.near_proof),
        "far": (claim.sigma.far, claim.sigma.far_proof),
    }[name]
    lemma = f"""\
Lemma sigma_{name} u : sigma u = {form}.
Proof.
  unfold sigma. {proof}
Qed.

"""
    if not whole:
        return lemma
    return f"""\
{lemma}Lemma g_{name} x : g x =
  fold_right (fun '(a, b, c) rest => a * (fun u => {form}) (b * x + c) + rest) {literal(claim.beside)} units.
Proof.
  unfold g. induction units as [|[[a b] c] rest IH]; [reflexivity|].
  cbn [fold_right]. now rewrite sigma_{name}, IH.
Qed.

"""


def _opened(claim: Claim, *, far: bool) -> str:
    """Write the steps that show f and the sum of the units to `interval`."""
    safe = ", safe" if far and "safe" in claim.sigma.far else ""
    return f"rewrite g_{'far' if far else 'near'}. unfold f, units{safe}; cbn [fold_right]"


def _shown(claim: Claim, cells: Plan) -> str:
    """Write the steps that show the units of a cell to `interval`."""
    (form,) = _forms(claim, cells)
    safe = "; unfold safe" if form == "far" and "safe" in claim.sigma.far else ""
    return f"rewrite ?sigma_{form}{safe}"


def _whole(claim: Claim) -> str:
    """Write the theorem, with f − g bounded in one piece, or in three."""
    digits = math.log10(max(claim.size / claim.bound, 1.0)) if claim.bound > 0 else 16.0
    degree, reach = min(max(round(digits * 0.8), 5), 14), _reach(claim)
    steep = reach > _VERY_STEEP and claim.sigma.settling is not None
    far = reach > claim.sigma.near_up_to and not steep
    rooted = "sqrt" in claim.f.text  # a root has no Taylor model at 0
    ways = ["i_bisect x, i_depth 26"] * (reach > _VERY_STEEP)
    ways += [f"i_bisect x, i_taylor x, i_degree {degree}, i_depth 30"]
    ways += ["i_bisect x, i_depth 50"] * rooted
    ways += [f"i_bisect x, i_taylor x, i_degree {degree + 4}, i_depth 30, i_prec 80"]
    tried = "\n  | ".join(f"interval with ({way})" for way in ways)
    low, high = claim.box
    sliver = (high - low) * _SLIVER
    places = [(low, low + sliver), (high, high - sliver)]
    places += [(cut, cut + way) for cut in claim.f.cuts if rooted for way in (-sliver, sliver)]
    cuts = {cut for end, cut in places if (rooted or _is_quarter(end)) and low < cut < high}
    parts = "; [|".join(f"destruct (Rle_lt_dec x {literal(cut)})" for cut in sorted(cuts))
    parts = f";\n  ({parts}{']' * (len(cuts) - 1)})" if cuts else ""
    branched = bool(cuts and claim.f.cuts)
    return f"""\
{_VOID if branched else ""}Theorem within : {claim.within}.
Proof.
  intros x box. {_opened(claim, far=far)}; simple{parts};
  first
  [ {"void x | " if branched else ""}{tried} ].
Qed.
"""


def _is_quarter(end: float) -> bool:
    """Return whether an end is next to a multiple of π/2, at which sin of floats fails in Coq."""
    turns = end / (math.pi / 2)
    return round(turns) != 0 and abs(turns - round(turns)) <= 4 * math.ulp(turns)


def _by_cells(claim: Claim, cells: Plan) -> str:
    """Write the theorem, with f − g bounded cell by cell."""
    settling = claim.sigma.settling
    assert settling is not None
    exact = "assert (s = 0) by lra. subst s. rewrite ?Rplus_0_r, ?Rminus_0_r in *.\n  "
    start = f"intros u s bounds far. cbn [real] in *. unfold sigma.\n  {'' if settling.straight else exact}"
    low, high, tail, slack = (_number(v) for v in (*settling.reach, settling.tail, cells.slack))
    leaves = cells.cells
    members = ";\n".join(f"  {_unit(unit)}" for unit in claim.units)
    lemmas = "\n".join(map(_cell, leaves, range(len(leaves))))
    library = files("uat.interchange.coq").joinpath("cells.v").read_text("utf-8")
    library = library[library.index("(** ** By cells") :]
    return f"""\
{library}
(** ** How sigma settles *)

Lemma settled_low : forall u s, 0 <= s <= real {slack} -> u <= real {low} + s ->
  Rabs (sigma u - IZR {_integer(settling.low)}) <= real {tail} + s.
Proof.
  {start}{settling.low_proof}
Qed.

Lemma settled_high : forall u s, 0 <= s <= real {slack} -> real {high} - s <= u ->
  Rabs (sigma u - (IZR {_integer(settling.high)} + IZR {_integer(settling.linear)} * u)) <= real {tail} + s.
Proof.
  {start}{settling.high_proof}
Qed.

(** ** The units once more, as numbers to compute with *)

Definition members : list unit := [
{members}].

Lemma the_same : units = reals members.
Proof. reflexivity. Qed.

(** ** The cells *)

Ltac shown x := intros x box; {_shown(claim, cells)}; unfold f; simple.

(** units are on their way on a small part of the cell, or f and the units are smooth there *)
Ltac steep := let x := fresh "x" in shown x; interval with (i_bisect x, i_depth 50).
Ltac smooth := let x := fresh "x" in shown x;
  first [ interval with (i_bisect x, i_taylor x, i_degree 6, i_depth 30)
        | interval with (i_bisect x, i_depth 50)
        | interval with (i_bisect x, i_taylor x, i_degree 8, i_depth 30, i_prec 100) ].

{lemmas}

Definition cells : tree :=
  {_tree(cells.tree)}.

Lemma claimed : claims sigma f cells {_number(claim.box[0])} {_number(claim.box[1])}.
Proof.
  exact {_conjunction(cells.tree, (f"cell_{k}" for k in range(len(leaves))))}.
Qed.

Theorem within : {claim.within}.
Proof.
{_summed(claim, cells, "f", cells.slack, claim.bound, "cells", claim.box, _KNOWN)}
Qed.
"""


def _summed(
    claim: Claim,
    cells: Plan,
    function: str,
    slack: float,
    bound: float,
    tree: str,
    box: tuple[float, float],
    known: tuple[str, str, str],
) -> str:
    """Write the steps from the cells of a function to its distance from g."""
    settling = claim.sigma.settling
    assert settling is not None
    limits = " ".join(map(_integer, (settling.low, settling.high, settling.linear)))
    reach = " ".join(map(_number, (*settling.reach, slack, settling.tail)))
    return f"""\
  intros x box. unfold g. rewrite the_same.
  exact (by_cells sigma {function} {cells.bits} {limits} {reach} {_number(bound)}
    {tree} {_number(box[0])} {_number(box[1])} members {_number(claim.beside)}
    ltac:(vm_cast_no_check (eq_refl true)) {" ".join(known)} x box)."""


def _integer(value: int) -> str:
    return str(value) if value >= 0 else f"({value})"


def _number(value: float | Fraction) -> str:
    """Write a number for the sums of `cells.v`: as `real` reads it, it is the literal.

    >>> _number(-3.0), _number(0.75), _number(1.5)
    ('(Whole (-3))', '(Down 0x18000000000000 1)', '(Plain 0x18000000000000)')
    """
    if value == int(value) and -(2**53) < value < 2**53:
        return f"(Whole {_integer(int(value))})"
    whole, power = digits(value)
    text = f"(-0x{whole:x})" if value < 0 else f"0x{whole:x}"
    if power == 0:
        return f"(Plain {text})"
    return f"({'Up' if power > 0 else 'Down'} {text} {abs(power)})"


def _unit(unit: Unit) -> str:
    return f"({', '.join(map(_number, unit))})"


def _cell(cell: Cell, number: int) -> str:
    """Write what is left to prove on a cell."""
    return f"""\
Lemma cell_{number} : forall x, {literal(cell.low)} <= x <= {literal(cell.high)} ->
  Rabs (f x - ({_line(cell)})) <= {literal(cell.bound)}.
Proof. {"steep" if cell.steep else "smooth"}. Qed."""


def _line(cell: Cell) -> str:
    """Write the line that settled units are, with the active ones."""
    line = f"{literal(cell.c0)} + {literal(cell.c1)} * x"
    for a, b, c in reversed(cell.active):
        line = f"{literal(a)} * sigma ({literal(b)} * x + {literal(c)}) + ({line})"
    return line


def _leaf(cell: Cell, bound: float) -> str:
    numbers = f"{_number(cell.c0)} {_number(cell.c1)} {_number(bound)}"
    return f"(Cell {numbers} [{'; '.join(map(_unit, cell.active))}])"


def _tree(tree: Tree) -> str:
    if isinstance(tree, Cell):
        return _leaf(tree, tree.bound)
    before, after = tree
    return f"(Cut {_number(_leftmost(after).low)}\n  {_tree(before)}\n  {_tree(after)})"


def _leftmost(tree: Tree) -> Cell:
    return tree if isinstance(tree, Cell) else _leftmost(tree[0])


def _conjunction(tree: Tree, names: Iterator[str]) -> str:
    """Write the proof of `claims` for a tree of the named cells."""
    if isinstance(tree, Cell):
        return next(names)
    before, after = (_conjunction(half, names) for half in tree)
    return f"(conj {before}\n  {after})"


def _reached(claim: Claim, cells: Plan | None) -> str:
    """Write the theorem that |f − g| reaches the lower bound at the witness."""
    decide = "repeat decide_step. " if "if " in claim.f.text + claim.sigma.text else ""
    evaluated = f"{decide}simple; first [interval | interval with (i_prec 140)]."
    lemma, opened = (
        "",
        f"{_opened(claim, far=_reach(claim) > claim.sigma.near_up_to)}.\n  {evaluated}",
    )
    if claim.lower == 0:
        opened = "apply Rabs_pos."
    elif cells is not None:
        w = literal(claim.witness)
        lemma = _there(claim, cells)
        opened = f"""\
apply still_far with (1 := there_near {w} (conj (Rle_refl _) (Rle_refl _))).
  unfold f, there. {_shown(claim, cells)}. {evaluated}"""
    return f"""\
{_DECIDE if decide else ""}{lemma}
Theorem reached : {claim.reached}.
Proof.
  split; [split; first [apply Rle_refl | interval with (i_prec 60)]|].
  {opened}
Qed.
"""


def _there(claim: Claim, cells: Plan) -> str:
    """Write that g is a line and a few units at the witness, nearly."""
    there, w = cells.there, literal(claim.witness)
    slack = _number(cells.slack)
    known = ("there_low", "there_high", "there_line")
    return f"""\
(** ** The witness, as a cell of one point *)

Definition there (x : R) : R := {_line(there)}.

Lemma still_far u v w least off : Rabs (v - w) <= off -> least + off <= Rabs (u - v) ->
  least <= Rabs (u - w).
Proof.
  intros near far. pose proof (Rabs_triang (u - w) (w - v)) as sum.
  rewrite (Rabs_minus_sym w v) in sum. replace (u - w + (w - v)) with (u - v) in sum by ring. lra.
Qed.

Lemma there_near : forall x : R, {w} <= x <= {w} -> Rabs (there x - g x) <= {literal(there.bound)}.
Proof.
  assert (enough : forall s, 0 <= s <= real (Whole 0) -> 0 <= s <= real {slack}).
  {{ intros s [s0 s1]. split; [exact s0|]. apply Rle_trans with (1 := s1).
    cbn [real]; first [apply Rle_refl | interval]. }}
  assert (there_low := fun u s bounds => settled_low u s (enough s bounds)).
  assert (there_high := fun u s bounds => settled_high u s (enough s bounds)).
  assert (there_line : claims sigma there {_leaf(there, 0.0)} {_number(claim.witness)} {_number(claim.witness)}).
  {{ intros x _. change (Rabs (there x - there x) <= 0).
    rewrite Rminus_diag, Rabs_R0. apply Rle_refl. }}
{_summed(claim, cells, "there", 0.0, there.bound, _leaf(there, 0.0), (claim.witness,) * 2, known)}
Qed.
"""


_KNOWN: Final = ("settled_low", "settled_high", "claimed")
"""What `by_cells` has to know of f."""

_VOID: Final = """\
(** A part of the box on the other side of a switch is empty. *)
Ltac void x :=
  exfalso; repeat match goal with H : _ < _ |- _ => apply Rlt_le in H end;
  match goal with H : ?low <= x, H' : x <= ?high |- _ =>
    apply (Rle_not_lt _ _ (Rle_trans _ _ _ H H')); interval end.

"""

_DECIDE: Final = """\
(** At a point every comparison is decided. *)
Ltac decide_step :=
  match goal with
  | |- context [Rlt_dec ?u ?v] => destruct (Rlt_dec u v) as [yes|no%Rnot_lt_le];
    [ try (exfalso; apply (Rlt_not_le _ _ yes); interval with (i_prec 200))
    | try (exfalso; apply (Rle_not_lt _ _ no); interval with (i_prec 200)) ];
    try clear yes; try clear no
  | |- context [Rle_dec ?u ?v] => destruct (Rle_dec u v) as [yes|no%Rnot_le_lt];
    [ try (exfalso; apply (Rle_not_lt _ _ yes); interval with (i_prec 200))
    | try (exfalso; apply (Rlt_not_le _ _ no); interval with (i_prec 200)) ];
    try clear yes; try clear no
  end.
"""
