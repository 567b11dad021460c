"""Customers of Kintone: exactly who was asked for, however hostile the question."""

import random
import string
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest

from callrisk.domain.customer import written_number
from callrisk.domain.time import utc_now
from callrisk.integrations.kintone.customers.customer_mapping import (
    FieldMap,
    read_customer,
    value_of,
)
from callrisk.integrations.kintone.customers.customers_app import CustomersApp
from callrisk.integrations.kintone.customers.phone_spelling import ways_to_write
from callrisk.integrations.kintone.errors import KintoneError
from callrisk.integrations.kintone.query_builder import as_written
from harness.kintone.crm_bench import CUSTOMERS, FORM, HOSTILE, TARO, client_of, desk_of, stand_in
from harness.small_world import World
from kintone_stand_in import App, Field, StandIn

PATIENCE_S = 5.0


@pytest.fixture
def kintone() -> Iterator[StandIn]:
    """A stand-in of its own."""
    with stand_in() as started:
        yield started


def test_a_record_becomes_our_customer(kintone: StandIn, world: World) -> None:
    """Numbers, choices, blanks and the moment at which it was read."""
    desk = desk_of(kintone, world.settings)
    (found,) = desk.by_id("1001", PATIENCE_S)

    customer = found.customer
    assert (customer.customer_id, customer.name) == ("1001", "仮名 太郎")
    assert customer.values["contract_amount"] == 67800.0
    assert customer.values["payment_method"] == "銀行振込"
    assert customer.values["years_employed"] is None
    assert customer.as_of is not None
    assert desk.problems() == []


@pytest.mark.parametrize("written", ["1001", "１００１", " 1001 "])
def test_an_id_is_found_however_it_is_typed(kintone: StandIn, world: World, written: str) -> None:
    """Full-width digits and blanks are one id."""
    found = desk_of(kintone, world.settings).by_id(written, PATIENCE_S)
    assert [one.customer.name for one in found] == ["仮名 太郎"]


def test_no_hostile_id_finds_anybody(kintone: StandIn, world: World) -> None:
    """Quotes, operators, controls, surrogates: nothing, or exactly what stands there."""
    rng = random.Random(7)
    marks = string.punctuation + "\\\"'\n\t\r　１２００ or and in not"
    made = ["".join(rng.choices(marks, k=rng.randint(1, 40))) for _ in range(200)]
    desk = desk_of(kintone, world.settings)
    for wanted in (*HOSTILE, *made):
        assert desk.by_id(wanted, PATIENCE_S) == [], wanted


