"""The command that reads all customers of the CRM into data/raw."""

from collections.abc import Mapping

from tqdm import tqdm

from callrisk.bootstrap.http_crm import directory_of, http_crm_connection, records_of
from callrisk.bootstrap.keys.configured_keys import opened
from callrisk.bootstrap.kintone import customers_app_of, kintone_settings
from callrisk.crm.directory import CustomerDirectory, RequestCounter
from callrisk.crm.pulled_ids import id_faults
from callrisk.crm.pulling import PulledCrm, pull
from callrisk.crm.request_count import RequestCount
from callrisk.data_folder import pulled_table
from callrisk.integrations.http_crm.crm_client import HttpCrmClient
from callrisk.integrations.kintone.client import KintoneClient
from callrisk.settings import Settings, SettingsError
from callrisk.store.sending.request_counts import RequestsMade


def pull_customers(settings: Settings) -> None:
    """Read all customers into a table in data/raw; an interrupted pull is resumed."""
    connection = http_crm_connection(settings)
    if connection is None:
        _pull_kintone(settings)
        return
    client = HttpCrmClient(connection)
    directory, records = directory_of(settings, client), records_of(settings, client)
    with _Counted(settings, client):
        _check(settings.http_crm.name, directory)
        _pull_all(settings, records, settings.http_crm_codes)


def _pull_kintone(settings: Settings) -> None:
    connection, app = kintone_settings(settings), settings.env.kintone_app_id
    if connection is None or app is None:
        raise SettingsError(
            "CRM の設定がありません。KINTONE_SUBDOMAIN、KINTONE_APP_ID、KINTONE_API_TOKEN か、"
            "HTTP_CRM_URL、HTTP_CRM_TOKEN を書いてください / no CRM is named: set these or those"
        )
    client = KintoneClient(connection)
    customers = customers_app_of(settings, client, app)
    with _Counted(settings, client):
        _check("Kintone", customers)
        _pull_all(settings, customers, settings.kintone_codes)
        if left_out := customers.not_plain():
            names = ", ".join(f"{code} ({kind})" for code, kind in left_out.items())
            print(f"note: 表にできないフィールドは読みません: {names} / fields left out: {names}")


class _Counted:
    """Stores how many requests were made, also when the pull fails."""

    def __init__(self, settings: Settings, client: RequestCounter) -> None:
        self._count = RequestCount(client, RequestsMade(opened(settings)))

    def __enter__(self) -> None:
        return None

    def __exit__(self, *error: object) -> None:
        self._count.step()


def _check(name: str, directory: CustomerDirectory) -> None:
    if unfit := directory.problems():
        told = "; ".join(f"{one.ja} / {one.en}" for one in unfit)
        raise SettingsError(
            f"config.py が {name} と合いません / config.py does not fit {name}: {told}"
        )


def _pull_all(settings: Settings, crm: PulledCrm, columns: Mapping[str, str]) -> None:
    path = pulled_table(settings.raw_dir, settings.pulled_from, settings.crm_is_demo)
    with tqdm(unit=" records", disable=None) as bar:
        rows = pull(crm, path, columns, lambda done: bar.update(done - bar.n))
    print(f"{rows} records of {crm.source}: {path}")
    for note in id_faults(path, settings.customer_columns.customer_id).texts():
        print(f"note: {note.ja} / {note.en}")
