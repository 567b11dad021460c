"""Persons from a CSV file: all of them, or what is wrong, line by line."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from callrisk.domain.access.person import Person
from callrisk.domain.access.policy_table import ROLES_OF_PERSONS, Role
from callrisk.domain.wording import Text
from callrisk.people.logins import is_writable, spelled_login

COLUMNS = ("login", "name", "roles", "teams", "agent_ids")
# What separates several in one cell.
_SEPARATORS = str.maketrans({";": " ", "；": " ", "、": " ", "|": " ", ",": " ", "\u3000": " "})
_ENCODINGS = ("utf-8-sig", "cp932")
MOST_ROWS = 5_000
_ROLES = {str(role): role for role in ROLES_OF_PERSONS}


class ImportRefusedError(ValueError):
    """The file is not taken; `faults` has a sentence for each line at fault."""

    def __init__(self, faults: Sequence[Text]) -> None:
        super().__init__("; ".join(fault.en for fault in faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Imported:
    """The persons of a file: new ones, and those known who are changed."""

    added: tuple[Person, ...]
    changed: tuple[Person, ...]


def persons_of(content: bytes, known: Sequence[Person]) -> Imported:
    """Return the persons of a CSV with the columns login, name, roles, teams, agent_ids.

    UTF-8, or Shift_JIS as Excel writes it. A login that is known changes that person; nobody is
    removed. ImportRefusedError with every line at fault; then nothing is taken.
    """
    rows = _rows(content)
    by_login = {person.login: person for person in known}
    in_file = {spelled_login(row["login"]) for _, row in rows}
    holders = {
        agent: person.login
        for person in known
        if person.login not in in_file
        for agent in person.agent_ids
    }
    faults, read = list[Text](), dict[str, Person]()
    for line, row in rows:
        person = _person(row, by_login)
        fault = _fault(row, person, read, holders)
        if fault is not None:
            faults.append(Text(f"{line}行目: {fault.ja}", f"line {line}: {fault.en}"))
        read[person.login] = person
        holders |= dict.fromkeys(person.agent_ids, person.login)
    if faults:
        raise ImportRefusedError(faults)
    return Imported(
        tuple(one for one in read.values() if one.login not in by_login),
        tuple(one for one in read.values() if one.login in by_login),
    )


def parts_of(cell: str) -> frozenset[str]:
    """Return the parts of a cell that holds several, apart by spaces, commas or semicolons."""
    return frozenset(cell.translate(_SEPARATORS).split())


def _rows(content: bytes) -> list[tuple[int, Mapping[str, str]]]:
    text = _decoded(content)
    table = csv.DictReader(io.StringIO(text, newline=""))
    missing = [name for name in COLUMNS[:3] if name not in (table.fieldnames or ())]
    if missing:
        names = ", ".join(missing)
        raise ImportRefusedError(
            [
                Text(
                    f"1行目に列がありません: {names}。列は {', '.join(COLUMNS)} です。",
                    f"line 1 lacks the columns {names}; they are {', '.join(COLUMNS)}.",
                )
            ]
        )
    rows = list(_filled(table))
    if len(rows) > MOST_ROWS:
        raise ImportRefusedError(
            [Text(f"{MOST_ROWS}行までにしてください。", f"At most {MOST_ROWS} lines.")]
        )
    return rows


def _filled(table: "csv.DictReader[str]") -> Iterator[tuple[int, Mapping[str, str]]]:
    """Yield the rows with something in them, by the number of their last line."""
    for row in _read(table):
        cells = {name: (row[name] or "").strip() for name in COLUMNS if name in row}
        if any(cells.values()):
            yield table.line_num, cells


def _read(table: "csv.DictReader[str]") -> Iterator[Mapping[str, str]]:
    try:
        yield from table
    except csv.Error:
        # A cell that is too long; the module says so in English, and by no line.
        line, most = table.reader.line_num, csv.field_size_limit()
        raise ImportRefusedError(
            [
                Text(
                    f"{line}行目は CSV として読めません。セルは {most} 文字までです。引用符が"
                    "閉じているか確かめてください。",
                    f"line {line} is not readable as CSV: a cell may have {most} characters; see "
                    "that its quotation marks close.",
                )
            ]
        ) from None


def _decoded(content: bytes) -> str:
    for encoding in _ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ImportRefusedError(
        [Text("文字コードは UTF-8 か Shift_JIS にしてください。", "Save it as UTF-8 or Shift_JIS.")]
    )


def _person(row: Mapping[str, str], by_login: Mapping[str, Person]) -> Person:
    login = spelled_login(row["login"])
    roles = frozenset(_ROLES[role] for role in parts_of(row["roles"].lower()) if role in _ROLES)
    before = by_login.get(login) or Person(0, login, "", frozenset[Role]())
    # A column that the file lacks leaves what was there.
    teams = parts_of(row["teams"]) if "teams" in row else before.teams
    agents = parts_of(row["agent_ids"]) if "agent_ids" in row else before.agent_ids
    return replace(before, name=row["name"], roles=roles, teams=teams, agent_ids=agents)


def _fault(
    row: Mapping[str, str], person: Person, read: Mapping[str, Person],
    holders: Mapping[str, str],
) -> Text | None:  # fmt: skip
    """Return what is wrong with a row; None if nothing is."""
    if not is_writable(person.login) or not is_writable(person.name):
        return Text(
            "login と name が必要です（256文字まで）。",
            "login and name are needed, of at most 256 characters.",
        )
    if person.login in read:
        return Text(f"{person.login} が二度あります。", f"{person.login} is there twice.")
    unknown = sorted(parts_of(row["roles"].lower()) - _ROLES.keys())
    if unknown or not person.roles:
        names = ", ".join(unknown) or "–"
        return Text(
            f"役割 {names} はありません。{', '.join(_ROLES)} から選んでください。",
            f"there is no role {names}; choose of {', '.join(_ROLES)}.",
        )
    taken = sorted(person.agent_ids & holders.keys())
    if taken:
        return Text(
            f"オペレーターID {', '.join(taken)} は別の人のものです。",
            f"the agent id {', '.join(taken)} belongs to somebody else.",
        )
    return None