def test_only_the_very_id_is_kept(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Kintone may compare more loosely: full width is the same id, another case is not."""
    app = App(CUSTOMERS, "顧客", FORM, "token-of-customers")
    for one in ("A-1001", "Ａ－１００１ ", "a-1001", "A-10010", None, ""):
        app.add({"レコード番号": one, "氏名": f"仮名 {one}"})
    with StandIn([app]) as kintone:
        monkeypatch.setattr(
            "callrisk.integrations.kintone.customers.customers_app.one_of",
            lambda code, _ids: as_written("$id > 0"),
        )
        found = desk_of(kintone, world.settings).by_id("A-1001", PATIENCE_S)
    assert sorted(one.record_id for one in found) == ["1", "2"]


def test_a_hostile_id_that_exists_finds_itself(world: World) -> None:
    """A record may bear anything that can be seen."""
    ids = ['a"b', "a\\b", 'x" or レコード番号 != "', "a,b", "(1)", "'"]
    app = App(CUSTOMERS, "顧客", FORM, "token-of-customers")
    for one in ids:
        app.add({"レコード番号": one, "氏名": one})
    with StandIn([app]) as kintone:
        desk = desk_of(kintone, world.settings)
        for one in ids:
            assert [found.customer.name for found in desk.by_id(one, PATIENCE_S)] == [one]


def test_the_number_of_the_record_may_be_the_id(world: World) -> None:
    """With the app's code before it or without; never another record's."""
    form = {code: field for code, field in FORM.items() if code != "レコード番号"}
    app = App(CUSTOMERS, "顧客", form, "token-of-customers")
    for name in ("一郎", "二郎"):
        app.add({"氏名": name})
    for code in ("レコード番号", "$id"):
        columns = replace(FieldMap(**world.settings.kintone_columns), customer_id=code)
        with StandIn([app]) as kintone:
            desk = CustomersApp(client_of(kintone), CUSTOMERS, columns)
            assert desk.problems() == []
            (found,) = desk.by_id("2", PATIENCE_S)
            assert (found.customer.customer_id, found.customer.name) == ("2", "二郎")
            for wanted in ("B-2", "0002", "2 or 1", "x", "2-"):
                assert desk.by_id(wanted, PATIENCE_S) == []
            (page,) = desk.pages(desk.codes())
            assert [one[code] for one in page] in (["1", "2"], [1, 2])


def test_a_number_with_the_code_of_its_app_is_one_id() -> None:
    """APP-12 is record 12 of the app that calls itself APP, in the table as live."""
    record = {"レコード番号": "APP-12", "氏名": "一郎", "電話番号": None, "$id": 12, "$revision": 1}
    columns = FieldMap("レコード番号", "氏名", "電話番号", ())
    found = read_customer(record, columns, utc_now(), "レコード番号")
    assert found.record.customer.customer_id == "12"
    assert found.ids == {"12", "APP-12"}


@pytest.mark.parametrize(
    "calling", ["+815000001001", "050-0000-1001", "05000001001", "０５０（００００）１００１"]
)
def test_a_caller_is_found_by_telephone(kintone: StandIn, world: World, calling: str) -> None:
    """However Connect and the record write the number."""
    found = desk_of(kintone, world.settings).by_phone(calling, PATIENCE_S)
    assert [one.customer.customer_id for one in found] == ["1001"]


def test_a_withheld_number_finds_nobody(kintone: StandIn, world: World) -> None:
    """Anonymous callers have no number."""
    desk = desk_of(kintone, world.settings)
    assert [desk.by_phone(one, PATIENCE_S) for one in ("anonymous", "", "110")] == [[], [], []]
    # A number abroad is nobody's here, though without its plus it might be.
    kintone.apps[CUSTOMERS].add({"レコード番号": "1005", "電話番号": "0298-12-3456"})
    assert desk.by_phone("+298123456", PATIENCE_S) == []
    assert len(desk.by_phone("+81298123456", PATIENCE_S)) == 1


def test_numbers_are_written_in_many_ways() -> None:
    """Ten and eleven digits have different habits."""
    assert "03-0000-1001" in ways_to_write("0300001001")
    assert "+81-50-0000-1001" in ways_to_write("05000001001")
    assert {"050ー0000ー1001", "０５０ー００００ー１００１"} <= set(ways_to_write("05000001001"))


@pytest.mark.parametrize("is_known", [True, False])
def test_a_renamed_field_is_named_and_the_others_stay(
    kintone: StandIn, world: World, is_known: bool
) -> None:
    """Renamed while the product runs, or before: its value is unknown, and it is said."""
    desk = desk_of(kintone, world.settings)
    if is_known:
        desk.by_id("1001", PATIENCE_S)
    doubts = desk.doubts
    kintone.rename(CUSTOMERS, "契約金額", "月額")
    (found,) = desk.by_id("1001", PATIENCE_S)
    assert found.customer.name == "仮名 太郎"
    assert found.customer.values["contract_amount"] is None
    assert found.customer.values["earlier_late_payments"] == 3.0
    assert desk.doubts > doubts
    (problem,) = desk.problems()
    for words in (problem.ja, problem.en):
        assert "契約金額" in words
        assert "月額" in words


@pytest.mark.parametrize("is_known", [True, False])
def test_a_renamed_id_field_is_an_error_that_says_so(
    kintone: StandIn, world: World, is_known: bool
) -> None:
    """Without it nobody can be told from anybody else, by id or by telephone."""
    kintone.rename(CUSTOMERS, "レコード番号", "会員番号")
    columns = replace(FieldMap(**world.settings.kintone_columns), customer_id="会員番号")
    renamed = CustomersApp(client_of(kintone), CUSTOMERS, columns)
    if is_known:
        assert len(renamed.by_id("1001", PATIENCE_S)) == 1
    kintone.rename(CUSTOMERS, "会員番号", "顧客番号")
    for ask in (
        lambda: renamed.by_id("1001", PATIENCE_S),
        lambda: renamed.by_phone("05000001001", PATIENCE_S),
        lambda: renamed.probe(PATIENCE_S),
    ):
        with pytest.raises(KintoneError, match="会員番号") as caught:
            ask()
        assert caught.value.permanent
        assert "会員番号" in caught.value.text.ja


def test_a_field_of_another_kind_is_named(world: World) -> None:
    """A text where a number is declared."""
    form = FORM | {"契約金額": Field("SINGLE_LINE_TEXT")}
    with StandIn([App(CUSTOMERS, "顧客", form, "token-of-customers")]) as kintone:
        (problem,) = desk_of(kintone, world.settings).problems()
    assert "契約金額" in problem.ja
    assert "SINGLE_LINE_TEXT" in problem.en


def test_a_numeric_id_field_is_asked_in_numbers(world: World) -> None:
    """Ids kept as numbers; what is no number is nobody's."""
    form = FORM | {"レコード番号": Field("NUMBER", unique=True)}
    app = App(CUSTOMERS, "顧客", form, "token-of-customers")
    app.add(TARO)
    with StandIn([app]) as kintone:
        desk = desk_of(kintone, world.settings)
        assert desk.problems() == []
        assert len(desk.by_id("1001", PATIENCE_S)) == 1
        assert desk.by_id('1001" or', PATIENCE_S) == []


@pytest.mark.parametrize(
    ("written", "read"), [("67800", 67800.0), ("1,234", 1234.0), ("1E+400", None), ("", None)]
)
def test_numbers_are_read_as_in_the_table(world: World, written: str, read: float | None) -> None:
    """Calculated fields come as text; nothing endless reaches the model."""
    (field,) = (one for one in world.settings.customer_fields if one.name == "contract_amount")
    assert value_of(written or None, field) == read
    assert written_number(written) == read
    assert value_of(Decimal("1E+400"), field) is None
    assert value_of(Decimal("1200.50"), field) == 1200.5
