"""The tables; a change here needs a migration beside it."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    false,
    text,
)

from callrisk.store.moment_column import UtcDateTime

metadata = MetaData()

# Sequence numbers of a stream have up to 129 digits; padded text compares like the number.
SEQUENCE_DIGITS = 129
# 64 bits on both; SQLite counts in a column only if it is called INTEGER.
LONG = BigInteger().with_variant(Integer, "sqlite")
# True for a segment whose words are kept. Literal, or no database would use the index that has it.
HAS_WORDS = text("(text <> '' OR sealed IS NOT NULL)")
IS_CLEAR = text("text <> ''")
HAS_NO_TIMES = text("begin_ms IS NULL")


_WITH_WORDS = text("words_removed_at IS NULL")
_ESCALATED = text("escalated")
_CORRECTED = text("correction_waits")

calls = Table(
    "calls",
    metadata,
    Column("call_id", String(256), primary_key=True),
    Column("customer_id", String(256), index=True),
    Column("agent_id", String(256), nullable=False),
    Column("source", String(16), nullable=False),
    Column("demo", Boolean, nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("alerted", Boolean, nullable=False),
    # Whether an escalation waits for an answer.
    Column("escalated", Boolean, nullable=False),
    # Whether a correction of a statement waits for a decision.
    Column("correction_waits", Boolean, nullable=False, server_default=false()),
    Column("summary", JSON),
    # The sums of a call that is over: the history of the next one.
    Column("totals", JSON),
    # What the telephony told of the contact, before it is closed here.
    Column("conversation_id", String(256), index=True),
    Column("agent_user_id", String(256)),
    Column("phone", String(32)),
    Column("connected_at", UtcDateTime),
    Column("disconnected_at", UtcDateTime),
    Column("completed_at", UtcDateTime),
    Column("analysis_lost_at", UtcDateTime),
    # The reason of the end, once the call has ended.
    Column("over_reason", String(32)),
    Column("categories", JSON),
    Column("contact_summary", JSON),
    # Both encrypted; those beside are of rows that an older version wrote, until they are, too.
    Column("sealed_phone", LargeBinary),
    Column("sealed_summary", LargeBinary),
    # Whether the details of the contact were looked up, and whether part of it may be missing.
    Column("looked_up", Boolean, nullable=False, server_default=false()),
    Column("has_gap", Boolean, nullable=False, server_default=false()),
    # Who said whose call it is, which nothing found later overrides, and which record was meant.
    Column("assigned_by", String(256)),
    Column("record_id", String(256)),
    # Since when the words of the call are kept no longer.
    Column("words_removed_at", UtcDateTime),
    # Rises with every change of what a delivery is planned from.
    Column("version", LONG, nullable=False, server_default="0"),
    Index("calls_by_start", "started_at", "call_id"),
    Index("calls_open", "ended_at"),
    # Finds the few calls that wait for a supervisor.
    Index("calls_escalated", "call_id", sqlite_where=_ESCALATED, postgresql_where=_ESCALATED),
    Index("calls_corrected", "call_id", sqlite_where=_CORRECTED, postgresql_where=_CORRECTED),
    # Finds the calls whose words may have to go.
    Index(
        "calls_with_words",
        "ended_at",
        sqlite_where=_WITH_WORDS,
        postgresql_where=_WITH_WORDS,
    ),
)

segments = Table(
    "segments",
    metadata,
    Column("call_id", ForeignKey("calls.call_id"), primary_key=True),
    Column("segment_id", String(256), primary_key=True),
    Column("sequence", String(SEQUENCE_DIGITS), nullable=False),
    Column("role", String(16), nullable=False),
    # The words, encrypted. `text` is empty but for rows that an older version wrote, until they
    # are encrypted, too; so are the columns of this kind in other tables.
    Column("sealed", LargeBinary),
    Column("text", Text, nullable=False),
    Column("begin_ms", Integer),
    Column("end_ms", Integer),
    Column("sentiment", String(16)),
    # Whether only a provisional form of the turn was heard; its speaker, where the role is not one.
    Column("unconfirmed", Boolean, nullable=False, server_default=false()),
    Column("participant_id", String(256)),
    Column("heard_at", UtcDateTime, nullable=False),
    # What the turn says about paying, and the version of the language that read it, if any did.
    Column("statements", JSON(none_as_null=True)),
    Column("language", String(64)),
    # How often the turn was told anew since it was first heard, and the last event of the log at
    # which its words became others.
    Column("revision", Integer, nullable=False, server_default="0"),
    Column("corrected_seq", LONG),
    # The two orders in which turns are sought near others.
    Index("segments_by_time", "call_id", "begin_ms", "segment_id"),
    Index(
        "segments_by_number", "call_id", "sequence", "segment_id",
        sqlite_where=HAS_NO_TIMES, postgresql_where=HAS_NO_TIMES,
    ),
    # Finds the turns of an older version that are not encrypted yet; empty once all are.
    Index("segments_in_clear", "call_id", sqlite_where=IS_CLEAR, postgresql_where=IS_CLEAR),
    # Finds the turns to read again; of those without words there is nothing to read.
    Index(
        "segments_by_language", "language", "call_id",
        sqlite_where=HAS_WORDS, postgresql_where=HAS_WORDS,
    ),
)  # fmt: skip

# The version of the language in which turns are to be read; one row.
language_in_use = Table(
    "language_in_use",
    metadata,
    Column("version", String(64), primary_key=True),
    Column("since", UtcDateTime, nullable=False),
)

drafts = Table(
    "drafts",
    metadata,
    Column("call_id", ForeignKey("calls.call_id"), primary_key=True),
    Column("transcript_id", String(256), primary_key=True),
    Column("role", String(16), nullable=False),
    Column("pieces", JSON, nullable=False),
    Column("sealed", LargeBinary),
)

events = Table(
    "events",
    metadata,
    Column("seq", LONG, primary_key=True, autoincrement=True),
    Column("call_id", String(256), nullable=False, index=True),
    Column("type", String(32), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    # What the event is about, beside its call: a turn, a note, an assessment; and what none of
    # their rows tells later. No words that anybody said.
    Column("ref", String(256)),
    Column("facts", JSON(none_as_null=True)),
    # The whole event, as an older version stored it; empty since.
    Column("payload", JSON, nullable=False),
    # Without it SQLite may give a number again after the last row was deleted.
    sqlite_autoincrement=True,
)

assessments = Table(
    "assessments",
    metadata,
    Column("seq", LONG, primary_key=True, autoincrement=False),
    Column("call_id", ForeignKey("calls.call_id"), nullable=False, index=True),
    Column("at", UtcDateTime, nullable=False),
    Column("elapsed_s", Float, nullable=False),
    Column("state", String(16), nullable=False),
    Column("risk_score", Integer, nullable=False),
    Column("risk_category", String(8), nullable=False),
    Column("model_version", String(64), nullable=False),
    # Every line in points; and the figures, the change and the advice that are shown beside them.
    Column("lines", JSON, nullable=False),
    Column("shown", JSON(none_as_null=True)),
    # What it shares with others: the facts of its model.
    Column("setup_id", LONG),
    # The whole assessment, as an older version stored it, encrypted by now; empty since.
    Column("payload", JSON, nullable=False),
    Column("sealed", LargeBinary),
)


# The servers that assess calls, each until when it is there unless it says so again.
assessing_servers = Table(
    "assessing_servers",
    metadata,
    Column("owner", String(256), primary_key=True),
    Column("until", UtcDateTime, nullable=False),
)

# Which server assesses the calls of a partition, until when, and how often that changed.
leases = Table(
    "leases",
    metadata,
    Column("partition", Integer, primary_key=True, autoincrement=False),
    Column("owner", String(256)),
    Column("token", LONG, nullable=False),
    Column("until", UtcDateTime, nullable=False),
)

# How far a job has followed the log.
cursors = Table(
    "cursors",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("seq", LONG, nullable=False),
)


# Facts that many rows share, by their hash: of models, and the words of plays.
shared_facts = Table(
    "shared_facts",
    metadata,
    Column("facts_id", LONG, primary_key=True, autoincrement=True),
    Column("sha256", String(64), nullable=False, unique=True),
    Column("body", JSON, nullable=False),
)

notes = Table(
    "notes",
    metadata,
    Column("note_id", LONG, primary_key=True, autoincrement=True),
    Column("call_id", ForeignKey("calls.call_id"), nullable=False, index=True),
    Column("kind", String(32), nullable=False),
    Column("agent_id", String(256), nullable=False),
    Column("text", Text, nullable=False),
    Column("sealed", LargeBinary),
    Column("at", UtcDateTime, nullable=False),
    # Codes, dates, amounts, and the number of the note that it is about; no words.
    Column("facts", JSON(none_as_null=True)),
    Index("notes_by_kind", "kind", "at"),
)

# Requests that were answered, by digests of their Idempotency-Key and body; no words of them.
answered_requests = Table(
    "answered_requests",
    metadata,
    Column("key_sha256", String(64), primary_key=True),
    Column("body_hmac", String(64), nullable=False),
    # What the request added, and its number in the log.
    Column("note_id", LONG, nullable=False),
    Column("seq", LONG, nullable=False),
    Column("at", UtcDateTime, nullable=False, index=True),
)

earlier_calls = Table(
    "earlier_calls",
    metadata,
    Column("customer_id", String(256), primary_key=True),
    Column("call_id", String(256), primary_key=True),
    Column("began_at", UtcDateTime, nullable=False),
    Column("contract_date", Date),
    Column("totals", JSON, nullable=False),
)

imports = Table(
    "imports",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("sha256", String(64), nullable=False),
)


outbox = Table(
    "outbox",
    metadata,
    Column("outbox_id", LONG, primary_key=True, autoincrement=True),
    Column("kind", String(32), nullable=False),
    Column("call_id", String(256), nullable=False, index=True),
    # What makes sending it twice one effect.
    Column("key", String(256), nullable=False, unique=True),
    # What is asked for by its value; all the rest is encrypted.
    Column("payload", JSON, nullable=False),
    Column("sealed", LargeBinary),
    Column("at", UtcDateTime, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("done_at", UtcDateTime),
    Column("problem", Text),
    # Whose turn it is to send it, and until when.
    Column("claimed_by", String(256)),
    Column("claimed_until", UtcDateTime),
    # True once the other side is known to have taken it whole.
    Column("is_settled", Boolean, nullable=False, server_default=false()),
    Index("outbox_open", "done_at", "due_at"),
)


# Requests to the CRM by its app and day (UTC); it allows so many a day and never says how many.
requests = Table(
    "requests",
    metadata,
    Column("day", Date, primary_key=True),
    Column("app", Integer, primary_key=True, autoincrement=False),
    Column("made", Integer, nullable=False),
)
