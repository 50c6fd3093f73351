"""DCMTK's storescu as the judge: the bytes that it proposes and the ``+v`` lines that it prints, beside ours."""

from __future__ import annotations

import socket
import struct
import threading
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from peers import found, process
from ul_wire import BIG, CT, EXPLICIT, IMPLICIT, MR, accept, context, counted, information, item

from storejet.ul.describe import describe_accepted, describe_request
from storejet.ul.parameters import (
    AssociateRequest,
    ExtendedNegotiation,
    ProposedContext,
    RoleSelection,
    UserIdentity,
)
from storejet.ul.pdu import decode_associate_ac, encode_associate_rq

PROFILE = r"""
[[TransferSyntaxes]]
[Native]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit
[Coded]
TransferSyntax1 = 1.2.840.10008.1.2.4.70
[[PresentationContexts]]
[Contexts]
PresentationContext1 = CTImageStorage\Native
PresentationContext2 = MRImageStorage\Coded
PresentationContext3 = 1.2.3.4.5\Native
[[SCPSCURoleSelection]]
[Roles]
Role1 = CTImageStorage\both
Role2 = MRImageStorage\SCP
[[ExtendedNegotiation]]
[Extended]
ExtendedNegotiation1 = CTImageStorage\020003000000
[[Profiles]]
[All]
PresentationContexts = Contexts
SCPSCURoleSelection = Roles
ExtendedNegotiation = Extended
"""


@dataclass
class Acceptor:
    """Takes one A-ASSOCIATE-RQ, gives one answer and closes the connection."""

    answer: bytes
    asked: bytes = b""
    listener: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))

    def serve(self) -> None:
        self.listener.settimeout(20)
        connection, _ = self.listener.accept()
        with connection:
            connection.settimeout(20)
            head = connection.recv(6, socket.MSG_WAITALL)
            self.asked = head + connection.recv(struct.unpack(">I", head[2:])[0], socket.MSG_WAITALL)
            connection.sendall(b"\x02\0" + struct.pack(">I", len(self.answer)) + self.answer)
            # its first P-DATA-TF, or its end
            connection.recv(1)


def seen_by_dcmtk(answer: bytes, *options: str) -> tuple[bytes, list[str]]:
    """The A-ASSOCIATE-RQ that DCMTK's storescu sent, and what it printed, without the level letters."""
    acceptor = Acceptor(answer)
    thread = threading.Thread(target=acceptor.serve)
    program = found.dcmtk("storescu")
    thread.start()
    port = str(acceptor.listener.getsockname()[1])
    result = process.run(program, ["-v", "+v", *options, "127.0.0.1", port, str(found.sample("CT_small.dcm"))])
    thread.join(30)
    acceptor.listener.close()
    return acceptor.asked, [line.removeprefix("I: ") for line in result.err.splitlines()]


def block(lines: list[str], first: str) -> list[str]:
    """From this line to the end of its block."""
    start = lines.index(first)
    end = next(number for number in range(start, len(lines)) if " END A-ASSOCIATE-" in lines[number])
    return lines[start : end + 1]


def names(lines: list[str]) -> dict[str, str]:
    """DCMTK's own implementation class UID and version name, to be put in the place of ours."""
    uid = next(line for line in lines if line.startswith("Our Implementation Class UID:")).split()[-1]
    name = next(line for line in lines if line.startswith("Our Implementation Version Name:")).split()[-1]
    return {"implementation_class_uid": uid, "implementation_version_name": name}


def without_reserved(pdu: bytes) -> bytes:
    """DCMTK fills a reserved byte of proposed presentation contexts with FFH, which PS3.8 9.3.2.2 wants to be 00H."""
    body = bytearray(pdu)
    position = 74
    while position < len(body):
        if body[position] == 0x20:
            assert body[position + 6] in (0x00, 0xFF)
            body[position + 6] = 0
        position += 4 + int.from_bytes(body[position + 2 : position + 4], "big")
    return bytes(body)


