"""The recipes of deploy/: a proxy takes them, and leads each path to its program, sockets too."""

import asyncio
import shutil
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from websockets.asyncio.client import connect

from callrisk.domain.access.policy_table import Role
from harness import ROOT
from harness.ports import free_port
from harness.production import Production, answers, begun, new_production, wait_for

RECIPES = ROOT / "deploy"
PAGE = {"Accept": "text/html"}
MAIN = """daemon off; pid {folder}/pid; error_log {folder}/error.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/callrisk.conf;
}}
"""


@pytest.mark.skipif(shutil.which("caddy") is None, reason="Caddy is not installed")
def test_caddy_takes_its_recipe() -> None:
    """Nothing in it is unknown to Caddy."""
    command = ["caddy", "validate", "--adapter", "caddyfile", "--config"]
    checked = subprocess.run(
        [*command, RECIPES / "caddy" / "Caddyfile"], capture_output=True, timeout=60, check=False
    )
    assert checked.returncode == 0, checked.stderr.decode()


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Production]:
    """The live server and the analytics app."""
    made = new_production(tmp_path_factory.mktemp("proxy") / "callrisk", {"manager": Role.MANAGER})
    with made.running("server"), made.running("manager"):
        yield made


@pytest.fixture(scope="module")
def nginx(office: Production) -> Iterator[int]:
    """The port of nginx, with the recipe and a certificate made for it."""
    port, plain, folder = free_port(), free_port(), office.root / "nginx"
    folder.mkdir()
    recipe = (RECIPES / "nginx" / "callrisk.conf").read_text(encoding="utf-8")
    changes = {
        "listen 443 ssl": f"listen 127.0.0.1:{port} ssl",
        "listen 80;": f"listen 127.0.0.1:{plain};",
        "/etc/letsencrypt/live/callrisk.example/fullchain.pem": f"{folder}/certificate.pem",
        "/etc/letsencrypt/live/callrisk.example/privkey.pem": f"{folder}/key.pem",
        "127.0.0.1:8501": f"127.0.0.1:{office.ports['manager']}",
        "127.0.0.1:8502": f"127.0.0.1:{office.ports['tablet']}",
        "127.0.0.1:5000": f"127.0.0.1:{office.ports['server']}",
        "callrisk.example": "localhost",
    }
    for old, new in changes.items():
        assert old in recipe
        recipe = recipe.replace(old, new)
    (folder / "callrisk.conf").write_text(recipe, encoding="utf-8")
    (folder / "nginx.conf").write_text(MAIN.format(folder=folder), encoding="utf-8")
    make_certificate(folder)
    log = folder / "log"
    command = ["nginx", "-p", folder, "-c", folder / "nginx.conf", "-e", folder / "error.log"]
    checked = subprocess.run([*command, "-t"], capture_output=True, timeout=60, check=False)
    assert checked.returncode == 0, checked.stderr.decode()
    with log.open("wb") as file:
        process = subprocess.Popen(command, stdout=file, stderr=file)
    wait_for(lambda: answers(f"https://localhost:{port}/login", verify=False), log)
    yield port
    process.terminate()
    process.wait(timeout=30)


def make_certificate(folder: Path) -> None:
    """Make a certificate that nobody but this test trusts."""
    subprocess.run(
        [
            "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj",
            "/CN=localhost", "-keyout", folder / "key.pem", "-out", folder / "certificate.pem",
        ], check=True, capture_output=True, timeout=60,
    )  # fmt: skip


@pytest.mark.slow
@pytest.mark.skipif(
    shutil.which("nginx") is None or shutil.which("openssl") is None,
    reason="nginx or openssl is not installed",
)
@pytest.mark.filterwarnings("ignore:Unverified HTTPS request")
def test_nginx_leads_each_path_to_its_program(office: Production, nginx: int) -> None:
    """A page, its login, and the socket of the page."""
    token = begun(office, "manager")[1]
    cookie, origin = f"__Host-callrisk={token}", f"https://localhost:{nginx}"

    def asked(path: str, **headers: str) -> requests.Response:
        return requests.get(
            f"{origin}{path}", headers=headers, verify=False, allow_redirects=False,  # noqa: S501
            timeout=30,
        )  # fmt: skip

    away = asked("/manager/live", **PAGE)
    assert (away.status_code, away.headers["Location"]) == (303, "/login?next=/manager/live")
    assert asked("/manager", **PAGE).headers["Location"] == "/manager/"
    assert asked("/manager/", Cookie=cookie, **PAGE).status_code == 200
    own = asked("/", Cookie=cookie, **PAGE)
    assert own.status_code == 200
    assert "Strict-Transport-Security" in own.headers
    assert asked("/tablet/", **PAGE).status_code == 502  # it does not run in this test
    asyncio.run(opens_a_socket(nginx, cookie))


async def opens_a_socket(port: int, cookie: str) -> None:
    """Open the socket of a page, as the page does."""
    trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    address = f"wss://localhost:{port}/manager/_stcore/stream"
    origin = f"https://localhost:{port}"
    async with connect(
        address,
        ssl=trusting,
        origin=origin,
        additional_headers={"Cookie": cookie},  # type: ignore[arg-type]
    ) as opened:
        assert opened.state.name == "OPEN"
