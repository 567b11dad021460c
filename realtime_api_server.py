"""The live server as a command: python realtime_api_server.py [--role all|web|assess|jobs]"""

import argparse
import logging
import signal
import sys
from pathlib import Path

from callrisk.background.crash_points import arm
from callrisk.bootstrap.kintone import stand_in_access
from callrisk.bootstrap.logs.wished_logs import wished_log_file, wished_logs
from callrisk.bootstrap.process import begin_process
from callrisk.bootstrap.server import create_app
from callrisk.integrations.spreadsheet.rows import DataError
from callrisk.live.servers.role import Role
from callrisk.settings import Settings, SettingsError, load_to_serve
from callrisk.store.database import DatabaseError

ROOT = Path(__file__).resolve().parent
_LONGEST_TURN_OF_A_THREAD_S = 0.001
# Two processes cannot turn one log over.
_LOG = {role: f"server-{role}.log" for role in Role} | {Role.ALL: "server.log"}


def _role() -> Role:
    """Return the role that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--role", type=Role, choices=list(Role), default=Role.ALL,
        help="what this process does, where several share the work on one database",
    )  # fmt: skip
    role: Role = parser.parse_args().role
    return role


def warn_of_http(settings: Settings, role: Role) -> None:
    """Log one line where persons cannot log in, as no proxy is named that speaks https."""
    if settings.is_production and role.answers and not settings.env.trusted_proxies:
        logging.getLogger(__name__).warning(
            "production without https: logging in at http:// is lost; put a proxy that speaks "
            "https before this server and set TRUSTED_PROXIES=1, see docs/production.md"
        )


def main() -> int:
    """Serve until stopped; 1 with one clear line when a setting or the database forbids it."""
    role = _role()
    # From here on; while it serves, the server ends what is under way first.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        settings = load_to_serve(ROOT)
        begin_process(wished_log_file(settings, _LOG[role]), wished_logs(settings))
        if not settings.is_production:
            arm(settings.env.callrisk_crash)
        server = create_app(settings, stand_in_access(settings), role=role)
    except (SettingsError, DatabaseError, DataError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    # A request whose turns take long to mask hands the processor on after so long.
    sys.setswitchinterval(_LONGEST_TURN_OF_A_THREAD_S)
    port = settings.env.api_port
    what = f"serving http://{settings.env.host}:{port}" if role.answers else f"started to {role}"
    logging.getLogger(__name__).info(what)
    warn_of_http(settings, role)
    try:
        server.serve(settings.env.host, port)
    except OSError as error:
        print(f"error: port {port}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
