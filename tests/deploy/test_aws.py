"""The stacks of AWS: clean for cfn-lint, with no more rights than the page says, of what exists."""

import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import requests
import yaml

from callrisk.integrations.amazon.checking.flow_looks import _voice_modes
from callrisk.settings import Environment
from harness import ROOT
from harness.commands import fault_of_command
from harness.ports import free_port

AWS = ROOT / "deploy" / "aws"
PAGE = ROOT / "docs" / "amazon-connect.md"
# What AWS Lambda itself reads of a stream, and EventBridge's rule that check looks at.
OF_OTHERS = re.compile(r"OMP_NUM_THREADS|CADDYFILE|XDG_\w+")


class Loader(yaml.SafeLoader):
    """Reads a template; what CloudFormation puts in its place is left as a pair."""


def _intrinsic(loader: Loader, suffix: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return {suffix: loader.construct_scalar(node)}
    if isinstance(node, yaml.SequenceNode):
        return {suffix: loader.construct_sequence(node, deep=True)}
    return {suffix: loader.construct_mapping(node, deep=True)}  # type: ignore[arg-type]


Loader.add_multi_constructor("!", _intrinsic)


@cache
def resources(name: str) -> dict[str, dict[str, Any]]:
    """Return the resources of a template by their names."""
    text = (AWS / f"{name}.yaml").read_text(encoding="utf-8")
    read: dict[str, Any] = yaml.load(text, Loader)  # noqa: S506 - a loader that makes no objects
    found: dict[str, dict[str, Any]] = read["Resources"]
    return found


def actions_of(policy: str) -> set[str]:
    """Return what a policy of the side of Connect allows."""
    document = resources("connect")[policy]["Properties"]["PolicyDocument"]
    listed = [one["Action"] for one in document["Statement"]]
    return {action for one in listed for action in ([one] if isinstance(one, str) else one)}


def statements(name: str) -> Iterator[dict[str, Any]]:
    """Yield every statement of the policies of roles in a template."""
    for one in resources(name).values():
        properties = one.get("Properties", {})
        documents = [properties.get("PolicyDocument", {})] if "IAM" in one["Type"] else []
        documents += [policy["PolicyDocument"] for policy in properties.get("Policies", ())]
        yield from (line for document in documents for line in document.get("Statement", ()))


def containers() -> list[dict[str, Any]]:
    """Return the containers of all tasks."""
    return [
        container
        for one in resources("application").values()
        if one["Type"] == "AWS::ECS::TaskDefinition"
        for container in one["Properties"]["ContainerDefinitions"]
    ]


PROGRAMS = [one for one in containers() if one["Name"] != "proxy"]


@pytest.mark.slow
def test_cfn_lint_takes_both_stacks() -> None:
    """With all of its rules, for Tokyo."""
    words = ["-r", "ap-northeast-1", "--non-zero-exit-code", "informational"]
    lint = "from cfnlint.runner.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", lint, *words, "--", *sorted(AWS.glob("*.yaml"))],
        capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout + done.stderr


