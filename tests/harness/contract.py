"""Validates what a server answers and pushes against its own two documents, without leeway."""

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Response, request
from jsonschema import Draft202012Validator

from callrisk import __version__
from callrisk.web.app import Server
from callrisk.wire.sockets.asyncapi import asyncapi_document


def strict(document: dict[str, Any]) -> dict[str, Any]:
    """Return a copy of a document whose schemas allow no field that they do not name."""
    closed = copy.deepcopy(document)
    for schema in closed["components"]["schemas"].values():
        if "properties" in schema:
            schema.setdefault("additionalProperties", False)
    return closed


def errors_of(value: Any, schema: dict[str, Any], document: dict[str, Any]) -> list[str]:
    """Return how a value departs from a schema of a document, one sentence each."""
    whole = schema | {"components": document["components"]}
    validator = Draft202012Validator(whole, format_checker=Draft202012Validator.FORMAT_CHECKER)
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]


@contextmanager
def watched(server: Server) -> Iterator[list[str]]:
    """Check all that a server answers and pushes in the block; the list holds what departs."""
    departures: list[str] = []
    rest = strict(server.app.test_client().get("/openapi.json").get_json())
    events = strict(asyncapi_document(__version__))

    def check_answer(response: Response) -> Response:
        if request.path.startswith("/api/"):
            departures.extend(_answer_errors(response, rest))
        return response

    def emit(name: str, payload: Any, **where: Any) -> None:
        message = events["components"]["messages"].get(name)
        told = ["no such message"] if message is None else errors_of(
            payload, message["payload"], events
        )  # fmt: skip
        departures.extend(f"event {name}: {error}" for error in told)
        unwatched(name, payload, **where)

    unwatched = server.socketio.emit
    server.app.after_request_funcs.setdefault(None, []).append(check_answer)
    server.socketio.emit = emit
    yield departures
    server.socketio.emit = unwatched
    server.app.after_request_funcs[None].remove(check_answer)


def _answer_errors(response: Response, document: dict[str, Any]) -> list[str]:
    route = f"{request.method} {request.path} {response.status_code}"
    declared = _responses(document)
    if declared is None:
        # No route: a problem all the same.
        schema = {"$ref": "#/components/schemas/Problem"}
    elif str(response.status_code) not in declared:
        return [f"{route}: not declared"]
    else:
        content = declared[str(response.status_code)].get("content")
        if content is None:
            return [] if not response.data else [f"{route}: a body where none is declared"]
        if response.mimetype not in content:
            return [f"{route}: {response.mimetype} is not declared"]
        schema = content[response.mimetype]["schema"]
    return [f"{route}: {error}" for error in errors_of(response.get_json(), schema, document)]


def _responses(document: dict[str, Any]) -> dict[str, Any] | None:
    """Return the declared answers of the operation that was asked; None for an unknown route."""
    if request.url_rule is None:
        return None
    path = request.url_rule.rule.replace("<", "{").replace(">", "}")
    operation = document["paths"].get(path, {}).get(request.method.lower())
    return None if operation is None else dict(operation["responses"])
