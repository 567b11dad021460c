"""A Salesforce of customers and results, in the shapes of its REST API guide.

Query and query more, sObject rows by external id, describe, the client credentials flow, and the
errors of "Status Codes and Error Responses": an array of objects with errorCode and message.
"""

import secrets
from typing import Any
from urllib.parse import parse_qsl

from harness.http_crm.json_server import Asked, JsonServer, Told
from harness.http_crm.soql import MalformedQueryError, Soql, parsed

CLIENT, SECRET = "3MVG9-the-client", "the-secret-of-the-client"
_VERSION = "/services/data/v66.0"
_RESULT_FIELDS = (
    "Id", "EventKey__c", "CallId__c", "CustomerNo__c", "AgentId__c", "RiskScore__c",
    "RiskCategory__c", "RiskLabel__c", "TopReasons__c", "ModelVersion__c", "Skill__c",
    "ScoredAt__c",
)  # fmt: skip
CONTACT_FIELDS = (
    "Id", "CustomerNo__c", "Name", "Phone", "MobilePhone", "LatePayments__c", "ContractAmount__c",
    "PaymentMethod__c", "ContractMonths__c", "YearsEmployed__c",
)  # fmt: skip
LIMITED = Told(
    403, [{"message": "TotalRequests Limit exceeded.", "errorCode": "REQUEST_LIMIT_EXCEEDED"}]
)


def contact(number: str, **fields: Any) -> dict[str, Any]:
    """Return a contact by its customer number; fields that nobody filled are null."""
    return dict.fromkeys(CONTACT_FIELDS) | {
        "Id": f"003{number.encode().hex()[-12:].zfill(12)}AAA", "CustomerNo__c": number, **fields,
    }  # fmt: skip


class Salesforce(JsonServer):
    """Contacts, and results by their external id; a page has `batch` records."""

    def __init__(self, contacts: list[dict[str, Any]], batch: int = 2000) -> None:
        self.contacts = contacts
        self.batch = batch
        self.fields = set(CONTACT_FIELDS)
        self.result_fields = set(_RESULT_FIELDS)
        self.results: dict[str, dict[str, Any]] = {}
        self.tokens: set[str] = set()
        self.tokens_given = 0
        # Records that a query found and that are told by its locator.
        self._found: dict[str, tuple[Soql, list[dict[str, Any]]]] = {}
        super().__init__()

    def answer(self, asked: Asked) -> Told:
        """Return the answer of a resource."""
        if asked.path == "/services/oauth2/token":
            return self._token(asked)
        bearer = asked.headers.get("Authorization", "").removeprefix("Bearer ")
        if bearer not in self.tokens:
            return _error(401, "INVALID_SESSION_ID", "Session expired or invalid")
        resource = asked.path.removeprefix(_VERSION).strip("/")
        if resource == "query":
            return self._query(asked.query.get("q", ""))
        if resource.startswith("query/"):
            return self._query_more(resource.removeprefix("query/"))
        return self._of_results(asked, resource)

    def _of_results(self, asked: Asked, resource: str) -> Told:
        if resource == "sobjects/CallRisk__c/describe":
            listed = [{"name": name, "createable": True} for name in sorted(self.result_fields)]
            return Told(200, {"name": "CallRisk__c", "createable": True, "fields": listed})
        if resource.startswith("sobjects/CallRisk__c/EventKey__c/") and asked.method == "PATCH":
            return self._upsert(asked)
        return _error(404, "NOT_FOUND", "The requested resource does not exist")

    def end_tokens(self) -> None:
        """Let no token count any more, as after a change of the session's settings."""
        self.tokens.clear()

    def _token(self, asked: Asked) -> Told:
        form = dict(parse_qsl(asked.body.decode()))
        if form.get("grant_type") != "client_credentials":
            return Told(400, {"error": "unsupported_grant_type",
                              "error_description": "grant type not supported"})  # fmt: skip
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT, SECRET):
            return Told(400, {"error": "invalid_client_id",
                              "error_description": "client identifier invalid"})  # fmt: skip
        token = f"00D{secrets.token_urlsafe(24)}"
        self.tokens.add(token)
        self.tokens_given += 1
        return Told(200, {
            "access_token": token, "signature": "nUFHwtfIGLKDTHcLWmDBG8frv0t=",
            "token_format": "opaque", "instance_url": self.url,
            "id": "https://login.salesforce.com/id/00D/005", "token_type": "Bearer",
            "issued_at": "1764500000000", "scope": "api",
        })  # fmt: skip

    def _query(self, text: str) -> Told:
        try:
            query = parsed(text)
        except MalformedQueryError as error:
            return _error(400, "MALFORMED_QUERY", f"{error}: {text}")
        unknown = sorted(query.named - self.fields)
        if unknown:
            return _error(
                400, "INVALID_FIELD",
                f"\n{text}\n^\nERROR at Row:1:Column:8\nNo such column '{unknown[0]}' on entity "
                "'Contact'. If you are attempting to use a custom field, be sure to append the "
                "'__c' after the custom field name.",
            )  # fmt: skip
        rows = [one for one in self.contacts if query.takes(one)][: query.limit]
        return self._page(query, rows, 0, f"01g{len(self._found):012d}")

    def _query_more(self, locator: str) -> Told:
        name, _, begin = locator.rpartition("-")
        if name not in self._found:
            return _error(400, "INVALID_QUERY_LOCATOR", "invalid query locator")
        query, rows = self._found[name]
        return self._page(query, rows, int(begin), name)

    def _page(self, query: Soql, rows: list[dict[str, Any]], begin: int, name: str) -> Told:
        end = begin + self.batch
        records = [
            {"attributes": {"type": "Contact", "url": f"{_VERSION}/sobjects/Contact/{one['Id']}"}}
            | {field: one[field] for field in query.fields}
            for one in rows[begin:end]
        ]  # fmt: skip
        content = {"totalSize": len(rows), "done": end >= len(rows), "records": records}
        if end < len(rows):
            self._found[name] = query, rows
            content["nextRecordsUrl"] = f"{_VERSION}/query/{name}-{end}"
        return Told(200, content)

    def _upsert(self, asked: Asked) -> Told:
        key, sent = asked.steps[-1], asked.content
        unknown = sorted(set(sent) - self.result_fields)
        if unknown:
            return _error(
                400, "INVALID_FIELD",
                f"No such column '{unknown[0]}' on sobject of type CallRisk__c",
            )  # fmt: skip
        if "EventKey__c" in sent or "Id" in sent:
            return _error(400, "INVALID_FIELD", "The external id must not stand in the body")
        if len(f"{sent.get('CallId__c', '')}") > 80:
            return _error(400, "STRING_TOO_LONG", "CallId__c: data value too large")
        is_new = key not in self.results
        self.results[key] = self.results.get(key, {}) | sent
        content = {"id": f"a01{len(self.results):015d}", "success": True, "errors": [],
                   "created": is_new}  # fmt: skip
        return Told(201 if is_new else 200, content)


def _error(status: int, code: str, message: str) -> Told:
    return Told(status, [{"message": message, "errorCode": code}])
