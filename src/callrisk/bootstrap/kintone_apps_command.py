"""The command that adds the fields to Kintone's apps that callrisk reads and writes.

python run.py kintone-apps [--write | --file FOLDER]; nothing that is there is changed.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from callrisk.bootstrap.kintone import kintone_settings
from callrisk.bootstrap.process import speak_utf8
from callrisk.domain.wording import Text
from callrisk.integrations.kintone.app_fields import (
    Properties,
    customers_fields,
    results_fields,
)
from callrisk.integrations.kintone.app_setup import AppSetup, AppSetupError
from callrisk.integrations.kintone.client import KintoneClient
from callrisk.integrations.kintone.customers.customer_mapping import FieldMap
from callrisk.integrations.kintone.errors import KintoneError
from callrisk.settings import Settings, SettingsError, load

_NO_ADDRESS = Text(
    "KINTONE_SUBDOMAIN、KINTONE_APP_ID、KINTONE_API_TOKEN を .env に書いてください。"
    "先に定義だけを見るには --file FOLDER",
    "set KINTONE_SUBDOMAIN, KINTONE_APP_ID and KINTONE_API_TOKEN in .env; to see the definitions "
    "alone: --file FOLDER",
)
_MANAGE = Text(
    "API トークンに「アプリ管理」の権限も付けてください（追加が終わったら外せます）",
    "give the API token the permission Manage app, too; it may be taken away afterwards",
)


@dataclass(frozen=True, slots=True)
class _App:
    """One of the apps: its name for people, its number where it is set, the fields it is to have.

    `stem` is the name of its file.
    """

    name: Text
    stem: str
    number: int | None
    fields: Properties


def main(root: Path, words: Sequence[str]) -> int:
    """Show what the apps lack, add it, or write it into files; 1 with one line where it fails."""
    speak_utf8()
    options = _options(words)
    try:
        settings = load(root)
        if options.file is not None:
            _write_files(settings, options.file)
            return 0
        return _set_up(settings, writes=options.write)
    except AppSetupError as error:
        return _failed(error.text)
    except KintoneError as error:
        text = error.text or Text(str(error), str(error))
        return _failed(Text(f"{text.ja}。{_MANAGE.ja}", f"{text.en}; {_MANAGE.en}"))
    except (SettingsError, OSError) as error:
        return _failed(Text(str(error), str(error)))


def _options(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python run.py kintone-apps")
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument(
        "--write", action="store_true", help="フィールドを追加して反映する / add the fields"
    )
    choice.add_argument(
        "--file", type=Path, metavar="FOLDER", help="定義を JSON に書く / write them as JSON"
    )
    return parser.parse_args(words)


def _apps(settings: Settings) -> Iterator[_App]:
    columns = FieldMap(**settings.kintone_columns)
    yield _App(
        Text("顧客アプリ", "customers app"), "kintone_customers",
        settings.env.kintone_app_id, customers_fields(columns),
    )  # fmt: skip
    yield _App(
        Text("結果アプリ", "results app"), "kintone_results",
        settings.env.kintone_result_app_id, results_fields(settings.kintone.result_codes),
    )  # fmt: skip


def _write_files(settings: Settings, folder: Path) -> None:
    """Write for each app the body of the request that adds its fields."""
    folder.mkdir(parents=True, exist_ok=True)
    for app in _apps(settings):
        path = folder / f"{app.stem}.json"
        body = {"app": app.number, "properties": app.fields}
        path.write_text(json.dumps(body, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        print(f"{app.name.ja} / {app.name.en}: {path}")


def _set_up(settings: Settings, *, writes: bool) -> int:
    connection = kintone_settings(settings)
    if connection is None:
        return _failed(_NO_ADDRESS)
    client = KintoneClient(connection)
    lacking = 0
    for app in _apps(settings):
        if app.number is None:
            _say(app, "番号が .env にありません", "its number is not in .env")
            continue
        setup = AppSetup(client, app.number)
        missing = setup.missing(app.fields)
        lacking += len(missing)
        _tell(app, missing)
        if missing and writes:
            setup.add(missing)
            _say(app, f"{len(missing)} フィールドを追加しました", f"{len(missing)} fields added")
    if lacking and not writes:
        print("追加するには: python run.py kintone-apps --write / to add them, with --write")
    return 0


def _tell(app: _App, missing: Properties) -> None:
    if not missing:
        _say(app, "必要なフィールドはすべてあります", "all fields are there")
    for code, field in missing.items():
        _say(app, f"「{code}」がありません（{field['type']}）", f"{code} is missing")


def _say(app: _App, japanese: str, english: str) -> None:
    print(f"{app.name.ja}: {japanese} / {app.name.en}: {english}")


def _failed(text: Text) -> int:
    print(f"error: {text.ja} / {text.en}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(Path.cwd(), sys.argv[1:]))
