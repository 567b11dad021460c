"""Another telephony, played by ourselves: the server's own REST, as any system would use it."""

from typing import Any

import requests

_PATIENCE_S = 10


class ServerError(RuntimeError):
    """The server does not answer or refuses; the message says which."""


class ServerApi:
    """The three calls that a telephony makes, about recordings that are marked DEMO."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._session = requests.Session()

    def refuse_production(self) -> None:
        """ServerError when the server is one for real calls."""
        if self._ask("GET", "health").get("environment") == "production":
            raise ServerError(f"{self._url} is in production: recorded calls would stand among "
                              "real ones; name another server with --url")  # fmt: skip

    def start_call(self, call_id: str, customer_id: str | None, agent_id: str) -> None:
        """Begin a call."""
        ids = {"call_id": call_id, "customer_id": customer_id, "agent_id": agent_id}
        self._ask("POST", "start_call", ids | {"demo": True})

    def segments(self, call_id: str, segments: list[dict[str, Any]]) -> None:
        """Send finished turns."""
        self._ask("POST", f"calls/{call_id}/segments", {"segments": segments})

    def end_call(self, call_id: str) -> dict[str, Any]:
        """End a call; its summary."""
        return dict(self._ask("POST", "end_call", {"call_id": call_id})["summary"])

    def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        url = f"{self._url}/api/{path}"
        try:
            answer = self._session.request(method, url, json=body, timeout=_PATIENCE_S)
        except requests.RequestException as error:
            raise ServerError(f"{self._url} does not answer: start it, or name it with --url "
                              f"({type(error).__name__})") from error  # fmt: skip
        if not answer.ok:
            raise ServerError(f"{url}: {answer.status_code} {answer.text[:200]}")
        return answer.json()
