"""Both Streamlit apps on a real run and a real live server, as a person would use them."""

import ast
import json
import re
import shutil
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest
from werkzeug.serving import make_server

from callrisk.bootstrap.kintone import kintone_access
from callrisk.bootstrap.server import create_app
from callrisk.dashboards.customers.score_account import subtotals
from callrisk.dashboards.runs import Places, customers_of, versions_of
from callrisk.dashboards.score_words import signed
from callrisk.dashboards.texts import catalogue, plain
from callrisk.domain.contact_events import (
    AnalysisEvent,
    AnalysisKind,
    ContactDetails,
    ContactSummary,
)
from callrisk.domain.language import packaged
from callrisk.domain.time import utc_now
from callrisk.integrations.kintone.client import KintoneSettings
from callrisk.reporting.call_sentences import settled_sentence
from callrisk.reporting.captions import caption_of
from callrisk.reporting.pictures import PARTS
from callrisk.reporting.plain_words import frequencies, frequency_sentence
from callrisk.store.connect.gaps import Gaps
from callrisk.store.database import open_database
from callrisk.store.intake import Contacts, Delivery
from callrisk.wire.client import LiveApi, LiveApiError
from harness import ROOT
from harness.key_rings import KEYS
from harness.small_world import World
from kintone_stand_in import demo

# Others may be using the machine as well.
PATIENCE_S = 120
SHARED_PHONE = "050-0000-9001"
PAGES = (
    "today",
    "call_list",
    "calls",
    "overview",
    "team",
    "training",
    "evaluation",
    "customers",
    "data",
    "models",
    "live",
    "downloads",
)
OF_A_VERSION = ("overview", "evaluation", "customers", "downloads")
DASHBOARDS = ROOT / "src" / "callrisk" / "dashboards"


def places_of(world: World, api: str) -> Places:
    """Where the small world keeps its things."""
    settings = world.settings
    return Places(
        raw=settings.raw_dir,
        output=settings.output_dir,
        models=settings.models_dir,
        pipeline=ROOT / "src" / "main.py",
        icon=ROOT / "static" / "favicon.svg",
        api=api,
    )


def database_of(world: World) -> str:
    """Where the live server of the small world stores its calls."""
    return f"sqlite:///{world.settings.root / 'dashboards.db'}"


def telephony_tells(
    world: World, event: AnalysisEvent | ContactDetails, *, gap: bool = False
) -> None:
    """What a process beside the server writes; `gap` when it has lost something."""
    engine = open_database(database_of(world), KEYS)
    Contacts(engine, packaged()).take(Delivery([event], utc_now()))
    if gap:
        Gaps(engine).mark(utc_now())
    engine.dispose()


def wait_until(holds: Callable[[], bool]) -> None:
    """Wait for the server's own thread."""
    until = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.05)


@pytest.fixture(scope="module")
def server(world: World) -> Iterator[str]:
    """The live server of the small world, listening; its address."""
    url = database_of(world)
    env = world.settings.env.model_copy(update={"database_url": url, "replay_calls": 0})
    kintone = demo(world.settings.raw_dir / "顧客_DEMO.csv")
    for customer_id, name in (("9001", "仮名 一郎"), ("9002", "仮名 二郎")):
        kintone.apps[1].add({"レコード番号": customer_id, "氏名": name, "電話番号": SHARED_PHONE})
    kintone.start()
    tokens = {number: app.token for number, app in kintone.apps.items()}
    connection = KintoneSettings(kintone.url, tokens)
    access = kintone_access(world.settings, connection, *tokens, demo=True)
    built = create_app(world.settings.model_copy(update={"env": env}), access)
    listening = make_server("127.0.0.1", 0, built.app, threaded=True)
    threading.Thread(target=listening.serve_forever, daemon=True).start()
    built.start()
    yield f"http://127.0.0.1:{listening.server_port}"
    listening.shutdown()
    built.stop()
    kintone.stop()


@pytest.fixture
def places(world: World, free_port: int) -> Places:
    """The small world, and an address where nobody answers."""
    return places_of(world, f"http://127.0.0.1:{free_port}")


@pytest.fixture
def nothing(tmp_path: Path, free_port: int) -> Places:
    """A fresh installation: no data, no model, no server."""
    return Places(
        raw=tmp_path / "raw",
        output=tmp_path / "output",
        models=tmp_path / "models",
        pipeline=ROOT / "src" / "main.py",
        icon=ROOT / "static" / "favicon.svg",
        api=f"http://127.0.0.1:{free_port}",
    )


