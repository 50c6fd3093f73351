"""A small certification authority of the tests' own, and what it has signed."""

from __future__ import annotations

import datetime
import ipaddress
import ssl
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
PASSWORD = "geheim und lang"


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _signed(subject: str, key: Key, issuer: str, signer: Key, authority: bool) -> x509.Certificate:
    now = datetime.datetime.now(datetime.timezone.utc)
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    return (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=2))
        .add_extension(x509.BasicConstraints(authority, None), critical=True)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(signer, hashes.SHA256())
    )


@dataclass(frozen=True)
class Keys:
    """Files of the authority (``ca``), of the server and of this side; ``Keys.server`` accepts connections."""

    folder: Path

    def __getattr__(self, name: str) -> str:
        path = self.folder / name.replace("_", ".")
        assert path.exists(), path
        return str(path)

    def server(
        self,
        wants: ssl.VerifyMode = ssl.CERT_NONE,
        oldest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_2,
        newest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3,
        name: str = "server",
    ) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.folder / f"{name}.crt", self.folder / f"{name}.key")
        context.load_verify_locations(self.folder / "ca.crt")
        context.verify_mode = wants
        context.minimum_version, context.maximum_version = oldest, newest
        return context


def make_keys(folder: Path) -> Keys:
    """An authority, and keys and certificates of a server and of two clients, in this folder."""
    plain = serialization.NoEncryption()
    secret = serialization.BestAvailableEncryption(PASSWORD.encode())
    pem, der = serialization.Encoding.PEM, serialization.Encoding.DER
    pkcs8, traditional = serialization.PrivateFormat.PKCS8, serialization.PrivateFormat.TraditionalOpenSSL

    authority = ec.generate_private_key(ec.SECP256R1())
    made: dict[str, tuple[Key, x509.Certificate]] = {}
    makers: dict[str, Callable[[], Key]] = {
        "server": lambda: rsa.generate_private_key(65537, 2048),
        "client": lambda: ec.generate_private_key(ec.SECP256R1()),
        "rsa": lambda: rsa.generate_private_key(65537, 2048),
    }
    made["ca"] = authority, _signed("authority", authority, "authority", authority, True)
    for name, make in makers.items():
        key = make()
        made[name] = key, _signed(name, key, "authority", authority, False)
    for name, (key, certificate) in made.items():
        (folder / f"{name}.crt").write_bytes(certificate.public_bytes(pem))
        (folder / f"{name}.der").write_bytes(certificate.public_bytes(der))
        (folder / f"{name}.key").write_bytes(key.private_bytes(pem, pkcs8, plain))
        (folder / f"{name}.p8").write_bytes(key.private_bytes(der, pkcs8, plain))
        (folder / f"{name}.old").write_bytes(key.private_bytes(der, traditional, plain))
        (folder / f"{name}.locked").write_bytes(key.private_bytes(pem, pkcs8, secret))
        (folder / f"{name}.lockedder").write_bytes(key.private_bytes(der, pkcs8, secret))
    revoked = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(_name("authority"))
        .last_update(datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=1))
        .next_update(datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=1))
    )
    (folder / "none.crl").write_bytes(revoked.sign(authority, hashes.SHA256()).public_bytes(pem))
    entry = (
        x509.RevokedCertificateBuilder()
        .serial_number(made["server"][1].serial_number)
        .revocation_date(datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(hours=1))
        .build()
    )
    listed = revoked.add_revoked_certificate(entry).sign(authority, hashes.SHA256())
    (folder / "server.crl").write_bytes(listed.public_bytes(der))
    # by the hash of its subject, as OpenSSL looks for it
    (folder / "hashed").mkdir()
    command = ["openssl", "x509", "-noout", "-hash", "-in", folder / "ca.crt"]
    hashed = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    (folder / "hashed" / f"{hashed}.0").write_bytes((folder / "ca.crt").read_bytes())
    return Keys(folder)
