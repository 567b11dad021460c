"""XGBoost, imported without its wrapper for scikit-learn, which takes longer than the rest.

The models use boosters alone. Where scikit-learn is there, XGBoost imports it, and with it SciPy's
statistics and pandas: a third of the time in which a server starts.
"""

import sys

_WRAPPED = "sklearn"

if _WRAPPED in sys.modules or "xgboost" in sys.modules:
    import xgboost as xgb
else:
    # What stands here as None cannot be imported; XGBoost does without.
    sys.modules[_WRAPPED] = None  # type: ignore[assignment]
    try:
        import xgboost as xgb
    finally:
        del sys.modules[_WRAPPED]

__all__ = ["xgb"]
