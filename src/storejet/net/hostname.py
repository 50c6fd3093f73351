"""Names and addresses of machines for logs: they ask the name service, so only when they are wanted."""

import socket


def full_host_name() -> str:
    """The name of this machine with its domain if the name service knows it, else the bare one."""
    try:
        return socket.getfqdn()
    except UnicodeError:  # a name that no name service could know, of 64 characters without a dot, say
        return socket.gethostname()


def datagram_address(host: str, port: int) -> str:
    """The address to send datagrams for a host to, in digits. Raises OSError, or UnicodeError for an odd name."""
    return str(socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)[0][4][0])
