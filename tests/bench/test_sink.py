"""The null SCP against hand-made bytes: every cut, every breach, and what it must survive."""

from __future__ import annotations

import contextlib
import random
import struct
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from converted import pieces

from bench.raw_scu import (
    COMMAND,
    EXPLICIT,
    IMPLICIT,
    INVALID_PARAMETER,
    LAST,
    RELEASE,
    RELEASED,
    UNEXPECTED_PARAMETER,
    UNEXPECTED_PDU,
    UNRECOGNIZED_PDU,
    associate,
    associated,
    connected,
    context,
    data,
    echo,
    element,
    object_of,
    pdu,
    pdv,
    store,
    us,
)
from bench.receiver import Receiver

Sink = Callable[..., Receiver]


def conversation() -> bytes:
    """An association with three objects and an echo, in PDUs and fragments of all kinds."""
    first = store(1)
    return b"".join(
        (
            associate(context(1, IMPLICIT), context(3, EXPLICIT, IMPLICIT)),
            data(pdv(COMMAND | LAST, first)),
            data(pdv(LAST, b"x" * 20)),
            data(pdv(COMMAND, first[:5]), pdv(COMMAND | LAST, first[5:]), pdv(0, b"y" * 7), pdv(LAST, b"")),
            data(pdv(COMMAND | LAST, echo())),
            data(pdv(COMMAND | LAST, store(2), 3), pdv(0, b"", 3)),
            data(pdv(0, b"z" * 3, 3)),
            data(pdv(LAST, b"z", 3)),
            RELEASE,
        )
    )


def test_every_cut(sink: Sink) -> None:
    """The stream cut in two at every byte is the same stream."""
    peer = sink()
    stream = conversation()
    answers = set()
    for cut in range(1, len(stream)):
        with connected(peer.port) as client:
            client.send(stream[:cut])
            time.sleep(0.0005)  # lets the sink read the first part alone; the answers are the same if it did not
            client.send(stream[cut:])
            got = [client.pdu() for _ in range(6)]
            answers.add(tuple(got))
            assert [kind for kind, _ in got] == [2, 4, 4, 4, 4, 6], cut
    assert len(answers) == 1
    assert peer.end() == (3 * (len(stream) - 1), (20 + 7 + 4) * (len(stream) - 1))


def test_byte_by_byte(sink: Sink) -> None:
    peer = sink()
    with connected(peer.port) as client:
        for byte in conversation():
            client.send(bytes((byte,)))
        assert [client.pdu()[0] for _ in range(6)] == [2, 4, 4, 4, 4, 6]
    assert peer.end() == (3, 31)


