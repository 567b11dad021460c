"""Cases that schemathesis makes of the OpenAPI document, good ones and bad ones."""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.core.failures import FailureGroup
from schemathesis.openapi.checks import RejectedPositiveData

from callrisk.web.app import Server

Asking = Mapping[str, str]
# It may not, or the call is none of its calls.
_DENIED = (403, 404)


@dataclass
class OperationResult:
    """The cases of one operation: how many had which status, and what departed from the rules."""

    label: str
    statuses: Counter[int] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)


def run_cases(
    server: Server, cases: int, call_id: str, asking: Asking | None = None
) -> Iterator[OperationResult]:
    """Return the results of so many cases an operation, half of them against its schema.

    Routes of one call are asked about `call_id`, which should be in progress. `asking` are the
    headers that say who asks in production.
    """
    document, ask = _document(server, asking), _ask(asking)
    if "Cookie" in ask.get("headers", {}):
        ask["cookies"] = dict([ask["headers"].pop("Cookie").split("=", 1)])
    schema = schemathesis.openapi.from_dict(document)
    schema.app = server.app
    for found in schema.get_all_operations():
        yield _results_of(found.ok(), cases, call_id, ask)


def cases_each(server: Server, wanted: int, asking: Asking | None = None) -> int:
    """Return how many cases an operation make so many in all.

    What takes nothing can be asked in one way only.
    """
    operations = [
        operation
        for path in _document(server, asking)["paths"].values()
        for method, operation in path.items()
        if method != "parameters"
        and (operation.get("parameters") or path.get("parameters") or "requestBody" in operation)
    ]
    return -(-wanted // len(operations))


def _ask(asking: Asking | None) -> dict[str, Any]:
    if asking is None:
        return {}
    return {"base_url": "https://localhost", "headers": dict(asking)}


def _document(server: Server, asking: Asking | None) -> dict[str, Any]:
    # Cookies stand in the headers, and a jar would take their place.
    client = server.app.test_client(use_cookies=False)
    document: dict[str, Any] = client.get("/openapi.json", **_ask(asking)).get_json()
    return document


def _results_of(
    operation: Any, cases: int, call_id: str, ask: Mapping[str, Any]
) -> OperationResult:
    result = OperationResult(operation.label)
    path = {"path_parameters": {"call_id": call_id}} if "{call_id}" in operation.path else {}
    for mode in GenerationMode.POSITIVE, GenerationMode.NEGATIVE:
        # A route without parameters cannot be asked wrongly.
        with suppress(Unsatisfiable):
            strategy = operation.as_strategy(generation_mode=mode, **path)
            _run(strategy, (cases + 1) // 2, result, ask)
    return result


def _no_schema_says(response: Any) -> bool:
    """Return True for a refusal whose reason no schema can state."""
    # What somebody may not do; that a turn must not end before it begins; that a key was used for
    # another request; which codes a company has, what lies ahead, what was said in the call, and
    # which cursors were given out.
    of_today = ('"outcome"', '"due_on"', '"call_back_at"', '"words"', '"cursor"')
    of_words = ("has this statement", "it is rejected")
    told = ("_ms ", "Idempotency-Key", *of_today, *of_words)
    return response.status_code in _DENIED or any(words in response.text for words in told)


def _run(strategy: Any, cases: int, result: OperationResult, ask: Mapping[str, Any]) -> None:
    @seed(1)
    @settings(
        max_examples=cases, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=strategy)
    def check(case: Any) -> None:
        response = case.call(**ask)
        result.statuses[response.status_code] += 1
        try:
            case.validate_response(response)
        except FailureGroup as group:
            for failure in group.exceptions:
                if not (isinstance(failure, RejectedPositiveData) and _no_schema_says(response)):
                    result.failures[f"{type(failure).__name__}: {failure}"] += 1

    check()
