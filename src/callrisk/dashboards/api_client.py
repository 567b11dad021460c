"""The live server as the apps see it: each call one request, each failure one sentence."""

from typing import Any, cast
from urllib.parse import quote

import requests

from callrisk.dashboards.wire import Call, CallDetail, Health, Summary

# Seconds to connect and to answer; the screen asks again by itself.
_TIMEOUT = (2.0, 5.0)
Json = dict[str, Any]


class LiveApiError(RuntimeError):
    """The live server said no, or nothing at all: then `status` is None."""

    def __init__(self, sentence: str, status: int | None = None) -> None:
        super().__init__(sentence)
        self.status = status

    @property
    def unreachable(self) -> bool:
        """Whether nobody answered, as opposed to an answer that says no."""
        return self.status is None


class LiveApi:
    """One connection to the live server at `address`, such as http://127.0.0.1:5000."""

    def __init__(self, address: str) -> None:
        self.address = address.rstrip("/")
        self._session = requests.Session()
        # The server is on this machine or in this network: no proxy stands between.
        self._session.trust_env = False

    def health(self) -> Health:
        """How the server is."""
        return cast(Health, self._get("/api/health"))

    def calls(self, status: str | None = None, limit: int = 50) -> list[Call]:
        """Calls, the newest first; `status` is "active" or "ended"."""
        asked = {"limit": limit} | ({"status": status} if status else {})
        return cast(list[Call], self._get("/api/calls", asked)["calls"])

    def call(self, call_id: str) -> CallDetail:
        """One call with all that was heard, answered and noted."""
        return cast(CallDetail, self._get(f"/api/calls/{_segment(call_id)}"))

    def start_call(self, call_id: str, customer_id: str | None, agent_id: str) -> Json:
        """Begin a call."""
        body = {"call_id": call_id, "customer_id": customer_id, "agent_id": agent_id}
        return self._post("/api/start_call", body)

    def start_demo_call(self, agent_id: str) -> str:
        """Play a recorded call to this agent; the answer is its id."""
        return str(self._post("/api/demo/calls", {"agent_id": agent_id})["call_id"])

    def assign_customer(
        self, call_id: str, customer_id: str | None, agent_id: str, record_id: str | None = None
    ) -> None:
        """Say who the customer of a call is; None for nobody."""
        body = {"customer_id": customer_id, "agent_id": agent_id, "record_id": record_id}
        self._post(f"/api/calls/{_segment(call_id)}/customer", body)

    def end_call(self, call_id: str) -> Summary:
        """End a call."""
        return cast(Summary, self._post("/api/end_call", {"call_id": call_id})["summary"])

    def note(self, call_id: str, agent_id: str, text: str, kind: str = "note") -> None:
        """Note something, or what a quick action stands for."""
        body = {"agent_id": agent_id, "text": text, "kind": kind}
        self._post(f"/api/calls/{_segment(call_id)}/notes", body)

    def escalate(self, call_id: str, agent_id: str, reason: str) -> None:
        """Ask a supervisor to look at a call."""
        body = {"agent_id": agent_id, "reason": reason}
        self._post(f"/api/calls/{_segment(call_id)}/escalate", body)

    def feedback(self, call_id: str, agent_id: str, action: str, verdict: str) -> None:
        """Say what became of a recommendation: done or dismissed."""
        body = {"agent_id": agent_id, "action": action, "verdict": verdict}
        self._post(f"/api/calls/{_segment(call_id)}/feedback", body)

    def _get(self, path: str, asked: Json | None = None) -> Json:
        return self._answer("GET", path, params=asked)

    def _post(self, path: str, body: Json) -> Json:
        return self._answer("POST", path, json=body)

    def _answer(self, method: str, path: str, **what: Any) -> Json:
        try:
            answer = self._session.request(
                method, self.address + path, timeout=_TIMEOUT, allow_redirects=False, **what
            )
            body = answer.json()
        except requests.JSONDecodeError as error:
            status = answer.status_code
            raise LiveApiError(f"{self.address}: HTTP {status}", status) from error
        except requests.RequestException as error:
            raise LiveApiError(f"{self.address}: {type(error).__name__}") from error
        if not answer.ok:
            raise LiveApiError(_sentence(body, answer.status_code), answer.status_code)
        return cast(Json, body)


def _segment(identifier: str) -> str:
    return quote(identifier, safe="")


def _sentence(problem: Json, status: int) -> str:
    return str(problem.get("detail") or problem.get("title") or status)
