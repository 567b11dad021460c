"""Alert rules, their tests, the board and the runbook agree with each other and with the code."""

import ast
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from callrisk.bootstrap.metrics.exposing import MetricsOf
from harness import ROOT

RULES = ROOT / "deploy" / "prometheus"
BOARD = ROOT / "deploy" / "grafana" / "callrisk.json"
RUNBOOK = ROOT / "docs" / "runbook.md"
PACKAGE = ROOT / "src" / "callrisk"
# What Prometheus itself knows of a target.
OF_PROMETHEUS = {"up"}
# A histogram and a counter are asked for by these names.
KINDS = {
    "gauge": ("",), "gauges": ("",), "GaugeMetricFamily": ("",),
    "counter": ("_total",), "counters": ("_total",), "Counter": ("_total",),
    "Histogram": ("_bucket", "_sum", "_count"),
}  # fmt: skip
# The keys of the CRMs: the check of each bears its name.
CRMS = {"kintone", "http_crm"}


def loaded(file: Path) -> Any:
    """Return what a YAML file says."""
    return yaml.safe_load(file.read_text(encoding="utf-8"))


ALERTS: list[dict[str, Any]] = [
    rule for group in loaded(RULES / "alerts.yml")["groups"] for rule in group["rules"]
]
NAMES = [rule["alert"] for rule in ALERTS]


