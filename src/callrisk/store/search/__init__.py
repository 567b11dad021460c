"""Ended calls found by their facts and by their words, without a word that can be read."""
