"""The customer's record beside a call, whatever CRM keeps it; names no vendor."""