def test_objects_that_come_together_are_all_answered(sink: Sink) -> None:
    peer = sink()
    with associated(peer.port) as client:
        client.send(b"".join(object_of(n, n) for n in range(1, 3001)))
        for message in range(1, 3001):
            client.stored(message)
        client.send(RELEASE)
        assert client.exactly(10) == RELEASED
    assert peer.end() == (3000, 3000 * 3001 // 2)


def test_a_client_that_reads_late_loses_nothing(sink: Sink) -> None:
    """More answers than the sockets can hold: the sink waits, then goes on."""
    peer = sink()
    count = 60_000
    with associated(peer.port) as client:
        client.socket.setblocking(False)
        stream = memoryview(object_of(0) * count)
        while stream:
            try:
                stream = stream[client.socket.send(stream) :]
            except BlockingIOError:
                break
        assert stream, "the sink took everything without waiting for its answers to be read"
        client.socket.settimeout(10)
        answered = 0
        while answered < count:
            if stream:
                client.socket.settimeout(0.001)
                with contextlib.suppress(TimeoutError):
                    stream = stream[client.socket.send(stream) :]
                client.socket.settimeout(10)
            for _ in range(min(500, count - answered)):
                client.stored()
                answered += 1
    assert peer.end() == (count, 0)


def test_associate_accept(sink: Sink) -> None:
    """What is accepted: the first syntax of each context, titles sent back, the maximum length announced."""
    peer = sink("--max-pdu", "70000")
    with connected(peer.port) as client:
        request = associate(context(1, IMPLICIT), context(255, EXPLICIT, IMPLICIT), context(5))
        client.send(request)
        kind, body = client.pdu()
    assert (kind, body[:2]) == (2, b"\0\1")
    assert body[4:68] == request[10:74]
    items = {}
    at = 68
    results = []
    while at < len(body):
        length = struct.unpack(">H", body[at + 2 : at + 4])[0]
        value = body[at + 4 : at + 4 + length]
        items[body[at]] = value
        if body[at] == 0x21:
            results.append((value[0], value[2], value[8:]))
        at += 4 + length
    assert items[0x10] == b"1.2.840.10008.3.1.1.1"
    assert results == [(1, 0, IMPLICIT), (255, 0, EXPLICIT), (5, 4, b"")]
    assert items[0x50].startswith(b"\x51\0\0\4" + struct.pack(">I", 70000))


def test_preferred_syntax(sink: Sink) -> None:
    peer = sink("--prefer", EXPLICIT.decode())
    with connected(peer.port) as client:
        client.send(associate(context(1, IMPLICIT, EXPLICIT), context(3, IMPLICIT), context(5, EXPLICIT, IMPLICIT)))
        _, body = client.pdu()
    assert body.count(b"\x40\0\0" + bytes((len(EXPLICIT),)) + EXPLICIT) == 2
    assert body.count(b"\x40\0\0" + bytes((len(IMPLICIT),)) + IMPLICIT) == 1


def test_only_one_syntax(sink: Sink) -> None:
    """A context that does not propose it is refused, whatever else it proposes."""
    peer = sink("--only", EXPLICIT.decode())
    with connected(peer.port) as client:
        client.send(associate(context(1, IMPLICIT), context(3, IMPLICIT, EXPLICIT), context(5, EXPLICIT)))
        _, body = client.pdu()
        answers = [body[at + 4 : at + 7 : 2] for at in range(len(body)) if body[at : at + 2] == b"\x21\0"]
        assert answers == [b"\1\4", b"\3\0", b"\5\0"], "number and result: 4 is transfer syntaxes not supported"
        assert body.count(b"\x40\0\0" + bytes((len(EXPLICIT),)) + EXPLICIT) == 2
        client.send(data(pdv(COMMAND | LAST, store(), 3), pdv(LAST, b"12", 3)))
        client.stored()
        client.send(data(pdv(COMMAND | LAST, store())))
        client.aborted(INVALID_PARAMETER)
    assert peer.end() == (1, 2)


def test_copy(sink: Sink, tmp_path: Path) -> None:
    """Every data set as it came, in pieces, and its end; not what was no C-STORE."""
    copy = tmp_path / "copy"
    peer = sink("--copy", str(copy))
    with connected(peer.port) as client:
        client.send(conversation())
        assert [client.pdu()[0] for _ in range(6)] == [2, 4, 4, 4, 4, 6]
    assert peer.end() == (3, 31)
    with copy.open("rb") as file:
        come = list(pieces(file))
    assert come.count(b"") == 3
    assert come[-1] == b""
    assert b"".join(piece or b"|" for piece in come) == b"x" * 20 + b"|" + b"y" * 7 + b"|" + b"z" * 4 + b"|"


def test_response_names_the_instance(sink: Sink) -> None:
    peer = sink()
    with associated(peer.port, context(9, IMPLICIT)) as client:
        client.send(data(pdv(COMMAND | LAST, store(513), 9), pdv(LAST, b"1234", 9)))
        number, elements = client.response()
    assert number == 9
    assert elements[0x2] == b"1.2.840.10008.5.1.4.1.1.2\0"
    assert elements[0x1000] == b"2.25.42\0"
    assert elements[0x120] == b"\x01\x02"
    assert elements[0x800] == b"\x01\x01"


def test_an_incomplete_object_is_neither_answered_nor_counted(sink: Sink) -> None:
    peer = sink()
    with associated(peer.port) as client:
        client.send(data(pdv(COMMAND | LAST, store())), data(pdv(0, bytes(100))))
        client.socket.settimeout(0.2)
        with pytest.raises(TimeoutError):
            client.exactly(1)
    assert peer.end() == (0, 0)


def test_other_requests(sink: Sink) -> None:
    """An echo succeeds; a C-STORE without data set and a C-FIND do not; a C-CANCEL has no answer."""
    peer = sink()
    with associated(peer.port) as client:
        client.send(data(pdv(COMMAND | LAST, echo(300))))
        _, elements = client.response()
        assert (elements[0x100], elements[0x120], elements[0x900]) == (b"\x30\x80", b"\x2c\x01", b"\0\0")
        client.send(data(pdv(COMMAND | LAST, store(data_set=0x101))))
        assert client.response()[1][0x900] == b"\x11\x02"
        cancel = us(0x100, 0xFFF) + us(0x120, 1) + us(0x800, 0x101)
        find = us(0x100, 0x20) + us(0x110, 5) + us(0x800, 0)
        client.send(data(pdv(COMMAND | LAST, cancel)), data(pdv(COMMAND | LAST, find)), data(pdv(LAST, bytes(8))))
        _, elements = client.response()
        assert (elements[0x100], elements[0x900]) == (b"\x20\x80", b"\x11\x02")
    assert peer.end() == (0, 0)


BREACHES = {
    "unknown type": (pdu(0x2A, b"1234"), UNRECOGNIZED_PDU),
    "text": (b"GET / HTTP/1.1\r\n\r\n", UNRECOGNIZED_PDU),
    "accept from a requestor": (pdu(2, bytes(68)), UNEXPECTED_PDU),
    "second association": (associate(), UNEXPECTED_PDU),
    "empty P-DATA-TF": (pdu(4, b""), INVALID_PARAMETER),
    "longer than the maximum": (pdu(4, bytes(16385))[:6], INVALID_PARAMETER),
    "fragment longer than its PDU": (pdu(4, pdv(COMMAND, b"12")[:-1]), INVALID_PARAMETER),
    "fragment of length 1": (pdu(4, b"\0\0\0\1\1\1"), INVALID_PARAMETER),
    "half a fragment head": (pdu(4, b"\0\0\0"), INVALID_PARAMETER),
    "context not accepted": (data(pdv(COMMAND | LAST, store(), 3)), INVALID_PARAMETER),
    "data set without command": (data(pdv(LAST, b"12")), UNEXPECTED_PARAMETER),
    "command inside a data set": (data(pdv(3, store()), pdv(0, b"12"), pdv(3, store())), UNEXPECTED_PARAMETER),
    "context changes": (data(pdv(COMMAND | LAST, store()), pdv(LAST, b"12", 5)), INVALID_PARAMETER),
    "release inside a message": (data(pdv(COMMAND | LAST, store())) + RELEASE, UNEXPECTED_PDU),
    "release inside a command set": (data(pdv(COMMAND, store()[:20])) + RELEASE, UNEXPECTED_PDU),
    "context changes in a command set": (data(pdv(COMMAND, store()[:20]), pdv(3, store()[20:], 5)), INVALID_PARAMETER),
    "release with a lying length": (pdu(5, b""), INVALID_PARAMETER),
    "command set cut short": (data(pdv(COMMAND | LAST, store()[:-1])), INVALID_PARAMETER),
    "command set without field": (data(pdv(COMMAND | LAST, us(0x110, 1) + us(0x800, 0))), INVALID_PARAMETER),
    "command set of another group": (data(pdv(COMMAND | LAST, b"\x08" + element(2, b"")[1:])), INVALID_PARAMETER),
    "a response": (data(pdv(3, us(0x100, 0x8001) + us(0x110, 1) + us(0x800, 0x101))), INVALID_PARAMETER),
    "endless command set": (data(pdv(COMMAND, bytes(16000))) * 5, INVALID_PARAMETER),
}


@pytest.mark.parametrize("name", BREACHES)
def test_a_breach_is_aborted_and_survived(sink: Sink, name: str) -> None:
    peer = sink()
    stream, reason = BREACHES[name]
    with associated(peer.port, context(1, IMPLICIT), context(5, IMPLICIT)) as client:
        client.send(stream)
        client.aborted(reason)
    with associated(peer.port) as client:
        client.send(object_of(10))
        client.stored()
    assert peer.end() == (1, 10)


BEGINNINGS = {
    "data first": (object_of(4), UNEXPECTED_PDU),
    "release first": (RELEASE, UNEXPECTED_PDU),
    "association too short": (pdu(1, bytes(67)), INVALID_PARAMETER),
    "association of 4 GB": (b"\1\0\xff\xff\xff\xff", INVALID_PARAMETER),
    "item longer than its PDU": (pdu(1, bytes(68) + b"\x10\0\0\5abcd"), INVALID_PARAMETER),
    "context longer than its item": (pdu(1, bytes(68) + b"\x20\0\0\x09\1\0\0\0\x40\0\0\2a"), INVALID_PARAMETER),
    "context of three bytes": (pdu(1, bytes(68) + b"\x20\0\0\3\1\0\0"), INVALID_PARAMETER),
}


@pytest.mark.parametrize("name", BEGINNINGS)
def test_a_bad_beginning_is_aborted(sink: Sink, name: str) -> None:
    peer = sink()
    stream, reason = BEGINNINGS[name]
    with connected(peer.port) as client:
        client.send(stream)
        client.aborted(reason)
    assert peer.end() == (0, 0)


def test_garbage_and_abrupt_ends_are_survived(sink: Sink) -> None:
    peer = sink()
    dice = random.Random(5)
    good = conversation()
    for _ in range(300):
        stream = bytearray(good)
        for _ in range(dice.randrange(1, 8)):
            stream[dice.randrange(len(stream))] = dice.randrange(256)
        with connected(peer.port) as client:
            client.send(bytes(stream[: dice.randrange(len(stream))]))
            if dice.random() < 0.3:
                client.socket.setsockopt(1, 13, struct.pack("ii", 1, 0))  # SO_LINGER of 0: ends with a reset
    with associated(peer.port) as client:
        client.send(pdu(7, bytes(4)))
        assert client.socket.recv(1) == b"", "an abort is answered by closing"
    with associated(peer.port) as client:
        client.send(data(pdv(COMMAND | LAST, echo())))
        assert client.response()[1][0x900] == b"\0\0"
    assert peer.child.poll() is None


def test_several_at_a_time(sink: Sink) -> None:
    peer = sink()
    with associated(peer.port) as one, associated(peer.port) as two:
        one.send(data(pdv(COMMAND | LAST, store(1))), data(pdv(0, bytes(50)))[:-20])
        two.send(object_of(7, 2))
        two.stored(2)
        one.send(bytes(20), data(pdv(LAST, b"")))
        one.stored(1)
    assert peer.end() == (2, 57)


def test_no_maximum(sink: Sink) -> None:
    """With a maximum length of 0 a PDU may have any size."""
    peer = sink("--max-pdu", "0")
    with associated(peer.port) as client:
        client.send(object_of(40_000_000))
        client.stored()
    assert peer.end() == (1, 40_000_000)


def test_once(sink: Sink) -> None:
    """It ends by itself after an association, not after a connection without one."""
    peer = sink("--once")
    with connected(peer.port):
        pass
    with associated(peer.port) as client:
        client.send(object_of(3))
        client.stored()
        client.send(RELEASE)
        assert client.exactly(10) == RELEASED
    assert peer.counted() == (1, 3)


def test_given_port(sink: Sink) -> None:
    first = sink()
    first.end()
    second = sink("--port", str(first.port))
    assert second.port == first.port


@pytest.mark.parametrize(
    "words", [["--port"], ["--port", "65536"], ["--max-pdu", "-1"], ["--max-pdu", "1x"], ["what"], ["--only"]]
)
def test_bad_command_line(programs: dict[str, Path], words: list[str]) -> None:
    done = subprocess.run([programs["sink"], *words], capture_output=True, text=True, timeout=10, check=False)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
