"""Puts a CRM over HTTP together from the settings: its requests, its client, the access to it."""

from callrisk.background.retry import RETRIES, RetryTable
from callrisk.crm.directory import CrmAccess
from callrisk.integrations.http_crm.crm_client import HttpCrmClient
from callrisk.integrations.http_crm.crm_connection import (
    DEFAULT_HEADER,
    ClientLogin,
    CrmConnection,
    HeaderToken,
)
from callrisk.integrations.http_crm.customer_requests import (
    BY_ID,
    BY_PHONE,
    BY_RECORD,
    EVERY,
    CustomerRequests,
    EveryRecord,
)
from callrisk.integrations.http_crm.customer_search import HttpCrmDirectory
from callrisk.integrations.http_crm.escaping import QueryLanguage
from callrisk.integrations.http_crm.pulled_records import PulledRecords
from callrisk.integrations.http_crm.record_mapping import RecordMap
from callrisk.integrations.http_crm.request_templates import RequestTemplate
from callrisk.integrations.http_crm.written_results import (
    ONE_RESULT,
    SEVERAL_RESULTS,
    HttpCrmResults,
    ResultRequests,
)
from callrisk.settings import Settings, SettingsError
from callrisk.settings.http_crm_config import CrmRequest, HttpCrm


def http_crm_of_settings(settings: Settings, retries: RetryTable = RETRIES) -> CrmAccess | None:
    """Return the access to the CRM of HTTP_CRM_URL, or None where there is none.

    SettingsError for an address, a header or a request that cannot be.
    """
    connection = http_crm_connection(settings)
    if connection is None:
        return None
    client = HttpCrmClient(connection, retries=retries)
    return CrmAccess(
        directory_of(settings, client), results_of(settings, client), counter=client,
        demo=settings.crm_is_demo,
        webhook_token=settings.env.http_crm_webhook_token.get_secret_value(),
    )  # fmt: skip


def http_crm_connection(settings: Settings) -> CrmConnection | None:
    """Return the address of the CRM and what lets requests in, or None where none is named."""
    env = settings.env
    if not env.http_crm_url:
        return None
    token, secret = (
        env.http_crm_token.get_secret_value(), env.http_crm_client_secret.get_secret_value(),
    )  # fmt: skip
    try:
        login = (
            HeaderToken(token, env.http_crm_header or DEFAULT_HEADER) if token
            else ClientLogin(
                env.http_crm_token_url, env.http_crm_client_id, secret, env.http_crm_scope
            )
        )  # fmt: skip
        return CrmConnection(
            settings.http_crm.name, env.http_crm_url, login, settings.http_crm.requests_a_day
        )
    except ValueError as error:
        raise SettingsError(f".env の HTTP_CRM_… / HTTP_CRM_… in .env: {error}") from error


def directory_of(settings: Settings, client: HttpCrmClient) -> HttpCrmDirectory:
    """Return the customer directory with the requests and paths of config.py."""
    crm = settings.http_crm
    paths = RecordMap(record_id=crm.record_id, **settings.http_crm_columns)
    requests = CustomerRequests(
        _named("by_id", crm.by_id, crm, BY_ID),
        _template("by_phone", crm.by_phone, crm, BY_PHONE),
        _template("by_record", crm.by_record, crm, BY_RECORD),
        _every(crm), crm.changed_record_id,
    )  # fmt: skip
    return HttpCrmDirectory(client, requests, paths)


def results_of(settings: Settings, client: HttpCrmClient) -> HttpCrmResults | None:
    """Return where results are written, or None where config.py does not say how."""
    crm, write = settings.http_crm, settings.http_crm.write
    if write is None:
        return None
    known = ONE_RESULT if write.each is None else SEVERAL_RESULTS
    check = None if write.check is None else _named("write: check", write.check, crm, frozenset())
    names = "" if write.check is None else write.check.names
    try:
        requests = ResultRequests(
            _named("write", write, crm, known),
            crm.result_fields,
            write.each,
            check,
            names,
            {outcome.code: outcome.ja for outcome in settings.outcomes},
        )
    except ValueError as error:
        raise _wrong(str(error)) from error
    return HttpCrmResults(client, requests)


def records_of(settings: Settings, client: HttpCrmClient) -> PulledRecords:
    """Return all records as they are pulled; SettingsError where config.py does not say how."""
    every = _every(settings.http_crm)
    if every is None:
        raise _wrong(
            "all: 全件を表に読むリクエストを書いてください / "
            "all: name the request for a page of all records, to read them into a table"
        )
    return PulledRecords(client, every, settings.http_crm_codes, settings.http_crm.record_id)


def _every(crm: HttpCrm) -> EveryRecord | None:
    if crm.all is None:
        return None
    try:
        return EveryRecord(_named("all", crm.all, crm, EVERY), crm.all.next, crm.all.limit)
    except ValueError as error:
        raise _wrong(str(error)) from error


def _template(
    name: str, request: CrmRequest | None, crm: HttpCrm, known: frozenset[str]
) -> RequestTemplate | None:
    return None if request is None else _named(name, request, crm, known)


def _named(
    name: str, request: CrmRequest | None, crm: HttpCrm, known: frozenset[str]
) -> RequestTemplate:
    if request is None:
        raise _wrong(
            f"{name}: .env に HTTP_CRM_URL がありますが、このリクエストがありません / "
            f"{name}: HTTP_CRM_URL is set, and this request is not named"
        )
    records = crm.records if request.records is None else request.records
    try:
        return RequestTemplate(
            request.method, request.path, request.query, request.body,
            QueryLanguage(request.language), records, known,
        )  # fmt: skip
    except ValueError as error:
        raise _wrong(f"{name}: {error}") from error


def _wrong(what: str) -> SettingsError:
    where = "config.py の HTTP_CRM / HTTP_CRM in config.py"
    return SettingsError(f"{where}: {what} (docs/http-crm.md)")
