"""The points of Kintone: address and sign-in, tokens, fields, records, results app, webhook."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from callrisk.bootstrap.doctor.crm_points import Webhook, requests_point, webhook_point
from callrisk.bootstrap.doctor.finding import Finding, State, good, not_set_up, waits
from callrisk.bootstrap.doctor.kintone_records import record_points
from callrisk.bootstrap.kintone import customers_app_of, kintone_settings, results_plan_of
from callrisk.domain.outside import OutsideError
from callrisk.domain.wording import Text
from callrisk.integrations.kintone.client import KintoneClient, KintoneSettings
from callrisk.integrations.kintone.customers.customers_app import CustomersApp
from callrisk.integrations.kintone.errors import KintoneError
from callrisk.integrations.kintone.form_fields import FormField
from callrisk.integrations.kintone.results_app import ResultsApp
from callrisk.settings import Settings, SettingsError

# Nobody waits longer at the screen for one answer.
_PATIENCE_S = 15.0
_ENV = Text(
    ".env の KINTONE_… の行を直す（docs/kintone.md）", "correct KINTONE_… in .env (docs/kintone.md)"
)
_FIELDS = Text(
    "Kintone のフィールドか、config.py の KINTONE を直す（docs/kintone.md）",
    "change the fields in Kintone, or KINTONE in config.py (docs/kintone.md)",
)
_AFTER_ADDRESS = ("kintone token", "kintone fields", "kintone records", "results app")


@dataclass(frozen=True, slots=True)
class _Asked:
    """One Kintone as the doctor asks it."""

    settings: Settings
    connection: KintoneSettings
    client: KintoneClient
    app: int


def kintone_points(settings: Settings, made: Mapping[int, int]) -> Iterator[Finding]:
    """Yield the points of Kintone; `made` are the requests of today that the database tells."""
    try:
        connection = kintone_settings(settings)
    except SettingsError as error:
        text = Text(f"Kintone の設定に誤りがあります: {error}", str(error))
        yield Finding("kintone address", State.WRONG, text, _ENV)
        return
    app = settings.env.kintone_app_id
    if connection is None or app is None:
        yield _none_named(settings)
        return
    connection = replace(connection, patience_s=_PATIENCE_S)
    client = KintoneClient(connection)
    yield from _asked_points(_Asked(settings, connection, client, app))
    token = settings.env.kintone_webhook_token.get_secret_value()
    yield webhook_point(settings, Webhook("Kintone", "kintone", "KINTONE_WEBHOOK_TOKEN", token))
    yield requests_point(settings.kintone.requests_a_day, made, client.requests_today)


def _none_named(settings: Settings) -> Finding:
    todo = Text(
        "使うときは、.env に KINTONE_SUBDOMAIN、KINTONE_APP_ID、KINTONE_API_TOKEN を設定"
        "（docs/kintone.md）",
        "to use it set KINTONE_SUBDOMAIN, KINTONE_APP_ID and KINTONE_API_TOKEN in .env "
        "(docs/kintone.md)",
    )
    if settings.is_production:
        return not_set_up("kintone", "設定されていません", "not set up", todo)
    return not_set_up(
        "kintone", "設定されていません。サンプル（DEMO）の顧客があれば代わりに使います",
        "not set up; sample customers (DEMO) stand in where there are any", todo,
    )  # fmt: skip


def _asked_points(asked: _Asked) -> Iterator[Finding]:
    """Yield address, token, fields, records and results app; the first cause ends the chain."""
    try:
        form = asked.client.form_fields(asked.app)
    except KintoneError as error:
        yield from _first_cause(asked, error)
        return
    yield _address_point(asked)
    yield good(
        "kintone token", f"アプリ {asked.app} を読めます（フィールド {len(form)} 個）",
        f"app {asked.app} can be read, with {len(form)} fields",
    )  # fmt: skip
    customers = customers_app_of(asked.settings, asked.client, asked.app)
    yield from _field_points(asked, customers, form)
    yield _results_point(asked)


def _first_cause(asked: _Asked, error: KintoneError) -> Iterator[Finding]:
    """Yield the error at the point that it is about, and what was not asked because of it."""
    if error.code:
        yield _address_point(asked)
        yield Finding("kintone token", State.WRONG, error.text, _ENV)
        yield waits("kintone fields", "kintone token")
        yield waits("kintone records", "kintone token")
        yield _results_point(asked)
        return
    yield Finding("kintone address", State.WRONG, error.text, _ENV)
    yield from (waits(name, "kintone address") for name in _AFTER_ADDRESS)


def _address_point(asked: _Asked) -> Finding:
    layers = [
        name
        for name, is_set in (
            ("Basic", asked.connection.basic is not None),
            ("client certificate", asked.connection.tls is not None),
        )
        if is_set
    ]
    url, shown = asked.connection.base_url, " + ".join(layers)
    return good(
        "kintone address", f"{url} が応答します（手前の認証: {shown or 'なし'}）",
        f"{url} answers (before its own sign-in: {shown or 'nothing'})",
    )  # fmt: skip


def _field_points(
    asked: _Asked, customers: CustomersApp, form: Mapping[str, FormField]
) -> Iterator[Finding]:
    try:
        problems = customers.problems()
    except OutsideError as error:
        yield Finding("kintone fields", State.WRONG, error.text, _FIELDS)
        yield waits("kintone records", "kintone fields")
        return
    yield from (Finding("kintone fields", State.WRONG, one, _FIELDS) for one in problems)
    wanted = [*asked.settings.kintone_codes.values()]
    found = ", ".join(f"{code} ({form[code].kind})" for code in wanted if code in form)
    if not problems:
        yield good("kintone fields", found, found)
    id_code = asked.settings.kintone_columns["customer_id"]
    if id_code not in form and not id_code.startswith("$"):
        yield waits("kintone records", "kintone fields")
        return
    yield from record_points(asked.settings, customers, form)


def _results_point(asked: _Asked) -> Finding:
    app = asked.settings.env.kintone_result_app_id
    if app is None:
        todo = Text(
            "結果を書くときは、.env に KINTONE_RESULT_APP_ID と KINTONE_RESULT_API_TOKEN を設定",
            "to write results set KINTONE_RESULT_APP_ID and KINTONE_RESULT_API_TOKEN in .env",
        )
        return not_set_up(
            "results app", "結果は書き込みません", "no results are written", todo
        )  # fmt: skip
    results = ResultsApp(asked.client, app, results_plan_of(asked.settings))
    try:
        problems = results.problems()
    except KintoneError as error:
        return Finding("results app", State.WRONG, error.text, _ENV)
    if problems:
        ja, en = "。".join(one.ja for one in problems), "; ".join(one.en for one in problems)
        return Finding("results app", State.WRONG, Text(ja, en), _FIELDS)
    left_out = ", ".join(results.left_out)
    ja, en = (
        (f"。フィールド {left_out} がないため書きません", f"; no field for {left_out}: not written")
        if left_out
        else ("", "")
    )
    return good(
        "results app", f"アプリ {app} に追加・更新できます。フィールドも合っています{ja}",
        f"app {app} takes new and changed records, and its fields fit{en}",
    )  # fmt: skip
