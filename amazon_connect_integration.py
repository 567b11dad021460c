"""Amazon Connect as a command: python amazon_connect_integration.py check | ingest | replay"""

import sys
from pathlib import Path

from callrisk.background.crash_points import arm
from callrisk.bootstrap import connect_command
from callrisk.bootstrap.logs.wished_logs import wished_log_file, wished_logs
from callrisk.bootstrap.process import begin_process
from callrisk.settings import load_to_serve

ROOT = Path(__file__).resolve().parent


def main() -> int:
    """Run a command; return 1 with one clear line when it cannot be done."""
    options = connect_command.parse(__doc__)
    try:
        settings = load_to_serve(ROOT)
        begin_process(wished_log_file(settings, "connect.log"), wished_logs(settings))
        if not settings.is_production:
            arm(settings.env.callrisk_crash)
        return connect_command.run(settings, options)
    except connect_command.USER_ERRORS as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0


if __name__ == "__main__":
    sys.exit(main())
