"""What training reaches in five seconds: `uat.fit` beside scikit-learn and PyTorch.

Run by `OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 pytest tests/benchmarks/bench_training.py -n0 -s`,
with both installed (`pip install scikit-learn torch`; too large for the test dependencies). The
environment variable SEEDS sets how many seeds each row takes the median of, 5 without it.

Everybody gets the same points, inputs in [−1, 1], outputs standardised, the same widths and
activation, float64, one thread, and 5 s of CPU time (not of the clock on the wall, which a loaded
machine shares out unevenly). The others run as their manuals have them, without weight decay;
scikit-learn's L-BFGS also ends by scipy's rule, the rest use all their time. The rate of PyTorch's
Adam falls from 0.01 to 0. The error is the largest on a
grid of 20 001 points (1 000 to train on), in the plane 201² (50²), in the units of the function.
"""

import os
import sys
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from time import process_time
from typing import Any, Final

import numpy as np
import pytest

import uat
from uat.expression.arrays import Array

torch: Any = pytest.importorskip("torch", reason="PyTorch is not installed: nothing to compare to")
neural: Any = pytest.importorskip("sklearn.neural_network", reason="scikit-learn is not installed")
datasets: Any = pytest.importorskip("sklearn.datasets", reason="scikit-learn is not installed")

Model = Callable[[Array], Array]

SECONDS: Final = 5.0
SEEDS: Final = int(os.environ.get("SEEDS", "5"))


@dataclass(frozen=True)
class Data:
    """Scaled points and values, a finer grid, and the way back."""

    x: Array
    y: Array
    grid: Array
    exact: Array
    mean: float
    scale: float
    widths: tuple[int, ...]
    activation: uat.Activation

    def error(self, model: Model) -> float:
        return float(np.abs(model(self.grid) * self.scale + self.mean - self.exact).max())


def sampled(target: uat.Target, widths: tuple[int, ...], activation: uat.Activation) -> Data:
    one = target.dimension == 1
    t = -np.cos(np.linspace(0, np.pi, 1000 if one else 50))
    fine = np.linspace(-1, 1, 20_001 if one else 201)
    x, grid = (
        np.stack(np.meshgrid(*[axis] * target.dimension), axis=-1).reshape(-1, target.dimension)
        for axis in (t, fine)
    )
    middle, half = (target.lower + target.upper) / 2, (target.upper - target.lower) / 2
    y, exact = (np.asarray(target(*(middle + half * p).T)) for p in (x, grid))
    mean, scale = float(y.mean()), float(y.std())
    return Data(x, (y - mean) / scale, grid, exact, mean, scale, widths, activation)


def by_uat(data: Data, seed: int, **options: Any) -> Model:
    found = uat.fit(
        data.x, data.y, data.widths, data.activation, rng=seed, seconds=SECONDS,
        max_iter=10**9, **options,
    )  # fmt: skip
    return lambda x: found.network(x)[:, 0]


def _of_sklearn(data: Data, seed: int, solver: str, steps: int) -> Any:
    name = {"tanh": "tanh", "logistic": "logistic"}[data.activation.name]
    return neural.MLPRegressor(
        hidden_layer_sizes=data.widths, activation=name, solver=solver, alpha=0.0, tol=0.0,
        max_iter=steps,
        max_fun=10**9, random_state=seed,
    )  # fmt: skip


def by_sklearn_lbfgs(data: Data, seed: int) -> Model:
    """It cannot be stopped, so as many iterations as the time is enough for."""
    some = 200
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        start = process_time()
        model = _of_sklearn(data, seed, "lbfgs", some).fit(data.x, data.y)
        each = (process_time() - start) / some
        model = _of_sklearn(data, seed, "lbfgs", int(SECONDS / each)).fit(data.x, data.y)
    return model.predict  # type: ignore[no-any-return]


def by_sklearn_adam(data: Data, seed: int) -> Model:
    model, start = _of_sklearn(data, seed, "adam", 1), process_time()
    while process_time() - start < SECONDS:
        model.partial_fit(data.x, data.y)
    return model.predict  # type: ignore[no-any-return]


def _of_torch(data: Data, seed: int) -> tuple[Any, Callable[[], Any], Model]:
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    sigma = {"tanh": torch.nn.Tanh, "logistic": torch.nn.Sigmoid}[data.activation.name]
    sizes, parts = (data.x.shape[1], *data.widths), []
    for inner, outer in pairwise(sizes):
        parts += [torch.nn.Linear(inner, outer, dtype=torch.float64), sigma()]
    model = torch.nn.Sequential(*parts, torch.nn.Linear(sizes[-1], 1, dtype=torch.float64))
    x, y = torch.from_numpy(data.x), torch.from_numpy(data.y[:, None])

    def loss() -> Any:
        return ((model(x) - y) ** 2).mean()

    def predict(points: Array) -> Array:
        with torch.no_grad():
            values: Array = model(torch.from_numpy(points)).numpy()[:, 0]
        return values

    return model, loss, predict


def by_torch_adam(data: Data, seed: int) -> Model:
    model, loss, predict = _of_torch(data, seed)
    descent = torch.optim.Adam(model.parameters(), lr=1e-2)
    start = process_time()
    while (spent := (process_time() - start) / SECONDS) < 1:
        descent.param_groups[0]["lr"] = 1e-2 * (1 - spent)
        descent.zero_grad()
        loss().backward()
        descent.step()
    return predict


