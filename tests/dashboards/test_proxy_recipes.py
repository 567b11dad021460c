"""The recipes of deploy/: a proxy takes them, and leads each path to its program, sockets too."""

import asyncio
import os
import shutil
import ssl
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
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
    """The port of nginx before the programs, with the recipe and a certificate made for it."""
    with nginx_before(office.ports, office.root / "nginx") as port:
        yield port


@contextmanager
def nginx_before(ports: Mapping[str, int], folder: Path) -> Iterator[int]:
    """The port of nginx before programs at these ports."""
    port, plain = free_port(), free_port()
    folder.mkdir()
    recipe = (RECIPES / "nginx" / "callrisk.conf").read_text(encoding="utf-8")
    changes = {
        "listen 443 ssl": f"listen 127.0.0.1:{port} ssl",
        "listen 80;": f"listen 127.0.0.1:{plain};",
        "/etc/letsencrypt/live/callrisk.example/fullchain.pem": f"{folder}/certificate.pem",
        "/etc/letsencrypt/live/callrisk.example/privkey.pem": f"{folder}/key.pem",
        **at_ports(ports),
        "callrisk.example": "localhost",
    }
    (folder / "callrisk.conf").write_text(changed(recipe, changes), encoding="utf-8")
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


@contextmanager
def caddy_before(ports: Mapping[str, int], folder: Path) -> Iterator[int]:
    """The port of Caddy, here without https, before programs at these ports."""
    port = free_port()
    folder.mkdir()
    recipe = (RECIPES / "caddy" / "Caddyfile").read_text(encoding="utf-8")
    changes = {**at_ports(ports), "\ncallrisk.example {": f"\nhttp://localhost:{port} {{"}
    # Its own port for commands may be taken.
    text = "{\n\tadmin off\n}\n" + changed(recipe, changes)
    (folder / "Caddyfile").write_text(text, encoding="utf-8")
    log = folder / "log"
    with log.open("wb") as file:
        process = subprocess.Popen(
            ["caddy", "run", "--adapter", "caddyfile", "--config", folder / "Caddyfile"],
            stdout=file, stderr=file, env=os.environ | {"HOME": str(folder)},
        )  # fmt: skip
    wait_for(lambda: answers(f"http://localhost:{port}/login"), log)
    yield port
    process.terminate()
    process.wait(timeout=30)


def at_ports(ports: Mapping[str, int]) -> dict[str, str]:
    """The changes of a recipe for programs at other ports."""
    usual = {"manager": 8501, "tablet": 8502, "server": 5000}
    return {f"127.0.0.1:{port}": f"127.0.0.1:{ports[name]}" for name, port in usual.items()}


def changed(recipe: str, changes: Mapping[str, str]) -> str:
    """A recipe with its changes, each of which it has."""
    for old, new in changes.items():
        assert old in recipe
        recipe = recipe.replace(old, new)
    return recipe


@pytest.mark.parametrize("proxy", ["nginx", "caddy"])
@pytest.mark.filterwarnings("ignore:Unverified HTTPS request")
def test_a_page_says_that_a_program_starts_again(tmp_path: Path, proxy: str) -> None:
    """In both languages, and looks again; the API keeps the bare answer of the proxy."""
    if shutil.which(proxy) is None or shutil.which("openssl") is None:
        pytest.skip(f"{proxy} or openssl is not installed")
    ports = {name: free_port() for name in ("server", "manager", "tablet")}
    before = {"nginx": nginx_before, "caddy": caddy_before}[proxy]
    scheme = {"nginx": "https", "caddy": "http"}[proxy]
    with before(ports, tmp_path / proxy) as port:
        answers_of = {
            path: requests.get(
                f"{scheme}://localhost:{port}{path}", headers=PAGE, verify=False,  # noqa: S501
                timeout=30,
            )
            for path in ("/", "/login", "/manager/", "/tablet/", "/api/calls")
        }  # fmt: skip

    api = answers_of.pop("/api/calls")
    assert (api.status_code, "再起動" in api.content.decode()) == (502, False)
    for answer in answers_of.values():
        assert answer.status_code == 502
        assert "サーバーを再起動しています" in answer.content.decode()
        assert "starting again" in answer.text
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        assert answer.headers["Cache-Control"] == "no-store"


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
