"""The doors to the outside: foreign shapes become ours here, each service in a file or folder."""
