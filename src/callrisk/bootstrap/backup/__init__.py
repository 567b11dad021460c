"""The commands `python run.py backup`, `restore` and `verify`.

A backup is one zip file. Its members are `database/…` (the copy of the database), `models/…`,
`settings/…`, and last `manifest.json` with versions, row counts and the SHA-256 of each member.
The comment at the end of the file is the SHA-256 of every byte before it, so that no byte can
change unnoticed, not even one that the zip format does not use. The file is written under another
name and renamed once it is whole and on the disk. `.env` is never in it: what is secret is kept
apart.

The order of a backup: the database first, then the models, then the settings. So every model that
a stored assessment names is there. The order of a restore: the whole file is checked, then the
database is put in its place, then models, then settings; what was there is kept beside. Cut off
in between, it is done again with the same command and --replace.
"""
