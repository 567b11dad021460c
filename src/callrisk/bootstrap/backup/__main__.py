"""The entry of `python -m callrisk.bootstrap.backup`, which run.py starts."""

import sys
from pathlib import Path

from callrisk.bootstrap.backup.backup_command import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], Path.cwd()))
