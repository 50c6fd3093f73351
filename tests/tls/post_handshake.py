"""What OpenSSL can do after a handshake and Python's ``ssl`` does not offer: new keys, asked for by the server.

It reaches for the ``SSL *`` inside CPython's ``_ssl._SSLSocket``: the field after its weak reference to the socket.
"""

from __future__ import annotations

import _ssl
import ctypes
import ssl

#: SSL_OP_NO_SESSION_RESUMPTION_ON_RENEGOTIATION
NO_RESUMPTION = 1 << 16

_openssl = ctypes.CDLL(_ssl.__file__)
for _name in ("SSL_key_update", "SSL_renegotiate", "SSL_do_handshake"):
    getattr(_openssl, _name).argtypes = [ctypes.c_void_p, *([ctypes.c_int] if _name == "SSL_key_update" else [])]


def _pointer(tls: ssl.SSLSocket) -> ctypes.c_void_p:
    inner = id(tls._sslobj)  # type: ignore[attr-defined]
    return ctypes.c_void_p.from_address(inner + object.__basicsize__ + ctypes.sizeof(ctypes.c_void_p))


def update_keys(tls: ssl.SSLSocket, answered: bool = False) -> None:
    """KeyUpdate (RFC 8446 4.6.3) with what is written next; ``answered``: the other side must do the same."""
    assert _openssl.SSL_key_update(_pointer(tls), int(answered)) == 1
    assert _openssl.SSL_do_handshake(_pointer(tls)) == 1


def renegotiate(tls: ssl.SSLSocket, whole: bool = False) -> None:
    """HelloRequest (RFC 5246 7.4.1.1); the handshake takes place while data is read and written.

    ``whole``: not by resuming the session, so that certificates are shown again.
    """
    if whole:
        _openssl.SSL_set_options(_pointer(tls), ctypes.c_uint64(NO_RESUMPTION))
    assert _openssl.SSL_renegotiate(_pointer(tls)) == 1
    assert _openssl.SSL_do_handshake(_pointer(tls)) == 1
