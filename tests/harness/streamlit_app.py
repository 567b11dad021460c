"""One of the Streamlit apps as a process of its own, over a live server."""

import contextlib
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import requests

from harness.ports import free_port

PATIENCE_S = 120.0


@dataclass
class StreamlitApp:
    """An app in a folder with its script; entering starts it and gives its address."""

    root: Path
    script: str
    api_port: int
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """Where the app answers."""
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> str:
        self.start()
        return self.address

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start, and wait until it answers."""
        own = {"API_PORT": str(self.api_port), "DATABASE_URL": ""}
        command = [sys.executable, "-m", "streamlit", "run", self.script]
        with (self.root / f"{self.script}.log").open("ab") as log:
            self.process = subprocess.Popen(
                [*command, "--server.port", str(self.port)],
                cwd=self.root, env=os.environ | own, stdout=log, stderr=log,
            )  # fmt: skip
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            with contextlib.suppress(requests.RequestException):
                if requests.get(f"{self.address}/_stcore/health", timeout=10).ok:
                    return
            time.sleep(0.2)
        raise TimeoutError(self.address)

    def stop(self) -> None:
        """Go away at once."""
        if self.process:
            self.process.kill()
            self.process.wait()
