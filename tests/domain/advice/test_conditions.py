"""Each condition of a play: when it holds, and when it does not."""

from pathlib import Path
from typing import Any

import pytest

from callrisk.domain.advice import CallKind, CallMoment, Playbook, advice_for, load_playbook
from callrisk.domain.risk_category import RiskCategory
from harness.advice_calls import moment

TEXTS = "\n".join(
    f'{key} = "{key}"' for key in ("action", "action_en", "why", "why_en", "script", "script_en")
)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """The place of a company's file."""
    return tmp_path / "own.toml"


def applies(own: Path, conditions: str, now: CallMoment) -> bool:
    """Return True if a play with these conditions is advised at a moment."""
    own.write_text(
        f'[[play]]\nid = "probe"\npriority = 50\n{TEXTS}\n{conditions}\n', encoding="utf-8"
    )
    probe = load_playbook(own).play("probe")
    assert probe is not None
    return bool(advice_for(now, Playbook((probe,))))


HARD = "今月は払えません"
PROMISE = "来週の金曜日に必ずお支払いします"


@pytest.mark.parametrize(
    ("conditions", "lines", "expected"),
    [
        ('when.said = ["inability"]', [HARD], True),
        ('when.said = "inability"', [HARD], True),
        ('when.said = ["dispute", "inability"]', [HARD], True),
        ('when.said = ["dispute"]', [HARD], False),
        ('when.said = ["inability"]', [HARD, PROMISE], False),
        ('when.said = ["inability"]\nwhen.state = "answered"', [HARD, PROMISE], True),
        ('when.said = ["inability"]\nwhen.state = "answered"', [HARD], False),
        ('when.said = ["inability"]\nwhen.state = "any"', [HARD, PROMISE], True),
        ('when.said = ["inability"]\nwhen.within_turns = 1', [HARD], True),
        ('when.said = ["inability"]\nwhen.within_turns = 1', [HARD, "はい"], False),
        ('when.said = ["inability"]\nwhen.within_turns = 2', [HARD, "はい"], True),
        ('when.said = ["inability"]\nwhen.within_s = 10', [HARD], True),
        ('when.said = ["inability"]\nwhen.within_s = 10', [HARD, "はい"], False),
        ('when.said = ["promise"]\nwhen.dated = true', [PROMISE], True),
        ('when.said = ["promise"]\nwhen.dated = false', [PROMISE], False),
        ('when.said = ["promise"]\nwhen.dated = true', [PROMISE, "ちゃんとお支払いします"], False),
        ('when.said = ["inability"]\nwhen.mood = ["hypothetical"]', [HARD], False),
        (
            'when.said = ["inability"]\nwhen.mood = ["hypothetical"]',
            ["もし払えなかったらどうなりますか"],
            True,
        ),
        ('when.said = ["inability"]', ["もし払えなかったらどうなりますか"], False),
        ('when.said = ["inability"]\nwhen.newest = true', [HARD, "A: はい"], True),
        ('when.said = ["inability"]\nwhen.newest = true', [HARD, "はい"], False),
        ('when.said = ["inability"]\nwhen.times = 2', [HARD], False),
        ('when.said = ["inability"]\nwhen.times = 2', [HARD, HARD], True),
        ('when.said = ["inability"]\nwhen.times = 2', [HARD, PROMISE, HARD], True),
        ('when.agent_words = ["住所"]\nwhen.newest = true', ["A: 住所です", "はい"], True),
        ('when.customer_words = ["住所"]\nwhen.newest = true', ["住所です", "A: はい"], True),
        ('when.customer_words = ["住所"]\nwhen.newest = true', ["住所です", "はい"], False),
        (
            'when.said = ["inability"]\nunless.customer_words = ["住所"]\nunless.newest = true',
            ["住所です", HARD],
            True,
        ),
        ("when.question = true", ["いくらですか"], True),
        ("when.question = true", ["後からでも付けられるものなんですか"], True),
        ("when.question = true", ["それは制度としてはあるんでしょうか。"], True),
        ("when.question = true", ["もし払えなかったらどうなりますか"], True),
        ("when.question = true", ["いくらですか", "A: 五千円です"], False),
        ("when.question = true", ["A: いくらですか"], False),
        ("when.question = true", ["あ、そうなんですか"], False),
        ("when.question = true", ["オプション？"], False),
        ("when.question = true", ["支払いを少し待ってもらえませんか"], False),
        ("when.question = true", [], False),
        ("when.question = false", ["いくらですか"], False),
        ("when.question = false", ["はい"], True),
        ("when.max_turns = 1", ["はい"], True),
        ("when.max_turns = 1", ["はい", "A: はい"], False),
        ("when.open_kinds = 2", [HARD], False),
        ("when.open_kinds = 2", [HARD, "この請求は納得できません"], True),
        ("when.open_kinds = 1", [HARD, PROMISE], False),
        ("when.nothing_said = true", ["はい"], True),
        ("when.nothing_said = true", [PROMISE], False),
        ("when.nothing_said = false", [PROMISE], True),
        ('when.customer_words = ["住所が変わ"]', ["住所が、変わりました"], True),
        ('when.customer_words = ["住所が変わ"]', ["A: 住所が変わりましたか"], False),
        ('when.customer_words = ["/住所.{0,3}変/"]', ["住所も変わりました", "はい"], True),
        ('when.customer_words = ["住所"]\nwhen.within_turns = 1', ["住所です", "はい"], False),
        ('when.agent_words = ["以上"]', ["A: 以上です"], True),
        ('when.agent_words = ["以上"]', ["以上です"], False),
        ('when.said = ["inability"]\nwhen.customer_words = ["分割"]', [HARD], False),
        ('when.said = ["inability"]\nwhen.customer_words = ["分割"]', [HARD, "分割で"], True),
        ('when.said = ["inability"]\nunless.said = ["dispute"]', [HARD], True),
        (
            'when.said = ["inability"]\nunless.said = ["dispute"]',
            [HARD, "この請求は納得できません"],
            False,
        ),
        ('when.said = ["inability"]\nunless.customer_words = ["眠れ"]', ["眠れない", HARD], False),
        ('when.said = ["inability"]\nunless.open_kinds = 2', [HARD], True),
    ],
)
def test_condition_on_what_was_said(
    own: Path, conditions: str, lines: list[str], expected: bool
) -> None:
    """Statements and words decide by intent, state, age, date, mood and number."""
    assert applies(own, conditions, moment(*lines)) is expected


