"""The endpoints of the REST API, each a function of an app and the parameters of a request."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from kintone_stand_in.api import access
from kintone_stand_in.api.access import Tenant
from kintone_stand_in.api.messages import (
    Request,
    Response,
    json_response,
    refusal_response,
    text_response,
)
from kintone_stand_in.api.parameters import (
    Upsert,
    is_set,
    query_text,
    requested_fields,
    required_number,
    sent_records,
    upserts_of,
)
from kintone_stand_in.api.refusals import RefusedError, refused
from kintone_stand_in.api.settings_handlers import (
    add_fields,
    deploy,
    deployed_app,
    get_deployment,
    get_staged_fields,
)
from kintone_stand_in.changes import Changes
from kintone_stand_in.kintone_app import App
from kintone_stand_in.query_language.query import query_of
from kintone_stand_in.query_language.record_search import selected

Parameters = Mapping[str, Any]
JsonObject = dict[str, Any]

_LONGEST_TARGET = 8192
_NOT_FOUND = "<!DOCTYPE html><html><head><title>404 Not Found</title></head><body></body></html>"
_TOO_LONG = "<!DOCTYPE html><html><head><title>Request URL Too Large</title></head></html>"


def _named_app(parameters: Parameters) -> int:
    return required_number(parameters, "app")


def _app_by_id(parameters: Parameters) -> int:
    return required_number(parameters, "id")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A handler, the token permissions it requires, and the app that a request names."""

    handle: Callable[[App, Parameters], JsonObject]
    permissions: frozenset[str] = frozenset()
    app_of: Callable[[Parameters], int] = _named_app


def answer(tenant: Tenant, request: Request) -> Response:
    """Return the response that Kintone would give; a refusal is a response, too."""
    if len(request.target) > _LONGEST_TARGET:
        return text_response(414, _TOO_LONG, "text/html")
    route = access.route_of(request.path)
    endpoint = ENDPOINTS.get((request.method, route.resource)) if route else None
    if route is None or endpoint is None:
        return text_response(404, _NOT_FOUND, "text/html")
    try:
        tokens = access.tokens_of(request)
        parameters = request.parameters()
        app_id = endpoint.app_of(parameters)
        granted = access.permissions_of(tenant, tokens, app_id)
        access.check_path(tenant, route)
        if not endpoint.permissions <= granted:
            raise refused("GAIA_NO01")
        app = tenant.apps[app_id]
        with app.lock:
            return json_response(endpoint.handle(app, parameters))
    except RefusedError as refusal:
        return refusal_response(refusal)


def app_of(request: Request) -> int | None:
    """Return the number of the app that a request names, or None where none can be read."""
    try:
        parameters = request.parameters()
        name = "id" if request.path.endswith("/app.json") else "app"
        return required_number(parameters, name)
    except RefusedError:
        return None


def get_record(app: App, parameters: Parameters) -> JsonObject:
    """Return one record with all its fields."""
    return {"record": app.record_json(app.get(required_number(parameters, "id")))}


def get_records(app: App, parameters: Parameters) -> JsonObject:
    """Return a page of the records that a query selects; unknown fields are left out."""
    fields = requested_fields(parameters)
    records = selected(app, query_of(query_text(parameters)))
    types = app.form.readable_types()
    if fields is not None:
        types = {code: types[code] for code in fields if code in types}
    return {"records": [app.record_json(record, types) for record in records], "totalCount": None}


def add_records(app: App, parameters: Parameters) -> JsonObject:
    """Add records, all or none."""
    changes = app.changes()
    records = sent_records(parameters)
    ids = [changes.add(values, f"records[{number}]") for number, values in enumerate(records)]
    changes.commit()
    return {"ids": [str(record_id) for record_id in ids], "revisions": ["1"] * len(ids)}


def upsert_records(app: App, parameters: Parameters) -> JsonObject:
    """Update the records that have the keys and add the others, all or none."""
    if not is_set(parameters, "upsert"):
        raise refused("CB_IL02")
    changes = app.changes()
    operations = [_upsert(changes, upsert) for upsert in upserts_of(parameters)]
    records = [(changes.current(record_id), operation) for record_id, operation in operations]
    changes.commit()
    return {
        "records": [
            {"id": str(record.id), "revision": str(record.revision), "operation": operation}
            for record, operation in records
        ]
    }


def get_form_fields(app: App, _: Parameters) -> JsonObject:
    """Return the fields of the form."""
    return {"properties": app.form.properties(), "revision": str(app.form.revision)}


def get_app(app: App, _: Parameters) -> JsonObject:
    """Return the properties of the app."""
    person = {"code": "Administrator", "name": "Administrator"}
    return {
        "appId": str(app.app_id),
        "code": app.code,
        "name": app.name,
        "description": "",
        "spaceId": None,
        "threadId": None,
        "createdAt": "2026-01-05T00:00:00.000Z",
        "creator": person,
        "modifiedAt": "2026-01-05T00:00:00.000Z",
        "modifier": person,
    }


def _upsert(changes: Changes, upsert: Upsert) -> tuple[int, str]:
    """Stage an upsert and return the number of its record and the operation."""
    record_id = changes.holder(upsert.key_field, upsert.key, f"{upsert.place}.updateKey")
    if record_id is None:
        return changes.add({**upsert.values, upsert.key_field: upsert.key}, upsert.place), "INSERT"
    return changes.update(record_id, upsert.values, upsert.place), "UPDATE"


_VIEW, _ADD, _UPSERT = frozenset({"view"}), frozenset({"add"}), frozenset({"view", "add", "edit"})
_MANAGE = frozenset({"manage"})
ENDPOINTS = {
    ("GET", "record.json"): Endpoint(get_record, _VIEW),
    ("GET", "records.json"): Endpoint(get_records, _VIEW),
    ("POST", "records.json"): Endpoint(add_records, _ADD),
    ("PUT", "records.json"): Endpoint(upsert_records, _UPSERT),
    ("GET", "app/form/fields.json"): Endpoint(get_form_fields),
    ("GET", "preview/app/form/fields.json"): Endpoint(get_staged_fields, _MANAGE),
    ("POST", "preview/app/form/fields.json"): Endpoint(add_fields, _MANAGE),
    ("GET", "preview/app/deploy.json"): Endpoint(get_deployment, _MANAGE, deployed_app),
    ("POST", "preview/app/deploy.json"): Endpoint(deploy, _MANAGE, deployed_app),
    ("GET", "app.json"): Endpoint(get_app, app_of=_app_by_id),
}
