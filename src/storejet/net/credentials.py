"""Keys, certificates and revocation lists: from files in PEM or DER (RFC 7468, X.690) into an SSLContext.

A key is read once and handed to OpenSSL in memory: it never touches a disk.
"""

import binascii
import os
import posix
import ssl

from storejet.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

#: DCMTK's codes
NO_KEY = "000b:0004"
NO_MATCH = "000b:0006"

#: bytes of the largest file that is looked at
_MOST = 16 << 20

_BEGIN, _END, _DASHES = b"-----BEGIN ", b"-----END ", b"-----"
_CERTIFICATES = (b"CERTIFICATE", b"X509 CERTIFICATE", b"TRUSTED CERTIFICATE")
_REVOCATIONS = (b"X509 CRL",)

#: reasons of OpenSSL for a key that belongs to another certificate
_OTHER_KEY = ("KEY_VALUES_MISMATCH", "KEY_TYPE_MISMATCH", "NO_CERTIFICATE_ASSIGNED")


def read(path: str, what: str, code: str = "") -> bytes:
    """The bytes of a file. Raises UsageError that calls it ``what``."""
    try:
        with open(path, "rb") as file:
            data = file.read(_MOST + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError(f"{what}: {path}: {reason}", code=code) from None
    if not data or len(data) > _MOST:
        raise UsageError(f"{what}: {path}: {'is empty' if not data else 'is too large'}", code=code)
    return data


def blocks(data: bytes) -> "Iterator[tuple[bytes, bytes]]":
    """(label, whole block) of each block of a PEM file (RFC 7468 3); one without an end is left out."""
    at = data.find(_BEGIN)
    while at >= 0:
        close = data.find(_DASHES, at + len(_BEGIN))
        label = data[at + len(_BEGIN) : close]
        last = _END + label + _DASHES
        end = data.find(last, close) if close >= 0 else -1
        if end >= 0:
            yield label, data[at : end + len(last)] + b"\n"
        at = data.find(_BEGIN, at + len(_BEGIN) if end < 0 else end)


def pem(label: str, der: bytes) -> bytes:
    """DER as a block of a PEM file."""
    text = binascii.b2a_base64(der, newline=False)
    lines = [text[at : at + 64] for at in range(0, len(text), 64)]
    name = label.encode()
    return b"\n".join([_BEGIN + name + _DASHES, *lines, _END + name + _DASHES, b""])


def key_label(der: bytes) -> str:
    """What kind of private key it is, as PEM calls it: by the first two elements of its sequence; "" for none.

    PKCS #8 (RFC 5958): INTEGER, SEQUENCE; encrypted: SEQUENCE, OCTET STRING. PKCS #1 (RFC 8017 A.1.2): INTEGER,
    INTEGER. RFC 5915: INTEGER 1, OCTET STRING.
    """
    sequence, integer, octets = 0x30, 0x02, 0x04
    outer = _element(der, 0)
    first = _element(der, outer[1]) if outer[0] == sequence else (0, 0, 0)
    second = _element(der, first[2]) if first[0] else (0, 0, 0)
    kinds = {
        (integer, sequence): "PRIVATE KEY",
        (sequence, octets): "ENCRYPTED PRIVATE KEY",
        (integer, integer): "RSA PRIVATE KEY",
        (integer, octets): "EC PRIVATE KEY",
    }
    return kinds.get((first[0], second[0]), "")


def _element(der: bytes, at: int) -> tuple[int, int, int]:
    """(tag, where its contents begin, where they end) of the element at an offset (X.690 8.1); tag 0: there is none."""
    if at + 2 > len(der):
        return 0, 0, 0
    tag, length = der[at], der[at + 1]
    at += 2
    if length & 0x80:
        count = length & 0x7F
        length = int.from_bytes(der[at : at + count], "big")
        at += count
    return (tag, at, at + length) if at + length <= len(der) else (0, 0, 0)


class _InMemory:
    """A file that is in memory only, for as long as the block lasts; its path."""

    def __init__(self, data: bytes) -> None:
        self._descriptor = os.memfd_create("storejet", os.MFD_CLOEXEC)
        while data:
            data = data[os.write(self._descriptor, data) :]

    def __enter__(self) -> str:
        return f"/proc/self/fd/{self._descriptor}"

    def __exit__(self, *_: object) -> None:
        os.close(self._descriptor)


def load_identity(
    context: ssl.SSLContext, key: str, certificate: str, der: bool, password: "Callable[[], bytes]"
) -> None:
    """Have ``context`` show a certificate, with those of its chain in the same file, and prove it by its private key.

    ``password`` is called if the key is encrypted. Raises what it raises, and UsageError: 000b:0004 for the key,
    000b:0006 for the certificate, or where the two do not belong together.
    """
    key_data = read(key, "Unable to load private TLS key", NO_KEY)
    data = read(certificate, "Unable to load certificate", NO_MATCH)
    if der:
        label = key_label(key_data)
        if not label:
            raise UsageError(
                f"Unable to load private TLS key: {key}: {_not_der(key_data, 'a private key')}", code=NO_KEY
            )
        key_data = pem(label, key_data)
        if _element(data, 0)[0] != 0x30:
            text = f"Unable to load certificate: {certificate}: {_not_der(data, 'a certificate')}"
            raise UsageError(text, code=NO_MATCH)
        data = pem("CERTIFICATE", data)
    elif not any(label.endswith(b"PRIVATE KEY") for label, _block in blocks(key_data)):
        raise UsageError(f"Unable to load private TLS key: {key}: {_not_pem(key_data, 'private key')}", code=NO_KEY)
    if not _understood(data):
        text = f"Unable to load certificate: {certificate}: {_not_pem(data, 'certificate that can be read')}"
        raise UsageError(text, code=NO_MATCH)
    asked: list[bool] = []

    def secret() -> bytes:
        asked.append(True)
        return password()

    try:
        with _InMemory(key_data) as key_path, _InMemory(data) as path:
            context.load_cert_chain(path, key_path, secret)
    except ssl.SSLError as error:
        if error.reason in _OTHER_KEY:
            text = f"private key {key} and certificate {certificate} do not match"
            raise UsageError(text, code=NO_MATCH) from None
        if error.reason in ("EE_KEY_TOO_SMALL", "CA_KEY_TOO_SMALL", "CA_MD_TOO_WEAK"):
            text = f"Unable to load certificate: {certificate}: its key or signature is too weak for the profile"
            raise UsageError(text, code=NO_MATCH) from None
        reason = "wrong password" if asked else "it is damaged, or of a kind that is not supported"
        raise UsageError(f"Unable to load private TLS key: {key}: {reason}", code=NO_KEY) from None
    except ValueError:
        raise UsageError(f"Unable to load private TLS key: {key}: the password is too long", code=NO_KEY) from None


def _not_pem(data: bytes, what: str) -> str:
    return f"holds no {what} in PEM" + (" (DER: --der-keys)" if data[:1] == b"\x30" else "")


def _not_der(data: bytes, what: str) -> str:
    return f"is not {what} in DER" + (" (PEM: --pem-keys)" if _BEGIN in data else "")


def _understood(data: bytes) -> bool:
    """Whether the certificates of a PEM file can be read, and there is one."""
    kept = b"".join([block for label, block in blocks(data) if label in _CERTIFICATES])
    return bool(kept) and _add(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), kept)


