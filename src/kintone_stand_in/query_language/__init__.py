"""Kintone's query language: tokens, syntax, conditions and the search for records."""
