"""Whether the server keeps its own description: python benchmarks/contract.py [--cases 2000]

schemathesis makes requests of /openapi.json, half of them against their schemas, and applies all
its checks to the answers. Needs the test libraries and a trained model in models/. With `--roles`
it asks a server in production as a person of every role, and with keys of systems, so many cases
each; without a model.
"""

import argparse
import logging
import os
import sys
import tempfile
from collections import Counter
from pathlib import Path

import tests_on_path  # noqa: F401 - puts the folder of tests on the path
from callrisk.bootstrap.server import create_app
from callrisk.domain.access.policy_table import ROLES_OF_PERSONS, Role
from callrisk.settings import load
from harness import ROOT
from harness.contract_cases import cases_each, run_cases
from harness.staffed import KEYS, staffed

CALL = "contract-1"


def main() -> int:
    """Return 1 if anything departed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=2000)
    parser.add_argument("--roles", action="store_true")
    options = parser.parse_args()
    logging.disable(logging.WARNING)
    return as_every_role(options.cases) if options.roles else as_development(options.cases)


def as_every_role(cases: int) -> int:
    """Print what departed for each role and key of production; 1 if anything did."""
    # Somebody who asks so often is not what is measured.
    for kind in ("READING", "WRITING", "EXPORTS", "SERVICES", "STRANGERS"):
        os.environ[f"LIMIT_{kind}"] = "1000000 per minute"
    failures = 0
    with tempfile.TemporaryDirectory() as folder, staffed(Path(folder) / "root") as made:
        persons = ["agent-1", *(str(role) for role in ROLES_OF_PERSONS if role is not Role.AGENT)]
        asking = {login: made.asking(login) for login in persons}
        asking |= {key: made.asking(key=key) for key in KEYS}
        for name, headers in asking.items():
            statuses: Counter[int] = Counter()
            each = cases_each(made.server, cases, headers)
            for result in run_cases(made.server, each, "c-own", headers):
                statuses += result.statuses
                failures += sum(result.failures.values())
                for failure, count in result.failures.items():
                    print(f"    {result.label}: {count} times {failure}")
            told = dict(sorted(statuses.items()))
            print(f"{name:12} {statuses.total()} cases {told}", flush=True)
    print(f"{failures} failures")
    return 1 if failures else 0


def as_development(wanted: int) -> int:
    """Print the statuses and the failures of each operation; 1 if anything departed."""
    cases = failures = 0
    with tempfile.TemporaryDirectory() as folder:
        settings = load(ROOT)
        changes = {"database_url": f"sqlite:///{Path(folder) / 'calls.db'}", "replay_speed": 1.0}
        env = settings.env.model_copy(update=changes)
        server = create_app(settings.model_copy(update={"env": env}))
        ids = {"call_id": CALL, "customer_id": "1001", "agent_id": "agent-7"}
        server.app.test_client().post("/api/start_call", json=ids)
        for result in run_cases(server, cases_each(server, wanted), CALL):
            cases += sum(result.statuses.values())
            failures += sum(result.failures.values())
            print(f"{result.label:45} {dict(sorted(result.statuses.items()))}", flush=True)
            for failure, count in result.failures.items():
                print(f"    {count} times {failure}")
        server.state.store.engine.dispose()
    print(f"{cases} cases, {failures} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
