"""The store's tables of Amazon Connect: checkpoints, reports, look-ups, gaps, quarantine."""
