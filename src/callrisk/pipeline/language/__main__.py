"""Make the weights of the language anew: python -m callrisk.pipeline.language [--check]."""

import argparse
import sys
from typing import Any

import numpy as np
from numpy.typing import NDArray

from callrisk.domain.language import learned
from callrisk.domain.language.grammar import Grammar
from callrisk.domain.language.language import WEIGHTS
from callrisk.domain.language.predicates import packaged_predicates, topics_in
from callrisk.pipeline.language import corpus, weights_fitting

_SAME = 1e-6


def main(arguments: list[str] | None = None) -> int:
    """Write the weights file, or with --check compare it; 1 if it differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    options = parser.parse_args(arguments)
    grammar = Grammar(packaged_predicates(), topics_in())
    arrays = weights_fitting.made(grammar, corpus.sentences(), corpus.exchanges())
    if options.check:
        return 0 if same(arrays) else 1
    np.savez_compressed(WEIGHTS, allow_pickle=False, **arrays)
    print(f"{WEIGHTS.name}: {WEIGHTS.stat().st_size / 1e6:.1f} MB")
    return 0


def same(arrays: dict[str, NDArray[Any]]) -> bool:
    """Return True if the weights file says the same of every sentence, within 1e-6."""
    ours, shipped = learned.restored(arrays, "turn"), learned.Learned.load(WEIGHTS).turn
    if ours.rows != shipped.rows:
        print("other features")
        return False
    difference = np.abs(ours.steps * ours.scale - shipped.steps * shipped.scale).max()
    print(f"largest difference of a weight: {difference:.2g}")
    return bool(difference < _SAME)


if __name__ == "__main__":
    sys.exit(main())
