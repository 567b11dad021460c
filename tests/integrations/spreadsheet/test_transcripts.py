"""Speakers are told in the common forms of Japanese transcripts, and foreign forms are named."""

from pathlib import Path

import pytest

from callrisk.domain.segment import ParticipantRole
from callrisk.integrations.spreadsheet.rows import DataError
from callrisk.integrations.spreadsheet.transcripts import SpeakerTags, looks_cut
from harness.made_export import CONTACT, RECORD, SAID, calls, prepared_of

A, C = ParticipantRole.AGENT, ParticipantRole.CUSTOMER
TWO = [(A, "お支払いの件です"), (C, "来週払います")]


@pytest.mark.parametrize(
    "transcript",
    [
        "(AGENT)お支払いの件です\n(CUSTOMER)来週払います",
        "(agent)お支払いの件です\r\n(Customer)来週払います\r\n",
        "（AGENT）お支払いの件です\r（CUSTOMER）来週払います",
        "AGENT: お支払いの件です\nCUSTOMER: 来週払います",
        "オペレータ：お支払いの件です\nお客様：来週払います",
        "オペレーター1：お支払いの件です\n顧客：来週払います",
        "  (AGENT)お支払いの件です\n\u3000(CUSTOMER)来週払います",
        "(AGENT)お支払いの件です(CUSTOMER)来週払います",
        "オペレーター：お支払いの件です お客様：来週払います",
        "[00:01] 担当者(山田)：お支払いの件です\n[00:05] お客様：来週払います",
        "【エージェント】お支払いの件です\n【カスタマー】来週払います",
        "ｵﾍﾟﾚｰﾀｰ：お支払いの件です\nｶｽﾀﾏｰ：来週払います",
        "(AGENT)お支払いの件です_x000D_\n(CUSTOMER)来週払います",
        "(AGENT)お支払いの\n件です\n(CUSTOMER)来週払います",
        "AGENT\tお支払いの件です\nCUSTOMER\t来週払います",
        "(AGENT)お支払いの件です\\n(CUSTOMER)来週払います",
    ],
)
def test_common_forms_are_read(transcript: str) -> None:
    """Whatever brackets, width, language and line ends."""
    spoken = [(role, text.strip()) for role, text in SpeakerTags().turns(transcript)]

    assert spoken == TWO
    assert SpeakerTags().strange_tag(transcript) is None


def test_words_about_speakers_within_a_turn_part_nothing() -> None:
    """Only the beginning of a line names who speaks, where there are lines."""
    transcript = "(AGENT)お客様 担当者の(客)です\n(CUSTOMER)はい\n担当の方ですか"

    assert SpeakerTags().turns(transcript) == [
        (A, "お客様 担当者の(客)です"),
        (C, "はい担当の方ですか"),
    ]


def test_own_words_tag_speakers() -> None:
    """Those of SPEAKERS in config.py; without them the transcript is strange."""
    transcript = "田中：お支払いの件です\n佐藤：来週払います"
    tags = SpeakerTags(agent=("田中",), customer=("佐藤",))

    assert tags.turns(transcript) == TWO
    assert SpeakerTags().strange_tag(transcript) == "田中:お支払いの件です"


@pytest.mark.parametrize("mark", ["：", "＞", "\t"])
def test_words_of_a_strange_speaker_are_not_those_of_the_other(mark: str) -> None:
    """Whatever sign stands behind who speaks."""
    transcript = f"顧客{mark}来週払います\nオペ{mark}お支払いの件です\n" * 3

    assert str(SpeakerTags().strange_tag(transcript)).startswith("オペ")


def test_a_file_of_foreign_transcripts_is_refused(tmp_path: Path) -> None:
    """One line with the rows, an example, and what to do, in both languages."""
    rows = calls(40)
    for row in rows[:3]:
        row[SAID] = "田中：お支払いの件です\n佐藤：来週払います"
    with pytest.raises(DataError, match=r"row 2, 3, 4, the first: '田中:お支払い.*SPEAKERS.*話者"):
        prepared_of(tmp_path, rows)


def test_one_strange_transcript_of_many_is_noted(tmp_path: Path) -> None:
    """Up to one in a hundred is a note; blank ones are calls without words."""
    rows = calls(60)
    rows[5][SAID] = "留守番電話のため通話なし"
    rows[6][SAID] = ""
    notes = [note for note in prepared_of(tmp_path, rows).warnings if "who speaks" in note]

    assert len(notes) == 1
    assert "1 of 119" in notes[0]
    assert "row 7" in notes[0]


def test_a_cut_is_noticed_before_the_limit() -> None:
    """Programs stop a little before 32,767; a character beyond the first plane counts twice."""
    assert looks_cut("あ" * 32_765)
    assert looks_cut("\U00020bb7" * 16_383)
    assert not looks_cut("あ" * 32_000)


def test_a_pile_at_one_length_is_a_cut(tmp_path: Path) -> None:
    """Another program's limit shows in transcripts that all end at the same place."""
    rows = calls(60)
    for row in rows[:8:2]:
        row[SAID] = (f"(AGENT){row[CONTACT]}" + "はいそうですね" * 900)[:4_000]
    warnings = prepared_of(tmp_path, rows).warnings

    assert any("4 transcripts have exactly 4,000 characters" in note for note in warnings)


@pytest.mark.parametrize(
    ("written", "hint"), [("{:06d}", "leading zeros"), ("K-{}", "letters or signs")]
)
def test_ids_that_hardly_match_are_refused(written: str, hint: str, tmp_path: Path) -> None:
    """Over half of the customers without a record are another way to write ids."""
    rows = calls(40)
    table = [{"レコード番号": written.format(row[RECORD]), "氏名": "架空"} for row in rows[::2]]
    with pytest.raises(DataError, match=f"40 of 40 customers.*{hint}.*番号の書き方"):
        prepared_of(tmp_path, rows, table=table)
