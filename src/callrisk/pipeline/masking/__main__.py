"""Learn the weights of the masking's tagger anew: python -m callrisk.pipeline.masking."""

import argparse
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from callrisk.domain.masking.tagging.tagger import WEIGHTS
from callrisk.pipeline.masking.conversations import conversations, ordinary
from callrisk.pipeline.masking.tagger_fitting import fitted


def main(arguments: list[str] | None = None) -> int:
    """Write the weights file; return 0."""
    argparse.ArgumentParser(description=__doc__).parse_args(arguments)
    began, learnt = time.perf_counter(), [*conversations(), *ordinary()]
    with tempfile.TemporaryDirectory() as folder:
        arrays = fitted(learnt, Path(folder) / "model")
    np.savez_compressed(WEIGHTS, allow_pickle=False, **arrays)
    size, seconds = WEIGHTS.stat().st_size / 1e6, time.perf_counter() - began
    print(f"{WEIGHTS.name}: {len(learnt)} conversations, {size:.1f} MB, {seconds:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
