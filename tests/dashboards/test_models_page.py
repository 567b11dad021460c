"""The models page as a manager uses it: promote by name, be refused with reasons, go back."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from callrisk.artifacts import champion, history
from callrisk.dashboards.runs import Places
from callrisk.dashboards.texts import catalogue, plain
from harness import ROOT
from harness.small_versions import (
    BLOCKED,
    NEW,
    NEWER,
    OLD,
    WORSE,
    make_champion,
    make_version,
    tamper,
)

PATIENCE_S = 120
SPOILT = "20260104-090000-abcdef"


@pytest.fixture
def places(tmp_path: Path, free_port: int) -> Places:
    """Three versions, the oldest of which serves; no live server."""
    models = tmp_path / "models"
    for version in (OLD, NEW):
        make_version(models, version)
    make_version(models, NEWER, replace(BLOCKED, brier_skill=WORSE.brier_skill))
    make_champion(models, OLD)
    return Places(
        raw=tmp_path / "raw",
        output=tmp_path / "output",
        models=models,
        pipeline=ROOT / "src" / "main.py",
        icon=ROOT / "static" / "favicon.svg",
        api=f"http://127.0.0.1:{free_port}",
    )


def page(places: Places, language: str = "ja") -> AppTest:
    """The models page, run once."""

    def script(places):  # type: ignore[no-untyped-def]
        from callrisk.dashboards.pages import models  # noqa: PLC0415 - becomes a script of its own

        models.show(places)

    app = AppTest.from_function(script, default_timeout=PATIENCE_S, args=(places,))
    app.session_state["lang"] = language
    return app.run()


def said(app: AppTest, *kinds: str) -> str:
    """What the page says in elements of these kinds."""
    return "\n".join(element.value for kind in kinds for element in getattr(app, kind))


def press(app: AppTest, key: str) -> AppTest:
    """Press the first enabled button with this text."""
    label = catalogue("ja")[key]
    found = [one for one in app.button if one.label == label and not one.proto.disabled]
    return found[0].click().run()


def serving(places: Places) -> str | None:
    """Which version serves."""
    current = champion(places.models)
    return None if current is None else current.version


def test_a_person_promotes_a_version(places: Places) -> None:
    """Under the name that was entered; the page says so, and the record has it."""
    app = page(places)

    app.text_input(key=f"by_{NEW}").input("佐藤 花子")
    app = press(app, "switch.promote_do")

    assert not app.exception
    assert serving(places) == NEW
    assert catalogue("ja")["switch.done"].format(version=plain(NEW)) in said(app, "success")
    assert "佐藤 花子" in said(app, "caption")
    assert [line.by for line in history(places.models)] == ["佐藤 花子"]


def test_without_a_name_nothing_is_promoted(places: Places) -> None:
    """The page asks for it, and what served goes on."""
    app = press(page(places), "switch.promote_do")

    assert not app.exception
    assert "お名前を入れてください" in said(app, "error")
    assert serving(places) == OLD


@pytest.mark.parametrize(
    ("language", "reasons"),
    [("ja", ("漏れです", "下限")), ("en", ("It leaks", "lies below"))],
)
def test_the_gates_reasons_stand_beside_a_button_that_is_off(
    places: Places, language: str, reasons: tuple[str, ...]
) -> None:
    """A version that may not serve says why, and cannot be chosen."""
    app = page(places, language)

    assert all(reason in said(app, "warning") for reason in reasons)
    assert app.button(key=f"promote_{NEWER}").proto.disabled
    assert not [one for one in app.text_input if one.key == f"by_{NEWER}"]


def test_a_person_goes_one_step_back(places: Places) -> None:
    """Name and confirmation are both needed; then there is no further way back."""
    make_champion(places.models, NEW, OLD)
    app = page(places)
    app.text_input(key="by_rollback").input("田中")
    app = press(app, "switch.back_do")
    assert catalogue("ja")["switch.back_unsure"] in said(app, "warning")
    assert serving(places) == NEW

    app.checkbox[0].check()
    app = press(app, "switch.back_do")

    assert not app.exception
    assert serving(places) == OLD
    assert catalogue("ja")["switch.no_way_back"] in said(app, "caption")
    assert catalogue("ja")["switch.rolled_back"] in said(app, "markdown")


def _tampered_champion(places: Places) -> None:
    make_version(places.models, SPOILT)
    tamper(places.models / SPOILT)
    make_champion(places.models, SPOILT, OLD)


def _tampered_challenger(places: Places) -> None:
    make_version(places.models, SPOILT)
    tamper(places.models / SPOILT)


def _damaged_record(places: Places) -> None:
    (places.models / "champion.json").write_text("{", encoding="utf-8")


def _demo_before(places: Places) -> None:
    make_version(places.models, SPOILT, demo=True)
    make_champion(places.models, OLD, SPOILT)


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (_tampered_champion, "読み込めません"),
        (_tampered_challenger, "書き換えられている"),
        (_damaged_record, "壊れています"),
        (_demo_before, "DEMO モデルのため"),
    ],
)
def test_whatever_is_spoilt_the_page_says_so_and_goes_on(
    places: Places, spoil: Callable[[Places], None], expected: str
) -> None:
    """One bad version, or a bad record, never hides the rest."""
    spoil(places)

    app = page(places)

    assert not app.exception
    assert expected in said(app, "error", "warning", "markdown")
    assert plain(NEW) in said(app, "markdown")


def test_a_damaged_record_is_mended_on_the_page(places: Places) -> None:
    """Promoting a version says again what serves."""
    _damaged_record(places)
    app = page(places)

    app.text_input(key=f"by_{NEW}").input("佐藤")
    press(app, "switch.promote_do")

    assert serving(places) == NEW


def test_the_record_shows_the_newest_ten(places: Places) -> None:
    """Who let what serve when, the newest first."""
    lines = [
        f'{{"at": "2026-01-{day:02}T00:00:00Z", "by": "人{day}", "action": "promoted", '
        f'"version": "{NEW}", "previous": "{OLD}"}}\n'
        for day in range(1, 13)
    ]
    (places.models / "history.jsonl").write_text("".join(lines), encoding="utf-8")

    shown = [one.value for one in page(places).caption if "· 人" in one.value]

    assert [line.split(" · ")[1] for line in shown] == [f"人{day}" for day in range(12, 2, -1)]


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("name", ["models", "overview"])
def test_a_demo_model_serves_nobody_in_production(places: Places, language: str, name: str) -> None:
    """The pages say that it is refused, and what to train with; elsewhere that it serves."""
    demo = "20260105-090000-abcdef"
    make_version(places.models, demo, demo=True)
    make_champion(places.models, demo)

    def script(places, name):  # type: ignore[no-untyped-def]
        import importlib  # noqa: PLC0415 - becomes a script of its own

        importlib.import_module(f"callrisk.dashboards.pages.{name}").show(places)

    def told(where: Places) -> str:
        app = AppTest.from_function(script, default_timeout=PATIENCE_S, args=(where, name))
        app.session_state["lang"] = language
        app.run()
        assert not app.exception
        return said(app, "markdown", "error", "info")

    texts = catalogue(language)
    refused = texts["version.refused" if name == "models" else "demo_refused"]
    in_production = told(replace(places, refuses_demo=True))

    assert refused in in_production
    assert refused not in told(places)
    assert f"[{texts['version.serves']}]" not in in_production
