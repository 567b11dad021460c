"""The sender of webhooks: follows the log, and sends what is due to each webhook in a thread.

A receiver that is slow or away holds up nobody else. What was not taken is sent again later, with
longer and longer waits; a receiver that takes nothing for days, or says that it is gone, is
switched off, which the health answer and the log tell. What waited for it then waits on: given up
is an event alone that was refused again and again while the webhook stayed on.
"""

import json
import logging
import secrets
import threading
import traceback
from collections.abc import Callable
from datetime import datetime, timedelta

from callrisk.background.crash_points import crash_point
from callrisk.background.loop import Loop
from callrisk.background.retry import RETRIES, RetryTable, RetryTimings
from callrisk.background.tally import Tally
from callrisk.domain.outside import OutsideError
from callrisk.domain.time import utc_now
from callrisk.domain.webhooks.webhook import Delivery, Target, WebhookState
from callrisk.store.ciphers.sealing import SealError
from callrisk.store.store_away import store_away_reported
from callrisk.store.webhooks.webhook_claims import (
    LONGEST_WAIT,
    Failure,
    WebhookHealth,
    WebhookLostError,
)
from callrisk.store.webhooks.webhook_store import WebhookStore
from callrisk.wire.base import wire_time

logger = logging.getLogger(__name__)

_STEP_EVERY_S = 0.5
_KEEP_EVERY_S = 60.0
# Of one claim, so that what another process knows better is looked at now and then.
_MOST_AT_ONCE = 100
# With so many failures in a row a receiver counts as away: when it is back, all is sent.
_AWAY_AFTER = 3
# A receiver that takes nothing for so long is switched off.
FAILING_FOR = timedelta(days=5)
# Of so many old events at least: one alone may be what the receiver cannot take.
_REFUSED_LEAST = 2
_STOPS_WITHIN_S = 2.0
# A wait is drawn between half of its length and the whole.
_CHANCES = 1_000

Post = Callable[[Target, str, str, datetime], None]


def chance() -> float:
    """Return a number between a half and one."""
    return 0.5 + secrets.randbelow(_CHANCES + 1) / (2 * _CHANCES)