def registered() -> Iterator[str]:
    """Yield the name of every metric that the code registers, as Prometheus asks for it."""
    for path in (PACKAGE / "bootstrap" / "metrics").glob("*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = getattr(call.func, "id", None) if isinstance(call, ast.Call) else None
            if name in KINDS and isinstance(call.args[0], ast.Constant):
                yield from (f"{call.args[0].value}{ending}" for ending in KINDS[name])


def asked_for(expression: str) -> set[str]:
    """Return the metrics that an expression names."""
    return set(re.findall(r"\b(?:callrisk|process)_\w+|\bup\b", expression))


def headings() -> set[str]:
    """Return the anchors of the runbook."""
    found = re.findall(r"^#+ (.+)$", RUNBOOK.read_text(encoding="utf-8"), re.MULTILINE)
    return {heading.lower().replace(" ", "-") for heading in found}


def checks() -> set[str]:
    """Return the names of the checks of the health answer."""
    tree = ast.parse((PACKAGE / "web" / "app_state.py").read_text(encoding="utf-8"))
    (function,) = (one for one in ast.walk(tree) if getattr(one, "name", "") == "_checks")
    tables = [one for one in ast.walk(function) if isinstance(one, ast.Dict)]
    largest = max(tables, key=lambda table: len(table.keys))
    named = {str(key.value) for key in largest.keys if isinstance(key, ast.Constant)}
    return named | {"stream", "connect"} | CRMS


def test_the_code_is_read_rightly() -> None:
    """Metrics of each kind are found, and the checks of the health answer."""
    assert {
        "callrisk_turn_push_seconds_bucket", "callrisk_turns_taken_total", "callrisk_sockets",
        "callrisk_check_ok", "callrisk_metrics_group_up", "callrisk_disk_free_bytes",
        "process_start_time_seconds", "callrisk_loop_ok",
    } <= set(registered())  # fmt: skip
    assert {"store", "model", "webhooks", "masking"} <= checks()


@pytest.mark.parametrize("rule", ALERTS, ids=NAMES)
def test_an_alert_asks_for_metrics_that_exist(rule: dict[str, Any]) -> None:
    """An alert on a name that nothing registers would never fire."""
    metrics = asked_for(rule["expr"])

    assert metrics
    assert metrics - set(registered()) <= OF_PROMETHEUS


@pytest.mark.parametrize("rule", ALERTS, ids=NAMES)
def test_an_alert_leads_to_its_page_of_the_runbook(rule: dict[str, Any]) -> None:
    """One that tells of many checks leads to the section of each."""
    path, _, anchor = rule["annotations"]["runbook"].partition("#")
    anchors = {anchor.replace("{{ $labels.check }}", check) for check in checks()}

    assert ROOT / path == RUNBOOK
    assert anchors <= headings()
    assert rule["alert"].lower() in headings()
    assert rule["labels"]["severity"] in {"page", "ticket"}
    assert f"`{rule['labels']['severity']}`, {rule['labels']['who']}." in section(rule["alert"])


def section(heading: str) -> str:
    """Return the text below a heading of the runbook."""
    text = RUNBOOK.read_text(encoding="utf-8")
    return text.partition(f"### {heading}\n")[2].partition("\n##")[0]


def test_the_runbook_has_no_section_without_a_cause() -> None:
    """Each is of an alert or of a check of the health answer."""
    sections = set(re.findall(r"^### (.+)$", RUNBOOK.read_text(encoding="utf-8"), re.MULTILINE))

    assert sections == {*NAMES, *(f"Check {check}" for check in checks())}


def test_every_promise_has_an_alert() -> None:
    """Lag, push, score, backlogs, leases, breaker, model, disk, jobs, checks."""
    watched = {name for rule in ALERTS for name in asked_for(rule["expr"])}

    assert {
        "callrisk_source_behind_seconds", "callrisk_turn_push_seconds_bucket",
        "callrisk_turn_score_seconds_bucket", "callrisk_outbox_oldest_seconds",
        "callrisk_quarantine_records", "callrisk_lease_partitions", "callrisk_crm_up",
        "callrisk_model_age_seconds", "callrisk_disk_free_bytes", "callrisk_job_failures_total",
        "callrisk_webhook_oldest_seconds", "callrisk_metrics_group_up",
        "callrisk_events_behind_seconds", "callrisk_check_ok",
    } <= watched  # fmt: skip


def test_every_alert_is_tried_with_and_without_its_fault() -> None:
    """The file for promtool has both cases of each."""
    tried = {name: set[bool]() for name in NAMES}
    for case in loaded(RULES / "alerts.test.yml")["tests"]:
        for alert in case["alert_rule_test"]:
            tried[alert["alertname"]].add(bool(alert["exp_alerts"]))

    assert tried == {name: {True, False} for name in NAMES}


def test_prometheus_asks_every_process() -> None:
    """At the ports that METRICS_PORT=9464 gives."""
    (job,) = loaded(RULES / "prometheus.yml")["scrape_configs"]
    targets = {target for part in job["static_configs"] for target in part["targets"]}

    assert targets == {f"127.0.0.1:{9464 + process}" for process in MetricsOf}


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed")
@pytest.mark.parametrize(
    "words",
    [
        ("check", "rules", "alerts.yml"),
        ("check", "config", "prometheus.yml"),
        ("test", "rules", "alerts.test.yml"),
    ],
    ids=" ".join,
)
@pytest.mark.slow
def test_promtool_takes_it(words: tuple[str, ...]) -> None:
    """Each alert fires by its fault, and is silent without it."""
    done = subprocess.run(
        ["promtool", *words], cwd=RULES, capture_output=True, encoding="utf-8", check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr


def test_the_board_asks_for_metrics_that_exist() -> None:
    """Each panel has a title, a unit of its own, and an expression that something answers."""
    board = json.loads(BOARD.read_text(encoding="utf-8"))
    panels = [panel for panel in board["panels"] if panel["type"] != "row"]
    expressions = [target["expr"] for panel in panels for target in panel["targets"]]

    assert len(panels) > 15
    assert len({panel["id"] for panel in board["panels"]}) == len(board["panels"])
    assert all(panel["title"] and panel["fieldConfig"]["defaults"]["unit"] for panel in panels)
    assert [one for one in expressions if not asked_for(one)] == []
    named = set().union(*map(asked_for, expressions))
    assert named - set(registered()) <= OF_PROMETHEUS


def test_grafana_finds_board_and_source() -> None:
    """The provisioning names the folder of the board, and the source that its panels use."""
    board = json.loads(BOARD.read_text(encoding="utf-8"))
    folder = BOARD.parent / "provisioning"
    (source,) = loaded(folder / "datasources" / "prometheus.yml")["datasources"]
    (provider,) = loaded(folder / "dashboards" / "callrisk.yml")["providers"]

    assert {panel["datasource"]["uid"] for panel in board["panels"] if "datasource" in panel} == {
        source["uid"]
    }
    assert provider["options"]["path"] == "/var/lib/grafana/dashboards"
