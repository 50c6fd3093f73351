"""The door ``storejet._core``: what goes in, what is raised, and that no input and no signal can break it."""

from __future__ import annotations

import contextlib
import copy
import gc
import os
import pickle
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from peers import found

from storejet import _core, errors
from storejet._core import EXPECT_ANY, EXPECT_DATA_SET, EXPECT_FILE, READ_IDENTITY, READ_META, READ_WHOLE, Source, Wire

CLASS_UID, INSTANCE_UID = b"1.2.840.10008.5.1.4.1.1.7", b"1.2.826.0.1.3680043.10.1.20"
EXPLICIT_LITTLE, DEFLATED = "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.1.99"
CONTEXT, MESSAGE_ID = 3, 0x1234


def element(group: int, number: int, vr: bytes, value: bytes) -> bytes:
    if vr in {b"OB", b"OW", b"SQ", b"UN"}:
        return struct.pack("<HH2sHI", group, number, vr, 0, len(value)) + value
    return struct.pack("<HH2sH", group, number, vr, len(value)) + value


def uid(text: bytes) -> bytes:
    return text + b"\0" * (len(text) % 2)


def head(syntax: str = EXPLICIT_LITTLE) -> bytes:
    meta = element(2, 1, b"OB", b"\0\1") + element(2, 2, b"UI", uid(CLASS_UID)) + element(2, 3, b"UI", uid(INSTANCE_UID))
    meta += element(2, 0x10, b"UI", uid(syntax.encode()))
    return bytes(128) + b"DICM" + element(2, 0, b"UL", struct.pack("<I", len(meta))) + meta


