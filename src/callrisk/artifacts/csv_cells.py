"""Cells of CSV files that people open in a spreadsheet."""

import re

# A cell that begins like this is a formula to a spreadsheet: other widths and signs of the same
# meaning included, and behind blanks and characters that nobody sees.
_UNSEEN = r"\s\u00ad\u034f\u061c\u180e\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufe00-\ufe0f\ufeff"
_FORMULA = re.compile(rf"[\t\r\n]|[{_UNSEEN}]*[=+\-@＝＋－＠﹦﹢﹣﹫−]")


def escape_formula(cell: str | int | float) -> str | int | float:
    """Return a cell that no spreadsheet takes for a formula: such text gets an apostrophe."""
    return f"'{cell}" if isinstance(cell, str) and _FORMULA.match(cell) else cell
