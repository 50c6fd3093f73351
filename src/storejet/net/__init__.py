"""The only Python that opens sockets."""
