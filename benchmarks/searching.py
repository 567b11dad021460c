"""Search of ended calls: python benchmarks/searching.py --database URL [--calls N] [--scan N]

A database is filled with ended calls of 20 turns, unless it has calls already, in a made-up
language whose words are as unevenly spread as those of people. Then questions of every kind are
asked as a page asks them, the first 50 hits each. Printed are the times by kind, the bytes a call,
what the end of a call costs, and how many of the hits of a scan of decrypted words are found.
"""

import argparse
import json
import sqlite3
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import cycle, islice
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Connection, Engine, Table, func, insert, select, text

from callrisk.domain.search.plain_text import plain_letters, plain_text, plain_words
from callrisk.domain.search.sought_calls import SoughtCalls, SoughtFacts
from callrisk.store import tables
from callrisk.store.ciphers.key_ring import KeyPurpose, KeyRing, RingKey
from callrisk.store.ciphers.word_cipher import WordCipher, cipher_of
from callrisk.store.database import Keys, open_database
from callrisk.store.facts import fact_tables
from callrisk.store.search.call_search import CallSearch
from callrisk.store.search.said_words import said_texts
from callrisk.store.search.search_tables import call_words, word_blocks, word_segments
from callrisk.store.search.word_segments import pack_loose, write_tokens
from callrisk.store.search.word_tokens import tokens_of
from callrisk.store.stored_calls import TURN
from callrisk.store.transaction import writing

NEWEST = datetime(2026, 6, 1, tzinfo=UTC)
TURNS, AGENTS, BATCH = 20, 500, 1_000
# Of so many turns calls are made, or to make them up would take longer than to store them.
DIFFERENT_TURNS = 100_000
_KINDS = ("promise", "hardship", "inability", "dispute", "cancellation", "delay_request")
_RARE = "third_party"
_OUTCOMES = ("promised", "paid", "hardship", "refused", None)
_CATEGORIES = ("low", "low", "medium", "high")
# Said in one call of so many.
_PLANTED = {"滞納": 40, "解約": 100, "弁護士": 1_000, "自己破産": 10_000, "Ｃashing": 300}
_ENDINGS = (
    "です",
    "ます",
    "ません",
    "ので",
    "けど",
    "でしょうか",
    "と思います",
    "んです",
    "ください",
)
_PARTICLES = ("は", "が", "を", "に", "の", "で", "と", "も", "から", "まで")
_SCRIPTS = ("kanji", "kanji", "kana", "kanji", "katakana")
_KEY = bytes(range(32))
RING = KeyRing(tuple(RingKey(f"{one}-benchmark", one, _KEY) for one in KeyPurpose))


class Speech:
    """Turns of a made-up language; words and letters are spread as unevenly as Zipf found."""

    def __init__(self, seed: int, words: int = 30_000) -> None:
        self._random = random = Random(seed)  # noqa: S311 - made-up words
        kanji = [chr(0x4E00 + 7 * n) for n in range(2_000)]
        kana = [chr(one) for one in range(0x3042, 0x3094)]
        katakana = [chr(one) for one in range(0x30A2, 0x30F4)]
        weights = [1 / (n + 3) for n in range(2_000)]
        self._words = [
            "".join(
                random.choices(kanji, weights, k=2) if kind == "kanji"
                else random.choices(kana if kind == "kana" else katakana, k=random.randint(2, 4))
            )
            for kind in islice(cycle(_SCRIPTS), words)
        ]  # fmt: skip
        self._weights = [1 / (n + 2) for n in range(words)]
        total = 0.0
        self._sums = [total := total + one for one in self._weights]

    def turn(self) -> str:
        """Return one turn."""
        random = self._random
        words = random.choices(self._words, cum_weights=self._sums, k=random.randint(3, 7))
        parts = [word + random.choice(_PARTICLES) for word in words]
        return "".join(parts) + random.choice(_ENDINGS)


