"""A check of every split for persons or calls that stand in two folds."""

from collections import defaultdict
from collections.abc import Iterator

from callrisk.domain.arrays import Ints
from callrisk.domain.evaluation import Alarm
from callrisk.pipeline.dataset import Prepared

_MOST_NAMED = 3


def shared_across(prepared: Prepared, fold_of_group: Ints) -> list[str]:
    """Return the kinds of keys (record, contact, phone, text) in more than one fold; -1 is no fold.

    The check goes back to what was read, so that a mistake in the grouping is found, too. Long
    texts of customers with different labels stay apart on purpose and have an alarm of their own.
    """
    fold = {
        customer: int(fold_of_group[number])
        for number, group in enumerate(prepared.groups)
        for customer in group.customer_ids
    }
    folds: dict[tuple[str, object], set[int]] = defaultdict(set)
    for customer, kind, key in _keys(prepared):
        if fold[customer] >= 0:
            folds[kind, key].add(fold[customer])
    counts: dict[str, list[str]] = defaultdict(list)
    for (kind, key), folds_of_key in folds.items():
        if len(folds_of_key) > 1:
            counts[kind].append(key if isinstance(key, str) else "")
    return [_counted(kind, keys) for kind, keys in counts.items()]


def _keys(prepared: Prepared) -> Iterator[tuple[str, str, object]]:
    for number, group in enumerate(prepared.groups):
        yield from ((customer, "group", number) for customer in group.customer_ids)
    for call in prepared.calls:
        yield call.customer_id, "record", call.customer_id
        yield call.customer_id, "contact", call.call_id
        if call.text_key is not None and call.text_key not in prepared.separate_texts:
            yield call.customer_id, "text", call.text_key
    for customer, phones in prepared.phones.items():
        yield from ((customer, "phone", phone) for phone in phones)


def _counted(kind: str, keys: list[str]) -> str:
    # A telephone number or a text is a person's own and is only counted.
    named = keys[:_MOST_NAMED] if kind in ("record", "contact") else []
    return f"{len(keys)} × {kind}{': ' + ', '.join(named) if named else ''}"


def across_alarm(shared: list[str]) -> Alarm | None:
    """Return the alarm for the result of `shared_across`, None for an empty one."""
    if not shared:
        return None
    listed = "; ".join(shared)
    return Alarm(
        "component_across_folds",
        None,
        f"同じお客様や通話が学習用と検証用の両方に入っています（{listed}）。成績は信用できません",
        f"The same person or call stands on both sides of a fold ({listed}); no figure can be "
        "trusted",
        blocking=True,
    )
