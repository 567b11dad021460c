"""Name and address of the customer whose record is known, in what is said."""

import pytest

from callrisk.domain.contact import Contact, apply
from callrisk.domain.contact_events import AnalysisEvent, AnalysisKind, Utterance
from callrisk.domain.masking import Kind, KnownPerson, Masking, PersonsOfCalls
from callrisk.domain.segment import ParticipantRole
from callrisk.domain.time import utc_now
from harness.masking.person_cases import AT_HOME, HOME, NAMED, NOT_AT_HOME, NOT_NAMED
from harness.processor import expect_work


def hidden(name: str, said: str, address: str = "") -> str:
    """Return the text with the person hidden, the same when it is looked at again."""
    person = KnownPerson.of(name, address)
    if person is None:
        return said
    shown = person.hidden(said)
    assert person.hidden(shown) == shown
    return shown


@pytest.mark.parametrize(("name", "said", "shown"), NAMED)
def test_the_name_of_the_record_is_hidden(name: str, said: str, shown: str) -> None:
    """As it is written and as it is heard; the length stays."""
    assert hidden(name, said) == shown


@pytest.mark.parametrize(("name", "said"), NOT_NAMED)
def test_what_is_no_name_stays(name: str, said: str) -> None:
    """A place, a company, or another word of the same letters."""
    assert hidden(name, said) == said


@pytest.mark.parametrize(("said", "shown"), AT_HOME)
def test_the_address_of_the_record_is_hidden(said: str, shown: str) -> None:
    """Its pieces, and its numbers in every script."""
    assert hidden("", said, HOME) == shown


@pytest.mark.parametrize("said", NOT_AT_HOME)
def test_what_tells_no_home_stays(said: str) -> None:
    """A prefecture alone, a station, a date."""
    assert hidden("", said, HOME) == said


def test_many_fillers_cost_no_time() -> None:
    """The time grows with the words, not with the ways to part them."""
    person = KnownPerson.of("森 太郎")
    assert person is not None
    said = "えーと" * 200 + "ですね森ですか"

    assert person.hidden(said) == said
    expect_work(lambda: person.hidden(said), below=10)


@pytest.mark.parametrize("address", ["東京都" + "1-" * 5_000, "東京都" + "ああ市" * 3_000 + "1-2"])
def test_an_address_of_any_length_costs_no_time(address: str) -> None:
    """A record may hold anything."""

    def read() -> None:
        person = KnownPerson.of("", address)
        assert person is not None
        person.hidden("東京都の1の1の1です")

    expect_work(read, below=25)


def test_the_person_of_a_call_is_known_at_every_moment() -> None:
    """A reader sees the same person while that person is learnt anew."""
    persons, person = PersonsOfCalls(), KnownPerson.of("森 太郎")
    seen: list[KnownPerson | None] = []

    class Reading(KnownPerson):
        def __eq__(self, other: object) -> bool:
            seen.append(persons.of("c1"))
            return super().__eq__(other)

        __hash__ = KnownPerson.__hash__

    assert person is not None
    assert persons.learn("c1", person)
    persons.learn("c1", Reading(person.names))

    assert seen == [person]
    assert not persons.learn("c1", None)
    assert persons.of("c1") is None


def test_the_kana_of_a_record_win_over_those_of_the_dictionary() -> None:
    """Only the family register knows how a given name is read."""
    person = KnownPerson.of("東海林 翔", kana="トウカイリン カケル")
    assert person is not None

    assert person.hidden("カケルさんですね、とうかいりんです") == "■■■さんですね、■■■■■■です"


def test_kinds_that_are_not_masked_stay_and_all_are_counted() -> None:
    """By the setting, as everything else that is masked."""
    person, rules = KnownPerson.of("森 美咲", HOME), Masking(tagger=None)
    said = "森がパークハイツにいると美咲が"

    assert rules.knowing(person).masked(said) == "森が■■■■■■にいると■■が"
    assert rules.counts == {Kind.NAME: 1, Kind.ADDRESS: 1}
    no_names = Masking(frozenset({Kind.ADDRESS}), tagger=None).knowing(person)
    assert no_names.masked(said) == "森が■■■■■■にいると美咲が"
    assert rules.masked(said) == said


def test_a_piece_of_a_turn_is_hidden_as_well() -> None:
    """The pieces are masked together: a name may lie in two of them."""
    masking = Masking().knowing(KnownPerson.of("田中 太郎"))
    contact: Contact | None = None
    for number, text in enumerate(["あの、田", "中が払うので"]):
        begin = 1_000 * number
        piece = Utterance(
            f"u{number}", "t1", ParticipantRole.CUSTOMER, text, begin, begin + 900, number
        )
        event = AnalysisEvent("c1", AnalysisKind.SEGMENTS, utc_now(), (), (piece,))
        contact = apply(contact, event, masking)
    assert contact is not None

    assert [piece.text for piece in contact.drafts["t1"].pieces] == ["あの、■", "■が払うので"]
