"""The scripted SCP against requestors that we did not write, and against bytes that no requestor should send."""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from peers import found, process, script, wire
from peers.listening import full_backlog, read_pdu
from peers.scp import ScriptedScp
from peers.script import Script

CT = "1.2.840.10008.5.1.4.1.1.2"
MR = "1.2.840.10008.5.1.4.1.1.4"


def associate(sock: socket.socket, *syntaxes: str) -> tuple[int, bytes]:
    context = wire.Context(1, CT, syntaxes or (wire.EXPLICIT,))
    sock.sendall(wire.associate_rq("CALLED", "CALLING", [context]))
    return read_pdu(sock)


def request(message_id: int = 1) -> bytes:
    command: wire.CommandSet = {
        0x0002: CT,
        0x0100: wire.C_STORE_RQ,
        0x0110: message_id,
        0x0700: 0,
        0x0800: 1,
        0x1000: "2.25.7",
    }
    return wire.pdu(wire.P_DATA_TF, wire.pdv(1, 3, wire.command_set(command)))


def data(fragment: bytes, last: bool = True) -> bytes:
    return wire.pdu(wire.P_DATA_TF, wire.pdv(1, 2 if last else 0, fragment))


def test_records_a_pynetdicom_scu(sample: Callable[[str], Path]) -> None:
    from pydicom import dcmread
    from pynetdicom import AE

    dataset = dcmread(sample("CT_small.dcm"))
    entity: Any = AE("PYNETDICOM")
    entity.add_requested_context(CT, [wire.IMPLICIT, wire.EXPLICIT])
    entity.add_requested_context(MR, [wire.BIG_ENDIAN])
    conduct = Script(script.refuse(MR, otherwise=script.prefer(wire.EXPLICIT)), 5000, status=script.statuses(0xB000))
    with ScriptedScp(conduct) as scp:
        association = entity.associate("127.0.0.1", scp.port, ae_title="RECORDER")
        assert association.is_established
        assert [context.abstract_syntax for context in association.accepted_contexts] == [CT]
        assert association.send_c_store(dataset, msg_id=77).Status == 0xB000
        association.release()
        (seen,) = scp.finish()
    assert seen.events == ["connect", "associate", "command", "store", "release", "closed"]
    assert seen.ending == "release"
    assert seen.request is not None
    assert (seen.request.called, seen.request.calling) == ("RECORDER".ljust(16), "PYNETDICOM".ljust(16))
    assert seen.request.contexts == (
        wire.Context(1, CT, (wire.IMPLICIT, wire.EXPLICIT)),
        wire.Context(3, MR, (wire.BIG_ENDIAN,)),
    )
    assert [kind for kind, _ in seen.request.user_items] == [0x51, 0x52, 0x55]
    assert seen.accepted == {1: wire.EXPLICIT}
    (store,) = seen.stores
    assert (store.context, store.message_id, store.sop_class) == (1, 77, CT)
    assert store.sop_instance == dataset.SOPInstanceUID
    assert bytes(store.data) == sample("CT_small.dcm").read_bytes()[-len(store.data) :]
    assert store.data_length == len(store.data) == 38870
    assert store.pdvs == 8
    assert store.largest_pdu == 5000
    assert store.status == 0xB000


@pytest.mark.parametrize(
    ("conduct", "exit_code", "events"),
    [
        (Script(), 0, "connect associate command store release closed"),
        (Script(on_connect=script.close), 1, "connect hung up"),
        (Script(on_associate=script.reject(2, 3, 1)), 1, "connect associate closed"),
        (Script(on_associate=script.silent), 1, "connect associate closed"),
        (Script(on_response=script.silent), 1, "connect associate command store abort 0 0"),
        (Script(on_response=script.delay(0.05)), 0, "connect associate command store release closed"),
        (Script(on_data=script.early), 0, "connect associate command store release closed"),
        (Script(layout=script.as_two_pdvs, pieces=1), 0, "connect associate command store release closed"),
        (Script(edit=script.message_id_off), 1, "connect associate command store abort 0 0"),
    ],
)
def test_conduct_against_dcmtk(
    conduct: Script, exit_code: int, events: str, sample: Callable[[str], Path], run: Callable[..., process.Result]
) -> None:
    with ScriptedScp(conduct) as scp:
        command = ["-ta", "3", "-td", "1", "127.0.0.1", str(scp.port), sample("CT_small.dcm")]
        result = run(found.dcmtk("storescu"), command, env={"TCP_NODELAY": "1"})
        (seen,) = scp.finish()
    assert result.code == exit_code
    assert " ".join(seen.events) == events


