"""Make the weights of the languages anew: python -m callrisk.pipeline.language [--check]."""

import argparse
import sys
from typing import Any

import numpy as np
from numpy.typing import NDArray

from callrisk.domain.language.spoken import SPOKEN
from callrisk.domain.language.spoken_language import SpokenLanguage
from callrisk.domain.language.weights import Learned, restored
from callrisk.pipeline.language import corpus, weights_fitting

_SAME = 1e-6


def main(arguments: list[str] | None = None) -> int:
    """Write the weights file of each language, or with --check compare them; 1 if one differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    names = [spoken.folder.name for spoken in SPOKEN]
    parser.add_argument("--language", choices=names, action="append", help="these alone")
    options = parser.parse_args(arguments)
    chosen = [one for one in SPOKEN if one.folder.name in (options.language or names)]
    return max(_make(spoken, check=options.check) for spoken in chosen)


def _make(spoken: SpokenLanguage, *, check: bool) -> int:
    folder = corpus.STATEMENTS / spoken.folder.name
    arrays = weights_fitting.made(spoken, corpus.sentences(folder), corpus.exchanges(folder))
    if check:
        return 0 if same(arrays, spoken) else 1
    np.savez_compressed(spoken.weights, allow_pickle=False, **arrays)
    print(f"{spoken.folder.name}: {spoken.weights.stat().st_size / 1e6:.1f} MB")
    return 0


def same(arrays: dict[str, NDArray[Any]], spoken: SpokenLanguage) -> bool:
    """Return True if the weights file says the same of every sentence, within 1e-6."""
    ours, shipped = restored(arrays, "turn"), Learned.load(spoken.weights).turn
    if ours.rows != shipped.rows:
        print(f"{spoken.folder.name}: other features")
        return False
    difference = np.abs(ours.steps * ours.scale - shipped.steps * shipped.scale).max()
    print(f"{spoken.folder.name}: largest difference of a weight: {difference:.2g}")
    return bool(difference < _SAME)


if __name__ == "__main__":
    sys.exit(main())
