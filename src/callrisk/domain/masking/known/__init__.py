"""Name and address of one known person, the customer of the joined record, in what is said."""
