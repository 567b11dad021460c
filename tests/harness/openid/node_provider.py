"""A provider that others wrote and had certified, npm's oidc-provider, as a process of Node."""

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from harness import ROOT
from harness.ports import free_port
from harness.production import answers, wait_for

VERSION = "9.13.3"
CLIENT_ID, CLIENT_SECRET = "callrisk", "of these tests"
SCRIPT = ROOT / "tests" / "harness" / "openid" / "panva.mjs"


@dataclass(frozen=True)
class NodeProvider:
    """The provider; each person logs in by the subject and any password."""

    issuer: str


@contextmanager
def node_provider(own: str, persons: Mapping[str, Mapping[str, Any]]) -> Iterator[NodeProvider]:
    """Start it for a product at the address `own`; skip the test where there is no Node."""
    folder = _installed()
    issuer, node = f"http://localhost:{free_port()}", shutil.which("node")
    client = {
        "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET,
        "redirect_uris": [f"{own}/login/openid/callback"],
        "post_logout_redirect_uris": [f"{own}/login"],
        "backchannel_logout_uri": f"{own}/login/openid/backchannel-logout",
        "backchannel_logout_session_required": True,
    }  # fmt: skip
    given = json.dumps({"issuer": issuer, "client": client, "persons": persons})
    script, log = folder / SCRIPT.name, folder / f"{os.getpid()}.log"
    with log.open("wb") as file:
        process = subprocess.Popen([str(node), str(script), given], stdout=file, stderr=file)
    try:
        wait_for(lambda: answers(f"{issuer}/.well-known/openid-configuration"), log)
        yield NodeProvider(issuer)
    finally:
        process.kill()
        process.wait()
        log.unlink()


def _installed() -> Path:
    """Return the folder that holds the provider, outside the repository; made once."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        pytest.skip("Node is not installed: https://nodejs.org")
    folder = Path(tempfile.gettempdir()) / f"callrisk-oidc-provider-{VERSION}"
    if not folder.exists():
        with tempfile.TemporaryDirectory(dir=folder.parent) as made:
            command = [npm, "install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix"]
            done = subprocess.run(
                [*command, made, f"oidc-provider@{VERSION}"], check=False, capture_output=True,
                encoding="utf-8", errors="replace",
            )  # fmt: skip
            if done.returncode:
                pytest.skip(f"npm cannot install oidc-provider: {done.stderr[-200:]}")
            # Another process may have been as quick.
            shutil.copytree(made, folder, dirs_exist_ok=True)
    shutil.copy(SCRIPT, folder)
    return folder
