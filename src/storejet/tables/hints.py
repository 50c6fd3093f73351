"""What a person may try after a peer's no: A-ASSOCIATE-RJ (PS3.8 table 9-21), statuses (PS3.4 B.2-1, PS3.7 annex C).

Each is an order without a full stop. The place of the user's own values is marked: ``{calling}``, ``{called}`` are the
application entity titles, ``{port}`` is the port.
"""

#: ((source, reason), hint)
REJECTIONS: "tuple[tuple[tuple[int, int], str], ...]" = (
    ((1, 1), "look into the peer's log, which tells why"),
    ((1, 2), "check that port {port} is that of a DICOM storage"),
    ((1, 3), "make {calling} known to the peer, or call as somebody it knows (-aet)"),
    ((1, 7), "call the peer by its own AE title (-aec), it is not {called}"),
    ((2, 1), "look into the peer's log, which tells why"),
    ((2, 2), "check that port {port} is that of a DICOM storage"),
    ((3, 1), "try again later, the peer is busy"),
    ((3, 2), "try again later, or let the peer have more associations at a time"),
)
#: for a reason that the standard does not define: result → hint
REJECTED = "look into the peer's log, which tells why"
REJECTED_FOR_NOW = "try again later"

#: (first, last, hint); the first row that contains the status counts
STATUSES: "tuple[tuple[int, int, str], ...]" = (
    (0x0110, 0x0110, "look into the peer's log: it failed while it worked on the object"),
    (0x0111, 0x0111, "nothing, if it is the same object: the peer has one of this SOP Instance UID already"),
    (0x0117, 0x0117, "check the SOP Instance UID of the object, the peer says that it is invalid"),
    (0x0105, 0x0106, "check the attributes of the object, the peer does not accept them"),
    (0x0118, 0x0118, "have this SOP class enabled on the peer, which does not know it"),
    (0x0122, 0x0122, "have this SOP class enabled on the peer, which does not store it"),
    (0x0124, 0x0124, "allow {calling} to store objects on the peer, or call as somebody who may (-aet)"),
    (0x0210, 0x0212, "report it to the peer's maker: it did not understand the request"),
    (0x0213, 0x0213, "look whether the peer has memory and space on its disk, then send again"),
    (0xA700, 0xA7FF, "look whether the peer has space on its disk, then send again"),
    (0xA900, 0xA9FF, "check the object (dciodvfy): the peer says that it does not fit its SOP class"),
    (0xC000, 0xCFFF, "look into the peer's log, then check the object (dciodvfy): the peer cannot understand it"),
    (0xFE00, 0xFE00, "send it again: the peer says that the request was cancelled"),
)
#: for any other failing status
UNKNOWN_STATUS = "look into the peer's log, which tells why"