def test_reader_and_check_may_do_what_the_page_says() -> None:
    """No more, no less."""
    section = PAGE.read_text(encoding="utf-8").partition("### Permissions")[2].partition("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("| ")]
    said = {
        action: "check" in row.partition("|")[2].partition("|")[0]
        for row in rows
        for action in re.findall(r"`(\w+:\w+)`", row)
    }

    assert actions_of("ReaderPolicy") == {name for name, of_check in said.items() if not of_check}
    assert actions_of("CheckPolicy") == {name for name, of_check in said.items() if of_check}


def test_who_opens_the_ring_may_use_the_key_that_wraps_it() -> None:
    """Of a ring without such a key there is no policy."""
    made = resources("application")
    tasks = [
        one["Properties"] for one in made.values() if one["Type"] == "AWS::ECS::TaskDefinition"
    ]
    opening = {
        task["TaskRoleArn"]["GetAtt"].partition(".")[0]
        for task in tasks
        for container in task["ContainerDefinitions"]
        if "KEY_RING" in [secret["Name"] for secret in container.get("Secrets", ())]
    }
    policy = {"If": ["HasServerPolicy", {"Ref": "ServerPolicyArn"}, {"Ref": "AWS::NoValue"}]}

    assert opening == {"TaskRole", "ReaderRole"}
    for role in opening:
        assert policy in made[role]["Properties"]["ManagedPolicyArns"]


@pytest.mark.parametrize("name", ["connect", "application"])
def test_no_right_is_for_everything(name: str) -> None:
    """Each names its actions and its resources."""
    lines = list(statements(name))

    assert len(lines) > 3
    for line in lines:
        if line["Effect"] == "Allow" and "Resource" in line:
            assert line["Resource"] != "*", line
            assert "*" not in str(line["Action"]), line


def test_the_stream_is_encrypted_kept_and_associated() -> None:
    """The instance may use the key before the stream does."""
    made = resources("connect")
    grants = made["Key"]["Properties"]["KeyPolicy"]["Statement"]

    assert made["Stream"]["Properties"]["StreamEncryption"]["EncryptionType"] == "KMS"
    assert made["Stream"]["DeletionPolicy"] == "Retain"
    assert {"AWS": {"Ref": "ConnectServiceRoleArn"}} in [one["Principal"] for one in grants]
    kind = made["StreamOfInstance"]["Properties"]["ResourceType"]
    assert f"`{kind}`" in PAGE.read_text(encoding="utf-8")


def test_the_rule_matches_what_the_page_says() -> None:
    """The pattern of contact events is the one that check was tried with."""
    pattern = resources("connect")["ContactEvents"]["Properties"]["EventPattern"]

    assert f"`{json.dumps(pattern, separators=(',', ':'))}`" in PAGE.read_text(encoding="utf-8")


def test_the_flow_starts_the_live_analysis() -> None:
    """As check looks for it; both sides are recorded, without which there is none."""
    flow = json.loads((AWS / "contact-flow.json").read_text(encoding="utf-8"))
    (block,) = (one for one in flow["Actions"] if "Recording" in one["Type"])

    assert list(_voice_modes(flow)) == ["RealTime"]
    assert block["Parameters"]["AnalyticsBehavior"]["AnalyticsLanguage"] == "ja-JP"
    assert block["Parameters"]["RecordingBehavior"]["RecordedParticipants"] == ["Agent", "Customer"]
    assert flow["StartAction"] == block["Identifier"]


@pytest.mark.parametrize("container", PROGRAMS, ids=lambda container: container["Name"])
def test_a_container_starts_what_exists(container: dict[str, Any]) -> None:
    """With variables that are settings, without root, on files that nobody writes to."""
    python, *words = container["Command"]
    named = {one["Name"] for part in ("Environment", "Secrets") for one in container[part]}
    known = {name.upper() for name in Environment.model_fields}

    assert python == "python"
    assert fault_of_command(words) is None
    assert {one for one in named - known if not OF_OTHERS.fullmatch(one)} == set()
    assert {"FLASK_SECRET_KEY", "DATABASE_URL", "KEY_RING", "TRUSTED_HOSTS"} <= named
    assert container["ReadonlyRootFilesystem"] is True
    assert container["User"] == "10001:10001"
    assert container["HealthCheck"]["Command"][1:3] == ["python", "/app/healthcheck.py"]


def test_the_lambda_has_the_variables_of_its_page() -> None:
    """Each of them a setting."""
    function = resources("connect")["Ingest"]["Properties"]
    named = set(function["Environment"]["Variables"])

    assert {name.lower() for name in named} <= Environment.model_fields.keys()
    page = (ROOT / "deploy" / "lambda" / "README.md").read_text(encoding="utf-8")
    assert {"DATABASE_URL", "KEY_RING", "CONNECT_STREAM_ARN"} <= named
    assert all(f"`{name}`" in page for name in ("DATABASE_URL", "KEY_RING", "CONNECT_STREAM_ARN"))


def test_a_browser_stays_at_one_web_task() -> None:
    """For the twelve hours of a shift."""
    target = resources("application")["WebTargets"]["Properties"]
    wanted = {one["Key"]: one["Value"] for one in target["TargetGroupAttributes"]}

    assert wanted["stickiness.enabled"] == "true"
    assert wanted["stickiness.lb_cookie.duration_seconds"] == "43200"
    assert target["HealthCheckPath"] == "/livez"


def caddyfile() -> str:
    """Return the configuration of the proxy of the web task."""
    (proxy,) = (one for one in containers() if one["Name"] == "proxy")
    (text,) = (one["Value"] for one in proxy["Environment"] if one["Name"] == "CADDYFILE")
    return str(text)


def test_the_proxy_leads_to_each_program() -> None:
    """At the ports that the commands name; to them it and the load balancer are one proxy."""
    text = caddyfile()
    ports = set(re.findall(r"import program (\d+)|127\.0\.0\.1:(\d+)", text))
    named = {words[-1] for one in PROGRAMS if "--server.port" in (words := one["Command"])}
    variables = {one["Name"]: one["Value"] for one in PROGRAMS[0]["Environment"]}

    assert {one or other for one, other in ports} == {"5000", *named}
    assert variables["TRUSTED_PROXIES"] == "1"


@pytest.mark.skipif(shutil.which("caddy") is None, reason="Caddy is not installed")
def test_caddy_takes_the_proxy(tmp_path: Path) -> None:
    """Nothing in it is unknown to Caddy, old or new."""
    (tmp_path / "Caddyfile").write_text(caddyfile(), encoding="utf-8")
    done = subprocess.run(
        ["caddy", "validate", "--adapter", "caddyfile", "--config", tmp_path / "Caddyfile"],
        capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr


class Told(BaseHTTPRequestHandler):
    """Answers with what it was told: port, path and headers."""

    def do_GET(self) -> None:
        """Answer."""
        port = self.server.server_address[1]
        told = {"port": port, "path": self.path} | {k.lower(): v for k, v in self.headers.items()}
        body = json.dumps(told).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Write nothing."""


@contextmanager
def proxied() -> Iterator[tuple[str, dict[str, int]]]:
    """The address of the proxy before three programs, and the ports of these."""
    programs = [ThreadingHTTPServer(("127.0.0.1", 0), Told) for _ in range(3)]
    ports = dict(
        zip(("5000", "8501", "8502"), (one.server_address[1] for one in programs), strict=True)
    )
    port, text = free_port(), caddyfile()
    for named, own in ports.items():
        text = re.sub(rf"(import program |127\.0\.0\.1:){named}", rf"\g<1>{own}", text)
    for one in programs:
        Thread(target=one.serve_forever, daemon=True).start()
    command = ["caddy", "run", "--adapter", "caddyfile", "--config", "-"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL) as caddy:
        assert caddy.stdin
        caddy.stdin.write(text.replace(":8080", f":{port}").encode())
        caddy.stdin.close()
        try:
            yield f"http://127.0.0.1:{port}", ports
        finally:
            caddy.terminate()
            for one in programs:
                one.shutdown()


@pytest.mark.skipif(shutil.which("caddy") is None, reason="Caddy is not installed")
@pytest.mark.slow
def test_the_proxy_passes_on_what_the_load_balancer_says() -> None:
    """Who asks, by https, under which name; health is asked under a name of this machine."""
    said = {
        "Host": "callrisk.example", "X-Forwarded-For": "6.6.6.6, 203.0.113.9",
        "X-Forwarded-Proto": "https",
    }  # fmt: skip
    with proxied() as (address, ports):
        wait_until_answered(address)
        answers = {
            path: requests.get(f"{address}{path}", headers=said, timeout=5).json()
            for path in ("/", "/manager/x", "/tablet", "/livez")
        }

    reached = {path: answer["port"] for path, answer in answers.items()}
    assert reached == {
        "/": ports["5000"], "/manager/x": ports["8501"], "/tablet": ports["8502"],
        "/livez": ports["5000"],
    }  # fmt: skip
    assert answers["/"]["x-forwarded-for"] == said["X-Forwarded-For"]
    assert answers["/manager/x"]["x-forwarded-proto"] == "https"
    assert answers["/tablet"]["host"] == said["Host"]
    assert answers["/livez"]["host"] == "127.0.0.1"


def wait_until_answered(address: str) -> None:
    """Wait until the proxy answers."""
    end = time.monotonic() + 20
    while True:
        try:
            requests.get(address, timeout=2)
        except requests.ConnectionError:
            assert time.monotonic() < end
            time.sleep(0.1)
        else:
            return
