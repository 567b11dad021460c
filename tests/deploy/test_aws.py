"""The stacks of AWS: clean for cfn-lint, with no more rights than the page says, of what exists."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from callrisk.integrations.amazon.checking.flow_looks import _voice_modes
from callrisk.settings import Environment
from harness import ROOT
from harness.commands import fault_of_command

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
    assert target["HealthCheckPath"] == "/readyz"


def caddyfile() -> str:
    """Return the configuration of the proxy of the web task."""
    (proxy,) = (one for one in containers() if one["Name"] == "proxy")
    (text,) = (one["Value"] for one in proxy["Environment"] if one["Name"] == "CADDYFILE")
    return str(text)


def test_the_proxy_leads_to_each_program() -> None:
    """At the ports that the commands name."""
    ports = set(re.findall(r"127\.0\.0\.1:(\d+)", caddyfile()))
    named = {words[-1] for one in PROGRAMS if "--server.port" in (words := one["Command"])}

    assert ports == {"5000", *named}


@pytest.mark.skipif(shutil.which("caddy") is None, reason="Caddy is not installed")
def test_caddy_takes_the_proxy(tmp_path: Path) -> None:
    """Nothing in it is unknown to Caddy."""
    (tmp_path / "Caddyfile").write_text(caddyfile(), encoding="utf-8")
    done = subprocess.run(
        ["caddy", "validate", "--adapter", "caddyfile", "--config", tmp_path / "Caddyfile"],
        capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
