"""Measures of a whole portfolio: gains, KS, Gini, stability, and cut-offs with money."""