class WebhookSender:
    """Sends between `start` and `stop`; `post` sends one body, and raises OutsideError."""

    def __init__(
        self, store: WebhookStore, post: Post, kept_days: int, retries: RetryTable = RETRIES,
        now: Callable[[], datetime] = utc_now,
    ) -> None:  # fmt: skip
        self._store = store
        self._post = post
        self._kept_days = kept_days
        self._retries = retries
        self._now = now
        # Attempts of this process by what came of them.
        self.outcomes = Tally()
        self._stopped = threading.Event()
        self._threads: dict[int, threading.Thread] = {}
        away = (OutsideError,)
        self._loops = (
            Loop("webhooks", store_away_reported()(self.step), _STEP_EVERY_S, away),
            Loop("webhook upkeep", store_away_reported()(self._keep), _KEEP_EVERY_S, away),
        )

    @property
    def problem(self) -> str | None:
        """Return the fault that keeps all webhooks from being sent; None without one."""
        return next((loop.problem for loop in self._loops if loop.problem), None)

    def start(self) -> None:
        """Begin."""
        for loop in self._loops:
            loop.start()

    def stop(self) -> None:
        """End after the requests under way, or leave them behind."""
        for loop in self._loops:
            loop.stop()
        self._stopped.set()
        for thread in list(self._threads.values()):
            thread.join(_STOPS_WITHIN_S / max(1, len(self._threads)))

    def step(self) -> int:
        """Make deliveries of the log, and have what is due sent; return to how many webhooks."""
        with store_away_reported():
            self._store.log.step(self._now())
            due = self._store.claims.due(self._now())
        self._threads = {
            webhook_id: thread for webhook_id, thread in self._threads.items() if thread.is_alive()
        }
        started = [webhook_id for webhook_id in due if webhook_id not in self._threads]
        for webhook_id in started:
            thread = threading.Thread(
                target=self._run, args=(webhook_id,), name=f"webhook {webhook_id}", daemon=True
            )
            self._threads[webhook_id] = thread
            thread.start()
        return len(started)

    def _run(self, webhook_id: int) -> None:
        try:
            with store_away_reported():
                self.send_to(webhook_id)
        except (OutsideError, WebhookLostError) as error:
            logger.warning("webhook=%d: %s", webhook_id, error)
        except Exception:  # the next step begins it again; others must not wait for it
            logger.exception("webhook=%d", webhook_id)

    def send_to(self, webhook_id: int) -> int:
        """Send what is due to a webhook, until one is not taken; return how many were taken."""
        claims, sent = self._store.claims, 0
        if not claims.claim(webhook_id, self._now()):
            return 0
        try:
            while sent < _MOST_AT_ONCE and not self._stopped.is_set():
                delivery = claims.next(webhook_id, self._now())
                if delivery is None or not self._is_taken(delivery):
                    break
                sent += 1
        finally:
            claims.release(webhook_id)
        return sent

    def _is_taken(self, delivery: Delivery) -> bool:
        health = self._store.claims.health(delivery.webhook_id, self._now())
        try:
            target = self._store.kept.target(delivery.webhook_id, self._now())
        except SealError:
            error = OutsideError("the secret cannot be opened: the key ring lacks its key")
            self._note_failure(delivery, error, health)
            return False
        if target is None:
            return False
        crash_point("before_webhook_send")
        failure = self._failure_of(target, delivery)
        if failure is not None:
            self._note_failure(delivery, failure, health)
            return False
        crash_point("between_webhook_send_and_mark")
        was_away = health.failures >= _AWAY_AFTER
        self._store.claims.delivered(delivery, self._now(), was_away=was_away)
        self.outcomes.add("delivered")
        return True

    def _failure_of(self, target: Target, delivery: Delivery) -> OutsideError | None:
        try:
            self._post(target, delivery.message_id, body_of(delivery), self._now())
        except OutsideError as error:
            return error
        except Exception as error:  # noqa: BLE001 - logged, and told by the delivery and the health
            # Without its wait it would come again at each step, and hold up all other events.
            # Its message may quote the URL, which may hold a token.
            where = "".join(traceback.format_tb(error.__traceback__))
            logger.error("webhook=%d: %s\n%s", delivery.webhook_id, type(error).__name__, where)
            return OutsideError(f"could not be sent: {type(error).__name__}")
        return None

    def _note_failure(self, delivery: Delivery, error: OutsideError, health: WebhookHealth) -> None:
        now, timings = self._now(), self._retries.webhook
        attempts, state = delivery.attempts + 1, _state_after(error, health, now)
        # What a webhook is switched off with waits for it.
        is_last = state is None and timings.is_exhausted(attempts)
        wait = _wait(timings, attempts, error)
        rest = _wait(self._retries.webhook_rest, health.failures + 1, error)
        failure = Failure(str(error), None if is_last else now + wait, now + rest, state)
        self._store.claims.failed(delivery, failure, now)
        self.outcomes.add("given_up" if is_last else "failed")
        _log(delivery, failure, attempts)

    def _keep(self) -> int:
        with store_away_reported():
            old = self._store.kept.delete_old(self._kept_days, self._now())
            return old + self._store.kept.seal_anew(self._now())


def _state_after(error: OutsideError, health: WebhookHealth, now: datetime) -> WebhookState | None:
    """Return what a webhook becomes by a failure; None if it stays on."""
    if error.permanent:
        return WebhookState.GONE
    since = health.failing_since
    is_away = since is not None and now - since >= FAILING_FOR and health.refused >= _REFUSED_LEAST
    return WebhookState.FAILING if is_away else None


def _wait(timings: RetryTimings, failures: int, error: OutsideError) -> timedelta:
    return min(timedelta(seconds=timings.wait_s(failures, error, chance())), LONGEST_WAIT)


def body_of(delivery: Delivery) -> str:
    """Return what is sent; the same each time, so that a receiver may compare it."""
    whole = {
        "type": str(delivery.event_type), "timestamp": wire_time(delivery.at),
        "data": delivery.facts,
    }  # fmt: skip
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":"))


def _log(delivery: Delivery, failure: Failure, attempts: int) -> None:
    logger.warning(
        "webhook=%d message=%s type=%s attempt=%d: %s", delivery.webhook_id, delivery.message_id,
        delivery.event_type, attempts, failure.problem,
    )  # fmt: skip
    if failure.state is not None:
        logger.error("webhook=%d is switched off: %s", delivery.webhook_id, failure.state)
