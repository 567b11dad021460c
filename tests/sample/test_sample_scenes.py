"""Scenes are read as they are written, and everything in their braces is known."""

import re

import numpy as np
import pytest

from callrisk.sample.speech.phrase_bank import build_phrase_bank
from callrisk.sample.speech.scene_files import parse, read_scenes
from callrisk.sample.speech.slot_values import CALL_SLOTS, FRESH_SLOTS

SCENE = """# a remark
== topic 試し 3
A: お色は{色}で[よろしい|いい]ですか。
C: はい、お願いします。 (+) // どっちでも。

C: 納車はいつですか。 (-)
"""


def test_a_scene_file_is_read_line_by_line():
    """Header, exchanges, roles, sentiments and what the curt say instead."""
    (scene,) = parse(SCENE)
    asked, answered = scene.exchanges[0]

    assert (scene.kind, scene.name, scene.weight) == ("topic", "試し", 3)
    assert len(scene.exchanges) == 2
    assert (asked.role, asked.open, asked.curt) == ("AGENT", asked.open, asked.open)
    assert (answered.open.words, answered.open.sentiment) == ("はい、お願いします。", 1)
    assert (answered.curt.words, answered.curt.sentiment) == ("どっちでも。", 0)
    assert scene.exchanges[1][0].open.sentiment == -1


@pytest.mark.parametrize("broken", ["== topic 試し\nA: はい。", "== topic 試し 1\nX: はい。"])
def test_a_line_that_is_none_is_refused(broken):
    """A slip in a scene file is found when it is read."""
    with pytest.raises(ValueError, match="scene"):
        list(parse(broken))


def test_every_slot_of_every_scene_can_be_filled():
    """No brace of any scene stays empty."""
    known = {*CALL_SLOTS, *FRESH_SLOTS}
    slots = {
        slot.rstrip("23")
        for scene in read_scenes()
        for line in scene.lines
        for line_text in (line.open, line.curt)
        for slot in re.findall(r"\{(\w+)\}", line_text.words)
    }

    assert slots <= known
    assert known <= slots


def test_there_is_much_to_talk_about():
    """Some hundreds of exchanges, so that long calls do not go round in circles."""
    exchanges = [len(scene.exchanges) for scene in read_scenes() if scene.kind != "afterthought"]

    assert sum(exchanges) > 250


def test_the_sums_of_a_bank_are_those_of_its_transcripts():
    """Turns and characters counted once hold for every call made of them."""
    bank = build_phrase_bank(read_scenes(), np.random.default_rng(3))
    for transcript, sums in zip(bank.transcripts, bank.sums.tolist(), strict=True):
        lines = transcript.split("\n")
        agent = [line.removeprefix("(AGENT)") for line in lines if line.startswith("(AGENT)")]
        customer = [line[10:] for line in lines if line.startswith("(CUSTOMER)")]

        assert (sum(sums[0:3]), sum(sums[3:6])) == (len(agent), len(customer))
        assert sums[6:] == [sum(map(len, agent)), sum(map(len, customer))]
