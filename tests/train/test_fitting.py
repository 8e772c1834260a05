"""`uat.fit` and `uat.fit_function`: their results, reasons to stop, and errors."""

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import uat
from tests.numerics.executors import Mortal
from uat.train import methods
from uat.train.data import Problem
from uat.train.gradient import outputs
from uat.train.history import Snapshot, Training
from uat.train.methods import TRAINERS, Trainer
from uat.train.parameters import Residuals

METHODS = [trainer.name for trainer in TRAINERS]
X = np.linspace(-1, 1, 120)
Y = np.sin(4 * X)
SMALL: dict[str, Any] = {"hidden": 8, "max_iter": 40}


@pytest.mark.parametrize("method", METHODS)
def test_every_method_lowers_the_loss_and_says_how_it_went(method: str) -> None:
    found = uat.fit(X, Y, method=method, **SMALL)
    assert found.network.widths == (8,)
    assert len(found.losses) == len(found.max_residuals) <= 41
    assert found.losses.min() < 0.9 * found.losses[0]
    residual = found.network.as_function()(X) - Y
    assert found.loss == pytest.approx(np.mean(residual**2))
    assert found.max_residual == pytest.approx(np.abs(residual).max())
    assert found.loss == pytest.approx(found.losses.min(), rel=1e-3)
    assert found.reason in ("iterations", "stalled", "converged")
    assert found.evaluations >= len(found.losses)
    assert found.seconds > 0


@pytest.mark.slow
@pytest.mark.parametrize("method", METHODS)
def test_the_same_seed_gives_the_same_network(method: str) -> None:
    networks = [uat.fit(X, Y, method=method, rng=rng, **SMALL).network for rng in (5, 5, 6)]
    assert networks[0] == networks[1] != networks[2]


@pytest.mark.slow
@pytest.mark.parametrize("method", ["projection", "lbfgs", "adam"])
def test_several_values_and_coordinates_in_several_layers(method: str) -> None:
    x = np.random.default_rng(0).uniform(-2, 5, (300, 2))
    y = np.stack([x[:, 0] * x[:, 1], 1e3 + np.cos(x[:, 0])], axis=1)
    found = uat.fit(x, y, hidden=(9, 7), method=method, max_iter=200)
    assert found.network.widths == (9, 7)
    assert found.network(x).shape == y.shape
    limits = {"projection": 0.02, "lbfgs": 0.1, "adam": 0.6}
    residual = np.abs(found.network(x) - y).mean(axis=0) / y.std(axis=0)
    assert residual.max() < limits[method]


def test_a_new_method_is_one_record(monkeypatch: pytest.MonkeyPatch) -> None:
    def newest(problem: Problem, training: Training) -> str:
        weights = np.zeros(problem.shape.count)
        training(weights, Residuals.of(outputs(problem.shape, weights, problem.x) - problem.y))
        return "converged"

    trainer = Trainer("newest", newest, max_iter=9, patience=5, help="", options=("batch",))
    monkeypatch.setattr(methods, "TRAINERS", (*TRAINERS, trainer))
    assert uat.fit(X, Y, method="newest", batch=3).reason == "converged"
    with pytest.raises(uat.InputError, match="it is for adam and descent and newest"):
        uat.fit(X, Y, method="lbfgs", batch=3)


@pytest.mark.slow
def test_projection_is_far_better_than_descent() -> None:
    ends = {m: uat.fit(X, Y, 10, method=m, max_iter=100).max_residual for m in METHODS}
    assert ends["projection"] < 1e-5
    assert ends["projection"] < 1e-2 * min(ends["adam"], ends["descent"])


@pytest.mark.parametrize("budget", [{"max_iter": 3}, {"max_iter": 12}, {"eps": 1e-4}])
def test_the_history_leads_to_the_network_that_is_kept(budget: dict[str, Any]) -> None:
    found = uat.fit(X, Y, 8, **budget)
    assert found.loss == pytest.approx(found.losses.min(), rel=1e-3)
    assert len(found.losses) - 1 <= budget.get("max_iter", 20)
    assert found.max_residual < budget.get("eps", 1)


