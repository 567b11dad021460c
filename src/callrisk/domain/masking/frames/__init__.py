"""Personal data that is found by the frame it stands in: names, addresses, dates of birth...

Each module finds one kind as spans of a text. A span is found by the words around it and by its
form, in one turn (`in_turn`) or in the answer to a question of the other speaker (`in_answer`).
"""

from collections.abc import Callable, Iterator, Mapping

from callrisk.domain.masking.frames import (
    addresses_by_mail,
    births,
    cards,
    documents,
    passwords,
    people,
    places,
)
from callrisk.domain.masking.frames.kinds import Kind
from callrisk.domain.masking.frames.saying import Saying, Span

# In this order: a date of birth is no expiry, and a name is sought last, in what is left.
_IN_TURN: Mapping[Kind, Callable[[Saying], Iterator[Span]]] = {
    Kind.MAIL: addresses_by_mail.in_turn,
    Kind.NUMBER: documents.in_turn,
    Kind.BIRTH: births.in_turn,
    Kind.EXPIRY: cards.in_turn,
    Kind.PASSWORD: passwords.in_turn,
    Kind.ADDRESS: places.in_turn,
    Kind.NAME: people.in_turn,
}


def framed_spans(text: str, kinds: frozenset[Kind]) -> Iterator[tuple[Kind, Span]]:
    """Yield what stands in a frame of its own turn, with its kind."""
    saying = Saying.of(text)
    for kind, find in _IN_TURN.items():
        if kind in kinds:
            yield from ((kind, span) for span in find(saying))
