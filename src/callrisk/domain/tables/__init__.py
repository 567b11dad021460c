"""Tables of calls or customers, looked at before they are used."""
