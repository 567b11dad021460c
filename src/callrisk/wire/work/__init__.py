"""Outcomes, promises, call-backs and escalations, as they are sent and answered."""
