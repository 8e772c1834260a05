"""The activations in Coq: what they are, how they are enclosed, and how they settle.

The tactic `interval` encloses formulas, but not all functions, and where exp overflows its Taylor
models end. So σ is also written as it can be enclosed: `near`, where u is small, and `far` for
every u. Coq proves that they are the same function.

Far from 0 most σ are nearly constant, or like ReLU nearly linear: `low` for u ≤ reach[0] and
high + linear·u for u ≥ reach[1], up to the tail.
"""

from dataclasses import dataclass
from typing import Final

__all__ = ["SAFE", "SIGMAS", "Settling", "Sigma"]


@dataclass(frozen=True, slots=True)
class Settling:
    """How σ settles, with proofs from far: u ≤ reach[0] + s or reach[1] − s ≤ u."""

    low: int
    high: int
    linear: int
    reach: tuple[float, float]
    tail: float
    low_proof: str = "interval with (i_prec 130)."
    high_proof: str = "interval with (i_prec 130)."
    straight: bool = False  # continuous pieces of lines, with slopes of at most 1: s may be above 0

    @property
    def sudden(self) -> bool:
        """Whether σ has a bend or a jump."""
        return self.straight or self.reach[1] - self.reach[0] < 1


@dataclass(frozen=True, slots=True)
class Sigma:
    """σ(u) in Coq, with the forms that are enclosed and the proofs that they are equal to it."""

    text: str
    near: str
    far: str
    near_proof: str = "reflexivity."
    far_proof: str = "reflexivity."
    settling: Settling | None = None
    near_up_to: float = 80.0  # largest |u| with good Taylor models of `near`: exp does not overflow


SAFE: Final = """\
(** The logistic function without overflow: no exponent is above 0. *)
Definition safe (v : R) : R := exp ((v - Rabs v) / 2) / (1 + exp (- Rabs v)).

Lemma logistic_safe v : / (1 + exp (- v)) = safe v.
Proof.
  unfold safe. pose proof (exp_pos v). destruct (Rcase_abs v) as [side|side].
  - rewrite (Rabs_left v side). replace ((v - - v) / 2) with v by field.
    rewrite Ropp_involutive, exp_Ropp. field. lra.
  - rewrite (Rabs_right v side). replace ((v - v) / 2) with 0 by field.
    rewrite exp_0. unfold Rdiv. now rewrite Rmult_1_l.
Qed.
"""
"""What the far forms of logistic, tanh and silu are made of."""

_CASES: Final = "unfold Rmax, Rmin, Rabs; repeat destruct Rle_dec; repeat destruct Rcase_abs; lra."

_SILU_TAIL: Final = """\
assert (far_out : forall v, 96 <= v -> 0 <= v / (1 + exp v) <= 0x1.0000000000000p-68).
  { intros v Hv. pose proof (exp_pos v). pose proof (exp_pos (v / 2)).
    pose proof (exp_ineq1_le (v / 2)). split; [apply Rmult_le_pos; [lra|]; left; apply Rinv_0_lt_compat; lra|].
    apply Rle_trans with (2 * exp (- (v / 2))); [|interval].
    assert (E : exp v = exp (v / 2) * exp (v / 2)) by (rewrite <- exp_plus; f_equal; field).
    apply Rmult_le_reg_r with (1 + exp v); [lra|]. unfold Rdiv at 1.
    rewrite Rmult_assoc, Rinv_l, exp_Ropp, E by lra. set (e := exp (v / 2)) in *.
    apply Rmult_le_reg_r with e; [lra|].
    replace (2 * / e * (1 + e * e) * e) with (2 + 2 * (e * e)) by (field; lra). nra. }"""

