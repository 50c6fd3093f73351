"""The full name of this machine, for log lines that want it. Asks the name service, so only when it is wanted."""

import socket


def full_host_name() -> str:
    """The name with its domain if the name service knows it, else the bare one."""
    try:
        return socket.getfqdn()
    except UnicodeError:  # a name that no name service could know, of 64 characters without a dot, say
        return socket.gethostname()
