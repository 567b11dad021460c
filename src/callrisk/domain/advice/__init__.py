"""Advice: the next steps for an agent that follow what was just said in a call.

`load_playbook(file)` returns the product's plays with a company's own, `advice_for(moment,
playbook)` the advice for one moment of a call, `kind_of_call(agent_texts)` why the agent calls.
"""

from callrisk.domain.advice.choosing import advice_for
from callrisk.domain.advice.matching import times_heard
from callrisk.domain.advice.moment import (
    CallKind,
    CallMoment,
    Feedback,
    Verdict,
    kind_of_call,
)
from callrisk.domain.advice.play import Play, Playbook, load_playbook
from callrisk.domain.advice.play_table import PlaybookError
from callrisk.domain.advice.word_index import WordIndex

__all__ = [
    "CallKind",
    "CallMoment",
    "Feedback",
    "Play",
    "Playbook",
    "PlaybookError",
    "Verdict",
    "WordIndex",
    "advice_for",
    "kind_of_call",
    "load_playbook",
    "times_heard",
]
