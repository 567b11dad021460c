"""Make the weights of the language anew: python -m callrisk.pipeline.language [--check]."""

import argparse
import sys

import numpy as np

from callrisk.domain.language import learned
from callrisk.domain.language.grammar import Grammar
from callrisk.domain.language.language import WEIGHTS
from callrisk.domain.language.table import packaged_predicates, topics_in
from callrisk.pipeline.language import corpus, fitting


def main(arguments: list[str] | None = None) -> int:
    """Write the weights file, or with --check compare it; 1 if it differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    options = parser.parse_args(arguments)
    grammar = Grammar(packaged_predicates(), topics_in())
    arrays = fitting.made(grammar, corpus.sentences(), corpus.exchanges())
    if options.check:
        return 0 if same(arrays) else 1
    np.savez_compressed(WEIGHTS, **arrays)
    print(f"{WEIGHTS.name}: {WEIGHTS.stat().st_size / 1e6:.1f} MB")
    return 0


def same(arrays: dict) -> bool:
    """Return True if the weights file says the same of every sentence, within 1e-6."""
    ours, shipped = learned.restored(arrays, "turn"), learned.Learned.load(WEIGHTS).turn
    if ours.rows != shipped.rows:
        print("other features")
        return False
    difference = float(np.abs(ours.matrix - shipped.matrix).max())
    print(f"largest difference of a weight: {difference:.2g}")
    return difference < 1e-6  # noqa: PLR2004


if __name__ == "__main__":
    sys.exit(main())
