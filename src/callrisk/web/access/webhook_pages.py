"""The page of webhooks in the administration; plain forms."""

from http import HTTPStatus
from urllib.parse import urlencode

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from callrisk.domain.access.policy_table import Operation
from callrisk.domain.time import utc_now
from callrisk.domain.webhooks.webhook import EVENTS_TO_CHOOSE, Delivery, DeliveryState, Webhook
from callrisk.domain.wording import Text
from callrisk.live.webhooks.webhook_service import WebhookWithSecret
from callrisk.people.administration import NewSecret
from callrisk.web.access.access_words import page_language, spoken
from callrisk.web.access.admin_pages import admin_page
from callrisk.web.access.audit_hook import note_webhook
from callrisk.web.access.guards import needs
from callrisk.web.access.webhook_words import (
    EVENT_WORDS,
    RESULT_WORDS,
    STATE_WORDS,
    WEBHOOK_WORDS,
)
from callrisk.web.app_state import app_state
from callrisk.web.refusal_words import refuse

webhook_pages = Blueprint("webhook_pages", __name__, url_prefix="/admin/webhooks")

_SHOWN = 50
# What a page may say that an action led to.
_DONE = frozenset({"tested", "saved", "removed", "sent_again"})
_CATCH_UP = {"true": True, "false": False}


@webhook_pages.get("")
@needs(Operation.READ_WEBHOOKS, is_page=True)
def show_webhooks() -> Response:
    """The webhooks."""
    return _page()


@webhook_pages.get("/<int:webhook_id>")
@needs(Operation.READ_WEBHOOKS, is_page=True)
def show_webhook(webhook_id: int) -> Response:
    """The webhooks, and the newest deliveries of one."""
    return _page(_found(webhook_id))


@webhook_pages.post("")
@needs(Operation.CHANGE_WEBHOOKS)
def make_webhook() -> Response:
    """Add a webhook; its secret is shown once, and a page that is loaded anew adds no other."""
    form = request.form
    if form.get("newest", _newest()) != _newest():
        return _page(fault=WEBHOOK_WORDS["sent_already"])
    types = [one for one in EVENTS_TO_CHOOSE if str(one) in form.getlist("event_types")]
    made = app_state().webhooks.add(form.get("name", ""), form.get("url", ""), types, utc_now())
    if isinstance(made, Text):
        return _page(fault=made)
    note_webhook(made.webhook)
    return _page(made.webhook, secret=made)


@webhook_pages.post("/<int:webhook_id>/secret")
@needs(Operation.CHANGE_WEBHOOKS)
def renew_webhook_secret(webhook_id: int) -> Response:
    """Have a new secret sign, which is shown once; a page that is loaded anew replaces no other."""
    webhook = _found(webhook_id)
    if request.form.get("old_secret_until", "") != f"{webhook.old_secret_until or ''}":
        return _page(webhook, fault=WEBHOOK_WORDS["sent_already"])
    made = app_state().webhooks.new_secret(webhook_id, utc_now())
    if isinstance(made, Text):
        return _page(webhook, fault=made)
    return _page(_found(webhook_id), secret=made)


@webhook_pages.post("/<int:webhook_id>/test")
@needs(Operation.CHANGE_WEBHOOKS)
def try_webhook(webhook_id: int) -> AnyResponse:
    """Send a test."""
    app_state().webhooks.test(_found(webhook_id).webhook_id, utc_now())
    return _shown("tested", webhook_id)


@webhook_pages.post("/<int:webhook_id>/enable")
@needs(Operation.CHANGE_WEBHOOKS)
def switch_webhook_on(webhook_id: int) -> AnyResponse:
    """Switch a webhook on, to catch up or from now on."""
    chosen = _CATCH_UP.get(request.form.get("catch_up", ""))
    service = app_state().webhooks
    service.switch_on(_found(webhook_id).webhook_id, utc_now(), catch_up=chosen)
    return _shown("saved", webhook_id)


@webhook_pages.post("/<int:webhook_id>/disable")
@needs(Operation.CHANGE_WEBHOOKS)
def switch_webhook_off(webhook_id: int) -> AnyResponse:
    """Switch a webhook off."""
    app_state().webhooks.switch_off(_found(webhook_id).webhook_id, utc_now())
    return _shown("saved", webhook_id)


@webhook_pages.post("/<int:webhook_id>/send-again")
@needs(Operation.CHANGE_WEBHOOKS)
def send_again(webhook_id: int) -> AnyResponse:
    """Send again all that was given up."""
    app_state().webhooks.send_again(_found(webhook_id).webhook_id, utc_now())
    return _shown("sent_again", webhook_id)


@webhook_pages.post("/<int:webhook_id>/remove")
@needs(Operation.CHANGE_WEBHOOKS)
def delete_webhook(webhook_id: int) -> AnyResponse:
    """Remove a webhook."""
    note_webhook(_found(webhook_id))
    app_state().webhooks.remove(webhook_id)
    return _shown("removed")


def _shown(done: str, webhook_id: int | None = None) -> AnyResponse:
    """Return the way to the page that says what was done; loaded anew, it does nothing."""
    path = webhook_pages.url_prefix or ""
    asked = urlencode({"lang": page_language(), "done": done})
    where = path if webhook_id is None else f"{path}/{webhook_id}"
    return redirect(f"{where}?{asked}", HTTPStatus.SEE_OTHER)


def _newest() -> str:
    """Return the number of the newest webhook, as the form to add one names it."""
    return str(next((one.webhook_id for one in app_state().webhooks.all()), 0))


def _found(webhook_id: int) -> Webhook:
    webhook = app_state().webhooks.find(webhook_id)
    if webhook is None:
        refuse(HTTPStatus.NOT_FOUND, WEBHOOK_WORDS["none_such"])
    return webhook


def _page(
    shown: Webhook | None = None, fault: Text | None = None,
    secret: WebhookWithSecret | None = None,
) -> Response:  # fmt: skip
    service, language = app_state().webhooks, page_language()
    deliveries = [] if shown is None else service.deliveries(shown.webhook_id, _SHOWN)
    words = {name: spoken(text, language) for name, text in WEBHOOK_WORDS.items()}
    done = WEBHOOK_WORDS[asked] if (asked := request.args.get("done")) in _DONE else None
    told = None if secret is None else NewSecret(secret.secret, secret.webhook.name)
    return admin_page(
        "admin_webhooks.html", HTTPStatus.UNPROCESSABLE_ENTITY if fault else HTTPStatus.OK,
        fault=fault, done=done, secret=told, w=words, shown=shown, deliveries=deliveries,
        webhooks=service.all(), all_types=EVENTS_TO_CHOOSE, event_words=EVENT_WORDS,
        state_words=STATE_WORDS, result_words=RESULT_WORDS,
        may_send_again=any(map(_is_given_up, deliveries)), typed=request.form if fault else {},
    )  # fmt: skip


def _is_given_up(delivery: Delivery) -> bool:
    return delivery.state is DeliveryState.GIVEN_UP
