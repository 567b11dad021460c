"""Installations to be backed up and restored: settings, models, and a database of each kind."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, inspect, text

from callrisk.bootstrap.backup.backup_command import main
from callrisk.domain.contact_events import AnalysisEvent, AnalysisKind
from callrisk.domain.segment import ParticipantRole, Segment
from callrisk.store.ciphers.key_store import key_store_address
from callrisk.store.connect.quarantine import Poison
from callrisk.store.database import Keys, close_database, open_database, parsed_address
from callrisk.store.intake import Contacts, Delivery
from harness import ROOT
from harness.echo_language import EchoLanguage
from harness.key_rings import RING
from harness.ports import free_port

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
SECRETS = {
    "FLASK_SECRET_KEY": "flask-secret-that-nobody-may-know-0123456789",
    "KINTONE_API_TOKEN": "kintone-token-that-nobody-may-know",
    "AWS_ACCESS_KEY_ID": "AKIAEXAMPLEOFAKEY",
    "AWS_SECRET_ACCESS_KEY": "aws-secret-that-nobody-may-know",
}
_PLAYBOOK = "# プレイ of our own\n"
_WORDS = "word,intent\n"


def lay_out(root: Path, database_url: str) -> Path:
    """Make the files of an installation that has its database at this address."""
    for name in ("data/language", "data/processed", "models/20260101-090000-abcdef", ".streamlit"):
        (root / name).mkdir(parents=True)
    own = {
        "config.py": (ROOT / "config.py").read_text(encoding="utf-8"),
        ".streamlit/config.toml": "[server]\nheadless = true\n",
        ".streamlit/secrets.toml": f'token = "{SECRETS["KINTONE_API_TOKEN"]}"\n',
        "data/playbook.toml": _PLAYBOOK,
        "data/language/predicates.csv": _WORDS,
        "models/champion.json": '{"version": "20260101-090000-abcdef", "previous": null}\n',
        "models/20260101-090000-abcdef/model.json": '{"trees": [1, 2, 3]}\n',
        "models/20260101-090000-abcdef/manifest.json": "{}\n",
    }
    lines = [f"{name}={value}" for name, value in SECRETS.items()]
    lines += ["KINTONE_BASE_URL=http://localhost:9", "KINTONE_APP_ID=1"]
    own[".env"] = "\n".join([*lines, f"API_PORT={free_port()}", f"DATABASE_URL={database_url}", ""])
    for name, content in own.items():
        (root / name).write_text(content, encoding="utf-8")
    return root


def turn(number: int) -> Segment:
    """A turn of the customer, three seconds after the one before."""
    begin = number * 3_000
    text_said = f"払えません{number}回目\t\\N「引用」"
    return Segment(f"s{number}", number, ParticipantRole.CUSTOMER, text_said, begin, begin + 2_000)


def hear(contacts: Contacts, number: int) -> None:
    """Store one turn of a call, acknowledged when this returns."""
    event = AnalysisEvent("c1", AnalysisKind.SEGMENTS, NOON, (turn(number),))
    contacts.take(Delivery([event], NOON))


def fill(url: str, turns: int = 5) -> None:
    """Store turns, and rows of every awkward type."""
    with opened(url) as engine:
        contacts = Contacts(engine, EchoLanguage())
        for number in range(turns):
            hear(contacts, number)
        poison = Poison("stream", "shard:1", "no event: \\ \t\n", bytes(range(256)))
        contacts.take(Delivery([], NOON, poison=[poison]))
        with engine.begin() as connection:
            # JSON's null beside none, a number no float of decimal digits is, an empty text.
            connection.execute(text("UPDATE calls SET summary = 'null', agent_id = ''"))
            connection.execute(
                text(
                    "INSERT INTO assessments (seq, call_id, at, elapsed_s, state, risk_score, "
                    "risk_category, model_version, lines, payload) VALUES (1, 'c1', "
                    "'2026-05-01 12:00:00.123456', :third, 'live', 40, 'low', 'v', '[1, 0.1]', "
                    '\'{"b": 1, "a": null}\')'
                ),
                {"third": 0.1 + 0.2},
            )
            # The newest events are gone; their numbers must not be given again.
            connection.execute(text("DELETE FROM events WHERE seq > 3"))


@contextmanager
def opened(url: str, keys_from: str = "") -> Iterator[Engine]:
    """The database, closed again so that nobody has it open; with the key store of another."""
    address = key_store_address(parsed_address(keys_from or url))
    keys = Keys(RING, address.render_as_string(hide_password=False))
    engine = open_database(url, keys)
    try:
        yield engine
    finally:
        close_database(engine)


def rows(url: str, schema: str | None = None) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table as it is stored, without our types in between."""
    found = {}
    engine = open_database(url)
    with engine.connect() as connection:
        for table in inspect(connection).get_table_names(schema):
            named = f'"{schema}"."{table}"' if schema else f'"{table}"'
            columns = [one["name"] for one in inspect(connection).get_columns(table, schema)]
            plain = engine.dialect.name == "sqlite"
            listed = ", ".join(f'"{one}"' if plain else f'"{one}"::text' for one in columns)
            result = connection.execute(text(f"SELECT {listed} FROM {named}"))  # noqa: S608 - names of our own
            found[table] = sorted((tuple(row) for row in result), key=repr)
    close_database(engine)
    return found


@dataclass(frozen=True)
class Place:
    """An installation: its folder, the address of its database, and the commands in it."""

    root: Path
    url: str
    capture: pytest.CaptureFixture[str]

    def run(self, *words: str | Path) -> tuple[int, str]:
        """Return the exit status of a command, and what it printed."""
        status = main([*map(str, words)], self.root)
        told = self.capture.readouterr()
        return status, told.out + told.err

    def back_up(self, folder: Path) -> Path:
        """Return a backup, made without a fault."""
        status, told = self.run("backup", "--to", folder)
        assert status == 0, told
        return max(folder.glob("*.zip"))


NewPlace = Callable[[str, str], Place]


@dataclass
class Writer:
    """Adds turns through the real store, as fast as it can, until it is stopped."""

    url: str
    acknowledged: int = 0
    is_told_to_stop: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.thread = threading.Thread(target=self._write)

    def _write(self) -> None:
        with opened(self.url) as engine:
            contacts = Contacts(engine, EchoLanguage())
            while not self.is_told_to_stop.is_set():
                hear(contacts, self.acknowledged)
                self.acknowledged += 1

    def stop(self) -> None:
        """Stop, and wait until nothing is under way."""
        self.is_told_to_stop.set()
        self.thread.join()


@contextmanager
def writing_to(url: str) -> Iterator[Writer]:
    """A writer at work."""
    writer = Writer(url)
    writer.thread.start()
    try:
        yield writer
    finally:
        writer.stop()
