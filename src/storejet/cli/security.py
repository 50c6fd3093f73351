"""The TLS options of both tools as what ``net`` wants, and the texts of --list-profiles and --list-ciphers."""

import ssl

from storejet.cli import options as table
from storejet.errors import UsageError
from storejet.net import ciphers
from storejet.net.tls import Tls, TlsSettings
from storejet.tables import ciphers as suites
from storejet.tables import security

TYPE_CHECKING = False
if TYPE_CHECKING:
    from storejet.cli.argv import Options
    from storejet.log import Log

#: options that have nothing to do any more → why
_IDLE = (
    ("dhparam", "a TLS client takes the Diffie-Hellman parameters of its peer"),
    ("seed", "OpenSSL seeds its generator from the system"),
    ("write-seed", "no seed was read, and the file stays as it is"),
    ("write-seed-file", "no seed was read, and nothing is written"),
)


def tls_of(options: "Options", log: "Log") -> Tls:
    """TLS as the options want it. Raises UsageError; asks for the key's password, if that is how it is to be had."""
    settings = TlsSettings(lambda: _password(options))
    if options.flag("enable-tls"):
        key, certificate = options.texts("enable-tls")
        settings.identity = key, certificate
    settings.der = options.choice("key-format") == "der-keys"
    settings.trusted_files = options.texts("add-cert-file")
    settings.trusted_directories = options.texts("add-cert-dir")
    settings.revoked = options.texts("add-crl-file")
    if options.flag("enable-crl-all"):
        settings.revocation = "chain"
    elif options.flag("enable-crl-vfy") or settings.revoked:
        settings.revocation = "peer"
    settings.profile = options.choice("security-profile")
    settings.ciphers = options.texts("cipher")
    settings.verify = options.choice("peer-certificate") != "ignore-peer-cert"
    settings.verify_host = options.flag("verify-host")
    if options.choice("sni") == "request-sni":
        settings.name = options.text("request-sni")
    elif settings.verify_host:
        settings.name = options.peer
    for name, reason in _IDLE:
        if options.flag(name):
            log.info(f"--{name} has no effect: {reason}")
    try:
        tls = Tls(settings)
    except ValueError as error:  # of a name that no certificate could have
        raise UsageError(f"cannot set up TLS: {error}") from None
    for note in tls.notes:
        log.warn(note)
    return tls


def _password(options: "Options") -> bytes:
    """The password of the private key, asked for when it is wanted."""
    how = options.choice("key-password")
    if how == "use-passwd":
        return options.text("use-passwd").encode("utf-8", "surrogateescape")
    if how == "null-passwd":
        return b""
    from storejet.cli.passphrase import ask

    return ask(f"password of the private key {options.texts('enable-tls')[0]}: ")


def profiles_text() -> str:
    """The profiles, what they consist of here, and why one cannot be had."""
    lines = ["", "Supported TLS profiles are:"]
    default = table.group_defaults("storescu")["security-profile"]
    for row in security.PROFILES:
        option = row[security.OPTION]
        lines.append(f"  --{option}: {row[security.NAME]}{' (default)' if option == default else ''}")
        reason = ciphers.absent_from(option)
        if reason:
            lines.append(f"    not available: {reason}")
            continue
        versions = ciphers.versions_between(row[security.OLDEST], row[security.NEWEST])
        lines.append(f"    TLS {', '.join(versions)}")
        here = _available(row[security.LEVEL])
        lines += [f"    {name}" for name in row[security.SUITES] if name in here]
        if "1.3" in versions:
            lines += [f"    {name}" for name in ciphers.in_tls13()]
        absent = [name for name in row[security.SUITES] if name not in here]
        if absent:
            lines.append(f"    without {', '.join(absent)}: {ssl.OPENSSL_VERSION} does not have it")
    return "\n".join(lines) + "\n"


def ciphers_text() -> str:
    """The suites that this OpenSSL has; those of TLS 1.3 are offered unasked wherever a profile allows TLS 1.3."""
    known = [row[suites.IANA] for row in suites.CIPHERS if row[suites.SINCE] != "1.3"]
    here = _available(0)
    lines = ["", "Supported TLS ciphersuites are:", *[f"  {name}" for name in known if name in here]]
    lines += ["", "TLS 1.3, offered by every profile that allows it:", *[f"  {name}" for name in ciphers.in_tls13()]]
    lines += ["", f"Known, but not there in {ssl.OPENSSL_VERSION}:"]
    lines += [f"  {name}" for name in known if name not in here]
    return "\n".join(lines) + "\n"


def _available(level: int) -> set[str]:
    """The names (IANA) of the suites below TLS 1.3 that a security level leaves."""
    rows = [row for row in suites.CIPHERS if row[suites.SINCE] != "1.3"]
    found = ciphers.offered(level, [row[suites.OPENSSL] for row in rows])
    return {row[suites.IANA] for row in rows if row[suites.OPENSSL] in found}
