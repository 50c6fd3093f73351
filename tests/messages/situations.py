"""What may go wrong, and what the line about it must hold: who or what, why, and what to try.

In ``says`` and ``hint``, ``{port}`` is the peer's port and ``{file}`` the file that was named.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from compat.encode import SECONDARY_CAPTURE
from peers import script, wire
from peers.script import Script

Policy: TypeAlias = "Callable[[wire.Request], list[wire.Result]]"

JPEG_LOSSLESS, J2K = "1.2.840.10008.1.2.4.70", "1.2.840.10008.1.2.4.90"
BOTH = ("storescu", "dcmsend")


@dataclass(frozen=True)
class Situation:
    """``level`` is the letter of the line, ``codes`` the exit codes of the tools that are called, in their order."""

    id: str
    says: tuple[str, ...]
    hint: str
    codes: tuple[int, ...]
    level: str = "F"
    conduct: Script = script.ACCEPT_ALL
    options: str = ""
    file: str = "sc"
    tools: tuple[str, ...] = BOTH


PEER = "127.0.0.1:{port}"
REJECTED = (1, 61)


def rejected(name: str, result: int, source: int, reason: int, says: str, hint: str) -> Situation:
    conduct = Script(on_associate=script.reject(result, source, reason))
    return Situation(
        f"rejected-{name}", ("Association Rejected: Result: ", says, PEER), hint, REJECTED, conduct=conduct
    )


def answered(status: int, hint: str, says: str = "") -> Situation:
    """A failing status: storescu's exit code is its high byte, dcmsend's is 0."""
    return Situation(
        f"status-{status:04x}",
        (f"Store Failed, file: {{file}}: peer answered status 0x{status:04x}: ", says),
        hint,
        (status >> 8, 0),
        "E",
        Script(status=script.statuses(status)),
    )


def lost(name: str, action: script.Action, says: tuple[str, ...], hint: str, code: int = 10) -> Situation:
    conduct = Script(on_response=action)
    return Situation(f"lost-{name}", ("{file}: ", *says), hint, (code, 62), "EF", conduct, "-td 1")


def bad_file(name: str, says: str, hint: str, options: str = "") -> Situation:
    """storescu finds it when it is to be sent, dcmsend before."""
    return Situation(f"file-{name}", ("{file}: ", says), hint, (1, 22), "EF", options=options, file=name)


SITUATIONS = [
    # no association
    rejected("without-a-reason", 1, 1, 1, "Reason: No Reason", "look into the peer's log"),
    rejected("application-context", 1, 1, 2, "App Context Name Not Supported", "check that port {port} is that of"),
    rejected("calling-title", 1, 1, 3, "Calling AE Title Not Recognized", " known to the peer, or call as somebody"),
    rejected("called-title", 1, 1, 7, "Called AE Title Not Recognized", "own AE title (-aec), it is not ANY-SCP"),
    rejected("by-provider", 1, 2, 1, "Service Provider (ACSE Related)", "look into the peer's log"),
    rejected("version", 1, 2, 2, "Protocol Version Not Supported", "check that port {port} is that of"),
    rejected("busy", 2, 3, 1, "Temporary Congestion", "try again later"),
    rejected("limit", 2, 3, 2, "Local Limit Exceeded", "try again later, or let the peer have more"),
    rejected("for-now", 2, 1, 99, "Rejected Transient", "try again later"),
    rejected("unknown", 1, 1, 99, "Reason: Unknown (99)", "look into the peer's log"),
    Situation(
        "no-answer",
        ("0006:031a", "did not answer", PEER),
        "check that port {port} is a DICOM port without TLS, or wait longer (-ta)",
        REJECTED,
        conduct=Script(on_associate=script.silent),
        options="-ta 1",
    ),
    Situation(
        "closed",
        ("0006:0317", "closed the connection", PEER),
        "check AE titles (-aet ",
        REJECTED,
        conduct=Script(on_associate=script.close),
    ),
    Situation(
        "aborted",
        ("0006:0317", "A-ABORT", PEER),
        "-aec ANY-SCP) and whether the peer wants TLS",
        REJECTED,
        conduct=Script(on_associate=script.abort(2, 1)),
    ),
    Situation(
        "no-dicom-port",
        ("not a DICOM PDU", PEER),
        "check that port {port} is a DICOM port without TLS",
        REJECTED,
        conduct=Script(on_connect=script.send(b"HTTP/1.1 400 Bad Request\r\n\r\n")),
    ),
    Situation(
        "no-context",
        ("No Acceptable Presentation Contexts", PEER, "Abstract Syntax Not Supported"),
        "have these SOP classes enabled on the peer",
        (1, 0),
        "FE",
        Script(policy=lambda request: [(one.id, wire.ABSTRACT_SYNTAX_UNKNOWN, "") for one in request.contexts]),
    ),
    Situation(
        "no-syntax",
        ("No Acceptable Presentation Contexts", PEER, "Transfer Syntaxes Not Supported"),
        "propose other transfer syntaxes",
        (1, 0),
        "FE",
        Script(policy=script.prefer("1.2.3")),
    ),
    # no context for this one
    Situation(
        "class-refused",
        ("{file}: ", "No presentation context", "SecondaryCapture"),
        "have this SOP class",
        (1, 62),
        "EF",
        Script(policy=script.refuse(SECONDARY_CAPTURE)),
        options="",
        tools=("storescu",),
    ),
    Situation(
        "compressed",
        ("{file}: ", "unable to convert dataset", "it is stored as JPEG 2000", "the peer accepted"),
        "propose its transfer syntax (-xv), or dcmsend, which decompresses",
        (1,),
        "EF",
        file="j2k-lossless",
        tools=("storescu",),
    ),
    # the answer
    answered(0x0110, "look into the peer's log: it failed"),
    answered(0x0111, "the peer has one of this SOP Instance UID already"),
    answered(0x0117, "check the SOP Instance UID"),
    answered(0x0122, "have this SOP class enabled on the peer", "Refused: SOPClassNotSupported"),
    answered(0x0124, " to store objects on the peer, or call as somebody who may (-aet)"),
    answered(0x0211, "report it to the peer's maker"),
    answered(0x0213, "memory and space"),
    answered(0xA700, "look whether the peer has space on its disk", "Refused: OutOfResources"),
    answered(0xA900, "check the object (dciodvfy)", "Error: DataSetDoesNotMatchSOPClass"),
    answered(0xC000, "look into the peer's log, then check the object", "Error: CannotUnderstand"),
    answered(0xFE00, "send it again"),
    answered(0x1234, "look into the peer's log", "Unknown Status: 0x1234"),
    lost("closed", script.close, ("0006:0317", "peer closed the connection"), "look into the peer's log"),
    lost("aborted", script.abort(), ("0006:0317", "peer aborted"), "look into the peer's log"),
    lost("released", script.send(wire.RELEASE_RQ), ("0006:0319", "peer requested release"), "look into the peer's log"),
    lost("silent", script.silent, ("0006:0207", "did not answer in time"), "wait longer for the peer (-td)", 1),
    lost("half", script.send(b"\4\0\0"), ("peer stopped",), "wait longer for the peer (-td), or look whether", 1),
    lost("garbage", script.send(b"ERROR 500 out of disk\r\n"), ("0006:0321",), "check that this is a DICOM port", 1),
    Situation(
        "release",
        ("Association Release Failed: ", PEER),
        "nothing: what the peer answered before is stored",
        (1, 0),
        "E",
        Script(on_release=script.close),
    ),
    Situation(
        "no-room",
        ("{file}: ", "0006:0308", "maximum length leaves no room"),
        "let the peer accept larger PDUs",
        (1, 62),
        "EF",
        Script(max_length=1),
    ),
    # the file
    bad_file("empty", "is empty", "fetch it again from where it came"),
    bad_file("text", "is not a DICOM file", "leave it out", "+f"),
    bad_file("truncated-meta", "is truncated", "fetch it again from where it came", "+f"),
    Situation(
        "file-bare",
        ("{file}: ", "has no file meta information"),
        "accept data sets without meta information (+f)",
        (1, 22),
        "EF",
        options="+fo",
        file="bare-explicit",
    ),
    Situation("file-truncated", ("{file}: ", "is truncated"), "fetch it again", (1, 62), "EF", file="truncated-pixels"),
    Situation(
        "file-query",
        ("{file}: ", "Invalid SOP Class UID: 1.2.840.10008.5.1.4.1.2.1.1"),
        "send it as it is (-nuc), or leave it out",
        (22,),
        file="query-class",
        tools=("dcmsend",),
    ),
    Situation(
        "file-query-required",
        ("unknown storage SOP class in file", "{file}"),
        "leave it out: it is nothing to store",
        (1,),
        options="-R",
        file="query-class",
        tools=("storescu",),
    ),
    Situation(
        "rle-damaged",
        ("{file}: ", "its pixel data cannot be decoded"),
        "fetch it again from where it came, or send it to a peer that takes it compressed",
        (62,),
        "F",
        Script(policy=script.prefer(wire.EXPLICIT)),
        file="rle-damaged",
        tools=("dcmsend",),
    ),
]
