"""What went wrong with TLS, in plain words: OpenSSL's reasons, alerts (RFC 8446 6.2), verification (RFC 5280 6).

The codes are those that DCMTK's tools make of OpenSSL's reasons: 000b, and the reason's number behind 0x800.
"""

import ssl

from storejet.errors import TlsError

_NO_COMMON = (
    "peer refused the handshake: it has no cipher suite or version of TLS in common with those that were offered, "
    "or wants a certificate of this side (+tls)"
)
_NO_VERSION = "peer speaks none of the versions of TLS that were offered"
_NOT_OURS = "peer did not accept the certificate of this side"
_NO_TLS = "peer did not answer in TLS: it does not speak it on this port"
_BROKEN = "what came from the peer is no valid record of TLS: it was damaged or altered on its way"

#: OpenSSL's name of a reason → (its number, words)
_REASONS: "dict[str, tuple[int, str]]" = {
    "BAD_RECORD_TYPE": (443, _BROKEN),
    "CERTIFICATE_VERIFY_FAILED": (134, "certificate of the peer was not accepted"),
    "DATA_LENGTH_TOO_LONG": (146, _BROKEN),
    "ENCRYPTED_LENGTH_TOO_LONG": (150, _BROKEN),
    "LENGTH_TOO_SHORT": (160, _BROKEN),
    "PACKET_LENGTH_TOO_LONG": (198, _BROKEN),
    "NO_PROTOCOLS_AVAILABLE": (191, "no version of TLS is left to offer"),
    "UNKNOWN_PROTOCOL": (252, _NO_TLS),
    "UNEXPECTED_RECORD": (245, _BROKEN),
    "UNSAFE_LEGACY_RENEGOTIATION_DISABLED": (
        338,
        "peer does not protect renegotiation (RFC 5746), without which TLS 1.2 is not safe: it wants an update",
    ),
    "UNSUPPORTED_PROTOCOL": (258, _NO_VERSION),
    "WRONG_SSL_VERSION": (266, _NO_VERSION),
    "WRONG_VERSION_NUMBER": (267, _NO_TLS),
    "DECRYPTION_FAILED_OR_BAD_RECORD_MAC": (281, _BROKEN),
    "UNEXPECTED_EOF_WHILE_READING": (
        294,
        "peer closed the connection in the handshake: it may not speak TLS on this port",
    ),
    "DH_KEY_TOO_SMALL": (394, "the peer's Diffie-Hellman key is too small"),
    "SSLV3_ALERT_UNEXPECTED_MESSAGE": (1010, "peer did not expect what was sent"),
    "SSLV3_ALERT_BAD_RECORD_MAC": (1020, "peer received a damaged record"),
    "SSLV3_ALERT_HANDSHAKE_FAILURE": (1040, _NO_COMMON),
    "SSLV3_ALERT_BAD_CERTIFICATE": (1042, _NOT_OURS),
    "SSLV3_ALERT_UNSUPPORTED_CERTIFICATE": (1043, f"{_NOT_OURS}: it is not of a supported kind"),
    "SSLV3_ALERT_CERTIFICATE_REVOKED": (1044, f"{_NOT_OURS}: it was revoked"),
    "SSLV3_ALERT_CERTIFICATE_EXPIRED": (1045, f"{_NOT_OURS}: it has expired"),
    "SSLV3_ALERT_CERTIFICATE_UNKNOWN": (1046, _NOT_OURS),
    "SSLV3_ALERT_ILLEGAL_PARAMETER": (1047, "peer found an illegal value in the handshake"),
    "TLSV1_ALERT_UNKNOWN_CA": (1048, f"{_NOT_OURS}: it does not know its issuer (unknown CA)"),
    "TLSV1_ALERT_ACCESS_DENIED": (1049, "peer denied access to the certificate of this side"),
    "TLSV1_ALERT_DECODE_ERROR": (1050, "peer could not decode what was sent"),
    "TLSV1_ALERT_DECRYPT_ERROR": (1051, "peer could not verify a signature or key of this side"),
    "TLSV1_ALERT_PROTOCOL_VERSION": (1070, _NO_VERSION),
    "TLSV1_ALERT_INSUFFICIENT_SECURITY": (1071, "peer wants stronger cipher suites than those that were offered"),
    "TLSV1_ALERT_INTERNAL_ERROR": (1080, "peer has an internal error"),
    "TLSV1_ALERT_USER_CANCELLED": (1090, "peer cancelled the handshake"),
    "TLSV1_UNRECOGNIZED_NAME": (1112, "peer does not go by the name that it was told (--request-sni, --verify-host)"),
    "TLSV13_ALERT_CERTIFICATE_REQUIRED": (1116, "peer wants a certificate of this side (+tls)"),
}

#: DCMTK prints another code where a TLS 1.3 server misses the client's certificate
_CERTIFICATE_REQUIRED = "0006:031d"

_UNTRUSTED = "unknown CA: none of the trusted certificates has issued it (+cf, +cd)"
_NO_CRL = "there is no certificate revocation list of its issuer (+crl)"

#: OpenSSL's number of a verification's result → words
_VERIFICATION = {
    2: _UNTRUSTED,
    3: _NO_CRL,
    7: "its signature is wrong",
    8: "the signature of the certificate revocation list is wrong",
    9: "it, or one of its chain, is not yet valid: look at the dates, and at the clock of this machine",
    10: "it, or one of its chain, has expired",
    11: "the certificate revocation list is not yet valid",
    12: "the certificate revocation list has expired",
    18: "it is self-signed, and not itself among the trusted certificates (+cf, +cd)",
    19: "unknown CA: its chain ends in a self-signed certificate that is not trusted (+cf, +cd)",
    20: _UNTRUSTED,
    21: _UNTRUSTED,
    22: "its chain is too long",
    23: "it, or one of its chain, was revoked",
    24: "one of its chain may not issue certificates",
    25: "its chain is longer than one of its issuers allows",
    26: "it is not meant for a server (extended key usage)",
    62: "it is not for the host that was dialled",
    64: "it is not for the address that was dialled",
    66: "its key is too small",
    67: "the key of an issuer is too small",
    68: "it is signed by a digest that is too weak",
}


def explain(error: ssl.SSLError) -> TlsError:
    """What is raised in the place of an error of TLS."""
    if isinstance(error, (ssl.SSLEOFError, ssl.SSLZeroReturnError)):
        reason = "UNEXPECTED_EOF_WHILE_READING"
    else:
        reason = error.reason or ""
    number, words = _REASONS.get(reason, (0, ""))
    if not number:
        # without a reason there is OpenSSL's text, behind which Python says where in its own source it was
        told = reason.lower().replace("_", " ") or str(error.args[-1]).partition(" (_ssl.c")[0]
        return TlsError(f"TLS error: {told}")
    code = f"000b:{0x800 + number:04x}"
    if reason == "TLSV13_ALERT_CERTIFICATE_REQUIRED":
        code = _CERTIFICATE_REQUIRED
    if isinstance(error, ssl.SSLCertVerificationError):
        words += f": {_VERIFICATION.get(error.verify_code, error.verify_message)}"
    return TlsError(f"TLS error: {words}", code)
