"""Recall and false alarms of the masking: python benchmarks/masking.py [--seeds 5] [--show]

First calls by other authors (`benchmarks/written/personal`), with which neither rules nor tagger
were made: for each kind of personal data how much is hidden, and how much of what must stay was
masked (SECURITY.md has the figures).

Then seeded speech: each seed makes 500 card, phone and account numbers and e-mail addresses in
sentences, written and spoken in many ways, whole or over several turns, and calls with 500 amounts,
dates and lengths. A number counts as hidden when no three of its digits survive one after the other
and no turn in which it goes on shows all it says, an address when its name does not; an amount is
wronged by one masked character.

Exit 1 when less than is asked for is hidden, or more is wronged: of numbers and mail 99 % and 1 %,
of all else 95 % and 2 %.
"""

import argparse
import sys
from collections import Counter
from pathlib import Path

import tests_on_path  # noqa: F401
from harness.masking.corpus import LEAST_HIDDEN, MOST_WRONGED, leaked, wronged
from harness.masking.written_corpus import Said, said_in

COUNT = 500
WRITTEN = Path(__file__).parent / "written" / "personal"
NUMBERS = ("card", "phone", "account", "cvv", "number", "mail")
LEAST_OF_OTHERS, MOST_OF_OTHERS = 0.95, 0.02


def main() -> int:
    """Print recall and the share of false masks of each file and for each seed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--show", action="store_true", help="what went wrong")
    options = parser.parse_args()
    good = [_written(path, show=options.show) for path in sorted(WRITTEN.glob("*.jsonl"))]
    good += [_seeded(seed, show=options.show) for seed in range(options.seeds)]
    return 0 if all(good) else 1


def _written(path: Path, *, show: bool) -> bool:
    """Print the figures of a file by other hands; return True if all are good enough."""
    parts = [*said_in(path)]
    wrong = [part for part in parts if not part.is_right]
    counts, wrongs = Counter(part.kind for part in parts), Counter(part.kind for part in wrong)
    for kind, count in sorted(counts.items()):
        print(f"{path.stem} {kind}: {_told(kind, count, wrongs[kind])}")
    if show:
        print(*wrong, sep="\n")
    return all(_is_good(kind, wrongs[kind] / count) for kind, count in counts.items())


def _told(kind: str, count: int, wrong: int) -> str:
    share = wrong / count if kind == Said.KEEP else 1 - wrong / count
    return f"{share:.1%} {'wronged' if kind == Said.KEEP else 'hidden'} of {count}"


def _is_good(kind: str, wrong: float) -> bool:
    if kind == Said.KEEP:
        return wrong <= MOST_OF_OTHERS
    return 1 - wrong >= (LEAST_HIDDEN if kind in NUMBERS else LEAST_OF_OTHERS)


def _seeded(seed: int, *, show: bool) -> bool:
    leaks, wrongs = leaked(seed, COUNT), wronged(seed, COUNT)
    hidden, wrong = 1 - len(leaks) / COUNT, len(wrongs) / COUNT
    print(f"seed {seed}: {hidden:.1%} hidden, {wrong:.1%} wronged")
    if show:
        print(*leaks, *wrongs, sep="\n")
    return hidden >= LEAST_HIDDEN and wrong <= MOST_WRONGED


if __name__ == "__main__":
    sys.exit(main())
