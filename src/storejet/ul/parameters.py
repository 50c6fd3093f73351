"""What is proposed for an association and what the peer answered, as immutable values (PS3.8 7.1.1, PS3.7 D.3.3)."""

from storejet._version import VERSION

#: the UID of this implementation (PS3.7 D.3.3.2), derived from a random UUID (PS3.5 B.2) that was drawn once
IMPLEMENTATION_CLASS_UID = "2.25.315213567423985369609893717114649141745"
#: at most 16 characters
IMPLEMENTATION_VERSION_NAME = f"STOREJET_{VERSION}"[:16]

#: result of a presentation context that the peer left unanswered; those of PS3.8 table 9-18 are 0 (acceptance) to 4
NOT_ANSWERED = -1

_set = object.__setattr__


class Value:
    """Base of the values: equal where all fields are equal, and not to be changed."""

    __slots__: "tuple[str, ...]" = ()

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} is immutable")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{type(self).__name__} is immutable")

    def _fields(self) -> "tuple[object, ...]":
        return tuple([getattr(self, name) for name in self.__slots__])

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and isinstance(other, Value) and self._fields() == other._fields()

    def __hash__(self) -> int:
        return hash(self._fields())

    def __repr__(self) -> str:
        fields = ", ".join([f"{name}={getattr(self, name)!r}" for name in self.__slots__])
        return f"{type(self).__name__}({fields})"


class ProposedContext(Value):
    """A presentation context: ``id`` odd, 1 to 255; ``transfer_syntaxes`` in order of preference."""

    __slots__ = ("abstract_syntax", "id", "transfer_syntaxes")

    id: int
    abstract_syntax: str
    transfer_syntaxes: "tuple[str, ...]"

    def __init__(self, id: int, abstract_syntax: str, transfer_syntaxes: "tuple[str, ...]") -> None:
        _set(self, "id", id)
        _set(self, "abstract_syntax", abstract_syntax)
        _set(self, "transfer_syntaxes", transfer_syntaxes)


class RoleSelection(Value):
    """SCP/SCU role selection for a SOP class (PS3.7 D.3.3.4)."""

    __slots__ = ("scp", "scu", "sop_class")

    sop_class: str
    scu: bool
    scp: bool

    def __init__(self, sop_class: str, scu: bool, scp: bool) -> None:
        _set(self, "sop_class", sop_class)
        _set(self, "scu", scu)
        _set(self, "scp", scp)


class ExtendedNegotiation(Value):
    """SOP class extended negotiation (PS3.7 D.3.3.5): ``information`` is what the SOP class defines."""

    __slots__ = ("information", "sop_class")

    sop_class: str
    information: bytes

    def __init__(self, sop_class: str, information: bytes) -> None:
        _set(self, "sop_class", sop_class)
        _set(self, "information", information)


class UserIdentity(Value):
    """User identity (PS3.7 D.3.3.7).

    ``type``: 1 user name, 2 user name and passcode, 3 Kerberos service ticket, 4 SAML assertion, 5 JSON Web Token.
    ``secondary`` is the passcode of type 2 and else empty.
    """

    __slots__ = ("positive_response_requested", "primary", "secondary", "type")

    type: int
    positive_response_requested: bool
    primary: bytes
    secondary: bytes

    def __init__(self, type: int, positive_response_requested: bool, primary: bytes, secondary: bytes = b"") -> None:
        _set(self, "type", type)
        _set(self, "positive_response_requested", positive_response_requested)
        _set(self, "primary", primary)
        _set(self, "secondary", secondary)

    def __repr__(self) -> str:
        """Without what it is to keep secret, wherever this value may be printed."""
        return f"UserIdentity(type={self.type}, {len(self.primary)} and {len(self.secondary)} bytes)"


