"""The OpenAPI document: one schema for each model of the wire, and every error as a problem."""

import json
import re
from collections.abc import Iterable
from http import HTTPStatus

from callrisk.wire.base import Json
from callrisk.wire.json_schema import SCHEMAS, drop_titles, schema_ref, schemas_of
from callrisk.wire.problem import MEDIA_TYPE, Problem
from callrisk.wire.webhook import RecordChanged

_NESTED = re.compile(rf'"{SCHEMAS}\w+\.(\w+)"')


def problem_answers(statuses: Iterable[HTTPStatus]) -> dict[int, Json]:
    """Return the OpenAPI answers of these errors."""
    return {status.value: _problem_answer(status) for status in sorted(statuses)}


def _problem_answer(status: HTTPStatus) -> Json:
    answer: Json = {
        "description": status.description or status.phrase,
        "content": {
            MEDIA_TYPE: {
                "schema": schema_ref(Problem),
                "example": {
                    "type": "about:blank", "title": status.phrase, "status": status.value,
                    "detail": status.description or status.phrase, "instance": "/api/calls",
                    "errors": [], "request_id": "5f0c6d1e8b9a4c7d9e2f3a4b5c6d7e8f",
                },
            }
        },
    }  # fmt: skip
    if status is HTTPStatus.METHOD_NOT_ALLOWED:
        allow = {"description": "The methods that are allowed.", "schema": {"type": "string"}}
        answer["headers"] = {"Allow": allow}
    if status is HTTPStatus.TOO_MANY_REQUESTS:
        wait = {"description": "Seconds until it may be sent again.", "schema": {"type": "integer"}}
        answer["headers"] = {"Retry-After": wait}
    return answer


def tidied(spec: Json) -> Json:
    """Return the document of APIFlask with each model once, by its own name."""
    schemas = spec["components"].setdefault("schemas", {})
    schemas |= schemas_of([Problem, RecordChanged])
    spec["components"]["schemas"] = {
        name.rpartition(".")[2]: schema for name, schema in sorted(schemas.items())
    }
    whole: Json = json.loads(_NESTED.sub(rf'"{SCHEMAS}\1"', json.dumps(spec)))
    drop_titles(whole["components"]["schemas"])
    # Two blueprints may share a tag.
    whole["tags"] = list({tag["name"]: tag for tag in whole["tags"]}.values())
    for operation in _operations(whole):
        _tidy_operation(operation)
    return whole


def _operations(spec: Json) -> Iterable[Json]:
    return (operation for path in spec["paths"].values() for operation in path.values())


def _tidy_operation(operation: Json) -> None:
    for parameter in operation["parameters"]:
        # A query has no null.
        if parameter["schema"].get("default", "") is None:
            del parameter["schema"]["default"]
        parameter["schema"].pop("title", None)
    if "requestBody" in operation:
        operation["requestBody"]["required"] = True
