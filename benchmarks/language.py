"""Skill in understanding statements about paying: python benchmarks/language.py FILE... [--json]

`--language english` reads the sentences of other hands in `benchmarks/written/english`. Files hold
labelled sentences, minimal pairs or exchanges as JSON lines ({"text", "intents"}, {"a": …, "b": …},
{"agent", "customer", "intents"}); without one, those that were put aside are read, which tuned
nothing. Prints precision, recall and F1 of each intent and of the groups, false alarms, pairs and
exchanges understood exactly, the share of texts that are understood alike without punctuation, and
the cost of a turn of 40 characters on one core.
"""

import argparse
import json
import re
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

import tests_on_path  # noqa: F401
from callrisk.domain.language import Intent, answer_intents, packaged, understand
from callrisk.pipeline.language.corpus import ASIDE

WORRY = frozenset(
    {
        Intent.HARDSHIP, Intent.INABILITY, Intent.REFUSAL, Intent.DELAY_REQUEST,
        Intent.INCOME_LOSS, Intent.PAST_DEFAULT, Intent.OTHER_DEBT,
    }
)  # fmt: skip
PROMISE = frozenset({Intent.PROMISE, Intent.CAPACITY, Intent.RESOLVED})
_LENGTH = 40
PUT_ASIDE = {
    "japanese": ASIDE,
    "english": Path(__file__).parent / "written" / "english",
}
_MARKS = re.compile(r"[、。]|(?<=[A-Za-z0-9])[.,;:!?…]+(?=\s|$)")