def data_set(pixels: int) -> bytes:
    identity = element(8, 0x16, b"UI", uid(CLASS_UID)) + element(8, 0x18, b"UI", uid(INSTANCE_UID))
    return identity + element(0x7FE0, 0x10, b"OB", bytes(range(256)) * (pixels // 256) + b"\1" * (pixels % 256))


@pytest.fixture
def made(tmp_path: Path) -> Callable[..., bytes]:
    """``made(pixels, name=…)`` → the path of a storable file."""

    def make(pixels: int = 100, name: str = "made.dcm") -> bytes:
        path = tmp_path / name
        path.write_bytes(head() + data_set(pixels))
        return os.fsencode(path)

    return make


def scanned(path: bytes, extent: int = READ_WHOLE) -> Source:
    source = Source()
    source.open(path)
    source.scan(EXPECT_ANY, extent)
    return source


# ---- errors ----------------------------------------------------------------------------------------------------------


def instances() -> list[errors.StorejetError]:
    made: list[errors.StorejetError] = [
        errors.UsageError("a", quietable=True),
        errors.InputError("b", "0006:0202", 17, 0x00080016),
        errors.Rejected("c", 1, 2, 3),
    ]
    plain = (
        errors.StorejetError, errors.RouteError, errors.NetworkError, errors.PeerError, errors.ProtocolError,
        errors.Aborted, errors.TimedOut, errors.InternalError,
    )  # fmt: skip
    return made + [kind("d", "0006:0317") for kind in plain]


@pytest.mark.parametrize("error", instances(), ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("again", [lambda error: pickle.loads(pickle.dumps(error)), copy.copy, copy.deepcopy])
def test_errors_can_be_pickled_and_copied(
    error: errors.StorejetError, again: Callable[[errors.StorejetError], errors.StorejetError]
) -> None:
    other = again(error)
    assert type(other) is type(error)
    assert str(other) == str(error)
    assert vars(other) == vars(error)


def test_what_the_scan_raises_can_be_pickled(tmp_path: Path) -> None:
    path = tmp_path / "damaged"
    path.write_bytes(head() + data_set(100)[:-1])
    with pytest.raises(errors.InputError) as caught:
        scanned(os.fsencode(path))
    other = pickle.loads(pickle.dumps(caught.value))
    assert (other.tag, other.offset) == (0x7FE00010, len(head()) + len(data_set(100)) - 112)
    assert str(other) == str(caught.value)


# ---- Source ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "call",
    [
        lambda source: source.open("text"),
        lambda source: source.open(None),
        lambda source: source.open(),
        lambda source: source.open(bytearray(b"x")),
        lambda source: source.scan("x", 0),
        lambda source: source.scan(None, None),
        lambda source: source.scan(0),
        lambda source: source.identify("text"),
        lambda source: source.identify(None),
        lambda source: setattr(source, "size", 1),
        lambda source: setattr(source, "anything", 1),
        lambda _: _core.matches("*", b"x"),
        lambda _: _core.matches(b"*", None),
        lambda _: Wire("3"),
        lambda _: Wire(None),
        lambda _: Wire(),
    ],
)
def test_wrong_types_are_refused(call: Callable[[Source], object]) -> None:
    with pytest.raises((TypeError, AttributeError)):
        call(Source())


@pytest.mark.parametrize("call", [lambda s: s.scan(1 << 40, 0), lambda s: s.scan(0, -(1 << 40)), lambda _: Wire(1 << 40)])
def test_numbers_that_do_not_fit_are_refused(call: Callable[[Source], object]) -> None:
    with pytest.raises(OverflowError):
        call(Source())


def test_a_path_with_a_nul_names_no_file(made: Callable[..., bytes]) -> None:
    with pytest.raises((ValueError, errors.InputError)):
        Source().open(made() + b"\0.dcm")


def test_a_path_of_any_bytes(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/\xff\xfe \n\xe4.dcm"
    with open(path, "wb") as file:
        file.write(head() + data_set(10))
    assert scanned(path).instance_uid == INSTANCE_UID.decode()
    with pytest.raises(errors.InputError):
        Source().open(path + b".absent")


def test_kinds_of_paths(tmp_path: Path, made: Callable[..., bytes]) -> None:
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "dangling").symlink_to("nowhere")
    assert _core.kind_of(made()) == "file"
    assert _core.kind_of(os.fsencode(tmp_path)) == "directory"
    assert _core.kind_of(os.fsencode(tmp_path / "fifo")) not in {"file", "directory", ""}
    assert _core.kind_of(os.fsencode(tmp_path / "dangling")) == os.strerror(2)


def test_a_source_that_was_never_opened() -> None:
    source = Source()
    assert (source.size, source.data_set_offset, source.class_uid, source.meta_syntax) == (0, 0, "", "")
    assert not (source.has_meta or source.has_preamble or source.guessed or source.structure_known)
    for expect in (EXPECT_ANY, EXPECT_FILE, EXPECT_DATA_SET):
        with pytest.raises(errors.InputError):
            source.scan(expect, READ_WHOLE)
    source.close()
    source.close()


def test_a_source_that_was_closed(made: Callable[..., bytes]) -> None:
    path = made(2_000_000)
    source = scanned(path)
    source.close()
    source.close()
    with pytest.raises(errors.InputError, match="Bad file descriptor"):
        source.scan(EXPECT_ANY, READ_WHOLE)
    source.open(path)
    source.scan(EXPECT_ANY, READ_WHOLE)
    assert source.structure_known


def test_no_descriptor_is_left_open(made: Callable[..., bytes], tmp_path: Path) -> None:
    path = made()
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(50):
        source = scanned(path)
        with pytest.raises(errors.InputError):
            source.open(os.fsencode(tmp_path))
        source.open(path)
        del source
    gc.collect()
    assert len(os.listdir("/proc/self/fd")) == before


def test_identify_takes_the_identity_of_inflated_bytes(tmp_path: Path) -> None:
    deflate = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    path = tmp_path / "deflated"
    path.write_bytes(head(DEFLATED) + deflate.compress(data_set(5000)) + deflate.flush())
    source = scanned(os.fsencode(path))
    assert (source.encoding, source.class_uid, source.structure_known) == (_core.OPAQUE, "", False)
    source.identify(data_set(5000)[:200])
    assert (source.class_uid, source.instance_uid) == (CLASS_UID.decode(), INSTANCE_UID.decode())
    source.identify(b"")
    assert (source.class_uid, source.instance_uid) == ("", "")


@pytest.mark.parametrize(
    ("pattern", "name", "wanted"),
    [
        (b"*.dcm", b"a.dcm", True),
        (b"*.dcm", b"a.DCM", False),
        (b"*", b".hidden", True),
        (b"?", b"ab", False),
        (b"[a-c]x", b"bx", True),
        (b"[!a-c]x", b"bx", False),
        (b"*", b"a/b", False),
        (b"\\*", b"*", True),
        (b"\\*", b"x", False),
        (b"", b"", True),
        (b"", b"x", False),
        (b"[", b"[", True),
    ],
)
def test_shell_patterns(pattern: bytes, name: bytes, wanted: bool) -> None:
    assert _core.matches(pattern, name) is wanted


# ---- the corpus ------------------------------------------------------------------------------------------------------


def corpus_files(*folders: str) -> list[Path]:
    folder = found.corpus_folder()
    if folder is None:
        return []
    return sorted(path for name in folders for path in (folder / name).rglob("*") if path.is_file())


def every_scan(path: bytes) -> Iterator[tuple[Source, int, int, errors.InputError | None]]:
    source = Source()
    source.open(path)
    for expect in (EXPECT_ANY, EXPECT_FILE, EXPECT_DATA_SET):
        for extent in (READ_META, READ_IDENTITY, READ_WHOLE):
            try:
                source.scan(expect, extent)
            except errors.InputError as error:
                yield source, expect, extent, error
            else:
                yield source, expect, extent, None


def test_every_file_of_the_corpus_has_a_clear_outcome(corpus: Path, tmp_path: Path) -> None:
    """Facts or an InputError of one line that says where; the same again; never anything else."""
    files = corpus_files("valid", "odd", "noheader", "fuzz", "media")
    assert len(files) == 370
    for path in files:
        name = os.fsencode(path)
        if path.parent.name == "fuzz":  # with (0002,0000), which all of them lack, on top
            content = path.read_bytes()
            if content[128:132] == b"DICM":
                completed = tmp_path / path.name
                completed.write_bytes(content[:132] + element(2, 0, b"UL", struct.pack("<I", 200)) + content[132:])
                assert list(every_scan(os.fsencode(completed)))
        first = [(expect, extent, str(error)) for _, expect, extent, error in every_scan(name)]
        for source, expect, extent, error in every_scan(name):
            if error is None:
                assert source.data_set_offset <= source.size, path
                assert extent != READ_WHOLE or source.structure_known or source.encoding == _core.OPAQUE, path
                assert source.has_meta or expect != EXPECT_FILE, path
                continue
            assert str(error).isprintable() and "\n" not in str(error), path
            assert 0 <= error.offset <= source.size, path
            assert error.tag >= 0, path
        assert first == [(expect, extent, str(error)) for _, expect, extent, error in every_scan(name)], path


def test_the_facts_of_valid_files_are_those_of_pydicom(corpus: Path) -> None:
    import pydicom
    from pydicom.filereader import _read_file_meta_info, read_preamble

    files = corpus_files("valid")
    assert len(files) == 172
    for path in files:
        source = scanned(os.fsencode(path))
        with path.open("rb") as file:
            read_preamble(file, force=False)
            meta = _read_file_meta_info(file)
            offset = file.tell()
            if source.encoding == _core.OPAQUE:
                head = zlib.decompressobj(-zlib.MAX_WBITS).decompress(file.read(), 1 << 16)
                source.identify(head)
        judge = pydicom.dcmread(path, stop_before_pixels=True)
        assert source.data_set_offset == offset, path
        assert source.meta_syntax == meta.TransferSyntaxUID, path
        assert source.meta_class == meta.get("MediaStorageSOPClassUID", ""), path
        assert source.meta_instance == meta.get("MediaStorageSOPInstanceUID", ""), path
        assert source.class_uid == judge.get("SOPClassUID", ""), path
        assert source.instance_uid == judge.get("SOPInstanceUID", ""), path
        assert (source.has_preamble, source.has_meta, source.guessed) == (True, True, False), path


# ---- Wire --------------------------------------------------------------------------------------------------------------


def answer(message_id: int = MESSAGE_ID, status: int = 0, comment: bytes = b"") -> bytes:
    command = b"".join(
        struct.pack("<HHIH", 0, number, 2, value)
        for number, value in ((0x100, 0x8001), (0x120, message_id), (0x800, 0x0101), (0x900, status))
    )
    if comment:
        command += struct.pack("<HHI", 0, 0x902, len(comment)) + comment
    command = struct.pack("<HHII", 0, 0, 4, len(command)) + command
    return struct.pack(">BBIIBB", 4, 0, len(command) + 6, len(command) + 2, CONTEXT, 3) + command


class Peer:
    """The other end of a connection; ``serve`` answers each whole message in a thread."""

    def __init__(self, buffers: int = 0) -> None:
        with socket.socket() as listener:
            if buffers:
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffers)
            listener.bind(("127.0.0.1", 0))
            listener.listen(1)
            self.near = socket.socket()
            if buffers:
                self.near.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, buffers)
            self.near.connect(listener.getsockname())
            self.far = listener.accept()[0]
        self.data = b""
        self.thread: threading.Thread | None = None

    def serve(self, *answers: bytes) -> None:
        def messages() -> None:
            for said in answers:
                last = 0
                self.data = b""
                while last != 2:
                    header = self.read(12)
                    last = header[11]
                    body = self.read(struct.unpack_from(">I", header, 6)[0] - 2)
                    self.data += body if last in {0, 2} else b""
                self.far.sendall(said)

        self.thread = threading.Thread(target=messages)
        self.thread.start()

    def read(self, count: int) -> bytes:
        data = b""
        while len(data) < count:
            part = self.far.recv(count - len(data))
            if not part:
                raise ConnectionResetError
            data += part
        return data

    def end(self) -> None:
        self.near.close()
        if self.thread is not None:
            self.thread.join(10)
            assert not self.thread.is_alive()
        self.far.close()


