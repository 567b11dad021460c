"""Tables of customers: read before any CRM answers, and pulled from the CRM."""
