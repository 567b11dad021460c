"""Some records of a CRM: whether they can be read, and whether they have what is mapped."""

from collections.abc import Iterable, Sequence
from typing import Any

from callrisk.domain.wording import Text
from callrisk.integrations.http_crm.json_paths import MISSING, value_at
from callrisk.integrations.http_crm.record_mapping import RecordMap

_MOST_NEAR = 12


def missing_everywhere(crm: str, records: Sequence[Any], paths: RecordMap) -> list[Text]:
    """Return a sentence for each mapped path that leads to nothing in all of these records."""
    if not records:
        return []
    missing = [
        path for path in paths.paths
        if all(value_at(record, path) is MISSING for record in records)
    ]  # fmt: skip
    return [missing_text(crm, path, len(records), names_near(records[0], path)) for path in missing]


def missing_text(crm: str, path: str, count: int, near: Iterable[str] = ()) -> Text:
    """Return that no record has a path, what stands beside it, and what to do."""
    names = ", ".join(near)
    there, there_en = (f"あるのは {names} です。", f"; there are {names}") if names else ("", "")
    return Text(
        f"{crm}: 「{path}」が {count} 件のレコードのどれにもありません。{there}config.py の "
        "HTTP_CRM の fields を直すか、検索で返す項目に加えてください",
        f'{crm}: none of {count} records has "{path}"{there_en}; correct fields of HTTP_CRM in '
        "config.py, or have the search return it",
    )


def names_near(record: Any, path: str) -> list[str]:
    """Return the names beside the last one of a path; they are no values."""
    parent = value_at(record, path.rpartition(".")[0])
    return sorted(parent)[:_MOST_NEAR] if isinstance(parent, dict) else []