class AssociateRequest(Value):
    """All of an A-ASSOCIATE-RQ (PS3.8 9.3.2). ``max_length_received`` is in bytes, 0 = no limit."""

    __slots__ = (
        "called_ae_title",
        "calling_ae_title",
        "contexts",
        "extended_negotiations",
        "implementation_class_uid",
        "implementation_version_name",
        "max_length_received",
        "role_selections",
        "user_identity",
    )

    called_ae_title: str
    calling_ae_title: str
    contexts: "tuple[ProposedContext, ...]"
    max_length_received: int
    implementation_class_uid: str
    implementation_version_name: str
    role_selections: "tuple[RoleSelection, ...]"
    extended_negotiations: "tuple[ExtendedNegotiation, ...]"
    user_identity: "UserIdentity | None"

    def __init__(
        self,
        called_ae_title: str,
        calling_ae_title: str,
        contexts: "tuple[ProposedContext, ...]",
        *,
        max_length_received: int = 16384,
        implementation_class_uid: str = IMPLEMENTATION_CLASS_UID,
        implementation_version_name: str = IMPLEMENTATION_VERSION_NAME,
        role_selections: "tuple[RoleSelection, ...]" = (),
        extended_negotiations: "tuple[ExtendedNegotiation, ...]" = (),
        user_identity: "UserIdentity | None" = None,
    ) -> None:
        _set(self, "called_ae_title", called_ae_title)
        _set(self, "calling_ae_title", calling_ae_title)
        _set(self, "contexts", contexts)
        _set(self, "max_length_received", max_length_received)
        _set(self, "implementation_class_uid", implementation_class_uid)
        _set(self, "implementation_version_name", implementation_version_name)
        _set(self, "role_selections", role_selections)
        _set(self, "extended_negotiations", extended_negotiations)
        _set(self, "user_identity", user_identity)


class ContextResult(Value):
    """What became of a proposed context: ``transfer_syntax`` is the accepted one, "" unless ``result`` is 0."""

    __slots__ = ("abstract_syntax", "id", "result", "transfer_syntax")

    id: int
    abstract_syntax: str
    result: int
    transfer_syntax: str

    def __init__(self, id: int, abstract_syntax: str, result: int, transfer_syntax: str) -> None:
        _set(self, "id", id)
        _set(self, "abstract_syntax", abstract_syntax)
        _set(self, "result", result)
        _set(self, "transfer_syntax", transfer_syntax)

    @property
    def accepted(self) -> bool:
        return self.result == 0


class Accepted(Value):
    """The peer accepted the association (PS3.8 9.3.3).

    ``contexts``: one result for each proposed context, in order of proposal. ``max_length``: the largest P-DATA-TF that
    the peer takes, in bytes after the 6-byte header, 0 = no limit. ``async_operations``: (invoked, performed) or None.
    ``user_identity_response``: the server response, None where the peer sent none. ``notes``: where the answer departs
    from the standard without doing harm, a line each.
    """

    __slots__ = (
        "async_operations",
        "contexts",
        "extended_negotiations",
        "implementation_class_uid",
        "implementation_version_name",
        "max_length",
        "notes",
        "role_selections",
        "user_identity_response",
    )

    contexts: "tuple[ContextResult, ...]"
    max_length: int
    implementation_class_uid: str
    implementation_version_name: str
    async_operations: "tuple[int, int] | None"
    role_selections: "tuple[RoleSelection, ...]"
    extended_negotiations: "tuple[ExtendedNegotiation, ...]"
    user_identity_response: "bytes | None"
    notes: "tuple[str, ...]"

    def __init__(
        self,
        contexts: "tuple[ContextResult, ...]",
        *,
        max_length: int = 0,
        implementation_class_uid: str = "",
        implementation_version_name: str = "",
        async_operations: "tuple[int, int] | None" = None,
        role_selections: "tuple[RoleSelection, ...]" = (),
        extended_negotiations: "tuple[ExtendedNegotiation, ...]" = (),
        user_identity_response: "bytes | None" = None,
        notes: "tuple[str, ...]" = (),
    ) -> None:
        _set(self, "contexts", contexts)
        _set(self, "max_length", max_length)
        _set(self, "implementation_class_uid", implementation_class_uid)
        _set(self, "implementation_version_name", implementation_version_name)
        _set(self, "async_operations", async_operations)
        _set(self, "role_selections", role_selections)
        _set(self, "extended_negotiations", extended_negotiations)
        _set(self, "user_identity_response", user_identity_response)
        _set(self, "notes", notes)