def page(name: str, where: Places, language: str = "ja", **asked: str) -> AppTest:
    """One page of the analytics app by itself, opened at this address and run once."""

    def script(name, where):  # type: ignore[no-untyped-def]
        import importlib  # noqa: PLC0415 - becomes a script of its own

        importlib.import_module(f"callrisk.dashboards.pages.{name}").show(where)

    app = AppTest.from_function(script, default_timeout=PATIENCE_S, args=(name, where))
    app.session_state["lang"] = language
    for key, value in asked.items():
        app.query_params[key] = value
    return app.run()


def tablet(address: str, **asked: str) -> AppTest:
    """The tablet app, opened at an address with these parameters."""

    def script(address, icon):  # type: ignore[no-untyped-def]
        from callrisk.dashboards import mobile  # noqa: PLC0415 - becomes a script of its own
        from callrisk.dashboards.access.app_access import without_login  # noqa: PLC0415

        mobile.show(without_login(address), icon)

    icon = ROOT / "static" / "favicon.svg"
    app = AppTest.from_function(script, default_timeout=PATIENCE_S, args=(address, icon))
    for name, value in asked.items():
        app.query_params[name] = value
    return app.run()


def words(app: AppTest) -> str:
    """Everything that a page says."""
    kinds = ("title", "subheader", "markdown", "caption", "info", "warning", "error", "success")
    said = [element.value for kind in kinds for element in getattr(app, kind)]
    return "\n".join([*said, *(f"{one.label} {one.value}" for one in app.metric)])


def conversation(count: int) -> list[dict[str, Any]]:
    """Turns long enough for a verdict."""
    return [
        {
            "segment_id": f"s{n}",
            "role": "CUSTOMER" if n % 2 else "AGENT",
            "begin_ms": 6_000 * n,
            "end_ms": 6_000 * n + 5_000,
            "text": "毎月払えるか少し不安なんですけど、口座振替にできますか",
        }
        for n in range(count)
    ]


# What the apps say


def said_keys() -> tuple[set[str], list[re.Pattern[str]]]:
    """Every key that the code asks for, and patterns of those that it puts together."""
    keys, patterns = set(), []
    for path in DASHBOARDS.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                keys.add(node.value)
            elif isinstance(node, ast.JoinedStr):
                parts = [
                    re.escape(part.value) if isinstance(part, ast.Constant) else r"[\w.]+"
                    for part in node.values
                ]
                patterns.append(re.compile("".join(parts)))
    # Nothing but a dot between two values is no beginning of a key.
    any_two = r"[\w.]+\.[\w.]+"
    return keys, [one for one in patterns if "\\." in one.pattern and one.pattern != any_two]


def test_both_catalogues_have_the_same_keys_and_places() -> None:
    """A text in one language is there in the other, with the same values to fill in."""
    japanese, english = catalogue("ja"), catalogue("en")

    assert japanese.keys() == english.keys()
    for key, text in japanese.items():
        places = set(re.findall(r"{(\w+)", text))
        assert places == set(re.findall(r"{(\w+)", english[key])), key
    assert not [key for key, text in english.items() if re.search(r"[ぁ-んァ-ヶ一-龠]", text)]


def test_every_text_is_said_somewhere() -> None:
    """A key that no code asks for any more is gone from the catalogue."""
    keys, patterns = said_keys()

    unused = [
        key
        for key in catalogue("ja")
        if key not in keys and not any(pattern.fullmatch(key) for pattern in patterns)
    ]
    assert unused == []


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_apps_say_of_a_call_what_the_live_page_says(language: str) -> None:
    """The same reason of an end, or failure of a summary, has the same words on every screen."""
    path = ROOT / "static" / "i18n" / f"{language}.json"
    page_words = json.loads(path.read_text(encoding="utf-8"))
    beginnings = ("end_reason.", "summary_failure.", "summary.contact")

    expected = {key: text for key, text in page_words.items() if key.startswith(beginnings)}
    assert len(expected) > 10
    assert expected.items() <= catalogue(language).items()
    for name in ("no_agent", "unknown_agent", "unanswered"):
        assert catalogue(language)[f"live.{name}"] == page_words[f"calls.{name}"]


