"""Status codes of a C-STORE response (PS3.4 table B.2-1, PS3.7 annex C) and what DCMTK's tools call them.

A row is ``(first, last, class, text)``; the first row that contains the code counts. An empty text is printed as an
unknown status, whatever the class: log lines and report files show the texts that DCMTK's tools show.
"""

SUCCESS = "success"
WARNING = "warning"
REFUSED = "refused"
ERROR = "error"
UNKNOWN = "unknown"

STATUSES: "tuple[tuple[int, int, str, str], ...]" = (
    (0x0000, 0x0000, SUCCESS, "Success"),
    (0x0001, 0x0001, WARNING, ""),
    (0x0107, 0x0107, WARNING, ""),
    (0x0116, 0x0116, WARNING, ""),
    (0x0122, 0x0122, REFUSED, "Refused: SOPClassNotSupported"),
    (0xA700, 0xA7FF, REFUSED, "Refused: OutOfResources"),
    (0xA900, 0xA9FF, ERROR, "Error: DataSetDoesNotMatchSOPClass"),
    (0xB000, 0xB000, WARNING, "Warning: CoercionOfDataElements"),
    (0xB006, 0xB006, WARNING, "Warning: ElementsDiscarded"),
    (0xB007, 0xB007, WARNING, "Warning: DataSetDoesNotMatchSOPClass"),
    (0xB000, 0xBFFF, WARNING, ""),
    (0xC000, 0xCFFF, ERROR, "Error: CannotUnderstand"),
)


def status_class(status: int) -> str:
    """SUCCESS, WARNING, REFUSED, ERROR or UNKNOWN; the instance is stored in the first two cases only."""
    for first, last, kind, _ in STATUSES:
        if first <= status <= last:
            return kind
    return UNKNOWN


def status_text(status: int) -> str:
    """The text in ``Received Store Response (text)`` and in the report file."""
    for first, last, _, text in STATUSES:
        if first <= status <= last and text:
            return text
    return f"Unknown Status: 0x{status:x}"
