"""Kintone: customers' records read, results written."""
