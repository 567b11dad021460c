"""The page of data: a draft looked at before it is kept, its figures, the block for config.py."""

import ast
import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from callrisk.dashboards.data_tables.declaring import config_block
from callrisk.dashboards.data_tables.table_drafts import Draft, Uploads
from callrisk.dashboards.data_tables.table_looks import TableLooks, looks_of
from callrisk.dashboards.runs import Places
from callrisk.dashboards.texts import catalogue
from callrisk.domain.tables.inspected_table import RoleColumn, SuggestedEntry
from harness import ROOT
from harness.made_export import LABEL, calls, written
from harness.small_world import new_root
from harness.waiting import wait_until

PATIENCE_S = 120
JAPANESE = catalogue("ja")


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Places:
    """An installation with one kept export; looks run as processes of their own."""
    root = new_root(tmp_path_factory.mktemp("表 場所") / "root")
    (root / "src").mkdir()
    (root / "src" / "main.py").write_bytes((ROOT / "src" / "main.py").read_bytes())
    raw = root / "data" / "raw"
    raw.mkdir(parents=True)
    written(
        raw / "通話.csv",
        [row | {"家賃": 50_000 + 100 * (n % 7)} for n, row in enumerate(calls(60))],
    )
    return Places(raw, root / "output", root / "models", root / "src" / "main.py",
                  ROOT / "static" / "favicon.svg", "http://127.0.0.1:9")  # fmt: skip


def drafted(places: Places, content: bytes, name: str = "新しい.csv") -> Draft:
    """A draft of a file with this content."""

    async def parts() -> AsyncIterator[bytes]:
        yield content

    uploads = Uploads(places.raw, 1)
    draft = uploads.begin(name, len(content))
    asyncio.run(uploads.append(draft, 0, parts()))
    return draft


def page(places: Places, **asked: str) -> AppTest:
    """The page, opened at an address, once the look is over."""

    def script(places):  # type: ignore[no-untyped-def]
        from callrisk.dashboards.pages import data  # noqa: PLC0415 - a script of its own

        data.show(places)

    app = AppTest.from_function(script, default_timeout=PATIENCE_S, args=(places,))
    app.session_state["lang"] = "ja"
    for name, value in asked.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def seen(places: Places, path: Path, earlier: Path | None = None) -> None:
    """Wait until the look at a table is over."""
    looks: TableLooks = looks_of(places.pipeline)
    wait_until(lambda: looks.look(path, earlier).state in ("done", "failed"), PATIENCE_S)


def words(app: AppTest) -> str:
    """What the page says."""
    parts = (*app.markdown, *app.caption, *app.info, *app.warning, *app.error, *app.code)
    return "\n".join(part.value for part in parts)


def test_a_draft_is_looked_at_before_it_is_kept(places: Places) -> None:
    """Its figures are those of the file; kept, it is a table like others."""
    kept = places.raw / "通話.csv"
    content = kept.read_bytes().replace("\n未払,".encode(), b"\n???,", 1)
    draft = drafted(places, content)
    seen(places, draft.path, kept)
    app = page(places, file=draft.path.name)
    shown = {metric.label: metric.value for metric in app.metric}
    lines = content.decode("utf-8").splitlines()

    assert shown[JAPANESE["data.rows"]] == str(content.decode().count("c-"))
    assert shown[JAPANESE["data.refused"]] == "1"
    assert shown[JAPANESE["data.columns"]] == str(len(lines[0].split(",")))
    next(one for one in app.button if one.label == JAPANESE["data.keep"]).click().run()
    assert (places.raw / "新しい.csv").read_bytes() == content
    assert not draft.path.exists()
    (places.raw / "新しい.csv").unlink()


def test_a_file_that_is_no_table_is_told_and_discarded(places: Places) -> None:
    """In one line, by the name that people know, without a path of the server."""
    draft = drafted(places, b"%PDF-1.7 nothing", "報告.csv")
    seen(places, draft.path, places.raw / "通話.csv")
    app = page(places, file=draft.path.name)

    assert JAPANESE["data.failed"] in words(app)
    assert "報告.csv: is a PDF" in words(app)
    assert str(places.raw) not in words(app)
    next(one for one in app.button if one.label == JAPANESE["data.discard"]).click().run()
    assert not draft.path.exists()


def test_the_block_is_what_inspect_prints_and_python_reads(places: Places) -> None:
    """With the column that was clicked in the place of the guessed one."""
    kept = places.raw / "通話.csv"
    seen(places, kept)
    app = page(places, file=kept.name, tab="declare")
    block = next(one.value for one in app.code if "EXPORT_COLUMNS" in one.value)
    app.selectbox(key="part agent").select(LABEL)
    app.run()
    changed = next(one.value for one in app.code if "EXPORT_COLUMNS" in one.value)

    assert '"column": "家賃"' in block
    assert f'"agent": "{LABEL}"' in changed
    for text in (block, changed):
        ast.parse("CUSTOMER_FIELDS = []\n" + text)


def test_the_block_keeps_what_it_is_told() -> None:
    """Quotes of a heading, and cautions as comments."""
    part = RoleColumn("label", 'a"b', is_guessed=True)
    entry = SuggestedEntry("性別", '{"name": "x"},', "a caution")
    block = config_block((part.line(), part.line("c")), [entry])
    made: dict[str, object] = {"CUSTOMER_FIELDS": []}
    exec(block, made)  # noqa: S102 - our own lines

    assert made["EXPORT_COLUMNS"] == {"label": "c"}
    assert made["CUSTOMER_FIELDS"] == [{"name": "x"}]
    assert "# 性別: a caution" in block
    assert '"a\\"b"' in block


def test_a_table_is_deleted_by_who_is_sure(places: Places) -> None:
    """Not by one click; without any table the page says what to do."""
    raw = places.raw.parent / "other"
    raw.mkdir()
    written(raw / "x.csv", calls(3))
    there = Places(raw, places.output, places.models, places.pipeline, places.icon, places.api)
    app = page(there)
    button = next(one for one in app.button if one.label == JAPANESE["data.delete_it"])
    assert button.disabled
    app.checkbox[0].check().run()
    next(one for one in app.button if one.label == JAPANESE["data.delete_it"]).click().run()

    assert list(raw.iterdir()) == []
    assert JAPANESE["data.empty"] in words(app)
    looks_of(places.pipeline).cancel()
