"""What the store keeps of Amazon Connect: checkpoints, look-ups, gaps, quarantine."""
