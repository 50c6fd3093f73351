"""All keys, with all peers, in both versions of TLS; and the rest of both tools' options through it."""

from __future__ import annotations

import json
import re
import socket
import ssl
from array import array
from collections.abc import Callable, Iterator
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
    take: Callable[[str], bytes]


@contextmanager
def scripted(root: Authority, where: Path, version: ssl.TLSVersion) -> Iterator[Behind]:
    server = root.issue("python-server", "rsa").server(version, clients=root)
    with ScriptedScp() as peer, Terminator(server, peer.port) as end:
        yield Behind(end.port, lambda uid: next(bytes(s.data) for s in peer.stores if s.sop_instance == uid))


@contextmanager
def storescp(root: Authority, where: Path, version: ssl.TLSVersion, *options: str) -> Iterator[Behind]:
    """DCMTK's as it is shipped; its profile for TLS 1.2 alone is the extended one."""
    issued = root.issue("storescp", "rsa")
    port, folder = listening.free_port(), where / "received"
    folder.mkdir()
    command: list[str | Path] = [
        found.dcmtk("storescp"),
        "+B",
        "+tls",
        issued.key,
        issued.file,
        "+cf",
        root.file,
        "-rc",
    ]
    if version == ssl.TLSVersion.TLSv1_2:
        command.append("+pz")

    def listens() -> bool:
        with socket.socket() as sock:
            return sock.connect_ex(("127.0.0.1", port)) == 0

    def take(uid: str) -> bytes:
        (path,) = [path for path in folder.iterdir() if path.name.endswith(uid)]
        return part10.read(path).data_set

    with listening.server([*command, *options, "-od", folder, str(port)], listens, where / "log"):
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
                words = [*identity_options, "+cf", root.file, "--verify-host", "-d", "--arguments"]
                result = run(tool, [*words, "localhost", str(peer.port), CT])
                assert result.code == 0, f"{kind} {form}: {result.err}"
                assert f"TLSv1.{version.name[-1]}" in result.err
                assert "secret" not in result.err + result.out
                assert peer.take(uid) == part10.read(CT).data_set


@pytest.mark.parametrize("version", VERSIONS)
def test_orthanc(root: Authority, tmp_path: Path, tool: Path, version: ssl.TLSVersion) -> None:
    """It wants a certificate; who shows none, or one of somebody else, stores nothing."""
    issued = root.issue("orthanc", "rsa")
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


# objects, large and converted; options


