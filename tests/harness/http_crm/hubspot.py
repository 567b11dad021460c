"""A HubSpot of contacts and one custom object, in the shapes of its CRM API v3 and error handling.

Search by POST, the list by cursor, one object, the batch upsert, properties; errors are objects
with status, message, correlationId and category, 429 with errorType and policyName.
"""

from collections.abc import Mapping
from typing import Any

from harness.http_crm.json_server import Asked, JsonServer, Told

TOKEN = "pat-eu1-the-token-of-a-private-app"  # noqa: S105 - of a test
RESULTS = "2-1234567"
_CONTACTS = "/crm/v3/objects/contacts"
_TIMES = {"createdAt": "2026-01-15T14:30:00.000Z", "updatedAt": "2026-01-15T14:30:00.000Z"}
_DEFAULTS = ("createdate", "email", "firstname", "hs_object_id", "lastmodifieddate", "lastname")
CROWDED = Told(429, {
    "status": "error", "message": "You have reached your ten_secondly_rolling limit.",
    "errorType": "RATE_LIMIT", "correlationId": "c033cdaa-2c40-4a64-ae48-b4cec88dad24",
    "policyName": "TEN_SECONDLY_ROLLING", "requestId": "3d3e35b7-0dae-4b9f-a6e3-9c230cbcf8dd",
})  # fmt: skip
RESULT_PROPERTIES = (
    "event_key", "call_id", "customer_id", "agent_id", "risk_score", "risk_category", "risk_label",
    "top_reasons", "model_version", "skill", "scored_at",
)  # fmt: skip


class HubSpot(JsonServer):
    """Contacts by their object id, and results by their unique property."""

    def __init__(self, contacts: Mapping[str, Mapping[str, str | None]]) -> None:
        self.contacts = {object_id: dict(one) for object_id, one in contacts.items()}
        self.properties = {name for one in contacts.values() for name in one}
        self.result_properties = list(RESULT_PROPERTIES)
        self.results: dict[str, dict[str, Any]] = {}
        super().__init__()

    def answer(self, asked: Asked) -> Told:
        """Return the answer of a resource."""
        if asked.headers.get("Authorization") != f"Bearer {TOKEN}":
            return _error(401, "INVALID_AUTHENTICATION", "Authentication credentials not found.")
        if asked.path.startswith(_CONTACTS):
            return self._of_contacts(asked)
        if asked.path == f"/crm/v3/properties/{RESULTS}":
            return Told(200, {"results": [{"name": one} for one in self.result_properties]})
        if asked.path == f"/crm/v3/objects/{RESULTS}/batch/upsert" and asked.method == "POST":
            return self._upsert(asked.content)
        return _error(404, "OBJECT_NOT_FOUND", "resource not found")

    def _of_contacts(self, asked: Asked) -> Told:
        object_id = asked.steps[-1]
        if object_id == "search" and asked.method == "POST":
            return self._search(asked.content)
        if object_id == "contacts":
            return self._list(asked.query)
        if object_id in self.contacts:
            return Told(200, self._told(object_id, asked.query["properties"].split(",")))
        return _error(404, "OBJECT_NOT_FOUND", "resource not found")

    def _told(self, object_id: str, properties: list[str]) -> dict[str, Any]:
        held = self.contacts[object_id] | {"hs_object_id": object_id}
        # A property that does not exist is left out without a word.
        named = [one for one in properties if one in self.properties or one in _DEFAULTS]
        told = {name: held.get(name) for name in named}
        return {"id": object_id, "properties": told, "archived": False} | _TIMES

    def _search(self, sent: Mapping[str, Any]) -> Told:
        groups = sent.get("filterGroups", [])
        if len(groups) > 5 or any(len(group["filters"]) > 6 for group in groups):
            return _error(400, "VALIDATION_ERROR", "too many filters")
        unknown = {one["propertyName"] for group in groups for one in group["filters"]}
        if unknown - self.properties:
            return _error(400, "VALIDATION_ERROR", "There was a problem with the request.")
        found = [
            object_id for object_id, one in self.contacts.items()
            if any(all(_fits(one, each) for each in group["filters"]) for group in groups)
        ]  # fmt: skip
        begin, limit = int(sent.get("after", 0)), int(sent.get("limit", 10))
        properties = sent.get("properties") or list(_DEFAULTS)
        page = [self._told(object_id, properties) for object_id in found[begin : begin + limit]]
        content: dict[str, Any] = {"total": len(found), "results": page}
        if begin + limit < len(found):
            content["paging"] = {"next": {"after": str(begin + limit)}}
        return Told(200, content)

    def _list(self, query: Mapping[str, str]) -> Told:
        limit = int(query.get("limit", 10))
        if limit > 100:
            return _error(400, "VALIDATION_ERROR", "limit must be at most 100")
        ids = list(self.contacts)
        begin = ids.index(query["after"]) if "after" in query else 0
        properties = query.get("properties", ",".join(_DEFAULTS)).split(",")
        page = [self._told(object_id, properties) for object_id in ids[begin : begin + limit]]
        content: dict[str, Any] = {"results": page}
        if begin + limit < len(ids):
            after = ids[begin + limit]
            content["paging"] = {"next": {"after": after, "link": f"?after={after}"}}
        return Told(200, content)

    def _upsert(self, sent: Mapping[str, Any]) -> Told:
        if len(sent["inputs"]) > 100:
            return _error(400, "VALIDATION_ERROR", "at most 100 inputs")
        for one in sent["inputs"]:
            unknown = set(one["properties"]) - set(self.result_properties)
            if unknown or not f"{one['properties']['risk_score']}".isdigit():
                return _error(400, "VALIDATION_ERROR", f"Property values were not valid: {unknown}")
        results = []
        for one in sent["inputs"]:
            is_new = one["id"] not in self.results
            self.results[one["id"]] = one["properties"]
            results.append({"id": one["id"], "new": is_new, "properties": {}} | _TIMES)
        times = {"startedAt": _TIMES["createdAt"], "completedAt": _TIMES["createdAt"]}
        return Told(200, {"status": "COMPLETE", "results": results} | times)


def _fits(contact: Mapping[str, str | None], each: Mapping[str, Any]) -> bool:
    held = contact.get(each["propertyName"])
    if each["operator"] == "IN":
        return held in each["values"]
    return held is not None and held.lower() == f"{each['value']}".lower()


def _error(status: int, category: str, message: str) -> Told:
    return Told(status, {
        "status": "error", "message": message, "category": category,
        "correlationId": "a43683b0-5717-4ceb-80b4-104d02915d8c",
    })  # fmt: skip
