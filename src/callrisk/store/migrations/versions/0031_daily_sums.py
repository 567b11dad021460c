"""Sums by day with what figures of agents and days need, in the place of sums that nobody read."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

_COUNTS = ("calls", "talk_calls", "mood_calls", "scored", "high", "escalated", "promised",
           "promised_yen", "advice_done", "advice_dismissed")  # fmt: skip
_SUMS = ("seconds", "talk_share", "mood")
_LONG = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_FILL = """
INSERT INTO daily_facts (
    day, agent_id, demo, band, calls, seconds, talk_share, talk_calls, mood, mood_calls, scored,
    high, escalated, promised, promised_yen, advice_done, advice_dismissed)
SELECT day, agent_id, demo, COALESCE(first_score - first_score % 20, -1), COUNT(*),
    SUM(duration_s), COALESCE(SUM(agent_talk_share), 0), COUNT(agent_talk_share),
    COALESCE(SUM(customer_sentiment), 0), COUNT(customer_sentiment), COUNT(final_score),
    SUM(CASE WHEN final_category = 'high' THEN 1 ELSE 0 END),
    SUM(CASE WHEN escalated THEN 1 ELSE 0 END),
    SUM(CASE WHEN promised_on IS NOT NULL THEN 1 ELSE 0 END), COALESCE(SUM(promised_yen), 0),
    SUM(advice_done), SUM(advice_dismissed)
FROM call_facts
GROUP BY day, agent_id, demo, COALESCE(first_score - first_score % 20, -1)
"""
_OLD_SUMS = (
    "calls", "scored", "final_scores", "high", "medium", "low", "notes", "escalated", "alerted",
    "advice_done", "advice_dismissed",
)  # fmt: skip


def upgrade() -> None:
    op.drop_table("daily_facts")
    op.create_table(
        "daily_facts",
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("agent_id", sa.String(256), primary_key=True),
        sa.Column("demo", sa.Boolean, primary_key=True),
        sa.Column("band", sa.Integer, primary_key=True),
        *(sa.Column(name, _LONG, nullable=False) for name in _COUNTS),
        *(sa.Column(name, sa.Float, nullable=False) for name in _SUMS),
    )
    op.execute(_FILL)


def downgrade() -> None:
    op.drop_table("daily_facts")
    op.create_table(
        "daily_facts",
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("agent_id", sa.String(256), primary_key=True),
        sa.Column("source", sa.String(16), primary_key=True),
        *(sa.Column(name, sa.Integer, nullable=False) for name in _OLD_SUMS),
        sa.Column("seconds", sa.Float, nullable=False),
        sa.Column("said", sa.JSON, nullable=False),
    )
    # The older program makes them again from the log.
    op.execute("DELETE FROM cursors WHERE name = 'call_facts'")
