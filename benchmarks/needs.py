"""Skill in hearing what a customer needs next: python benchmarks/needs.py [FILE...] [--wrong]

Files hold labelled moments as JSON lines: {"author", "agent", "customer", "needs"}; without one,
those of the author that was put aside are read, which tuned nothing. A moment is heard rightly when
the likeliest need is one of its labels. Printed are the share of moments heard rightly, the share
that is clear enough to cause advice and how much of that is right, and the same by need. With
--left-out the moments of each fifth of the authors are heard by weights of the others (minutes).
"""

import argparse
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import tests_on_path  # noqa: F401
from callrisk.domain.advice.need import HeardNeed, Need, heard_need
from callrisk.pipeline.needs.moments import ASIDE, LabelledMoment, moments_of
from callrisk.pipeline.needs.needs_fitting import fitted

_FOLDS = 5


@dataclass(frozen=True)
class Heard:
    """A labelled moment and what was heard in it."""

    moment: LabelledMoment
    need: HeardNeed

    @property
    def is_right(self) -> bool:
        """True if the likeliest need is one of the labels."""
        return self.need.need in self.moment.needs


def main() -> int:
    """Print the figures; 0."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--wrong", action="store_true", help="list what is heard wrongly")
    parser.add_argument("--left-out", action="store_true", help="of the authors learnt from")
    options = parser.parse_args()
    if options.left_out:
        heard = left_out([*moments_of()])
    else:
        files = options.files or [ASIDE]
        heard = [one for file in files for one in heard_in(moments_of(file), heard_need)]
    print(shown(heard))
    if options.wrong:
        print("\n".join(map(_wrong, (one for one in heard if not one.is_right))))
    return 0


def heard_in(
    moments: Iterable[LabelledMoment], hear: Callable[[str, str], HeardNeed]
) -> list[Heard]:
    """Return what is heard in each moment."""
    return [Heard(moment, hear(moment.agent, moment.customer)) for moment in moments]


def left_out(moments: Sequence[LabelledMoment]) -> list[Heard]:
    """Return what is heard in each moment by weights that no moment of its author taught."""
    authors = sorted({moment.author for moment in moments})
    heard: list[Heard] = []
    for fold in range(_FOLDS):
        aside = set(authors[fold::_FOLDS])
        weights = fitted(moment for moment in moments if moment.author not in aside)
        rest = (moment for moment in moments if moment.author in aside)
        heard += heard_in(rest, weights.heard)
    return heard


def shown(heard: Sequence[Heard]) -> str:
    """Return the figures as lines."""
    by_need: defaultdict[Need, list[Heard]] = defaultdict(list)
    for one in heard:
        by_need[one.need.need].append(one)
    lines = [_line("all", heard)]
    lines += [_line(need, by_need[need]) for need in Need if by_need[need]]
    return "\n".join(lines)


def _line(name: str, heard: Sequence[Heard]) -> str:
    clear = [one for one in heard if one.need.is_clear]
    right = sum(one.is_right for one in heard) / len(heard)
    of_clear = sum(one.is_right for one in clear) / len(clear) if clear else float("nan")
    return (
        f"{name:20} {len(heard):6} heard, right {right:6.1%}; "
        f"clear {len(clear) / len(heard):6.1%}, of these right {of_clear:6.1%}"
    )


def _wrong(one: Heard) -> str:
    labels = ", ".join(one.moment.needs)
    return (
        f"{one.moment.agent} | {one.moment.customer}\n"
        f"    {labels}, heard {one.need.need} ({one.need.share:.2f})"
    )


if __name__ == "__main__":
    sys.exit(main())
