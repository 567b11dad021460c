"""The rules and values of the product: calls, customers, features, assessments.

No I/O, no framework.
"""
