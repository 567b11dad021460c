"""Checks over all transcripts of an export: can their speakers be told, and were they cut."""

from collections.abc import Mapping

from callrisk.integrations.spreadsheet.rows import DataError, Where
from callrisk.integrations.spreadsheet.transcripts import EXCEL_CELL_CHARS

# A few transcripts are always odd; more are a form that is not read.
_MOST_UNREADABLE = 0.01
_MOST_NAMED = 5
# So many transcripts of exactly the greatest length, none of them short, were cut there.
_FEWEST_CUT, _SHORTEST_CUT = 3, 1_000


class TranscriptChecks:
    """The running counts of transcripts that cannot be read or seem to be cut."""

    def __init__(self) -> None:
        self._filled = 0
        # The rows of transcripts without a speaker.
        self._unreadable: list[int] = []
        self._longest, self._of_longest = 0, 0

    def take(self, row: int, length: int, *, is_strange: bool) -> None:
        """Add the transcript of a call; a blank one, of length 0, is one with nothing said."""
        if not length:
            return
        self._filled += 1
        if is_strange:
            self._unreadable.append(row)
        if length > self._longest:
            self._longest, self._of_longest = length, 0
        self._of_longest += length == self._longest

    @property
    def too_many_unreadable(self) -> bool:
        """True if over 1 % of the transcripts have no speakers that can be told."""
        return len(self._unreadable) > _MOST_UNREADABLE * self._filled

    def refuse_unreadable(self, where: Where, beginnings: Mapping[int, str]) -> None:
        """Raise DataError if too many are unreadable; it shows how the first begins, if known."""
        if self.too_many_unreadable:
            shown = beginnings.get(self._unreadable[0])
            first = "" if shown is None else f", the first: {shown!r}"
            raise DataError(f"{where}: {self._told(first)}")

    def _told(self, first: str = "") -> str:
        rows = ", ".join(f"{row}" for row in self._unreadable[:_MOST_NAMED])
        more = len(self._unreadable) - _MOST_NAMED
        return (
            f"{len(self._unreadable):,} of {self._filled:,} transcripts do not say who speaks "
            f"(row {rows}{f' and {more:,} more' if more > 0 else ''}{first}); "
            "expected each turn on a line that begins with (AGENT) "
            "or (CUSTOMER), オペレーター： or お客様： and the like; other words go into SPEAKERS "
            "of config.py ／ 話者が分からない通話記録です。他の話者名は config.py の SPEAKERS に"
            "書いてください"
        )

    def warnings(self, cut: int) -> list[str]:
        """Return notes of unreadable transcripts and of the `cut` ones."""
        warnings = []
        if self._unreadable:
            warnings.append(self._told())
        if cut:
            warnings.append(
                f"{cut} transcripts are cut at Excel's limit of {EXCEL_CELL_CHARS} characters"
            )
        elif self._longest >= _SHORTEST_CUT and self._of_longest >= _FEWEST_CUT:
            warnings.append(
                f"{self._of_longest} transcripts have exactly {self._longest:,} characters and "
                "none has more; they seem to be cut there"
            )
        return warnings
