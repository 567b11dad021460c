"""Faults that the stand-in simulates on request, for some requests or until they are cleared."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from threading import Lock
from typing import Any

from kintone_stand_in.api.messages import Response, refusal_response, text_response
from kintone_stand_in.api.refusals import refused

_PAGE = "<!DOCTYPE html><html><head><title>{}</title></head><body>{}</body></html>"
# What stands in an HTML page, by its status.
_PAGES = {
    200: "ログイン - DEMO", 400: "400 No required SSL certificate was sent", 403: "403 Forbidden",
    404: "404 Not Found", 502: "502 Bad Gateway",
}  # fmt: skip
# These replace the answer; the request does not reach its app.
REPLACED_ANSWERS: dict[str, Callable[["Fault"], Response]] = {
    "too_many_requests": lambda _: refusal_response(refused("GAIA_TO04")),
    "locked": lambda _: refusal_response(refused("GAIA_DA02")),
    "maintenance": lambda _: text_response(503, "503 Service Unavailable", "text/plain"),
    "html": lambda fault: _html(fault.status or 502),
}
# These damage the transmission of the answer. Only `drop` keeps the request from its app, too.
TRANSMISSION_FAULTS = {"half_body", "drop", "drop_after"}
KINDS = {"latency", *REPLACED_ANSWERS, *TRANSMISSION_FAULTS}


@dataclass(slots=True)
class Fault:
    """A fault and the requests that it applies to.

    `seconds` is the length of a latency, `status` that of an HTML page, `path` the end of a path
    such as `records.json`. `times` is the number of requests that it applies to; None is all.
    """

    kind: str
    seconds: float = 0.0
    times: int | None = None
    path: str | None = None
    method: str | None = None
    app: int | None = None
    status: int | None = None

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"{self.kind} is none of {', '.join(sorted(KINDS))}")
        if self.kind == "html" and self.status not in {None, *_PAGES}:
            raise ValueError(f"an HTML page comes with a status of {', '.join(map(str, _PAGES))}")

    def applies_to(self, method: str, path: str, app: int | None) -> bool:
        """Return True if the fault applies to a request."""
        return (
            self.times != 0
            and self.method in {None, method}
            and self.app in {None, app}
            and ends_with(path, self.path)
        )


def ends_with(path: str, end: str | None) -> bool:
    """Return True if a path ends with these whole segments; None matches every path."""
    return end is None or f"/{path.strip('/')}".endswith(f"/{end.strip('/')}")


class Faults:
    """The active faults. Of several that apply to a request, one latency and one other count."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._active: list[Fault] = []

    def set(self, kind: str, **options: Any) -> None:
        """Activate a fault with options as in `Fault`; ValueError for an unknown kind or option."""
        unknown = options.keys() - {it.name for it in fields(Fault)}
        if unknown:
            raise ValueError(f"a fault has no {', '.join(sorted(unknown))}")
        with self._lock:
            self._active.append(Fault(kind, **options))

    def clear(self) -> None:
        """Deactivate all faults."""
        with self._lock:
            self._active.clear()

    def take(self, method: str, path: str, app: int | None) -> tuple[float, Fault | None]:
        """Return the latency in seconds and the other fault of a request, and count both down."""
        with self._lock:
            applying = [fault for fault in self._active if fault.applies_to(method, path, app)]
            latency = next((fault for fault in applying if fault.kind == "latency"), None)
            other = next((fault for fault in applying if fault.kind != "latency"), None)
            for fault in (latency, other):
                if fault is not None and fault.times is not None:
                    fault.times -= 1
        return latency.seconds if latency else 0.0, other


def set_from_json(faults: Faults, options: Mapping[str, Any]) -> None:
    """Activate the fault that a JSON object describes; ValueError for one that does not exist."""
    try:
        faults.set(**options)
    except TypeError as error:
        raise ValueError(f"no such fault: {error}") from error


def _html(status: int) -> Response:
    title = _PAGES[status]
    return text_response(status, _PAGE.format(title, title), "text/html")
