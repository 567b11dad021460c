"""What is hidden of a call before anyone stores or sees it, and what must stay readable."""

import sys
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