def test_text_of_others_is_never_markup() -> None:
    """Whatever a name or a transcript holds, Streamlit shows it as it is."""
    assert plain("*a* [b](c) <i> :red[d] $x$") == (r"\*a\* \[b\]\(c\) \<i\> \:red\[d\] \$x\$")


@pytest.mark.parametrize("said", ["HTTPS://evil.example/a", "www.evil.example", "a@evil.example"])
def test_an_address_that_was_said_becomes_no_link(said: str) -> None:
    """An invisible joiner parts what Streamlit would make a link of; nothing else is added."""
    shown = plain(said)

    assert shown.replace("\\", "").replace("\u2060", "") == said
    assert not re.search(r"(?i)https?://|www\.|[a-z]@", shown.replace("\\", ""))


# The analytics app


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("name", [name for name in PAGES if name != "evaluation"])
def test_every_page_shows_a_run(places: Places, name: str, language: str) -> None:
    """No page of the analytics app fails, and each has its title in the language asked for."""
    app = page(name, places, language)

    assert not app.exception
    assert [title.value for title in app.title] == [catalogue(language)[f"{name}.title"]]


@pytest.mark.parametrize("name", PAGES)
def test_every_page_says_what_to_do_on_a_fresh_installation(nothing: Places, name: str) -> None:
    """Without data, model or server a page still says what is missing and what comes next."""
    app = page(name, nothing)

    assert not app.exception
    next_steps = [text for key, text in catalogue("ja").items() if key.endswith(".empty_next")]
    helped = any(text in words(app) for text in next_steps)
    assert helped or "python realtime_api_server.py" in [code.value for code in app.code]


@pytest.mark.parametrize("name", OF_A_VERSION)
@pytest.mark.parametrize("verdict", ["demonstrated", "unproven"])
def test_an_unproven_model_says_so_wherever_its_scores_are(
    world: World, places: Places, tmp_path: Path, name: str, verdict: str
) -> None:
    """Every page with scores carries the warning for an unproven model, and only for that."""
    judged = replace(places, models=tmp_path / "models")
    shutil.copytree(places.models, judged.models)
    path = judged.models / world.run.folder.name / "evaluation.json"
    described = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(described | {"verdict": verdict}), encoding="utf-8")

    warnings = "\n".join(warning.value for warning in page(name, judged).warning)

    assert ("未検証" in warnings) == (verdict == "unproven")


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_evaluation_page_tells_the_story_of_the_report(places: Places, language: str) -> None:
    """Every part has its tab; each picture has its title there, or the reason why it is absent."""
    app = page("evaluation", places, language)
    choice = app.segmented_control(key="tab")

    version = versions_of(places).serving
    assert version is not None
    assert not app.exception
    assert [title.value for title in app.title] == [catalogue(language)["evaluation.title"]]
    said = words(app)
    for part in PARTS:
        assert getattr(part.title, language) in choice.options
        shown = page("evaluation", places, language, tab=part.key)
        assert not shown.exception
        said += words(shown)
    for one in frequencies(version.evaluation):
        assert plain(getattr(frequency_sentence(one), language)) in said
    settled = settled_sentence(version.evaluation)
    assert settled is not None
    assert plain(getattr(settled, language)) in said
    for name in (*(name for part in PARTS for name in part.pictures), "dependence"):
        title = getattr(caption_of(name).title, language)
        assert title in said or plain(title) in said, name


def test_the_customer_table_holds_everyone_riskiest_first(places: Places) -> None:
    """The table has every customer of the run, in the order of risk."""
    version = versions_of(places).serving
    assert version is not None
    path = version.file("customers.npz")
    assert path is not None

    table = page("customers", places).dataframe[0].value

    customers = customers_of(path)
    assert customers is not None
    assert table["レコード番号"].tolist() == customers.customer_id.tolist()
    assert table["スコア"].is_monotonic_decreasing


def test_search_leaves_the_customers_that_fit(places: Places) -> None:
    """A record number narrows the table down; the one that is left is shown with its lines."""
    app = page("customers", places)

    app.text_input[0].input("1007").run()

    assert app.dataframe[0].value["レコード番号"].tolist() == ["1007"]
    assert "お客様 1007" in words(app)


