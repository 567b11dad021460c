"""Names for NumPy arrays by what an entry is; shapes stand where the arrays do."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Texts = NDArray[np.str_]
Days = NDArray[np.datetime64]
