"""Rows of a company's own table, made of sentences of which somebody said what they mean."""

import csv
from pathlib import Path

import pytest

from callrisk.artifacts.csv_cells import escape_formula
from callrisk.domain.language import Intent, TableError, load, understand
from callrisk.domain.language.japanese.inflection import FORM
from callrisk.domain.language.own_rows import MeantSentence, table_of
from callrisk.domain.language.predicates import predicates_in

WEATHER = "お金の話ではなくて、毎月の通勤がちょっと厳しいんです。"
OTHER = "毎月の支払いが少し厳しいです。"


def meant(text: str, intent: Intent | None, which: int = 0) -> MeantSentence:
    """A sentence as the product reads it, and what it means."""
    found = understand(text)[which]
    return MeantSentence(text, found.begin, found.end, found.intent, intent)


def own(folder: Path, *sentences: MeantSentence) -> Path:
    """A company's own table of such sentences."""
    file = folder / "predicates.csv"
    file.write_text(table_of(sentences, escape_formula), encoding="utf-8")
    return file


def test_words_that_mean_nothing_say_nothing_once_the_table_is_read(tmp_path: Path) -> None:
    """In this sentence; another says what it said before."""
    language = load(own(tmp_path, meant(WEATHER, None)))

    assert understand(WEATHER)
    assert language.understand(WEATHER) == ()
    assert language.understand(f"そうですね。{WEATHER}") == ()
    assert language.understand(OTHER) == understand(OTHER) != ()
    assert language.version != load().version


def test_words_that_mean_something_else_say_that(tmp_path: Path) -> None:
    """The row decides, whatever was read before."""
    text = "支払いは来週の金曜日に息子が済ませておきます。"
    sentence = MeantSentence(text, 0, 10, Intent.PROMISE, Intent.THIRD_PARTY)
    language = load(own(tmp_path, sentence))
    asserted = {one.intent for one in language.understand(text) if one.counts}

    assert Intent.THIRD_PARTY in asserted
    assert language.understand(OTHER) == understand(OTHER)


def test_what_cannot_be_a_row_is_a_comment_with_the_reason(tmp_path: Path) -> None:
    """Short words, hidden ones; the file can be read all the same."""
    short = MeantSentence("はい。", 0, 2, Intent.PROMISE, Intent.CAPACITY)
    hidden = MeantSentence("口座は●●●●●●●です。", 0, 8, Intent.PROMISE, None)
    file = own(tmp_path, short, hidden, meant(WEATHER, None), meant(WEATHER, None))
    lines = file.read_text(encoding="utf-8").splitlines()

    assert lines[0] == ",".join(FORM.columns)
    assert [line.startswith("#") for line in lines[1:]] == [True, True, False]
    assert "短すぎて" in lines[1]
    assert len(predicates_in(file, FORM)) == 1


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "＝"])
@pytest.mark.parametrize("intent", [None, Intent.PROMISE])
def test_words_that_a_spreadsheet_computes_are_a_comment_without_a_formula(
    sign: str, intent: Intent | None
) -> None:
    """Who opens the table there runs nothing that a customer said."""
    text = f"{sign}HYPERLINK(1)で来週の金曜日に払う約束です。"
    table = table_of([MeantSentence(text, 0, 10, Intent.PROMISE, intent)], escape_formula)
    (row,) = list(csv.reader(table.splitlines()))[1:]

    assert row[0].startswith("# 数式の記号")
    assert f"'{text[:-1]}" in row
    assert [escape_formula(cell) for cell in row] == row


def test_a_row_that_means_nothing_is_checked_by_its_sentences(tmp_path: Path) -> None:
    """Its words stand in the example and not in the other one."""
    text = table_of([meant(WEATHER, None)], escape_formula)
    file = tmp_path / "predicates.csv"
    file.write_text(text.replace(f",{WEATHER.strip('。')},", ",別の文です,"), encoding="utf-8")

    with pytest.raises(TableError, match="例文「別の文です」に"):
        load(file)
