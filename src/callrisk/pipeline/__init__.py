"""The offline pipeline: preparation, training, scoring, evaluation and export, in this order."""
