"""What can go wrong on the way, on wish: each fault for some requests or until it is cleared."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from threading import Lock
from typing import Any

from kintone_stand_in.api.messages import (
    Request,
    Response,
    refusal_response,
    text_response,
)
from kintone_stand_in.api.refusals import RefusedError, Words, refused

# These replace the answer; the request does not reach its app.
_PAGE = "<!DOCTYPE html><html><head><title>{}</title></head><body>{}</body></html>"
INSTEAD: dict[str, Callable[["Fault", Request], Response]] = {
    "too_many_requests": lambda _, asked: _refusal("GAIA_TO04", asked),
    "locked": lambda _, asked: _refusal("GAIA_DA02", asked),
    "maintenance": lambda *_: text_response(503, "503 Service Unavailable", "text/plain"),
    "html": lambda fault, _: _html(fault.status or 502),
    "old_status": lambda fault, asked: _old_status(fault.code, asked),
}
# These leave the answer as it is and spoil its way back. `drop` alone keeps the request away too.
ON_THE_WAY = {"half_body", "slow_body", "drop", "drop_after"}
KINDS = {"latency", *INSTEAD, *ON_THE_WAY}


@dataclass(slots=True)
class Fault:
    """One thing that goes wrong, for the requests that it is meant for.

    `path` is the end of a path, such as `records.json`. `seconds` is how long a latency lasts, or
    the pause after each byte of a slow body. `status` is that of an HTML page, `code` that of
    an answer with the old status 520.
    """

    kind: str
    seconds: float = 0.0
    times: int | None = None
    path: str | None = None
    method: str | None = None
    app: int | None = None
    status: int | None = None
    code: str = "GAIA_IA02"

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"{self.kind} is none of {', '.join(sorted(KINDS))}")
        if self.kind == "html" and self.status not in {None, 200, 502}:
            raise ValueError("an HTML page comes with status 200 or 502")

    def concerns(self, method: str, path: str, app: int | None) -> bool:
        """Whether it is meant for this request."""
        return (
            self.times != 0
            and self.method in {None, method}
            and self.app in {None, app}
            and is_end_of(path, self.path)
        )


def is_end_of(path: str, end: str | None) -> bool:
    """Whether a path ends in these whole parts; any path does in None."""
    return end is None or f"/{path.strip('/')}".endswith(f"/{end.strip('/')}")


class Faults:
    """The faults that are set. Several may concern one request: the first of each sort counts."""

    def __init__(
        self, rename: Callable[[int, str, str], None], refuse: Callable[[float], None]
    ) -> None:
        self._lock = Lock()
        self._set: list[Fault] = []
        self._rename = rename
        self._refuse = refuse

    def set(self, kind: str, **wishes: Any) -> None:
        """Let something go wrong from now on; `Fault` says what may be wished."""
        unknown = wishes.keys() - {it.name for it in fields(Fault)}
        if unknown:
            raise ValueError(f"a fault has no {', '.join(sorted(unknown))}")
        with self._lock:
            self._set.append(Fault(kind, **wishes))

    def clear(self) -> None:
        """Nothing goes wrong any more; renamed fields stay renamed."""
        with self._lock:
            self._set.clear()

    def rename(self, app: int, old: str, new: str) -> None:
        """Give a field of an app another code."""
        self._rename(app, old, new)

    def refuse(self, seconds: float) -> None:
        """Refuse connections for this long."""
        self._refuse(seconds)

    def take(self, method: str, path: str, app: int | None) -> tuple[float, Fault | None]:
        """How long this request has to wait, and what goes wrong with it then."""
        with self._lock:
            meant = [fault for fault in self._set if fault.concerns(method, path, app)]
            latency = next((fault for fault in meant if fault.kind == "latency"), None)
            other = next((fault for fault in meant if fault.kind != "latency"), None)
            for fault in (latency, other):
                if fault is not None and fault.times is not None:
                    fault.times -= 1
        return latency.seconds if latency else 0.0, other


def set_by(faults: Faults, wishes: Mapping[str, Any]) -> None:
    """Set what a JSON object wishes: a kind with what else there is to wish.

    `rename` wishes app, old and new; `refuse` wishes seconds.
    """
    try:
        if wishes.get("kind") == "rename":
            faults.rename(wishes["app"], wishes["old"], wishes["new"])
        elif wishes.get("kind") == "refuse":
            faults.refuse(wishes["seconds"])
        else:
            faults.set(**wishes)
    except (TypeError, KeyError) as wrong:
        raise ValueError(f"no such fault: {wrong}") from wrong


def _refusal(code: str, request: Request) -> Response:
    return refusal_response(refused(code), request.is_english)


def _html(status: int) -> Response:
    title = "502 Bad Gateway" if status == 502 else "ログイン - DEMO"
    return text_response(status, _PAGE.format(title, title), "text/html")


def _old_status(code: str, request: Request) -> Response:
    """Permission errors once came as 520, with the same body as now."""
    try:
        words = refused(code).words
    except KeyError:
        words = Words(code, code)
    return refusal_response(RefusedError(520, code, words), request.is_english)
