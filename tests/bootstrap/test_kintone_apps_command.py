"""The command that adds to Kintone's apps the fields that callrisk reads and writes."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from callrisk.bootstrap.kintone import kintone_settings, results_plan_of
from callrisk.bootstrap.kintone_apps_command import main
from callrisk.integrations.kintone.client import KintoneClient
from callrisk.integrations.kintone.customers.customer_mapping import FieldMap
from callrisk.integrations.kintone.customers.customers_app import CustomersApp
from callrisk.integrations.kintone.results_app import ResultsApp
from callrisk.settings import load
from harness import ROOT
from kintone_stand_in import App, Field, StandIn

NAME, MANAGED = "氏名", frozenset({"view", "add", "edit", "manage"})


@pytest.fixture
def kintone(tmp_path: Path) -> Iterator[StandIn]:
    """A customers app with a name, with records, and a results app without any field."""
    customers = App(1, "顧客 DEMO", {NAME: Field("SINGLE_LINE_TEXT")}, "c", MANAGED)
    customers.add({NAME: "仮名 一"})
    results = App(2, "結果 DEMO", {}, "r", MANAGED)
    with StandIn([customers, results]) as started:
        lines = {
            "KINTONE_BASE_URL": started.url,
            "KINTONE_APP_ID": "1", "KINTONE_API_TOKEN": "c",
            "KINTONE_RESULT_APP_ID": "2", "KINTONE_RESULT_API_TOKEN": "r",
        }  # fmt: skip
        text = "".join(f"{name}={value}\n" for name, value in lines.items())
        (tmp_path / ".env").write_text(text, encoding="utf-8")
        config = (ROOT / "config.py").read_text(encoding="utf-8")
        (tmp_path / "config.py").write_text(config, encoding="utf-8")
        yield started


def test_both_apps_fit_when_the_fields_are_added(
    kintone: StandIn, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without --write it is only told; a second time there is nothing to add."""
    assert main(tmp_path, []) == 0
    assert "「event_key」がありません" in capsys.readouterr().out
    assert [*kintone.apps[2].form.fields] == []

    assert main(tmp_path, ["--write"]) == 0
    settings = load(tmp_path)
    connection = kintone_settings(settings)
    assert connection is not None
    client = KintoneClient(connection)
    assert CustomersApp(client, 1, FieldMap(**settings.kintone_columns)).problems() == []
    results = ResultsApp(client, 2, results_plan_of(settings))
    assert results.problems() == []
    assert results.left_out == []
    assert kintone.apps[1].record(1)[NAME] == "仮名 一"

    added = kintone.count("preview/app/form/fields.json", "POST")
    capsys.readouterr()
    assert main(tmp_path, ["--write"]) == 0
    assert capsys.readouterr().out.count("必要なフィールドはすべてあります") == 2
    assert kintone.count("preview/app/form/fields.json", "POST") == added


def test_changes_of_others_are_not_put_into_operation(
    kintone: StandIn, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """They may be half done; nothing is added either."""
    kintone.apps[1].staged.add({"途中": {"type": "NUMBER", "label": "途中"}})

    assert main(tmp_path, ["--write"]) == 1
    assert "アプリ 1 に、まだ反映されていない設定の変更があります" in capsys.readouterr().err
    assert [*kintone.apps[1].form.fields] == [NAME]
    assert [*kintone.apps[1].staged.fields] == ["途中"]


def test_a_token_that_may_not_manage_is_told(
    kintone: StandIn, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The permission that it needs is named."""
    kintone.apps[1].tokens["c"] = MANAGED - {"manage"}

    assert main(tmp_path, ["--write"]) == 1
    assert "「アプリ管理」" in capsys.readouterr().err
    assert [*kintone.apps[1].form.fields] == [NAME]


def test_the_files_hold_what_kintone_takes(
    kintone: StandIn, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """They are bodies of its requests, for whoever may not give out a token."""
    assert main(tmp_path, ["--file", str(tmp_path / "定義")]) == 0

    assert kintone.requests == []
    for app, name in ((1, "kintone_customers"), (2, "kintone_results")):
        body = json.loads((tmp_path / "定義" / f"{name}.json").read_text(encoding="utf-8"))
        fields = {code: told for code, told in body["properties"].items() if code != NAME}
        assert body["app"] == app
        kintone.apps[app].staged.add(fields)
    assert kintone.apps[2].staged.fields["risk_label"].options == (
        "高リスク", "中リスク", "低リスク"
    )  # fmt: skip


def test_without_an_address_one_line_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is asked."""
    config = (ROOT / "config.py").read_text(encoding="utf-8")
    (tmp_path / "config.py").write_text(config, encoding="utf-8")

    assert main(tmp_path, []) == 1
    assert "KINTONE_SUBDOMAIN" in capsys.readouterr().err
