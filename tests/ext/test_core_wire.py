"""The door ``storejet._core``, connections: data sets arrive, failures are named, and Ctrl-C is seen."""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from ext_objects import CLASS_UID, INSTANCE_UID, data_set, head, scanned
from ext_peer import CONTEXT, MESSAGE_ID, Peer, answer, store, wired

from storejet import errors
from storejet._core import EXPECT_ANY, IMPLICIT_LITTLE, READ_WHOLE, Source, Wire


@pytest.mark.parametrize("pixels", [0, 1, 100, 101, 16384, 300_001, 1_000_001])
def test_a_data_set_arrives_with_its_pad(peer: Peer, made: Callable[..., bytes], pixels: int) -> None:
    path = made(pixels)
    peer.serve(answer(status=0xB000, comment=b"Coerced "), answer(MESSAGE_ID + 1))
    wire, source = wired(peer), scanned(path)
    assert store(wire, source) == (0xB000, "Coerced ")
    sent = data_set(pixels)
    assert store(wire, source, MESSAGE_ID + 1) == (0, "")
    assert peer.received == [sent + b"\0" * (len(sent) % 2)] * 2
    assert wire.settle(1.0) is True


def test_how_far_a_message_is_can_be_seen_from_another_thread(peer: Peer, made: Callable[..., bytes]) -> None:
    """The file counts in proportion to what was sent of its message."""
    peer.serve(answer(), answer(MESSAGE_ID + 1))
    wire, source = wired(peer), scanned(made(8_000_001))
    size = len(data_set(8_000_001))
    whole = len(head()) + size
    assert wire.moved == (0, 0)
    looks: list[tuple[int, int]] = []
    over = threading.Event()

    def look() -> None:
        while not over.is_set():
            looks.append(wire.moved)

    looking = threading.Thread(target=look)
    looking.start()
    assert store(wire, source) == (0, "")
    over.set()
    looking.join()
    assert wire.moved == (1, whole)
    assert wire.data_bytes == size + size % 2
    assert looks == sorted(looks)
    assert any(done == 0 and 0 < sent < whole for done, sent in looks)
    assert store(wire, source, MESSAGE_ID + 1) == (0, "")
    assert wire.moved == (2, 2 * whole)


@pytest.mark.parametrize(("outgoing", "share"), [(400_000, 4), (0, 1), (50_000, 1)])
def test_a_message_of_unknown_length_goes_by_what_will_about_come_of_it(peer: Peer, outgoing: int, share: int) -> None:
    """Pixel data that is decoded may be four times as long on the wire, and never counts for more than its file."""
    peer.serve(answer())
    wire = wired(peer)
    wire.begin(CONTEXT, CLASS_UID, INSTANCE_UID, MESSAGE_ID, 100_000, outgoing)
    wire.push(bytes(99_000))
    wire.push(bytes(2_000))
    done, moved = wire.moved
    assert done == 0
    assert moved == pytest.approx(100_000 / share, rel=0.1)
    assert wire.finish(b"") == (0, "")
    assert wire.moved == (1, 100_000)


def test_a_next_file_is_opened_ahead(peer: Peer, made: Callable[..., bytes], tmp_path: Path) -> None:
    this, following = made(10), made(400_001, "next.dcm")
    peer.serve(answer(), answer())
    wire, source, ahead = wired(peer), scanned(this), Source()
    said = wire.store(source, CONTEXT, CLASS_UID, INSTANCE_UID, MESSAGE_ID, ahead, following, EXPECT_ANY)
    assert said == (0, "")
    os.unlink(following)
    ahead.open(following)  # it is open already
    ahead.scan(EXPECT_ANY, READ_WHOLE)
    assert ahead.structure_known and ahead.size == len(head()) + len(data_set(400_001))
    assert store(wire, ahead) == (0, "")
    assert peer.received[1] == data_set(400_001) + b"\0" * (len(data_set(400_001)) % 2)
    with pytest.raises(errors.InputError):  # told once; then the path is looked at again
        ahead.open(following)


