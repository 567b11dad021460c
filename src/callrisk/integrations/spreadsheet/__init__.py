"""Workbooks and CSV files from outside: call exports and customer tables."""
