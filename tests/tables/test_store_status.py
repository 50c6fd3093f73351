"""C-STORE status codes: class, and the text of DCMTK's tools."""

from __future__ import annotations

import pytest

from storejet.tables.status import status_class, status_text

ROWS = [
    (0x0000, "success", "Success"),
    (0x0001, "warning", "Unknown Status: 0x1"),
    (0x0002, "unknown", "Unknown Status: 0x2"),
    (0x0107, "warning", "Unknown Status: 0x107"),
    (0x0110, "unknown", "Unknown Status: 0x110"),
    (0x0116, "warning", "Unknown Status: 0x116"),
    (0x0122, "refused", "Refused: SOPClassNotSupported"),
    (0x0124, "unknown", "Unknown Status: 0x124"),
    (0x0211, "unknown", "Unknown Status: 0x211"),
    (0xA6FF, "unknown", "Unknown Status: 0xa6ff"),
    (0xA700, "refused", "Refused: OutOfResources"),
    (0xA7FF, "refused", "Refused: OutOfResources"),
    (0xA800, "unknown", "Unknown Status: 0xa800"),
    (0xA900, "error", "Error: DataSetDoesNotMatchSOPClass"),
    (0xA9FF, "error", "Error: DataSetDoesNotMatchSOPClass"),
    (0xAFFF, "unknown", "Unknown Status: 0xafff"),
    (0xB000, "warning", "Warning: CoercionOfDataElements"),
    (0xB001, "warning", "Unknown Status: 0xb001"),
    (0xB006, "warning", "Warning: ElementsDiscarded"),
    (0xB007, "warning", "Warning: DataSetDoesNotMatchSOPClass"),
    (0xBFFF, "warning", "Unknown Status: 0xbfff"),
    (0xC000, "error", "Error: CannotUnderstand"),
    (0xCFFF, "error", "Error: CannotUnderstand"),
    (0xD000, "unknown", "Unknown Status: 0xd000"),
    (0xFF00, "unknown", "Unknown Status: 0xff00"),
    (0xFFFE, "unknown", "Unknown Status: 0xfffe"),
    (0xFFFF, "unknown", "Unknown Status: 0xffff"),
]


@pytest.mark.parametrize(("status", "kind", "text"), ROWS, ids=[f"{row[0]:04x}" for row in ROWS])
def test_status(status: int, kind: str, text: str) -> None:
    assert status_class(status) == kind
    assert status_text(status) == text


def test_sets_are_as_large_as_they_should_be() -> None:
    counts: dict[str, int] = {}
    for status in range(0x10000):
        counts[status_class(status)] = counts.get(status_class(status), 0) + 1
    assert counts["success"] == 1
    assert counts["warning"] == 3 + 0x1000
    assert counts["refused"] == 1 + 0x100
    assert counts["error"] == 0x100 + 0x1000
