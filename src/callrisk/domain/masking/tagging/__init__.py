"""Personal data that no rule finds, found by how callers speak: a tagger of letters.

A conditional random field says for each letter of a turn how likely it belongs to a name, an
address, a number and so on. It sees the letters and words around (`letter_kinds`, `words`), what
the rules have hidden already, and what was said shortly before (`said_before`); all that is
`attributes`. So a name without a frame is found, and a pet that answers a question for a secret
word. Its weights were learnt from labelled conversations of many hands
(`callrisk.pipeline.masking`).

It hides beside the rules and never uncovers what they hid, and leaves what they know to name
nobody (`readable`). It reads a turn once, when it comes, after what is known by then: a question
that comes after its answer is the business of the rules.
"""
