"""The live server's doors: pages, REST and Socket.IO; the only code that knows Flask."""
