"""Declarations of what routes take and answer, from which OpenAPI is made."""

from collections.abc import Callable, Iterable
from functools import wraps
from http import HTTPStatus
from typing import Any, cast

from apiflask import APIFlask
from apiflask.scaffold import APIScaffold
from apiflask.types import SpecCallbackType
from flask import current_app, request
from pydantic import BaseModel
from werkzeug.exceptions import HTTPException
from werkzeug.sansio.response import Response as BaseResponse

from callrisk.web.openapi import problem_answers, tidied
from callrisk.web.refusal_words import (
    NESTED,
    NO_OBJECT,
    UNKNOWN_QUERY,
    refuse,
    refuse_fields,
)
from callrisk.wire.examples import example_of
from callrisk.wire.json_schema import schema_ref
from callrisk.wire.requests import QueryParameters

View = Callable[..., Any]

_declare = APIScaffold()
# Every operation: unknown names in the query, another method, a foreign name or page, too many
# requests, a failure of our own.
_ALWAYS = (
    HTTPStatus.FORBIDDEN,
    HTTPStatus.MISDIRECTED_REQUEST,
    HTTPStatus.METHOD_NOT_ALLOWED,
    HTTPStatus.UNPROCESSABLE_ENTITY,
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.INTERNAL_SERVER_ERROR,
)
_OF_A_BODY = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
)


def register(app: APIFlask) -> None:
    """Check what all requests have in common, and publish the declarations of the routes."""
    app.config["AUTO_404_RESPONSE"] = app.config["AUTO_VALIDATION_ERROR_RESPONSE"] = False
    app.spec_processor(cast(SpecCallbackType, tidied))
    app.before_request(_check_request)


def answers(
    model: type[BaseModel], *errors: HTTPStatus, status: HTTPStatus = HTTPStatus.OK
) -> Callable[[View], View]:
    """Send what a view returns as JSON, and declare it with the errors that the route can give."""

    def decorate(view: View) -> View:
        @wraps(view)
        def answered(*args: Any, **kwargs: Any) -> BaseResponse:
            response = current_app.json.response(view(*args, **kwargs).rendered())
            response.status_code = status
            return response

        example = example_of(view.__name__, "answer")
        declared = _declare.output(model, status, description=model.__doc__, example=example)
        return _documented(declared(answered), errors)

    return decorate


def answers_nothing(*errors: HTTPStatus, told: type[BaseModel]) -> Callable[[View], View]:
    """Declare a view that answers 204, and the body that it is told without insisting on it."""

    def decorate(view: View) -> View:
        body = {"schema": schema_ref(told), "example": example_of(view.__name__, "request")}
        responses: Any = {
            str(HTTPStatus.NO_CONTENT.value): {"description": "It was taken note of."},
            **problem_answers({*_ALWAYS, *errors}),
        }
        return _declare.doc(
            operation_id=view.__name__,
            responses=responses,
            extensions={"requestBody": {"content": {"application/json": body}}},
        )(view)

    return decorate


def _documented(view: View, errors: Iterable[HTTPStatus]) -> View:
    of_a_body = _OF_A_BODY if "body" in getattr(view, "_spec", {}) else ()
    responses: Any = problem_answers({*_ALWAYS, *of_a_body, *errors})
    return _declare.doc(operation_id=view.__name__, responses=responses)(view)


def takes(model: type[BaseModel]) -> Callable[[View], View]:
    """Validate the body of a request, or its query, and hand it to the view."""

    def decorate(view: View) -> View:
        if issubclass(model, QueryParameters):
            return _declare.input(model, location="query")(view)
        example = example_of(view.__name__, "request")
        return _declare.input(model, example=example)(view)

    return decorate


def _check_request() -> None:
    """Refuse names in the query that the route does not know, and bodies that are no JSON."""
    if request.endpoint is None or not request.path.startswith("/api/"):
        return
    if request.method == "OPTIONS":
        return
    spec = getattr(current_app.view_functions[request.endpoint], "_spec", {})
    known = {
        field.alias or name
        for model, _ in spec.get("args", ())
        for name, field in model.model_fields.items()
    }
    unknown = sorted(set(request.args) - known)
    repeated = sorted(name for name in known if len(request.args.getlist(name)) > 1)
    if unknown or repeated:
        refuse_fields("query", dict.fromkeys((*unknown, *repeated), UNKNOWN_QUERY))
    if "body" in spec:
        _check_body()


def object_sent() -> dict[str, Any]:
    """Return the body; empty where it is no JSON object, too large, or nested too deeply."""
    try:
        body = request.get_json(silent=True)
    except (RecursionError, HTTPException):
        return {}
    return body if isinstance(body, dict) else {}


def _check_body() -> None:
    if request.mimetype != "application/json":
        refuse(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    try:
        body = request.get_json(force=True)
    except RecursionError:
        refuse(HTTPStatus.UNPROCESSABLE_ENTITY, NESTED)
    if not isinstance(body, dict):
        refuse(HTTPStatus.UNPROCESSABLE_ENTITY, NO_OBJECT)
