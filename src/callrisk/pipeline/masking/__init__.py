"""The weights of the tagger of personal data, learnt from labelled conversations."""
