"""A company's playbook replaces, removes and adds plays, and is refused with place and reason."""

from pathlib import Path

import pytest

from callrisk.domain.advice import PlaybookError, load_playbook
from callrisk.domain.customer import CustomerField, FieldKind

GOOD = {
    "id": '"own"',
    "priority": "50",
    "when.said": '["inability"]',
    "action": '"伺う"',
    "action_en": '"Ask"',
    "why": '"理由"',
    "why_en": '"Reason"',
    "script": '"お聞かせいただけますでしょうか。"',
    "script_en": '"Could you tell me?"',
}
FIELDS = (
    CustomerField("way", "方法", FieldKind.CHOICE, "方法", "Way", choices=("現金", "振込")),
    CustomerField("late", "延滞", FieldKind.NUMBER, "延滞", "Late"),
    CustomerField("since", "開始", FieldKind.DATE, "開始", "Since"),
)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """The place of a company's file."""
    return tmp_path / "own.toml"


def play(without: str = "", **changed: str) -> str:
    """Return the good play with other values; a double underscore in a key is a dot."""
    keys = GOOD | {key.replace("__", "."): value for key, value in changed.items()}
    lines = [f"{key} = {value}" for key, value in keys.items() if key != without]
    return "\n".join(("[[play]]", *lines, ""))


def refused(own: Path, text: str, fields: tuple[CustomerField, ...] = ()) -> PlaybookError:
    """Return the error that loading a file ends with."""
    own.write_text(text, encoding="utf-8")
    with pytest.raises(PlaybookError) as caught:
        load_playbook(own, fields)
    return caught.value


def test_own_plays_replace_remove_and_add(own: Path) -> None:
    """A play of the same id takes the place of the product's; `off` removes one."""
    removed = '[[play]]\nid = "resolved"\noff = true\n'
    own.write_text(play() + play(id='"inability"', action='"別の言い方"') + removed, "utf-8")
    product, book = load_playbook(), load_playbook(own)

    assert len(book.plays) == len(product.plays)
    assert book.play("own") is not None
    assert book.play("resolved") is None
    assert book.play("inability").action == "別の言い方"  # type: ignore[union-attr]
    assert book.play("dispute") == product.play("dispute")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_file_is_read_as_an_editor_saves_it(own: Path, encoding: str) -> None:
    """UTF-8 with or without BOM and Shift_JIS are read."""
    own.write_text(play(), encoding)

    assert load_playbook(own).play("own").action == "伺う"  # type: ignore[union-attr]


def test_no_file_is_the_product_alone(own: Path) -> None:
    """Without a file, or with one that is not there, the product's plays apply."""
    assert load_playbook(own) == load_playbook(None) == load_playbook()


