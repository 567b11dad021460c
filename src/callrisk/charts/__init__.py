"""Figures from values, for the report and both apps; every function returns an Altair chart."""
