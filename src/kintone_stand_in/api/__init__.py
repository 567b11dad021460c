"""The stand-in's HTTP side: server, access, parameters, handlers, refusals."""
