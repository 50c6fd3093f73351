"""A storage SCP that records what reaches it and does what its script says (PS3.8 9.2, PS3.7 9.1.1, PS3.4 annex B).

It is written in plain sockets and threads and shares no code with ``src``, so that both are not wrong in the same way.
Every wait ends: sockets have timeouts, threads are joined.
"""

from __future__ import annotations

import contextlib
import select
import socket
import struct
import threading
import time
from dataclasses import dataclass, field

from peers import wire
from peers.script import Action, Script


@dataclass
class Store:
    """One C-STORE-RQ. ``number`` counts from 1 within the association; sizes are in bytes.

    ``largest_pdu`` is the largest PDU length field of its data PDUs (what the maximum length limits, PS3.8 annex D.1);
    ``status`` is None as long as it was not answered.
    """

    number: int
    context: int
    command: wire.CommandSet
    raw_command: bytes
    data: bytearray = field(default_factory=bytearray)
    data_length: int = 0
    pdvs: int = 0
    largest_pdu: int = 0
    complete: bool = False
    status: int | None = None

    @property
    def message_id(self) -> int:
        value = self.command[0x0110]
        assert isinstance(value, int)
        return value

    @property
    def sop_class(self) -> str:
        return str(self.command.get(0x0002, ""))

    @property
    def sop_instance(self) -> str:
        return str(self.command.get(0x1000, ""))


@dataclass
class Association:
    """What one connection brought: ``events`` in order, ``accepted`` context id → transfer syntax.

    The events: ``connect``, ``associate``, ``command``, ``store``, ``release``, ``release-rp``, ``abort S R``,
    ``closed`` (end of stream), ``reset``, ``hung up`` (by the script), ``silent`` (patience ran out), ``malformed: …``.
    """

    events: list[str] = field(default_factory=list)
    request: wire.Request | None = None
    accepted: dict[int, str] = field(default_factory=dict)
    stores: list[Store] = field(default_factory=list)

    @property
    def ending(self) -> str:
        """How the other side ended it: ``release``, ``abort``, ``closed`` without either, or what went wrong."""
        for event in self.events:
            if event == "release" or event.startswith(("abort", "malformed")):
                return event.split()[0]
        return self.events[-1]


class Ended(Exception):
    """The connection is over; the reason is in the events."""