@pytest.mark.parametrize(
    ("conditions", "situation", "expected"),
    [
        ('when.category = ["high"]', {"category": RiskCategory.HIGH}, True),
        ('when.category = ["high"]', {"category": RiskCategory.LOW}, False),
        ('when.category = ["high"]', {}, False),
        ('when.category = ["low", "unknown"]', {}, True),
        ('when.kind = ["sales"]', {"kind": CallKind.SALES}, True),
        ('when.kind = ["sales"]', {}, False),
        ('when.kind = "unknown"', {}, True),
        ('when.category = "unknown"\nunless.kind = ["sales"]', {"kind": CallKind.SALES}, False),
        ('when.category = "unknown"\nunless.kind = ["sales"]', {}, True),
        ("when.elapsed_s = { min = 60 }", {"elapsed_s": 59.9}, False),
        ("when.elapsed_s = { min = 60 }", {"elapsed_s": 60.0}, True),
        ("when.elapsed_s = { min = 10, max = 60 }", {"elapsed_s": 60.1}, False),
        ('when.record = { way = "口座振替" }', {"record": {"way": "口座振替"}}, True),
        ('when.record = { way = "口座振替" }', {"record": {"way": "銀行振込"}}, False),
        ('when.record = { way = "口座振替" }', {"record": {"way": None}}, False),
        ('when.record = { way = "口座振替" }', {}, False),
        ('when.record = { way = ["現金", "口座振替"] }', {"record": {"way": "口座振替"}}, True),
        ('when.record = { way = "!= 口座振替" }', {"record": {"way": "銀行振込"}}, True),
        ('when.record = { way = "!= 口座振替" }', {"record": {"way": "口座振替"}}, False),
        ('when.record = { way = "!= 口座振替" }', {"record": {}}, False),
        ('when.record = { late = ">= 2" }', {"record": {"late": 2.0}}, True),
        ('when.record = { late = ">=2" }', {"record": {"late": 1.0}}, False),
        ('when.record = { late = "< 2" }', {"record": {"late": 1.0}}, True),
        ('when.record = { late = "> 2" }', {"record": {"late": 2.0}}, False),
        ('when.record = { late = "<= 2" }', {"record": {"late": 2.0}}, True),
        ('when.record = { late = "!= 2" }', {"record": {"late": 2.0}}, False),
        ("when.record = { late = 1 }", {"record": {"late": 1.0}}, True),
        ("when.record = { late = [0, 1] }", {"record": {"late": 2.0}}, False),
        ("when.record = { late = 1 }", {"record": {"late": "1"}}, False),
        ('when.record = { late = ">= 1" }', {"record": {"late": "多い"}}, False),
        (
            'when.record = { late = ">= 1", way = "現金" }',
            {"record": {"late": 1.0, "way": "振込"}},
            False,
        ),
        (
            'when.nothing_said = true\nunless.record = { late = ">= 1", way = "現金" }',
            {"record": {"late": 1.0, "way": "振込"}},
            False,
        ),
        ('when.nothing_said = true\nunless.record = { late = ">= 1" }', {}, True),
    ],
)
def test_condition_on_the_situation(
    own: Path, conditions: str, situation: dict[str, Any], expected: bool
) -> None:
    """Category, kind, time and record decide; what is not known fulfils only unknown."""
    assert applies(own, conditions, moment(**situation)) is expected


def test_age_in_seconds_needs_times(own: Path) -> None:
    """Without times no turn counts as recent in seconds; within turns it does."""
    timed = moment("住所が変わりました")
    turn = timed.turns[0]
    bare = CallMoment(turns=(type(turn)(turn.segment_id, 1, turn.role, turn.text),))

    assert not applies(own, 'when.customer_words = ["住所"]\nwhen.within_s = 60', bare)
    assert applies(own, 'when.customer_words = ["住所"]\nwhen.within_turns = 1', bare)
