"""Words, names and numbers that are told at every door stand nowhere in clear afterwards."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests
from sqlalchemy import create_engine
from sqlalchemy import text as sql

from callrisk.bootstrap.customer_data.customer_command import main as customer
from callrisk.settings import load
from harness import ROOT
from harness.databases import fresh_database
from harness.ports import free_port
from harness.postgres_files import journal_place, server_files
from harness.small_world import World, new_root
from harness.waiting import wait_until
from harness.webhooks.receiver import Receiver, receiving

CUSTOMER = "K-77123"
# Told once each, at a door of its own; none is a word that the product writes by itself.
CANARIES = {
    "name": "鯨井ミモザ", "phone": "08031415926", "agent": "空色の風船を",
    "customer": "紫陽花まつりが", "note": "万華鏡を", "feedback": "砂時計の",
    "escalation": "羅針盤を", "bad body": "蜃気楼の",
    "bad field": "螺鈿細工の", "token": "crk_canary_0123456789abcdef0123456789",
    "query": "walrus-and-carpenter",
}  # fmt: skip
# What customers say in a second call, a turn each, by the route of many calls.
SAID = {
    f"said {number}": words
    for number, words in enumerate(
        (
            "金木犀の垣根を", "鈴虫の虫籠を", "琥珀糖の小箱を", "錫の茶筒を", "藍染の暖簾を",
            "蓮池の太鼓橋を", "漆塗りの文箱を", "月下美人の鉢を", "烏瓜の蔓を", "曼珠沙華の土手を",
            "蒔絵の硯箱を", "狐火の提灯を",
        )
    )
}  # fmt: skip
NAMES = {f"name {number}": name for number, name in enumerate(("鵜飼", "蓼沼", "貝塚", "樫尾"))}
NUMBERS = {
    "card": "4539578763621486", "card in groups": "5425-2334-3010-9903", "code": "カード番号の7731",
    "landline": "0459218734", "telephone": "070-2718-2818", "mail": "kujirai.m@example.com",
    "other mail": "ukai-1999@example.org", "account": "口座番号は8675309",
}  # fmt: skip
NOTES = {
    f"note {number}": words
    for number, words in enumerate(("燕の巣が", "海鼠壁の", "竹とんぼを", "糸瓜水を", "独楽回しの"))
}
# In headers and paths; what a program sends at the wrong place is a secret as often as not.
HEADERS = {
    "Cookie": "session=canarycookie5f1e2d3c4b5a69788796a5b4", "X-API-Key": "crk_other_5f1e2d3c4b5a",
    "X-CSRF-Token": "canarycsrf77665544332211", "Referer": "https://crm.example/?who=heron-lake",
    "User-Agent": "bittern-browser/1", "X-Amz-Security-Token": "canaryaws00112233445566",
}  # fmt: skip
PATHS = {"static": "cormorant-feather", "next": "osprey-over-river", "page": "spoonbill-at-dawn"}
LOGIN = {"login": "egret.of.the.marsh", "password": "kingfisher-blue-9274"}
# The work on a call after it, and what is looked for; words at a wrong place of an address, too.
WORK = {
    "outcome": "木馬の鞍を", "call back": "灯台守の", "escalation answer": "風見鶏を",
    "correction": "糸電話の", "rejection": "影絵芝居を", "approval": "線香花火の",
}  # fmt: skip
LOOKED_FOR = {"words": "蓄音機の針を", "words in a query": "heliotrope-garden",
              "cursor": "nightingale-floor", "moment": "lacquered-inkstone"}  # fmt: skip
# The doors that came last: figures of calls, the page for fingers, requests that are sent again.
NEWEST = {
    "day of figures": "tortoiseshell-comb", "touched": "cypress-boat-lantern",
    "idempotency key": "wisteria-arbour-1868", "search id": "snow-viewing-garden",
}  # fmt: skip
ALL = (
    CANARIES | SAID | NAMES | NUMBERS | NOTES | HEADERS | PATHS | LOGIN | WORK | LOOKED_FOR
    | NEWEST
)  # fmt: skip


TOLD_TO_HOOKS = {"call.started", "call.ended", "call.escalated"}


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of each kind."""
    with ExitStack() as stack:
        file = f"sqlite:///{tmp_path / 'calls' / 'callrisk.db'}"
        yield (
            file if request.param == "sqlite" else stack.enter_context(fresh_database("postgresql"))
        )