def test_the_reasons_of_a_customer_stand_in_two_parts(places: Places) -> None:
    """With start and cap, both subtotals are the score, for everyone; the page shows them."""
    version = versions_of(places).serving
    assert version is not None
    path = version.file("customers.npz")
    assert path is not None
    customers = customers_of(path)

    for number, score in enumerate(customers.score):
        parts = subtotals(customers, number)
        assert customers.start[number] + sum(parts.values()) + customers.cap[number] == score
    shown = words(page("customers", places))
    for part, points in subtotals(customers, 0).items():
        assert f"**{catalogue('ja')[f'part.{part}']}** {signed(points)}" in shown


def test_a_search_without_result_says_so(places: Places) -> None:
    """Nothing found is an answer, not a failure."""
    app = page("customers", places)

    app.text_input[0].input("no such record").run()

    assert not app.exception
    assert catalogue("ja")["customers.empty"] in words(app)


def test_a_damaged_version_is_named_and_the_others_stay(
    world: World, places: Places, tmp_path: Path
) -> None:
    """One version that cannot be read does not hide the rest."""
    damaged = replace(places, models=tmp_path / "models")
    shutil.copytree(places.models, damaged.models)
    (damaged.models / "20200101-000000-000000").mkdir()

    app = page("models", damaged)

    assert not app.exception
    assert "20200101" in "\n".join(error.value for error in app.error)
    assert plain(world.run.folder.name) in words(app)


def test_results_that_are_gone_are_missed_politely(places: Places, tmp_path: Path) -> None:
    """A model whose run was deleted still has its evaluation; its customers are said to be gone."""
    gone = replace(places, output=tmp_path / "output")

    for name in OF_A_VERSION:
        assert not page(name, gone).exception
    assert catalogue("ja")["run.empty"] in words(page("customers", gone))


def test_a_version_of_an_older_form_is_shown_without_what_it_lacks(
    world: World, places: Places, tmp_path: Path
) -> None:
    """Its shares have no intervals and its customers other blocks: both are said to be missing."""
    old = replace(places, models=tmp_path / "models", output=tmp_path / "output")
    for here, there in ((places.models, old.models), (places.output, old.output)):
        shutil.copytree(here, there)
    name = world.run.folder.name
    path = old.models / name / "evaluation.json"
    described = json.loads(path.read_text(encoding="utf-8"))
    for lacking in ("said_adds", "hears"):
        del described[lacking]
    described |= {"by_share": {"0": 0.6, "100": 0.7}, "by_progress": {"end": 0.7}}
    path.write_text(json.dumps(described), encoding="utf-8")
    archive = old.output / name / "customers.npz"
    with np.load(archive, allow_pickle=False) as read:
        arrays = dict(read.items())
    arrays["words"] = np.array(str(arrays["words"]).replace('"said"', '"conversation"'))
    np.savez_compressed(archive, **arrays)

    shown = {each: page(each, old) for each in PAGES}

    assert not [each for each, app in shown.items() if app.exception or app.error]
    assert "通話の途中で区切った成績がない" in words(page("evaluation", old, tab="time"))
    assert catalogue("ja")["run.empty"] in words(shown["customers"])


def test_downloads_are_the_files_of_the_run(places: Places) -> None:
    """Report, tables, card and evaluation can be saved."""
    labels = " ".join(button.label for button in page("downloads", places).download_button)

    for name in ("report.html", "risk_scores.xlsx", "risk_scores.csv", "model_card.md",
                 "evaluation.json"):  # fmt: skip
        assert name in labels


def test_live_page_shows_calls_and_team(places: Places, server: str) -> None:
    """A call that goes on is listed with its agent, and counted."""
    LiveApi(server).start_call("wall-1", "1001", "agent-wall")
    LiveApi(server).score_customer("wall-1")

    app = page("live", replace(places, api=server))

    assert not app.exception
    table = app.dataframe[0].value
    assert "agent-wall" in table["担当"].tolist()
    row = table[table["担当"] == "agent-wall"].iloc[0]
    assert re.match(r"[+±-]\d", row["通話前に分かっていたこと"])
    assert row["この通話で話されたこと"] == "±0"
    assert int(app.metric[0].value) >= 1
    assert re.search(r"Kintone: 本日 [1-9]\d* / 10,000 リクエスト", words(app))
    LiveApi(server).end_call("wall-1")


