"""The command of the pipeline and its model versions: python src/main.py [--data FILE] …"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    """Run a command; return 0 on success, 1 with one clear line on a user's error."""
    # Not at the top: processes that read parts of an export import this file, and need none of it.
    from callrisk.bootstrap import pipeline_command  # noqa: PLC0415

    return pipeline_command.main(arguments, root)


def _begin() -> None:
    import logging  # noqa: PLC0415 - as above

    from callrisk.bootstrap import pipeline_command  # noqa: PLC0415
    from callrisk.bootstrap.logs.wished_logs import logs_in_doubt  # noqa: PLC0415
    from callrisk.bootstrap.process import begin_process  # noqa: PLC0415

    log = pipeline_command.log_file(None, ROOT)
    begin_process(*logs_in_doubt(ROOT, log.name, log, logging.WARNING))


if __name__ == "__main__":
    _begin()
    sys.exit(main())
