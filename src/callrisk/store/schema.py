"""All tables of the database, whichever room they stand in."""

from callrisk.store.people.people_tables import persons

# One collection, which each room's tables joined when their module was read.
metadata = persons.metadata