@pytest.fixture
def peer() -> Iterator[Peer]:
    peer = Peer()
    with contextlib.closing(peer.near):
        yield peer
        peer.end()


def wired(peer: Peer, maximum: int = 16384) -> Wire:
    wire = Wire(peer.near.fileno())
    wire.limit(maximum, 0)
    wire.stall = wire.patience = 5.0
    return wire


def store(wire: Wire, source: Source, message_id: int = MESSAGE_ID, context: int = CONTEXT) -> tuple[int, str]:
    return wire.store(source, context, CLASS_UID, INSTANCE_UID, message_id, None, None, EXPECT_ANY)


@pytest.mark.parametrize("pixels", [0, 1, 100, 101, 16384, 300_001, 1_000_001])
def test_a_data_set_arrives_with_its_pad(peer: Peer, made: Callable[..., bytes], pixels: int) -> None:
    path = made(pixels)
    peer.serve(answer(status=0xB000, comment=b"Coerced "), answer(MESSAGE_ID + 1))
    wire, source = wired(peer), scanned(path)
    assert store(wire, source) == (0xB000, "Coerced ")
    sent = data_set(pixels)
    assert peer.data == sent + b"\0" * (len(sent) % 2)
    assert store(wire, source, MESSAGE_ID + 1) == (0, "")
    assert peer.data == sent + b"\0" * (len(sent) % 2)
    assert wire.settle(1.0) is True


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
    assert peer.data.rstrip(b"\0") == data_set(400_001).rstrip(b"\0")
    with pytest.raises(errors.InputError):  # told once; then the path is looked at again
        ahead.open(following)


