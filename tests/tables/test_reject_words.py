"""The words of a refusal."""

from __future__ import annotations

import pytest

from storejet.tables.reject import abort_words, context_words, reject_lines


@pytest.mark.parametrize(
    ("codes", "lines"),
    [
        ((1, 1, 1), ("Result: Rejected Permanent, Source: Service User", "Reason: No Reason")),
        ((2, 1, 3), ("Result: Rejected Transient, Source: Service User", "Reason: Calling AE Title Not Recognized")),
        ((1, 1, 7), ("Result: Rejected Permanent, Source: Service User", "Reason: Called AE Title Not Recognized")),
        (
            (1, 2, 2),
            (
                "Result: Rejected Permanent, Source: Service Provider (ACSE Related)",
                "Reason: Protocol Version Not Supported",
            ),
        ),
        (
            (2, 3, 1),
            (
                "Result: Rejected Transient, Source: Service Provider (Presentation Related)",
                "Reason: Temporary Congestion",
            ),
        ),
        (
            (2, 3, 2),
            (
                "Result: Rejected Transient, Source: Service Provider (Presentation Related)",
                "Reason: Local Limit Exceeded",
            ),
        ),
        # the same reason means another thing, or nothing, from another source
        ((1, 2, 3), ("Result: Rejected Permanent, Source: Service Provider (ACSE Related)", "Reason: Unknown (3)")),
        ((1, 1, 4), ("Result: Rejected Permanent, Source: Service User", "Reason: Unknown (4)")),
        ((0, 0, 0), ("Result: Unknown (0), Source: Unknown (0)", "Reason: Unknown (0)")),
    ],
)
def test_reject_lines(codes: tuple[int, int, int], lines: tuple[str, str]) -> None:
    assert reject_lines(*codes) == lines


def test_abort_words() -> None:
    assert abort_words(0, 0) == "Source: Service User"
    # the reason of a service user means nothing (PS3.8 9.3.8)
    assert abort_words(0, 2) == "Source: Service User"
    assert abort_words(2, 2) == "Source: Service Provider, Reason: Unexpected PDU"
    assert abort_words(2, 9) == "Source: Service Provider, Reason: Unknown (9)"
    assert abort_words(1, 0) == "Source: Unknown (1)"


def test_context_words() -> None:
    assert [context_words(result) for result in range(6)] == [
        "Accepted",
        "User Rejection",
        "No Reason",
        "Abstract Syntax Not Supported",
        "Transfer Syntaxes Not Supported",
        "Unknown (5)",
    ]
