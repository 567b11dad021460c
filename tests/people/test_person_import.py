"""Persons from a CSV: read as Excel writes it, all lines or none, each fault told with its line."""

import csv

import pytest

from callrisk.domain.access.person import Person
from callrisk.domain.access.policy_table import Role
from callrisk.people.person_import import ImportRefusedError, persons_of

HEAD = "login,name,roles,teams,agent_ids\n"
KNOWN = [
    Person(
        4, "taro", "見本 太郎", frozenset({Role.AGENT}), frozenset({"東京"}), frozenset({"a-1"})
    ),
    Person(5, "hana", "見本 花", frozenset({Role.AGENT}), agent_ids=frozenset({"a-2"})),
]


def faults(text: str) -> list[str]:
    """The sentences for a file that is refused."""
    with pytest.raises(ImportRefusedError) as raised:
        persons_of((HEAD + text).encode(), KNOWN)
    return [fault.en for fault in raised.value.faults]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_new_and_known_persons(encoding: str, newline: str) -> None:
    """A known login is changed under its number; blank lines count for nothing."""
    rows = (
        HEAD
        + 'Ｊｉｒｏ,見本 次郎,AGENT supervisor,"東京;大阪",a-7、a-8\n,,,,\n'
        + "taro,見本 太郎,manager,,a-2\nhana,見本 花,agent,,a-1\n"
    )
    read = persons_of(rows.replace("\n", newline).encode(encoding), KNOWN)

    (jiro,) = read.added
    assert (jiro.login, jiro.name) == ("jiro", "見本 次郎")
    assert jiro.roles == {Role.AGENT, Role.SUPERVISOR}
    assert (jiro.teams, jiro.agent_ids) == ({"東京", "大阪"}, {"a-7", "a-8"})
    changed = {one.person_id: one for one in read.changed}
    assert changed[4].roles == {Role.MANAGER}
    # Two may swap their agent ids in one file.
    assert (changed[4].agent_ids, changed[5].agent_ids) == ({"a-2"}, {"a-1"})


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (",名無し,agent,,", "line 2: login and name are needed, of"),
        ("a,,agent,,", "line 2: login and name are needed, of"),
        ("a,b,boss,,", "line 2: there is no role boss; choose of agent, supervisor"),
        ("a,b,,,", "line 2: there is no role –"),
        ("a,b,service,,", "line 2: there is no role service"),
        ("a,b,agent,,a-1", "line 2: the agent id a-1 belongs to somebody else."),
    ],
)
def test_each_fault_is_told_with_its_line(row: str, told: str) -> None:
    """And what would be right."""
    (fault,) = faults(row)
    assert fault.startswith(told)


def test_all_faults_are_told_at_once() -> None:
    """Also those between lines."""
    told = faults('a,b,agent,,x\nA,c,agent,,\nd,e,agent,,x\n"f\ng",h,boss,,\n')

    assert [one.partition(":")[0] for one in told] == ["line 3", "line 4", "line 6"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "line 1 lacks the columns login, name, roles"),
        ("氏名,部署\n".encode(), "line 1 lacks the columns"),
        (HEAD.encode() + b"\xff\xfe\x81", "Save it as UTF-8 or Shift_JIS."),
        (HEAD.encode() + b"a,b,agent,,\n" * 5_001, "At most 5000 lines."),
    ],
)
def test_what_is_no_such_file(content: bytes, told: str) -> None:
    """One sentence."""
    with pytest.raises(ImportRefusedError) as raised:
        persons_of(content, KNOWN)
    assert raised.value.faults[0].en.startswith(told)


def test_a_column_that_is_absent_changes_nothing() -> None:
    """A file of names alone takes no team and no agent id away."""
    known = [Person(4, "taro", "x", frozenset({Role.AGENT}), frozenset({"東京"}), frozenset({"a"}))]
    read = persons_of("login,name,roles\ntaro,見本 太郎,manager\n".encode(), known)

    (taro,) = read.changed
    assert (taro.name, taro.roles) == ("見本 太郎", {Role.MANAGER})
    assert (taro.teams, taro.agent_ids) == ({"東京"}, {"a"})


def test_a_field_beyond_what_is_read_is_told() -> None:
    """However large other readers of this process let theirs be."""
    largest = csv.field_size_limit(1_000)
    try:
        with pytest.raises(ImportRefusedError) as raised:
            persons_of(HEAD.encode() + b"a," + b"b" * 2_000 + b",agent,,\n", KNOWN)
    finally:
        csv.field_size_limit(largest)
    (fault,) = raised.value.faults
    assert fault.en.startswith("line 2 is not readable as CSV: a cell may have 1000 characters")
    assert fault.ja.startswith("2行目は CSV として読めません。")
