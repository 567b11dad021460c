"""Decisions on whom to call, and the calls that bar the next one."""
