"""Language: which phrases customers say, and what mood their words suggest."""
