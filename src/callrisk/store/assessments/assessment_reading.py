"""Stored assessments as they were pushed: their lines in words, with those of the turns."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, select, tuple_

from callrisk.domain.assessment import Assessment
from callrisk.domain.call_record import LatestAssessment, Payload
from callrisk.domain.score.account import StatementKey
from callrisk.domain.score.shown_assessment import AssessedCall, shown
from callrisk.store import tables
from callrisk.store.assessments.assessment_columns import (
    kept_from,
    plays_of,
    setup_from,
    told_from,
)
from callrisk.store.assessments.shared_facts import SharedFacts
from callrisk.store.ciphers.word_cipher import WordCipher
from callrisk.store.stored_calls import ASSESSMENT, TURN, cipher_for, words_of
from callrisk.wire.assessment import Alert, AssessmentAnswer

_A, _C, _S = tables.assessments.c, tables.calls.c, tables.segments.c
# What an assessment is made of, with its call.
READ_COLUMNS = (
    *(_A[name] for name in (
        "seq", "call_id", "at", "elapsed_s", "state", "risk_score", "risk_category",
        "model_version", "lines", "shown", "setup_id", "payload", "sealed",
    )),
    _C.customer_id, _C.agent_id, _C.demo,
)  # fmt: skip
_ADVISED = 4


def assessments_with_calls() -> Any:
    """Return the query for stored assessments, each with its call."""
    joined = tables.assessments.join(tables.calls, _C.call_id == _A.call_id)
    return select(*READ_COLUMNS).select_from(joined)


class AssessmentReading:
    """Rows of `assessments_with_calls` with the texts that they refer to."""

    def __init__(self, connection: Connection, shared: SharedFacts, rows: Sequence[Any]) -> None:
        narrow = [row for row in rows if row.setup_id is not None]
        ids = {row.setup_id for row in narrow}
        ids |= {play for row in narrow for play in plays_of(row.shown[_ADVISED])}
        self._bodies = shared.bodies(connection, ids)
        self._setups = {
            row.setup_id: setup_from(self._bodies[row.setup_id])
            for row in {row.setup_id: row for row in narrow}.values()
        }
        self._texts = _texts(
            connection, {(row.call_id, one[0]) for row in narrow for one in row.lines["said"]}
        )
        self._cipher = cipher_for(connection, rows)
        self.rows = rows

    def latest(self, row: Any) -> LatestAssessment:
        """Return an assessment with its account."""
        setup = self._setups.get(row.setup_id)
        told = told_from(row.risk_score, row.model_version, row.lines, setup)
        return LatestAssessment(row.seq, self.payload(row), told)

    def payload(self, row: Any) -> Payload:
        """Return an assessment as it was pushed."""
        if row.setup_id is None:
            return self._whole(row)
        return AssessmentAnswer.of(self._assessment(row)).rendered()

    def alert(self, row: Any) -> Payload:
        """Return the alert that an assessment set off."""
        if row.setup_id is None:
            return Alert.of(AssessmentAnswer.model_validate(self._whole(row))).rendered()
        return Alert.of(self._assessment(row)).rendered()

    def _whole(self, row: Any) -> Payload:
        """Return an assessment that an older version stored whole."""
        return whole_assessment(row, self._cipher)

    def _assessment(self, row: Any) -> Assessment:
        setup = self._setups[row.setup_id]
        call = AssessedCall(row.call_id, row.customer_id, row.agent_id, row.demo)
        return shown(kept_from(row, setup, self._bodies), setup, call, self._phrases(row))

    def _phrases(self, row: Any) -> dict[StatementKey, str]:
        """Return the words of the statements, as far as they are those of then."""
        phrases, followed = {}, row.lines.get("followed") or row.seq
        for segment_id, begin, end, intent, *_ in row.lines["said"]:
            text, corrected_seq = self._texts.get((row.call_id, segment_id), ("", None))
            if text and (corrected_seq or 0) <= followed:
                phrases[segment_id, begin, end, intent] = text[begin:end]
        return phrases


def whole_assessment(row: Any, cipher: WordCipher | None) -> Payload:
    """Return what an older version stored whole; it has no words once its key was destroyed."""
    stored: Payload = row.payload
    if cipher is not None and row.sealed is not None:
        stored = cipher.open_json(ASSESSMENT, row.call_id, str(row.seq), row.sealed) or stored
    return stored


def _texts(
    connection: Connection, turns: Iterable[tuple[str, str]]
) -> Mapping[tuple[str, str], tuple[str, int | None]]:
    """Return the words of turns, and the last event at which they became others."""
    keys = list(turns)
    if not keys:
        return {}
    statement = select(_S.call_id, _S.segment_id, _S.text, _S.sealed, _S.corrected_seq)
    these = tuple_(_S.call_id, _S.segment_id).in_(keys)
    rows = connection.execute(statement.where(these)).all()
    cipher = cipher_for(connection, rows)
    return {
        (row.call_id, row.segment_id): (
            words_of(row, TURN, row.segment_id, cipher), row.corrected_seq,
        )
        for row in rows
    }  # fmt: skip
