"""Endpoints are functions that need no socket, and Python may use an app beside them."""

import json

import pytest

from kintone_stand_in import App, Field, RefusedError, StandIn
from kintone_stand_in.api.access import Tenant
from kintone_stand_in.api.handlers import answer
from kintone_stand_in.api.messages import Request


def test_endpoint_answers_without_a_socket(customers):
    """A request as a value, an answer as a value."""
    customers.add({"レコード番号": "1001"})
    headers = {"x-cybozu-api-token": "customers"}

    response = answer(
        Tenant({1: customers}), Request("GET", "/k/v1/record.json?app=1&id=1", headers)
    )
    assert response.status == 200
    assert json.loads(response.body)["record"]["レコード番号"]["value"] == "1001"


def test_app_refuses_as_the_wire_does(customers):
    """From Python the same rules hold, with the same words."""
    customers.add({"レコード番号": "1001"})

    with pytest.raises(RefusedError, match=r"CB_VA01.*重複しています"):
        customers.add({"レコード番号": "1001"})
    with pytest.raises(RefusedError, match="GAIA_RE01"):
        customers.update(2, {})


def test_removed_record_is_gone(customers):
    """Its number is not given again."""
    customers.add({})
    customers.remove(1)

    assert customers.add({}) == 2
    assert [record["$id"] for record in customers.records()] == ["2"]
    with pytest.raises(RefusedError, match="GAIA_RE01"):
        customers.record(1)


@pytest.mark.parametrize(
    "wishes",
    [
        {"type": "CALC"},
        {"type": "DROP_DOWN"},
        {"type": "NUMBER", "options": ("a",)},
        {"type": "MULTI_LINE_TEXT", "unique": True},
    ],
)
def test_impossible_field_is_refused(wishes):
    """A form that Kintone would not make is not made here either."""
    with pytest.raises(ValueError, match=r"options|duplicates|none of"):
        Field(**wishes)


def test_impossible_stand_in_is_refused(stand_in, customers, clock):
    """Two apps of one number, two starts."""
    twin = App(1, "双子 DEMO", {}, "twin", now=clock)

    with pytest.raises(ValueError, match="same number"):
        StandIn([customers, twin])
    with pytest.raises(RuntimeError, match="listens already"):
        stand_in.start()
