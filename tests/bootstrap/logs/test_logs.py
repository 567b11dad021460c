"""The lines of the log: JSON for programs, plain for people, and nothing in them that is secret."""

import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from structlog.contextvars import bind_contextvars, clear_contextvars

from callrisk.bootstrap.logs.log_setup import Logs, formatter_of
from callrisk.bootstrap.logs.redacting import HIDDEN, Redactor
from callrisk.bootstrap.logs.wished_logs import wished_log_file, wished_logs
from callrisk.integrations.spreadsheet.rows import DataError
from callrisk.settings import load
from harness import ROOT
from harness.small_world import new_root

SECRET = "correct horse battery"  # noqa: S105 - of this test
KEY = f"crk_{'a' * 40}"


@pytest.fixture
def written() -> StringIO:
    """What a logger has written."""
    return StringIO()


@pytest.fixture(params=[True, False], ids=["json", "plain"])
def both(request: pytest.FixtureRequest, written: StringIO) -> logging.Logger:
    """A logger of each form."""
    return logger_to(written, is_json=request.param)


@pytest.fixture(autouse=True)
def _outside_of_requests() -> Iterator[None]:
    clear_contextvars()
    yield
    clear_contextvars()


def logger_to(written: StringIO, *, is_json: bool) -> logging.Logger:
    """A logger in one of both forms."""
    handler = logging.StreamHandler(written)
    handler.setFormatter(formatter_of(Logs(is_json=is_json, secrets=(SECRET,))))
    made = logging.Logger("callrisk.of_this_test")
    made.addHandler(handler)
    return made


def test_a_line_of_json_says_when_where_and_who(written: StringIO) -> None:
    """With the id of the request and the keyed person, and what the record carries beside."""
    bind_contextvars(request_id="r-1", person="0123456789ab")
    logger = logger_to(written, is_json=True)
    logger.warning("通話 %s", "c-1", extra={"status": 200, "password": SECRET})
    line = json.loads(written.getvalue())

    assert list(line)[:4] == ["timestamp", "level", "logger", "event"]
    moment = datetime.fromisoformat(line.pop("timestamp"))
    assert moment.utcoffset() == UTC.utcoffset(None)
    assert abs((datetime.now(UTC) - moment).total_seconds()) < 60
    assert line == {
        "level": "warning", "logger": "callrisk.of_this_test", "event": "通話 c-1",
        "request_id": "r-1", "person": "0123456789ab", "status": 200,
    }  # fmt: skip


def test_a_plain_line_is_one_sentence(written: StringIO) -> None:
    """Names and values stand behind it."""
    bind_contextvars(request_id="r-1")
    logger_to(written, is_json=False).info("closed call=%s", "c-1")

    assert written.getvalue().endswith(
        "Z INFO callrisk.of_this_test closed call=c-1 request_id=r-1\n"
    )


@pytest.mark.parametrize(
    "secret",
    [
        SECRET, KEY, "090-1234-5678", "09012345678", "+81 90 1234 5678", "03-1234-5678",
        "4111 1111 1111 1111", "4111111111111111", "taro.yamada@example.co.jp",
    ],
)  # fmt: skip
def test_what_has_the_form_of_a_secret_is_hidden(
    both: logging.Logger, written: StringIO, secret: str
) -> None:
    """In the text and in its values."""
    both.info("asked with %s", secret)

    assert secret not in written.getvalue()
    assert f"asked with {HIDDEN}" in written.getvalue()


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Authorization: Bearer abcdefgh.ijkl", f"Authorization: Bearer {HIDDEN}"),
        ("postgresql://callrisk:pa55word@db/x", f"postgresql://callrisk:{HIDDEN}@db/x"),
    ],
)
def test_what_stands_around_a_secret_is_left(text: str, left: str) -> None:
    """So that the line still says what it is about."""
    assert Redactor().text(text) == left


@pytest.mark.parametrize(
    "text",
    [
        "closed call=8f14e45f-ceea-467f-a8fb-0242ac120002", "model=20261130-170012-3f2a1b",
        "position=49590338271490256608559692538361571095921575989136588898",
        "events behind: 12345", "at 2026-11-30T17:00:12.345Z", "http://127.0.0.1:5000/metrics",
    ],
)  # fmt: skip
def test_ids_times_and_versions_are_left(text: str) -> None:
    """They tell what a line is about."""
    assert Redactor().text(text) == text


