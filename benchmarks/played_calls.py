"""Written calls, played to a server by REST: what the benchmarks of scores in calls share."""

import shutil
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any, Literal, TypeVar

import requests
from pydantic import BaseModel, Field, ValidationError

import tests_on_path  # noqa: F401
from harness import ROOT
from harness.installation import Program, lay_out
from harness.ports import free_port

Text = Annotated[str, Field(min_length=1, pattern=r"\S")]
Turn = tuple[Literal["AGENT", "CUSTOMER"], Text]
Json = dict[str, Any]
Row = TypeVar("Row", bound=BaseModel)

# Where a score can go both ways.
_LOWEST, _HIGHEST = 30, 60
_FIRST_RECORD, _MOST_TRIES = 1001, 500
# How fast people speak, and how long they wait before they do.
_MS_PER_CHARACTER, _PAUSE_MS = 200, 600
_PATIENCE_S, _TIMEOUT_S = 60, (2.0, 30.0)


class PlayError(RuntimeError):
    """A file that cannot be read, or a server that cannot be played to, in one sentence."""


def rows_of(files: Sequence[Path], kind: type[Row]) -> list[Row]:
    """Return the rows of some files of JSON lines; PlayError names the file and the line."""
    rows = [row for file in files for row in _rows_of_file(file, kind)]
    if not rows:
        raise PlayError(f"no rows in {', '.join(map(str, files))}")
    return rows


def _rows_of_file(file: Path, kind: type[Row]) -> Iterator[Row]:
    try:
        lines = file.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8"
        raise PlayError(f"{file}: {reason}") from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            yield kind.model_validate_json(line)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"]))
            said = f"{where}: {first['msg']}" if where else first["msg"]
            raise PlayError(f"{file}, line {number}: {said}") from error


@dataclass(frozen=True)
class Api:
    """A server at an address; its answers stay plain, so that any version can be played to."""

    address: str
    session: requests.Session

    def post(self, path: str, body: Json) -> Json:
        """Send something; return the answer."""
        return self._answer("POST", path, json=body)

    def get(self, path: str) -> Json:
        """Ask for something."""
        return self._answer("GET", path)

    def _answer(self, method: str, path: str, **body: Any) -> Json:
        url = f"{self.address}/api/{path}"
        try:
            answer = self.session.request(method, url, timeout=_TIMEOUT_S, **body)
            answer.raise_for_status()
            found: Json = answer.json()
        except requests.RequestException as error:
            status = "" if error.response is None else f" {error.response.status_code}"
            raise PlayError(f"{url}: {type(error).__name__}{status}") from error
        return found


@dataclass
class PlayedCall:
    """A call in progress; `start` is its assessment before a word was said."""

    api: Api
    call_id: str
    customer_found: bool
    start: Json
    turns: int = 0
    elapsed_ms: int = 0

    def say(self, turns: Sequence[Turn]) -> None:
        """Send some turns, one after the other."""
        if turns:
            bodies = timed(turns, self.turns, self.elapsed_ms)
            self.api.post(f"calls/{self.call_id}/segments", {"segments": bodies})
            self.turns += len(turns)
            self.elapsed_ms = bodies[-1]["end_ms"]

    def assessment(self) -> Json:
        """Return the assessment as the call stands."""
        return self.api.post("score_customer", {"call_id": self.call_id})

    def statements(self, assessment: Json) -> list[Json]:
        """Return what an assessment counts, or else what the last turn was understood as."""
        counted = assessment.get("statements")
        if counted is None:
            counted = self.api.get(f"calls/{self.call_id}")["segments"][-1].get("statements", [])
        return list(counted)


def timed(turns: Sequence[Turn], number: int = 0, elapsed_ms: int = 0) -> list[Json]:
    """Return turns as the server takes them, at the pace of speech."""
    bodies = []
    for place, (role, text) in enumerate(turns, number):
        begin = elapsed_ms + _PAUSE_MS
        elapsed_ms = begin + _MS_PER_CHARACTER * len(text)
        body = {"segment_id": f"t{place}", "role": role, "text": text}
        bodies.append(body | {"begin_ms": begin, "end_ms": elapsed_ms})
    return bodies


