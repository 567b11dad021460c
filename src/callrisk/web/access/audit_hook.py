"""What is noted of requests and sockets: who saw which call, and who did what."""

from collections.abc import Iterable
from typing import Any

from apiflask import APIFlask
from flask import Response, g, request

from callrisk.domain.access.audit_record import Deed
from callrisk.domain.access.person import Means, Subject
from callrisk.domain.access.policy_table import Operation
from callrisk.domain.time import utc_now
from callrisk.domain.webhooks.receiver_address import origin_of
from callrisk.domain.webhooks.webhook import Webhook
from callrisk.people.auditing import Auditor
from callrisk.store.people.audit_log import LISTED
from callrisk.web.contract import object_sent
from callrisk.web.room_readers import RoomReader

_READS = frozenset({"GET", "HEAD", "OPTIONS"})
# Searches, of which each is noted with the calls that it found: no two are alike.
_SEARCHES = frozenset({"searches.search_calls", "searches.save_search", "searches.read_search"})
# Reads that take customers' words out, of which each is noted with its calls.
_EXPORTS = frozenset({"corrections.read_correction_table", "calls.read_transcript"})
# The lists of answers whose rows name calls.
_LISTS_OF_CALLS = ("calls", "corrections", "escalations", "events")
# Reads that are asked by POST.
_ASKED_BY_POST = frozenset({"calls.score_customer", "searches.save_search"})
# A telephony begins, feeds and ends calls by the thousand; what it said stands in the calls.
_NOT_NOTED = frozenset({"session_routes.use_session", "segment_batches.add_segments_of_calls"})
_FEEDS = frozenset({Operation.FEED_CALLS})
_FAILED_FROM = 400
# Values of paths that name what was seen or done.
_NAMES = ("call_id", "job_id", "person_id", "key_id", "session_id", "webhook_id", "search_id")


def register(app: APIFlask, auditor: Auditor) -> None:
    """Note requests after they were answered; a request whose note cannot be stored fails."""

    @app.after_request
    def note(answer: Response) -> Response:
        known = g.get("known")
        if known is not None and known.subject.means is not Means.DEMO:
            _note(auditor, known.subject, answer)
        return answer


def note_call_joined(auditor: Auditor, asks: Subject, call_id: str, address: str) -> None:
    """Note that somebody follows a call over a socket."""
    if asks.means is not Means.DEMO:
        deed = Deed(asks.subject_id, "see_call", f"call {call_id}", address, {})
        auditor.note_hourly(deed, utc_now())


def note_calls_seen(auditor: Auditor, reader: RoomReader, call_ids: Iterable[str]) -> None:
    """Note that somebody saw calls in a room of many, those that are new in this hour."""
    seen = {LISTED: sorted(call_ids)}
    deed = Deed(reader.subject_id, "see_calls", f"list {reader.kind}", reader.address, seen)
    auditor.note_hourly(deed, utc_now())


def note_webhook(webhook: Webhook) -> None:
    """Have the note of the request at hand say where a webhook leads, and what it is told of."""
    types = [str(one) for one in webhook.event_types]
    g.noted_object = f"webhook {webhook.webhook_id}"
    g.noted = {"receiver": origin_of(webhook.url), "event_types": types}


def note_export(name: str, call_ids: Iterable[str]) -> None:
    """Have the note of the request at hand say of which calls something was taken out."""
    g.noted_object = f"export {name}"
    g.noted = {LISTED: sorted(set(call_ids))}


def _note(auditor: Auditor, asks: Subject, answer: Response) -> None:
    endpoint, operation = request.endpoint or "", g.get("operation")
    if endpoint in _NOT_NOTED or operation in _FEEDS:
        return
    is_read = request.method in _READS or endpoint in _ASKED_BY_POST
    named = _object() or g.get("noted_object", "")
    deed = Deed(
        asks.subject_id, endpoint.rpartition(".")[2], named, request.remote_addr or "",
        {"status": answer.status_code} | g.get("noted", {}),
    )  # fmt: skip
    if not is_read or endpoint in _EXPORTS:
        auditor.note(deed, utc_now())
    elif answer.status_code < _FAILED_FROM and operation is Operation.READ_CALLS:
        note = auditor.note if endpoint in _SEARCHES else auditor.note_hourly
        note(_seen(deed, named, answer), utc_now())


def _seen(deed: Deed, named: str, answer: Response) -> Deed:
    """Return the deed of seeing one call, or a list of them with their ids."""
    if named.startswith("call "):
        return Deed(deed.subject, "see_call", named, deed.address, {})
    body: Any = answer.get_json(silent=True) or {}
    # A figure may be called like a list, such as the number of calls.
    lists = [found for name in _LISTS_OF_CALLS if isinstance(found := body.get(name), list)]
    rows = [row for found in lists for row in found]
    ids = sorted({str(row.get("call_id")) for row in rows})
    # By name alone: an erasure could not take the number of a customer out of here.
    asked = named or f"list {' '.join(sorted(request.args))}".strip()
    return Deed(deed.subject, deed.action, asked, deed.address, {LISTED: ids})


def _object() -> str:
    values = request.view_args or {}
    named = next((name for name in _NAMES if name in values), None)
    if named is not None:
        return f"{named.removesuffix('_id')} {values[named]}"
    call_id = object_sent().get("call_id") if request.is_json else None
    return f"call {call_id}" if isinstance(call_id, str) and is_storable(call_id) else ""


def is_storable(text: str) -> bool:
    """Return True unless it holds half a letter, as JSON may and no database does."""
    return not any("\ud800" <= letter <= "\udfff" for letter in text)
