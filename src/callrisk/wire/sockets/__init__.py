"""The messages of Socket.IO: rooms, rows of all calls, and the document of them."""
