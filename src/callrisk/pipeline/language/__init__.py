"""The labelled sentences that the learned part of the language is made of, and its making."""
