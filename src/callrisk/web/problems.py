"""Every error as problem+json (RFC 9457), in one place."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from apiflask import APIFlask
from apiflask.exceptions import HTTPError
from flask import Response, current_app, request
from pydantic import ValidationError
from werkzeug.datastructures import Headers
from werkzeug.http import HTTP_STATUS_CODES

from callrisk.domain.wording import Text
from callrisk.web.refusal_words import refused_fields, told, told_of_status
from callrisk.web.request_watch import request_id
from callrisk.wire.problem import MEDIA_TYPE, FieldProblem, Problem, named

_CONTENT_TYPE = {"Content-Type": MEDIA_TYPE}


def register(app: APIFlask) -> None:
    """Let every error of `app` look the same."""
    app.error_processor(_problem)


def problem_response(
    status: HTTPStatus, detail: Text, headers: Mapping[str, str], **values: object
) -> Response:
    """Return a problem as an answer, for those who raise no error."""
    problem = Problem(
        type="about:blank", title=status.phrase, status=status.value,
        detail=told(detail, **values), instance=request.path, errors=[], request_id=request_id(),
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
    # Without words of ours the message is the name that Werkzeug, or Python, has for the status.
    names = {HTTP_STATUS_CODES.get(status), status.phrase}
    return told_of_status(status) if error.message in names else error.message or ""


def _as_dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
