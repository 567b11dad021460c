"""Phase 2 in parts: folds, configurations, selection, tuning and the ensemble."""
