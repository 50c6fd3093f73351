"""The end of TLS before a peer that does not speak it: what comes through it is relayed to a plain port."""

from __future__ import annotations

import contextlib
import select
import socket
import ssl
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field


@dataclass
class Link:
    """One connection. ``failure``: what the handshake came to, or ""; ``read``: bytes that came through TLS."""

    version: str = ""
    cipher: str = ""
    subject: str = ""
    name: str | None = None
    failure: str = ""
    read: int = 0
    #: the length of each record
    records: list[int] = field(default_factory=list)
    #: the sender said that it had nothing more to send (close_notify)
    concluded: bool = False
    #: how often ``Terminator.act`` took place
    acts: int = 0


@dataclass
class Terminator:
    """``port`` is the one to connect to. ``clean``: the end of the plain peer is told by close_notify.

    ``act`` takes place each time that one of ``marks`` (bytes that came) is reached; ``pieces``: bytes of a record.
    """

    context: ssl.SSLContext
    plain: int
    clean: bool = True
    act: Callable[[ssl.SSLSocket], None] | None = None
    marks: Sequence[int] = ()
    pieces: int = 1 << 16
    links: list[Link] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self.listener.getsockname()[1])
        self.over = threading.Event()
        self.threads = [threading.Thread(target=self.accept, daemon=True)]

    def __enter__(self) -> Terminator:
        self.threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for thread in self.threads:
            thread.join(10)
        assert not any(thread.is_alive() for thread in self.threads), "a thread of the terminator does not end"

    def accept(self) -> None:
        while not self.over.is_set():
            try:
                sock, _ = self.listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self.serve, args=(sock,), daemon=True)
            self.threads.append(thread)
            thread.start()

    def serve(self, sock: socket.socket) -> None:
        link = Link()
        self.links.append(link)
        with sock:
            sock.settimeout(10)

            def told(_tls: ssl.SSLObject, name: str | None, _context: ssl.SSLContext) -> None:
                link.name = name

            self.context.sni_callback = told
            try:
                tls = self.context.wrap_socket(sock, server_side=True)
            except (ssl.SSLError, OSError) as error:
                link.failure = str(error)
                return
            cipher = tls.cipher()
            link.version, link.cipher = tls.version() or "", cipher[0] if cipher else ""
            peer = tls.getpeercert()
            link.subject = str(peer["subject"][0][0][1]) if peer else ""
            with tls, socket.create_connection(("127.0.0.1", self.plain)) as plain, contextlib.suppress(OSError):
                plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self.relay(tls, plain, link)

    def relay(self, tls: ssl.SSLSocket, plain: socket.socket, link: Link) -> None:
        waiting = b""
        plain.setblocking(False)
        while not self.over.is_set():
            reading = [plain] if waiting or link.concluded else [plain, tls]
            if not waiting and not link.concluded and tls.pending():
                ready: list[socket.socket] = [tls]
                writable: list[socket.socket] = []
            else:
                ready, writable, _ = select.select(reading, [plain] if waiting else [], [], 0.2)
            if plain in ready:
                data = plain.recv(1 << 16)
                if not data:
                    if self.clean:
                        tls.settimeout(0.5)
                        tls.unwrap()
                    return
                for start in range(0, len(data), self.pieces):
                    tls.sendall(data[start : start + self.pieces])
            if tls in ready:
                # what came need not be data: then there is nothing to wait for
                tls.settimeout(0)
                try:
                    waiting = tls.recv(1 << 16)
                except ssl.SSLWantReadError:
                    continue
                finally:
                    tls.settimeout(10)
                link.read += len(waiting)
                if self.act and link.acts < len(self.marks) and link.read >= self.marks[link.acts]:
                    self.act(tls)
                    link.acts += 1
                link.records.append(len(waiting))
                if not waiting:
                    link.concluded = True
                    plain.shutdown(socket.SHUT_WR)
            elif plain in writable:
                waiting = waiting[plain.send(waiting) :]
