"""The tokens of calls in the database: written, packed, searched and deleted.

Theory of operation
-------------------
A call that ended is a row with its tokens: loose. Once there are enough loose calls, the oldest
1,024 are packed into a segment: 256 blocks, one for each beginning of a token, with the slots of
the calls that have it. A call keeps its slot for good. So few bytes hold many calls, a search reads
one block of each segment for each token, and calls of one time lie together.

What belongs to a call is deleted in the transaction that deletes its words: a loose call is a row;
of a packed one every block is written anew without its slot. A call whose words changed is deleted
and written again, loose, and packed again with the calls of that time; so segments may overlap.
Two servers may pack: who finds a call written or deleted meanwhile drops the work.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, delete, func, insert, select, update
from sqlalchemy import bindparam as bound

from callrisk.store.search.postings import SLOTS, packed_block, without_slots
from callrisk.store.search.search_tables import call_words, word_blocks, word_segments
from callrisk.store.search.word_tokens import REST, REST_BITS, packed_tokens, unpacked_tokens
from callrisk.store.transaction import writing

# So many stay loose, which are likely to be noted on still.
_LEFT_LOOSE = 512
_W, _B, _S = call_words.c, word_blocks.c, word_segments.c
_PART = 500


def write_tokens(
    connection: Connection, calls: Mapping[str, tuple[datetime, Collection[int]]], ring_key: str,
    written: int,
) -> None:  # fmt: skip
    """Store starts and tokens of calls anew, under the name of their key."""
    forget_words(connection, list(calls))
    rows = [
        {
            "call_id": call_id, "started_at": started_at, "tokens": packed_tokens(tokens),
            "ring_key": ring_key, "written": written, "place": None,
        }
        for call_id, (started_at, tokens) in calls.items()
    ]  # fmt: skip
    if rows:
        connection.execute(insert(call_words), rows)


def forget_words(connection: Connection, call_ids: Collection[str]) -> None:
    """Delete all tokens of calls."""
    ids, gone = list(call_ids), defaultdict[int, int](int)
    for at in range(0, len(ids), _PART):
        these = _W.call_id.in_(ids[at : at + _PART])
        packed = select(_W.place).where(these, _W.place.is_not(None))
        for place in connection.execute(packed).scalars():
            gone[place // SLOTS] |= 1 << (place % SLOTS)
        connection.execute(delete(call_words).where(these))
    for segment, slots in gone.items():
        _cut(connection, segment, slots)


def _cut(connection: Connection, segment: int, gone: int) -> None:
    """Write the blocks of a segment without some slots; delete it with the last of them."""
    own = _W.place.between(segment * SLOTS, (segment + 1) * SLOTS - 1)
    if connection.execute(select(_W.place).where(own).limit(1)).first() is None:
        connection.execute(delete(word_blocks).where(_B.segment == segment))
        connection.execute(delete(word_segments).where(_S.segment == segment))
        return
    blocks = select(_B.bucket, _B.postings).where(_B.segment == segment)
    changed = []
    for row in connection.execute(blocks).all():
        block = without_slots(row.postings, gone)
        if block != row.postings:
            changed.append({"of_bucket": row.bucket, "postings": block})
    if changed:
        this = (_B.bucket == bound("of_bucket")) & (_B.segment == segment)
        connection.execute(update(word_blocks).where(this), changed)


def pack_loose(engine: Engine) -> int:
    """Pack the oldest loose calls of one key, if there are enough; return how many were."""
    loose = (
        select(_W.call_id, _W.started_at, _W.tokens, _W.ring_key, _W.written)
        .where(_W.place.is_(None)).order_by(_W.started_at, _W.call_id).limit(SLOTS)
    )  # fmt: skip
    with engine.connect() as connection:
        count = select(func.count()).select_from(call_words).where(_W.place.is_(None))
        if connection.execute(count).scalar_one() < SLOTS + _LEFT_LOOSE:
            return 0
        rows = connection.execute(loose).all()
    ring_key = rows[0].ring_key
    rows = [row for row in rows if row.ring_key == ring_key]
    blocks = _blocks(rows)
    with writing(engine) as connection:
        return len(rows) if _store(connection, rows, blocks) else 0


def _blocks(rows: Sequence[Any]) -> dict[int, bytes]:
    """Return the blocks of calls by their buckets."""
    buckets = defaultdict[int, dict[int, int]](dict)
    for slot, row in enumerate(rows):
        bit = 1 << slot
        for token in unpacked_tokens(row.tokens):
            postings = buckets[token >> REST_BITS]
            postings[token & REST] = postings.get(token & REST, 0) | bit
    return {bucket: packed_block(postings) for bucket, postings in buckets.items()}


def _store(connection: Connection, rows: Sequence[Any], blocks: Mapping[int, bytes]) -> bool:
    """Store a new segment; False, and nothing stored, if a call of it is another one by now."""
    ids = [row.call_id for row in rows]
    these = select(_W.call_id, _W.written).where(_W.call_id.in_(ids), _W.place.is_(None))
    now = {row.call_id: row.written for row in connection.execute(these)}
    if now != {row.call_id: row.written for row in rows}:
        return False
    segment = (connection.execute(select(func.max(_S.segment))).scalar() or 0) + 1
    first_at, last_at = rows[0].started_at, rows[-1].started_at
    connection.execute(
        insert(word_segments).values(
            segment=segment, ring_key=rows[0].ring_key, first_at=first_at, last_at=last_at
        )
    )
    if blocks:
        connection.execute(
            insert(word_blocks),
            [
                {"bucket": bucket, "segment": segment, "postings": block}
                for bucket, block in blocks.items()
            ],
        )
    places = [
        {"of_call": call_id, "at": segment * SLOTS + slot} for slot, call_id in enumerate(ids)
    ]
    packed: dict[str, Any] = {"place": bound("at"), "tokens": None, "ring_key": None}
    connection.execute(
        update(call_words).where(_W.call_id == bound("of_call")).values(packed), places
    )
    return True


def segments_by_ring_key(connection: Connection) -> dict[str, int]:
    """Return how many segments and loose calls have tokens under each key of the ring."""
    found: dict[str, int] = {}
    segments = select(_S.ring_key, func.count()).group_by(_S.ring_key)
    loose = select(_W.ring_key, func.count()).where(_W.place.is_(None)).group_by(_W.ring_key)
    for count in (segments, loose):
        for name, many in connection.execute(count):
            found[name] = found.get(name, 0) + many
    return found
