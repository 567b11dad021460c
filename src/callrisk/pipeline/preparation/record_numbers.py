"""Record numbers that an export writes with the code of their app: APP-12 for record 12."""

import re
from collections.abc import Collection
from dataclasses import replace

from callrisk.integrations.spreadsheet.call_export import ExportedCall

_WITH_CODE = re.compile(r"([0-9A-Za-z]{1,64})-([1-9][0-9]*)")


class RecordNumbers:
    """The plain numbers of a table that was read from a CRM, under which live calls are kept.

    One code only is taken for the app's: ids with several are ids of another kind.
    """

    def __init__(self, ids: Collection[str]) -> None:
        is_numbered = all(one.isascii() and one.isdigit() for one in ids)
        self._numbers = frozenset(ids) if is_numbered else frozenset[str]()
        self._code: str | None = None
        self.rows = 0

    def of(self, exported: ExportedCall) -> ExportedCall:
        """Return the row under the number of its customer's record."""
        written = _WITH_CODE.fullmatch(exported.customer_id) if self._numbers else None
        if written is None or written[2] not in self._numbers:
            return exported
        code = written[1].upper()
        if self._code not in (None, code):
            return exported
        self._code = code
        self.rows += 1
        return replace(exported, customer_id=written[2])

    def warnings(self) -> list[str]:
        """Return a sentence on the rows that were renumbered."""
        if not self.rows:
            return []
        return [
            f"{self.rows} rows bear record numbers with the code of the app ({self._code}-…); "
            "they are joined with the records of these numbers"
        ]
