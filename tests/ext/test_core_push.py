"""The door ``storejet._core``, data sets that are given in pieces: every cut arrives as the same object."""

from __future__ import annotations

import random
import socket
import struct
import threading

import pytest
from ext_objects import CLASS_UID, INSTANCE_UID
from ext_peer import CONTEXT, MESSAGE_ID, Peer, answer, wired

from storejet import errors
from storejet._core import Wire


def push(wire: Wire, pieces: list[bytes]) -> tuple[int, str]:
    wire.begin(CONTEXT, CLASS_UID, INSTANCE_UID, MESSAGE_ID)
    for piece in pieces[:-1]:
        wire.push(piece)
    return wire.finish(pieces[-1])


def cut(data: bytes, chance: random.Random) -> list[bytes]:
    places = sorted(chance.choices(range(len(data) + 1), k=chance.randrange(6)))
    return [data[begin:end] for begin, end in zip([0, *places], [*places, len(data)], strict=True)]


@pytest.mark.parametrize(
    "length", [0, 1, 2, 16377, 16378, 16379, 32755, 32756, 32757, 524288, 655358, 655359, 655360, 1_500_001]
)
def test_a_data_set_in_pieces_arrives_with_its_pad(peer: Peer, length: int) -> None:
    """16378 bytes fit a fragment, 524287 the window: whatever the cuts, only the last fragment says that it is."""
    chance = random.Random(length)
    data = chance.randbytes(length)
    cuts = [[data], [*cut(data, chance), b""], cut(data, chance), cut(data, chance)]
    peer.serve(*[answer() for _ in cuts])
    wire = wired(peer)
    for pieces in cuts:
        assert push(wire, pieces) == (0, "")
    assert peer.received == [data + b"\0" * (length % 2)] * len(cuts)
    assert wire.settle(1.0) is True


@pytest.mark.parametrize("maximum", [8, 9, 100, 4096, 131072, 0])
def test_every_fragment_is_as_large_as_the_peer_allows(peer: Peer, maximum: int) -> None:
    data = bytes(range(256)) * (4 if 0 < maximum < 100 else 2000)
    wire = wired(peer, maximum)
    peer.serve(answer())
    assert push(wire, [data[:1000], data[1000:]]) == (0, "")
    assert peer.received == [data]


def test_what_cannot_be_the_last_goes_out_at_once(peer: Peer) -> None:
    wire = wired(peer)
    wire.begin(CONTEXT, CLASS_UID, INSTANCE_UID, MESSAGE_ID)
    wire.push(bytes(16378 + 1))
    peer.far.settimeout(5)
    header = peer.read(12)
    assert header[11] == 3  # the command set
    peer.read(struct.unpack_from(">I", header, 6)[0] - 2)
    header = peer.read(12)
    assert header[11] == 0
    assert struct.unpack_from(">I", header, 6)[0] - 2 == 16378
    peer.read(16378)
    peer.far.settimeout(0.2)
    with pytest.raises(TimeoutError):
        peer.far.recv(1)


def test_a_peer_that_goes_away_meanwhile(peer: Peer) -> None:
    wire = wired(peer)
    wire.begin(CONTEXT, CLASS_UID, INSTANCE_UID, MESSAGE_ID)
    wire.push(bytes(100_000))
    peer.far.close()
    with pytest.raises(errors.Aborted):
        for _ in range(1000):
            wire.push(bytes(100_000))


def test_a_peer_that_stalls(peer: Peer) -> None:
    wire = wired(peer)
    wire.stall = 0.2
    wire.begin(CONTEXT, CLASS_UID, INSTANCE_UID, MESSAGE_ID)
    with pytest.raises(errors.TimedOut):
        for _ in range(1000):
            wire.push(bytes(400_000))
    assert wire.settle(0.1) is False  # in the middle of a PDU: nothing may follow
    for give in (wire.push, wire.finish):  # nobody knows how much of the piece has gone out
        with pytest.raises(errors.InternalError):
            give(b"more")


@pytest.mark.parametrize("held", [0, 1, 16378])
def test_a_pdu_that_was_begun_ends_after_a_failure(peer: Peer, held: int) -> None:
    """What was to be sent is no longer held by anyone else; ``held``: bytes that wait for their fragment before."""
    wire = wired(peer)
    wire.stall = 0.2
    data = random.Random(held).randbytes(held + 8_000_000)
    wire.begin(CONTEXT, CLASS_UID, INSTANCE_UID, MESSAGE_ID)
    wire.push(data[:held])
    with pytest.raises(errors.TimedOut):
        wire.push(bytes(memoryview(data)[held:]))
    litter = [b"\xa5" * 8_000_000 for _ in range(4)]
    came = bytearray()

    def read() -> None:
        while part := peer.far.recv(1 << 20):
            came.extend(part)

    peer.thread = threading.Thread(target=read)
    peer.thread.start()
    assert wire.settle(5.0) is True
    peer.near.shutdown(socket.SHUT_WR)
    peer.thread.join(10)
    fragments = []
    while came:
        length = struct.unpack_from(">I", came, 2)[0]
        assert (came[11] & 2 == 0 or came[11] == 3) and len(came) >= 6 + length
        fragments.append(bytes(came[12 : 6 + length]))
        del came[: 6 + length]
    assert len(fragments) > 2
    assert {len(fragment) for fragment in fragments[1:]} == {16378}
    assert data.startswith(b"".join(fragments[1:]))
    del litter


@pytest.mark.parametrize("maximum", [0, 100, 100_000])
def test_a_limit_that_changes_meanwhile_is_for_the_next_message(peer: Peer, maximum: int) -> None:
    wire = wired(peer)
    data = random.Random(5).randbytes(60_000)
    peer.serve(answer(), answer())
    wire.begin(CONTEXT, CLASS_UID, INSTANCE_UID, MESSAGE_ID)
    wire.push(data[:20_000])
    wire.limit(maximum, 0)
    wire.push(data[20_000:])
    assert wire.finish(b"") == (0, "")
    assert push(wire, [data[:30_000], data[30_000:]]) == (0, "")
    assert peer.received == [data, data]


@pytest.mark.parametrize("piece", [b"", b"x", bytes(600_000)], ids=len)
def test_a_piece_without_a_message(peer: Peer, piece: bytes) -> None:
    wire = wired(peer)
    for give in (wire.push, wire.finish):
        with pytest.raises(errors.InternalError):
            give(piece)
    peer.serve(answer())
    assert push(wire, [b"whole"]) == (0, "")
    for give in (wire.push, wire.finish):
        with pytest.raises(errors.InternalError):
            give(piece)
    assert peer.received == [b"whole\0"]
