"""Every endpoint as a function: a request comes in, an answer goes out, records change."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from kintone_stand_in.api import access
from kintone_stand_in.api.access import Site
from kintone_stand_in.api.messages import (
    Request,
    Response,
    json_response,
    refusal_response,
    text_response,
)
from kintone_stand_in.api.parameters import (
    Update,
    is_wished,
    query_text,
    required_number,
    sent_record,
    sent_records,
    update_of,
    updates_of,
    wanted_fields,
)
from kintone_stand_in.api.refusals import RefusedError, refused
from kintone_stand_in.changes import Changes
from kintone_stand_in.kintone_app import App
from kintone_stand_in.query_language.query import query_of
from kintone_stand_in.query_language.record_search import selected

Parameters = Mapping[str, Any]
Told = dict[str, Any]

_LONGEST_TARGET = 8192
_NOT_FOUND = "<!DOCTYPE html><html><head><title>404 Not Found</title></head><body></body></html>"
_TOO_LONG = "<!DOCTYPE html><html><head><title>Request URL Too Large</title></head></html>"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """What answers, what a token must allow for it, and which parameter names the app."""

    answer: Callable[[App, Parameters], Told]
    needs: Callable[[Parameters], set[str]]
    app_named: str = "app"


def answer(site: Site, request: Request) -> Response:
    """What Kintone would answer; a refusal is an answer too."""
    if len(request.target) > _LONGEST_TARGET:
        return text_response(414, _TOO_LONG, "text/html")
    route = access.route_of(request.path)
    endpoint = ENDPOINTS.get((request.method, route.resource)) if route else None
    if route is None or endpoint is None:
        return text_response(404, _NOT_FOUND, "text/html")
    try:
        tokens = access.tokens_of(request)
        parameters = request.parameters()
        app_id = required_number(parameters, endpoint.app_named)
        allowed = access.permissions_of(site, tokens, app_id)
        access.check_path(site, route)
        if not endpoint.needs(parameters) <= allowed:
            raise refused("GAIA_NO01")
        app = site.apps[app_id]
        with app.lock:
            return json_response(endpoint.answer(app, parameters))
    except RefusedError as refusal:
        return refusal_response(refusal, request.is_english)


def app_of(request: Request) -> int | None:
    """The number of the app that a request speaks of; None where none can be read."""
    try:
        parameters = request.parameters()
        name = "id" if request.path.endswith("/app.json") else "app"
        return required_number(parameters, name)
    except RefusedError:
        return None


def get_record(app: App, parameters: Parameters) -> Told:
    """One record, all its fields."""
    return {"record": app.told_record(app.get(required_number(parameters, "id")))}


def add_record(app: App, parameters: Parameters) -> Told:
    """A new record."""
    changes = app.changes()
    record_id = changes.add(sent_record(parameters.get("record")))
    changes.keep()
    app.tell("ADD_RECORD", record_id)
    return {"id": str(record_id), "revision": "1"}


def update_record(app: App, parameters: Parameters) -> Told:
    """Other values for one record."""
    changes, update = app.changes(), update_of(parameters)
    record_id = _update(changes, update)
    changes.keep()
    app.tell("UPDATE_RECORD", record_id)
    return {"revision": str(app.get(record_id).revision)}


def get_records(app: App, parameters: Parameters) -> Told:
    """A page of the records that a query means; how many there are only when that is asked."""
    fields = wanted_fields(parameters)
    counted = is_wished(parameters, "totalCount")
    records, total = selected(app, query_of(query_text(parameters)), counted)
    known = app.form.told_types()
    # A wanted field that does not exist is just absent.
    told = known if fields is None else {code: known[code] for code in fields if code in known}
    return {
        "records": [app.told_record(record, told) for record in records],
        "totalCount": None if total is None else str(total),
    }


def add_records(app: App, parameters: Parameters) -> Told:
    """New records, all or none."""
    changes = app.changes()
    records = sent_records(parameters)
    ids = [changes.add(sent, f"records[{number}]") for number, sent in enumerate(records)]
    changes.keep()
    return {"ids": [str(record_id) for record_id in ids], "revisions": ["1"] * len(ids)}


def update_records(app: App, parameters: Parameters) -> Told:
    """Other values for records, all or none; with `upsert` those that are missing are added."""
    changes, updates = app.changes(), updates_of(parameters)
    if is_wished(parameters, "upsert"):
        operations = [_upsert(app, changes, update) for update in updates]
    else:
        operations = [(_update(changes, update), "") for update in updates]
    revisions = [changes.current(record_id).revision for record_id, _ in operations]
    changes.keep()
    told = [
        {"id": str(record_id), "revision": str(revision)}
        | ({"operation": operation} if operation else {})
        for (record_id, operation), revision in zip(operations, revisions, strict=True)
    ]
    return {"records": told}


def get_form_fields(app: App, _: Parameters) -> Told:
    """The fields of the form."""
    return {"properties": app.form.properties(), "revision": str(app.form.revision)}


def get_app(app: App, _: Parameters) -> Told:
    """The app itself."""
    person = {"code": "Administrator", "name": "Administrator"}
    return {
        "appId": str(app.app_id),
        "code": "",
        "name": app.name,
        "description": "",
        "spaceId": None,
        "threadId": None,
        "createdAt": "2026-01-05T00:00:00.000Z",
        "creator": person,
        "modifiedAt": "2026-01-05T00:00:00.000Z",
        "modifier": person,
    }


def _update(changes: Changes, update: Update) -> int:
    record_id = update.record_id
    if update.key is not None:
        record_id = changes.holder(*update.key, f"{_prefix(update)}updateKey")
    if record_id is None:
        raise refused("GAIA_RE20")
    return changes.update(record_id, update.sent, update.place, update.revision)


def _upsert(app: App, changes: Changes, update: Update) -> tuple[int, str]:
    """The record gets the values if it exists; otherwise they, and the key, make a new one."""
    if update.key is not None:
        code, value = update.key
        found = changes.holder(code, value, f"{_prefix(update)}updateKey")
        sent = {**update.sent, code: value}
    else:
        number = update.record_id or 0
        found, sent = (number if app.table.get(number) else None), {**update.sent}
    if found is None:
        return changes.add(sent, update.place), "INSERT"
    return changes.update(found, update.sent, update.place, update.revision), "UPDATE"


def _prefix(update: Update) -> str:
    """What stands before the parameters of an item in errors."""
    return "" if update.place == "record" else f"{update.place}."


def _for_update(parameters: Parameters) -> set[str]:
    return {"view", "add", "edit"} if is_wished(parameters, "upsert") else {"edit"}


ENDPOINTS = {
    ("GET", "record.json"): Endpoint(get_record, lambda _: {"view"}),
    ("POST", "record.json"): Endpoint(add_record, lambda _: {"add"}),
    ("PUT", "record.json"): Endpoint(update_record, lambda _: {"edit"}),
    ("GET", "records.json"): Endpoint(get_records, lambda _: {"view"}),
    ("POST", "records.json"): Endpoint(add_records, lambda _: {"add"}),
    ("PUT", "records.json"): Endpoint(update_records, _for_update),
    ("GET", "app/form/fields.json"): Endpoint(get_form_fields, lambda _: set()),
    ("GET", "app.json"): Endpoint(get_app, lambda _: set(), app_named="id"),
}