@pytest.mark.slow
@pytest.mark.parametrize("hidden", [6, (4, 4)])
def test_starts_are_followed_by_whoever_there_is(hidden: Any) -> None:
    how: Any = {"hidden": hidden, "max_iter": 30, "starts": 6}
    alone = uat.fit(X, Y, **how)
    mortal = Mortal()
    with ThreadPoolExecutor(2) as pool:
        for executor in (pool, mortal):
            found = uat.fit(X, Y, executor=executor, **how)
            assert found.network == alone.network
            assert found.losses.tolist() == alone.losses.tolist()
            assert found.evaluations == alone.evaluations
    assert mortal.tasks == 5
    with pytest.raises(uat.InputError, match="executor= given for adam; it is for projection"):
        uat.fit(X, Y, method="adam", executor=pool)
    with pytest.raises(uat.WrongType, match="executor 2 given; a concurrent"):
        uat.fit(X, Y, executor=2)  # type: ignore[arg-type]


def test_minibatches_count_passes_over_the_points() -> None:
    found = uat.fit(X, Y, 8, method="adam", batch=30, max_iter=50)
    assert len(found.losses) == 51
    assert found.evaluations == 51 + 50 * 4 + 1
    assert found.losses[-1] < 0.9 * found.losses[0]


def test_momentum_helps_descent() -> None:
    plain, heavy = (
        uat.fit(X, Y, 8, method="descent", momentum=m, max_iter=300).losses[-1] for m in (0.0, 0.9)
    )
    assert heavy < plain


def test_a_huge_learning_rate_diverges_and_the_best_network_is_kept() -> None:
    found = uat.fit(X, Y, 8, method="descent", rate=1e3, max_iter=500)
    assert found.reason == "diverged"
    assert found.loss <= np.nanmin(found.losses) * (1 + 1e-9)


@pytest.mark.slow
@pytest.mark.parametrize("method", METHODS)
def test_a_small_enough_residual_ends_it(method: str) -> None:
    found = uat.fit(X, Y, 8, method=method, eps=0.3, max_iter=5000)
    assert found.reason == "eps"
    assert found.max_residual <= 0.3


@pytest.mark.parametrize("method", METHODS)
def test_each_layer_may_have_an_activation_of_its_own(method: str) -> None:
    found = uat.fit(X, Y, (4, 3), activation=("tanh", uat.softplus), method=method, max_iter=20)
    assert found.network.activations == (uat.tanh, uat.softplus)
    assert found.losses[-1] <= found.losses[0]
    with pytest.raises(
        uat.InputError, match="2 activations given for 1 hidden layer; one for each"
    ):
        uat.fit(X, Y, 4, activation=("tanh", "relu"), method=method)


@pytest.mark.slow
@pytest.mark.parametrize("most", [1, 2, 7])
@pytest.mark.parametrize("method", METHODS)
def test_there_are_no_more_iterations_than_allowed(method: str, most: int) -> None:
    found = uat.fit_function(uat.examples.kink, hidden=4, method=method, max_iter=most)
    assert len(found.losses) <= most + 1
    assert found.reason in ("iterations", "stalled", "converged")


@pytest.mark.parametrize("method", METHODS)
def test_the_time_ends_it(method: str) -> None:
    found = uat.fit(X, Y, 8, method=method, seconds=0.05, max_iter=10**9)
    assert found.reason in ("seconds", "converged", "stalled")
    assert found.seconds < 5


@pytest.mark.parametrize("method", METHODS)
def test_a_time_that_is_over_at_once_still_gives_a_network(method: str) -> None:
    found = uat.fit(X, Y, 8, method=method, seconds=1e-9)
    assert found.reason == "seconds"
    assert len(found.losses) <= 2
    assert uat.fit_function("sin(x)", (0, 1), 8, method=method, seconds=1e-9).network.widths == (8,)


@pytest.mark.parametrize("size", [1e-310, 5e-324])
def test_data_that_need_weights_past_the_floats_are_refused_in_one_line(size: float) -> None:
    with pytest.raises(uat.InputError, match="take other units of x and y"):
        uat.fit(X * size, Y, 4, max_iter=2)


def test_the_callback_sees_each_iterate_and_can_end_it() -> None:
    seen: list[Snapshot] = []

    def watch(now: Snapshot) -> bool:
        seen.append(now)
        return now.iteration == 7

    found = uat.fit(X, Y, 8, method="lbfgs", callback=watch)
    assert found.reason == "callback"
    assert [s.iteration for s in seen] == list(range(8))
    np.testing.assert_array_equal(found.losses, [s.loss for s in seen])
    residual = seen[3].network.as_function()(X) - Y
    assert seen[3].max_residual == pytest.approx(np.abs(residual).max())


