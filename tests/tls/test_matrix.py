"""All keys, with all peers, in both versions of TLS; and the rest of both tools' options through it."""

from __future__ import annotations

import json
import re
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from compat.encode import SECONDARY_CAPTURE, data_set, file, identity, meta
from cryptography.hazmat.primitives import serialization
from peers import dcmtk, found, listening, orthanc, part10, script, wire
from peers.process import run
from peers.scp import ScriptedScp
from peers.script import Script

from tls.authority import Authority, Issued
from tls.terminator import Terminator

VERSIONS = [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3]
PASSWORD = "matrix secret"


@pytest.fixture(params=["storescu", "dcmsend"])
def tool(request: pytest.FixtureRequest) -> Path:
    program: Path = request.getfixturevalue(request.param)
    return program


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("world"), "root")


def stored(issued: Issued, form: str) -> list[str]:
    """The identity's options, its key and certificate in files of this form."""
    locked = serialization.BestAvailableEncryption(PASSWORD.encode()) if "locked" in form else None
    encoding = serialization.Encoding.DER if "der" in form else serialization.Encoding.PEM
    kind = serialization.PrivateFormat.TraditionalOpenSSL if "old" in form else serialization.PrivateFormat.PKCS8
    key, certificate = issued.folder / f"{issued.name}.{form}", issued.folder / f"{issued.name}.{form}.cert"
    key.write_bytes(issued.private.private_bytes(encoding, kind, locked or serialization.NoEncryption()))
    certificate.write_bytes(issued.file.read_bytes() if "pem" in form else issued.certificate.public_bytes(encoding))
    options = ["+tls", str(key), str(certificate), "-der" if "der" in form else "-pem"]
    return [*options, "+pw", PASSWORD] if locked else options


FORMS = ["pem", "pem-old", "pem-locked", "pem-old-locked", "der", "der-old", "der-locked"]

@dataclass
class Behind:
    """A peer with TLS: its port, and what it took of an instance, as (transfer syntax, data set)."""

    port: int
    take: object


@contextmanager
def scripted(root: Authority, where: Path, version: ssl.TLSVersion) -> Iterator[Behind]:
    server = root.issue("python-server", "rsa").server(version, clients=root)
    with ScriptedScp() as peer, Terminator(server, peer.port) as end:
        yield Behind(end.port, lambda uid: next(bytes(s.data) for s in peer.stores if s.sop_instance == uid))


@contextmanager
def storescp(root: Authority, where: Path, version: ssl.TLSVersion) -> Iterator[Behind]:
    """DCMTK's; its profile for TLS 1.2 alone is the extended one."""
    issued = root.issue("storescp", "rsa")
    port, folder = listening.free_port(), where / "received"
    folder.mkdir()
    profile = "+pz" if version == ssl.TLSVersion.TLSv1_2 else "+pg"
    command = [found.dcmtk("storescp"), "+B", "+tls", issued.key, issued.file, "+cf", root.file, "-rc", profile]

    def listens() -> bool:
        with socket.socket() as sock:
            return sock.connect_ex(("127.0.0.1", port)) == 0

    def take(uid: str) -> bytes:
        (path,) = [path for path in folder.iterdir() if path.name.endswith(uid)]
        return part10.read(path).data_set

    with listening.server([*command, "-od", folder, str(port)], listens, where / "log"):
        yield Behind(port, take)


PEERS = {"python": scripted, "storescp": storescp}
CT = found.sample("CT_small.dcm")


def uid_of(path: Path) -> str:
    import pydicom

    return str(pydicom.dcmread(path, stop_before_pixels=True).SOPInstanceUID)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", PEERS)
def test_all_keys(root: Authority, tmp_path: Path, name: str, version: ssl.TLSVersion, tool: Path) -> None:
    uid = uid_of(CT)
    middle = Authority(root.folder, f"middle-{tool.name}-{name}-{version}", root)
    with PEERS[name](root, tmp_path, version) as peer:
        for kind in ("ec", "rsa"):
            for form in FORMS:
                issuer = root if "der" in form else middle  # a DER file has no room for a chain
                identity_options = stored(issuer.issue(f"client-{kind}", kind), form)
                words = [*identity_options, "+cf", root.file, "--verify-host", "-v"]
                result = run(tool, [*words, "localhost", str(peer.port), CT])
                assert result.code == 0, f"{kind} {form}: {result.err}"
                assert version.name.replace("_", ".").removesuffix(".2").removesuffix(".3") in result.err
                assert f"TLSv1.{version.name[-1]}" in result.err
                assert "secret" not in result.err + result.out
                assert peer.take(uid) == part10.read(CT).data_set


@pytest.mark.parametrize("version", VERSIONS)
def test_orthanc(root: Authority, tmp_path: Path, tool: Path, version: ssl.TLSVersion, monkeypatch: pytest.MonkeyPatch) -> None:
    """It wants a certificate; who shows none, or one of somebody else, stores nothing."""
    issued = root.issue("orthanc", "rsa")
    plain_listens = orthanc.Orthanc.listens

    def listens(self: orthanc.Orthanc) -> bool:
        """Its DICOM port does not answer without TLS."""
        try:
            return bool(self.get("/system"))
        except OSError:
            return False

    assert plain_listens
    monkeypatch.setattr(orthanc.Orthanc, "listens", listens)
    settings = {
        "DicomTlsEnabled": True,
        "DicomTlsCertificate": str(issued.file),
        "DicomTlsPrivateKey": str(issued.key),
        "DicomTlsTrustedCertificates": str(root.file),
        "DicomTlsRemoteCertificateRequired": True,
    }
    profile = ["+pz"] if version == ssl.TLSVersion.TLSv1_2 else []
    with orthanc.orthanc(tmp_path, **settings) as peer:
        words = ["+cf", str(root.file), "--verify-host", *profile, "localhost", str(peer.port), str(CT)]
        result = run(tool, ["+tla", *words])
        assert result.code in (1, 61) and "wants a certificate of this side" in result.err, result.err
        foreign = Authority(tmp_path, "foreign").issue("client")
        result = run(tool, ["+tls", foreign.key, foreign.file, *words])
        assert result.code in (1, 61) and re.search("certificate of this side", result.err), result.err
        result = run(tool, words[-3:])
        assert result.code in (1, 61) and re.search(r"TLS.*\+tls", result.err), result.err
        assert json.loads(peer.get("/instances")) == []
        for form in ("pem", "pem-locked", "der", "der-locked"):
            result = run(tool, [*stored(root.issue("client"), form), "-v", *words])
            assert result.code == 0, result.err
            assert "TLSv1." in result.err
        assert len(json.loads(peer.get("/instances"))) == 1
