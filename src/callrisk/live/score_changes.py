"""Why a score moved between two assessments: lines that add up, each with its name."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from callrisk.domain.assessment import Change, ChangeLine
from callrisk.domain.call_record import StoredTurn
from callrisk.domain.features.contract import Feature
from callrisk.domain.language import Intent
from callrisk.domain.language.concerns import Concerns
from callrisk.domain.score.account import Moved, ToldAccount, moved
from callrisk.domain.wording import CAP, MODEL_CHANGED, OTHER, START, Text

_MOST_LINES = 3
_NAMED = {"start": START, "cap": CAP, "model": MODEL_CHANGED}
# The key of a statement in its call: its turn, begin, end and intent.
_Key = tuple[str, int, int, str]


@dataclass(frozen=True, slots=True)
class Naming:
    """The names of the lines of a change: features, kinds of statement, and phrases."""

    features: Sequence[Feature]
    concerns: Concerns
    phrases: Mapping[_Key, str]


def change_of(before: ToldAccount | None, after: ToldAccount, naming: Naming) -> Change:
    """Return why the score moved: the strongest lines, the rest as one, and the cap."""
    if before is None:
        return Change(0, ())
    lines = sorted(change_lines(before, after, naming), key=lambda line: -abs(line.points))
    apart = [line for line in lines if line.feature in {"cap", "model"}]
    others = [line for line in lines if line not in apart]
    shown, rest = others[:_MOST_LINES], sum(line.points for line in others[_MOST_LINES:])
    shown += [_line("other", OTHER, rest)] if rest else []
    return Change(after.score - before.score, (*shown, *apart))


def change_lines(before: ToldAccount, after: ToldAccount, naming: Naming) -> list[ChangeLine]:
    """Return every line of a change; one field of the record is one line. They add up exactly."""
    fields: dict[str, int] = {}
    lines = []
    for line in moved(before, after):
        if line.said is not None or line.feature in _NAMED:
            lines.append(_named(line, naming))
        else:
            name = line.feature.partition("=")[0]
            fields[name] = fields.get(name, 0) + line.points
    labels = {feature.name.partition("=")[0]: _field_label(feature) for feature in naming.features}
    known = [
        _line(name, labels.get(name, Text(name, name)), points)
        for name, points in fields.items()
        if points
    ]
    return known + lines


def phrases_of(accounts: Iterable[ToldAccount], turns: Iterable[StoredTurn]) -> dict[_Key, str]:
    """Return the words of the statements of these accounts, as far as the turns have them still."""
    texts = {one.turn.segment_id: one.turn.text for one in turns}
    said = (one for account in accounts for one in account.said)
    return {
        one.key: texts[one.segment_id][one.begin : one.end]
        for one in said
        if texts.get(one.segment_id)
    }


def _field_label(feature: Feature) -> Text:
    if "=" not in feature.name:
        return Text(feature.label, feature.label_en)
    return Text(feature.label.partition("：")[0], feature.label_en.partition(": ")[0])


def _named(line: Moved, naming: Naming) -> ChangeLine:
    said = line.said
    if said is None:
        return _line(line.feature, _NAMED[line.feature], line.points)
    concern = naming.concerns[Intent(said.intent)]
    return ChangeLine(
        line.feature, concern.label, concern.label_en, line.points, said.segment_id,
        naming.phrases.get(said.key),
    )  # fmt: skip


def _line(feature: str, label: Text, points: int) -> ChangeLine:
    return ChangeLine(feature, label.ja, label.en, points)
