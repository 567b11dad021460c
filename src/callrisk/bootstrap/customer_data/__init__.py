"""The data of one customer, in the database and in files: given out whole, or erased."""
