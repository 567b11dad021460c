"""The command that reads all customers of Kintone into data/raw."""

from tqdm import tqdm

from callrisk.bootstrap.keys.configured_keys import opened
from callrisk.bootstrap.kintone import customers_app_of, kintone_settings
from callrisk.crm.request_count import RequestCount
from callrisk.data_folder import pulled_table
from callrisk.integrations.kintone.client import KintoneClient
from callrisk.integrations.kintone.customers.customers_app import CustomersApp
from callrisk.crm.pulled_ids import id_faults
from callrisk.crm.pulling import pull
from callrisk.settings import Settings, SettingsError
from callrisk.store.sending.request_counts import RequestsMade


def pull_customers(settings: Settings) -> None:
    """Read all customers into a table in data/raw; an interrupted pull is resumed."""
    connection, app = kintone_settings(settings), settings.env.kintone_app_id
    if connection is None or app is None:
        raise SettingsError(
            "Kintone の設定がありません。KINTONE_SUBDOMAIN、KINTONE_APP_ID、KINTONE_API_TOKEN を"
            "書いてください / no Kintone is named: set these"
        )
    client = KintoneClient(connection)
    count = RequestCount(client, RequestsMade(opened(settings)))
    try:
        _pull_all(settings, customers_app_of(settings, client, app))
    finally:
        count.step()


def _pull_all(settings: Settings, app: CustomersApp) -> None:
    if unfit := app.problems():
        told = "; ".join(f"{one.ja} / {one.en}" for one in unfit)
        raise SettingsError(
            f"config.py が Kintone と合いません / config.py does not fit Kintone: {told}"
        )
    path = pulled_table(settings.raw_dir, settings.kintone_is_demo)
    with tqdm(unit=" records", disable=None) as bar:
        rows = pull(app, path, settings.kintone_codes, lambda done: bar.update(done - bar.n))
    print(f"{rows} records of {app.source}: {path}")
    for note in id_faults(path, settings.customer_columns.customer_id).texts():
        print(f"note: {note.ja} / {note.en}")
    if left_out := app.not_plain():
        names = ", ".join(f"{code} ({kind})" for code, kind in left_out.items())
        print(f"note: 表にできないフィールドは読みません: {names} / fields left out: {names}")