@contextmanager
def serving(root: Path, port: int, metrics: int) -> Iterator[str]:
    """The live server of an installation, its address."""
    own = {"API_PORT": str(port), "REPLAY_CALLS": "0", "METRICS_PORT": str(metrics)}
    with (root / "screen.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "realtime_api_server.py"], cwd=root, env=os.environ | own,
            stdout=log, stderr=log,
        )  # fmt: skip
    try:
        address = f"http://127.0.0.1:{port}"
        wait_until(lambda: _answers(f"{address}/api/health"), seconds=90)
        yield address
    finally:
        process.kill()
        process.wait()


def _answers(address: str) -> bool:
    try:
        return requests.get(address, timeout=5).ok
    except requests.ConnectionError:
        return False


def tell_all(address: str) -> None:
    """Each canary at its door."""

    def post(path: str, body: dict[str, object]) -> requests.Response:
        headers = {"X-Trace": CANARIES["query"]}
        return requests.post(f"{address}/api/{path}", json=body, headers=headers, timeout=20)

    ids = {"call_id": "c-1", "customer_id": CUSTOMER, "agent_id": "a"}
    assert post("start_call", ids | {"phone": CANARIES["phone"]}).ok
    said = ("agent", "AGENT"), ("customer", "CUSTOMER"), ("customer", "CUSTOMER")
    turns = [
        {
            "segment_id": f"s{n}", "role": role, "begin_ms": 30_000 * n, "end_ms": 30_000 * n + 900,
            "text": f"{CANARIES[kind]}見ました。来週まで払えません。{CANARIES['name']}です",
        }
        for n, (kind, role) in enumerate(said)
    ]  # fmt: skip
    assert post("calls/c-1/segments", {"segments": turns}).ok
    assert post("score_customer", {"call_id": "c-1"}).ok
    assert post("calls/c-1/notes", {"agent_id": "a", "text": CANARIES["note"]}).ok
    assert post("calls/c-1/escalate", {"agent_id": "a", "reason": CANARIES["escalation"]}).ok
    done = {"agent_id": "a", "action": "listen", "verdict": "dismissed"}
    assert post("calls/c-1/feedback", done | {"reason": CANARIES["feedback"]}).ok
    post("calls/c-1/segments", {"segments": [turns[0] | {"role": CANARIES["bad field"]}]})
    broken = f'{{"text": "{CANARIES["bad body"]}'.encode()
    json_body = {"Content-Type": "application/json"}
    requests.post(f"{address}/api/calls/c-1/notes", data=broken, headers=json_body, timeout=20)
    bearer = {"Authorization": f"Bearer {CANARIES['token']}"}
    requests.get(f"{address}/api/calls/c-1?q={CANARIES['query']}", headers=bearer, timeout=20)
    tell_more(address, post)
    tell_work(address, post)
    assert post("end_call", {"call_id": "c-1"}).ok


def tell_more(address: str, post: Callable[[str, dict[str, object]], requests.Response]) -> None:
    """Turns of many calls, names and numbers in speech, notes, headers, paths, a login."""
    assert post("start_call", {"call_id": "c-2", "customer_id": CUSTOMER, "agent_id": "a"}).ok
    spoken = [f"{words}見ました。" for words in SAID.values()]
    spoken += [f"{name}と申します。" for name in NAMES.values()]
    spoken += [f"番号は{number}です。" for number in NUMBERS.values()]
    turns = [
        {
            "call_id": "c-2", "segment_id": f"t{n}", "role": "CUSTOMER", "text": text,
            "begin_ms": 9_000 * n, "end_ms": 9_000 * n + 900,
        }
        for n, text in enumerate(spoken)
    ]  # fmt: skip
    assert post("segments", {"segments": turns}).ok
    for text in NOTES.values():
        assert post("calls/c-2/notes", {"agent_id": "a", "text": text}).ok
    for name, value in HEADERS.items():
        requests.get(f"{address}/api/calls/c-2", headers={name: value}, timeout=20)
    for path in (f"static/{PATHS['static']}.js", f"login?next=/{PATHS['next']}", PATHS["page"]):
        requests.get(f"{address}/{path}", timeout=20)
    requests.post(f"{address}/login", data=LOGIN, timeout=20)
    assert post("end_call", {"call_id": "c-2"}).ok