def _add(context: ssl.SSLContext, data: bytes) -> bool:
    """Add the certificates and revocation lists of PEM blocks to those that are trusted; False if one is damaged."""
    try:
        with _InMemory(data) as path:
            context.load_verify_locations(cafile=path)
    except ssl.SSLError:
        return False
    return True


def _add_file(context: ssl.SSLContext, data: bytes, labels: tuple[bytes, ...]) -> bool | None:
    """Add what a file holds, in PEM or DER; None if it holds nothing of the kind, False if that is damaged."""
    kept = [block for label, block in blocks(data) if label in labels]
    if kept:
        return _add(context, b"".join(kept))
    if _BEGIN in data or _element(data, 0)[0] != 0x30:
        return None
    scratch = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    for label in labels:
        block = pem(label.decode(), data)
        if _add(scratch, block):
            return _add(context, block)
    return None


def trust_file(context: ssl.SSLContext, path: str) -> None:
    """Trust the certificates of a file in PEM or DER; its revocation lists count, too. Raises UsageError."""
    added = _add_file(context, read(path, "cannot read certificate file"), _CERTIFICATES + _REVOCATIONS)
    if not added:
        raise UsageError(f"certificate file {path} {'holds no certificate' if added is None else 'is damaged'}")


def trust_directory(context: ssl.SSLContext, path: str) -> list[str]:
    """Trust the certificates of all files of a directory, whatever their names; what was left out, in words.

    Files that hold neither certificates nor revocation lists do not count. Raises UsageError where none does.
    """
    try:
        names = sorted(posix.listdir(path))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError(f"cannot read certificate directory: {path}: {reason}") from None
    notes: list[str] = []
    count = 0
    for name in names:
        file = os.path.join(path, name)
        if not os.path.isfile(file):
            continue
        try:
            added = _add_file(context, read(file, "cannot read certificate file"), _CERTIFICATES + _REVOCATIONS)
        except UsageError as error:
            notes.append(error.text)
            continue
        count += bool(added)
        if added is False:
            notes.append(f"certificate file {file} is damaged")
    if not count:
        raise UsageError(f"certificate directory {path} holds no certificate")
    return notes


def revoke_file(context: ssl.SSLContext, path: str) -> None:
    """Have the certificates that a revocation list names refused. Raises UsageError."""
    added = _add_file(context, read(path, "cannot read certificate revocation list"), _REVOCATIONS)
    if not added:
        words = "holds no certificate revocation list" if added is None else "is damaged"
        raise UsageError(f"certificate revocation list {path} {words}")
