"""Cells of CSV files are no formulas."""

import pytest

from callrisk.artifacts.csv_cells import escape_formula

UNSEEN = (
    " ", "\u00a0", "\u3000", "\u200b", "\ufeff", " \u2060", "\u2061", "\u00ad", "\u180e",
)  # fmt: skip


@pytest.mark.parametrize("sign", list("=+-@＝＋－＠﹦﹢﹣﹫−"))
@pytest.mark.parametrize(
    "before",
    ["", " ", "\u00a0", "\u3000", "\u200b", "\ufeff", " \u2060", "\u2061", "\u00ad", "\u180e"],
)
def test_no_text_becomes_a_formula(before: str, sign: str) -> None:
    """Signs of any width are guarded, behind blanks and characters that nobody sees too."""
    cell = f"{before}{sign}1+1"

    assert escape_formula(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["1007", "山田", "a=b", -5, 0.25, ""])
def test_everything_else_stays(cell: str | float) -> None:
    """Numbers are numbers, below 0 too."""
    assert escape_formula(cell) == cell