def tell_work(address: str, post: Callable[[str, dict[str, object]], requests.Response]) -> None:
    """Outcomes, call-backs, answers, corrections with their decisions, and searches."""

    def number(path: str, body: dict[str, object]) -> int:
        answer = post(f"calls/c-1/{path}", {"agent_id": "a"} | body)
        assert answer.status_code == 201, answer.text
        return int(answer.json()["note_id"])

    asked = number("escalate", {"reason": "承認をお願いします"})
    number("escalations/answer", {"note_id": asked, "text": WORK["escalation answer"]})
    number("outcome", {"outcome": "promised", "text": WORK["outcome"]})
    soon = (datetime.now(UTC) + timedelta(days=2)).isoformat()
    number("call_back", {"call_back_at": soon, "text": WORK["call back"]})
    call = requests.get(f"{address}/api/calls/c-1", timeout=20).json()
    (first, second, *_) = [one for turn in call["segments"] for one in turn["statements"]]
    for statement, verdict in (first, "rejected"), (second, "approved"):
        place = {name: statement[name] for name in ("segment_id", "begin", "end", "intent")}
        made = number("corrections", place | {"meant": "none", "text": WORK["correction"]})
        why = WORK["rejection" if verdict == "rejected" else "approval"]
        decision = {"note_id": made, "verdict": verdict, "text": why, "agent_id": "b"}
        assert post("calls/c-1/corrections/decide", decision).status_code == 201
    for words in (LOOKED_FOR["words"], "万華鏡を"):
        assert post("searches", {"words": words}).status_code == 201
    asking = {
        f"calls/search?words={LOOKED_FOR['words in a query']}": 422,
        f"calls/search?cursor={LOOKED_FOR['cursor']}": 422,
        f"calls/c-1/changes?from={LOOKED_FOR['moment']}": 422,
        f"stats/calls?to={NEWEST['day of figures']}": 422, "stats/calls?by=team": 200,
        f"searches/{NEWEST['search id']}": 404,
        "calls/c-1/changes": 200, "corrections": 200, "corrections/table": 200, "escalations": 200,
    }  # fmt: skip
    for path, status in asking.items():
        answer = requests.get(f"{address}/api/{path}", timeout=20)
        assert (path, answer.status_code) == (path, status)
    assert requests.get(f"{address}/touch?call={NEWEST['touched']}", timeout=20).ok
    again = {"Idempotency-Key": NEWEST["idempotency key"]}
    for status, words in (201, WORK["outcome"]), (201, WORK["outcome"]), (422, WORK["call back"]):
        body = {"agent_id": "a", "outcome": "promised", "text": words}
        answer = requests.post(
            f"{address}/api/calls/c-1/outcome", json=body, headers=again, timeout=20
        )
        assert answer.status_code == status, answer.text


def found_in(content: bytes) -> set[str]:
    """The canaries in some bytes, written plainly or as JSON escapes them."""
    return {
        kind
        for kind, canary in ALL.items()
        if canary.encode() in content
        or canary.encode("unicode_escape") in content
        or canary.encode("utf-16-le") in content
    }


def added_hook(address: str, receiver: Receiver) -> dict[str, str]:
    """A new webhook, with its secret."""
    body = {"name": "見本", "url": receiver.url, "event_types": sorted(TOLD_TO_HOOKS)}
    answer = requests.post(f"{address}/api/admin/webhooks", json=body, timeout=20)
    assert answer.status_code == 201, answer.text
    made: dict[str, str] = answer.json()
    return made


def files_of(root: Path) -> bytes:
    """All that an installation keeps."""
    return b"".join(path.read_bytes() for path in root.parent.rglob("*") if path.is_file())


def dump_of(database: str) -> bytes:
    """A dump of a PostgreSQL database, as a backup has it."""
    done = subprocess.run(
        ["pg_dump", database.replace("+psycopg", "")], capture_output=True, check=True
    )
    return done.stdout


