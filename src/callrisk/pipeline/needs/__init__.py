"""What customers need next, learnt from labelled moments of calls."""