def by_torch_lbfgs(data: Data, seed: int) -> Model:
    model, loss, predict = _of_torch(data, seed)
    descent = torch.optim.LBFGS(
        model.parameters(), max_iter=20, history_size=100, line_search_fn="strong_wolfe",
        tolerance_grad=0.0, tolerance_change=0.0,
    )  # fmt: skip

    def value() -> Any:
        descent.zero_grad()
        now = loss()
        now.backward()
        return now

    start = process_time()
    while process_time() - start < SECONDS:
        descent.step(value)
    return predict


OTHERS: Final = {
    "scikit-learn L-BFGS": by_sklearn_lbfgs,
    "scikit-learn Adam": by_sklearn_adam,
    "PyTorch Adam": by_torch_adam,
    "PyTorch L-BFGS": by_torch_lbfgs,
}
EXP_SIN = uat.Target("exp(sin(x**2 + x))", (-3, 3))
ROWS: Final = [
    pytest.param(uat.examples.nielsen, (50,), uat.tanh, [({}, 1e-9, 1e5)], id="nielsen-50"),
    pytest.param(uat.examples.nielsen, (20,), uat.tanh, [({}, 1e-5, 1e3)], id="nielsen-20"),
    pytest.param(uat.examples.three_sines, (50,), uat.tanh, [({}, 1e-10, 1e6)], id="sines-50"),
    pytest.param(uat.examples.runge, (50,), uat.tanh, [({}, 1e-10, 1e5)], id="runge-50"),
    pytest.param(EXP_SIN, (50,), uat.tanh, [({}, 1e-6, 1e3)], id="exp-sin-50"),
    pytest.param(
        uat.examples.franke,
        (32, 32),
        uat.tanh,
        [({}, 1e-3, 3), ({"stages": (500,)}, 1e-5, 1e2)],
        id="franke-32-32",
    ),
    pytest.param(uat.examples.kink, (50,), uat.logistic, [({}, 1e-3, 5)], id="kink-50"),
]


def report(name: str, errors: list[float]) -> float:
    middle = float(np.median(errors))
    sys.stdout.write(f"  {name:32} {middle:8.1e}  ({min(errors):.1e} … {max(errors):.1e})\n")
    sys.stdout.flush()
    return middle


@pytest.mark.parametrize(("target", "widths", "activation", "limits"), ROWS)
def test_projection_leaves_the_common_tools_far_behind(
    target: uat.Target,
    widths: tuple[int, ...],
    activation: uat.Activation,
    limits: list[tuple[dict[str, Any], float, float]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("uat.train.history.perf_counter", process_time)
    data = sampled(target, widths, activation)
    sys.stdout.write(f"\n{target!r}, {widths}, {activation!r}: sup error, {SEEDS} seeds\n")
    best = min(
        report(name, [data.error(train(data, seed)) for seed in range(SEEDS)])
        for name, train in OTHERS.items()
    )
    for options, most, ratio in limits:
        errors = [data.error(by_uat(data, seed, **options)) for seed in range(SEEDS)]
        ours = report(f"uat.fit {options or ''}", errors)
        sys.stdout.write(f"  best of the others / ours: {best / ours:.1e}\n")
        assert ours <= most
        assert best / ours >= ratio


def test_real_data_cross_validated_beside_scikit_learn() -> None:
    """Diabetes (442 patients, 10 measurements; Efron et al., 2004), which scikit-learn ships."""
    x, y = datasets.load_diabetes(return_X_y=True, scaled=False)
    x, folds = (x - x.mean(axis=0)) / x.std(axis=0), np.random.default_rng(0).permutation(442) % 10

    def score(train: Callable[[Array, Array], Model]) -> float:
        """R² of what is foretold of each tenth by the other nine."""
        foretold = np.empty(442)
        for fold in range(10):
            inside = folds == fold
            foretold[inside] = train(x[~inside], y[~inside])(x[inside])
        return float(1 - np.mean((y - foretold) ** 2) / y.var())

    def ours(penalty: float) -> Callable[[Array, Array], Model]:
        def train(x: Array, y: Array) -> Model:
            network = uat.fit(x, y, hidden=20, penalty=penalty, max_iter=100).network
            return lambda points: network(points)[:, 0]

        return train

    def theirs(penalty: float) -> Callable[[Array, Array], Model]:
        def train(x: Array, y: Array) -> Model:
            mean, scale = y.mean(), y.std()
            model = neural.MLPRegressor(
                hidden_layer_sizes=20,
                activation="tanh",
                solver="lbfgs",
                alpha=penalty,
                max_iter=2000,
                random_state=0,
            )
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                model.fit(x, (y - mean) / scale)
            return lambda points: model.predict(points) * scale + mean

        return train

    found = {}
    for name, train, penalties in (
        ("uat.fit", ours, (1e-4, 1e-3, 3e-3, 1e-2)),
        ("scikit-learn L-BFGS", theirs, (1e-2, 1.0, 3.0, 10.0, 30.0)),
    ):
        scores = {penalty: score(train(penalty)) for penalty in penalties}
        found[name] = max(scores.values())
        said = ", ".join(f"{value:.3f} ({penalty:g})" for penalty, value in scores.items())
        sys.stdout.write(f"\nR² on diabetes, ten folds (penalty): {name} {said}\n")
    assert found["uat.fit"] >= found["scikit-learn L-BFGS"] - 0.01
    assert found["uat.fit"] > 0.45
