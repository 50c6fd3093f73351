"""The exception tree: every failure says whose fault it is, and each branch knows its exit codes.

A branch is named after the one at fault: the user's command line, the file, the peer, the network, or this program.
``code`` is the ``module:code`` pair that DCMTK's tools print for the same condition, so that scripts which look for
it go on working; it is empty where DCMTK has none. The exit codes are those of DCMTK's tools.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeVar

    Advised = TypeVar("Advised", bound="StorejetError")

#: exit codes of storescu
STORESCU_FAILURE = 1
STORESCU_PEER_GONE = 10

#: exit codes of dcmsend (its man page names them)
DCMSEND_NO_INPUT_FILES = 21
DCMSEND_INVALID_INPUT_FILE = 22
DCMSEND_NO_VALID_INPUT_FILES = 23
DCMSEND_CANNOT_WRITE_REPORT_FILE = 43
DCMSEND_CANNOT_NEGOTIATE_ASSOCIATION = 61
DCMSEND_CANNOT_SEND_REQUEST = 62
DCMSEND_CANNOT_ADD_PRESENTATION_CONTEXT = 65

#: both tools
USAGE_ERROR = 1
#: both tools: what we did not foresee; memory, files or processes that the system does not give (EX_SOFTWARE, EX_OSERR
#: of sysexits.h)
OUR_FAULT = 70
OUT_OF_RESOURCES = 71
#: both tools with --strict-exit, in the place of every other code once there was something to send: some instances were
#: stored and some were not, none was, or an association was lost in the middle of the transfer
STRICT_SOME_NOT_STORED = 81
STRICT_NONE_STORED = 82
STRICT_ASSOCIATION_LOST = 83
INTERRUPTED = 130


class StorejetError(Exception):
    """Anything that storejet reports on purpose; ``str()`` is one line without a trailing full stop.

    ``fault`` names the one at fault in a word; ``code`` is DCMTK's ``module:code`` or "". ``hint``: what a person may
    try, as an order on one line without a trailing full stop, or "".
    """

    fault = "storejet"
    hint = ""

    def __init__(self, text: str, code: str = "") -> None:
        super().__init__(text)
        self.text = text
        self.code = code

    def advising(self: "Advised", hint: str) -> "Advised":
        """The exception itself, with what may be tried."""
        self.hint = hint
        return self

    @property
    def coded(self) -> str:
        """The text behind its ``module:code``, if it has one."""
        return f"{self.code} {self.text}" if self.code else self.text


class UsageError(StorejetError):
    """The command line is wrong. ``quietable``: found after the log was set up, so ``-q`` hides its text."""

    fault = "command line"

    def __init__(self, text: str, quietable: bool = False, code: str = "") -> None:
        super().__init__(text, code)
        self.quietable = quietable


class InputError(StorejetError):
    """A file cannot be read, is not DICOM, or is damaged. ``offset`` (bytes) and ``tag`` say where, or are -1."""

    fault = "file"

    def __init__(self, text: str, code: str = "", offset: int = -1, tag: int = -1) -> None:
        super().__init__(text, code)
        self.offset = offset
        self.tag = tag


class Unreadable(InputError):
    """The system does not let us read a file: it need not be the file's fault."""


class RouteError(StorejetError):
    """No accepted presentation context can carry this instance, as it is stored or converted.

    ``stored``: the transfer syntax that it is stored in, where that is what does not fit, else "".
    """

    stored = ""

    fault = "negotiation"


class MissingPlugin(StorejetError):
    """A package that this needs is not installed; the text names it."""

    fault = "installation"


class NetworkError(StorejetError):
    """The network failed between us and the peer: unknown host, refused, unreachable, timed out, connection lost."""

    fault = "network"


class PeerError(StorejetError):
    """The peer did something that ends the association."""

    fault = "peer"


class ProtocolError(PeerError):
    """The peer sent what PS3.7 or PS3.8 do not allow here; the association is to be aborted."""


class TlsError(PeerError):
    """TLS failed: no agreement with the peer, a certificate that was not accepted, a damaged record."""


class Rejected(PeerError):
    """A-ASSOCIATE-RJ (PS3.8 9.3.4): ``result``, ``source`` and ``reason`` are the PDU's codes."""

    def __init__(self, text: str, result: int, source: int, reason: int) -> None:
        super().__init__(text, "")
        self.result = result
        self.source = source
        self.reason = reason

    def __reduce__(self) -> "tuple[type[Rejected], tuple[str, int, int, int]]":
        return type(self), (self.text, self.result, self.source, self.reason)


class Aborted(PeerError):
    """The peer ended the association: A-ABORT, a closed connection, or an A-RELEASE-RQ where none is due."""


class ReleaseRequested(Aborted):
    """The peer asked for a release instead of answering: it still listens, and is to be told that we abort."""


class TimedOut(PeerError):
    """The peer stayed silent past a deadline."""


class InternalError(StorejetError):
    """A promise of our own code does not hold."""

    fault = "storejet itself"

    @property
    def coded(self) -> str:
        return f"storejet itself is at fault: {self.text}"
