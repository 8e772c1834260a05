"""Training as scikit-learn knows it: `fit`, `predict`, `score`, in a Pipeline, under a search.

    pip install "uat[sklearn]"

The estimator hands its data to `uat.fit`; the network it finds is `network_`, and `uat.certify`
proves what it is worth where the function behind the data is known.
"""

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike

from uat.expression.arrays import Array

try:
    from sklearn.base import BaseEstimator, RegressorMixin
    from sklearn.utils.validation import check_is_fitted, check_random_state, validate_data
except ImportError as missing:
    raise ImportError('uat.estimators needs scikit-learn: pip install "uat[sklearn]"') from missing

from uat.core.network import Network
from uat.train.fitting import fit

__all__ = ["NetworkRegressor"]


class NetworkRegressor(RegressorMixin, BaseEstimator):  # type: ignore[misc]
    """A network trained on data, as an estimator of scikit-learn.

    Parameters
    ----------
    hidden : int or sequence of int
        Widths of the hidden layers.
    activation : str or Activation
        Any with a formula.
    method : str
        "projection", "lbfgs", "adam" or "descent", as in `uat.fit`.
    penalty : float
        Charged on the mean square of each weight, outputs standardised; 0 for none.
    max_iter : int
    random_state : int, RandomState or None
        Where the start comes from; None for another one at every call.

    Attributes
    ----------
    network_ : Network
    losses_ : ndarray, (iterations + 1,)
        Mean squared residual of each iterate.
    n_iter_ : int
    reason_ : str
        Why the training stopped.
    n_features_in_ : int
        And `feature_names_in_` where X has column names.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.linspace(-1, 1, 50)[:, None]
    >>> model = NetworkRegressor(hidden=8, random_state=0).fit(x, np.sin(3 * x[:, 0]))
    >>> model.score(x, np.sin(3 * x[:, 0])) > 0.9999
    True
    """

    network_: Network
    losses_: Array
    n_iter_: int
    reason_: str

    def __init__(
        self,
        hidden: int | Sequence[int] = 20,
        *,
        activation: Any = "tanh",
        method: str = "projection",
        penalty: float = 1e-6,
        max_iter: int = 200,
        random_state: Any = None,
    ) -> None:
        self.hidden = hidden
        self.activation = activation
        self.method = method
        self.penalty = penalty
        self.max_iter = max_iter
        self.random_state = random_state

    def fit(self, X: ArrayLike, y: ArrayLike) -> Self:
        """Train on points X, (k, d), and values y, (k,) or (k, m).

        Raises
        ------
        ValueError
            For data that scikit-learn or `uat.fit` refuses.
        """
        points, values = validate_data(
            self, X, y, dtype=np.float64, multi_output=True, y_numeric=True, ensure_min_samples=2
        )
        seed = int(check_random_state(self.random_state).randint(np.iinfo(np.int32).max))
        found = fit(
            points,
            values,
            self.hidden,
            self.activation,
            self.method,
            seed,
            max_iter=self.max_iter,
            penalty=self.penalty,
        )
        self._flat = np.ndim(values) == 1
        self.network_ = found.network
        self.losses_ = found.losses
        self.n_iter_ = max(1, len(found.losses) - 1)
        self.reason_ = found.reason
        return self

    def predict(self, X: ArrayLike) -> Array:
        """Evaluate the network at points X, (k, d): (k,) or (k, m), as y was."""
        check_is_fitted(self)
        points = validate_data(self, X, reset=False, dtype=np.float64)
        values = self.network_(points)
        return values[:, 0] if self._flat else values

    def __sklearn_tags__(self) -> Any:
        """Say that y may have several columns."""
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        tags.target_tags.single_output = True
        return tags
