"""Phase 4 in parts: statistics of skill, baselines, refits and alarms."""
