"""An estimator of scikit-learn: training with `fit`, `predict` and `score`, also in a Pipeline.

It needs scikit-learn: ``pip install scikit-learn``.

The estimator passes its data to `uat.fit` and keeps the network as `network_`. If the function
behind the data is known, `uat.certify(f, model, domain)` bounds the error of that network.
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
    raise ImportError("uat.estimators needs scikit-learn: pip install scikit-learn") from missing

from uat.core.network import Network
from uat.train.fitting import fit

__all__ = ["NetworkRegressor"]


class NetworkRegressor(RegressorMixin, BaseEstimator):  # type: ignore[misc]
    """A network trained on data, as a regressor of scikit-learn.

    Parameters
    ----------
    hidden : int or sequence of int
        Widths of the hidden layers.
    activation : str or Activation
        Any activation with a formula.
    method : str
        "projection", "lbfgs", "adam" or "descent", as in `uat.fit`.
    penalty : float
        Price of the square of each weight beside the mean squared residual of the standardised
        outputs; 0 for none.
    max_iter : int
        Maximum number of iterations.
    random_state : int, RandomState or None
        Source of the random start; None for another start at every call.

    Attributes
    ----------
    network_ : Network
    losses_ : ndarray, (iterations + 1,)
        Mean squared residual of each iterate.
    n_iter_ : int
        Number of iterations.
    reason_ : str
        Reason for the end of the training.
    n_features_in_ : int
        Number of columns of X; `feature_names_in_` has their names if X has names.

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
        network = (self.hidden, self.activation, self.method, seed)
        found = fit(points, values, *network, max_iter=self.max_iter, penalty=self.penalty)
        self._flat = np.ndim(values) == 1
        self.network_, self.losses_, self.reason_ = found.network, found.losses, found.reason
        self.n_iter_ = max(1, len(found.losses) - 1)
        return self

    def predict(self, X: ArrayLike) -> Array:
        """Evaluate the network at points X, (k, d); the result has the shape of y."""
        check_is_fitted(self)
        values = self.network_(validate_data(self, X, reset=False, dtype=np.float64))
        return values[:, 0] if self._flat else values

    def __sklearn_tags__(self) -> Any:
        """Return the tags of the estimator: y may have several columns."""
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags
