From Coq Require Import Reals List ZArith QArith Qreals Lra Lia Bool.
From Interval Require Import Tactic.
Import ListNotations.
Local Open Scope R_scope.

(** ** By cells

    On a cell, an interval of x, most units are settled: sigma is nearly constant there, or as good as
    linear. They are summed in whole numbers, which Coq computes with exactly, and what remains of
    f - g on the cell is small enough for [interval]. *)

(** *** Numbers: the literals, with their values written as Coq reads them. *)
Inductive number := Whole (n : Z) | Plain (n : Z) | Up (n : Z) (e : positive) | Down (n : Z) (e : positive).

Definition real (v : number) : R :=
  match v with
  | Whole n => IZR n
  | Plain n => Q2R (n # 4503599627370496)
  | Up n e => Q2R (n # 4503599627370496) * IZR (Z.pow_pos 2 e)
  | Down n e => Q2R (n # 4503599627370496) / IZR (Z.pow_pos 2 e)
  end.

Definition top (v : number) : Z :=
  match v with Whole n | Plain n | Down n _ => n | Up n e => n * Z.pow_pos 2 e end.

Definition bottom (v : number) : Z :=
  match v with
  | Whole _ => 1
  | Plain _ | Up _ _ => 4503599627370496
  | Down _ e => 4503599627370496 * Z.pow_pos 2 e
  end.

Lemma power_positive e : (0 < Z.pow_pos 2 e)%Z.
Proof. change (0 < 2 ^ Z.pos e)%Z. apply Z.pow_pos_nonneg; lia. Qed.

Lemma bottom_positive v : 0 < IZR (bottom v).
Proof. apply IZR_lt. destruct v as [n|n|n e|n e]; cbn [bottom]; try pose proof (power_positive e); lia. Qed.

Lemma real_quotient v : real v = IZR (top v) / IZR (bottom v).
Proof.
  assert (away : forall e, IZR (Z.pow_pos 2 e) <> 0).
  { intros e. apply not_0_IZR. pose proof (power_positive e). lia. }
  destruct v; cbn [real top bottom]; unfold Q2R; cbn [Qnum Qden]; rewrite ?mult_IZR; field; auto.
Qed.

Lemma abs_bounds u v : Rabs u <= v -> - v <= u <= v.
Proof. intros small. pose proof (Rle_abs u). pose proof (Rle_abs (- u)). rewrite Rabs_Ropp in *. lra. Qed.

Section Cells.

Variables (sigma f : R -> R) (P : Z).
Hypothesis P_positive : (0 < P)%Z.
Local Notation p := (IZR P).

(** A number is a multiple of 1/P, and of 1/P^2 where it is a bias. *)
Definition scaled (v : number) : Z := (top v * P / bottom v)%Z.
Definition fits (v : number) : bool := (scaled v * bottom v =? top v * P)%Z.

Lemma scaled_real v : fits v = true -> IZR (scaled v) = p * real v.
Proof.
  intros exact%Z.eqb_eq%(f_equal IZR). rewrite !mult_IZR in exact. rewrite real_quotient.
  pose proof (bottom_positive v). apply Rmult_eq_reg_r with (IZR (bottom v)); [|lra].
  rewrite exact. field. lra.
Qed.

(** *** How sigma settles: to [low] on the left, to [high + linear u] on the right, each within
    [tail]; the reach and the tail are multiples of 1/P^2. Nearer to 0 by s, s more is allowed for. *)
Variables low high linear reach_low reach_high slack tail : Z.
Hypothesis slack_positive : (0 <= slack)%Z.
Hypothesis settled_low : forall u s, 0 <= s <= IZR slack ->
  p * p * u <= IZR reach_low + s -> p * p * Rabs (sigma u - IZR low) <= IZR tail + s.
Hypothesis settled_high : forall u s, 0 <= s <= IZR slack ->
  IZR reach_high - s <= p * p * u ->
  p * p * Rabs (sigma u - (IZR high + IZR linear * u)) <= IZR tail + s.

(** *** Sums of settled units: const + slope x, and how far they may be off; over P^3. *)
Record sums := { const : Z; slope : Z; off : Z }.

Definition line (s : sums) (x : R) : R := IZR (const s) + IZR (slope s) * (p * x).

Definition member := (Z * Z * Z)%type.

Definition eval (us : list member) (x : R) : R :=
  fold_right (fun '(a, b, c) rest => IZR a / p * sigma (IZR b / p * x + IZR c / (p * p)) + rest) 0 us.

Definition least (b lo hi : Z) : Z := if (0 <=? b)%Z then (b * lo)%Z else (b * hi)%Z.

Definition more (a b c : Z) (limit grows excess : Z) (s : sums) : sums := {|
  const := const s + a * (limit * (P * P) + grows * c);
  slope := slope s + grows * (a * b);
  off := off s + Z.abs a * (tail + Z.max 0 excess) |}%Z.

Fixpoint settle (lo hi : Z) (s : sums) (us : list member) : sums * list member :=
  match us with
  | [] => (s, [])
  | (a, b, c) :: us =>
    let u0 := (least b lo hi + c)%Z in
    let u1 := (least b hi lo + c)%Z in
    if (reach_high - slack <=? u0)%Z then
      settle lo hi (more a b c high linear (reach_high - u0) s) us
    else if (u1 <=? reach_low + slack)%Z then
      settle lo hi (more a b c low 0 (u1 - reach_low) s) us
    else let '(s, kept) := settle lo hi s us in (s, (a, b, c) :: kept)
  end.

Lemma least_below b lo hi x : IZR lo <= p * x <= IZR hi -> IZR (least b lo hi) <= IZR b * (p * x).
Proof.
  intros inside. unfold least. destruct (Z.leb_spec 0 b) as [sign|sign]; rewrite mult_IZR.
  - apply IZR_le in sign. nra.
  - apply IZR_lt in sign. nra.
Qed.

Lemma most_above b lo hi x : IZR lo <= p * x <= IZR hi -> IZR b * (p * x) <= IZR (least b hi lo).
Proof.
  intros inside. unfold least. destruct (Z.leb_spec 0 b) as [sign|sign]; rewrite mult_IZR.
  - apply IZR_le in sign. nra.
  - apply IZR_lt in sign. nra.
Qed.

Lemma more_off a b c limit grows excess s x :
  let u := IZR b / p * x + IZR c / (p * p) in
  p * p * Rabs (sigma u - (IZR limit + IZR grows * u)) <= IZR (tail + Z.max 0 excess) ->
  Rabs (p * p * p * (IZR a / p * sigma u) + line s x - line (more a b c limit grows excess s) x)
  <= IZR (off (more a b c limit grows excess s)) - IZR (off s).
Proof.
  intros u close. assert (0 < p) by now apply IZR_lt.
  cbn [more off]. unfold line. cbn [more const slope].
  rewrite !plus_IZR, !mult_IZR, !plus_IZR, !mult_IZR, !abs_IZR in *.
  match goal with |- Rabs ?e <= _ =>
    replace e with (IZR a * (p * p * (sigma u - (IZR limit + IZR grows * u))))
      by (unfold u; field; lra) end.
  rewrite Rabs_mult, (Rabs_mult (p * p)), (Rabs_right (p * p)) by nra.
  match goal with |- _ <= ?e => replace e with (Rabs (IZR a) * (IZR tail + IZR (Z.max 0 excess))) by ring end.
  apply Rmult_le_compat_l; [apply Rabs_pos | exact close].
Qed.

Lemma step P3 t rest l0 l1 end_ o0 o1 o2 :
  Rabs (P3 * t + l0 - l1) <= o1 - o0 -> Rabs (P3 * rest + l1 - end_) <= o2 - o1 ->
  Rabs (P3 * (t + rest) + l0 - end_) <= o2 - o0.
Proof. intros first%abs_bounds second%abs_bounds. apply Rabs_le. lra. Qed.

Lemma settle_off lo hi x : IZR lo <= p * x <= IZR hi -> forall us s,
  Rabs (p * p * p * eval us x + line s x
    - (p * p * p * eval (snd (settle lo hi s us)) x + line (fst (settle lo hi s us)) x))
  <= IZR (off (fst (settle lo hi s us))) - IZR (off s).
Proof.
  intros inside. assert (0 < p) by now apply IZR_lt.
  induction us as [|[[a b] c] us IH]; intros s; cbn [settle].
  - cbn. rewrite !Rminus_diag, Rabs_R0. lra.
  - set (u := IZR b / p * x + IZR c / (p * p)).
    assert (scaled_u : p * p * u = IZR b * (p * x) + IZR c) by (unfold u; field; lra).
    pose proof (least_below b lo hi x inside) as below. pose proof (most_above b lo hi x inside) as above.
    cbn [eval fold_right]. fold u. change (fold_right _ 0 us) with (eval us x).
    destruct (Z.leb_spec (reach_high - slack) (least b lo hi + c)) as [yes|_];
      [|destruct (Z.leb_spec (least b hi lo + c) (reach_low + slack)) as [yes|_]].
    + set (e := (reach_high - (least b lo hi + c))%Z).
      assert (0 <= IZR (Z.max 0 e) <= IZR slack) as bounds by (split; apply IZR_le; lia).
      assert (IZR reach_high - IZR (Z.max 0 e) <= p * p * u) as far.
      { assert (IZR reach_high - IZR (Z.max 0 e) <= IZR (least b lo hi + c)) as enough
          by (rewrite <- minus_IZR; apply IZR_le; lia).
        rewrite plus_IZR in enough. lra. }
      apply step with (2 := IH _).
      apply more_off. rewrite plus_IZR. now apply settled_high.
    + set (e := (least b hi lo + c - reach_low)%Z).
      assert (0 <= IZR (Z.max 0 e) <= IZR slack) as bounds by (split; apply IZR_le; lia).
      assert (p * p * u <= IZR reach_low + IZR (Z.max 0 e)) as far.
      { assert (IZR (least b hi lo + c) <= IZR reach_low + IZR (Z.max 0 e)) as enough
          by (rewrite <- plus_IZR; apply IZR_le; lia).
        rewrite plus_IZR in enough. lra. }
      apply step with (2 := IH _).
      apply more_off. rewrite plus_IZR, Rmult_0_l, Rplus_0_r. now apply settled_low.
    + specialize (IH s). destruct (settle lo hi s us) as [s' kept]. cbn [fst snd] in *.
      cbn [eval fold_right]. fold u. change (fold_right _ 0 kept) with (eval kept x).
      match goal with |- Rabs ?e <= _ => match type of IH with Rabs ?e' <= _ => replace e with e' by ring end end.
      exact IH.
Qed.

(** *** The network and its cells *)
Definition unit := (number * number * number)%type.

Definition reals (us : list unit) : list (R * R * R) :=
  map (fun '(a, b, c) => (real a, real b, real c)) us.

(** The sum of the units, and of what there is beside them. *)
Definition value (us : list (R * R * R)) (beside x : R) : R :=
  fold_right (fun '(a, b, c) rest => a * sigma (b * x + c) + rest) beside us.

Definition scaled_unit '((a, b, c) : unit) : member := (scaled a, scaled b, scaled c * P)%Z.
Definition fits_unit '((a, b, c) : unit) : bool := fits a && fits b && fits c.

Lemma value_beside us beside x : value us beside x = value us 0 x + beside.
Proof. induction us as [|[[a b] c] us IH]; cbn; [|unfold value in IH; rewrite IH]; ring. Qed.

Lemma eval_scaled us x :
  forallb fits_unit us = true -> eval (map scaled_unit us) x = value (reals us) 0 x.
Proof.
  assert (0 < p) by now apply IZR_lt.
  induction us as [|[[a b] c] us IH]; cbn [forallb]; [reflexivity|].
  intros [[[fa fb]%andb_prop fc]%andb_prop fits_us]%andb_prop. cbn [map scaled_unit reals eval value fold_right].
  fold (eval (map scaled_unit us) x). rewrite (IH fits_us), mult_IZR, !scaled_real by assumption.
  unfold value, reals. do 3 f_equal; field; lra.
Qed.

(** A tree of cuts; at its ends the cells, on which the settled units are c0 + c1 x, nearly, and f
    is abs_bounds e of this and the active units. *)
Inductive tree :=
  | Cut (place : number) (before after : tree)
  | Cell (c0 c1 e : number) (active : list unit).

(** What [interval] has to prove. *)
Fixpoint claims (t : tree) (lo hi : number) : Prop :=
  match t with
  | Cut place before after => claims before lo place /\ claims after place hi
  | Cell c0 c1 e active => forall x, real lo <= x <= real hi ->
      Rabs (f x - value (reals active) (real c0 + real c1 * x) x) <= real e
  end.

Definition equal '((a, b, c) : member) '((a', b', c') : member) : bool :=
  ((a =? a') && (b =? b') && (c =? c'))%Z.

Fixpoint same (us vs : list member) : bool :=
  match us, vs with
  | [], [] => true
  | u :: us, v :: vs => equal u v && same us vs
  | _, _ => false
  end.

(** What Coq computes. *)
Definition adds_up (bound : Z) (c0 c1 e lo hi : Z) (s : sums) : bool :=
  (Z.abs (const s - c0 * (P * P)) + Z.abs (slope s - c1 * P) * Z.max (Z.abs lo) (Z.abs hi) + off s
    + e * (P * P) <=? bound * (P * P))%Z.

Fixpoint check (bound : Z) (t : tree) (lo hi : number) (s : sums) (us : list member) : bool :=
  let '(s, us) := settle (scaled lo) (scaled hi) s us in
  match t with
  | Cut place before after =>
    fits place && check bound before lo place s us && check bound after place hi s us
  | Cell c0 c1 e active =>
    fits c0 && fits c1 && fits e && forallb fits_unit active && same us (map scaled_unit active)
    && adds_up bound (scaled c0) (scaled c1) (scaled e) (scaled lo) (scaled hi) s
  end.

Lemma same_equal us : forall vs, same us vs = true -> us = vs.
Proof.
  induction us as [|[[a b] c] us IH]; intros [|[[a' b'] c'] vs]; cbn; try discriminate; [reflexivity|].
  intros [[[->%Z.eqb_eq ->%Z.eqb_eq]%andb_prop ->%Z.eqb_eq]%andb_prop others]%andb_prop.
  now rewrite (IH vs others).
Qed.

Lemma adds_up_real bound c0 c1 e lo hi s x : adds_up bound c0 c1 e lo hi s = true ->
  IZR lo <= p * x <= IZR hi ->
  Rabs (line s x - (IZR c0 * (p * p) + IZR c1 * p * (p * x))) + IZR (off s) + IZR e * (p * p)
  <= IZR bound * (p * p).
Proof.
  intros enough%Z.leb_le%IZR_le inside.
  rewrite !plus_IZR, !mult_IZR, !abs_IZR, !minus_IZR, !mult_IZR in enough.
  set (dc := IZR (const s) - _) in enough. set (ds := IZR (slope s) - _) in enough.
  assert (Rabs (p * x) <= IZR (Z.max (Z.abs lo) (Z.abs hi))) as most.
  { assert (IZR (- Z.max (Z.abs lo) (Z.abs hi)) <= IZR lo) by (apply IZR_le; lia).
    assert (IZR hi <= IZR (Z.max (Z.abs lo) (Z.abs hi))) by (apply IZR_le; lia).
    rewrite opp_IZR in *. apply Rabs_le. lra. }
  assert (Rabs (line s x - (IZR c0 * (p * p) + IZR c1 * p * (p * x)))
    <= Rabs dc + Rabs ds * IZR (Z.max (Z.abs lo) (Z.abs hi))); [|lra].
  replace (line s x - _) with (dc + ds * (p * x)) by (unfold line, dc, ds; ring).
  eapply Rle_trans; [apply Rabs_triang|]. apply Rplus_le_compat_l. rewrite Rabs_mult.
  apply Rmult_le_compat_l; [apply Rabs_pos | exact most].
Qed.

Lemma check_off bound t : forall lo hi s us, fits lo = true -> fits hi = true ->
  check bound t lo hi s us = true -> claims t lo hi ->
  forall x, real lo <= x <= real hi ->
  Rabs (p * p * p * f x - (p * p * p * eval us x + line s x)) <= IZR bound * (p * p) - IZR (off s).
Proof.
  assert (0 < p) by now apply IZR_lt.
  induction t as [place before IHbefore after IHafter|c0 c1 e active]; intros lo hi s us fits_lo fits_hi;
    cbn [check claims]; destruct (settle (scaled lo) (scaled hi) s us) as [s' kept] eqn:E;
    intros checked claimed x inside;
    (assert (IZR (scaled lo) <= p * x <= IZR (scaled hi)) as within_cell
      by (rewrite !scaled_real by assumption; split; apply Rmult_le_compat_l; lra));
    pose proof (abs_bounds _ _ (settle_off _ _ x within_cell us s)) as settled; rewrite E in settled;
    cbn [fst snd] in settled.
  - apply andb_prop in checked as [[fits_place checked_before]%andb_prop checked_after].
    destruct claimed as [claimed_before claimed_after].
    assert (Rabs (p * p * p * f x - (p * p * p * eval kept x + line s' x))
      <= IZR bound * (p * p) - IZR (off s')) as part.
    { destruct (Rle_lt_dec x (real place)); [apply (IHbefore lo place) | apply (IHafter place hi)];
        trivial; lra. }
    apply abs_bounds in part. apply Rabs_le. lra.
  - apply andb_prop in checked as
      [[[[[fits_0 fits_1]%andb_prop fits_e]%andb_prop fits_active]%andb_prop equal_units]%andb_prop total].
    apply same_equal in equal_units. subst kept. rewrite eval_scaled in settled by assumption.
    pose proof (adds_up_real _ _ _ _ _ _ _ _ total within_cell) as enough.
    rewrite !scaled_real in enough by assumption.
    specialize (claimed x inside). rewrite value_beside in claimed.
    apply abs_bounds in claimed. set (v := value (reals active) 0 x) in *.
    set (l := line s' x) in *.
    assert (p * p * p * - real e <= p * p * p * (f x - (v + (real c0 + real c1 * x))) <= p * p * p * real e)
      as claim by (split; apply Rmult_le_compat_l; nra).
    pose proof (Rle_abs (l - (p * real c0 * (p * p) + p * real c1 * p * (p * x)))).
    pose proof (Rle_abs (- (l - (p * real c0 * (p * p) + p * real c1 * p * (p * x))))) as below.
    rewrite Rabs_Ropp in below. apply Rabs_le. lra.
Qed.

Lemma sums_off bound t lo hi us beside :
  fits lo && fits hi && fits bound && fits beside && forallb fits_unit us
    && check (scaled bound) t lo hi
      {| const := scaled beside * (P * P); slope := 0; off := 0 |}%Z (map scaled_unit us) = true ->
  claims t lo hi ->
  forall x, real lo <= x <= real hi -> Rabs (f x - value (reals us) (real beside) x) <= real bound.
Proof.
  intros [[[[[fits_lo fits_hi]%andb_prop fits_bound]%andb_prop fits_beside]%andb_prop
    fits_us]%andb_prop checked]%andb_prop claimed x inside.
  assert (0 < p) as positive by now apply IZR_lt.
  assert (0 < p * p * p) as cubed by (repeat apply Rmult_lt_0_compat; assumption).
  pose proof (check_off _ _ _ _ _ _ fits_lo fits_hi checked claimed x inside) as close.
  rewrite eval_scaled in close by assumption. unfold line in close. cbn [const slope off] in close.
  rewrite !mult_IZR, !scaled_real in close by assumption. rewrite value_beside.
  replace (p * p * p * f x - _) with (p * p * p * (f x - (value (reals us) 0 x + real beside)))
    in close by ring.
  rewrite Rabs_mult, (Rabs_right (p * p * p)) in close by lra.
  apply Rmult_le_reg_l with (p * p * p); lra.
Qed.

End Cells.

(** The theorem by which a file goes from its cells to the whole box. Coq decides the condition by
    computing; the other hypotheses are about sigma, far to the left and to the right, and the cells. *)
Theorem by_cells sigma f bits low high linear reach_low reach_high slack tail bound t lo hi us beside :
  let P := Z.pow_pos 2 bits in
  let far v := (scaled P v * P)%Z in
  forallb (fits P) [reach_low; reach_high; slack; tail; lo; hi; bound; beside]
    && forallb (fits_unit P) us && (0 <=? scaled P slack)%Z
    && check P low high linear (far reach_low) (far reach_high) (far slack) (far tail)
      (scaled P bound) t lo hi {| const := scaled P beside * (P * P); slope := 0; off := 0 |}%Z
      (map (scaled_unit P) us) = true ->
  (forall u s, 0 <= s <= real slack -> u <= real reach_low + s ->
    Rabs (sigma u - IZR low) <= real tail + s) ->
  (forall u s, 0 <= s <= real slack -> real reach_high - s <= u ->
    Rabs (sigma u - (IZR high + IZR linear * u)) <= real tail + s) ->
  claims sigma f t lo hi ->
  forall x, real lo <= x <= real hi ->
  Rabs (f x - value sigma (reals us) (real beside) x) <= real bound.
Proof.
  intros P far condition settled_low settled_high claimed x inside.
  assert (P_positive : (0 < P)%Z) by apply power_positive.
  assert (positive : 0 < IZR P) by now apply IZR_lt.
  assert (square : 0 < IZR P * IZR P) by now apply Rmult_lt_0_compat.
  apply andb_prop in condition as [[[all fits_us]%andb_prop sign]%andb_prop checked].
  cbn [forallb] in all.
  repeat match goal with H : _ && _ = true |- _ => apply andb_prop in H as [? ?] end.
  assert (far_real : forall v, fits P v = true -> IZR (far v) = IZR P * IZR P * real v).
  { intros v fits_v. unfold far. rewrite mult_IZR, scaled_real by assumption. ring. }
  assert (shrunk : forall s, 0 <= s <= IZR (far slack) -> 0 <= s / (IZR P * IZR P) <= real slack).
  { intros s. rewrite far_real by assumption. intros [s0 s1]. split.
    - apply Rmult_le_pos; [assumption|]. now apply Rlt_le, Rinv_0_lt_compat.
    - apply Rmult_le_reg_l with (1 := square). replace (IZR P * IZR P * (s / _)) with s by (field; lra).
      exact s1. }
  apply (sums_off sigma f P P_positive low high linear (far reach_low) (far reach_high) (far slack)
    (far tail)) with (t := t) (lo := lo) (hi := hi); trivial.
  - unfold far. apply Z.leb_le in sign. nia.
  - intros u s bounds reached. rewrite !far_real in * by assumption.
    assert (close : Rabs (sigma u - IZR low) <= real tail + s / (IZR P * IZR P)).
    { apply settled_low; [now apply shrunk|].
      apply Rmult_le_reg_l with (1 := square).
      replace (_ * (real reach_low + s / _)) with (IZR P * IZR P * real reach_low + s) by (field; lra).
      exact reached. }
    apply Rmult_le_compat_l with (r := IZR P * IZR P) in close; [|lra].
    replace (_ * (real tail + s / _)) with (IZR P * IZR P * real tail + s) in close by (field; lra).
    exact close.
  - intros u s bounds reached. rewrite !far_real in * by assumption.
    assert (close : Rabs (sigma u - (IZR high + IZR linear * u)) <= real tail + s / (IZR P * IZR P)).
    { apply settled_high; [now apply shrunk|].
      apply Rmult_le_reg_l with (1 := square).
      replace (_ * (real reach_high - s / _)) with (IZR P * IZR P * real reach_high - s) by (field; lra).
      exact reached. }
    apply Rmult_le_compat_l with (r := IZR P * IZR P) in close; [|lra].
    replace (_ * (real tail + s / _)) with (IZR P * IZR P * real tail + s) in close by (field; lra).
    exact close.
  - repeat match goal with H : _ = true |- _ => rewrite H end. reflexivity.
Qed.
