"""Assessments in the database: integers, figures and references; their words are read."""
