"""The doctor's points of a CRM over HTTP."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from callrisk.bootstrap.doctor.finding import Finding, State
from callrisk.bootstrap.doctor.http_crm_points import http_crm_points
from callrisk.settings import Settings, load
from harness import ROOT
from harness.http_crm.crm_settings import of_salesforce
from harness.http_crm.salesforce import Salesforce, contact

POINTS = ("crm address", "crm token", "crm fields", "crm records", "crm look-ups", "crm results")


@pytest.fixture
def crm() -> Iterator[Salesforce]:
    """A Salesforce of one customer."""
    with Salesforce([contact("1001", Name="仮名 太郎", Phone="03-1234-5678")]) as server:
        yield server


@pytest.fixture
def settings(crm: Salesforce, tmp_path: Path) -> Settings:
    """Settings that name it."""
    return of_salesforce(load(ROOT).model_copy(update={"root": tmp_path}), crm)


def points_of(settings: Settings, **env: Any) -> dict[str, Finding]:
    """Return the points by name."""
    changed = settings.model_copy(update={"env": settings.env.model_copy(update=env)})
    return {one.name: one for one in http_crm_points(changed, {0: 12})}


def test_all_is_well(crm: Salesforce, settings: Settings) -> None:
    """Every point is good, the record is masked, and nothing is written."""
    points = points_of(settings)
    assert {name: points[name].state for name in POINTS} == dict.fromkeys(POINTS, State.OK)
    assert points["webhook"].state is State.NOT_SET_UP
    shown = points["crm records"].text.en
    assert "レコード番号=9999" in shown
    assert "電話番号=99-9999-9999" in shown
    for value in ("1001", "仮名", "1234"):
        assert value not in shown
    assert points["requests"].text.en.startswith("requests of today, of 100,000: ")
    assert crm.results == {}


def test_an_address_where_nobody_listens(crm: Salesforce, settings: Settings) -> None:
    """The rest waits for it."""
    crm.stop()
    points = points_of(settings)
    assert points["crm address"].state is State.WRONG
    assert {points[name].state for name in POINTS[1:]} == {State.NOT_SET_UP}
    crm.start()


def test_a_refused_token(settings: Settings) -> None:
    """The address is good, and what to correct is named."""
    points = points_of(settings, http_crm_client_secret=SecretStr("wrong"))
    assert points["crm address"].state is State.OK
    assert points["crm token"].state is State.WRONG
    assert points["crm token"].todo is not None
    assert ".env" in points["crm token"].todo.ja


def test_a_missing_field_of_results(crm: Salesforce, settings: Settings) -> None:
    """Judged without writing."""
    crm.result_fields.discard("Skill__c")
    point = points_of(settings)["crm results"]
    assert point.state is State.WRONG
    assert "Skill__c" in point.text.en


def test_a_column_that_is_gone(crm: Salesforce, settings: Settings) -> None:
    """Salesforce refuses the query; its words say which column."""
    crm.fields.discard("YearsEmployed__c")
    points = points_of(settings)
    wrong = [one for one in points.values() if one.state is State.WRONG]
    assert [one.name for one in wrong] == ["crm look-ups"]


def test_a_look_up_that_misses_its_own_record(settings: Settings) -> None:
    """A telephone number in a spelling that the search does not list."""
    crm = settings.http_crm
    assert crm.by_phone is not None
    query = {"q": crm.by_phone.query["q"].replace("'{phone_national}', ", "")}
    by_phone = crm.by_phone.model_copy(update={"query": query})
    changed = settings.model_copy(
        update={"http_crm": crm.model_copy(update={"by_phone": by_phone})}
    )
    point = points_of(changed)["crm look-ups"]
    assert point.state is State.WRONG
    assert "by_phone" in point.text.en


def test_settings_that_cannot_be_are_a_point(settings: Settings) -> None:
    """In place of all others."""
    (point,) = points_of(settings, http_crm_url="http://crm.example").values()
    assert (point.name, point.state) == ("crm address", State.WRONG)