SIGMAS: Final[dict[str, Sigma]] = {
    "logistic": Sigma(
        "/ (1 + exp (- u))",
        "/ (1 + exp (- u))",
        "safe u",
        far_proof="apply logistic_safe.",
        settling=Settling(0, 1, 0, (-64.0, 64.0), 2.0**-92),
    ),
    "tanh": Sigma(
        "tanh u",
        "1 - 2 / (1 + exp (2 * u))",
        "2 * safe (2 * u) - 1",
        near_proof="apply tanh_exp.",
        far_proof="""\
rewrite <- logistic_safe. unfold tanh, sinh, cosh. pose proof (exp_pos u).
  rewrite !exp_Ropp. replace (2 * u) with (u + u) by ring. rewrite exp_plus. field. nra.""",
        settling=Settling(
            -1, 1, 0, (-32.0, 32.0), 2.0**-91,
            *("rewrite tanh_exp. interval with (i_prec 130).",) * 2,
        ),
    ),
    "relu": Sigma(
        "Rmax u 0",
        "(u + Rabs u) / 2",
        "(u + Rabs u) / 2",
        _CASES,
        _CASES,
        Settling(0, 0, 1, (0.0, 0.0), 0.0, _CASES, _CASES, straight=True),
    ),
    "heaviside": Sigma(
        "if Rlt_dec 0 u then 1 else 0",
        "if Rlt_dec 0 u then 1 else 0",
        "if Rlt_dec 0 u then 1 else 0",
        settling=Settling(
            0, 1, 0, (0.0, 2.0**-60), 0.0,
            "destruct (Rlt_dec 0 u); unfold Rabs; destruct Rcase_abs; lra.",
            "assert (0 < u) by interval. destruct (Rlt_dec 0 u); unfold Rabs; destruct Rcase_abs; lra.",
        ),
    ),
    "ramp": Sigma(
        "Rmin (Rmax (u + 1 / 2) 0) 1",
        "(1 + Rabs (u + 1 / 2) - Rabs (u - 1 / 2)) / 2",
        "(1 + Rabs (u + 1 / 2) - Rabs (u - 1 / 2)) / 2",
        _CASES,
        _CASES,
        Settling(
            0, 1, 0, (-0.5, 0.5), 0.0, *(f"unfold Q2R in *; cbn in *. {_CASES}",) * 2, straight=True
        ),
    ),
    "cauchy_cdf": Sigma(*("atan u / PI + 1 / 2",) * 3),
    "gompertz": Sigma(
        *("exp (- exp (- u))",) * 3, settling=Settling(0, 1, 0, (-5.0, 64.0), 2.0**-92)
    ),
    "algebraic": Sigma(*("(1 + sin (atan u)) / 2",) * 3),
    "softsign": Sigma(*("u / (1 + Rabs u)",) * 3),
    "sin": Sigma(*("sin u",) * 3),
    "softplus": Sigma(
        "ln (1 + exp u)",
        "ln (1 + exp u)",
        "(u + Rabs u) / 2 + ln (1 + exp (- Rabs u))",
        far_proof="""\
pose proof (exp_pos u). pose proof (exp_pos (- u)). destruct (Rcase_abs u) as [side|side].
  - rewrite (Rabs_left u side). rewrite Ropp_involutive. field.
  - rewrite (Rabs_right u side). replace (1 + exp u) with (exp u * (1 + exp (- u)))
      by (rewrite exp_Ropp; field; lra).
    rewrite ln_mult, ln_exp by lra. field.""",
        near_up_to=16.0,  # past this the models of ln are wide
        settling=Settling(
            0, 0, 1, (-64.0, 64.0), 2.0**-92,
            high_proof="""\
pose proof (exp_pos u). pose proof (exp_pos (- u)).
  replace (1 + exp u) with (exp u * (1 + exp (- u))) by (rewrite exp_Ropp; field; lra).
  rewrite ln_mult, ln_exp by lra.
  replace (_ - _) with (ln (1 + exp (- u))) by ring. interval with (i_prec 130).""",
        ),
    ),
    "silu": Sigma(
        "u / (1 + exp (- u))",
        "u / (1 + exp (- u))",
        "u * safe u",
        far_proof="rewrite <- logistic_safe. reflexivity.",
        settling=Settling(
            0, 0, 1, (-96.0, 96.0), 2.0**-68,
            f"""\
{_SILU_TAIL}
  assert (H := far_out (- u) ltac:(lra)). replace (u / (1 + exp (- u))) with (- (- u / (1 + exp (- u)))) by (field; pose proof (exp_pos (- u)); lra).
  rewrite Rabs_Ropp, Rabs_right by lra. lra.""",
            f"""\
{_SILU_TAIL}
  assert (H := far_out u far). pose proof (exp_pos u).
  replace (u / (1 + exp (- u)) - (0 + 1 * u)) with (- (u / (1 + exp u)))
    by (rewrite exp_Ropp; field; lra).
  rewrite Rabs_Ropp, Rabs_right by lra. lra.""",
        ),
    ),
}  # fmt: skip
"""What is written for Coq, by the names of the activations."""
