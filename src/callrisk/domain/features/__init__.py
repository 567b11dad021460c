"""The features of a call: their contract, their columns, and the customer's history."""
