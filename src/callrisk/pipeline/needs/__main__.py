"""Make the weights of the needs anew: python -m callrisk.pipeline.needs."""

import sys

import numpy as np

from callrisk.domain.advice.need import WEIGHTS
from callrisk.pipeline.needs.moments import moments_of
from callrisk.pipeline.needs.needs_fitting import fitted, stored


def main() -> int:
    """Write the weights file."""
    np.savez_compressed(WEIGHTS, allow_pickle=False, **stored(fitted(moments_of())))
    print(f"{WEIGHTS.name}: {WEIGHTS.stat().st_size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