def test_all_that_a_profile_can_ask(tmp_path: Path) -> None:
    profile = tmp_path / "profile.cfg"
    profile.write_text(PROFILE)
    answer = accept(
        context(1, 0, IMPLICIT),
        context(3, 3),
        context(5, 0, EXPLICIT),
        information(
            item(0x52, b"1.2.3.4"),
            item(0x54, counted(CT) + b"\x01\x00"),
            item(0x54, counted(MR) + b"\x00\x00"),
            item(0x55, b"PEER"),
            item(0x56, counted(CT) + b"\x01\x02\x03"),
            item(0x59, struct.pack(">H", 5) + b"hello"),
            max_length=32768,
        ),
    )
    options = ["-xf", str(profile), "ALL", "-usr", "joe", "-pwd", "secret", "-rsp", "-aec", "YOU"]
    asked, lines = seen_by_dcmtk(answer, *options, "-pdu", "65536")
    ours = AssociateRequest(
        "YOU",
        "STORESCU",
        (
            ProposedContext(1, CT, (EXPLICIT, IMPLICIT)),
            ProposedContext(3, MR, ("1.2.840.10008.1.2.4.70",)),
            ProposedContext(5, "1.2.3.4.5", (EXPLICIT, IMPLICIT)),
        ),
        max_length_received=65536,
        role_selections=(RoleSelection(CT, True, True), RoleSelection(MR, False, True)),
        extended_negotiations=(ExtendedNegotiation(CT, b"\x02\x00\x03\x00\x00\x00"),),
        user_identity=UserIdentity(2, True, b"joe", b"secret"),
        **names(lines),
    )
    assert without_reserved(asked) == encode_associate_rq(ours)
    masked = [line.replace("Password: [secret]", "Password (not dumped) length: 6") for line in lines]
    masked = [line.replace("Username: [joe]", "Username (not dumped) length: 3") for line in masked]
    assert block(masked, "Request Parameters:") == describe_request(ours)
    accepted = describe_accepted(ours, decode_associate_ac(answer, ours))
    assert block(masked, "Association Parameters Negotiated:") == accepted


@pytest.mark.parametrize("result", [1, 2, 3, 4])
def test_default_options(result: int) -> None:
    answer = accept(context(1, result, EXPLICIT), information(item(0x52, b"1.2.3"), max_length=0))
    asked, lines = seen_by_dcmtk(answer, "-R")
    contexts = (ProposedContext(1, CT, (EXPLICIT,)), ProposedContext(3, CT, (BIG, IMPLICIT)))
    ours = AssociateRequest("ANY-SCP", "STORESCU", contexts, **names(lines))  # type: ignore[arg-type]
    assert without_reserved(asked) == encode_associate_rq(ours)
    assert block(lines, "Request Parameters:") == describe_request(ours)
    accepted = describe_accepted(ours, decode_associate_ac(answer, ours))
    assert block(lines, "Association Parameters Negotiated:") == accepted


@pytest.mark.parametrize(
    ("option", "type"), [("-kt", 3), ("--saml", 4), ("--jwt", 5)], ids=["Kerberos", "SAML", "JSON Web Token"]
)
def test_identities(tmp_path: Path, option: str, type: int) -> None:
    ticket = tmp_path / "ticket"
    ticket.write_bytes(bytes(range(200)))
    answer = accept(context(1, 0, EXPLICIT), information(item(0x52, b"1.2.3")))
    asked, lines = seen_by_dcmtk(answer, "-R", option, str(ticket))
    ours = AssociateRequest(
        "ANY-SCP",
        "STORESCU",
        (ProposedContext(1, CT, (EXPLICIT,)), ProposedContext(3, CT, (BIG, IMPLICIT))),
        user_identity=UserIdentity(type, False, ticket.read_bytes()),
        **names(lines),  # type: ignore[arg-type]
    )
    assert without_reserved(asked) == encode_associate_rq(ours)
    assert block(lines, "Request Parameters:") == describe_request(ours)
