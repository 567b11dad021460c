"""Language: what a customer says about paying, and what mood the words suggest.

`understand(text)` returns the statements of one turn, `answer_intents(agent_turn, customer_turn)`
what an answer means after the question, both in the packaged product language. A `Language` is a
frozen value with a version; the server and the pipeline build one with the company's own table.
"""

from callrisk.domain.language.language import (
    Language,
    answer_intents,
    load,
    packaged,
    understand,
)
from callrisk.domain.language.predicates import TableError
from callrisk.domain.language.statement import Intent, Mood, Statement

__all__ = [
    "Intent",
    "Language",
    "Mood",
    "Statement",
    "TableError",
    "answer_intents",
    "load",
    "packaged",
    "understand",
]
