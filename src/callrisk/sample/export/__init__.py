"""The rows of a sample export: calls, their measures and typical defects of exports."""
