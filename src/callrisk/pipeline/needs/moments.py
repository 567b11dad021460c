"""The labelled moments: an agent's turn, the customer's turn after it, and what it calls for.

JSON lines in UTF-8, with the number of the author in each row; docs/playbook.md says how they were
written. The authors in `aside.jsonl` tune nothing: they are for reports alone.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from callrisk.domain.advice.need import Need

FOLDER = Path(__file__).parent
LEARNT, ASIDE = FOLDER / "moments.jsonl", FOLDER / "aside.jsonl"


@dataclass(frozen=True, slots=True)
class LabelledMoment:
    """A customer's turn, the agent's turn before it ("" if none), and its needs.

    The first need is what is to be answered first.
    """

    author: str
    agent: str
    customer: str
    needs: tuple[Need, ...]


def moments_of(file: Path = LEARNT) -> Iterator[LabelledMoment]:
    """Yield the moments of a file in its order."""
    for line in file.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        needs = tuple(map(Need, row["needs"]))
        yield LabelledMoment(row["author"], row["agent"], row["customer"], needs)
