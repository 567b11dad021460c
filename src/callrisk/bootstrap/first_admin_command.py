"""The command that prints the code with which the first administrator is made.

python run.py first-admin, or python -m callrisk.bootstrap.first_admin_command
"""

import sys
from pathlib import Path

from callrisk.bootstrap.keys.configured_keys import opened
from callrisk.bootstrap.process import keep_files_private, speak_utf8
from callrisk.domain.time import utc_now
from callrisk.people.accounts import new_first_code
from callrisk.settings import SettingsError, load
from callrisk.store.database import DatabaseError
from callrisk.store.people.people_store import PeopleStore


def main(root: Path) -> int:
    """Print a code that is valid for a day, and once; 1 with one line if there is no database."""
    speak_utf8()
    keep_files_private()
    try:
        settings = load(root)
        code = new_first_code(PeopleStore(opened(settings)), utc_now())
    except (SettingsError, DatabaseError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print("最初の管理者を登録するコード（24時間、一度だけ有効）:")
    print("The code to register the first administrator with, valid once and for a day:")
    print(f"\n  {code}\n")
    print("ブラウザーで /first-admin を開いて入力してください。")
    print("Open /first-admin of the live server in a browser, and enter it.")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path.cwd()))
