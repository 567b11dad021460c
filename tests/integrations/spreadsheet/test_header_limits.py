"""The header of a table at the limits: how far down, how many columns, which sheet, which side."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from callrisk.integrations.spreadsheet.file_limits import DataError
from callrisk.integrations.spreadsheet.headers.header_rows import ChosenHeader, chosen_header
from callrisk.integrations.spreadsheet.headers.headings import column_letter
from callrisk.integrations.spreadsheet.table_files import Cell, Sheet

NAMED = ("番号", "氏名", "電話番号", "契約金額", "")
HEADER = ("番号", "氏名", "電話番号", "契約金額")


def sheet(*lines: Sequence[Cell], name: str | None = None) -> Sheet:
    """A sheet of these lines."""
    return Sheet(Path("a.xlsx"), name, lambda: iter(lines))


def found(*sheets: Sheet, required: Sequence[str] = ("番号",)) -> ChosenHeader:
    """The header that is chosen."""
    header = chosen_header(sheets, NAMED, required)
    assert header is not None
    return header


@pytest.mark.parametrize(("above", "row"), [(0, 1), (1, 2), (29, 30), (30, 1)])
def test_a_header_stands_within_thirty_rows(above: int, row: int) -> None:
    """Further down it is not looked for, and the first row that is not blank is taken."""
    header = found(sheet(*[("題", None)] * above, HEADER, ("1", "甲", "090", "5")))

    assert (header.row, bool(header.notes)) == (row, row > 1)


def test_of_equal_rows_the_first_is_the_header() -> None:
    """A second row with the same columns is repeated in the middle of the table."""
    header = found(sheet(HEADER, ("1", "甲"), HEADER))

    assert (header.row, header.notes, header.below[0]) == (1, (), ("1", "甲"))


def test_two_rows_are_one_header_where_each_has_something() -> None:
    """Their cells are joined, the lower ones first; apart they are no pair."""
    double = found(sheet(("番号", "氏名", "連絡先"), (None, None, "電話番号", "契約金額"), ("1",)))
    parted = found(sheet(("番号", "氏名"), (None,), ("電話番号", "契約金額", "備考")))

    assert (double.row, double.cells) == (2, HEADER)
    assert double.notes == ("the header stands in rows 1 and 2",)
    assert (parted.row, parted.notes) == (1, ())


def test_a_table_beside_it_is_left_out() -> None:
    """Behind a column without any cell; a column with one cell anywhere parts nothing."""
    apart = found(sheet((*HEADER, None, "集計", "計"), ("1", "甲", "0", "5", None, "x", "3")))
    joined = found(sheet((*HEADER, None, "集計"), ("1", "甲", "0", "5", "印", "x")))
    alone = found(sheet(("備考", None, "集計"), ("a", None, "b")))

    assert apart.columns_apart(NAMED) == {5, 6}
    assert "F (集計), G (計)" in apart.note_apart({5, 6})
    assert (joined.columns_apart(NAMED), alone.columns_apart(NAMED)) == (frozenset(), frozenset())
    assert apart.headings(NAMED) == {"番号", "氏名", "電話番号", "契約金額"}


def test_the_sheet_with_most_columns_is_read_and_told() -> None:
    """Of sheets with equally many the one with all that is required."""
    more = found(sheet(HEADER[:2], name="旧"), sheet(HEADER, name="新"))
    required = found(
        sheet(("氏名", "電話番号", "甲", "乙", "丙"), name="一"),
        sheet(("番号", "氏名", "丁", "戊", "己"), name="二"),
    )

    assert (more.sheet.name, len(more.notes)) == ("新", 1)
    assert required.sheet.name == "二"


@pytest.mark.parametrize(
    ("first", "second", "is_refused"),
    [
        (HEADER, HEADER, True),
        (("番号", "氏名", "a", "b"), ("番号", "氏名", "c", "d"), True),  # neither has more
        (("番号", "a", "b"), ("番号", "c", "d"), False),  # one named column tells nothing
        (HEADER, (*HEADER[:3], "b"), True),  # three of five are the same
        ((*HEADER, "a"), (*HEADER[:3], "b"), False),  # three of six
    ],
)
def test_sheets_of_one_kind_are_refused(
    first: Sequence[str], second: Sequence[str], is_refused: bool
) -> None:
    """Nobody can tell which of them is meant."""
    sheets = (sheet(first, name="一"), sheet(second, name="二"))
    if not is_refused:
        assert found(*sheets).sheet.name == "一"
        return
    with pytest.raises(DataError, match="「一」「二」"):
        found(*sheets)


def test_a_table_on_its_side_is_refused_from_three_headings_on() -> None:
    """Two may be chance."""
    lines = [(name, "1", "2") for name in HEADER]

    with pytest.raises(DataError, match="transpose"):
        found(sheet(*lines[:3]))
    assert found(sheet(*lines[:2])).row == 1
    # A list of names is no side of a table whose first line has more of them.
    assert found(sheet(HEADER, *((name, "1", "2") for name in HEADER[:3]))).row == 1


def test_headings_in_a_wrong_encoding_are_refused() -> None:
    """Two that are recognised, or three signs of letters that were lost."""
    garbled = [name.encode().decode("cp932", "ignore") for name in ("契約金額", "電話番号", "氏名")]

    with pytest.raises(DataError, match="garbled"):
        found(sheet(garbled))
    with pytest.raises(DataError, match="garbled"):
        found(sheet(("番号", "\ufffd\ufffd", "\ufffd")))
    assert found(sheet(("番号", "\ufffd\ufffd"))).row == 1
    assert found(sheet(("番号", garbled[0]))).row == 1


def test_nothing_but_blanks_is_no_header() -> None:
    """Nor is a file without lines."""
    assert chosen_header([sheet((None, " ", "")), sheet()], NAMED, ()) is None


@pytest.mark.parametrize(
    ("at", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")]
)
def test_columns_are_named_as_in_excel(at: int, letters: str) -> None:
    """Twenty-six of one letter."""
    assert column_letter(at) == letters
