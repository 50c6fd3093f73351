"""pynetdicom's storage SCP as a peer, in this process; it takes every SOP class, in every transfer syntax if it may."""

from __future__ import annotations

import contextlib
import importlib.util
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from peers import found


@dataclass(frozen=True)
class Received:
    """One C-STORE as pynetdicom took it: ``data`` is the data set in the transfer syntax of its context."""

    sop_class: str
    sop_instance: str
    transfer_syntax: str
    data: bytes


@dataclass
class PynetdicomScp:
    port: int
    received: list[Received] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)
    aborted: threading.Event = field(default_factory=threading.Event)


@contextlib.contextmanager
def pynetdicom_scp(max_length: int = 16382, only: str = "") -> Iterator[PynetdicomScp]:
    """Serve on a free loopback port until the end of the block; ``max_length`` is the PDU size that it announces.

    ``only``: the one transfer syntax that it takes, for the storage SOP classes that pynetdicom knows.
    """
    if importlib.util.find_spec("pynetdicom") is None:
        found.missing("pynetdicom is not installed")
    from pynetdicom import _config, evt
    from pynetdicom.ae import ApplicationEntity

    peer = PynetdicomScp(0)

    def store(event: Any) -> int:
        request = event.request
        data = request.DataSet.getvalue()
        syntax = str(event.context.transfer_syntax)
        peer.received.append(
            Received(str(request.AffectedSOPClassUID), str(request.AffectedSOPInstanceUID), syntax, data)
        )
        return 0x0000

    def released(event: Any) -> None:
        peer.released.set()

    def aborted(event: Any) -> None:
        peer.aborted.set()

    handlers: list[Any] = [(evt.EVT_C_STORE, store), (evt.EVT_RELEASED, released), (evt.EVT_ABORTED, aborted)]
    before = _config.UNRESTRICTED_STORAGE_SERVICE
    _config.UNRESTRICTED_STORAGE_SERVICE = not only
    try:
        entity = ApplicationEntity("ANY-SCP")
        entity.maximum_pdu_size = max_length
        # Without one context of its own the entity does not start; in the unrestricted mode it accepts all others too.
        entity.add_supported_context("1.2.840.10008.1.1")
        if only:
            from pynetdicom.sop_class import _STORAGE_CLASSES

            for sop_class in _STORAGE_CLASSES.values():
                entity.add_supported_context(sop_class, only)
        server: Any = entity.start_server(("127.0.0.1", 0), block=False, evt_handlers=handlers)
        peer.port = server.socket.getsockname()[1]
        try:
            yield peer
        finally:
            server.shutdown()
    finally:
        _config.UNRESTRICTED_STORAGE_SERVICE = before
