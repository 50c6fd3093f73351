"""What the OpenSSL of this Python has of the tables: cipher suites, versions of TLS, profiles."""

import ssl
import warnings

from storejet.errors import UsageError
from storejet.tables import ciphers, security

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

#: version of TLS, as the tables name it
VERSIONS = {
    "1.0": ssl.TLSVersion.TLSv1,
    "1.1": ssl.TLSVersion.TLSv1_1,
    "1.2": ssl.TLSVersion.TLSv1_2,
    "1.3": ssl.TLSVersion.TLSv1_3,
}

#: DCMTK's code for a suite that it does not know
UNKNOWN_CIPHER = "0001:0007"


def offered(level: int, names: "Sequence[str]") -> list[str]:
    """Those of the suites (OpenSSL's names) that a security level leaves, in their order; TLS 1.3 has its own."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        context.set_ciphers(":".join(names) + f":@SECLEVEL={level}")
    except ssl.SSLError:
        return []
    return [row["name"] for row in context.get_ciphers() if row["name"] in names]


def in_tls13() -> list[str]:
    """The suites of TLS 1.3, which this Python offers unasked."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    return [row["name"] for row in context.get_ciphers() if row["protocol"] == "TLSv1.3"]


def versions_between(oldest: str, newest: str) -> list[str]:
    """The versions of TLS from ``oldest`` to ``newest`` that this OpenSSL was built with."""
    built = {"1.0": ssl.HAS_TLSv1, "1.1": ssl.HAS_TLSv1_1, "1.2": ssl.HAS_TLSv1_2, "1.3": ssl.HAS_TLSv1_3}
    names = list(VERSIONS)
    return [name for name in names[names.index(oldest) : names.index(newest) + 1] if built[name]]


def absent_from(option: str) -> str:
    """Why a profile (long name of its option) cannot be had here, or ""."""
    profile = security.profile_of(option)
    first = ciphers.row_of(profile[security.SUITES][0])
    if first is not None and not offered(profile[security.LEVEL], [first[ciphers.OPENSSL]]):
        return f"{ssl.OPENSSL_VERSION} has no {first[ciphers.IANA]}"
    if not versions_between(profile[security.OLDEST], profile[security.NEWEST]):
        return f"{ssl.OPENSSL_VERSION} has none of its versions of TLS"
    return ""


def choose(context: ssl.SSLContext, option: str, added: "Sequence[str]") -> None:
    """Have ``context`` offer the versions and suites of a profile, and these suites besides.

    Raises UsageError for a profile or suite that cannot be had: 0001:0007 for a suite.
    """
    reason = absent_from(option)
    if reason:
        raise UsageError(f"--{option} is not available: {reason}")
    profile = security.profile_of(option)
    level = profile[security.LEVEL]
    versions = versions_between(profile[security.OLDEST], profile[security.NEWEST])
    names = [_openssl_name(name) for name in profile[security.SUITES]]
    for name in added:
        chosen = _added(name, level, versions)
        if chosen and chosen not in names:
            names.append(chosen)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the user has asked for the old versions
        context.minimum_version, context.maximum_version = VERSIONS[versions[0]], VERSIONS[versions[-1]]
    context.set_ciphers(":".join(names) + f":@SECLEVEL={level}")


def _openssl_name(name: str) -> str:
    row = ciphers.row_of(name)
    assert row is not None, name
    return row[ciphers.OPENSSL]


def _added(name: str, level: int, versions: list[str]) -> str:
    """OpenSSL's name of a suite that the user adds, or "" where it is offered unasked. Raises UsageError."""
    row = ciphers.row_of(name)
    if row is None:
        raise UsageError(f"unknown ciphersuite {name} (--list-ciphers shows those that there are)", code=UNKNOWN_CIPHER)
    iana, openssl, since = row
    if since == "1.3":
        if openssl not in in_tls13():
            reason = "the suites of TLS 1.3 cannot be chosen in this Python, and it is not among those offered unasked"
        elif "1.3" not in versions:
            reason = "it belongs to TLS 1.3, which the profile does not allow"
        else:
            return ""
    elif "NULL" in openssl:
        reason = "it does not encrypt (--profile-null does without encryption)"
    elif offered(level, [openssl]):
        return openssl
    elif offered(0, [openssl]):
        reason = f"the profile's security level {level} forbids it"
    else:
        reason = f"{ssl.OPENSSL_VERSION} does not have it"
    raise UsageError(f"ciphersuite {iana} is not available: {reason}", code=UNKNOWN_CIPHER)
