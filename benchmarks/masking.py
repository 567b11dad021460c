"""Recall and false alarms of the masking: python benchmarks/masking.py [--seeds 5]

Each seed makes 500 card, phone and account numbers and e-mail addresses in sentences, written and
spoken in many ways, whole or over several turns, and calls with 500 amounts, dates and lengths. A
number counts as hidden when no three of its digits survive one after the other and no turn in which
it goes on shows all it says, an address when its name does not; an amount is wronged by one masked
character. Exit 1 when fewer than 99 % are hidden or more than 1 % are wronged.
"""

import argparse
import sys

import tests_on_path  # noqa: F401
from harness.masking.corpus import LEAST_HIDDEN, MOST_WRONGED, leaked, wronged

COUNT = 500


def main() -> int:
    """Print recall and the share of false masks for each seed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--show", action="store_true", help="what went wrong")
    options = parser.parse_args()
    worst = True
    for seed in range(options.seeds):
        leaks, wrongs = leaked(seed, COUNT), wronged(seed, COUNT)
        hidden, wrong = 1 - len(leaks) / COUNT, len(wrongs) / COUNT
        print(f"seed {seed}: {hidden:.1%} hidden, {wrong:.1%} wronged")
        if options.show:
            print(*leaks, *wrongs, sep="\n")
        worst = worst and hidden >= LEAST_HIDDEN and wrong <= MOST_WRONGED
    return 0 if worst else 1


if __name__ == "__main__":
    sys.exit(main())