def test_a_next_file_that_fails_says_so_when_it_is_opened(
    peer: Peer, made: Callable[..., bytes], tmp_path: Path
) -> None:
    damaged = tmp_path / "damaged"
    damaged.write_bytes(head() + data_set(100)[:-1])
    peer.serve(answer(), answer(), answer())
    wire, source, ahead = wired(peer), scanned(made()), Source()

    def then(following: bytes) -> None:
        assert wire.store(source, CONTEXT, CLASS_UID, INSTANCE_UID, MESSAGE_ID, ahead, following, EXPECT_ANY)[0] == 0

    then(os.fsencode(tmp_path / "absent"))
    with pytest.raises(errors.InputError, match="No such file"):
        ahead.open(os.fsencode(tmp_path / "absent"))
    then(os.fsencode(damaged))
    ahead.open(os.fsencode(damaged))
    with pytest.raises(errors.InputError, match="truncated") as caught:
        ahead.scan(EXPECT_ANY, READ_WHOLE)
    assert caught.value.tag == 0x7FE00010
    then(os.fsencode(damaged))
    ahead.open(made(7, "another.dcm"))  # not the one that was looked at
    ahead.scan(EXPECT_ANY, READ_WHOLE)
    assert ahead.size == len(head()) + len(data_set(7))


def test_the_descriptor_stays_the_callers(peer: Peer) -> None:
    wire = wired(peer)
    del wire
    gc.collect()
    peer.far.sendall(b"still there")
    peer.near.setblocking(True)
    assert peer.near.recv(100) == b"still there"


def test_descriptors_that_are_no_sockets_or_closed(peer: Peer, made: Callable[..., bytes], tmp_path: Path) -> None:
    with pytest.raises(errors.NetworkError):
        Wire(-1)
    source = scanned(made())
    number = os.dup(peer.near.fileno())
    wire = Wire(number)
    wire.limit(16384, 0)
    os.close(number)
    for call in (
        lambda: wire.send(b"x", 1.0),
        lambda: wire.receive(1.0),
        lambda: store(wire, source),
        lambda: Wire(number),
    ):
        with pytest.raises(errors.NetworkError, match="Bad file descriptor"):
            call()
    assert wire.drain(0.2) is False
    with (tmp_path / "a file").open("wb") as file:
        wire = Wire(file.fileno())
        with pytest.raises(errors.NetworkError):
            wire.send(b"x", 1.0)


def test_limits(peer: Peer) -> None:
    wire = Wire(peer.near.fileno())
    assert wire.limit(16384, 0) == 16378
    assert wire.limit(0, 131072) == 131066
    assert wire.limit(0xFFFFFFFF, 8) == 2
    assert wire.limit(7, 0) == 0
    assert wire.limit(0, 1) == 0
    for values in ((-1, 0), (1 << 32, 0), (0, -1)):
        with pytest.raises(OverflowError):
            wire.limit(*values)
    with pytest.raises(TypeError):
        wire.limit("16384", 0)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "arguments",
    [
        (None, CONTEXT, CLASS_UID, INSTANCE_UID, 1, None, None, 0),
        ("source", CONTEXT, CLASS_UID, INSTANCE_UID, 1, None, None, 0),
        (Source(), CONTEXT, "1.2.3", INSTANCE_UID, 1, None, None, 0),
        (Source(), CONTEXT, CLASS_UID, None, 1, None, None, 0),
        (Source(), CONTEXT, CLASS_UID, INSTANCE_UID, "1", None, None, 0),
        (Source(), CONTEXT, CLASS_UID, INSTANCE_UID, 1, "next", None, 0),
        (Source(), CONTEXT, CLASS_UID, INSTANCE_UID, 1, Source(), "next", 0),
        (Source(), CONTEXT, CLASS_UID, INSTANCE_UID, 1, None, None),
    ],
)
def test_store_refuses_wrong_types(peer: Peer, arguments: tuple[object, ...]) -> None:
    with pytest.raises(TypeError):
        wired(peer).store(*arguments)  # type: ignore[arg-type]


