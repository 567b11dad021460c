"""Kintone's query language: tokens, syntax, conditions, and the records they select."""
