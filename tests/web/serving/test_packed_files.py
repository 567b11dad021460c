"""Files of the pages, packed for browsers that take them so."""

import gzip
from pathlib import Path

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from callrisk.web.serving import packed_files

PACKED = {"Accept-Encoding": "gzip, deflate, br"}
SCRIPT = "export const words = 'お支払い';\n" * 200


@pytest.fixture
def client(tmp_path: Path) -> FlaskClient:
    """An application with a script, a picture and an answer."""
    (tmp_path / "page.js").write_text(SCRIPT, encoding="utf-8")
    (tmp_path / "dot.png").write_bytes(b"\x89PNG" + bytes(4_000))
    app = APIFlask(__name__, static_folder=str(tmp_path), static_url_path="/static")
    app.add_url_rule("/api/answer", view_func=lambda: {"words": SCRIPT}, endpoint="answer")
    packed_files.register(app)
    return app.test_client()


def test_a_file_is_packed_for_who_takes_it(client: FlaskClient) -> None:
    """The same bytes, fewer of them; others get it plain."""
    packed = client.get("/static/page.js", headers=PACKED)
    again = client.get("/static/page.js", headers=PACKED)
    plain = client.get("/static/page.js")

    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data).decode() == plain.get_data(as_text=True) == SCRIPT
    assert len(packed.data) * 3 < len(plain.data)
    assert int(packed.headers["Content-Length"]) == len(packed.data)
    assert again.data == packed.data
    assert "Content-Encoding" not in plain.headers
    assert {one.headers["Vary"] for one in (packed, plain)} == {"Accept-Encoding"}


def test_who_has_it_is_sent_nothing(client: FlaskClient) -> None:
    """Until the file is another one; the plain form is another one, too."""
    tag = client.get("/static/page.js", headers=PACKED).headers["ETag"]
    asked = PACKED | {"If-None-Match": tag}
    kept, plain = client.get("/static/page.js", headers=asked), client.get("/static/page.js")
    Path(str(client.application.static_folder), "page.js").write_text(
        "new " * 900, encoding="utf-8"
    )
    changed = client.get("/static/page.js", headers=asked)

    assert (kept.status_code, kept.data) == (304, b"")
    assert plain.headers["ETag"] != tag
    assert changed.status_code == 200
    assert gzip.decompress(changed.data) == b"new " * 900


def test_answers_and_pictures_are_not_packed(client: FlaskClient) -> None:
    """Lengths of answers would tell of what is secret in them; pictures are packed already."""
    for path in ("/api/answer", "/static/dot.png"):
        assert "Content-Encoding" not in client.get(path, headers=PACKED).headers