def test_a_next_file_that_fails_says_so_when_it_is_opened(peer: Peer, made: Callable[..., bytes], tmp_path: Path) -> None:
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
    number = os.dup(peer.near.fileno())
    wire = Wire(number)
    wire.limit(16384, 0)
    os.close(number)
    source = scanned(made())
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
    for values in ((7, 0), (0, 1)):
        with pytest.raises(errors.ProtocolError):
            wire.limit(*values)
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


@pytest.mark.parametrize(("message_id", "context"), [(0x10000 + MESSAGE_ID, CONTEXT), (-1, CONTEXT), (1, 256 + CONTEXT), (1, -1)])
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


def test_no_store_before_the_limit_is_known(peer: Peer, made: Callable[..., bytes]) -> None:
    with pytest.raises(errors.InternalError):
        store(Wire(peer.near.fileno()), scanned(made()))
    assert nothing_was_sent(peer)


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


# ---- signals -----------------------------------------------------------------------------------------------------------


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


def test_ctrl_c_while_the_peer_is_waited_for_to_close(peer: Peer) -> None:
    wire = wired(peer)
    with interrupted():
        wire.drain(4.0)


def test_ctrl_c_while_a_pdu_is_being_ended(made: Callable[..., bytes]) -> None:
    peer = Peer(buffers=4096)
    wire, source = wired(peer, 0), scanned(made(3_000_000))
    wire.stall = 0.2
    with pytest.raises(errors.TimedOut):
        store(wire, source)
    with interrupted():
        wire.settle(4.0)
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
