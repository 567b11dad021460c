"""The command of the pipeline and its model versions: python src/main.py [--data FILE] …"""

import logging
import sys
from pathlib import Path

from callrisk.bootstrap import pipeline_command
from callrisk.bootstrap.logs.wished_logs import logs_in_doubt
from callrisk.bootstrap.process import begin_process

ROOT = Path(__file__).resolve().parent.parent


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    """Run a command; return 0 on success, 1 with one clear line on a user's error."""
    return pipeline_command.main(arguments, root)


if __name__ == "__main__":
    log = pipeline_command.log_file(None, ROOT)
    begin_process(*logs_in_doubt(ROOT, log.name, log, logging.WARNING))
    sys.exit(main())
