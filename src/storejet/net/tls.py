"""TLS for a connection (PS3.15 annex B): Python's ``ssl`` has the keys and the records, the pump sends them.

Nothing of DICOM is sent before the peer is verified: the handshake is over before the association begins.
"""

import ssl

from storejet._core import TlsWire
from storejet.errors import UsageError
from storejet.net import credentials
from storejet.net.ciphers import choose
from storejet.net.tls_faults import explain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from storejet.log import Log
    from storejet.net.connection import Connection


class TlsSettings:
    """What is asked for. ``identity``: files of private key and certificate; ``password`` is called if it is encrypted.

    ``revocation``: which certificates must be on no revocation list: "", "peer" or "chain". ``name``: what the peer is
    told that it was called by (RFC 6066 3), and what its certificate is compared with if ``verify_host``, or "".
    """

    __slots__ = (
        "ciphers",
        "der",
        "identity",
        "name",
        "password",
        "profile",
        "revocation",
        "revoked",
        "trusted_directories",
        "trusted_files",
        "verify",
        "verify_host",
    )

    def __init__(self, password: "Callable[[], bytes]") -> None:
        self.identity: tuple[str, str] | None = None
        self.password = password
        self.der = False
        self.trusted_files: tuple[str, ...] = ()
        self.trusted_directories: tuple[str, ...] = ()
        self.revoked: tuple[str, ...] = ()
        self.revocation = ""
        self.profile = "profile-8996"
        self.ciphers: tuple[str, ...] = ()
        self.verify = True
        self.verify_host = False
        self.name = ""


class Tls:
    """TLS with all of its files read: made once, for every connection of a run. ``notes``: what was left out."""

    __slots__ = ("_context", "_name", "notes")

    def __init__(self, settings: TlsSettings) -> None:
        """Raises UsageError for files and suites that cannot be used, and what the password's callable raises."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        # the end of the stream without that of TLS is an end that somebody else may have made
        context.options &= ~getattr(ssl, "OP_IGNORE_UNEXPECTED_EOF", 0)
        choose(context, settings.profile, settings.ciphers)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_REQUIRED if settings.verify else ssl.CERT_NONE
        context.check_hostname = settings.verify and settings.verify_host
        self.notes: list[str] = []
        for path in settings.trusted_files:
            credentials.trust_file(context, path)
        for path in settings.trusted_directories:
            self.notes += credentials.trust_directory(context, path)
        for path in settings.revoked:
            credentials.revoke_file(context, path)
        if settings.revocation:
            leaf = settings.revocation == "peer"
            context.verify_flags |= ssl.VERIFY_CRL_CHECK_LEAF if leaf else ssl.VERIFY_CRL_CHECK_CHAIN
        if settings.identity is not None:
            credentials.load_identity(context, *settings.identity, settings.der, settings.password)
        self._context = context
        self._name = settings.name.rstrip(".").partition("%")[0] or None
        if context.check_hostname and self._name is None:
            raise UsageError("--verify-host: there is no host name to compare with the certificate of the peer")
        try:
            context.wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), server_hostname=self._name)
        except ValueError as error:  # not by IDNA, nor by its length
            raise UsageError(f"{settings.name} is no host name that a certificate could have: {error}") from None

    def secure(self, connection: "Connection", seconds: float, log: "Log") -> None:
        """The handshake on a new connection (RFC 8446 4): from here on its wire goes through TLS.

        Raises TlsError where there is no agreement or the peer cannot be verified; Aborted, TimedOut, NetworkError.
        """
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        tls = self._context.wrap_bio(incoming, outgoing, server_hostname=self._name)
        wire = TlsWire(connection.descriptor, tls, incoming, outgoing, explain)
        connection.wire = wire
        wire.handshake(seconds)
        cipher = tls.cipher()
        if cipher is None:
            return
        name, _version, bits = cipher
        if log.debugging:
            lines = ["Transport connection: TLS over TCP/IP", f"  Protocol    : {tls.version()}"]
            log.dump([*lines, f"  Ciphersuite : {name}, encryption: {bits} bits", *_certificate_lines(tls)])
        else:
            log.info(f"Transport connection: TLS over TCP/IP, {tls.version()}, {name}, encryption: {bits} bits")


def _certificate_lines(tls: ssl.SSLObject) -> list[str]:
    """Whose certificate it is; nothing of one that was not verified."""
    try:
        certificate = tls.getpeercert()
    except (ValueError, ssl.SSLError):  # a name in it that Python cannot read; OpenSSL has verified it all the same
        return ["Peer X.509v3 Certificate: verified, but it cannot be shown"]
    if not certificate:
        return ["Peer X.509v3 Certificate: not verified"]

    def name(field: str) -> str:
        parts: object = certificate.get(field, ())
        assert isinstance(parts, tuple)
        return ", ".join(["=".join(pair) for group in parts for pair in group])

    return [
        "Peer X.509v3 Certificate",
        f"  Subject     : {name('subject')}",
        f"  Issued by   : {name('issuer')}",
        f"  Serial no.  : {certificate.get('serialNumber', '')}",
        f"  Validity    : not before {certificate.get('notBefore')}, not after {certificate.get('notAfter')}",
    ]
