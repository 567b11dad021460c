"""The words of a label column: one or several for unpaid, and for paid."""

from callrisk.integrations.spreadsheet.cell_rules import folded
from callrisk.integrations.spreadsheet.cells import CellReader
from callrisk.integrations.spreadsheet.rows import Row

Words = str | tuple[str, ...]


class LabelWords:
    """A reader of labels; BadCellError for a word that config.py does not know."""

    def __init__(self, unpaid: Words, paid: Words, cells: CellReader) -> None:
        self._cells = cells
        self._known = f"{_listed(unpaid)} or {_listed(paid)}"
        self._labels = {
            _normal(word): is_unpaid
            for words, is_unpaid in ((unpaid, True), (paid, False))
            for word in _all(words)
        }

    def label(self, row: Row, column: str) -> bool | None:
        """Return True for unpaid, False for paid, None for a missing label: it is pending."""
        written = self._cells.word(row, column)
        if written is None:
            return None
        label = self._labels.get(_normal(written))
        if label is None:
            raise row.error(
                column,
                f"{self._known} (blank while pending); put further words into LABELS of config.py",
                "未払か支払済か分かりません。config.py の LABELS に書いてください",
            )
        return label


def _all(words: Words) -> tuple[str, ...]:
    return (words,) if isinstance(words, str) else words


def _listed(words: Words) -> str:
    return "/".join(_all(words))


def _normal(written: str) -> str:
    """Return a label in normal form: 1 and 1.0 are one label, and 支払済 and 支払い済み."""
    label = folded(written).replace("払い", "払").replace("済み", "済")
    return label.removesuffix(".0") if label.removesuffix(".0").isdigit() else label