def test_an_exception_of_a_library_is_told_without_its_words(written: StringIO) -> None:
    """By its class and where it was raised; its message quotes what was said."""
    logger = logger_to(written, is_json=True)
    try:
        float("今月は払えません")
    except ValueError:
        logger.exception("a turn cannot be stored")
    line = json.loads(written.getvalue())

    assert "払えません" not in written.getvalue()
    (told,) = line["exception"]
    assert told["type"] == "builtins.ValueError"
    assert "test_an_exception_of_a_library" in told["at"][0]


def test_an_exception_of_ours_is_told_with_its_cause(written: StringIO) -> None:
    """Our own messages name no person."""
    logger = logger_to(written, is_json=True)
    try:
        try:
            float("今月は払えません")
        except ValueError as error:
            raise DataError("row 7: not a number") from error
    except DataError:
        logger.exception("stopped")
    line = json.loads(written.getvalue())

    assert [one.get("message") for one in line["exception"]] == ["row 7: not a number", None]


@pytest.mark.parametrize(
    ("wished", "file"),
    [
        ("", "output/server.log"), ("logs/callrisk.log", "logs/callrisk-server.log"),
        ("logs/callrisk", "logs/callrisk-server.log"), ("none", None),
    ],
)  # fmt: skip
def test_each_process_has_a_file_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wished: str, file: str | None
) -> None:
    """As two of them cannot rename one; or none has a file."""
    monkeypatch.setenv("LOG_FILE", wished)
    monkeypatch.setenv("LOG_FILE_MB", "3")
    settings = load(new_root(tmp_path))

    assert wished_log_file(settings, "server.log") == (None if file is None else tmp_path / file)
    assert wished_logs(settings).most_bytes == 3_000_000
    assert not wished_logs(settings).is_json


def test_production_writes_json_and_development_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And hides the values of the settings that are secret."""
    monkeypatch.setenv("APP_ENV", "production")
    monkeypatch.setenv("FLASK_SECRET_KEY", SECRET)
    logs = wished_logs(load(new_root(tmp_path)))

    assert logs.is_json
    assert SECRET in logs.secrets


@pytest.mark.parametrize("script", ["realtime_api_server.py", "amazon_connect_integration.py"])
def test_every_process_begins_with_these_logs(script: str) -> None:
    """By the one function for it."""
    assert "begin_process(wished_log_file(settings" in (ROOT / script).read_text(encoding="utf-8")


def test_a_line_of_a_library_below_is_ours(tmp_path: Path) -> None:
    """And what it would write by itself of each request is not written."""
    log = tmp_path / "app.log"
    script = (
        "import logging, sys\nfrom pathlib import Path\n"
        "from callrisk.bootstrap.process import begin_process\n"
        "from callrisk.bootstrap.logs.log_setup import Logs\n"
        "streamlit = logging.getLogger('streamlit')\n"
        "streamlit.addHandler(logging.StreamHandler()); streamlit.propagate = False\n"
        f"begin_process(Path({str(log)!r}), Logs(is_json=True))\n"
        "streamlit.warning('a script failed')\n"
        "logging.getLogger('uvicorn.access').warning('GET /tablet?customer=1001')\n"
    )
    subprocess.run(
        [sys.executable, "-c", script], check=True, env={"PYTHONPATH": str(ROOT / "src")}
    )
    lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]

    assert [(line["logger"], line["event"]) for line in lines] == [("streamlit", "a script failed")]


def test_what_somebody_sends_splits_no_line_of_json(written: StringIO) -> None:
    """Nor does it make a line of its own."""
    sent = 'x\r\n{"event": "forged"}\x1b[2J\u2028y'
    logger_to(written, is_json=True).info("refused %s", sent)

    assert written.getvalue().count("\n") == 1
    assert "\r" not in written.getvalue() and "\x1b" not in written.getvalue()
    assert json.loads(written.getvalue())["event"] == f"refused {sent}"
