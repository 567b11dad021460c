"""The match of the customers of an export with the records of the customers table."""

from collections.abc import Collection, Sequence

from callrisk.integrations.spreadsheet.rows import DataError, Where

# More unknown customers than this are no gap in the table but another way to write ids.
_MOST_UNMATCHED = 0.5


def refuse_unmatched(where: Where, customers: Sequence[str], records: Collection[str]) -> None:
    """Raise DataError if over half of the customers have no record in a customers table."""
    unmatched = [number for number in customers if number not in records]
    if not records or len(unmatched) <= _MOST_UNMATCHED * len(customers):
        return
    table = next(iter(records))
    raise DataError(
        f"{where}: {len(unmatched):,} of {len(customers):,} customers are not in the customers "
        f'table; the export has "{unmatched[0]}", the table "{table}".'
        f"{_hint(unmatched, records)} Write the ids alike in both, or train without the table "
        f"／ 顧客の {len(unmatched):,} 件が顧客表に見つかりません（通話データは"
        f"「{unmatched[0]}」、顧客表は「{table}」）。番号の書き方をそろえてください"
    )


def _hint(unmatched: Sequence[str], records: Collection[str]) -> str:
    for folded, difference in (
        (_without_zeros, "leading zeros"),
        (_digits, "letters or signs around the number"),
    ):
        known = {folded(number) for number in records} - {""}
        found = sum(folded(number) in known for number in unmatched)
        if found > _MOST_UNMATCHED * len(unmatched):
            return f" {found:,} would match without {difference}."
    return ""


def _without_zeros(number: str) -> str:
    return number.lstrip("0")


def _digits(number: str) -> str:
    return "".join(filter(str.isdigit, number)).lstrip("0")
