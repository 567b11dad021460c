"""Phase 1 in parts: an export becomes calls, components, snapshots, labels and feature rows."""
