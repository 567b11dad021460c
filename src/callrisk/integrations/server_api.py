"""Another telephony, played by ourselves: the server's own REST, as any system would use it."""

from typing import Any

import requests

_PATIENCE_S = 10


class ServerError(RuntimeError):
    """The server does not answer or refuses; the message says which."""


class ServerApi:
    """The three calls that a telephony makes."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._session = requests.Session()

    def start_call(self, call_id: str, customer_id: str | None, agent_id: str) -> None:
        """Begin a call."""
        self._post(
            "start_call", {"call_id": call_id, "customer_id": customer_id, "agent_id": agent_id}
        )

    def segments(self, call_id: str, segments: list[dict[str, Any]]) -> None:
        """Send finished turns."""
        self._post(f"calls/{call_id}/segments", {"segments": segments})

    def end_call(self, call_id: str) -> dict[str, Any]:
        """End a call; its summary."""
        return dict(self._post("end_call", {"call_id": call_id})["summary"])

    def _post(self, path: str, body: dict[str, Any]) -> Any:
        url = f"{self._url}/api/{path}"
        try:
            answer = self._session.post(url, json=body, timeout=_PATIENCE_S)
        except requests.RequestException as error:
            raise ServerError(f"{self._url} does not answer: start it, or name it with --url "
                              f"({type(error).__name__})") from error  # fmt: skip
        if not answer.ok:
            raise ServerError(f"{url}: {answer.status_code} {answer.text[:200]}")
        return answer.json()
