"""The rows of a sample export: calls, their measures, their quirks."""