class Link:
    """One connection of the SCP, served in a thread of its own."""

    def __init__(self, scp: ScriptedScp, sock: socket.socket) -> None:
        self.scp = scp
        self.script: Script = scp.script
        self.sock = sock
        self.association = Association()
        self.command = bytearray()
        self.mute = False
        self.colliding = False
        sock.settimeout(self.script.patience)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    @property
    def stores(self) -> list[Store]:
        return self.association.stores

    # what actions may use

    def send(self, data: bytes) -> None:
        if self.mute:
            return
        size = self.script.pieces or max(len(data), 1)
        try:
            for start in range(0, len(data), size):
                self.sock.sendall(data[start : start + size])
        except OSError:
            self.end("reset")

    def close(self, reset: bool = False) -> None:
        if reset:
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.end("hung up")

    def pause(self, seconds: float, until: threading.Event | None = None) -> None:
        """Wait ``seconds``, or until the event, or until the SCP is told to end."""
        deadline = time.monotonic() + seconds
        while not self.scp.ending.is_set() and (left := deadline - time.monotonic()) > 0:
            if until is None:
                self.scp.ending.wait(left)
            elif until.wait(min(left, 0.05)):
                return

    def answer(self, store: Store) -> None:
        """Send the C-STORE-RSP of this store, once."""
        if store.status is not None or self.mute:
            return
        store.status = self.script.status(store)
        command: wire.CommandSet = {
            0x0002: store.sop_class,
            0x0100: wire.C_STORE_RSP,
            0x0120: store.message_id,
            0x0800: wire.NO_DATA_SET,
            0x0900: store.status,
            0x1000: store.sop_instance,
        }
        self.send(self.script.layout(store.context, wire.command_set(self.script.edit(command))))

    # the conversation

    def end(self, event: str) -> None:
        self.note(event)
        raise Ended

    def note(self, event: str) -> None:
        with self.scp.changed:
            self.association.events.append(event)
            self.scp.changed.notify_all()

    def act(self, action: Action | None) -> bool:
        return action is None or action(self)

    def serve(self) -> None:
        with self.sock, contextlib.suppress(Ended):
            try:
                self.note("connect")
                self.act(self.script.on_connect)
                while True:
                    self.take(*self.read_pdu())
            except wire.Malformed as error:
                self.note(f"malformed: {error}")
                with contextlib.suppress(OSError):
                    self.sock.sendall(wire.abort(2, 6))

    def read(self, count: int, between: bool = False) -> bytes:
        data = bytearray()
        while len(data) < count:
            try:
                part = self.sock.recv(min(count - len(data), 1 << 20))
            except TimeoutError:
                self.end("silent")
            except OSError:
                self.end("reset")
            if not part:
                self.end("closed" if between and not data else "closed within a PDU")
            data += part
        return bytes(data)

    def read_pdu(self) -> tuple[int, bytes]:
        kind, reserved, length = struct.unpack(">BBI", self.read(6, between=True))
        if reserved or not wire.A_ASSOCIATE_RQ <= kind <= wire.A_ABORT:
            raise wire.Malformed(f"PDU type {kind}, reserved {reserved}")
        limit = self.script.max_length
        if kind == wire.P_DATA_TF and limit and length > limit:
            raise wire.Malformed(f"PDU of {length} bytes, maximum {limit}")
        if length > 1 << 20:
            raise wire.Malformed(f"PDU type {kind} of {length} bytes")
        return kind, self.read(length)

    def take(self, kind: int, body: bytes) -> None:
        if kind == wire.A_ASSOCIATE_RQ:
            self.associate(wire.parse_request(body))
        elif kind == wire.P_DATA_TF:
            self.p_data(body)
        elif kind == wire.A_RELEASE_RQ:
            if len(body) != 4:
                raise wire.Malformed(f"A-RELEASE-RQ of {len(body)} bytes")
            if self.stores and not self.stores[-1].complete:
                raise wire.Malformed("A-RELEASE-RQ within a message")
            self.note("release")
            if self.act(self.script.on_release):
                self.send(wire.RELEASE_RP)
        elif kind == wire.A_RELEASE_RP:
            self.note("release-rp")
            if self.colliding:
                self.send(wire.RELEASE_RP)
        elif kind == wire.A_ABORT:
            if len(body) != 4:
                raise wire.Malformed(f"A-ABORT of {len(body)} bytes")
            self.end(f"abort {body[2]} {body[3]}")
        else:
            raise wire.Malformed(f"PDU type {kind} from the requestor")

    def associate(self, request: wire.Request) -> None:
        if self.association.request is not None:
            raise wire.Malformed("a second A-ASSOCIATE-RQ")
        self.association.request = request
        self.note("associate")
        if self.act(self.script.on_associate):
            results = self.script.policy(request)
            self.association.accepted = {number: syntax for number, result, syntax in results if result == 0}
            user = wire.user_information(self.script.max_length, self.script.user_items)
            self.send(self.script.accept_pdu(request, results, user))

    def p_data(self, body: bytes) -> None:
        at = 0
        while at < len(body):
            if at + 6 > len(body):
                raise wire.Malformed(f"P-DATA-TF: {len(body) - at} stray bytes")
            length, context, control = struct.unpack_from(">IBB", body, at)
            if length < 2 or length % 2 or at + 4 + length > len(body) or control > 3:
                raise wire.Malformed(f"PDV of {length} bytes, control {control:#x}, in {len(body) - at}")
            if context not in self.association.accepted:
                raise wire.Malformed(f"PDV on context {context}, which is not accepted")
            self.fragment(context, control, body[at + 6 : at + 4 + length], len(body))
            at += 4 + length

    def fragment(self, context: int, control: int, data: bytes, pdu_length: int) -> None:
        """One fragment of a message: control bit 0 says command, bit 1 says last (PS3.8 annex E.2)."""
        store = self.stores[-1] if self.stores and not self.stores[-1].complete else None
        if control & 1:
            if store is not None:
                raise wire.Malformed("a command fragment within a data set")
            self.command += data
            if control & 2:
                self.begin_store(context, bytes(self.command))
                self.command.clear()
            return
        if store is None or store.context != context:
            raise wire.Malformed(f"a data fragment on context {context} without its command")
        store.data_length += len(data)
        store.pdvs += 1
        store.largest_pdu = max(store.largest_pdu, pdu_length)
        if self.script.keep_data:
            store.data += data
        if control & 2:
            store.complete = True
            self.note("store")
            if self.act(self.script.on_response):
                self.answer(store)

    def begin_store(self, context: int, raw: bytes) -> None:
        command = wire.parse_command(raw)
        if command[0x0100] != wire.C_STORE_RQ or command[0x0800] == wire.NO_DATA_SET:
            raise wire.Malformed(f"command {command[0x0100]!r} with data set type {command[0x0800]!r}")
        self.stores.append(Store(len(self.stores) + 1, context, command, raw))
        self.note("command")
        self.act(self.script.on_data)


