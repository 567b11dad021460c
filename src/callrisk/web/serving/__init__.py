"""The web server: HTTP and sockets on one event loop, Flask in a bounded number of threads."""
