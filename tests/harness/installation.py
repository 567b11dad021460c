"""A whole installation on this machine: data, a model, the server and the reader of the stream."""

import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from callrisk.wire.client import LiveApi, LiveApiError
from callrisk.wire.health import HealthAnswer
from harness import ROOT
from harness.amazon.kinesis_local import CREDENTIALS, KinesisLocal
from harness.ports import free_port

_PROGRAMS = ("realtime_api_server.py", "amazon_connect_integration.py", "config.py")
_PATIENCE_S = 60


def lay_out(root: Path, models: Path) -> Path:
    """The files that the programs need, with a copy of these models."""
    for name in _PROGRAMS:
        shutil.copy(ROOT / name, root)
    for name in ("templates", "static"):
        shutil.copytree(ROOT / name, root / name)
    shutil.copytree(models, root / "models")
    return root


def settings_of(kinesis: KinesisLocal, stream: str) -> dict[str, str]:
    """The settings with which a program reads a stream."""
    return {
        "KINESIS_STREAM_NAME": stream, "AWS_ENDPOINT_URL_KINESIS": kinesis.url,
        "AWS_REGION": CREDENTIALS["region_name"], "CONNECT_STREAM_ARN": "",
        "AWS_ACCESS_KEY_ID": CREDENTIALS["aws_access_key_id"],
        "AWS_SECRET_ACCESS_KEY": CREDENTIALS["aws_secret_access_key"],
    }  # fmt: skip


@dataclass
class Program:
    """One program that is started again whenever it has died."""

    root: Path
    command: tuple[str, ...]
    environment: dict[str, str]
    process: subprocess.Popen[bytes] | None = None
    deaths: int = 0

    def start(self, crash: str = "") -> None:
        """Start it, to die at a crash point if one is named."""
        own = os.environ | self.environment | {"CALLRISK_CRASH": crash}
        with (self.root / f"{Path(self.command[0]).stem}.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, *self.command], cwd=self.root, env=own, stdout=log, stderr=log
            )

    def is_dead(self) -> bool:
        """Whether it has ended by itself."""
        assert self.process
        return self.process.poll() is not None

    def revive(self, crash: str = "") -> bool:
        """Start it again if it is dead."""
        if not self.is_dead():
            return False
        self.deaths += 1
        self.start(crash)
        return True

    def kill(self) -> None:
        """Let it die at once."""
        assert self.process
        self.process.send_signal(signal.SIGKILL if os.name != "nt" else signal.SIGTERM)
        self.process.wait()


@dataclass
class Installation:
    """Server and reader on one folder, reading one stream."""

    root: Path
    kinesis: KinesisLocal
    stream: str
    database_url: str = ""
    port: int = field(default_factory=free_port)

    def __post_init__(self) -> None:
        own = {
            "API_PORT": str(self.port), "REPLAY_CALLS": "0", "DATABASE_URL": self.database_url,
        } | settings_of(self.kinesis, self.stream)  # fmt: skip
        self.server = Program(self.root, ("realtime_api_server.py",), own)
        self.ingest = Program(self.root, ("amazon_connect_integration.py", "ingest"), own)

    @property
    def url(self) -> str:
        """Where the page is."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def database(self) -> str:
        """Where both keep what they know."""
        return self.database_url or f"sqlite:///{self.root / 'data' / 'processed' / 'callrisk.db'}"

    def start(self) -> None:
        """Start both and wait until the server answers."""
        self.server.start()
        self.wait()
        self.ingest.start()

    def wait(self) -> None:
        """Wait until the server answers."""
        until = time.monotonic() + _PATIENCE_S
        while True:
            try:
                self.health()
            except LiveApiError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)
            else:
                return

    def health(self) -> HealthAnswer:
        """Return the state of the server."""
        return LiveApi(self.url, (2.0, 10.0)).health()

    def stop(self) -> None:
        """End both."""
        for program in (self.ingest, self.server):
            if program.process is not None and not program.is_dead():
                program.kill()
