(** * The universal approximation theorem in one coordinate

    Every continuous function on [a, b] is within eps of a network with one hidden layer. The proof
    is the staircase of the slides, and docs/proof.md reads it aloud beside the Python that builds
    it. Coq checks every step: [coqc universal.v], with nothing but Coq itself. Comments say why;
    between [Proof] and [Qed] stands what only Coq needs to hear. *)
From Coq Require Import Reals Lra Lia List.
Import ListNotations.
Local Open Scope R_scope.

(** ** What is claimed *)

(** A network is the list of its units (a, b, c). Its value at x is the sum of a sigma(b x + c). *)
Definition network : Type := list (R * R * R).

Definition value (sigma : R -> R) (net : network) (x : R) : R :=
  fold_right (fun '(a, b, c) rest => a * sigma (b * x + c) + rest) 0 net.

(** sigma has the limits 0 and 1. It need be neither continuous nor monotone, but it is [bounded]:
    that does not follow from the limits, and without it the theorem is another one. *)
Definition sigmoidal (sigma : R -> R) : Prop :=
  (forall tau, 0 < tau -> exists s, forall u, u <= s -> Rabs (sigma u) <= tau) /\
  (forall tau, 0 < tau -> exists s, forall u, s <= u -> Rabs (sigma u - 1) <= tau).

Definition bounded (sigma : R -> R) : Prop := exists most, forall u, Rabs (sigma u) <= most.

(** f is continuous on [a, b], seen from inside: what it does elsewhere does not matter. *)
Definition continuous_on (a b : R) (f : R -> R) : Prop :=
  forall x, a <= x <= b -> forall eps, 0 < eps -> exists delta, 0 < delta /\
    forall y, a <= y <= b -> Rabs (y - x) < delta -> Rabs (f y - f x) < eps.

(** ** Size *)

Lemma within u v : Rabs u <= v -> - v <= u <= v.
Proof. intros small. pose proof (Rle_abs u). pose proof (Rle_abs (- u)). rewrite Rabs_Ropp in *. lra. Qed.

Lemma near u v : - v <= u <= v -> Rabs u <= v.
Proof. apply Rabs_le. Qed.

Lemma times u v p q : Rabs u <= p -> Rabs v <= q -> Rabs (u * v) <= p * q.
Proof. rewrite Rabs_mult. intros. apply Rmult_le_compat; auto using Rabs_pos. Qed.

(** ** Modulus: near points have near values, everywhere at once

    Outside [a, b] f is continued by its values at the ends, which changes nothing inside. A function
    that is continuous on [a, b] is uniformly continuous there (Heine); so is its continuation. *)
Definition into (a b x : R) : R := Rmax a (Rmin x b).

Lemma into_box a b x : a <= b -> a <= into a b x <= b.
Proof. unfold into, Rmax, Rmin. intros. repeat destruct Rle_dec; lra. Qed.

Lemma into_same a b x : a <= x <= b -> into a b x = x.
Proof. unfold into, Rmax, Rmin. intros. repeat destruct Rle_dec; lra. Qed.

Lemma into_closer a b x y : Rabs (into a b x - into a b y) <= Rabs (x - y).
Proof. unfold into, Rmax, Rmin, Rabs. repeat destruct Rle_dec; repeat destruct Rcase_abs; lra. Qed.

Lemma modulus a b f : a <= b -> continuous_on a b f -> forall eta, 0 < eta ->
  exists delta, 0 < delta /\
    forall x y, Rabs (x - y) < delta -> Rabs (f (into a b x) - f (into a b y)) <= eta.
Proof.
  intros order continuous eta positive. set (F := fun x => f (into a b x)).
  assert (everywhere : forall x, a <= x <= b -> continuity_pt F x).
  { intros x _ eps eps_positive.
    destruct (continuous (into a b x) (into_box a b x order) eps eps_positive) as (d & d_positive & H).
    exists d. split; [exact d_positive|]. intros y [_ close]. apply H; [now apply into_box|].
    eapply Rle_lt_trans; [apply into_closer | exact close]. }
  destruct (Heine_cor2 everywhere (mkposreal eta positive)) as [delta heine].
  exists delta. split; [apply cond_pos|]. intros x y close.
  assert (H := heine _ _ (into_box a b x order) (into_box a b y order)). unfold F in H. cbn in H.
  rewrite !(into_same a b (into a b _)) in H by now apply into_box.
  apply Rlt_le, H. eapply Rle_lt_trans; [apply into_closer | exact close].
Qed.

(** ** Steps and their sum *)

Section Staircase.

Variables (sigma F : R -> R) (start h slope s : R) (most tau eta D : R).

(** What is known of sigma: it is never larger than [most], and at the distance s from 0 it is
    within tau, its tail, of a step from 0 to 1. The slope is such that s is reached within h. *)
Hypotheses (h_positive : 0 < h) (tau_positive : 0 <= tau) (steep : slope * h = s) (s_positive : 0 < s).
Hypothesis sigma_most : forall u, Rabs (sigma u) <= most.
Hypothesis sigma_up : forall u, s <= u -> Rabs (sigma u - 1) <= tau.
Hypothesis sigma_down : forall u, u <= - s -> Rabs (sigma u) <= tau.

(** What is known of F: it moves by eta at most where x moves by less than 3h. *)
Hypothesis F_moves : forall x y, Rabs (x - y) < 3 * h -> Rabs (F x - F y) <= eta.
Hypothesis D_most : Rabs (F start) + eta <= D.

(** The breakpoints are h apart. A unit steps up at each, by as much as F rises since the last one.
    The first unit is the constant F(start): its b is 0. *)
Definition t (k : nat) : R := start + INR k * h.

Definition rise (k : nat) : R := F (t (S k)) - F (t k).

Fixpoint staircase (n : nat) : network :=
  match n with
  | O => [(F start, 0, s)]
  | S k => (rise k, slope, - slope * t n) :: staircase k
  end.

Lemma t_start : t 0 = start.
Proof. unfold t. cbn. ring. Qed.

Lemma t_next k : t (S k) = t k + h.
Proof. unfold t. rewrite S_INR. ring. Qed.

Lemma t_grows j k : (j <= k)%nat -> t j <= t k.
Proof. unfold t. intros order%le_INR. nra. Qed.

(** A unit h and more to the right of its breakpoint is nearly 1, as far to the left nearly 0. *)
Lemma step_up k x : t k <= x - h -> Rabs (sigma (slope * x + - slope * t k) - 1) <= tau.
Proof. intros. apply sigma_up. assert (0 < slope) by nra. nra. Qed.

Lemma step_down k x : x + h <= t k -> Rabs (sigma (slope * x + - slope * t k)) <= tau.
Proof. intros. apply sigma_down. assert (0 < slope) by nra. nra. Qed.

Lemma rise_small k : Rabs (rise k) <= eta.
Proof. apply F_moves. rewrite t_next. rewrite Rabs_right; lra. Qed.

Lemma eta_D : 0 <= eta <= D.
Proof. generalize (rise_small 0) (Rabs_pos (rise 0)) (Rabs_pos (F start)). lra. Qed.

Lemma rise_D k : Rabs (rise k) <= D.
Proof. pose proof (rise_small k). pose proof eta_D. lra. Qed.

Lemma value_next n x : value sigma (staircase (S n)) x =
  rise n * sigma (slope * x + - slope * t (S n)) + value sigma (staircase n) x.
Proof. reflexivity. Qed.

(** Where all steps have been climbed, the sum of the rises is F at the last breakpoint. *)
Lemma climbed n x : n = O \/ t n <= x - h ->
  Rabs (value sigma (staircase n) x - F (t n)) <= INR (S n) * (D * tau).
Proof.
  pose proof eta_D. induction n as [|n IH]; intros far.
  - cbn - [INR]. rewrite t_start. cbn [INR].
    replace (_ - _) with (F start * (sigma (0 * x + s) - 1)) by ring. rewrite Rmult_1_l.
    apply times; [pose proof D_most; lra | apply sigma_up; lra].
  - destruct far as [|far]; [discriminate|].
    rewrite value_next, (S_INR (S n)). apply near.
    assert (before : n = O \/ t n <= x - h) by (right; rewrite t_next in far; lra).
    pose proof (within _ _ (IH before)).
    pose proof (within _ _ (times _ _ _ _ (rise_D n) (step_up (S n) x far))).
    unfold rise in *. lra.
Qed.

(** Steps that are still ahead add nothing. *)
Lemma ahead n m x : x + h <= t (S m) ->
  Rabs (value sigma (staircase (n + m)) x - value sigma (staircase m) x) <= INR n * (D * tau).
Proof.
  intros far. induction n as [|n IH].
  - cbn [Nat.add INR]. rewrite Rminus_diag, Rabs_R0. lra.
  - cbn [Nat.add]. rewrite value_next, S_INR. apply near.
    assert (later : x + h <= t (S (n + m))).
    { eapply Rle_trans; [exact far | apply t_grows; lia]. }
    pose proof (within _ _ (times _ _ _ _ (rise_D (n + m)) (step_down _ x later))).
    pose proof (within _ _ IH). lra.
Qed.

(** Every x has a last breakpoint that is h to its left; if there is none, the constant will do. *)
Lemma last_climbed m x : x - h < t (S m) ->
  exists j, (j <= m)%nat /\ (j = O \/ t j <= x - h) /\ x - h < t (S j).
Proof.
  induction m as [|m IH]; intros below.
  - exists O. auto.
  - destruct (Rlt_le_dec (x - h) (t (S m))) as [less|more].
    + destruct (IH less) as (j & ? & ?). exists j. split; [lia | assumption].
    + exists (S m). auto.
Qed.

(** The sum of the slides. Only two units are on their way at x, and each rises by eta at most;
    all others are settled, and F itself moves by eta at most since the last breakpoint. *)
Lemma close m x : start <= x -> x - h < t (S m) ->
  Rabs (F x - value sigma (staircase (S (S m))) x)
  <= (2 * most + 1) * eta + INR (S (S (S m))) * (D * tau).
Proof.
  intros right below. pose proof eta_D.
  destruct (last_climbed m x below) as (j & order & climbed_j & next).
  replace (S (S m)) with ((m - j) + S (S j))%nat by lia.
  assert (moved : Rabs (F x - F (t j)) <= eta).
  { apply F_moves. rewrite t_next in next.
    assert (start <= t j) by (rewrite <- t_start; apply t_grows; lia).
    destruct climbed_j as [->|]; [rewrite t_start in *|]; apply Rabs_def1; lra. }
  assert (not_yet : x + h <= t (S (S (S j)))) by (rewrite !t_next in *; lra).
  pose proof (within _ _ (climbed j x climbed_j)).
  pose proof (within _ _ (ahead (m - j) (S (S j)) x not_yet)).
  rewrite !value_next in *.
  pose proof (within _ _ (times _ _ _ _ (rise_small j) (sigma_most (slope * x + - slope * t (S j))))).
  pose proof (within _ _ (times _ _ _ _ (rise_small (S j)) (sigma_most (slope * x + - slope * t (S (S j)))))).
  pose proof (within _ _ moved).
  assert (total : INR (S (m - j + S (S j))) = INR (m - j) + INR (S j) + 2).
  { rewrite S_INR, plus_INR, (S_INR (S j)). ring. }
  rewrite total. assert (0 <= D * tau) by nra. apply near. lra.
Qed.

End Staircase.

(** ** The theorem *)

Theorem universal_approximation : forall (sigma : R -> R), sigmoidal sigma -> bounded sigma ->
  forall (a b : R) (f : R -> R), continuous_on a b f ->
  forall eps, 0 < eps ->
  exists net : network, forall x, a <= x <= b -> Rabs (f x - value sigma net x) < eps.
Proof.
  intros sigma [left right] [most sigma_most] a b f continuous eps eps_positive.
  destruct (Rlt_le_dec b a) as [empty|order]; [exists []; intros; lra|].
  assert (0 <= most) by (eapply Rle_trans; [apply Rabs_pos | apply (sigma_most 0)]).
  (* half of eps goes to the motion of f, a quarter to the tails, and a quarter is left *)
  set (eta := eps / (2 * (2 * most + 1))).
  assert (0 < eta) by (apply Rdiv_lt_0_compat; lra).
  destruct (modulus a b f order continuous eta) as (delta & delta_positive & F_moves); [assumption|].
  set (F := fun x => f (into a b x)) in *. set (h := delta / 3).
  assert (h_positive : 0 < h) by (unfold h; lra).
  (* so many steps lead past b *)
  destruct (INR_archimed h (b - a) h_positive) as [m enough].
  set (D := Rabs (F a) + eta). assert (0 < D) by (unfold D; pose proof (Rabs_pos (F a)); lra).
  set (N := INR (S (S (S m)))). assert (0 < N) by (apply lt_0_INR; lia).
  set (tau := eps / (4 * (N * D))). assert (0 < N * D) by now apply Rmult_lt_0_compat.
  assert (tau_positive : 0 < tau) by (apply Rdiv_lt_0_compat; lra).
  (* how far out sigma has settled, on both sides *)
  destruct (left tau tau_positive) as [low Hlow], (right tau tau_positive) as [high Hhigh].
  set (s := Rmax 1 (Rmax (- low) high)).
  assert (1 <= s /\ - low <= s /\ high <= s) as (? & ? & ?).
  { unfold s. split; [apply Rmax_l|].
    split; (eapply Rle_trans; [|apply Rmax_r]); [apply Rmax_l | apply Rmax_r]. }
  exists (staircase F a h (s / h) s (S (S m))). intros x [above below].
  assert (bound : Rabs (F x - value sigma (staircase F a h (s / h) s (S (S m))) x)
    <= (2 * most + 1) * eta + N * (D * tau)).
  { apply close; try assumption; try lra.
    - field. lra.
    - intros u Hu. apply Hhigh. lra.
    - intros u Hu. apply Hlow. lra.
    - intros p q Hpq. apply F_moves. unfold h in Hpq. lra.
    - unfold D. lra.
    - unfold t. rewrite S_INR. lra. }
  replace (f x) with (F x) by (unfold F; now rewrite into_same).
  replace ((2 * most + 1) * eta) with (eps / 2) in bound by (unfold eta; field; lra).
  replace (N * (D * tau)) with (eps / 4) in bound by (unfold tau; field; lra).
  lra.
Qed.

(** ** Two sigma of the slides *)

(** The logistic function is between 0 and 1, and its tails are those of exp. *)
Definition logistic (u : R) : R := / (1 + exp (- u)).

Lemma logistic_between u : 0 < logistic u < 1.
Proof.
  unfold logistic. pose proof (exp_pos (- u)). split; [apply Rinv_0_lt_compat; lra|].
  apply Rmult_lt_reg_r with (1 + exp (- u)); [lra|]. rewrite Rinv_l; lra.
Qed.

Lemma logistic_mirror u : logistic u = 1 - logistic (- u).
Proof. unfold logistic. rewrite Ropp_involutive, exp_Ropp. pose proof (exp_pos u). field. lra. Qed.

Lemma logistic_small tau u : 0 < tau -> u <= - / tau -> Rabs (logistic u) <= tau.
Proof.
  intros tau_positive far. pose proof (logistic_between u). rewrite Rabs_right by lra.
  pose proof (Rinv_0_lt_compat tau tau_positive). pose proof (exp_ineq1_le (- u)).
  unfold logistic. rewrite <- (Rinv_inv tau). apply Rinv_le_contravar; lra.
Qed.

Corollary logistic_networks : forall (a b : R) (f : R -> R), continuous_on a b f ->
  forall eps, 0 < eps ->
  exists net : network, forall x, a <= x <= b -> Rabs (f x - value logistic net x) < eps.
Proof.
  apply universal_approximation.
  - split; intros tau tau_positive.
    + exists (- / tau). intros u far. now apply logistic_small.
    + exists (/ tau). intros u far. rewrite logistic_mirror.
      replace (_ - _) with (- logistic (- u)) by ring. rewrite Rabs_Ropp. apply logistic_small; lra.
  - exists 1. intros u. pose proof (logistic_between u). rewrite Rabs_right; lra.
Qed.

(** The step itself: 0 where u <= 0, else 1. It is settled at once. *)
Definition heaviside (u : R) : R := if Rlt_dec 0 u then 1 else 0.

Corollary step_networks : forall (a b : R) (f : R -> R), continuous_on a b f ->
  forall eps, 0 < eps ->
  exists net : network, forall x, a <= x <= b -> Rabs (f x - value heaviside net x) < eps.
Proof.
  assert (exact : forall u, heaviside u = 0 /\ u <= 0 \/ heaviside u = 1 /\ 0 < u).
  { intros u. unfold heaviside. destruct (Rlt_dec 0 u); [right | left]; lra. }
  apply universal_approximation.
  - split; intros tau tau_positive.
    + exists 0. intros u Hu. destruct (exact u) as [[-> _]|]; [rewrite Rabs_R0|]; lra.
    + exists 1. intros u Hu. destruct (exact u) as [|[-> _]]; [lra|]. rewrite Rminus_diag, Rabs_R0. lra.
  - exists 1. intros u. destruct (exact u) as [[-> _]|[-> _]]; rewrite Rabs_right; lra.
Qed.

Print Assumptions universal_approximation.
