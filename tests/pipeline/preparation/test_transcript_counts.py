"""The counts over all transcripts: how many are unreadable, and whether they seem to be cut."""

from typing import cast

import pytest

from callrisk.integrations.spreadsheet.rows import DataError, Where
from callrisk.pipeline.preparation.transcript_checks import TranscriptChecks

WHERE = cast("Where", "calls.csv")


def checked(*transcripts: str) -> TranscriptChecks:
    """The counts of these transcripts."""
    checks = TranscriptChecks()
    for row, transcript in enumerate(transcripts, start=2):
        length = len(transcript) if transcript.strip() else 0
        checks.take(row, length, is_strange="?" in transcript)
    return checks


@pytest.mark.parametrize(("good", "is_refused"), [(99, False), (98, True)])
def test_one_of_a_hundred_may_be_unreadable(good: int, is_refused: bool) -> None:
    """Blank ones do not count."""
    checks = checked("?", *["a"] * good, *[" "] * 50)

    assert len(checks.warnings(0)) == 1
    if is_refused:
        with pytest.raises(DataError, match="1 of 99 transcripts"):
            checks.refuse_unreadable(WHERE, {})
    else:
        checks.refuse_unreadable(WHERE, {})


@pytest.mark.parametrize(("count", "named"), [(5, "row 2, 3, 4, 5, 6,"), (7, "6 and 2 more,")])
def test_five_rows_are_named(count: int, named: str) -> None:
    """And the beginning of the first."""
    with pytest.raises(DataError) as told:
        checked(*["?x"] * count).refuse_unreadable(WHERE, {2: "first"})

    assert named in str(told.value)
    assert "the first: 'first'" in str(told.value)


@pytest.mark.parametrize(
    ("lengths", "is_told"),
    [
        ([1_000] * 3, True), ([1_000] * 2, False), ([999] * 3, False),
        ([1_000, 1_000, 1_000, 1_001], False), ([5, 1_000, 1_000, 1_000], True),
        ([1_001, 1_000, 1_001, 1_001], True),
    ],
)  # fmt: skip
def test_three_of_the_greatest_length_seem_to_be_cut(lengths: list[int], is_told: bool) -> None:
    """Where they are long; those that are cut for certain are told instead."""
    checks = checked(*("a" * length for length in lengths))

    assert bool(checks.warnings(0)) is is_told
    assert checks.warnings(2) == ["2 transcripts are cut at Excel's limit of 32767 characters"]
