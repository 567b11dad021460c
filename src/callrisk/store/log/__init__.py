"""The log of events: numbers, references to rows, and how an event is read with its row."""
