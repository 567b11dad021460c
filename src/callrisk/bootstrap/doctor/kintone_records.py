"""The records of the customers app: some shown by their shape, duplicates and blanks counted."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from callrisk.bootstrap.doctor.finding import Finding, State, good
from callrisk.bootstrap.doctor.value_shapes import shape
from callrisk.crm.pulled_ids import IdFaults
from callrisk.domain.customer import normal_id
from callrisk.domain.outside import OutsideError
from callrisk.domain.wording import Text
from callrisk.integrations.kintone.customers.customer_mapping import plain
from callrisk.integrations.kintone.customers.customers_app import CustomersApp
from callrisk.integrations.kintone.form_fields import FormField
from callrisk.settings import Settings

# Pages of 500: ten requests of the day's.
_MOST_PAGES = 10
_SHOWN = 3
_READ = Text(
    "API トークンに「レコード閲覧」を許可し、アプリを更新する",
    "allow the API token to view records, and update the app",
)
_MEND = Text("Kintone のレコードを直す", "correct the records in Kintone")


def record_points(
    settings: Settings, customers: CustomersApp, form: Mapping[str, FormField]
) -> Iterator[Finding]:
    """Yield the shapes of some records, and the duplicates and blanks of the first 5,000."""
    codes = [code for code in dict.fromkeys(settings.kintone_codes.values())
             if code in form or code.startswith("$")]  # fmt: skip
    try:
        records = [row for page in islice(customers.pages(codes), _MOST_PAGES) for row in page]
    except OutsideError as error:
        yield Finding("kintone records", State.WRONG, error.text, _READ)
        return
    if not records:
        text = Text("レコードがありません", "there are no records")
        yield Finding("kintone records", State.ATTENTION, text, _MEND)
        return
    shown = " | ".join(_shape_of(record, codes) for record in records[:_SHOWN])
    yield good("kintone records", f"{len(records):,} 件。例（伏せ字）: {shown}",
               f"{len(records):,} read; for example, masked: {shown}")  # fmt: skip
    yield from _id_points(records, str(settings.kintone_columns["customer_id"]))
    yield _blanks_point(records, codes)


def _id_points(records: Sequence[Mapping[str, Any]], code: str) -> Iterator[Finding]:
    ids = Counter(normal_id(plain(record.get(code)) or "") for record in records)
    blank = ids.pop(None, 0)
    repeated = tuple(sorted(one for one, count in ids.items() if one and count > 1))
    faults = IdFaults(repeated, blank).texts()
    yield from (Finding("customer ids", State.ATTENTION, text, _MEND) for text in faults)
    if not faults:
        yield good("customer ids", "重複も空欄もありません", "none stands twice, none is blank")


def _blanks_point(records: Sequence[Mapping[str, Any]], codes: Sequence[str]) -> Finding:
    counts = {code: sum(plain(record.get(code)) is None for record in records) for code in codes}
    listed = ", ".join(f"{code} {count:,}" for code, count in counts.items() if count)
    return good("blanks", f"空欄の数: {listed or 'なし'}", f"blank values: {listed or 'none'}")


def _shape_of(record: Mapping[str, Any], codes: Sequence[str]) -> str:
    return ", ".join(f"{code}={shape(plain(record.get(code)) or '')}" for code in codes)