@pytest.mark.parametrize(
    ("sent", "complaint"),
    [
        (b"GET / HTTP/1.1\r\n\r\n", "PDU type 71"),
        (wire.pdu(wire.A_ASSOCIATE_RQ, bytes(68)), "A-ASSOCIATE-RQ of items []"),
        (wire.pdu(wire.A_ASSOCIATE_AC, bytes(68)), "PDU type 2"),
        (wire.associate_rq("A", "B", [wire.Context(2, CT, (wire.EXPLICIT,))]), "presentation context ids [2]"),
        (wire.associate_rq("A", "B", [wire.Context(1, CT, ())]), "presentation context of items"),
        (wire.associate_rq("A", "B", [wire.Context(1, CT + " ", (wire.EXPLICIT,))]), "is not a UID"),
        (wire.associate_rq("A", "B", [wire.Context(1, CT, (wire.EXPLICIT,))]) + b"x" * 6, "PDU type 120"),
    ],
)
def test_malformed_association_requests(sent: bytes, complaint: str) -> None:
    with ScriptedScp() as scp:
        with socket.create_connection(("127.0.0.1", scp.port), timeout=5) as sock:
            sock.sendall(sent)
            scp.wait_for("malformed")
        (seen,) = scp.finish()
    assert seen.ending == "malformed:"
    assert complaint in seen.events[-1]


@pytest.mark.parametrize(
    ("sent", "complaint"),
    [
        (data(b"1234"), "without its command"),
        (request() + request(), "command fragment within a data set"),
        (request() + data(bytes(16380)), "PDU of 16386 bytes, maximum 16384"),
        (request() + wire.pdu(wire.P_DATA_TF, wire.pdv(1, 2, b"1234", 8)), "PDV of 8 bytes"),
        (request() + wire.pdu(wire.P_DATA_TF, wire.pdv(1, 2, b"123")), "PDV of 5 bytes"),
        (request() + wire.pdu(wire.P_DATA_TF, wire.pdv(3, 2, b"1234")), "context 3, which is not accepted"),
        (request() + data(b"1234", last=False) + wire.RELEASE_RQ, "A-RELEASE-RQ within a message"),
        (wire.pdu(wire.P_DATA_TF, wire.pdv(1, 3, struct.pack("<HHI", 0, 0, 4) + bytes(4))), "command"),
    ],
)
def test_malformed_messages(sent: bytes, complaint: str) -> None:
    with ScriptedScp() as scp:
        with socket.create_connection(("127.0.0.1", scp.port), timeout=5) as sock:
            assert associate(sock)[0] == wire.A_ASSOCIATE_AC
            sock.sendall(sent)
            assert read_pdu(sock) == (wire.A_ABORT, b"\0\0\2\6")
        (seen,) = scp.finish()
    assert complaint in seen.events[-1]
    assert not [store for store in seen.stores if store.complete]


def test_an_end_within_a_pdu_is_told_from_an_end_between_two() -> None:
    for cut, event in ((0, "closed"), (3, "closed within a PDU")):
        with ScriptedScp() as scp:
            with socket.create_connection(("127.0.0.1", scp.port), timeout=5) as sock:
                associate(sock)
                sock.sendall(request()[:cut])
            (seen,) = scp.finish()
        assert seen.events[-1] == event


def test_a_silent_requestor_does_not_hold_the_scp() -> None:
    with ScriptedScp(Script(patience=0.1)) as scp, socket.create_connection(("127.0.0.1", scp.port), timeout=5):
        (seen,) = scp.finish()
    assert seen.events == ["connect", "silent"]


def test_a_full_backlog_neither_connects_nor_refuses() -> None:
    with full_backlog() as port, socket.socket() as sock:
        sock.settimeout(0.3)
        with pytest.raises(TimeoutError):
            sock.connect(("127.0.0.1", port))
