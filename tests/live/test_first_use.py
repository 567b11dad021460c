"""The first turn of a call waits for no file, once weights and dictionaries were loaded ahead."""

import subprocess
import sys

_HEAR = """
import sys
from callrisk.domain.advice.need import heard_need
from callrisk.domain.masking import EVERYTHING
from callrisk.live.first_use import load_ahead

load_ahead()
def refuse(event, what):
    if event == "open":
        raise AssertionError(what)
sys.addaudithook(refuse)
print(EVERYTHING.masked("佐藤花子です、東京都港区芝公園に住んでいます"))
print(heard_need("今月分はいかがですか", "失業したので払えません").need)
"""


def test_the_first_turn_reads_no_file() -> None:
    """And what was heard ahead is counted nowhere."""
    heard = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", _HEAR], capture_output=True, text=True,
        encoding="utf-8", check=False, timeout=120,
    )  # fmt: skip

    assert heard.returncode == 0, heard.stderr
    shown, need = heard.stdout.splitlines()
    assert "佐藤" not in shown
    assert need != "none"
