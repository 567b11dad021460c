"""Rows of a company's own table, made of sentences of which somebody said what they mean.

A sentence becomes a row of its own words: as narrow as can be, so that it says of this sentence
what was meant and of no other anything. Each row is checked as the table is when it is read; one
that does not pass stands as a comment, with the reason, for a person to complete.
"""

import csv
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from callrisk.domain.language.examples import check_examples
from callrisk.domain.language.japanese import JAPANESE
from callrisk.domain.language.predicates import TableError, predicate_of
from callrisk.domain.language.silences import check_silences
from callrisk.domain.language.spoken import spoken_in
from callrisk.domain.language.statement import Intent
from callrisk.domain.segment import MAIL_MASK, MASK, WORD_MASK

TABLE = Path("predicates.csv")
# Shorter words are said in too many meanings: はい, 大丈夫です.
_SHORTEST = 7
_ENDS = re.compile(r"[。．！？!?]")
_MASKS = frozenset((MASK, MAIL_MASK, WORD_MASK))


@dataclass(frozen=True, slots=True)
class MeantSentence:
    """A turn with the phrase that was heard as an intent, and what it means, None for nothing."""

    text: str
    begin: int
    end: int
    heard: Intent
    meant: Intent | None


def table_of(sentences: Iterable[MeantSentence], escape: Callable[[str], object]) -> str:
    """Return a table with a row for each sentence, those that cannot be one as comments.

    `escape` gives a cell that no spreadsheet takes for a formula. Comments are written through it;
    a row that it would change cannot stand in the table, as its words would be others there.
    """
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(JAPANESE.form.columns)
    seen: set[tuple[str, ...]] = set()
    for sentence in sentences:
        row = _row(sentence)
        if tuple(row) in seen:
            continue
        seen.add(tuple(row))
        fault = _formula_in(row, escape) or _fault(row)
        writer.writerow(row if fault is None else [f"# {fault}", *map(escape, row)])
    return out.getvalue()


def _row(sentence: MeantSentence) -> list[str]:
    """Return the cells of a row; 例文 and 反例 are sentences that the table is checked by."""
    begin, end = _sentence_around(sentence)
    whole = sentence.text[begin:end].strip(JAPANESE.pauses)
    meant = sentence.meant
    if meant is None:
        word, against = whole, _said_otherwise(sentence.heard)
    else:
        word = _clause_around(sentence.text[begin:end], sentence.begin - begin)
        # Words of somebody else mean nothing for this customer.
        against = f"友達が{word}と言っていました"
    intent = "" if meant is None else str(meant)
    return [word, "固定", "", intent, "", "", "", "", "1", whole, against]


def _formula_in(row: list[str], escape: Callable[[str], object]) -> str | None:
    """Return why a row with a formula cannot stand in the table; None where it has none."""
    is_formula = any(escape(cell) != cell for cell in row)
    return (
        "数式の記号（= + - @ など）で始まります。記号のない語と例文にしてください"
        if is_formula
        else None
    )


def _fault(row: list[str]) -> str | None:
    """Return why a row cannot stand in the table as it is; None where it can."""
    word = row[0]
    if spoken_in(word) is not JAPANESE:
        return "日本語の文ではありません。その言語の表に手で書いてください"
    if len(JAPANESE.plain_text(word).text) < _SHORTEST:
        return "短すぎて、ほかの意味でも使われます。話題を書くか、長い語にしてください"
    if _MASKS & set(word):
        return "伏せ字を含みます。伏せ字のない語にしてください"
    try:
        predicate = predicate_of(TABLE, 0, row, JAPANESE.form)
        if predicate.says_nothing:
            check_silences([predicate], JAPANESE.analyse)
        else:
            topics = JAPANESE.topics()
            found = JAPANESE.finder([predicate], topics)
            check_examples(JAPANESE.analyse, found, [predicate], topics)
    except TableError as error:
        return error.japanese.partition(": ")[2]
    return None


def _sentence_around(sentence: MeantSentence) -> tuple[int, int]:
    """Return from where to where the sentence goes that the phrase stands in."""
    stops = [match.end() for match in _ENDS.finditer(sentence.text)]
    begin = max([stop for stop in stops if stop <= sentence.begin], default=0)
    end = min([stop for stop in stops if stop >= sentence.end], default=len(sentence.text))
    return begin, end


def _clause_around(text: str, at: int) -> str:
    """Return the clause of a text in which a letter stands; a row reaches no further."""
    plain = JAPANESE.plain_text(text)
    turn = JAPANESE.analysed(plain)
    starts = (*turn.offsets, plain.offsets[-1] + 1)
    for clause in turn.clauses:
        begin, end = starts[clause.begin], starts[min(clause.end, len(starts) - 1)]
        if begin <= at < end:
            return text[begin:end].strip(JAPANESE.pauses)
    return text.strip(JAPANESE.pauses)


def _said_otherwise(heard: Intent) -> str:
    """Return a sentence that says an intent in other words."""
    rows = JAPANESE.predicates()
    return next((row.example for row in rows if row.affirmed is heard), "はい")