@pytest.mark.parametrize(
    ("text", "key", "english"),
    [
        (play(colour='"red"'), "colour", "unknown key"),
        (play(when__colour='"red"'), "when.colour", "unknown key"),
        (play(when__elapsed_s="{ from = 3 }"), "when.elapsed_s.from", "unknown key"),
        (play(when__said='["anger"]'), "when.said", "no 'anger'"),
        (play(when__said="3"), "when.said", "expected"),
        (play(when__said="[]"), "when.said", "expected"),
        (play(when__mood='["asserted"]'), "when.mood", "no 'asserted'"),
        (play(when__mood='["angry"]'), "when.mood", "no 'angry'"),
        (play(when__state='"half"'), "when.state", "no 'half'"),
        (play(when__category='["huge"]'), "when.category", "no 'huge'"),
        (play(when__kind='["chat"]'), "when.kind", "no 'chat'"),
        (play(when__dated='"yes"'), "when.dated", "true or false"),
        (play(when__dated="true"), "when.dated", "needs promise"),
        (play(unless__newest="true"), "unless.newest", "needs said"),
        (play(when__question='"yes"'), "when.question", "true or false"),
        (play(when__max_turns="-1"), "when.max_turns", "from 0 to"),
        (play(topic='""'), "topic", "not empty"),
        (play(unless__times="2"), "unless.times", "needs said"),
        (play(when__times="0"), "when.times", "from 1 to"),
        (play(unless__state='"any"'), "unless.state", "needs said"),
        (play(unless__within_turns="3"), "unless.within_turns", "needs said"),
        (play(when__within_turns="0"), "when.within_turns", "from 1 to"),
        (play(when__within_s="1.5"), "when.within_s", "whole number"),
        (play(when__open_kinds="16"), "when.open_kinds", "from 1 to 15"),
        (play(when__nothing_said="1"), "when.nothing_said", "true or false"),
        (play(when__elapsed_s="60"), "when.elapsed_s", "a table"),
        (play(when__elapsed_s="{ min = 9, max = 3 }"), "when.elapsed_s", "min is above max"),
        (play(when__customer_words='["/(/"]'), "when.customer_words", "regular expression"),
        (play(when__customer_words='["、"]'), "when.customer_words", "no letters"),
        (play(when__agent_words="true"), "when.agent_words", "expected"),
        (play(when__record='{ late = ">= many" }'), "when.record.late", "a number after >="),
        (play(when__record="{ late = true }"), "when.record.late", "expected"),
        (play(when__record="{ late = [] }"), "when.record.late", "expected"),
        (play(when__record='{ late = [1, "x"] }'), "when.record.late", "expected"),
        (play(when__record='"late"'), "when.record", "a table"),
        (play(priority="0"), "priority", "from 1 to 99"),
        (play(priority="true"), "priority", "from 1 to 99"),
        (play(without="priority"), "priority", "from 1 to 99"),
        (play(cooldown_s="-1"), "cooldown_s", "from 0"),
        (play(payment='"maybe"'), "payment", "no 'maybe'"),
        (play(off='"no"'), "off", "true or false"),
        (play(without="when.said"), "when", "at least one condition"),
        (play(without="why_en"), "why_en", "not empty"),
        (play(script='" "'), "script", "not empty"),
        (play(action="3"), "action", "not empty"),
        (play() + play(), "id", "two plays"),
    ],
)
def test_bad_play_is_refused_with_its_place(own: Path, text: str, key: str, english: str) -> None:
    """The error names file, play, key and what was expected, in both languages."""
    error = refused(own, text)

    assert (error.file, error.play, error.key) == (own, "own", key)
    assert error.english.startswith(f"own.toml, play 'own', '{key}': ")
    assert english in error.english
    assert error.japanese.startswith(f"own.toml プレイ「own」 「{key}」: ")


def test_missing_text_of_either_language_is_refused(own: Path) -> None:
    """Each of the six texts is needed."""
    for key in ("action", "action_en", "why", "why_en", "script", "script_en"):
        assert refused(own, play(without=key)).key == key


def test_play_without_id_goes_by_its_number(own: Path) -> None:
    """The second play of a file without an id is called 2."""
    assert refused(own, play() + play(without="id")).play == "2"


@pytest.mark.parametrize("text", ["[[play]\n", "play = 3\n", 'name = "x"\n', "play = [3]\n"])
def test_file_that_is_no_playbook_is_refused(own: Path, text: str) -> None:
    """What is no TOML, or holds no [[play]], is refused with the file's name."""
    error = refused(own, text)

    assert error.english.startswith("own.toml")
    assert error.japanese.startswith("own.toml")


def test_folder_is_refused(tmp_path: Path) -> None:
    """A path that cannot be read is refused like a bad file."""
    with pytest.raises(PlaybookError, match="cannot be read"):
        load_playbook(tmp_path)


@pytest.mark.parametrize(
    ("record", "key"),
    [
        ('{ colour = "red" }', "colour"),
        ("{ way = 3 }", "way"),
        ('{ way = "小切手" }', "way"),
        ('{ late = "many" }', "late"),
        ('{ since = "2024" }', "since"),
    ],
)
def test_record_condition_must_fit_the_declared_fields(own: Path, record: str, key: str) -> None:
    """With the declared fields given, a name, kind or choice that does not exist is refused."""
    assert refused(own, play(when__record=record), FIELDS).key == f"when.record.{key}"


def test_good_record_conditions_are_taken(own: Path) -> None:
    """Conditions that fit the declared fields load."""
    own.write_text(play(when__record='{ way = ["現金", "振込"], late = ">= 1" }'), "utf-8")

    assert load_playbook(own, FIELDS).play("own") is not None
