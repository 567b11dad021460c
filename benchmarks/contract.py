"""Whether the server keeps its own description: python benchmarks/contract.py [--cases 2000]

schemathesis makes requests of /openapi.json, half of them against their schemas, and applies all
its checks to the answers. Needs the test libraries and a trained model in models/.
"""

import argparse
import logging
import sys
import tempfile
from pathlib import Path

import tests_on_path  # noqa: F401 - puts the folder of tests on the path
from callrisk.bootstrap.server import create_app
from callrisk.settings import load
from harness import ROOT
from harness.contract_cases import run_cases

# Of the 16 operations 11 take something; the others can be asked in one way only.
OPERATIONS_WITH_INPUT, CALL = 11, "contract-1"


def main() -> int:
    """Print the statuses and the failures of each operation; 1 if anything departed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=2000)
    options = parser.parse_args()
    logging.disable(logging.WARNING)
    cases = failures = 0
    with tempfile.TemporaryDirectory() as folder:
        settings = load(ROOT)
        changes = {"database_url": f"sqlite:///{Path(folder) / 'calls.db'}", "replay_speed": 1.0}
        env = settings.env.model_copy(update=changes)
        server = create_app(settings.model_copy(update={"env": env}))
        ids = {"call_id": CALL, "customer_id": "1001", "agent_id": "agent-7"}
        server.app.test_client().post("/api/start_call", json=ids)
        for result in run_cases(server, -(-options.cases // OPERATIONS_WITH_INPUT), CALL):
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