def main() -> int:
    """Print the figures of the files; 0."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--language", choices=[*PUT_ASIDE], default="japanese")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--wrong", action="store_true", help="print what is misunderstood")
    options = parser.parse_args()
    rows = [
        (file.name, json.loads(line))
        for file in options.files or sorted(PUT_ASIDE[options.language].glob("*.jsonl"))
        for line in file.read_text(encoding="utf-8-sig").splitlines()
        if line.strip()
    ]
    figures = measured(rows)
    print(json.dumps(figures, ensure_ascii=False, indent=1) if options.json else shown(figures))
    if options.wrong:
        print("\n".join(misunderstood(rows)))
    return 0


def asserted(text: str) -> frozenset[Intent]:
    """Return the intents that a turn asserts by itself."""
    return frozenset(statement.intent for statement in understand(text) if statement.counts)


def labels(row: dict[str, Any]) -> frozenset[Intent]:
    """Return the labelled intents of a row."""
    return frozenset(map(Intent, row["intents"]))


def measured(rows: Sequence[tuple[str, dict[str, Any]]]) -> dict[str, Any]:
    """Return all figures as plain values."""
    packaged()
    sentences = [row for _, row in rows if "text" in row]
    pairs = [row for _, row in rows if "a" in row]
    exchanges = [row for _, row in rows if "customer" in row]
    figures: dict[str, Any] = {"language": packaged().version}
    if sentences:
        gold = [labels(row) for row in sentences]
        said = [asserted(row["text"]) for row in sentences]
        figures |= {
            "sentences": len(sentences),
            "worry": scores(*grouped(gold, said, WORRY)),
            "promise": scores(*grouped(gold, said, PROMISE)),
            "all": scores(gold, said),
            "false_alarms": share(
                bool(ours) for true, ours in zip(gold, said, strict=True) if not true
            ),
            "exact": share(true == ours for true, ours in zip(gold, said, strict=True)),
            "intents": {
                intent: scores(*grouped(gold, said, frozenset({intent}))) for intent in Intent
            },
        }
    if pairs:
        figures["pairs"] = len(pairs)
        figures["pairs_exact"] = share(
            all(asserted(row[side]["text"]) == labels(row[side]) for side in "ab") for row in pairs
        )
    if exchanges:
        figures["exchanges"] = len(exchanges)
        figures["exchanges_exact"] = share(
            answer_intents(row["agent"], row["customer"]) == labels(row) for row in exchanges
        )
    texts = [*texts_of(rows)]
    figures["alike_without_punctuation"] = share(
        asserted(text) == asserted(_MARKS.sub("", text)) for text in texts
    )
    figures["milliseconds_per_40_characters"] = cost(texts)
    return figures


def texts_of(rows: Iterable[tuple[str, dict[str, Any]]]) -> Iterator[str]:
    """Yield all texts of customers."""
    for _, row in rows:
        if "text" in row:
            yield row["text"]
        elif "a" in row:
            yield from (row["a"]["text"], row["b"]["text"])
        else:
            yield row["customer"]


def grouped(
    gold: Sequence[frozenset[Intent]], said: Sequence[frozenset[Intent]], group: frozenset[Intent]
) -> tuple[list[frozenset[str]], list[frozenset[str]]]:
    """Return whether each row has one of a group, as a set of at most one name."""

    def any_of(rows: Sequence[frozenset[Intent]]) -> list[frozenset[str]]:
        return [frozenset({"any"} if row & group else ()) for row in rows]

    return any_of(gold), any_of(said)


def scores(gold: Sequence[frozenset[Any]], said: Sequence[frozenset[Any]]) -> dict[str, float]:
    """Return precision, recall and F1 over all labels together."""
    hits = sum(len(true & ours) for true, ours in zip(gold, said, strict=True))
    ours, true = sum(map(len, said)), sum(map(len, gold))
    return {
        "precision": round(hits / max(1, ours), 3),
        "recall": round(hits / max(1, true), 3),
        "f1": round(2 * hits / max(1, ours + true), 3),
        "labelled": true,
    }


def share(results: Iterable[bool]) -> float | None:
    """Return the share of True, None of nothing."""
    values = [*results]
    return round(sum(values) / len(values), 3) if values else None


def cost(texts: Sequence[str]) -> dict[str, float]:
    """Return milliseconds for turns of 40 characters, cut from the texts in a row."""
    joined = "".join(texts) * (1 + 40_000 // max(1, sum(map(len, texts))))
    turns = [joined[at : at + _LENGTH] for at in range(0, min(len(joined), 80_000), _LENGTH)]
    taken = []
    for turn in turns:
        began = time.perf_counter()
        understand(turn)
        taken.append((time.perf_counter() - began) * 1000)
    return {
        name: round(float(np.quantile(taken, q)), 3) for name, q in (("p50", 0.5), ("p99", 0.99))
    }


def shown(figures: dict[str, Any]) -> str:
    """Return the figures as lines of text."""
    lines = [f"language {figures['language']}"]
    lines.extend(
        f"{name:10} {_shown_scores(figures[name])}"
        for name in ("worry", "promise", "all")
        if name in figures
    )
    for intent, values in figures.get("intents", {}).items():
        lines.append(f"  {intent:15} {_shown_scores(values)}")
    plain = (
        "sentences", "exact", "false_alarms", "pairs", "pairs_exact", "exchanges",
        "exchanges_exact", "alike_without_punctuation", "milliseconds_per_40_characters",
    )  # fmt: skip
    return "\n".join([*lines, *(f"{name}: {figures[name]}" for name in plain if name in figures)])


def _shown_scores(values: dict[str, float]) -> str:
    return (
        f"precision {values['precision']:.3f}  recall {values['recall']:.3f}"
        f"  F1 {values['f1']:.3f}  of {values['labelled']}"
    )


def misunderstood(rows: Iterable[tuple[str, dict[str, Any]]]) -> Iterator[str]:
    """Yield a line for each row that is not understood exactly."""
    for name, row in rows:
        sides = [row["a"], row["b"]] if "a" in row else [row]
        for side in sides:
            asked = "agent" in side
            ours = (
                answer_intents(side["agent"], side["customer"]) if asked else asserted(side["text"])
            )
            if ours != labels(side):
                text = f"{side['agent']} — {side['customer']}" if asked else side["text"]
                yield f"{name}: {text}\n    {sorted(labels(side))} understood as {sorted(ours)}"


if __name__ == "__main__":
    sys.exit(main())
