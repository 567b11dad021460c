"""Figures of the operation, as they are asked for and answered."""
