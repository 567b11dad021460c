"""The points of a CRM over HTTP: address, token, fields, records, look-ups, results, webhook."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from callrisk.bootstrap.doctor.crm_points import Webhook, requests_point, webhook_point
from callrisk.bootstrap.doctor.finding import Finding, State, good, not_set_up, waits
from callrisk.bootstrap.doctor.value_shapes import shape
from callrisk.bootstrap.http_crm import directory_of, http_crm_connection, records_of, results_of
from callrisk.domain.outside import OutsideError
from callrisk.domain.phone import domestic_digits
from callrisk.domain.wording import Text
from callrisk.integrations.http.request_verdicts import RequestError
from callrisk.integrations.http_crm.crm_client import HttpCrmClient
from callrisk.integrations.http_crm.customer_search import HttpCrmDirectory
from callrisk.integrations.http_crm.written_results import HttpCrmResults
from callrisk.settings import Settings, SettingsError

# Nobody waits longer at the screen for one answer.
_PATIENCE_S = 15.0
_SHOWN, _UNAUTHORIZED = 3, 401
_ENV = Text(
    ".env の HTTP_CRM_… の行を直す（docs/http-crm.md）",
    "correct HTTP_CRM_… in .env (docs/http-crm.md)",
)
_CONFIG = Text(
    "config.py の HTTP_CRM を直す（docs/http-crm.md）",
    "correct HTTP_CRM in config.py (docs/http-crm.md)",
)
_AFTER_ADDRESS = ("crm token", "crm fields", "crm records", "crm look-ups", "crm results")


@dataclass(frozen=True, slots=True)
class _Asked:
    """One CRM as the doctor asks it."""

    settings: Settings
    client: HttpCrmClient
    directory: HttpCrmDirectory
    results: HttpCrmResults | None


def http_crm_points(settings: Settings, made: Mapping[int, int]) -> Iterator[Finding]:
    """Yield the points of the CRM; `made` are the requests of today that the database tells."""
    try:
        asked = _asked(settings)
    except SettingsError as error:
        text = Text(f"CRM の設定に誤りがあります: {error}", str(error))
        yield Finding("crm address", State.WRONG, text, _CONFIG)
        return
    yield from _asked_points(asked)
    token = settings.env.http_crm_webhook_token.get_secret_value()
    name = settings.http_crm.name
    yield webhook_point(settings, Webhook(name, "http_crm", "HTTP_CRM_WEBHOOK_TOKEN", token))
    yield requests_point(settings.http_crm.requests_a_day, made, asked.client.requests_today)


def _asked(settings: Settings) -> _Asked:
    connection = http_crm_connection(settings)
    if connection is None:
        raise SettingsError("HTTP_CRM_URL がありません / HTTP_CRM_URL is not set")
    client = HttpCrmClient(replace(connection, patience_s=_PATIENCE_S))
    directory = directory_of(settings, client)
    return _Asked(settings, client, directory, results_of(settings, client))


def _asked_points(asked: _Asked) -> Iterator[Finding]:
    """Yield the points that need an answer; the first cause ends the chain."""
    try:
        asked.directory.probe(_PATIENCE_S)
    except RequestError as error:
        yield from _first_cause(asked, error)
        return
    yield _address_point(asked)
    yield good("crm token", "トークンは有効です", "the token is taken")
    yield from _field_points(asked)
    yield _results_point(asked)


def _first_cause(asked: _Asked, error: RequestError) -> Iterator[Finding]:
    """Yield the error at the point that it is about, and what was not asked because of it."""
    if error.status is None:
        yield Finding("crm address", State.WRONG, error.text, _ENV)
        yield from (waits(name, "crm address") for name in _AFTER_ADDRESS)
        return
    yield _address_point(asked)
    is_token = error.status == _UNAUTHORIZED or "HTTP_CRM_CLIENT_ID" in error.text.en
    name, todo = ("crm token", _ENV) if is_token else ("crm look-ups", _CONFIG)
    yield Finding(name, State.WRONG, error.text, todo)
    yield from (waits(one, name) for one in _AFTER_ADDRESS if one != name)


def _address_point(asked: _Asked) -> Finding:
    url = asked.client.base_url
    return good("crm address", f"{url} が応答します", f"{url} answers")


def _field_points(asked: _Asked) -> Iterator[Finding]:
    if asked.settings.http_crm.all is None:
        todo = Text(
            "全件を読むとき（学習）は、config.py の HTTP_CRM に all を書く",
            "to read all records for the training, write all into HTTP_CRM in config.py",
        )
        yield not_set_up(
            "crm records", "全件は読みません", "all records are not read", todo
        )  # fmt: skip
        return
    try:
        problems = asked.directory.problems()
        rows = _first_rows(asked)
    except OutsideError as error:
        yield Finding("crm records", State.WRONG, error.text, _CONFIG)
        return
    yield from (Finding("crm fields", State.WRONG, one, _CONFIG) for one in problems)
    if not problems:
        listed = ", ".join(asked.settings.http_crm_codes.values())
        yield good("crm fields", listed, listed)
    yield _records_point(rows)
    yield _look_up_point(asked, rows)


def _first_rows(asked: _Asked) -> list[dict[str, str]]:
    """Return the first page of all records, by column."""
    records = records_of(asked.settings, asked.client)
    columns = asked.settings.http_crm_codes
    page = next(records.table_pages([*columns.values()], ""), None)
    rows = () if page is None else page.rows
    return [dict(zip(columns, row, strict=True)) for row in rows]


def _records_point(rows: list[dict[str, str]]) -> Finding:
    if not rows:
        text = Text("レコードがありません", "there are no records")
        return Finding("crm records", State.ATTENTION, text, _CONFIG)
    shown = " | ".join(
        ", ".join(f"{column}={shape(cell)}" for column, cell in row.items())
        for row in rows[:_SHOWN]
    )
    return good("crm records", f"最初のページ {len(rows):,} 件。例（伏せ字）: {shown}",
                f"{len(rows):,} on the first page; for example, masked: {shown}")  # fmt: skip


def _look_up_point(asked: _Asked, rows: list[dict[str, str]]) -> Finding:
    """Return whether records of the first page are found again by id and by telephone."""
    columns = asked.settings.customer_columns
    ids = [one for row in rows if (one := row.get(columns.customer_id, ""))]
    phones = [one for row in rows if domestic_digits(one := row.get(columns.phone, ""))]
    try:
        by_id = [bool(asked.directory.by_id(one, _PATIENCE_S)) for one in ids[:1]]
        by_phone = [bool(asked.directory.by_phone(one, _PATIENCE_S)) for one in phones[:1]]
    except OutsideError as error:
        return Finding("crm look-ups", State.WRONG, error.text, _CONFIG)
    missed = [
        name for name, hits in (("by_id", by_id), ("by_phone", by_phone)) if not all(hits)
    ]  # fmt: skip
    if missed:
        names = ", ".join(missed)
        text = Text(
            f"最初のページのレコードが {names} で見つかりません",
            f"a record of the first page is not found by {names}",
        )
        return Finding("crm look-ups", State.WRONG, text, _CONFIG)
    count = len(by_id) + len(by_phone)
    return good(
        "crm look-ups", f"最初のページのレコードが番号と電話で見つかります（{count} 回）",
        f"a record of the first page is found again, by {count} look-ups",
    )  # fmt: skip


def _results_point(asked: _Asked) -> Finding:
    if asked.results is None:
        todo = Text(
            "結果を書くときは、config.py の HTTP_CRM に write と result_fields を書く",
            "to write results, write write and result_fields into HTTP_CRM in config.py",
        )
        return not_set_up(
            "crm results", "結果は書き込みません", "no results are written", todo
        )  # fmt: skip
    try:
        problems = asked.results.problems()
    except OutsideError as error:
        return Finding("crm results", State.WRONG, error.text, _CONFIG)
    if problems:
        ja, en = "。".join(one.ja for one in problems), "; ".join(one.en for one in problems)
        return Finding("crm results", State.WRONG, Text(ja, en), _CONFIG)
    write = asked.settings.http_crm.write
    if write is None or write.check is None:
        text = Text(
            "書かずに確かめる方法（write の check）が設定されていません",
            "nothing tells whether results fit without writing one (check of write)",
        )
        return Finding("crm results", State.ATTENTION, text, _CONFIG)
    return good(
        "crm results", "結果の項目はすべてあります（書き込みはしていません）",
        "there are all fields of results; nothing was written",
    )  # fmt: skip