@pytest.fixture(scope="module")
def huge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An object of 200 MB whose bytes tell their place."""
    path = tmp_path_factory.mktemp("huge") / "huge.dcm"
    uid = "1.2.826.0.1.3680043.2.1143.9"
    body = array("I", range(50_000_000)).tobytes()
    content = data_set([*identity(SECONDARY_CAPTURE, uid), (0x7FE00010, "OB", body)])
    path.write_bytes(file(meta(SECONDARY_CAPTURE, uid, wire.EXPLICIT), content))
    yield path
    path.unlink()


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", PEERS)
def test_a_huge_object(
    root: Authority, tmp_path: Path, tool: Path, huge: Path, name: str, version: ssl.TLSVersion
) -> None:
    client = root.issue("client")
    with PEERS[name](root, tmp_path, version) as peer:
        words = ["+tls", client.key, client.file, "+cf", root.file, "localhost", str(peer.port), huge]
        result = run(tool, words, timeout=60)
        assert (result.code, result.err) == (0, "")
        assert peer.take("1.2.826.0.1.3680043.2.1143.9") == part10.read(huge).data_set


@pytest.mark.parametrize(("option", "peer_option"), [("-xi", "+xi"), ("-xd", "+xd"), ("-xb", "+xb")])
def test_conversion_to_storescp(root: Authority, tmp_path: Path, storescu: Path, option: str, peer_option: str) -> None:
    """What arrives is what arrives without TLS."""
    received = []
    client = root.issue("client", "rsa")
    files = [CT, found.sample("MR_small_bigendian.dcm"), found.sample("image_dfl.dcm")]
    with dcmtk.storescp(tmp_path / "plain", "+B", peer_option) as peer:
        assert run(storescu, [option, "localhost", str(peer.port), *files]).err == ""
        received = peer.take()
    with storescp(root, tmp_path, VERSIONS[1], peer_option) as behind:
        words = [option, "+tls", client.key, client.file, "+cf", root.file, "localhost", str(behind.port), *files]
        result = run(storescu, words)
    assert (result.code, result.err) == (0, "")
    secured = [path.read_bytes() for path in sorted((tmp_path / "received").iterdir())]
    assert len(secured) == 3
    assert sorted(secured) == sorted(received)


@pytest.mark.parametrize("version", VERSIONS)
def test_decompression_for_a_peer_that_knows_implicit_alone(
    root: Authority, tmp_path: Path, dcmsend: Path, version: ssl.TLSVersion
) -> None:
    client = root.issue("client", "rsa")
    names = ("MR_small_RLE.dcm", "SC_rgb_jpeg_dcmtk.dcm", "JPEG2000.dcm", "MR_small_jpeg_ls_lossless.dcm")
    files = [found.sample(name) for name in names]
    with storescp(root, tmp_path, version, "+xi") as peer:
        words = ["+dly", "+tls", client.key, client.file, "+cf", root.file, "localhost", str(peer.port), *files]
        result = run(dcmsend, words)
    assert (result.code, result.err) == (0, "")
    paths = list((tmp_path / "received").iterdir())
    assert {part10.read(path).transfer_syntax for path in paths} == {wire.IMPLICIT}


def test_many_associations_with_a_report(root: Authority, tmp_path: Path, dcmsend: Path) -> None:
    """One handshake for each; the report tells of no password; --strict-exit tells of the one that failed."""
    words = stored(root.issue("client", "rsa"), "pem-locked")
    names = ("CT_small.dcm", "MR_small.dcm", "SC_rgb_small_odd.dcm")
    files = [found.sample(name) for name in names]
    report = tmp_path / "report.txt"
    server = root.issue("python-server", "rsa").server(clients=root)
    scp = Script(status=script.statuses(0, 0, 0xA700))
    with ScriptedScp(scp) as peer, Terminator(server, peer.port) as end:
        common = [*words, "+cf", root.file, "--strict-exit", "+crf", report]
        result = run(dcmsend, [*common, "localhost", str(end.port), *files])
        peer.finish()
    assert result.code not in (0, 61, 62), result.err
    text = report.read_text()
    assert "secret" not in text + result.err
    assert len(peer.stores) == 3 and [link.failure for link in end.links] == [""]


@pytest.mark.parametrize("version", VERSIONS)
def test_repeated_associations(root: Authority, storescu: Path, version: ssl.TLSVersion) -> None:
    client = root.issue("client", "rsa")
    server = root.issue("python-server", "rsa").server(version, clients=root)
    with ScriptedScp() as peer, Terminator(server, peer.port) as end:
        words = ["--repeat", "3", "+tls", client.key, client.file, "+cf", root.file]
        result = run(storescu, [*words, "localhost", str(end.port), CT])
        associations = peer.finish()
    assert (result.code, result.err) == (0, "")
    assert [link.subject for link in end.links] == ["client"] * len(associations)
    assert sum(len(one.stores) for one in associations) == 3
    assert all(link.concluded for link in end.links)


def test_storescp_and_who_speaks_another_language(root: Authority, tmp_path: Path, tool: Path) -> None:
    """A plain tool and storescp with TLS, a tool with TLS and a plain storescp."""
    with storescp(root, tmp_path, VERSIONS[1]) as peer:
        result = run(tool, ["localhost", str(peer.port), CT])
        assert result.code in (1, 61) and re.search(r"TLS.*\+tls", result.err), result.err
        result = run(tool, ["+tla", "+cf", root.file, "localhost", str(peer.port), CT])
        assert result.code in (1, 61) and "wants a certificate of this side" in result.err, result.err
        foreign = Authority(tmp_path, "foreign").issue("client")
        words = ["+cf", root.file, "localhost", str(peer.port), CT]
        result = run(tool, ["+tls", foreign.key, foreign.file, *words])
        assert result.code in (1, 61) and "does not know its issuer" in result.err, result.err
        result = run(tool, ["+tla", "+cf", foreign.folder / "foreign.pem", "localhost", str(peer.port), CT])
        assert result.code in (1, 61) and "unknown CA" in result.err, result.err
        assert not list((tmp_path / "received").iterdir())
    with dcmtk.storescp(tmp_path / "plain") as plain:
        result = run(tool, ["+tla", "+cf", root.file, "-ta", "3", "localhost", str(plain.port), CT])
        assert result.code in (1, 61) and re.search("speak.* TLS|TLS handshake", result.err), result.err
        assert not plain.take()
