"""A TCP connection to the peer: name resolution, connect with a deadline, and the wire that C drives from then on.

``socket`` would cost more to import than a small object to send; ``_socket``, which it wraps, has all that is needed.
"""

import _socket
from _thread import allocate_lock, start_new_thread

from storejet._core import Wire
from storejet.errors import NetworkError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: --ipv4, --ipv6, --ip-auto
FAMILIES = {"ipv4": _socket.AF_INET, "ipv6": _socket.AF_INET6, "ip-auto": _socket.AF_UNSPEC}

#: seconds for each step of a parting: end the PDU, send the last words, see the peer close
PARTING = 0.2


_SILENT = "check host, port and the firewalls on the way, or wait longer (-to)"
#: number of the system's error → what may be tried (the names of the numbers would cost an import)
_HINTS: "dict[int | None, str]" = {
    1: "check the firewall of this machine",  # EPERM
    13: "check the firewall of this machine",  # EACCES
    24: "allow more open files (ulimit -n)",  # EMFILE
    97: "connect by the other protocol (-i4, -i6)",  # EAFNOSUPPORT
    101: "check the network of this machine, and host and port",  # ENETUNREACH
    110: _SILENT,  # ETIMEDOUT
    111: "check that the peer runs and listens on that port",  # ECONNREFUSED
    113: "check the route to the peer, and host and port",  # EHOSTUNREACH
}


class Connection:
    """An open connection: ``wire`` moves its bytes. ``close()`` may be called again."""

    __slots__ = ("_socket", "wire")

    def __init__(self, connected: "_socket.socket") -> None:
        self._socket = connected
        self.wire = Wire(connected.fileno())

    @property
    def descriptor(self) -> int:
        """That of the socket."""
        return self._socket.fileno()

    def close(self) -> None:
        """Close, without a word of DICOM."""
        if self._socket.fileno() >= 0:
            self.wire.conclude()
            self._socket.close()

    def part(self, last_words: bytes) -> None:
        """Send an A-ABORT where the stream allows one, let the peer read it, and close.

        In the middle of a PDU an A-ABORT would be read as payload: then the connection is only closed (PS3.8 9.2: the
        peer sees a transport connection closed). Unread bytes would make the system reset the connection and throw the
        A-ABORT away, so they are read first. Never raises.
        """
        try:
            if self.wire.settle(PARTING):
                self.wire.send(last_words, PARTING)
                self.wire.conclude()
                self._socket.shutdown(_socket.SHUT_WR)
                self.wire.drain(PARTING)
        except (Exception, KeyboardInterrupt):
            # it is over either way
            pass
        finally:
            self.close()


def connect(host: str, port: int, family: int, seconds: float) -> Connection:
    """Connect to ``host``:``port``; ``seconds`` < 0 leaves the time limit to the system.

    Raises NetworkError: 0006:0320 unknown host, 0006:031c refused, unreachable or timed out.
    """
    failure: Exception | None = None
    for address_family, kind, protocol, _name, address in resolve(host, port, family):
        try:
            candidate = _socket.socket(address_family, kind, protocol)
        except OSError as error:  # this system does not speak that family, or has no descriptor left
            failure = error
            continue
        try:
            candidate.settimeout(seconds if seconds >= 0 else None)
            candidate.connect(address)
            return Connection(candidate)
        except OSError as error:
            candidate.close()
            failure = error
        except BaseException:
            candidate.close()
            raise
    timed_out = isinstance(failure, TimeoutError)
    reason = "Connection timed out (Timeout)" if timed_out else getattr(failure, "strerror", None) or str(failure)
    raise NetworkError(f"TCP Initialization Error: cannot connect to {host}:{port}: {reason}", "0006:031c").advising(
        _SILENT if timed_out else _HINTS.get(getattr(failure, "errno", None), "check host and port")
    )


def resolve(host: str, port: int, family: int) -> "list[tuple[int, int, int, str, Any]]":
    """The addresses of ``host`` as getaddrinfo gives them. Raises NetworkError 0006:0320."""
    if family == _socket.AF_INET and ":" in host:
        family = _socket.AF_INET6  # an IPv6 address says itself what it is
    # as bytes an ASCII name is taken as it is; as text it would load the codec of international names first
    name = host.encode("ascii") if host.isascii() else host
    try:
        return _socket.getaddrinfo(name, port, family, _socket.SOCK_STREAM, 0, _socket.AI_NUMERICHOST)
    except (OSError, UnicodeError):
        pass
    # A name server that does not answer would hold a Ctrl-C back for many seconds: only the waiting is ours.
    answers: list[Any] = []
    done = allocate_lock()
    done.acquire()

    def ask() -> None:
        try:
            answers.append(_socket.getaddrinfo(name, port, family, _socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            answers.append(error)
        finally:
            done.release()

    start_new_thread(ask, ())
    while not done.acquire(timeout=0.5):
        pass
    if isinstance(answers[0], Exception):
        reason = getattr(answers[0], "strerror", None) or str(answers[0])
        raise NetworkError(f"TCP Initialization Error: host unknown: {host}: {reason}", "0006:0320").advising(
            "check the name of the host, or give its address"
        )
    return answers[0]  # type: ignore[no-any-return]
