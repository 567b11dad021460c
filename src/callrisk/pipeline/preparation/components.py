"""The connected components of customers: joined by a call, by a phone, or by a long text."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from scipy.cluster.hierarchy import DisjointSet

from callrisk.domain.evaluation import Alarm
from callrisk.integrations.spreadsheet.rows import DataError

LabelsByCustomer = Mapping[str, Mapping[bool | None, int]]
Pairs = Sequence[tuple[str, Hashable]]


@dataclass(frozen=True, slots=True)
class Links:
    """(customer, what connects): contact ids, telephone numbers, hashes of long transcripts."""

    calls: Pairs
    phones: Pairs
    texts: Pairs


@dataclass(frozen=True, slots=True)
class Components:
    """The first customer of each customer's component, and the texts that did not connect."""

    root: Mapping[str, str]
    shared_texts: int
    separate_texts: frozenset[bytes]

    @property
    def joined(self) -> tuple[int, int]:
        """The number of customers who share a component, and the number of such components."""
        size: dict[str, int] = defaultdict(int)
        for first in self.root.values():
            size[first] += 1
        many = [count for count in size.values() if count > 1]
        return sum(many), len(many)


def components(source: Path, labels: LabelsByCustomer, links: Links) -> Components:
    """Return the independent units; raise DataError when one carries different labels."""
    union = DisjointSet(labels)
    _join(union, links.calls)
    _join(union, links.phones)
    _refuse_contradictions(source, labels, _roots(union), links)
    shared, separate = _join_texts(union, labels, links.texts)
    return Components(_roots(union), shared, separate)


def _join(union: DisjointSet, pairs: Iterable[tuple[str, Hashable]]) -> None:
    first: dict[Hashable, str] = {}
    for customer, key in pairs:
        union.add(customer)
        union.merge(first.setdefault(key, customer), customer)


def _roots(union: DisjointSet) -> dict[str, str]:
    return {customer: union[customer] for customer in union}


def _join_texts(
    union: DisjointSet, labels: LabelsByCustomer, texts: Pairs
) -> tuple[int, frozenset[bytes]]:
    of_root: dict[str, set[bool]] = defaultdict(set)
    for customer, root in _roots(union).items():
        of_root[root] |= known_labels(labels[customer])
    customers: dict[Hashable, list[str]] = defaultdict(list)
    for customer, key in texts:
        customers[key].append(customer)
    shared, separate = 0, set()
    for key, of_text in customers.items():
        roots = {union[customer] for customer in of_text}
        shared += len(roots) > 1
        labels_of_text = set().union(*(of_root[root] for root in roots))
        if len(labels_of_text) > 1:
            separate.add(key)
            # Customers of one label are still joined; pending ones stay apart.
            alike = [
                {root for root in roots if of_root[root] == {label}} for label in (True, False)
            ]
        else:
            alike = [roots]
        for together in alike:
            _join_alike(union, of_root, together)
    return shared, frozenset(key for key in separate if isinstance(key, bytes))


def _join_alike(union: DisjointSet, of_root: dict[str, set[bool]], roots: set[str]) -> None:
    if len(roots) > 1:
        labels = set().union(*(of_root[root] for root in roots))
        _join(union, ((root, "alike") for root in sorted(roots)))
        of_root[union[min(roots)]] = labels


def known_labels(of_customer: Mapping[bool | None, int]) -> set[bool]:
    """Return the labels of a customer, pending left out."""
    return {label for label in of_customer if label is not None}


def _refuse_contradictions(
    source: Path, labels: LabelsByCustomer, root: Mapping[str, str], links: Links
) -> None:
    members: dict[str, list[str]] = defaultdict(list)
    for customer, first in root.items():
        members[first].append(customer)
    split = [
        ids
        for ids in members.values()
        if len(set().union(*(known_labels(labels[customer]) for customer in ids))) > 1
    ]
    if split:
        by = _connectors(links)
        listed = "; ".join(_described(ids, labels, by) for ids in split)
        raise DataError(
            f"{source}: records of one person carry different labels; expected one label a person: "
            f"{listed} ／ 同じ人のレコードに未払と支払済の両方があります（{len(split)} 組）。"
            "どちらかに直してください"
        )


def _connectors(links: Links) -> dict[str, set[str]]:
    """Return the kinds of keys, call or phone, that connect each customer to another."""
    kinds: dict[str, set[str]] = defaultdict(set)
    for kind, pairs in (("call", links.calls), ("phone", links.phones)):
        customers: dict[Hashable, set[str]] = defaultdict(set)
        for customer, key in pairs:
            customers[key].add(customer)
        for together in customers.values():
            for customer in together if len(together) > 1 else ():
                kinds[customer].add(kind)
    return kinds


def _described(ids: Sequence[str], labels: LabelsByCustomer, by: Mapping[str, set[str]]) -> str:
    kinds = sorted(set().union(*(by.get(customer, set()) for customer in ids)))
    listed = ", ".join(
        f"{customer} (row {row}: {'unpaid' if label else 'paid'})"
        for customer in ids
        for label, row in labels[customer].items()
        if label is not None
    )
    return f"{listed}, connected by {' and '.join(kinds) if kinds else 'the record number'}"


def texts_alarm(components: Components) -> Alarm | None:
    """Return the alarm for long conversations that stand word for word under several customers."""
    apart = len(components.separate_texts)
    if not components.shared_texts:
        return None
    ja = f"同じ長い会話が別の通話として {components.shared_texts} 組あり、"
    en = f"{components.shared_texts} long conversations stand word for word under different "
    en += "customers; "
    if apart == 0:
        ja += "そのお客様は同じ組として扱いました"
        en += "these customers were joined into one group"
    else:
        ja += f"うち {apart} 組はラベルが異なるため別々のままです。元データを確かめてください"
        en += f"{apart} of them carry different labels and stay apart: check the source"
    return Alarm("duplicate_text", None, ja, en)


def duplicates_alarm(rows: int, components: Components) -> Alarm | None:
    """Return the alarm for calls in several rows, or persons under several records."""
    joined, units = components.joined
    if not rows and not joined:
        return None
    ja, en = [], []
    if rows:
        ja.append(f"同じ通話が {rows} 行重複しています。1 回だけ数えました")
        en.append(f"{rows} rows repeat a call that stands elsewhere; each call was counted once")
    if joined:
        ja.append(f"通話・電話番号・会話文でつながるお客様 {joined} 人を {units} 組にまとめました")
        en.append(
            f"{joined} customers who share a call, phone or text were joined into {units} groups"
        )
    code = "duplicate_calls" if rows else "joined_customers"
    return Alarm(code, None, "。".join(ja), "; ".join(en))
