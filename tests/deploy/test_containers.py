"""The image and the compose file: they name what exists, and give no process more than it needs."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from callrisk.bootstrap.metrics.exposing import MetricsOf
from callrisk.settings import Environment
from harness import ROOT
from harness.commands import fault_of_command
from harness.scripts import module_of

DOCKER = ROOT / "deploy" / "docker"
DOCKERFILE = DOCKER / "Dockerfile"
COMPOSE = DOCKER / "compose.yml"
PROGRAMS = ("web", "assess", "jobs", "ingest", "manager", "tablet")
# Variables that are not the product's: of Python, of XGBoost, of the image of PostgreSQL.
OF_OTHERS = re.compile(r"PYTHON\w+|OMP_NUM_THREADS|HOME|PATH|POSTGRES_\w+")


@cache
def compose() -> dict[str, Any]:
    """Return what the compose file says, its anchors followed."""
    read: dict[str, Any] = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))
    return read


SERVICES: dict[str, dict[str, Any]] = compose()["services"]


def copied() -> list[tuple[str, str]]:
    """Return each source of the repository that the image gets, and where it lies there."""
    text = DOCKERFILE.read_text(encoding="utf-8").replace("\\\n", " ")
    lines = (shlex.split(line) for line in text.splitlines() if line.startswith("COPY "))
    return [
        (source, line[-1]) for line in lines if "--from" not in line[1] for source in line[1:-1]
    ]


def is_let_in(source: str) -> bool:
    """Return whether the build sees a source: all is ignored but what is named."""
    ignored = (DOCKER / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    return "*" in ignored and f"!{source}" in ignored


def test_the_image_is_made_of_what_exists() -> None:
    """Each source is there, and is not kept from the build."""
    sources = [source for source, _ in copied()]

    assert len(sources) > 8
    assert [source for source in sources if not (ROOT / source).exists()] == []
    assert [source for source in sources if not is_let_in(source)] == []
    assert not any(is_let_in(one) for one in (".env", "data", "models", "output"))


@pytest.mark.slow
def test_the_image_has_all_that_the_programs_need(tmp_path: Path) -> None:
    """The live server comes as far as its settings, from the files of the image alone."""
    for source, target in copied():
        place = tmp_path / target.lstrip("/")
        place = place / source if target.endswith("/") else place
        place.parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / source).is_dir():
            # What is compiled already comes along, which saves most of the time.
            shutil.copytree(ROOT / source, place)
        else:
            shutil.copy(ROOT / source, place)
    names = {name.upper() for name in Environment.model_fields}
    mine = {name: value for name, value in os.environ.items() if name not in names}
    done = subprocess.run(
        [sys.executable, "realtime_api_server.py", "--role", "web"],
        cwd=tmp_path / "app", capture_output=True, encoding="utf-8", check=False,
        env=mine | {"PYTHONPATH": "src", "APP_ENV": "production", "LOG_FILE": "none"},
    )  # fmt: skip

    assert done.returncode == 1
    assert "production cannot start without" in done.stderr, done.stderr


def test_the_image_runs_without_root_and_with_hashes() -> None:
    """Its libraries are those of the lock; its user is nobody else on the machine."""
    text = DOCKERFILE.read_text(encoding="utf-8")

    assert "--require-hashes" in text
    assert text.index("USER 10001:10001") < text.index("\nCMD ")
    assert "HEALTHCHECK" in text


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_cannot_change_itself(name: str) -> None:
    """Read-only root file system, no capabilities, no new privileges, and nothing of the host."""
    service = SERVICES[name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert set(service.get("cap_add", [])) <= {"NET_BIND_SERVICE"}
    assert not {"privileged", "pid", "ipc", "devices"} & service.keys()
    assert "docker.sock" not in str(service)
    assert service.get("ports") is None or name == "network"


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_uses_what_the_file_declares(name: str) -> None:
    """Secrets, volumes, networks and other services."""
    service, whole = SERVICES[name], compose()
    secrets = {one if isinstance(one, str) else one["source"] for one in service.get("secrets", ())}
    volumes = {one.partition(":")[0] for one in service.get("volumes", ())}
    files = {one for one in volumes if one.startswith(".")}

    assert secrets <= whole["secrets"].keys()
    assert volumes - files <= whole["volumes"].keys()
    assert all((DOCKER / one).exists() for one in files - {"./Caddyfile"})
    assert {*service.get("networks", ())} <= whole["networks"].keys()
    assert service.get("depends_on", {}).keys() <= SERVICES.keys()
    assert "healthcheck" in service


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_starts_what_exists(name: str) -> None:
    """Its command is one of the product; it is well while its own port answers."""
    service = SERVICES[name]
    python, *words = service["command"]
    port = 9464 + MetricsOf["SERVER" if name == "web" else name.upper()]
    own = "http://127.0.0.1:5000/readyz" if name == "web" else f"http://127.0.0.1:{port}/livez"

    assert python == "python"
    assert fault_of_command(words) is None
    assert service["healthcheck"]["test"][1:] == ["python", "/app/healthcheck.py", own]
    assert service["environment"]["METRICS_PORT"] == "9464"
    assert service["user"] == "10001:10001"


def test_every_variable_is_one_of_the_settings() -> None:
    """In the image, in the compose file, and in what its page says of settings.env."""
    page = (DOCKER / "README.md").read_text(encoding="utf-8")
    of_image = re.findall(r"^(?:ENV|   ) *(\w+)=", DOCKERFILE.read_text("utf-8"), re.MULTILINE)
    of_services = [name for one in SERVICES.values() for name in one.get("environment", ())]
    named = {*of_image, *of_services, *re.findall(r"^([A-Z_]+)=", page, re.MULTILINE)}
    known = {name.upper() for name in Environment.model_fields}

    assert {"APP_ENV", "DATABASE_URL"} <= named
    assert {one for one in named - known if not OF_OTHERS.fullmatch(one)} == set()


def test_no_secret_stands_in_the_file() -> None:
    """They are files that git does not take."""
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8")

    assert {one["file"].rpartition("/")[0] for one in compose()["secrets"].values()} == {
        "./secrets"
    }
    assert "/deploy/docker/secrets/" in ignored
    assert not re.search(r"PASSWORD: |SECRET_KEY:", COMPOSE.read_text(encoding="utf-8"))


def test_the_commands_of_the_page_exist() -> None:
    """What a person is to run by Docker is a command of the product."""
    page = (DOCKER / "README.md").read_text(encoding="utf-8")
    commands = re.findall(r"python (-m callrisk\.[\w.]+|src/main\.py)", page)

    assert len(commands) > 3
    assert [one for one in commands if fault_of_command(one.split()) is not None] == []


def test_the_health_check_tells_well_from_away() -> None:
    """Of an address where nothing answers, and of none."""
    answers = module_of("deploy/docker/healthcheck.py").answers

    assert not answers("http://127.0.0.1:1/livez")
    assert not answers("no address")


@pytest.mark.skipif(shutil.which("hadolint") is None, reason="hadolint is not installed")
def test_hadolint_takes_the_image() -> None:
    """No rule of it is ignored."""
    done = subprocess.run(
        ["hadolint", DOCKERFILE], capture_output=True, encoding="utf-8", check=False
    )

    assert done.returncode == 0, done.stdout


@pytest.mark.skipif(shutil.which("docker") is None, reason="Docker is not installed")
def test_docker_takes_the_compose_file() -> None:
    """Where its compose plugin is: nothing in the file is unknown to it."""
    has_plugin = subprocess.run(["docker", "compose", "version"], capture_output=True, check=False)
    if has_plugin.returncode:
        pytest.skip("the compose plugin is not installed")
    done = subprocess.run(
        ["docker", "compose", "-f", COMPOSE, "--profile", "*", "config", "--quiet"],
        capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