@contextmanager
def a_call(api: Api, customer_id: str | None) -> Iterator[PlayedCall]:
    """Begin a call with a customer, or with nobody known, and end it after the block."""
    call_id = f"played-{uuid.uuid4().hex}"
    ids: Json = {"call_id": call_id, "customer_id": customer_id, "agent_id": "benchmark"}
    # As a recording is played, or each call would be history of its customer in the next.
    ids |= {"demo": True}
    joined = api.post("start_call", ids)
    try:
        yield PlayedCall(
            api, call_id, joined.get("customer_data") is not None, joined["assessment"]
        )
    finally:
        api.post("end_call", {"call_id": call_id})


def score_of(assessment: Json) -> int:
    """Return the score of an assessment; PlayError when nothing was scored."""
    score = assessment.get("risk_score")
    if score is None:
        raise PlayError(f"the server gives no score: {assessment.get('message_en', 'no reason')}")
    return int(score)


def known_customers(api: Api, count: int) -> list[str]:
    """Return the first customers whose score before a word can go both ways."""
    found: list[str] = []
    for number in range(_FIRST_RECORD, _FIRST_RECORD + _MOST_TRIES):
        if len(found) == count:
            break
        with a_call(api, str(number)) as call:
            if call.customer_found and _LOWEST <= score_of(call.start) <= _HIGHEST:
                found.append(str(number))
    if not found:
        tried = f"{_FIRST_RECORD} to {_FIRST_RECORD + _MOST_TRIES - 1}"
        raise PlayError(f"no customer of {tried} begins at {_LOWEST} to {_HIGHEST}")
    return found


@contextmanager
def serving(address: str | None) -> Iterator[Api]:
    """Give the server at an address, or one of one's own with this checkout's model and data."""
    with requests.Session() as session:
        # The server is on this machine or in this network: no proxy stands between.
        session.trust_env = False
        if address is not None:
            yield Api(address.rstrip("/"), session)
            return
        with TemporaryDirectory() as folder, _own_server(Path(folder)) as port:
            yield Api(f"http://127.0.0.1:{port}", session)


@contextmanager
def _own_server(folder: Path) -> Iterator[int]:
    """Serve copies in a folder, whose calls are forgotten with it."""
    root, port = lay_out(folder, ROOT / "models"), free_port()
    without_calls = shutil.ignore_patterns("*.db", "*.db-*")
    shutil.copytree(ROOT / "data", root / "data", ignore=without_calls)
    own = {"API_PORT": str(port), "REPLAY_CALLS": "0", "DATABASE_URL": ""}
    program = Program(root, ("realtime_api_server.py",), own)
    program.start()
    try:
        _wait_for(program, f"http://127.0.0.1:{port}/api/health")
        yield port
    finally:
        program.kill()


def _wait_for(program: Program, health: str) -> None:
    until = time.monotonic() + _PATIENCE_S
    while True:
        try:
            requests.get(health, timeout=_TIMEOUT_S, proxies={"http": ""})
        except requests.RequestException:
            if program.is_dead() or time.monotonic() > until:
                log = (program.root / "realtime_api_server.log").read_text(encoding="utf-8")
                last = (log.strip().splitlines() or ["no word of it"])[-1]
                raise PlayError(f"the server did not start: {last}") from None
            time.sleep(0.1)
        else:
            return


def a_share(results: Sequence[bool | float]) -> Json:
    """Return the mean of some results beside their count; None of nothing."""
    mean = round(sum(results) / len(results), 3) if results else None
    return {"share": mean, "of": len(results)}


def shown_share(figure: Json) -> str:
    """Return a share and its count as text."""
    share = "—" if figure["share"] is None else f"{figure['share']:.3f}"
    return f"{share} of {figure['of']}"
