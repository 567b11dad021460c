"""The command of the pipeline and its model versions: python src/main.py [--data FILE] …"""

import sys
from pathlib import Path

from callrisk.bootstrap import pipeline_command

ROOT = Path(__file__).resolve().parent.parent


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    """Run a command; return 0 on success, 1 with one clear line on a user's error."""
    return pipeline_command.main(arguments, root)


if __name__ == "__main__":
    sys.exit(main())
