"""The page of webhooks in the administration; plain forms."""

from http import HTTPStatus

from apiflask import abort
from flask import Blueprint, Response, request

from callrisk.domain.access.policy_table import Operation
from callrisk.domain.time import utc_now
from callrisk.domain.webhooks.webhook import EVENTS_TO_CHOOSE, Webhook
from callrisk.domain.wording import Text
from callrisk.live.webhooks.webhook_service import WebhookWithSecret
from callrisk.people.administration import NewSecret
from callrisk.web.access.access_words import page_language, spoken
from callrisk.web.access.admin_pages import admin_page
from callrisk.web.access.guards import needs
from callrisk.web.access.webhook_words import (
    EVENT_WORDS,
    RESULT_WORDS,
    STATE_WORDS,
    WEBHOOK_WORDS,
)
from callrisk.web.app_state import app_state

webhook_pages = Blueprint("webhook_pages", __name__, url_prefix="/admin/webhooks")

_SHOWN = 50


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
    """Add a webhook; its secret is shown once."""
    form = request.form
    types = [one for one in EVENTS_TO_CHOOSE if str(one) in form.getlist("event_types")]
    made = app_state().webhooks.add(form.get("name", ""), form.get("url", ""), types, utc_now())
    if isinstance(made, Text):
        return _page(fault=made)
    return _page(made.webhook, secret=made)


@webhook_pages.post("/<int:webhook_id>/secret")
@needs(Operation.CHANGE_WEBHOOKS)
def renew_webhook_secret(webhook_id: int) -> Response:
    """Have a new secret sign, which is shown once."""
    made = app_state().webhooks.new_secret(_found(webhook_id).webhook_id, utc_now())
    return _page(_found(webhook_id), secret=made)


@webhook_pages.post("/<int:webhook_id>/test")
@needs(Operation.CHANGE_WEBHOOKS)
def try_webhook(webhook_id: int) -> Response:
    """Send a test."""
    app_state().webhooks.test(_found(webhook_id).webhook_id, utc_now())
    return _page(_found(webhook_id), done=WEBHOOK_WORDS["tested"])


@webhook_pages.post("/<int:webhook_id>/enable")
@needs(Operation.CHANGE_WEBHOOKS)
def switch_webhook_on(webhook_id: int) -> Response:
    """Switch a webhook on."""
    return _switched(webhook_id, is_on=True)


@webhook_pages.post("/<int:webhook_id>/disable")
@needs(Operation.CHANGE_WEBHOOKS)
def switch_webhook_off(webhook_id: int) -> Response:
    """Switch a webhook off."""
    return _switched(webhook_id, is_on=False)


@webhook_pages.post("/<int:webhook_id>/remove")
@needs(Operation.CHANGE_WEBHOOKS)
def delete_webhook(webhook_id: int) -> Response:
    """Remove a webhook."""
    app_state().webhooks.remove(_found(webhook_id).webhook_id)
    return _page(done=WEBHOOK_WORDS["removed"])


def _switched(webhook_id: int, *, is_on: bool) -> Response:
    app_state().webhooks.switch(_found(webhook_id).webhook_id, utc_now(), is_on=is_on)
    return _page(_found(webhook_id), done=WEBHOOK_WORDS["saved"])


def _found(webhook_id: int) -> Webhook:
    webhook = app_state().webhooks.find(webhook_id)
    if webhook is None:
        abort(HTTPStatus.NOT_FOUND, "There is no such webhook.")
    return webhook


def _page(
    shown: Webhook | None = None, fault: Text | None = None, done: Text | None = None,
    secret: WebhookWithSecret | None = None,
) -> Response:  # fmt: skip
    service, language = app_state().webhooks, page_language()
    deliveries = [] if shown is None else service.deliveries(shown.webhook_id, _SHOWN)
    words = {name: spoken(text, language) for name, text in WEBHOOK_WORDS.items()}
    told = None if secret is None else NewSecret(secret.secret, secret.webhook.name)
    return admin_page(
        "admin_webhooks.html", HTTPStatus.UNPROCESSABLE_ENTITY if fault else HTTPStatus.OK,
        fault=fault, done=done, secret=told, w=words, shown=shown, deliveries=deliveries,
        webhooks=service.all(), all_types=EVENTS_TO_CHOOSE, event_words=EVENT_WORDS,
        state_words=STATE_WORDS, result_words=RESULT_WORDS, typed=request.form if fault else {},
    )  # fmt: skip
