"""Production on one machine: the live server and both apps as processes, behind a proxy."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import requests

from callrisk.domain.access.person import Means, Person
from callrisk.domain.access.policy_table import Role
from callrisk.people.password_rules import hashed
from callrisk.store.database import open_database
from callrisk.store.people.kept_sessions import NewSession
from callrisk.store.people.people_store import PeopleStore
from harness import ROOT
from harness.key_rings import KEYS
from harness.ports import free_port
from harness.small_world import new_root

PATIENCE_S = 120
PASSWORD = "馬と電池とホチキスの緑色"  # noqa: S105 - of these tests
SCRIPTS = ("realtime_api_server.py", "streamlit_dashboard.py", "mobile_dashboard.py")
# As docs/production.md starts them.
COMMANDS: Mapping[str, Sequence[str]] = {
    "server": ("realtime_api_server.py",),
    "manager": ("-m", "streamlit", "run", "streamlit_dashboard.py", "--server.port"),
    "tablet": ("-m", "streamlit", "run", "mobile_dashboard.py", "--server.port"),
}


@dataclass
class Production:
    """An installation with its ports, and the programs of it that run."""

    root: Path
    ports: dict[str, int] = field(default_factory=lambda: {name: free_port() for name in COMMANDS})

    @property
    def environment(self) -> dict[str, str]:
        """What .env says in production."""
        own = {
            "APP_ENV": "production", "FLASK_SECRET_KEY": "s" * 48, "DATABASE_URL": self.database,
            "API_PORT": str(self.ports["server"]), "TRUSTED_PROXIES": "1",
            "TRUSTED_HOSTS": "localhost",
        }  # fmt: skip
        return os.environ | own

    @property
    def database(self) -> str:
        """The address of the database."""
        return f"sqlite:///{self.root / 'callrisk.db'}"

    def address(self, name: str) -> str:
        """Where a program answers on this machine, without the proxy."""
        return f"http://127.0.0.1:{self.ports[name]}"

    @contextmanager
    def running(self, name: str) -> Iterator[subprocess.Popen[bytes]]:
        """One of the programs, from when it answers."""
        command = [sys.executable, *COMMANDS[name]]
        if name != "server":
            command.append(str(self.ports[name]))
        log = self.root / f"{name}.log"
        with log.open("wb") as file:
            process = subprocess.Popen(
                command, cwd=self.root, env=self.environment, stdout=file, stderr=file
            )
        try:
            wait_for(lambda: answers(self.address(name)), log)
            yield process
        finally:
            process.kill()
            process.wait()


@contextmanager
def production(folder: Path, roles: Mapping[str, Role]) -> Iterator[Production]:
    """All three programs with these persons; each login is that of one role."""
    made = new_production(folder, roles)
    with ExitStack() as programs:
        for name in COMMANDS:
            programs.enter_context(made.running(name))
        yield made


def new_production(
    folder: Path, roles: Mapping[str, Role], agent_ids: Mapping[str, Set[str]] | None = None
) -> Production:
    """Return an installation that nothing of runs yet."""
    root = new_root(folder)
    for name in SCRIPTS:
        shutil.copy(ROOT / name, root)
    shutil.copytree(ROOT / ".streamlit", root / ".streamlit")
    made = Production(root)
    engine = open_database(made.database, KEYS)
    persons, now = PeopleStore(engine).persons, datetime.now(UTC)
    kept = hashed(PASSWORD)
    for login, role in roles.items():
        own = frozenset((agent_ids or {}).get(login, ()))
        person = persons.add(
            Person(0, login, f"見本 {login}", frozenset({role}), agent_ids=own), now
        )
        persons.set_password(person.person_id, kept, must_change=False)
    engine.dispose()
    return made


def begun(office: Production, login: str) -> tuple[PeopleStore, str, int]:
    """Begin a session of a person; return the store, its token, its number."""
    store = PeopleStore(open_database(office.database, KEYS))
    person = store.persons.by_login(login)
    assert person is not None
    token = f"{login}-{time.monotonic_ns()}".ljust(43, "x")
    now = datetime.now(UTC)
    new = NewSession(person.person_id, Means.SESSION, "test", (), now + timedelta(hours=1))
    return store, token, store.sessions.begin(token, new, now)


def answers(address: str, verify: bool = True) -> bool:
    """Return True if somebody answers at an address, whatever."""
    try:
        requests.get(address, timeout=5, allow_redirects=False, verify=verify)
    except requests.RequestException:
        return False
    return True


def wait_for(holds: Callable[[], bool], log: Path) -> None:
    """Wait until something holds; TimeoutError with a program's log if it never does."""
    until = time.monotonic() + PATIENCE_S
    while not holds():
        if time.monotonic() > until:
            raise TimeoutError(log.read_text(encoding="utf-8", errors="replace"))
        time.sleep(0.2)
