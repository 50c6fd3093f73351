"""Profiles for secure transport (PS3.15 annex B), as DCMTK's tools name them: versions of TLS and cipher suites."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

#: columns of a row
OPTION: "Final" = 0
NAME: "Final" = 1
#: versions of TLS
OLDEST: "Final" = 2
NEWEST: "Final" = 3
#: OpenSSL's security level (2: keys of 112 bits of security, no SHA-1 in signatures; TLS 1.0 and 1.1 need level 0)
LEVEL: "Final" = 4
#: suites below TLS 1.3 in the order of preference; without the first one the profile cannot be had
SUITES: "Final" = 5

_ECDHE_ECDSA_GCM = ("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384")
_ECDHE_RSA_GCM = ("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384")
_DHE_RSA_GCM = ("TLS_DHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384")
_AES_CBC = "TLS_RSA_WITH_AES_128_CBC_SHA"
_TRIPLE_DES = "TLS_RSA_WITH_3DES_EDE_CBC_SHA"

PROFILES: "tuple[tuple[str, str, str, str, int, tuple[str, ...]], ...]" = (
    ("profile-8996", "BCP 195 RFC 8996", "1.2", "1.3", 2, (*_ECDHE_RSA_GCM, *_ECDHE_ECDSA_GCM)),
    (
        "profile-8996-mod",
        "modified BCP 195 RFC 8996",
        "1.2",
        "1.3",
        2,
        (
            *_ECDHE_RSA_GCM,
            *_ECDHE_ECDSA_GCM,
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_128_CCM",
            "TLS_ECDHE_ECDSA_WITH_AES_256_CCM",
        ),
    ),
    ("profile-bcp195-nd", "non-downgrading BCP 195", "1.2", "1.3", 2, (*_ECDHE_RSA_GCM, *_DHE_RSA_GCM)),
    ("profile-bcp195", "BCP 195", "1.0", "1.3", 0, (*_ECDHE_RSA_GCM, *_DHE_RSA_GCM, _AES_CBC, _TRIPLE_DES)),
    (
        "profile-bcp195-ex",
        "extended BCP 195",
        "1.2",
        "1.2",
        2,
        (*_ECDHE_RSA_GCM, *_ECDHE_ECDSA_GCM, *_DHE_RSA_GCM),
    ),
    ("profile-basic", "basic (retired)", "1.0", "1.2", 0, (_TRIPLE_DES,)),
    ("profile-aes", "AES (retired)", "1.0", "1.2", 0, (_AES_CBC, _TRIPLE_DES)),
    ("profile-null", "authentication without encryption (retired)", "1.0", "1.2", 0, ("TLS_RSA_WITH_NULL_SHA",)),
)


def profile_of(option: str) -> "tuple[str, str, str, str, int, tuple[str, ...]]":
    """The row of a profile by the long name of its option."""
    return next(row for row in PROFILES if row[OPTION] == option)
