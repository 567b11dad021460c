"""The masking by rules alone, as it is before the tagger looks."""

from callrisk.domain.masking import Masking

RULES = Masking(tagger=None)
masked, masked_after, masked_across = RULES.masked, RULES.masked_after, RULES.masked_across
