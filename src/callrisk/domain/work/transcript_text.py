"""The transcript of a call as plain text, to be read without the product."""

from collections.abc import Iterable, Mapping, Sequence

from callrisk.domain.call_record import StoredCall, StoredNote, StoredTurn
from callrisk.domain.customer import JST
from callrisk.domain.segment import ParticipantRole, Role
from callrisk.domain.wording import Text

_ROLES: Mapping[Role, Text] = {
    ParticipantRole.CUSTOMER: Text("お客様", "Customer"),
    ParticipantRole.AGENT: Text("担当者", "Agent"),
}
_OTHER = Text("その他", "Other")
_HEAD = Text(
    "通話 {call_id}　開始 {began}　担当 {agent}　お客様 {customer}",
    "Call {call_id}, began {began}, agent {agent}, customer {customer}",
)
_NOTES, _UNKNOWN = Text("メモ", "Notes"), Text("不明", "unknown")


def transcript_text(
    call: StoredCall, turns: Sequence[StoredTurn], notes: Iterable[StoredNote], language: str
) -> str:
    """Return a line for each turn with its time and speaker, then the notes.

    `language` is "ja" or "en"; times are those of Japan.
    """
    unknown = _in(_UNKNOWN, language)
    head = _in(_HEAD, language).format(
        call_id=call.call_id, began=f"{call.started_at.astimezone(JST):%Y/%m/%d %H:%M}",
        agent=call.agent_id or unknown, customer=call.customer_id or unknown,
    )  # fmt: skip
    lines = [head, "", *(_line(one, language) for one in turns)]
    written = [
        f"{note.at.astimezone(JST):%Y/%m/%d %H:%M} {note.agent_id}: {note.text}"
        for note in notes
        if note.text
    ]
    if written:
        lines += ["", _in(_NOTES, language), *written]
    return "\r\n".join(lines) + "\r\n"


def _line(one: StoredTurn, language: str) -> str:
    turn = one.turn
    clock = ""
    if turn.begin_ms is not None:
        minutes, seconds = divmod(turn.begin_ms // 1000, 60)
        clock = f"[{minutes}:{seconds:02d}] "
    return f"{clock}{_in(_ROLES.get(turn.role, _OTHER), language)}: {turn.text}"


def _in(text: Text, language: str) -> str:
    return text.en if language == "en" else text.ja
