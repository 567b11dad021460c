"""Tables without labels, scored by a version: asked for, followed, and their results."""