def calls_of(count: int) -> Iterator[tuple[dict[str, Any], list[str]]]:
    """Yield the facts and the turns of calls, the oldest first."""
    speech, random = Speech(7), Random(8)  # noqa: S311
    spoken = [speech.turn() for _ in range(DIFFERENT_TURNS)]
    for number in range(count):
        began = NEWEST - timedelta(minutes=1) * (count - number)
        turns = random.choices(spoken, k=TURNS)
        for words, one_of in _PLANTED.items():
            if random.randrange(one_of) == 0:
                turns[2 * random.randrange(TURNS // 2) + 1] = f"あの、{words}の件ですけど"
        said = {random.choice(_KINDS): 1, random.choice(_KINDS): 1}
        if number % 10_000 == 1:
            said[_RARE] = 1
        yield {
            "call_id": f"call-{number:09d}-{random.randrange(16**12):012x}",
            "agent_id": f"agent-{random.randrange(AGENTS)}",
            "customer_id": f"{random.randrange(max(count // 3, 1))}",
            "began": began, "said": said, "outcome": random.choice(_OUTCOMES),
            "category": random.choice(_CATEGORIES),
        }, turns  # fmt: skip


def fill(engine: Engine, count: int) -> dict[str, float]:
    """Store ended calls as the jobs would; return what that cost a call, in milliseconds."""
    key = RING.active(KeyPurpose.SEARCH)
    spent = {"rows of tokens": 0.0, "packing": 0.0}

    @cache
    def tokens(turn: str) -> set[int]:
        return tokens_of(key, [plain_letters(turn)])

    batch: list[tuple[dict[str, Any], list[str]]] = []
    done = 0
    for one in calls_of(count):
        batch.append(one)
        if len(batch) < min(BATCH, count - done):
            continue
        of_calls = {
            facts["call_id"]: (facts["began"], set().union(*map(tokens, turns[1::2])))
            for facts, turns in batch
        }
        with writing(engine) as connection:
            _store(connection, batch)
            began = time.perf_counter()
            write_tokens(connection, of_calls, key.key_id, done + 1)
            spent["rows of tokens"] += time.perf_counter() - began
        began = time.perf_counter()
        pack_loose(engine)
        spent["packing"] += time.perf_counter() - began
        done += len(batch)
        batch = []
        if done % 50_000 == 0:
            print(f"{done:,} calls stored", file=sys.stderr, flush=True)
    return {name: 1_000 * seconds / count for name, seconds in spent.items()}


def _store(connection: Connection, batch: Sequence[tuple[dict[str, Any], list[str]]]) -> None:
    cipher = cipher_of(connection)
    cipher.prepare([facts["call_id"] for facts, _ in batch])
    _insert(connection, tables.calls, [_call(facts) for facts, _ in batch])
    _insert(connection, fact_tables.call_facts, [_facts(facts) for facts, _ in batch])
    turns = [row for facts, said in batch for row in _turns(cipher, facts, said)]
    _insert(connection, tables.segments, turns)


def _insert(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    """Insert rows; by COPY where there is one, which takes a tenth of the time."""
    if connection.dialect.name == "sqlite":
        connection.execute(insert(table), rows)
        return
    names = list(rows[0])
    dumps = {name: json.dumps for name in names if str(table.c[name].type) == "JSON"}
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor:
        copying = f"COPY {table.name} ({', '.join(names)}) FROM STDIN"
        with cursor.copy(copying) as copy:
            for row in rows:
                copy.write_row([dumps.get(name, _same)(row[name]) for name in names])


def _same(value: Any) -> Any:
    return value


def _call(facts: dict[str, Any]) -> dict[str, Any]:
    return {
        "call_id": facts["call_id"], "customer_id": facts["customer_id"],
        "agent_id": facts["agent_id"], "source": "rest", "demo": False,
        "started_at": facts["began"], "ended_at": facts["began"] + timedelta(minutes=5),
        "alerted": False, "escalated": False, "looked_up": False, "has_gap": False, "version": 0,
    }  # fmt: skip


def _facts(facts: dict[str, Any]) -> dict[str, Any]:
    zeros = ("notes", "advice_done", "advice_dismissed")
    return {
        "call_id": facts["call_id"], "day": facts["began"].date(), "agent_id": facts["agent_id"],
        "customer_id": facts["customer_id"], "source": "rest", "demo": False,
        "started_at": facts["began"], "ended_at": facts["began"] + timedelta(minutes=5),
        "duration_s": 300.0, "turns": TURNS, "final_score": 55, "final_category": facts["category"],
        "course": [[15.0 * n, 40 + n] for n in range(20)], "said": facts["said"],
        "escalated": False, "alerted": False, "outcome": facts["outcome"],
        **dict.fromkeys(zeros, 0),
    }  # fmt: skip


def _turns(cipher: WordCipher, facts: dict[str, Any], said: list[str]) -> Iterator[dict[str, Any]]:
    call_id = facts["call_id"]
    for n, words in enumerate(said):
        yield {
            "call_id": call_id, "segment_id": f"s{n}", "sequence": f"{n:0129d}",
            "role": "CUSTOMER" if n % 2 else "AGENT", "text": "",
            "sealed": cipher.seal(TURN, call_id, f"s{n}", words), "begin_ms": 15_000 * n,
            "end_ms": 15_000 * n + 9_000, "unconfirmed": False, "heard_at": facts["began"],
            "statements": [], "language": "benchmark", "revision": 0,
        }  # fmt: skip


def questions(random: Random) -> dict[str, SoughtCalls]:
    """Return one question of each kind; agents, customers and days are others each time."""
    agent, customer = f"agent-{random.randrange(AGENTS)}", f"{random.randrange(30_000)}"
    team = frozenset(f"agent-{random.randrange(AGENTS)}" for _ in range(10))
    day = (NEWEST - timedelta(days=random.randrange(60))).date()
    nothing = SoughtFacts()

    def words(asked: str, facts: SoughtFacts = nothing, agents: Any = None) -> SoughtCalls:
        return SoughtCalls(facts, agents, plain_words(asked))

    return {
        "facts: newest": words(""),
        "facts: agent": words("", SoughtFacts(agent_id=agent)),
        "facts: customer": words("", SoughtFacts(customer_id=customer)),
        "facts: outcome, category": words("", SoughtFacts(outcome="paid", category="high")),
        "facts: statement": words("", SoughtFacts(intent="dispute")),
        "facts: rare statement": words("", SoughtFacts(intent=_RARE)),
        "facts: day": words("", SoughtFacts(first=day, last=day)),
        "in nearly every call": words("です"),
        "in 2.5 % (滞納)": words("滞納"),
        "in 1 % (解約)": words("解約"),
        "in 0.3 % (cashing)": words("cashing"),
        "in 0.1 % (弁護士)": words("弁護士"),
        "in 0.01 % (自己破産)": words("自己破産"),
        "nowhere": words("宇宙旅行"),
        "two words": words("滞納 解約"),
        "a long phrase": words("弁護士の件ですけど"),
        "own calls (滞納)": words("滞納", nothing, frozenset({agent})),
        "a team's (解約)": words("解約", nothing, team),
        "a team's, nearly every call": words("です", nothing, team),
        "a customer's (です)": words("です", SoughtFacts(customer_id=customer)),
        "with outcome (解約)": words("解約", SoughtFacts(outcome="refused")),
        "with rare statement (解約)": words("解約", SoughtFacts(intent=_RARE)),
        "on a day (滞納)": words("滞納", SoughtFacts(first=day, last=day)),
    }


def measured(engine: Engine, rounds: int) -> None:
    """Print the times of the first 50 hits by kind of question."""
    search, random = CallSearch(engine), Random(9)  # noqa: S311
    times: dict[str, list[float]] = {}
    hits: dict[str, int] = {}
    for _ in range(rounds):
        for kind, sought in questions(random).items():
            # Keys that were used are at hand for an hour; here each look is the first of its hour.
            with engine.connect() as connection:
                cipher_of(connection).keys._at_hand.clear()
            began = time.perf_counter()
            page = search.page(sought, 50)
            times.setdefault(kind, []).append(1_000 * (time.perf_counter() - began))
            hits[kind] = len(page.calls)
    print(f"{'question':32} {'hits':>5} {'p50 ms':>8} {'p95 ms':>8}")
    for kind, taken in times.items():
        print(f"{kind:32} {hits[kind]:5} {statistics.median(taken):8.1f} {p95(taken):8.1f}")
    print(f"{'all':32} {'':5} {'':8} {p95([one for each in times.values() for one in each]):8.1f}")


def p95(values: Sequence[float]) -> float:
    """Return the 95th percentile."""
    return sorted(values)[min(len(values) - 1, int(0.95 * len(values)))]


def recall(engine: Engine, newest: int, asked: Sequence[str]) -> tuple[int, int]:
    """Return how many hits a scan of the newest calls has, and how many of them are found."""
    c = tables.calls.c
    wanted = found = 0
    with engine.connect() as connection:
        order = select(c.call_id, c.started_at).order_by(c.started_at.desc()).limit(newest)
        rows = connection.execute(order).all()
        texts = {}
        for at in range(0, len(rows), 500):
            part = said_texts(connection, [row.call_id for row in rows[at : at + 500]])
            texts |= {
                call_id: [plain_text(one.text).letters for one in said]
                for call_id, said in part.items()
            }
    for question in asked:
        words = plain_words(question)
        hits = {
            call_id
            for call_id, said in texts.items()
            if all(any(word in one for one in said) for word in words)
        }
        answers = set(all_of(CallSearch(engine), words, rows[-1].started_at))
        wanted, found = wanted + len(hits), found + len(hits & answers)
        if answers & texts.keys() != hits:
            print(f"{question}: {len(hits)} hits, found {len(answers & texts.keys())}")
    return wanted, found


def all_of(search: CallSearch, words: tuple[str, ...], since: datetime) -> Iterator[str]:
    """Yield every call with words that began since a moment."""
    reached = None
    while True:
        page = search.page(SoughtCalls(SoughtFacts(), None, words), 200, reached)
        yield from (call.call_id for call in page.calls)
        reached = page.reached
        if reached is None or reached[0] < since:
            return


ASKED = (
    "滞納", "解約", "弁護士", "自己破産", "cashing", "ＣＡＳＨＩＮＧ", "ｃash", "滞納 解約", "です",
    "ません", "の件ですけど", "あの、滞納", "宇宙旅行",
)  # fmt: skip


def sizes(engine: Engine, count: int) -> None:
    """Print the bytes a call of each table of the search."""
    for name in (table.name for table in (call_words, word_segments, word_blocks)):
        print(f"{name}: {_bytes_of(engine, name) / count:,.0f} bytes a call")
    whole = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
    if engine.dialect.name == "postgresql":
        whole = "SELECT pg_database_size(current_database())"
    with engine.connect() as connection:
        taken = connection.execute(text(whole)).scalar_one() / count
    print(f"the whole database: {taken:,.0f} bytes a call")


def _bytes_of(engine: Engine, name: str) -> int:
    """Return the bytes of a table with its indexes; of SQLite those of a copy of it alone."""
    if engine.dialect.name == "postgresql":
        asked = text("SELECT pg_total_relation_size(CAST(:name AS regclass))")
        with engine.connect() as connection:
            return int(connection.execute(asked, {"name": name}).scalar_one())
    with TemporaryDirectory() as folder:
        copy = sqlite3.connect(Path(folder) / "copy.db")
        copy.execute("ATTACH ? AS source", (engine.url.database,))
        made = "SELECT sql FROM source.sqlite_master WHERE tbl_name = ? AND sql IS NOT NULL"
        for (statement,) in copy.execute(made, (name,)).fetchall():
            copy.execute(statement)
        copy.execute(f"INSERT INTO main.{name} SELECT * FROM source.{name}")  # noqa: S608 - ours
        copy.commit()
        (taken,) = copy.execute(
            "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
        ).fetchone()
        copy.close()
    return int(taken)


def timed(what: str, do: Callable[[], Any]) -> Any:
    """Run something; print how long it took."""
    began = time.perf_counter()
    done = do()
    print(f"{what}: {time.perf_counter() - began:,.1f} s", flush=True)
    return done


def main() -> int:
    """Fill, ask, compare and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", required=True)
    parser.add_argument("--calls", type=int, default=100_000)
    parser.add_argument("--scan", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=20)
    options = parser.parse_args()
    engine = open_database(options.database, Keys(RING))
    with engine.connect() as connection:
        stored = connection.execute(select(func.count()).select_from(call_words)).scalar_one()
    if not stored:
        cost = timed("filling", lambda: fill(engine, options.calls))
        print(", ".join(f"{name} {ms:.2f} ms" for name, ms in cost.items()), "a call")
        if engine.dialect.name == "postgresql":
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text("VACUUM ANALYZE"))
        stored = options.calls
    print(f"{stored:,} calls, {engine.dialect.name}")
    sizes(engine, stored)
    measured(engine, options.rounds)
    wanted, found = recall(engine, options.scan, ASKED)
    print(f"found {found:,} of {wanted:,} hits of a scan of {options.scan:,} calls")
    return 0 if found == wanted else 1


if __name__ == "__main__":
    sys.exit(main())