@pytest.mark.parametrize("method", METHODS)
def test_an_interruption_keeps_the_best_network(method: str) -> None:
    def watch(now: Snapshot) -> None:
        if now.iteration == 5:
            raise KeyboardInterrupt

    found = uat.fit(X, Y, 8, method=method, callback=watch)
    assert found.reason == "interrupted"
    assert len(found.losses) == 6


def test_progress_reports_loss_and_largest_residual() -> None:
    reports: list[tuple[int, int, str]] = []
    uat.fit(X, Y, progress=lambda *report: reports.append(report), method="adam", **SMALL)
    assert [n for n, _, _ in reports] == list(range(41))
    assert {most for _, most, _ in reports} == {40}
    assert re.fullmatch(r"loss \S+, largest residual \S+", reports[-1][2])


@pytest.mark.slow
def test_constant_values_give_a_constant_network() -> None:
    for method in METHODS:
        found = uat.fit(X, np.full(120, 7.25), method=method, hidden=3, max_iter=2000)
        np.testing.assert_allclose(found.network.as_function()(X), 7.25, atol=1e-2)
    assert uat.fit(X, np.full(120, 7.25), hidden=3).reason == "converged"


@pytest.mark.slow
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("size", [2.0**-664, 2.0**664], ids=["1e-200", "1e200"])
def test_very_small_and_very_large_numbers_are_trained_alike(method: str, size: float) -> None:
    plain = uat.fit(X, Y, method=method, **SMALL)
    scaled = uat.fit(size * X, size * Y, method=method, **SMALL)
    assert scaled.max_residual == pytest.approx(size * plain.max_residual, rel=1e-9)


@pytest.mark.parametrize("method", METHODS)
def test_one_place_gets_the_mean_of_its_values(method: str) -> None:
    found = uat.fit(np.full(4, 3.0), [1.0, 2, 3, 6], hidden=2, method=method, max_iter=500)
    assert found.network.as_function()(3.0) == pytest.approx(3.0, abs=1e-2)


def test_a_point_given_twice_gets_the_mean() -> None:
    x = np.repeat(np.linspace(0, 1, 30), 2)
    y = np.sin(x) + np.tile([-0.5, 0.5], 30)
    found = uat.fit(x, y, hidden=4, max_iter=60)
    np.testing.assert_allclose(found.network.as_function()(x[::2]), np.sin(x[::2]), atol=0.02)


@pytest.mark.slow
def test_polish_and_stages_lower_the_largest_residual() -> None:
    plain = uat.fit(X, Y, 6, max_iter=100)
    polished = uat.fit(X, Y, 6, max_iter=100, polish=True)
    staged = uat.fit(X, Y, 6, max_iter=100, stages=(20, 30))
    assert polished.max_residual < plain.max_residual
    assert staged.max_residual < 1e-2 * plain.max_residual
    assert staged.network.widths == (56,)


@pytest.mark.slow
def test_a_function_is_polished_unless_stages_are_given() -> None:
    function: dict[str, Any] = {"f": "sin(3*x)", "domain": (0, 1), "hidden": 3, "max_iter": 20}
    usual, polished, plain = (
        uat.fit_function(**function, polish=polish).network  # type: ignore[arg-type]
        for polish in (None, True, False)
    )
    assert usual == polished != plain
    staged = uat.fit_function(**function, stages=np.array([5, 4]))  # type: ignore[arg-type]
    assert staged.network.widths == (12,)


@pytest.mark.slow
def test_a_whole_number_past_the_floats_is_no_limit() -> None:
    unlimited = uat.fit(X, Y, seconds=10**400, **SMALL)
    assert unlimited.network == uat.fit(X, Y, **SMALL).network


@pytest.mark.slow
@pytest.mark.parametrize("name", ["relu", "heaviside", "ramp", "gauss_cdf", "algebraic"])
def test_any_activation_can_be_trained(name: str) -> None:
    found = uat.fit(X, Y, 20, name, max_iter=40)
    assert found.max_residual < 0.6


@pytest.mark.slow
@pytest.mark.parametrize(
    ("target", "options", "eps"),
    [
        (uat.examples.nielsen, {"hidden": 50}, 1e-9),
        (uat.examples.runge, {"hidden": 20, "activation": uat.relu}, 2e-2),
        (uat.Target("sin(x) * y", [(0, 2), (-1, 1)]), {"hidden": 12}, 1e-3),
        (uat.Target("exp(-x*y)", [(0, 1), (0, 1)]), {"hidden": (5, 5), "max_iter": 60}, 1e-3),
        (uat.examples.three_sines, {"hidden": 20, "method": "lbfgs", "max_iter": 500}, 0.5),
    ],
    ids=["nielsen", "relu", "two coordinates", "two layers", "lbfgs"],
)
def test_certify_proves_what_training_found(
    target: uat.Target, options: dict[str, Any], eps: float
) -> None:
    found = uat.fit_function(target, **{"max_iter": 150, **options})
    certificate = uat.certify(target, found)
    assert certificate.upper + certificate.rounding < eps
    assert certificate.upper < 1.5 * found.max_residual
    assert not certificate.assumptions


