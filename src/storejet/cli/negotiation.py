"""What storescu's command line adds to the negotiation: profiles from a file, and the identity of the user.

Loaded only when one of these is asked for. No message has a password or a part of a token in it.
"""

from storejet.errors import UsageError
from storejet.plan.paths import encoded as path_bytes
from storejet.plan.profile import Profiles
from storejet.ul.parameters import UserIdentity
from storejet.ul.pdu import encoded

TYPE_CHECKING = False
if TYPE_CHECKING:
    from storejet.cli.argv import Options

#: bytes of a negotiation file; a real one has a few thousand
LARGEST_PROFILES = 1 << 20
#: bytes of a ticket, assertion or token that are read: one more than its length field can count (PS3.7 D.3.3.7.1)
LARGEST_TOKEN = 0x10000

#: the options that name a file → type of user identity (PS3.7 table D.3-14)
_TOKENS = {"kerberos": 3, "saml": 4, "jwt": 5}


def profiles_of(options: "Options") -> Profiles:
    """The profiles in the file of --config-file. Raises UsageError in DCMTK's words, ``reading config file: …``."""
    name = options.texts("config-file")[0]
    try:
        with open(path_bytes(name), "rb") as file:
            content = file.read(LARGEST_PROFILES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "no such name"
        text = f"reading config file: unable to open configuration file: {name}: {reason}"
        raise UsageError(text) from None
    if len(content) > LARGEST_PROFILES:
        text = f"reading config file: {name} has more than {LARGEST_PROFILES} bytes, which no negotiation file needs"
        raise UsageError(text)
    return Profiles(content.decode("utf-8", "surrogateescape"), name)


def identity_of(options: "Options") -> UserIdentity:
    """The user identity that the command line asks for (PS3.7 D.3.3.7).

    Raises UsageError for a file that cannot be read or is empty.
    """
    kind = options.choice("identity")
    answer = options.flag("pos-response")
    if kind in _TOKENS:
        return UserIdentity(_TOKENS[kind], answer, _token(options.text(kind)))
    user = encoded(options.text("user"))
    passcode = options.choice("identity-password")
    if not passcode:
        return UserIdentity(1, answer, user)
    return UserIdentity(2, answer, user, encoded(options.text("password")) if passcode == "password" else b"")


def _token(name: str) -> bytes:
    """The content of the file, as it is. One that is too long is cut, but not so far that a request could hold it."""
    try:
        with open(path_bytes(name), "rb") as file:
            content = file.read(LARGEST_TOKEN)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "no such name"
        raise UsageError(f"Unable to open Kerberos, SAML or JWT file: {name}: {reason}") from None
    if not content:
        raise UsageError(f"Unable to read Kerberos, SAML or JWT info from file: {name}: File empty?")
    return content
