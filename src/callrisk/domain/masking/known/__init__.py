"""What names one known person: the customer whose record a call was joined with."""
