"""Puts Kintone together from the settings: its client, its apps, and the access to it as a CRM."""

import logging
from ssl import SSLContext

from callrisk.background.retry import RETRIES, RetryTable
from callrisk.crm.directory import CrmAccess
from callrisk.data_folder import customer_table, is_demo
from callrisk.integrations.kintone.certificate import with_certificate
from callrisk.integrations.kintone.client import KintoneClient, KintoneSettings
from callrisk.integrations.kintone.customers.customer_mapping import FieldMap
from callrisk.integrations.kintone.customers.customers_app import CustomersApp
from callrisk.integrations.kintone.results_app import ResultsApp, ResultsPlan
from callrisk.settings import Settings, SettingsError

logger = logging.getLogger(__name__)


def kintone_of_settings(settings: Settings, retries: RetryTable = RETRIES) -> CrmAccess | None:
    """Return the access to the Kintone of the environment, or None where it names none.

    SettingsError when its address is no address.
    """
    env = settings.env
    connection = kintone_settings(settings)
    if connection is None or env.kintone_app_id is None:
        return None
    return kintone_access(
        settings, connection, env.kintone_app_id, env.kintone_result_app_id,
        demo=settings.crm_is_demo, retries=retries,
    )  # fmt: skip


def kintone_settings(settings: Settings) -> KintoneSettings | None:
    """Return the address and tokens of the environment's Kintone, or None where it names none."""
    env = settings.env
    if not env.kintone_url or env.kintone_app_id is None:
        return None
    basic = (env.kintone_basic_user, env.kintone_basic_password.get_secret_value())
    try:
        return KintoneSettings(
            env.kintone_url, env.kintone_tokens, env.kintone_guest_space_id,
            daily_budget=settings.kintone.requests_a_day, basic=basic if basic[0] else None,
            tls=_certificate(settings),
        )  # fmt: skip
    except ValueError as error:
        raise SettingsError(f".env の Kintone の設定 / Kintone in .env: {error}") from error


def _certificate(settings: Settings) -> SSLContext | None:
    env = settings.env
    if not env.kintone_client_cert:
        return None
    path = settings.root / env.kintone_client_cert
    return with_certificate(path, env.kintone_client_cert_password.get_secret_value())


def kintone_access(
    settings: Settings, connection: KintoneSettings, customers_app: int, results_app: int | None,
    *, demo: bool, retries: RetryTable = RETRIES,
) -> CrmAccess:  # fmt: skip
    """Return the access to a Kintone; without a results app no results are written."""
    client = KintoneClient(connection, retries=retries)
    sink = None
    if results_app is not None:
        sink = ResultsApp(client, results_app, results_plan_of(settings))
    return CrmAccess(
        customers_app_of(settings, client, customers_app), sink, counter=client, demo=demo,
        webhook_token=settings.env.kintone_webhook_token.get_secret_value(),
    )  # fmt: skip


def results_plan_of(settings: Settings) -> ResultsPlan:
    """Return what is written into which field of the results app, by config.py."""
    kintone = settings.kintone
    words = {outcome.code: outcome.ja for outcome in settings.outcomes}
    return ResultsPlan(kintone.result_codes, kintone.optional_results, words)


def customers_app_of(settings: Settings, client: KintoneClient, app: int) -> CustomersApp:
    """Return the customers app with the field map of config.py."""
    return CustomersApp(client, app, FieldMap(**settings.kintone_columns))


def stand_in_access(settings: Settings) -> CrmAccess | None:
    """Start a Kintone with the sample customers in development, where none is configured."""
    table = customer_table(settings.raw_dir)
    if settings.is_production or settings.env.names_crm or table is None:
        return None
    if not is_demo(table):
        return None
    # Only here: production carries no sample.
    from kintone_stand_in import demo  # noqa: PLC0415

    stand_in = demo(table).start()
    customers, results = stand_in.apps.values()
    tokens = {app.app_id: app.token for app in (customers, results)}
    connection = KintoneSettings(base_url=stand_in.url, tokens=tokens)
    logger.info("a stand-in for Kintone (DEMO) at %s", stand_in.url)
    return kintone_access(settings, connection, customers.app_id, results.app_id, demo=True)
