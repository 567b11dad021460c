"""Every error as problem+json (RFC 9457), in one place."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from apiflask import APIFlask
from apiflask.exceptions import HTTPError
from flask import Response, current_app, request
from pydantic import ValidationError
from werkzeug.datastructures import Headers

from callrisk.web.refusal_words import refused_fields
from callrisk.web.request_watch import request_id
from callrisk.wire.problem import MEDIA_TYPE, FieldProblem, Problem, named

_CONTENT_TYPE = {"Content-Type": MEDIA_TYPE}


def register(app: APIFlask) -> None:
    """Let every error of `app` look the same."""
    app.error_processor(_problem)


def problem_response(status: HTTPStatus, detail: str, headers: Mapping[str, str]) -> Response:
    """Return a problem as an answer, for those who raise no error."""
    problem = Problem(
        type="about:blank", title=status.phrase, status=status.value, detail=detail,
        instance=request.path, errors=[], request_id=request_id(),
    )  # fmt: skip
    words = current_app.json.dumps(problem.rendered())
    return Response(words, status.value, dict(headers), mimetype=MEDIA_TYPE)


def _problem(error: HTTPError) -> tuple[dict[str, Any], int, dict[str, str]]:
    status = HTTPStatus(error.status_code)
    cause = error.__cause__
    errors = refused_fields(cause) if isinstance(cause, ValidationError) else _told(error)
    problem = Problem(
        type="about:blank", title=status.phrase, status=status.value,
        detail=named(errors) or _detail(error, status), instance=request.path, errors=errors,
        request_id=request_id(),
    )  # fmt: skip
    return problem.rendered(), status.value, {**dict(Headers(error.headers)), **_CONTENT_TYPE}


def _told(error: HTTPError) -> list[FieldProblem]:
    """Return the fields that a view, or what runs before it, refused."""
    return [
        FieldProblem(field=field, message=message)
        for fields in _as_dict(error.detail).values()
        for field, messages in _as_dict(fields).items()
        for message in messages
    ]


def _detail(error: HTTPError, status: HTTPStatus) -> str:
    if status is HTTPStatus.BAD_REQUEST and error.message == status.phrase:
        return "The body must be JSON with Content-Type: application/json."
    return error.message or status.description


def _as_dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