class ScriptedScp:
    """The SCP as a context manager; it listens on ``port`` of the loopback interface from the moment it is entered."""

    def __init__(self, script: Script | None = None) -> None:
        self.script = script or Script()
        self.changed = threading.Condition()
        self.ending = threading.Event()
        self.links: list[Link] = []
        self.threads: list[threading.Thread] = []
        self.listener = socket.socket()
        if self.script.receive_buffer:
            self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, self.script.receive_buffer)
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen(16)
        self.port: int = self.listener.getsockname()[1]
        self.wakeup, self.waker = socket.socketpair()
        self.acceptor = threading.Thread(target=self.accept, daemon=True)

    def __enter__(self) -> ScriptedScp:
        self.acceptor.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop_accepting()
        self.ending.set()
        for link in self.links:
            with contextlib.suppress(OSError):
                link.sock.shutdown(socket.SHUT_RDWR)
        for thread in self.threads:
            thread.join(5)
        assert not any(thread.is_alive() for thread in self.threads), "a thread of the SCP does not end"

    @property
    def associations(self) -> list[Association]:
        return [link.association for link in self.links]

    @property
    def stores(self) -> list[Store]:
        """The stores of all associations, in order."""
        return [store for association in self.associations for store in association.stores]

    @property
    def events(self) -> list[str]:
        """The events of all associations, one association after the other."""
        return [event for association in self.associations for event in association.events]

    def accept(self) -> None:
        """Serve what comes; once woken up, take what still waits in the backlog and end."""
        while True:
            ready, _, _ = select.select([self.listener, self.wakeup], [], [])
            if self.listener not in ready:
                return
            sock, _ = self.listener.accept()
            link = Link(self, sock)
            thread = threading.Thread(target=link.serve, daemon=True)
            with self.changed:
                self.links.append(link)
                self.threads.append(thread)
            thread.start()

    def stop_accepting(self) -> None:
        if self.acceptor.is_alive():
            self.waker.send(b"x")
            self.acceptor.join(5)
            for sock in (self.listener, self.wakeup, self.waker):
                sock.close()

    def wait_for(self, event: str, timeout: float = 10) -> None:
        """Wait until some association noted an event that starts so."""
        with self.changed:
            seen = self.changed.wait_for(lambda: any(noted.startswith(event) for noted in self.events), timeout)
        assert seen, f"no {event!r} within {timeout} s, but {self.events}"

    def finish(self, timeout: float = 10) -> list[Association]:
        """Accept no more, wait until every connection is over, and return what each of them brought."""
        self.stop_accepting()
        deadline = time.monotonic() + timeout
        for thread in self.threads:
            thread.join(max(deadline - time.monotonic(), 0))
        assert not any(thread.is_alive() for thread in self.threads), f"connections go on: {self.events}"
        return self.associations