def nothing_was_sent(peer: Peer) -> bool:
    peer.far.setblocking(False)
    time.sleep(0.05)
    try:
        return not peer.far.recv(1)
    except BlockingIOError:
        return True


def test_a_uid_of_more_than_64_characters_is_not_sent(peer: Peer, made: Callable[..., bytes]) -> None:
    wire, source = wired(peer), scanned(made())
    for class_uid, instance_uid in ((b"1" * 65, INSTANCE_UID), (CLASS_UID, b"1" * 65), (b"1" * 1000, b"1" * 1000)):
        with pytest.raises(errors.InputError) as caught:
            wire.store(source, CONTEXT, class_uid, instance_uid, 1, None, None, EXPECT_ANY)
        assert caught.value.code == "0006:0202"
    assert nothing_was_sent(peer)
    assert wire.settle(0.1) is True


@pytest.mark.parametrize(
    ("message_id", "context"), [(0x10000 + MESSAGE_ID, CONTEXT), (-1, CONTEXT), (1, 256 + CONTEXT), (1, -1)]
)
def test_message_and_context_ids_are_not_cut_short(
    peer: Peer, made: Callable[..., bytes], message_id: int, context: int
) -> None:
    wire, source = wired(peer), scanned(made())
    wire.patience = 0.1
    with pytest.raises((OverflowError, ValueError)):
        store(wire, source, message_id, context)
    assert nothing_was_sent(peer)


def test_a_source_without_a_file_sends_nothing(peer: Peer) -> None:
    wire = wired(peer)
    wire.patience = 0.1
    with pytest.raises(errors.StorejetError):
        store(wire, Source())
    assert nothing_was_sent(peer)


@pytest.mark.parametrize("maximum", [None, 7])
def test_no_store_without_room_for_a_fragment(peer: Peer, made: Callable[..., bytes], maximum: int | None) -> None:
    wire = Wire(peer.near.fileno())
    if maximum is not None:
        wire.limit(maximum, 0)
    with pytest.raises(errors.ProtocolError) as caught:
        store(wire, scanned(made()))
    assert caught.value.code == "0006:0308"
    assert nothing_was_sent(peer)
    assert wire.settle(0.1) is True


def test_what_each_end_of_a_wait_raises(peer: Peer, made: Callable[..., bytes]) -> None:
    wire, source = wired(peer), scanned(made())
    wire.patience = 0.1
    with pytest.raises(errors.TimedOut) as caught:
        wire.receive(0.1)
    assert caught.value.code == "0006:031a"
    with pytest.raises(errors.TimedOut) as caught:
        store(wire, source)
    assert caught.value.code == "0006:0207"
    assert wire.drain(0.1) is False
    peer.far.sendall(b"\x05\0\0\0\0\4\0\0\0\0\x06\0\0\0\0\0")
    assert wire.receive(1.0) == (5, bytes(4))
    assert wire.receive(0.0) == (6, b"")
    peer.far.sendall(b"\x07\0\0\0\0\4\0\0\2\1")
    with pytest.raises(errors.Aborted, match="source 2, reason 1"):
        store(wire, source)
    peer.far.sendall(b"HTTP/1.1 400")
    with pytest.raises(errors.ProtocolError):
        wire.receive(1.0)
    peer.far.close()
    assert wire.drain(1.0) is True
    with pytest.raises((errors.Aborted, errors.NetworkError)):
        wire.receive(1.0)


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        (answer(MESSAGE_ID + 1), errors.ProtocolError),
        (answer().replace(b"\x01\x80", b"\x30\x80"), errors.ProtocolError),
        (answer()[:-2] + b"\xff", errors.TimedOut),
        (b"\x04\0\0\0\0\4\0\0\0\0", errors.ProtocolError),
        (b"\x04\0\xff\xff\xff\xff", errors.ProtocolError),
        (b"\x03\0\0\0\0\4\0\1\1\1", errors.ProtocolError),
        (b"\x05\0\0\0\0\4\0\0\0\0", errors.Aborted),
        (b"\0", errors.ProtocolError),
    ],
)
def test_answers_that_are_none(
    peer: Peer, made: Callable[..., bytes], said: bytes, kind: type[errors.StorejetError]
) -> None:
    wire = wired(peer)
    wire.patience = 0.3
    peer.serve(said)
    with pytest.raises(kind) as caught:
        store(wire, scanned(made()))
    assert str(caught.value).isprintable() and caught.value.code


