"""What goes over Socket.IO: rooms, rows of all calls, and the document of it all."""
