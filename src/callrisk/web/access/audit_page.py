"""The page of the auditor: whose data did somebody see between two moments."""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, request

from callrisk.artifacts.csv_cells import escape_formula
from callrisk.domain.access.audit_record import Deed
from callrisk.domain.access.policy_table import Operation
from callrisk.domain.wording import Text
from callrisk.reporting.facts import JST
from callrisk.store.people.audit_log import LISTED, AuditLog, NamedRecord, Sought
from callrisk.web.access.access_pages import page
from callrisk.web.access.access_words import Language, page_language, spoken
from callrisk.web.access.guards import needs
from callrisk.web.app_state import app_state
from callrisk.web.limits.limited_routes import limited_as
from callrisk.web.limits.rate_limits import Rate

audit_page = Blueprint("audit_page", __name__, url_prefix="/audit")

_SHOWN = 500
_COLUMNS = (
    "at", "subject", "action", "object", "address", "detail", "chain", "number", "calls",
    "customers",
)  # fmt: skip
AUDIT_WORDS = {
    "audit": Text("監査の記録", "Audit"),
    "who": Text("誰が", "Who"),
    "what": Text("何を", "What"),
    "which": Text("対象", "Of what"),
    "whose": Text("お客様", "Whose"),
    "erased": Text("（消去済み）", "(erased)"),
    "unknown": Text("（不明）", "(unknown)"),
    "from_where": Text("接続元", "From where"),
    "when": Text("いつ（日本時間）", "When (Japan)"),
    "since": Text("開始", "From"),
    "until": Text("終了", "To"),
    "anybody": Text("全員", "Anybody"),
    "object_hint": Text("対象（例: call c-001）", "Of what (such as: call c-001)"),
    "show": Text("表示", "Show"),
    "csv": Text("CSV で保存", "Save as CSV"),
    "nothing": Text("該当する記録はありません。", "Nothing found."),
    "about": Text(
        "同じ人が同じ通話を見たことは1時間に1行です。言葉・氏名・電話番号は記録しません。"
        "改ざんの検査: python run.py verify-audit",
        "One line an hour for a person who saw a call. No words, names or numbers are kept. "
        "To look for changes: python run.py verify-audit",
    ),
}


@audit_page.get("")
@needs(Operation.READ_AUDIT, is_page=True)
def show_audit() -> Response:
    """The newest records that fit."""
    language, accounts = page_language(), app_state().accounts
    log = accounts.auditor.log
    records = log.named(log.newest(_sought(), _SHOWN))
    names = {f"person {one.person_id}": one.name for one in accounts.persons.all()}
    words = {name: spoken(text, language) for name, text in AUDIT_WORDS.items()}
    return page(
        "audit.html", w=words, records=records, names=names, asked=request.args, moment=_moment,
        object_of=lambda one: _object(one, language), query=request.query_string.decode(),
    )  # fmt: skip


@audit_page.get("/csv")
@needs(Operation.READ_AUDIT)
@limited_as(Rate.EXPORTS)
def save_audit() -> Response:
    """The records that fit, as CSV for a spreadsheet."""
    answer = Response(_csv(app_state().accounts.auditor.log, _sought()))
    answer.headers["Content-Type"] = "text/csv; charset=utf-8"
    answer.headers["Content-Disposition"] = 'attachment; filename="audit.csv"'
    return answer


def _csv(log: AuditLog, sought: Sought) -> Iterator[bytes]:
    """Yield the table a page at a time: of a year there are more records than fit into memory."""
    # With a mark of its encoding, by which Excel knows UTF-8.
    yield _lines([_COLUMNS]).encode("utf-8-sig")
    for records in log.newest_pages(sought):
        yield _lines(map(_cells, log.named(records))).encode("utf-8")


def _lines(rows: Iterable[tuple[object, ...]]) -> str:
    written = io.StringIO(newline="")
    csv.writer(written).writerows([escape_formula(str(cell)) for cell in row] for row in rows)
    return written.getvalue()


def _cells(named: NamedRecord) -> tuple[object, ...]:
    record, deed = named.stored.record, named.stored.record.deed
    calls = " ".join(
        call if isinstance(call, str) else AUDIT_WORDS[call.value].en for call in named.calls
    )
    return (
        _moment(record.at), deed.subject, deed.action, _object(named, "en"),
        deed.address, _detail(deed), record.chain, record.number, calls,
        " ".join(named.customers),
    )  # fmt: skip


def _object(named: NamedRecord, language: Language) -> str:
    """Return the object of a record; of a call that is not known, why."""
    about = named.object
    if isinstance(about, str):
        return about
    return f"call {spoken(AUDIT_WORDS[about.value], language)}"


def _detail(deed: Deed) -> dict[str, Any]:
    """Return the detail without the calls, which stand by their names in a cell of their own."""
    return {name: value for name, value in deed.detail.items() if name != LISTED}


def _sought() -> Sought:
    args = request.args
    return Sought(
        args.get("subject") or None, args.get("object") or None, _asked_moment("since"),
        _asked_moment("until"),
    )  # fmt: skip


def _asked_moment(name: str) -> datetime | None:
    try:
        asked = datetime.fromisoformat(request.args.get(name, "")).replace(tzinfo=JST)
        return asked.astimezone(UTC)
    except (ValueError, OverflowError):  # the first day of all lies before the first of UTC
        return None


def _moment(at: datetime) -> str:
    return f"{at.astimezone(JST):%Y-%m-%d %H:%M:%S}"
