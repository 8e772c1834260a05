"""Short names of array types."""

import numpy as np
from numpy.typing import NDArray

__all__ = ["Array", "Bools", "Integers"]

Array = NDArray[np.float64]
Bools = NDArray[np.bool_]
Integers = NDArray[np.int64]
