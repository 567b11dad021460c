"""Files that are handed in: names, parts, drafts, what is refused, and what is kept."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from callrisk.dashboards.data_tables.table_drafts import (
    Draft,
    Uploads,
    WrongPlaceError,
)
from callrisk.dashboards.data_tables.upload_route import UPLOAD_PATH, upload_routes
from callrisk.dashboards.uploads import LARGEST_MB, UploadError, keep, safe_name
from callrisk.data_folder import tables_in

BYTES = {"Content-Type": "application/octet-stream"}


async def parts(*found: bytes) -> AsyncIterator[bytes]:
    """The body of a request."""
    for part in found:
        yield part


def sent(uploads: Uploads, name: str, content: bytes) -> Draft:
    """A draft that was sent whole, in one part."""
    draft = uploads.begin(name, len(content))
    asyncio.run(uploads.append(draft, 0, parts(content)))
    return draft


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("通話データ.xlsx", "通話データ.xlsx"),
        ("../../etc/passwd.csv", "etc_passwd.csv"),
        ("C:\\Users\\x\\calls.CSV", "C_Users_x_calls.csv"),
        ("con.xlsx", "_con.xlsx"),
        ("a\x00b?.csv", "a_b.csv"),
        ("~$open.xlsx", "$open.xlsx"),
        (".csv", "upload.csv"),
        ("x" * 300 + ".csv", "x" * 80 + ".csv"),
    ],
)
def test_a_name_from_outside_becomes_a_plain_file_name(given: str, kept: str) -> None:
    """No way out of the folder, no name that a system reserves, none too long."""
    assert safe_name(given) == kept


def test_a_customers_table_is_named_so_that_it_is_found() -> None:
    """The pipeline knows customers tables by how their names begin."""
    assert safe_name("kintone.csv", "顧客") == "顧客_kintone.csv"
    assert safe_name("顧客一覧.csv", "顧客") == "顧客一覧.csv"


@pytest.mark.parametrize("name", ["calls.exe", "calls", "calls.xlsx.html"])
def test_other_kinds_of_files_are_refused(name: str) -> None:
    """Only what the pipeline reads is kept."""
    with pytest.raises(UploadError, match=r"upload\.wrong_kind"):
        safe_name(name)


def test_a_draft_is_no_table_until_it_is_kept(tmp_path: Path) -> None:
    """Another file of the same name gets a number; the same file again stays one."""
    uploads = Uploads(tmp_path, 1)
    drafts = [sent(uploads, "calls.csv", content) for content in (b"a", b"b", b"b")]
    assert tables_in(tmp_path) == []
    assert {one.draft_id for one in uploads.drafts()} == {one.draft_id for one in drafts}
    first, second, again = (uploads.keep(draft) for draft in drafts)

    assert (first.name, second.name, again) == ("calls.csv", "calls (2).csv", second)
    assert first.read_bytes() == b"a"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["calls (2).csv", "calls.csv"]


def test_parts_are_added_in_their_order_alone(tmp_path: Path) -> None:
    """One that is sent again, or too early, is told from where on bytes are missing."""
    uploads = Uploads(tmp_path, 1)
    draft = uploads.begin("calls.csv", 6)
    assert asyncio.run(uploads.append(draft, 0, parts(b"ab", b"c"))) == 3
    for offset in (0, 5):
        with pytest.raises(WrongPlaceError) as refused:
            asyncio.run(uploads.append(draft, offset, parts(b"x")))
        assert refused.value.received == 3
    assert uploads.drafts() == []
    with pytest.raises(UploadError, match="too_large"):
        asyncio.run(uploads.append(draft, 3, parts(b"defg")))
    asyncio.run(uploads.append(draft, 3, parts(b"def")))

    assert uploads.keep(draft).read_bytes() == b"abcdef"


@pytest.mark.parametrize(
    ("name", "size", "key"),
    [
        ("calls.exe", 1, "upload.wrong_kind"), ("calls.csv", 0, "upload.is_empty"),
        ("calls.csv", 1024 * 1024 + 1, "upload.too_large"),
    ],
)  # fmt: skip
def test_what_cannot_be_kept_is_refused_before_it_is_sent(
    tmp_path: Path, name: str, size: int, key: str
) -> None:
    """Nothing is written."""
    with pytest.raises(UploadError, match=key.replace(".", r"\.")):
        Uploads(tmp_path, 1).begin(name, size)

    assert list(tmp_path.iterdir()) == []


def test_a_disk_without_room_takes_nothing(tmp_path: Path) -> None:
    """However large a file may be by the settings."""
    with pytest.raises(UploadError, match="no_room"):
        Uploads(tmp_path, 10**9).begin("calls.csv", 10**14)


def test_forgotten_drafts_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A day after their last byte, when another file is handed in."""
    uploads = Uploads(tmp_path, 1)
    sent(uploads, "old.csv", b"a")
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 25 * 3600)
    new = uploads.begin("new.csv", 1)

    assert list(tmp_path.iterdir()) == [new.path]


def test_the_route_takes_a_file_in_parts(tmp_path: Path) -> None:
    """From its own page alone; what goes wrong is told by the key of its text."""
    client = TestClient(Starlette(routes=upload_routes("/manager", Uploads(tmp_path, 1))))
    path = f"/manager{UPLOAD_PATH}"
    begun = client.post(f"{path}?name=calls.csv&size=5", headers=BYTES)
    draft = f"{path}/{begun.json()['id']}"

    assert begun.status_code == 201
    assert client.put(f"{draft}?offset=0", content=b"abc", headers=BYTES).json()["received"] == 3
    again = client.put(f"{draft}?offset=0", content=b"abc", headers=BYTES)
    assert (again.status_code, again.json()) == (409, {"received": 3})
    whole = client.put(f"{draft}?offset=3", content=b"de", headers=BYTES)
    assert whole.json()["whole"]
    refused = client.post(f"{path}?name=calls.exe&size=5", headers=BYTES)
    assert (refused.status_code, refused.json()) == (422, {"key": "upload.wrong_kind"})
    gone = client.put(f"{path}/{'0' * 32}?offset=0", content=b"a", headers=BYTES)
    assert (gone.status_code, gone.json()) == (404, {"key": "upload.gone"})
    foreign = BYTES | {"Origin": "https://evil.example"}
    assert client.post(f"{path}?name=calls.csv&size=5", headers=foreign).status_code == 403
    assert client.post(f"{path}?name=calls.csv&size=5").status_code == 403


def test_a_small_upload_never_overwrites(tmp_path: Path) -> None:
    """Another file of the same name gets a number; what is too large is not written."""
    first = keep(tmp_path, "calls.csv", b"a")
    second = keep(tmp_path, "calls.csv", b"b")
    with pytest.raises(UploadError, match=r"upload\.too_large"):
        keep(tmp_path, "large.csv", b"x" * (LARGEST_MB * 1024 * 1024 + 1))

    assert keep(tmp_path, "calls.csv", b"b") == second
    assert sorted(path.name for path in tmp_path.iterdir()) == [second.name, first.name]
