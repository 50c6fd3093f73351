"""Certification authorities of the tests' own, and whatever they are asked to sign (RFC 5280)."""

from __future__ import annotations

import datetime
import ipaddress
import ssl
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

PEM = serialization.Encoding.PEM
LOCAL = ("localhost", "127.0.0.1")


def days(count: float) -> datetime.datetime:
    """So many days from now."""
    return datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=count)


def make_key(kind: str) -> Key:
    """``ec`` (P-256), ``rsa`` (2048 bits), ``weak`` (RSA of 1024 bits)."""
    if kind == "ec":
        return ec.generate_private_key(ec.SECP256R1())
    return rsa.generate_private_key(65537, 1024 if kind == "weak" else 2048)


def _general_name(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(text))
    except ValueError:
        return x509.DNSName(text)


@dataclass
class Authority:
    """Who signs certificates: a root where ``issuer`` is None, else an intermediate one. ``folder`` takes the files."""

    folder: Path
    name: str
    issuer: Authority | None = None
    until: float = 2
    key: Key = field(init=False)
    certificate: x509.Certificate = field(init=False)

    def __post_init__(self) -> None:
        self.key = make_key("ec")
        self.certificate = (self.issuer or self).sign(self.name, self.key, (), -2, self.until, authority=True)
        self.file.write_bytes(self.certificate.public_bytes(PEM))

    @property
    def file(self) -> Path:
        return self.folder / f"{self.name}.pem"

    def chain(self) -> list[x509.Certificate]:
        """The intermediate authorities from this one up; the root is not among them."""
        return [self.certificate, *self.issuer.chain()] if self.issuer else []

    def sign(
        self,
        subject: str,
        key: Key,
        hosts: Sequence[str],
        since: float,
        until: float,
        authority: bool = False,
        more: Sequence[x509.ExtensionType] = (),
    ) -> x509.Certificate:
        """A certificate; ``since`` and ``until`` are days from now."""
        builder = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]))
            .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, self.name)]))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(days(since))
            .not_valid_after(days(until))
            .add_extension(x509.BasicConstraints(authority, None), critical=True)
        )
        if hosts:
            names = x509.SubjectAlternativeName([_general_name(host) for host in hosts])
            builder = builder.add_extension(names, critical=False)
        for extension in more:
            builder = builder.add_extension(extension, critical=False)
        return builder.sign(self.key, hashes.SHA256())

    def issue(
        self,
        name: str,
        kind: str = "ec",
        hosts: Sequence[str] = LOCAL,
        since: float = -1,
        until: float = 1,
        more: Sequence[x509.ExtensionType] = (),
        file: str = "",
    ) -> Issued:
        """Key and certificate of a server or client; their files (``file``: the names) hold the chain, too."""
        key = make_key(kind)
        certificate = self.sign(name, key, hosts, since, until, more=more)
        return Issued(self.folder, file or name, key, certificate, self.chain())

    def as_server(self) -> Issued:
        """This authority's own certificate as one of a server."""
        return Issued(self.folder, self.name, self.key, self.certificate, [])

    def revoke(self, name: str, *revoked: x509.Certificate, since: float = -1, until: float = 1) -> Path:
        """A revocation list of this authority with these certificates, as a file."""
        builder = x509.CertificateRevocationListBuilder().issuer_name(self.certificate.subject)
        builder = builder.last_update(days(since)).next_update(days(until))
        for certificate in revoked:
            entry = x509.RevokedCertificateBuilder().serial_number(certificate.serial_number)
            builder = builder.add_revoked_certificate(entry.revocation_date(days(since)).build())
        path = self.folder / f"{name}.crl"
        path.write_bytes(builder.sign(self.key, hashes.SHA256()).public_bytes(PEM))
        return path


@dataclass
class Issued:
    folder: Path
    name: str
    private: Key
    certificate: x509.Certificate
    chain: list[x509.Certificate]

    def __post_init__(self) -> None:
        plain = serialization.NoEncryption()
        self.key.write_bytes(self.private.private_bytes(PEM, serialization.PrivateFormat.PKCS8, plain))
        self.file.write_bytes(b"".join(one.public_bytes(PEM) for one in [self.certificate, *self.chain]))
        self.alone.write_bytes(self.certificate.public_bytes(PEM))

    @property
    def key(self) -> Path:
        return self.folder / f"{self.name}.key"

    @property
    def file(self) -> Path:
        """The certificate, then its chain."""
        return self.folder / f"{self.name}.chain.pem"

    @property
    def alone(self) -> Path:
        return self.folder / f"{self.name}.pem"

    def server(
        self, version: ssl.TLSVersion | None = None, clients: Authority | None = None, chained: bool = True
    ) -> ssl.SSLContext:
        """What accepts connections by this certificate: of one version of TLS or all, from these clients or all."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
        context.load_cert_chain(self.file if chained else self.alone, self.key)
        if version is not None:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)
                context.minimum_version = context.maximum_version = version
        if clients is not None:
            context.load_verify_locations(clients.file)
            context.verify_mode = ssl.CERT_REQUIRED
        return context
