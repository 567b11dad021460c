"""Counts of how the cells of a column were written, and what only the whole column shows."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from callrisk.domain.customer import CustomerField, FieldKind
from callrisk.integrations.spreadsheet.written_numbers import (
    KNOWN_UNITS,
    WrittenNumber,
    scale_in,
    split_heading,
    unit_of,
)

# Numbers that often stand for "unknown".
_CODES = frozenset([*(float("9" * digits) for digits in range(2, 10)), -1, -9, -99, -999, -9999])
# A code lies so far above all values, or below 0 where no value does.
_FAR, _FEWEST_VALUES = 3.0, 10
# 50 beside 30万 may be 50万.
_SURELY_WHOLE = 10_000.0
_MONEY = "円"
# So many texts such as 12.000 and no other decimals are thousands in many countries.
_DOTTED, _FEWEST_DOTTED = re.compile(r"[1-9][0-9]{0,2}\.[0-9]{3}"), 3


@dataclass(slots=True)
class ColumnCounts:
    """The forms of one column with their first rows, and its odd numbers."""

    forms: Counter[str] = field(default_factory=Counter)
    missing: Counter[str] = field(default_factory=Counter)
    # Unit -> first row; "" for numbers without one.
    units: dict[str, tuple[int, str]] = field(default_factory=dict)
    in_parts: tuple[int, str] | None = None
    small: tuple[int, str] | None = None
    # Texts such as 12.000, where the dot may part thousands, and texts with other decimals.
    thousands: list[tuple[int, str]] = field(default_factory=list)
    is_decimal: bool = False
    codes: Counter[float] = field(default_factory=Counter)
    values: int = 0
    lowest: float = float("inf")
    highest: float = float("-inf")

    def take(
        self, number: WrittenNumber, row: int, written: str, is_sure: bool, times: int = 1
    ) -> None:
        """Add so many cells with a number as it was written, the first of them in this row.

        `is_sure`: its dot can only be that of decimals.
        """
        self.count(number.forms, times)
        if number.value or number.unit:
            self.units.setdefault(number.unit, (row, written))
        if not is_sure and _DOTTED.fullmatch(written):
            self.thousands.extend([(row, written)] * times)
        elif "." in written:
            self.is_decimal = True
        if "万" in number.forms:
            self.in_parts = self.in_parts or (row, written)
        elif not number.unit and 0 < abs(number.value) < _SURELY_WHOLE:
            self.small = self.small or (row, written)
        if number.value in _CODES:
            self.codes[number.value] += times
        else:
            self.values += times
            self.lowest = min(self.lowest, number.value)
            self.highest = max(self.highest, number.value)

    def count(self, forms: Iterable[str], times: int) -> None:
        """Add so many cells in these forms."""
        for form in forms:
            self.forms[form] += times

    def told(self, column: str) -> str | None:
        """Return a note of the forms in this column; None where all is written plainly."""
        parts = [f"{count:,} as {form}" for form, count in self.forms.most_common()]
        words = [f"{word} {count:,}" for word, count in self.missing.most_common(5)]
        if words:
            parts.append(f"{self.missing.total():,} missing words ({', '.join(words)})")
        return f'column "{column}": cells read {", ".join(parts)}' if parts else None

    def unclear(self, heading: str, declared: CustomerField | None) -> list[str]:
        """Return what makes the column as a whole unclear, in English and Japanese."""
        return [
            *self._mixed_units(),
            *self._other_unit(heading, declared),
            *self._mixed_parts(),
            *(self._dots() if declared is not None else ()),
            *self._unknown_code(declared),
        ]

    def _mixed_units(self) -> list[str]:
        units = [unit for unit in self.units if unit]
        if len(units) > 1:
            first, second = (self._shown(unit) for unit in units[:2])
            return [f"{first} and {second}: two units; 単位が混ざっています"]
        if units == ["%"] and "" in self.units:
            return [
                f"{self._shown('%')} is 0.01 of it, beside {self._shown('')} without %: write all "
                "with % or none; % の有無が混ざっています"
            ]
        return []

    def _shown(self, unit: str) -> str:
        row, written = self.units[unit]
        return f"row {row} {written!r}"

    def _other_unit(self, heading: str, declared: CustomerField | None) -> list[str]:
        own = unit_of(declared.unit) if declared is not None and declared.unit else ""
        scale, (_, unit) = scale_in(heading), split_heading(heading)
        if (scale and own == _MONEY) or (unit and own in KNOWN_UNITS and own != unit):
            told = scale or unit
            return [
                f"the heading says {told}, CUSTOMER_FIELDS says {own}: set its unit to {told}; "
                f"単位を{told}にしてください"
            ]
        for unit in (unit for unit in self.units if unit not in ("", "%")):
            if unit == _MONEY and scale:
                return [
                    f"{self._shown(unit)} under a heading in {scale}: which one? "
                    f"見出しの単位（{scale}）と合いません"
                ]
            if own and unit != own:
                return [
                    f"{self._shown(unit)} where CUSTOMER_FIELDS says {own}: write it in {own}; "
                    f"{own}で書いてください"
                ]
        return []

    def _dots(self) -> list[str]:
        if self.is_decimal or len(self.thousands) < _FEWEST_DOTTED:
            return []
        row, written = self.thousands[0]
        plain = written.replace(".", "")
        return [
            f"row {row} {written!r}, as in {len(self.thousands):,} cells: {float(written):g} or "
            f'{plain}? Set "decimal" in CELLS of config.py; 小数点か桁区切りか判別できません'
        ]

    def _mixed_parts(self) -> list[str]:
        if self.in_parts is None or self.small is None:
            return []
        (row, written), (other, small) = self.in_parts, self.small
        return [
            f"row {other} {small!r} beside row {row} {written!r}: {small} or {small}万? "
            "万の付け忘れか判別できません"
        ]

    def _unknown_code(self, declared: CustomerField | None) -> list[str]:
        if declared is None or declared.kind is not FieldKind.NUMBER:
            return []
        if declared.unknown_values is not None or self.values < _FEWEST_VALUES:
            return []
        return [
            f"{code:g} stands in {count:,} cells: a value, or a code for unknown? Put "
            f'"unknown_values": [{code:g}] into its CUSTOMER_FIELDS entry, or [] for a value; '
            f"{code:g} は値か「不明」の符号か判別できません"
            for code, count in self.codes.items()
            if self._is_far(code)
        ]

    def _is_far(self, code: float) -> bool:
        if code < 0:
            return self.lowest >= 0
        return code > _FAR * max(self.highest, 1.0)
