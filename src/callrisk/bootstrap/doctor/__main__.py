"""The entry of `python -m callrisk.bootstrap.doctor`, which run.py starts."""

import sys
from pathlib import Path

from callrisk.bootstrap.doctor.doctor_command import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], Path.cwd()))
