"""One signed request to the receiver of a webhook, by the Standard Webhooks specification.

It follows no redirect, reads no body, and ends in time whatever the receiver does.
"""

import time
from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus

import requests
from standardwebhooks import Webhook as Signer

from callrisk.background.request_watchdog import Watchdog, keep_urls_out_of_logs
from callrisk.domain.outside import OutsideError
from callrisk.domain.webhooks.receiver_address import (
    AllowedPlaces,
    UnfitAddressError,
    receiver_of,
)
from callrisk.domain.webhooks.webhook import Target
from callrisk.integrations.webhooks.guarded_connection import (
    GuardedAdapter,
    Resolve,
    guarded_opening,
    resolved,
)

TIMEOUT_S = 15.0
_LONGEST_WAIT_S = 86_400.0


class WebhookError(OutsideError):
    """A receiver did not take what was sent; the message says why in few words, without its URL.

    `is_gone` says that it wants nothing any more.
    """

    def __init__(
        self, problem: str, *, is_gone: bool = False, retry_after_s: float | None = None
    ) -> None:
        super().__init__(problem, permanent=is_gone, retry_after_s=retry_after_s)
        self.is_gone = is_gone


class WebhookPost:
    """Sends to the places that are allowed; for any number of threads."""

    def __init__(
        self, allowed: AllowedPlaces, timeout_s: float = TIMEOUT_S, resolve: Resolve = resolved
    ) -> None:
        self._allowed = allowed
        self._timeout_s = timeout_s
        self._resolve = resolve
        keep_urls_out_of_logs()

    def __call__(self, target: Target, message_id: str, body: str, now: datetime) -> None:
        """Send a body; WebhookError where it was not taken."""
        try:
            receiver = receiver_of(target.url, self._allowed)
        except UnfitAddressError as error:
            raise WebhookError("address refused") from error
        headers = headers_of(target.secrets, message_id, body, now)
        with Watchdog(self._timeout_s) as watchdog:
            answer = self._answer(receiver.url, headers, body, watchdog)
        _judge(answer)

    def _answer(
        self, url: str, headers: Mapping[str, str], body: str, watchdog: Watchdog
    ) -> requests.Response:
        """Return status and headers of the answer; errors of `requests` would quote the URL."""
        session = requests.Session()
        # The certificates of a company count; its proxy does not: it would connect for us.
        settings = session.merge_environment_settings(url, {}, True, None, None)
        adapter = GuardedAdapter(guarded_opening(self._allowed, self._resolve, watchdog))
        began = time.monotonic()
        try:
            request = requests.Request("POST", url, dict(headers), data=body.encode()).prepare()
            # The adapter's own send follows no redirect and keeps no cookies.
            with adapter.send(
                request, stream=True, verify=settings["verify"] or True, timeout=self._timeout_s
            ) as answer:
                if watchdog.is_over:
                    raise TimeoutError  # a head that was cut off looks like one that ended
                return answer
        except UnfitAddressError as error:
            raise WebhookError("address refused") from error
        except (requests.RequestException, OSError, ValueError) as error:
            was_late = watchdog.is_over or time.monotonic() - began >= self._timeout_s
            raise WebhookError("no answer in time" if was_late else _named(error)) from None
        finally:
            adapter.close()
            session.close()


def headers_of(
    secrets: tuple[str, ...], message_id: str, body: str, now: datetime
) -> dict[str, str]:
    """Return the headers of a message, with a signature by each secret."""
    signatures = [Signer(secret).sign(message_id, now, body) for secret in secrets]
    return {
        "Content-Type": "application/json", "User-Agent": "callrisk",
        "webhook-id": message_id, "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signatures),
    }  # fmt: skip


def _judge(answer: requests.Response) -> None:
    """Raise WebhookError for every status but one of success."""
    status = answer.status_code
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return
    raise WebhookError(
        f"HTTP {status}", is_gone=status == HTTPStatus.GONE,
        retry_after_s=_wait_s(answer.headers.get("Retry-After", "")),
    )  # fmt: skip


def _wait_s(told: str) -> float | None:
    is_seconds = told.isascii() and told.isdigit() and len(told) <= len("86400")
    return min(float(told), _LONGEST_WAIT_S) if is_seconds else None


def _named(error: Exception) -> str:
    if isinstance(error, requests.exceptions.SSLError):
        return "certificate refused or TLS failed"
    if isinstance(error, requests.Timeout):
        return "no answer in time"
    return "no connection"
