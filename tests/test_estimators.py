"""The estimator passes the checks of scikit-learn and works in its pipelines and searches."""

import pickle
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_diabetes
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

import uat
from uat.core.network import as_network
from uat.estimators import NetworkRegressor


@pytest.mark.slow
@parametrize_with_checks([NetworkRegressor(hidden=5, max_iter=20)])  # type: ignore[untyped-decorator]
def test_it_keeps_the_contract(estimator: Any, check: Any) -> None:
    check(estimator)


@pytest.mark.slow
def test_it_works_in_a_pipeline_under_cross_validation() -> None:
    x, y = load_diabetes(return_X_y=True)
    model = make_pipeline(
        StandardScaler(), NetworkRegressor(hidden=3, penalty=0.01, max_iter=50, random_state=0)
    )
    scores = cross_val_score(model, x, y, cv=3)
    assert scores.mean() > 0.45


@pytest.mark.slow
def test_a_search_finds_the_width() -> None:
    x = np.linspace(-1, 1, 60)[:, None]
    y = np.sin(5 * x[:, 0])
    search = GridSearchCV(
        NetworkRegressor(max_iter=50, random_state=0), {"hidden": [1, 8]}, cv=3
    ).fit(x, y)
    assert search.best_params_ == {"hidden": 8}


def test_it_pickles_and_clones() -> None:
    x = np.linspace(0, 1, 30)[:, None]
    model = NetworkRegressor(hidden=4, max_iter=20, random_state=1).fit(x, x[:, 0] ** 2)
    again = pickle.loads(pickle.dumps(model))
    assert np.array_equal(again.predict(x), model.predict(x))
    assert clone(model).get_params() == model.get_params()
    same = clone(model).fit(x, x[:, 0] ** 2)
    assert np.array_equal(same.predict(x), model.predict(x))


def test_several_outputs_come_back_as_they_were_given() -> None:
    x = np.linspace(0, 1, 40)[:, None]
    y = np.column_stack([np.sin(6 * x), np.cos(6 * x)])
    model = NetworkRegressor(hidden=10, max_iter=60, random_state=0).fit(x, y)
    assert model.predict(x).shape == (40, 2)
    assert np.abs(model.predict(x) - y).max() < 0.01


@pytest.mark.slow
def test_its_network_can_be_proved() -> None:
    x = np.linspace(0, 1, 200)[:, None]
    model = NetworkRegressor(hidden=8, penalty=0.0, random_state=0).fit(x, np.exp(x[:, 0]))
    certificate = uat.certify("exp(x)", model.network_, (0, 1))
    assert certificate.upper < 1e-3


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"hidden": 0}, "hidden"),
        ({"method": "projektion"}, "did you mean"),
        ({"activation": "tahn"}, "tanh"),
        ({"max_iter": 0}, "max_iter"),
    ],
    ids=["width", "method", "activation", "iterations"],
)
def test_bad_parameters_get_one_clear_line(options: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words) as error:
        NetworkRegressor(**options).fit([[0.0], [1.0], [2.0]], [0.0, 1.0, 0.5])
    assert "\n" not in str(error.value)


@pytest.mark.slow
def test_without_scikit_learn_it_says_what_to_install() -> None:
    code = "import sys; sys.modules['sklearn'] = None\ntry: import uat.estimators\n"
    code += "except ImportError as e: print(e)"
    printed = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    ).stdout
    assert printed.strip() == "uat.estimators needs scikit-learn: pip install scikit-learn"


@pytest.mark.parametrize("activation", ["relu", "tanh", "logistic"])
def test_a_network_of_scikit_learn_is_taken_as_one(activation: str) -> None:
    x = np.linspace(-1, 1, 60).reshape(-1, 2)
    model = MLPRegressor(hidden_layer_sizes=(5, 3), activation=activation, max_iter=5)
    with pytest.warns(ConvergenceWarning):
        model.fit(x, np.stack([x[:, 0], x[:, 1] ** 2], axis=1))
    network = as_network(model)
    assert network.widths == (5, 3)
    assert np.allclose(network(x), model.predict(x), rtol=1e-12, atol=1e-12)


@pytest.mark.slow
def test_an_estimator_is_certified_counted_and_drawn_by_its_network() -> None:
    x = np.linspace(-1, 1, 40)[:, None]
    model = NetworkRegressor(hidden=4, activation="relu", method="lbfgs", max_iter=20)
    with pytest.raises(uat.InputError, match="before its training"):
        uat.certify("x", model, (-1, 1))
    model.set_params(random_state=0).fit(x, np.abs(x[:, 0]))
    assert uat.certify("abs(x)", model, (-1, 1)) == uat.certify("abs(x)", model.network_, (-1, 1))
    assert uat.count_regions(model, (-1, 1)) == uat.count_regions(model.network_, (-1, 1))
    assert uat.plot(model, language="en").axes
    with pytest.raises(uat.WrongType, match="scales its data outside of the network"):
        uat.certify("x", make_pipeline(StandardScaler(), model), (-1, 1))
