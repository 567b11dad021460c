"""Webhooks of other systems: add, look at, change, test and remove them."""

import re
from http import HTTPStatus
from typing import TypeVar

from apiflask import APIBlueprint
from flask import g, request

from callrisk.domain.access.policy_table import Operation
from callrisk.domain.time import utc_now
from callrisk.domain.webhooks.webhook import EVENTS_TO_CHOOSE, Webhook
from callrisk.domain.wording import Text
from callrisk.live.webhooks.webhook_service import TOO_MANY, WebhookWithSecret
from callrisk.web.access.audit_hook import note_webhook
from callrisk.web.access.guards import needs
from callrisk.web.access.webhook_words import WEBHOOK_WORDS
from callrisk.web.app_state import app_state
from callrisk.web.contract import answers, takes
from callrisk.web.refusal_words import refuse
from callrisk.wire.webhooks.webhook_answers import (
    DeliveryAnswer,
    DeliveryList,
    WebhookAnswer,
    WebhookList,
    WebhookWithSecretAnswer,
)
from callrisk.wire.webhooks.webhook_requests import AddWebhook, DeliveriesListed, WebhookEnabled

webhook_subscriptions = APIBlueprint(
    "webhook_subscriptions", __name__, url_prefix="/api/admin/webhooks", tag="webhooks"
)
_TEST_CHOSEN = Text(
    "event_types: テストは、頼んだときだけ送ります。",
    "event_types: a test is sent on request alone.",
)


@webhook_subscriptions.before_request
def find_webhook() -> None:
    """Look up the webhook that the path names, before anything else is checked; 404 without it."""
    named = (request.view_args or {}).get("webhook_id")
    if named is not None:
        # More digits than any number has are no number.
        is_number = re.fullmatch("[0-9]{1,18}", named) is not None
        g.webhook = _found(app_state().webhooks.find(int(named)) if is_number else None)


@webhook_subscriptions.get("")
@answers(WebhookList)
@needs(Operation.READ_WEBHOOKS)
def list_webhooks() -> WebhookList:
    """Return all webhooks, the newest first."""
    return WebhookList(webhooks=[WebhookAnswer.of(one) for one in app_state().webhooks.all()])


@webhook_subscriptions.post("")
@answers(WebhookWithSecretAnswer, HTTPStatus.CONFLICT, status=HTTPStatus.CREATED)
@takes(AddWebhook)
@needs(Operation.CHANGE_WEBHOOKS)
def add_webhook(json_data: AddWebhook) -> WebhookWithSecretAnswer:
    """Add a webhook, which is told of what happens from now on."""
    if not set(json_data.event_types) <= set(EVENTS_TO_CHOOSE):
        refuse(HTTPStatus.FORBIDDEN, _TEST_CHOSEN)
    made = app_state().webhooks.add(json_data.name, json_data.url, json_data.event_types, utc_now())
    if isinstance(made, Text):
        # 403: it is no matter of form; the address may not be sent to.
        refuse(HTTPStatus.CONFLICT if made is TOO_MANY else HTTPStatus.FORBIDDEN, made)
    note_webhook(made.webhook)
    return _with_secret(made)


@webhook_subscriptions.get("/<webhook_id>")
@answers(WebhookAnswer, HTTPStatus.NOT_FOUND)
@needs(Operation.READ_WEBHOOKS)
def get_webhook(webhook_id: str) -> WebhookAnswer:
    """Return one webhook."""
    return WebhookAnswer.of(g.webhook)


@webhook_subscriptions.delete("/<webhook_id>")
@answers(WebhookAnswer, HTTPStatus.NOT_FOUND)
@needs(Operation.CHANGE_WEBHOOKS)
def remove_webhook(webhook_id: str) -> WebhookAnswer:
    """Remove a webhook with all that was on its way to it; return it as it was."""
    note_webhook(g.webhook)
    app_state().webhooks.remove(int(webhook_id))
    return WebhookAnswer.of(g.webhook)


@webhook_subscriptions.post("/<webhook_id>/secret")
@answers(WebhookWithSecretAnswer, HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT)
@needs(Operation.CHANGE_WEBHOOKS)
def replace_webhook_secret(webhook_id: str) -> WebhookWithSecretAnswer:
    """Have a new secret sign; each one before signs beside it until its day is over."""
    made = app_state().webhooks.new_secret(int(webhook_id), utc_now())
    if isinstance(made, Text):
        refuse(HTTPStatus.CONFLICT, made)
    return _with_secret(_found(made))


@webhook_subscriptions.post("/<webhook_id>/enable")
@answers(WebhookAnswer, HTTPStatus.NOT_FOUND)
@takes(WebhookEnabled)
@needs(Operation.CHANGE_WEBHOOKS)
def enable_webhook(webhook_id: str, query_data: WebhookEnabled) -> WebhookAnswer:
    """Switch a webhook on, to catch up on what happened while it was off, or from now on."""
    catch_up = query_data.is_to_catch_up
    switched = app_state().webhooks.switch_on(int(webhook_id), utc_now(), catch_up=catch_up)
    return WebhookAnswer.of(_found(switched))


@webhook_subscriptions.post("/<webhook_id>/disable")
@answers(WebhookAnswer, HTTPStatus.NOT_FOUND)
@needs(Operation.CHANGE_WEBHOOKS)
def disable_webhook(webhook_id: str) -> WebhookAnswer:
    """Switch a webhook off; what happens meanwhile is kept for it."""
    return WebhookAnswer.of(_found(app_state().webhooks.switch_off(int(webhook_id), utc_now())))


@webhook_subscriptions.post("/<webhook_id>/send-again")
@answers(WebhookAnswer, HTTPStatus.NOT_FOUND, status=HTTPStatus.ACCEPTED)
@needs(Operation.CHANGE_WEBHOOKS)
def send_webhook_again(webhook_id: str) -> WebhookAnswer:
    """Send again all that was given up, each event under the id that it had."""
    return WebhookAnswer.of(_found(app_state().webhooks.send_again(int(webhook_id), utc_now())))


@webhook_subscriptions.post("/<webhook_id>/test")
@answers(DeliveryAnswer, HTTPStatus.NOT_FOUND, status=HTTPStatus.ACCEPTED)
@needs(Operation.CHANGE_WEBHOOKS)
def test_webhook(webhook_id: str) -> DeliveryAnswer:
    """Send a test; what came of it is told by the list of deliveries."""
    return DeliveryAnswer.of(app_state().webhooks.test(int(webhook_id), utc_now()))


@webhook_subscriptions.get("/<webhook_id>/deliveries")
@answers(DeliveryList, HTTPStatus.NOT_FOUND)
@takes(DeliveriesListed)
@needs(Operation.READ_WEBHOOKS)
def list_webhook_deliveries(webhook_id: str, query_data: DeliveriesListed) -> DeliveryList:
    """Return what was sent to a webhook, and what waits, the newest first."""
    newest = app_state().webhooks.deliveries(int(webhook_id), query_data.limit)
    return DeliveryList(deliveries=[DeliveryAnswer.of(one) for one in newest])


Found = TypeVar("Found", Webhook, WebhookWithSecret)


def _found(webhook: Found | None) -> Found:
    if webhook is None:
        refuse(HTTPStatus.NOT_FOUND, WEBHOOK_WORDS["none_such"])
    return webhook


def _with_secret(made: WebhookWithSecret) -> WebhookWithSecretAnswer:
    return WebhookWithSecretAnswer.with_secret(made.webhook, made.secret)