@pytest.mark.slow
@pytest.mark.parametrize("method", METHODS)
def test_a_penalty_makes_weights_smaller(method: str) -> None:
    sizes = [
        sum(
            float(np.sum(layer.weight**2))
            for layer in uat.fit(X, Y, 8, method=method, penalty=p, max_iter=200).network.layers
        )
        for p in (0.0, 0.01)
    ]
    assert sizes[1] < sizes[0]


def test_projection_of_too_much_for_the_memory_is_refused() -> None:
    x = np.linspace(0, 1, 100_000)
    with pytest.raises(uat.InputError, match="take method='lbfgs'"):
        uat.fit(x, x, hidden=(60, 60))


BAD: list[tuple[dict[str, Any], type[Exception], str]] = [
    ({"hidden": 0}, uat.InputError, "hidden width 1 = 0 given"),
    ({"hidden": ()}, uat.InputError, "at least one hidden layer"),
    ({"hidden": 2.5}, uat.WrongType, "hidden width 1 = 2.5 given; a whole number"),
    ({"method": "adma"}, uat.InputError, "did you mean 'adam'"),
    ({"method": None}, uat.InputError, "there are projection, lbfgs"),
    ({"activation": "tahn"}, uat.InputError, "did you mean 'tanh'"),
    ({"max_iter": 0}, uat.InputError, "max_iter = 0 given"),
    ({"seconds": 0}, uat.InputError, "seconds=0 given"),
    ({"seconds": float("nan")}, uat.InputError, "a number > 0"),
    ({"seconds": -(10**400)}, uat.InputError, "a number > 0"),
    ({"eps": 10**400}, uat.InputError, "a finite number ≥ 0"),
    ({"stages": (5, 0)}, uat.InputError, "stage 2 = 0 given"),
    ({"progress": 3}, uat.WrongType, "a function of \\(done, total"),
    ({"rate": -1, "method": "adam"}, uat.InputError, "rate=-1 given"),
    ({"rate": 0.1}, uat.InputError, "rate= given for projection; it is for adam and descent"),
    ({"momentum": 1.0, "method": "descent"}, uat.InputError, r"in \[0, 1\)"),
    ({"maxiter": 5}, uat.WrongType, "did you mean 'max_iter'"),
    ({"callback": 3}, uat.WrongType, "a function is needed"),
    ({"polish": 1}, uat.WrongType, "True or False"),
    ({"rng": "a"}, uat.InputError, "rng='a' given"),
    ({"batch": True, "method": "adam"}, uat.WrongType, "whole number"),
]


@pytest.mark.parametrize(("options", "error", "said"), BAD, ids=[f"{b[0]!s:.40}" for b in BAD])
def test_bad_options_are_refused_in_one_line(
    options: dict[str, Any], error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said) as caught:
        uat.fit(X, Y, **options)
    assert "\n" not in str(caught.value)


def test_an_activation_without_a_formula_is_refused() -> None:
    opaque = uat.Activation(
        "mine", None, (0.0, 1.0), None, 0.0, True, 1.0, function=lambda u: 1 / (1 + np.exp(-u))
    )
    with pytest.raises(uat.InputError, match="no formula"):
        uat.fit(X, Y, 5, opaque)


def test_a_fit_is_called_like_the_function_saved_and_shown_in_few_digits(tmp_path: Path) -> None:
    x = np.linspace(0, 1, 20)
    found = uat.fit(x, x**2, hidden=3, max_iter=2)
    found.save(tmp_path / "fit.npz")
    assert uat.load(tmp_path / "fit.npz") == found.network
    assert found(0.5) == found.network.as_function()(0.5)
    assert np.array_equal(found(x), found.network(x[:, None])[:, 0])
    assert re.fullmatch(
        r"<Fit Network\(1 → 3 → 1, uat\.tanh\), largest residual \d\S{0,7}, 2 iterations, "
        r"reason 'iterations'>",
        repr(found),
    )
