"""The needs of customers, learnt from labelled moments of calls."""