ENDINGS = (
    (AnalysisKind.COMPLETED, ContactSummary("分割払いで <b>合意</b>。"), "end_reason.completed",
     None),
    (AnalysisKind.COMPLETED, ContactSummary(None, "QUOTA_EXCEEDED"), "end_reason.completed",
     "summary_failure.QUOTA_EXCEEDED"),
    (AnalysisKind.COMPLETED, ContactSummary(None, "NEWER"), "end_reason.completed",
     "summary_failure.OTHER"),
)  # fmt: skip


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("ending", ENDINGS)
def test_the_table_says_why_a_call_ended_and_what_was_written(
    world: World, places: Places, server: str, language: str,
    ending: tuple[AnalysisKind, ContactSummary, str, str | None],
) -> None:  # fmt: skip
    """The manager's table names the end, the summary or its absence, and a gap."""
    kind, summary, reason, failure = ending
    call_id, said = f"c-{uuid.uuid4()}", catalogue(language)
    telephony_tells(world, AnalysisEvent(call_id, AnalysisKind.STARTED, utc_now()), gap=True)
    telephony_tells(world, AnalysisEvent(call_id, kind, utc_now(), summary=summary))
    wait_until(lambda: LiveApi(server).call(call_id).status == "ended")
    written = summary.text or said[failure or ""]

    table = page("live", replace(places, api=server), language).dataframe[-1].value

    [row] = table[table[said["live.end"]] == said[reason]].head(1).to_dict("records")
    assert row[said["summary.contact"]] == written
    assert row[said["live.agent"]] == said["live.unanswered"]
    assert said["live.is_incomplete"] in row[said["live.marks"]]


@pytest.mark.parametrize("script", ["streamlit_dashboard.py", "mobile_dashboard.py"])
def test_entry_scripts_run(world: World, script: str) -> None:
    """The two entry scripts show their first screen on an installation of their own."""
    path = world.settings.root / script
    shutil.copy(ROOT / script, path)

    app = AppTest.from_file(path, default_timeout=PATIENCE_S).run()

    assert not app.exception
    assert len(app.title) == 1


@pytest.mark.parametrize("script", ["streamlit_dashboard.py", "mobile_dashboard.py"])
def test_a_wrong_setting_is_named_on_the_screen(tmp_path: Path, script: str) -> None:
    """A mistake in config.py is one line on the page, not a stack trace."""
    shutil.copy(ROOT / script, tmp_path)
    (tmp_path / "config.py").write_text("RISK_THRESHOLDS = {}\n", encoding="utf-8")

    app = AppTest.from_file(tmp_path / script, default_timeout=PATIENCE_S).run()

    assert not app.exception
    assert "RISK_THRESHOLDS" in app.error[0].value


# The tablet


def held(app: AppTest) -> dict[str, str]:
    """What the shell is told about the page that it holds."""
    (shell,) = app.get("bidi_component")
    told: dict[str, str] = json.loads(shell.proto.json)
    return told


def test_the_tablet_asks_who_is_there(server: str) -> None:
    """Where nobody logs in the agent says who it is; the address and the held page remember."""
    app = tablet(server, lang="en")

    assert app.get("bidi_component") == []
    app.text_input[0].input(" agent-9 ")
    app.button[0].click().run()

    assert app.query_params["agent"] == "agent-9"
    assert held(app)["query"] == "?agent=agent-9&lang=en"
    assert list(app.text_input) == []


def test_the_tablet_holds_the_call_that_its_address_names(server: str) -> None:
    """Any text is an id, and stays one."""
    told = held(tablet(server, agent="a&b", call="c #1/é"))

    assert told["page"].endswith("/touch")
    assert (told["query"], told["place"]) == ("?agent=a%26b", "#call=c+%231%2F%C3%A9")


# The API client


def test_the_client_gives_the_servers_sentence(server: str) -> None:
    """What the server refuses reaches the person as the server said it."""
    with pytest.raises(LiveApiError) as refused:
        LiveApi(server).start_call("", None, "agent-4")

    assert refused.value.status == 422
    assert not refused.value.unreachable
    assert "call_id" in str(refused.value)


def test_the_client_tells_silence_from_refusal(free_port: int) -> None:
    """Where nobody answers the error says so, with the address."""
    with pytest.raises(LiveApiError) as silent:
        LiveApi(f"http://127.0.0.1:{free_port}/").health()

    assert silent.value.unreachable
    assert str(free_port) in str(silent.value)
