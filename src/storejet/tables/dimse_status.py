"""Status codes as the message dumps of DCMTK's tools call them: in other words than their result lines do.

Loaded only for ``--debug``. A row is ``(first, last, text)``; the first row that contains the code counts.
"""

UNKNOWN = "Unknown Status Code (non-standard)"

DUMPED: "tuple[tuple[int, int, str], ...]" = (
    (0x0000, 0x0000, "Success"),
    (0x0001, 0x0001, "Warning"),
    (0x0107, 0x0107, "Warning"),
    (0x0116, 0x0116, "Warning"),
    (0x0117, 0x0117, "Invalid SOP Class"),
    (0x0122, 0x0122, "Refused: SOP Class not supported"),
    (0x0124, 0x0124, "Refused: Not authorized"),
    (0x0210, 0x0210, "Duplicate invocation"),
    (0x0211, 0x0211, "Unrecognized operation"),
    (0x0212, 0x0212, "Mistyped argument"),
    (0x0100, 0x02FF, "Failure"),
    (0xA700, 0xA7FF, "Refused: Out of resources"),
    (0xA900, 0xA9FF, "Error: Data Set does not match SOP Class"),
    (0xA000, 0xAFFF, "Failure"),
    (0xB000, 0xB000, "Warning: Coercion of Data Elements"),
    (0xB006, 0xB006, "Warning: Elements discarded"),
    (0xB007, 0xB007, "Warning: Data Set does not match SOP Class"),
    (0xB000, 0xBFFF, "Warning"),
    (0xC000, 0xCFFF, "Error: Cannot understand"),
    (0xFE00, 0xFE00, "Cancel"),
    (0xFF00, 0xFF01, "Pending"),
)


def dumped_status(status: int) -> str:
    """The text behind the code in a message dump."""
    for first, last, text in DUMPED:
        if first <= status <= last:
            return text
    return UNKNOWN
