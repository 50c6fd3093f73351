"""What TLS needs: a key and a certificate for the receivers, made anew by each run of the bench, and one cipher suite.

All that take part are held to one suite of TLS 1.3 by the receivers, and these say which one it was.
"""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from senders import BenchError, environment

#: what every connection must be, as OpenSSL spells it
VERSION, SUITE = "TLSv1.3", "TLS_AES_128_GCM_SHA256"
CIPHER = f"{VERSION} {SUITE}"

#: OpenSSL's own settings: DCMTK's tools have no option for the suites of TLS 1.3
SETTINGS = f"""openssl_conf = all
[all]
ssl_conf = ssl
[ssl]
system_default = tls
[tls]
MinProtocol = {VERSION}
Ciphersuites = {SUITE}
"""


@dataclass(frozen=True)
class Credentials:
    """Files: the receivers' private key and certificate, and OpenSSL's settings for a receiver of DCMTK's.

    The certificate is its own issuer, which is what senders are to trust. ``both``: it and the key.
    """

    folder: Path

    @property
    def key(self) -> str:
        return str(self.folder / "key.pem")

    @property
    def certificate(self) -> str:
        return str(self.folder / "certificate.pem")

    @property
    def both(self) -> str:
        return str(self.folder / "both.pem")

    @property
    def settings(self) -> str:
        return str(self.folder / "openssl.cnf")


def make_credentials(folder: Path) -> Credentials | None:
    """Makes them in ``folder``: an ECDSA key of P-256, for two days; None: ``openssl``, the maker, is missing."""
    made = Credentials(folder)
    program = shutil.which("openssl")
    if program is None:
        return None
    command = [program, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
    command += ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"]
    done = subprocess.run(
        [*command, "-keyout", made.key, "-out", made.certificate],
        capture_output=True,
        text=True,
        env=environment(),
        check=False,
    )
    if done.returncode != 0:
        raise BenchError(f"openssl made no certificate: {done.stderr.strip()}")
    Path(made.both).write_bytes(Path(made.certificate).read_bytes() + Path(made.key).read_bytes())
    Path(made.settings).write_text(SETTINGS, encoding="ascii")
    return made
