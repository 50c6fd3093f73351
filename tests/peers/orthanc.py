"""Orthanc as a peer, and its REST interface to get back what it stored."""

from __future__ import annotations

import contextlib
import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from peers import found
from peers.listening import associates, free_port, server

#: the loopback interface is reached directly, whatever proxy the environment names
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass(frozen=True)
class Orthanc:
    """``secured``: its DICOM port speaks TLS."""

    port: int
    http_port: int
    secured: bool = False

    def get(self, path: str) -> bytes:
        with DIRECT.open(f"http://127.0.0.1:{self.http_port}{path}", timeout=10) as response:
            content: bytes = response.read()
            return content

    def find(self, sop_instance: str) -> str:
        """Orthanc's own identifier of an instance (``/tools/lookup``)."""
        url = f"http://127.0.0.1:{self.http_port}/tools/lookup"
        request = urllib.request.Request(url, data=sop_instance.encode("ascii"), method="POST")
        with DIRECT.open(request, timeout=10) as response:
            rows = [row["ID"] for row in json.load(response) if row["Type"] == "Instance"]
        assert len(rows) == 1, f"Orthanc has {len(rows)} instances {sop_instance}"
        return str(rows[0])

    def instances(self) -> list[str]:
        return list(json.loads(self.get("/instances")))

    def file(self, sop_instance: str) -> bytes:
        """The Part 10 file that Orthanc stored for this instance."""
        return self.get(f"/instances/{self.find(sop_instance)}/file")

    def listens(self) -> bool:
        with contextlib.suppress(OSError, urllib.error.URLError):
            return bool(self.get("/system")) and (self.secured or associates(self.port))
        return False


@contextlib.contextmanager
def orthanc(where: Path, **more: object) -> Iterator[Orthanc]:
    """Run Orthanc on free loopback ports with an empty store below ``where``; it takes every SOP class and title.

    ``more``: further entries of its configuration.
    """
    program = found.orthanc()
    peer = Orthanc(free_port(), free_port(), bool(more.get("DicomTlsEnabled")))
    settings = {
        "Name": "TESTS",
        "StorageDirectory": str(where / "store"),
        "IndexDirectory": str(where / "store"),
        "Plugins": [],
        "DicomPort": peer.port,
        "HttpPort": peer.http_port,
        "RemoteAccessAllowed": False,
        "AuthenticationEnabled": False,
        "DicomCheckCalledAet": False,
        "DicomAlwaysAllowEcho": True,
        "DicomAlwaysAllowStore": True,
        "UnknownSopClassAccepted": True,
        "OverwriteInstances": True,
        "HttpsVerifyPeers": False,
        "ConcurrentJobs": 1,
        **more,
    }
    where.mkdir(parents=True, exist_ok=True)
    configuration = where / "orthanc.json"
    configuration.write_text(json.dumps(settings))
    with server([program, configuration], peer.listens, where / "orthanc.log", cwd=where):
        yield peer
