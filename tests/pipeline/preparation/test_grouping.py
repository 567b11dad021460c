"""Who belongs together: shared calls, telephones and long texts, and what must not be joined."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from callrisk.integrations.spreadsheet.rows import DataError
from callrisk.pipeline.dataset import Group, Prepared
from callrisk.pipeline.preparation.components import Links, components, texts_alarm
from callrisk.pipeline.skill.fold_leaks import across_alarm, shared_across
from harness.made_export import CONTACT, LABEL, PHONE, RECORD, SAID, Row, calls, codes, prepared_of

LONG = "".join(
    f"(AGENT)ご契約の内容を順番に確認いたします\n(CUSTOMER)はい、{n}番目もお願いします\n"
    for n in range(20)
)


def paid(rows: list[Row]) -> list[Row]:
    """The same rows, all of them paid."""
    return [row | {LABEL: "支払済"} for row in rows]


def groups_of(prepared: Prepared) -> set[frozenset[str]]:
    """The groups of more than one customer."""
    found = (frozenset(group.customer_ids) for group in prepared.groups)
    return {ids for ids in found if len(ids) > 1}


def test_a_phone_joins_customers_of_the_table(tmp_path: Path) -> None:
    """Two records with one number are one person; a placeholder joins nobody."""
    rows = paid(calls(4, per_customer=1))
    numbers = ["090-1111-2222", "０９０１１１１２２２２", "000-0000-0000", "000-0000-0000"]
    ids = sorted(str(row[RECORD]) for row in rows)
    table = [{RECORD: one, PHONE: phone} for one, phone in zip(ids, numbers, strict=True)]
    prepared = prepared_of(tmp_path, rows, table=table)

    assert groups_of(prepared) == {frozenset(ids[:2])}
    assert codes(prepared) == [("joined_customers", None)]


def test_a_phone_of_the_export_joins_customers(tmp_path: Path) -> None:
    """The column counts wherever it stands, and is never a feature."""
    rows = [row | {PHONE: "+81-90-1111-2222"} for row in paid(calls(2, per_customer=1))]
    prepared = prepared_of(tmp_path, rows)

    assert len(prepared.groups) == 1
    assert not prepared.columns


def test_contradicting_labels_say_what_connects_them(tmp_path: Path) -> None:
    """Every customer of every such group, by call or by phone."""
    rows = paid(calls(6, per_customer=1))
    rows[0] |= {LABEL: "未払", CONTACT: "twin"}
    rows[1] |= {CONTACT: "twin"}
    rows[2] |= {LABEL: "未払", PHONE: "090-1111-2222"}
    rows[3] |= {PHONE: "09011112222"}
    with pytest.raises(DataError) as caught:
        prepared_of(tmp_path, rows)

    message = str(caught.value)
    first, second = message.split("; ")[-2:]
    assert all(str(row[RECORD]) in first for row in rows[:2])
    assert "connected by call" in first
    assert all(str(row[RECORD]) in second for row in rows[2:4])
    assert "connected by phone" in second


def test_what_is_a_customers_own_connects_nobody(tmp_path: Path) -> None:
    """Customers with a telephone in common have a call each, which is not named as the cause."""
    rows = paid(calls(4, per_customer=1))
    rows[0] |= {LABEL: "未払", PHONE: "090-1111-2222", CONTACT: "own-1"}
    rows[1] |= {PHONE: "09011112222", CONTACT: "own-2"}
    with pytest.raises(DataError) as caught:
        prepared_of(tmp_path, rows)

    assert "connected by phone ／" in str(caught.value)


def test_copies_of_a_text_within_one_person_are_no_alarm() -> None:
    """Two records of one telephone are a person already, and may say the same twice."""
    labels = {"a": {True: 1}, "b": {True: 2}, "c": {False: 3}}
    phones, texts = (("a", "1"), ("b", "1")), (("a", b"t"), ("b", b"t"))
    found = components(Path("calls.csv"), labels, Links((), phones, texts))

    assert found.joined == (2, 1)
    assert found.shared_texts == 0
    assert texts_alarm(found) is None


def test_a_pending_customer_takes_the_label_of_the_person_it_joins() -> None:
    """Also if it sorts first: a second text does not chain it to somebody of the other label."""
    labels: dict[str, dict[bool | None, int]] = {
        "a": {None: 1}, "b": {True: 2}, "c": {False: 3}, "d": {True: 4},
    }  # fmt: skip
    texts = (("a", b"1"), ("b", b"1"), ("a", b"2"), ("c", b"2"), ("a", b"3"), ("d", b"3"))
    found = components(Path("calls.csv"), labels, Links((), (), texts))

    assert found.root["a"] == found.root["b"] == found.root["d"] != found.root["c"]
    assert found.separate_texts == {b"2"}


def test_one_record_with_two_labels_is_refused(tmp_path: Path) -> None:
    """Nothing connects it but its own number."""
    rows = paid(calls(2))
    rows[0] |= {LABEL: "未払"}
    with pytest.raises(DataError, match="connected by the record number"):
        prepared_of(tmp_path, rows)


def test_the_same_long_text_joins_customers(tmp_path: Path) -> None:
    """Word for word under different contact ids; a short one says nothing."""
    rows = paid(calls(4, per_customer=1))
    for row in rows[:2]:
        row[SAID] = LONG
    for row in rows[2:]:
        row[SAID] = "(AGENT)はい\n(CUSTOMER)いいえ\n"
    prepared = prepared_of(tmp_path, rows)

    assert groups_of(prepared) == {frozenset(str(row[RECORD]) for row in rows[:2])}
    assert codes(prepared)[-1] == ("duplicate_text", None)


def test_the_same_long_text_with_other_labels_joins_nobody(tmp_path: Path) -> None:
    """It is told, and it is no reason to distrust a fold."""
    rows = paid(calls(4, per_customer=1))
    for row in rows[:2]:
        row[SAID] = LONG
    rows[0][LABEL] = "未払"
    prepared = prepared_of(tmp_path, rows)

    assert not groups_of(prepared)
    assert codes(prepared) == [("duplicate_text", None)]
    assert shared_across(prepared, np.arange(4)) == []


def test_one_other_label_does_not_part_the_copies(tmp_path: Path) -> None:
    """Of three copies of a long text the two that were paid are one unit."""
    rows = paid(calls(4, per_customer=1))
    for row in rows[:3]:
        row[SAID] = LONG
    rows[1][LABEL] = "未払"
    prepared = prepared_of(tmp_path, rows)

    assert groups_of(prepared) == {frozenset(str(rows[number][RECORD]) for number in (0, 2))}
    assert len(prepared.separate_texts) == 1


def test_texts_never_chain_different_labels(tmp_path: Path) -> None:
    """A pending customer between a paid and an unpaid one joins one of them only."""
    rows = paid(calls(3, per_customer=2))
    for number, (label, row) in enumerate(zip(["未払", "", "支払済"] * 2, rows, strict=True)):
        row |= {LABEL: label, RECORD: 1 + number % 3, SAID: f"{LONG}(AGENT){number}\n"}
    rows[0][SAID] = rows[1][SAID] = LONG
    rows[4][SAID] = rows[5][SAID] = f"{LONG}(AGENT)別の話\n"
    prepared = prepared_of(tmp_path, rows)

    assert [len(ids) for ids in groups_of(prepared)] == [2]
    assert {group.unpaid for group in prepared.groups} == {True, False}
    assert len(prepared.separate_texts) == 1


def test_what_stands_in_two_folds_is_found(tmp_path: Path) -> None:
    """From what was read, not from the groups: here the groups themselves are wrong."""
    rows = paid(calls(3, per_customer=1))
    rows[1][CONTACT] = rows[0][CONTACT] = "twin"
    rows[1][PHONE] = rows[0][PHONE] = "090-1111-2222"
    prepared = prepared_of(tmp_path, rows)
    joined = shared_across(prepared, np.array([0, 1]))
    split = tuple(
        Group((one,), group.unpaid, None) for group in prepared.groups for one in group.customer_ids
    )
    found = shared_across(replace(prepared, groups=split), np.arange(3))

    assert joined == []
    assert found == ["1 × contact: twin", "1 × phone"]
    alarm = across_alarm(found)
    assert alarm is not None
    assert (alarm.code, alarm.blocking) == ("component_across_folds", True)
    assert across_alarm([]) is None
