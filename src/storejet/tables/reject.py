"""The words for a peer's no: A-ASSOCIATE-RJ, A-ABORT, presentation contexts (PS3.8 tables 9-18, 9-21, 9-26).

They are the words that DCMTK's tools print. A code that the standard does not define is shown as a number.
"""

#: A-ASSOCIATE-RJ: (result, words)
RESULTS: "tuple[tuple[int, str], ...]" = (
    (1, "Rejected Permanent"),
    (2, "Rejected Transient"),
)

#: A-ASSOCIATE-RJ: (source, words)
SOURCES: "tuple[tuple[int, str], ...]" = (
    (1, "Service User"),
    (2, "Service Provider (ACSE Related)"),
    (3, "Service Provider (Presentation Related)"),
)

#: A-ASSOCIATE-RJ: ((source, reason), words)
REASONS: "tuple[tuple[tuple[int, int], str], ...]" = (
    ((1, 1), "No Reason"),
    ((1, 2), "App Context Name Not Supported"),
    ((1, 3), "Calling AE Title Not Recognized"),
    ((1, 7), "Called AE Title Not Recognized"),
    ((2, 1), "No Reason"),
    ((2, 2), "Protocol Version Not Supported"),
    ((3, 1), "Temporary Congestion"),
    ((3, 2), "Local Limit Exceeded"),
)

#: A-ABORT: (source, words)
ABORT_SOURCES: "tuple[tuple[int, str], ...]" = (
    (0, "Service User"),
    (2, "Service Provider"),
)

#: A-ABORT: (reason, words); significant only where the source is the service provider
ABORT_REASONS: "tuple[tuple[int, str], ...]" = (
    (0, "Reason Not Specified"),
    (1, "Unrecognized PDU"),
    (2, "Unexpected PDU"),
    (4, "Unrecognized PDU Parameter"),
    (5, "Unexpected PDU Parameter"),
    (6, "Invalid PDU Parameter Value"),
)

#: presentation context item of A-ASSOCIATE-AC: (result, words)
CONTEXT_RESULTS: "tuple[tuple[int, str], ...]" = (
    (0, "Accepted"),
    (1, "User Rejection"),
    (2, "No Reason"),
    (3, "Abstract Syntax Not Supported"),
    (4, "Transfer Syntaxes Not Supported"),
)


def reject_lines(result: int, source: int, reason: int) -> "tuple[str, str]":
    """The two lines under ``Association Rejected:``."""
    first = f"Result: {_words(RESULTS, result)}, Source: {_words(SOURCES, source)}"
    for codes, words in REASONS:
        if codes == (source, reason):
            return first, f"Reason: {words}"
    return first, f"Reason: Unknown ({reason})"


def abort_words(source: int, reason: int) -> str:
    """Who aborted and, if it was the service provider, why."""
    words = f"Source: {_words(ABORT_SOURCES, source)}"
    return f"{words}, Reason: {_words(ABORT_REASONS, reason)}" if source == 2 else words


def context_words(result: int) -> str:
    """What became of a proposed presentation context."""
    return _words(CONTEXT_RESULTS, result)


def _words(rows: "tuple[tuple[int, str], ...]", code: int) -> str:
    for known, words in rows:
        if known == code:
            return words
    return f"Unknown ({code})"
