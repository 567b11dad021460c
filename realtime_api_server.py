"""The live server as a command: python realtime_api_server.py"""

import logging
import sys
from pathlib import Path

from callrisk.background.crash_points import arm
from callrisk.bootstrap.kintone import kintone_access
from callrisk.crm.directory import CrmAccess
from callrisk.integrations.kintone.client import KintoneSettings
from callrisk.integrations.spreadsheet.rows import DataError
from callrisk.settings import Settings, SettingsError, load_to_serve
from callrisk.store.database import DatabaseError
from callrisk.web.app import create_app

ROOT = Path(__file__).resolve().parent


def main() -> int:
    """Serve until stopped; 1 with one clear line when a setting or the database forbids it."""
    try:
        settings = load_to_serve(ROOT)
        logging.basicConfig(
            level=logging.DEBUG if settings.env.debug_mode else logging.INFO,
            format="%(asctime)s %(levelname)s %(name)s %(message)s",
        )
        # One line a request would bury everything else.
        logging.getLogger("werkzeug").setLevel(logging.WARNING)
        if not settings.is_production:
            arm(settings.env.callrisk_crash)
        server = create_app(settings, _stand_in(settings))
    except (SettingsError, DatabaseError, DataError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    server.start()
    port = settings.env.api_port
    logging.getLogger(__name__).info("serving http://127.0.0.1:%d", port)
    try:
        # Werkzeug on the loopback; without this it refuses to run where there is no terminal.
        server.socketio.run(server.app, "127.0.0.1", port, allow_unsafe_werkzeug=True)
    finally:
        server.stop()
    return 0


def _stand_in(settings: Settings) -> CrmAccess | None:
    """In development a Kintone with the sample customers answers where none is configured."""
    table = settings.customer_table
    if settings.is_production or settings.env.kintone_url or table is None:
        return None
    if not settings.is_demo(table):
        return None
    # Only here: production carries no sample.
    from kintone_stand_in import demo  # noqa: PLC0415

    stand_in = demo(table).start()
    customers, results = stand_in.apps.values()
    tokens = {app.app_id: app.token for app in (customers, results)}
    connection = KintoneSettings(base_url=stand_in.url, tokens=tokens)
    logging.getLogger(__name__).info("a stand-in for Kintone (DEMO) at %s", stand_in.url)
    return kintone_access(settings, connection, customers.app_id, results.app_id, demo=True)


if __name__ == "__main__":
    sys.exit(main())
