"""The bare ``ssl`` socket: as many bytes as a corpus has, from one buffer that is used again and again.

    python bench/tlswrite.py PORT BYTES CERTIFICATES

It is the ceiling of what is sent through TLS, and has no DICOM in it. The other side is ``tlssink --raw --exchange
BYTES``, which answers with one byte when all have come. CERTIFICATES: PEM file that the peer is verified with.

The default of 256 KiB a write is what it is compared with elsewhere; larger ones fall out of the core's own cache.
"""

import contextlib
import socket
import ssl
import sys

CHUNK = 256 * 1024


def write(port: int, length: int, certificates: str) -> bool:
    """Sends ``length`` bytes to ``port`` of the loopback; whether the answer came."""
    context = ssl.create_default_context(cafile=certificates)
    plain = socket.create_connection(("127.0.0.1", port))
    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with context.wrap_socket(plain, server_hostname="127.0.0.1") as tls:
        buffer = memoryview(b"\x5a" * CHUNK)
        whole, rest = divmod(length, CHUNK)
        for _ in range(whole):
            tls.sendall(buffer)
        tls.sendall(buffer[:rest])
        answered = tls.recv(1) != b""
        # the sink may still say something, which unwrap() does not expect
        with contextlib.suppress(OSError):
            tls.unwrap()
    return answered


if __name__ == "__main__":
    sys.exit(0 if write(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]) else 1)
