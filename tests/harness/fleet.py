"""Processes on one database, each with a role, that can be killed and started again."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import requests

from callrisk.store.database import open_database
from harness import ROOT
from harness.key_rings import KEYS
from harness.ports import free_port
from harness.small_world import new_root
from harness.waiting import wait_until

WHOLE = ("web-1", "web-2", "assess-1", "assess-2", "jobs-1")
READERS = ("ingest-1", "ingest-2")


@dataclass
class Fleet:
    """Processes on one database; the web servers by their ports."""

    root: Path
    database: str
    ports: dict[str, int] = field(default_factory=dict)
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    # What further settings all processes have.
    environment: dict[str, str] = field(default_factory=dict)

    def start(self, name: str) -> None:
        """Start a process, named by its role and a number; a web server keeps its port."""
        role, port = name.partition("-")[0], self.ports.get(name) or free_port()
        own = {"API_PORT": str(port), "DATABASE_URL": self.database, "REPLAY_CALLS": "0"}
        command = (
            ["amazon_connect_integration.py", "ingest"]
            if role == "ingest"
            else ["realtime_api_server.py", "--role", role]
        )
        with (self.root / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                [sys.executable, *command], cwd=self.root,
                env=os.environ | self.environment | own, stdout=log, stderr=log,
            )  # fmt: skip
        if role == "web":
            self.ports[name] = port

    def post(self, path: str, body: object, server: int = 0) -> requests.Response:
        """Ask one of the web servers."""
        return requests.post(self.url(server) + path, json=body, timeout=30)

    def url(self, server: int) -> str:
        """Where a web server is."""
        return f"http://127.0.0.1:{self.ports[f'web-{server + 1}']}"

    def kill(self, name: str) -> None:
        """Let a process die at once."""
        self.running[name].kill()
        self.running[name].wait()

    def answers(self, server: int) -> bool:
        """Whether a web server answers."""
        try:
            return requests.get(self.url(server) + "/api/health", timeout=5).ok
        except requests.ConnectionError:
            return False

    def stop(self) -> None:
        """Let all die."""
        for name in self.running:
            self.kill(name)


def started(
    root: Path, models: Path, database: str, names: Sequence[str] = WHOLE,
    environment: Mapping[str, str] | None = None,
) -> Fleet:  # fmt: skip
    """A fleet with these models whose web servers answer."""
    new_root(root)
    for program in ("realtime_api_server.py", "amazon_connect_integration.py"):
        shutil.copy(ROOT / program, root)
    shutil.copytree(models, root / "models")
    url = database or f"sqlite:///{root / 'calls.db'}"
    # Migrated once, so that all can start together.
    open_database(url, KEYS).dispose()
    fleet = Fleet(root, url, environment=dict(environment or {}))
    for name in names:
        fleet.start(name)
    try:
        for server in range(len(fleet.ports)):
            wait_until(lambda one=server: fleet.answers(one), seconds=120)  # type: ignore[misc]
    except AssertionError:
        fleet.stop()
        raise
    return fleet
