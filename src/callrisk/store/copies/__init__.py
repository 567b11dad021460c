"""Copies of the whole database while programs write, what a copy holds, and its way back.

SQLite is copied as a file by its own online backup, in one step: one moment, nothing torn, and
writers go on. PostgreSQL is copied by ourselves, table by table, in one REPEATABLE READ
transaction, each row a JSON object of the texts that PostgreSQL itself gives and takes for its
values. That works wherever the program works: pg_dump must be installed and be no older than the
server, which holds on few Windows machines, and its custom format could not be verified here.
"""
