"""Servers that answer as Salesforce and HubSpot document it, and the settings to reach them."""
