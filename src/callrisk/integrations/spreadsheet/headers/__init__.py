"""The headings of a table: the rows they stand in, and what is no table beside them."""
