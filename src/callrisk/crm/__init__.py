"""The customer's record beside a call, whatever CRM keeps it; names no vendor.

A CRM implements the protocols of `crm.directory` and is chosen in `bootstrap.crm`.
"""
