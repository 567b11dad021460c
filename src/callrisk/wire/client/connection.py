"""One connection to the server: requests, and answers read by their model."""

from typing import Any, TypeVar
from uuid import uuid4

import requests
from pydantic import BaseModel, ValidationError

from callrisk.wire.base import Json
from callrisk.wire.people import PersonsSession
from callrisk.wire.requests import IDEMPOTENCY_HEADER

Answer = TypeVar("Answer", bound=BaseModel)

# Seconds to connect and to answer.
_TIMEOUT_S = (2.0, 5.0)


class LiveApiError(RuntimeError):
    """The server refused, or did not answer: then `status` is None."""

    def __init__(self, sentence: str, status: int | None = None) -> None:
        super().__init__(sentence)
        self.status = status

    @property
    def unreachable(self) -> bool:
        """Return whether nobody answered, as opposed to an answer that says no."""
        return self.status is None


class Connection:
    """One connection to the server at `address`, such as http://127.0.0.1:5000.

    Every method raises LiveApiError. With the session of a person each request is that person's.
    What was refused is told in `language`, in English without one.
    """

    def __init__(
        self, address: str, timeout_s: tuple[float, float] = _TIMEOUT_S,
        person: PersonsSession | None = None, language: str = "",
    ) -> None:  # fmt: skip
        self.address = address.rstrip("/")
        self._timeout_s = timeout_s
        self._session = requests.Session()
        # The server is on this machine or in this network: no proxy stands between.
        self._session.trust_env = False
        if language:
            self._session.headers["Accept-Language"] = language
        self._person = person

    @property
    def is_of_a_person(self) -> bool:
        """True if each request is that of a person who has logged in."""
        return self._person is not None

    def _get(self, model: type[Answer], path: str, query: Json | None = None) -> Answer:
        return self._answer(model, "GET", path, params=query)

    def _post(self, model: type[Answer], path: str, body: Json) -> Answer:
        return self._answer(model, "POST", path, json=body)

    def _add(self, model: type[Answer], path: str, body: Json) -> Answer:
        """Send what adds something, once more if no answer came; it is added once all the same."""
        headers = {IDEMPOTENCY_HEADER: str(uuid4())}
        try:
            return self._answer(model, "POST", path, headers=headers, json=body)
        except LiveApiError as error:
            if not error.unreachable:
                raise
            return self._answer(model, "POST", path, headers=headers, json=body)

    def _answer(self, model: type[Answer], method: str, path: str, **parts: Any) -> Answer:
        own = {} if self._person is None else self._person.headers
        headers = own | parts.pop("headers", {})
        url = f"{self.address}/api/{path}"
        try:
            answer = self._session.request(
                method, url, timeout=self._timeout_s, allow_redirects=False,
                headers=headers, **parts,
            )  # fmt: skip
            body = answer.json()
        except requests.JSONDecodeError as error:
            status = answer.status_code
            raise LiveApiError(f"{self.address}: HTTP {status}", status) from error
        except requests.RequestException as error:
            raise LiveApiError(f"{self.address}: {type(error).__name__}") from error
        if not answer.ok:
            raise LiveApiError(_sentence(body, answer.status_code), answer.status_code)
        try:
            return model.model_validate(body)
        except ValidationError as error:
            sentence = f"{url}: not the answer of this version ({error.error_count()} fields)"
            raise LiveApiError(sentence, answer.status_code) from error


def _sentence(problem: Any, status: int) -> str:
    texts = problem if isinstance(problem, dict) else {}
    return str(texts.get("detail") or texts.get("title") or status)
