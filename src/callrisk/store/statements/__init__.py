"""What turns say about paying, as it is stored: reading, reading again, the language in use."""
