"""Which files are packed, for whom, and by which tag, on a small application of its own."""

import gzip
from pathlib import Path

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from callrisk.web.serving.packed_files import register

LONG, SHORT = "あ" * 334, "あ" * 333  # 1,002 and 999 bytes
PACKED = {"Accept-Encoding": "gzip"}


@pytest.fixture
def client(tmp_path: Path) -> FlaskClient:
    """A client of an application with a few files."""
    files = {"long.js": LONG, "edge.css": "a" * 1_000, "short.js": SHORT, "a.woff2": LONG}
    for name, text in {**files, "a.svg": LONG}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    app = APIFlask("small", static_folder=str(tmp_path), static_url_path="/static")
    app.add_url_rule("/word", "word", lambda: LONG)
    register(app)
    return app.test_client()


def is_packed(answer: TestResponse) -> bool:
    """True for an answer that came packed."""
    return answer.headers.get("Content-Encoding") == "gzip"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/static/long.js", True), ("/static/a.svg", True), ("/static/edge.css", True),
        ("/static/short.js", False), ("/static/a.woff2", False), ("/word", False),
        ("/static/gone.js", False),
    ],
)  # fmt: skip
def test_texts_of_a_thousand_bytes_are_packed(
    path: str, expected: bool, client: FlaskClient
) -> None:
    """Nothing that is not a file, no font, and no answer that says there is none."""
    assert is_packed(client.get(path, headers=PACKED)) is expected


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        ("gzip", True),
        ("br, gzip;q=0.1", True),
        ("gzip;q=0", False),
        ("identity", False),
        ("", False),
    ],
)
def test_who_takes_no_packed_file_gets_a_plain_one(
    accepted: str, expected: bool, client: FlaskClient
) -> None:
    """And caches know that the answers differ."""
    answer = client.get("/static/long.js", headers={"Accept-Encoding": accepted})
    data = gzip.decompress(answer.data) if expected else answer.data

    assert is_packed(answer) is expected
    assert data.decode() == LONG
    assert "Accept-Encoding" in answer.headers["Vary"]


def test_a_packed_file_has_a_tag_of_its_own(client: FlaskClient, tmp_path: Path) -> None:
    """By which it is not sent again; one that changed is packed anew."""
    first = client.get("/static/long.js", headers=PACKED)
    tag = first.headers["ETag"]
    plain = client.get("/static/long.js")
    again = client.get("/static/long.js", headers={**PACKED, "If-None-Match": tag})

    assert tag.strip('"') == plain.headers["ETag"].strip('"') + "-gzip"
    assert (again.status_code, again.data) == (304, b"")
    assert not is_packed(client.head("/static/long.js", headers=PACKED))
    (tmp_path / "long.js").write_text(LONG + "い", encoding="utf-8")
    changed = client.get("/static/long.js", headers=PACKED)
    assert gzip.decompress(changed.data).decode() == LONG + "い"
    assert changed.headers["ETag"] != tag