# ---- signals ---------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def interrupted(after: float = 0.2, within: float = 1.0) -> Iterator[None]:
    """Ctrl-C comes after so many seconds, and must end the block as KeyboardInterrupt within so many more."""

    def ctrl_c(number: int, frame: object) -> None:
        os.kill(os.getpid(), signal.SIGINT)

    alarm_before = signal.signal(signal.SIGALRM, ctrl_c)
    handler_before = signal.signal(signal.SIGINT, signal.default_int_handler)
    started = time.monotonic()
    signal.setitimer(signal.ITIMER_REAL, after)
    try:
        with pytest.raises(KeyboardInterrupt):
            yield
        assert time.monotonic() - started < after + within
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, alarm_before)
        signal.signal(signal.SIGINT, handler_before)


def test_ctrl_c_while_the_answer_is_awaited(peer: Peer, made: Callable[..., bytes]) -> None:
    wire, source = wired(peer), scanned(made())
    with interrupted():
        store(wire, source)
    assert wire.settle(1.0) is True
    wire.send(b"\x07\0\0\0\0\4\0\0\0\0", 1.0)


def test_ctrl_c_while_the_peer_takes_nothing(made: Callable[..., bytes]) -> None:
    peer = Peer(buffers=4096)
    wire, source = wired(peer), scanned(made(3_000_000))
    with interrupted():
        store(wire, source)
    peer.end()


def test_ctrl_c_while_sending_and_receiving_pdus() -> None:
    peer = Peer(buffers=4096)
    wire = wired(peer)
    with interrupted():
        wire.receive(-1.0)
    with interrupted():
        wire.send(bytes(3_000_000), -1.0)
    peer.end()


USE_AFTER_FREE = """
import gc, os, signal, socket, sys
from storejet import errors
from storejet._core import Source, Wire
near, far = socket.socketpair()
near.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
wire = Wire(near.fileno())
wire.limit(0, 0)
wire.stall = 0.2
source = Source()
source.open(os.fsencode(sys.argv[1]))
source.scan(0, 2)
try:
    wire.store(source, 3, b"1.2", b"1.2.3", 1, None, None, 0)
except errors.TimedOut:
    pass
else:
    sys.exit("it was answered")
del source
gc.collect()
far.settimeout(5)
import threading
thread = threading.Thread(target=lambda: [None for _ in iter(lambda: far.recv(65536), b"")], daemon=True)
thread.start()
print(wire.settle(5.0))
"""


def test_settle_does_not_need_the_callers_source(made: Callable[..., bytes]) -> None:
    """A store that failed is settled later, when its Source may be gone: the wire must keep what it points to."""
    done = subprocess.run(
        [sys.executable, "-c", USE_AFTER_FREE, os.fsdecode(made(3_000_000))],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "True\n", "")


def test_what_is_re_encoded_or_emptied_can_be_sent_again(peer: Peer, made: Callable[..., bytes]) -> None:
    wire, source = wired(peer), Source()
    peer.serve(answer(), answer(), answer())
    source.open(made(700_001))
    source.scan(EXPECT_ANY, READ_WHOLE)
    source.recode(IMPLICIT_LITTLE, False, None)
    for _ in range(2):
        assert store(wire, source) == (0, "")
    source.open(made())
    source.scan(EXPECT_ANY, READ_WHOLE)
    source.edit([(b"", 0, 0)])
    assert store(wire, source) == (0, "")
    assert peer.thread is not None
    peer.thread.join(5)
    first, second, nothing = peer.received
    assert len(first) > 700_000
    assert first == second
    assert nothing == b""
