"""Why a score moved between two assessments: lines that add up, and their names."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from callrisk.domain.assessment import Change, ChangeLine
from callrisk.domain.call_record import StoredTurn
from callrisk.domain.features.contract import Feature
from callrisk.domain.score.account import Moved, StatementKey, ToldAccount, moved
from callrisk.domain.wording import CAP, MODEL_CHANGED, OTHER, START, Text

_MOST_LINES = 3
_NAMED = {"start": START, "cap": CAP, "model": MODEL_CHANGED, "other": OTHER}
Phrases = Mapping[StatementKey, str]


@dataclass(frozen=True, slots=True)
class Naming:
    """The names of the lines of a change: features, kinds of statement, and phrases."""

    features: Sequence[Feature]
    kinds: Mapping[str, Text]
    phrases: Phrases


def strongest_changes(before: ToldAccount | None, after: ToldAccount) -> tuple[Moved, ...]:
    """Return why the score moved: the strongest lines, the rest as one, and the cap."""
    if before is None:
        return ()
    lines = sorted(all_changes(before, after), key=lambda line: -abs(line.points))
    apart = [line for line in lines if line.feature in {"cap", "model"}]
    others = [line for line in lines if line not in apart]
    shown, rest = others[:_MOST_LINES], sum(line.points for line in others[_MOST_LINES:])
    shown += [Moved("other", rest)] if rest else []
    return (*shown, *apart)


def all_changes(before: ToldAccount, after: ToldAccount) -> list[Moved]:
    """Return every line of a change; one field of the record is one line. They add up exactly."""
    fields: dict[str, int] = {}
    lines = []
    for line in moved(before, after):
        if line.said is not None or line.feature in _NAMED:
            lines.append(line)
        else:
            name = line.feature.partition("=")[0]
            fields[name] = fields.get(name, 0) + line.points
    return [Moved(name, points) for name, points in fields.items() if points] + lines


def change_of(lines: Sequence[Moved], naming: Naming) -> Change:
    """Return a change with the names of its lines; their sum is its points."""
    return Change(sum(line.points for line in lines), tuple(named(lines, naming)))


def named(lines: Iterable[Moved], naming: Naming) -> list[ChangeLine]:
    """Return lines of a change with their names; that of a statement with its turn and words."""
    labels = {feature.name.partition("=")[0]: _field_label(feature) for feature in naming.features}
    return [_named(line, labels, naming) for line in lines]


def phrases_of(accounts: Iterable[ToldAccount], turns: Iterable[StoredTurn]) -> Phrases:
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


def _named(line: Moved, labels: Mapping[str, Text], naming: Naming) -> ChangeLine:
    said, name = line.said, line.feature
    if said is None:
        label = _NAMED.get(name) or labels.get(name, Text(name, name))
        return ChangeLine(name, label.ja, label.en, line.points)
    label = naming.kinds.get(said.intent, Text(said.intent, said.intent))
    phrase = naming.phrases.get(said.key)
    return ChangeLine(name, label.ja, label.en, line.points, said.segment_id, phrase)
