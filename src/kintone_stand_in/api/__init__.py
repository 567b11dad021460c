"""The HTTP side of the stand-in: server, gateway, access, parameters, handlers, refusals."""