def leaks(root: Path, database: str, since: str) -> dict[str, set[str]]:
    """The canaries in each file of an installation and of its database, its journal, a dump."""
    places = [path for path in root.parent.rglob("*") if path.is_file()]
    found = {path.name: found_in(path.read_bytes()) for path in places if "raw" not in path.parts}
    if database.startswith("postgresql"):
        dump = dump_of(database)
        assert b"c-1" in dump
        found["dump"] = found_in(dump)
        found |= {name: found_in(kept) for name, kept in server_files(database, since)}
    return {name: kinds for name, kinds in found.items() if kinds}


def test_words_in_a_table_are_found_in_the_files_of_its_server() -> None:
    """In its pages and in its journal, also after they were deleted: the search can fail."""
    with fresh_database("postgresql") as database:
        since, told = journal_place(database), "一度だけの合言葉"
        engine = create_engine(database, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(sql("CREATE TABLE words (words text)"))
            connection.execute(sql("INSERT INTO words VALUES (:words)"), {"words": told})
            connection.execute(sql("DELETE FROM words"))
        engine.dispose()
        kept = list(server_files(database, since))
        if not kept:
            pytest.skip("the person of CALLRISK_TEST_POSTGRES may not read files of the server")
        holding = {name.partition(" ")[0] for name, content in kept if told.encode() in content}

    assert holding == {"journal", "pages"}


@pytest.mark.slow
def test_what_is_told_stands_nowhere_in_clear(
    world: World, tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not in the database, its journal, the key store, logs, metrics; after an erasure nowhere."""
    if database.startswith("postgresql") and shutil.which("pg_dump") is None:
        pytest.skip("pg_dump is not installed")
    monkeypatch.setenv("DATABASE_URL", database)
    since = journal_place(database) if database.startswith("postgresql") else ""
    root = new_root(tmp_path / "顧客 リスク")
    shutil.copy(ROOT / "realtime_api_server.py", root)
    shutil.copytree(world.settings.models_dir, root / "models")
    raw = root / "data" / "raw"
    raw.mkdir(parents=True)
    columns = load(root).customer_columns
    head = ",".join((columns.customer_id, columns.name, columns.phone))
    row = ",".join((CUSTOMER, CANARIES["name"], CANARIES["phone"]))
    (raw / "顧客_表.csv").write_text(f"{head}\n{row}\n", encoding="utf-8")
    hooks = list[dict[str, str]]()
    with (
        receiving() as receiver,
        serving(root, free_port(), metrics := free_port()) as address,
    ):
        hooks.append(added_hook(address, receiver))
        tell_all(address)
        shown = requests.get(f"{address}/api/calls/c-1", timeout=20).content
        also = requests.get(f"{address}/api/calls/c-2", timeout=20).content
        figures = requests.get(f"http://127.0.0.1:{metrics}/metrics", timeout=20).content
        health = requests.get(f"{address}/api/health", timeout=20).content

        assert found_in(shown) >= {"agent", "customer", "note", "feedback", "escalation", *WORK}
        assert found_in(also) >= SAID.keys() | NOTES.keys()
        assert not found_in(also) & NUMBERS.keys() - {"account", "code"}
        assert found_in(figures) | found_in(health) == set()
        assert len(set(ALL.values())) == 65
        # Every event, as a webhook sends it: after the ends of both calls.
        wait_until(lambda: len(set(receiver.types)) >= len(TOLD_TO_HOOKS), seconds=30)
        assert set(receiver.types) >= TOLD_TO_HOOKS
        sent = b"".join(one.body + str(one.headers).encode() for one in receiver.received)
        assert found_in(sent) == set()
        assert leaks(root, database, since) == {}
        secrets = [one["secret"] for one in hooks]
        assert not any(secret.encode() in files_of(root) for secret in secrets)

    assert customer(["erase", CUSTOMER, "--yes"], root) == 0
    assert CUSTOMER.encode() not in b"".join(
        path.read_bytes()
        for path in root.parent.rglob("*")
        if path.is_file() and "raw" not in path.parts and path.suffix != ".log"
    )
    if database.startswith("postgresql"):
        assert CUSTOMER.encode() not in dump_of(database)
    assert leaks(root, database, since) == {}
