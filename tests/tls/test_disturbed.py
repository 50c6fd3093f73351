"""Peers that do not speak TLS, handshakes that stall or break, altered streams, and lawful surprises."""

from __future__ import annotations

import re
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from compat.encode import SECONDARY_CAPTURE, data_set, file, identity, meta
from peers import found, part10, script, wire
from peers.process import Result, run
from peers.scp import ScriptedScp
from peers.script import Script

from tls.authority import Authority, Issued
from tls.cable import Cable, Trouble
from tls.post_handshake import renegotiate, update_keys
from tls.terminator import Terminator

FAILURE = {"storescu": 1, "dcmsend": 61}
LOST = {"storescu": 10, "dcmsend": 62}
VERSIONS = [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3]
OLD = [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1]


@pytest.fixture(scope="module")
def issued(root: Authority) -> Issued:
    return root.issue("server", "rsa")


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An object of 8 MB whose bytes tell their place."""
    path = tmp_path_factory.mktemp("large") / "large.dcm"
    uid = "1.2.826.0.1.3680043.2.1143.9"
    body = b"".join(number.to_bytes(4, "little") for number in range(2_000_000))
    content = data_set([*identity(SECONDARY_CAPTURE, uid), (0x7FE00010, "OB", body)])
    path.write_bytes(file(meta(SECONDARY_CAPTURE, uid, wire.EXPLICIT), content))
    return path


def one_line(result: Result) -> str:
    assert "Traceback" not in result.err
    assert len(result.lines) == 1, result.err
    return result.lines[0]


def call(tool: Path, port: int, root: Authority, *words: str | Path, host: str = "localhost") -> Result:
    """Both tools' command line for a peer with TLS, to its end."""
    return run(tool, ["+tla", "+cf", root.file, *words[:-1], host, str(port), words[-1]], timeout=60)


CT = found.sample("CT_small.dcm")

# who does not speak TLS


@contextmanager
def saying(data: bytes, first: bool = False, hold: bool = False) -> Iterator[tuple[int, bytearray]]:
    """A port whose server says this, once it has read something or ``first``, and ends, or waits (``hold``)."""
    listener = socket.create_server(("127.0.0.1", 0))
    heard, over = bytearray(), threading.Event()

    def serve() -> None:
        sock, _ = listener.accept()
        with sock:
            sock.settimeout(5)
            if not first:
                heard.extend(sock.recv(1 << 16))
            sock.sendall(data)
            if hold:
                over.wait(20)
            try:
                sock.shutdown(socket.SHUT_WR)
                while part := sock.recv(1 << 16):
                    heard.extend(part)
            except OSError:
                pass

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield int(listener.getsockname()[1]), heard
    finally:
        over.set()
        thread.join(10)
        listener.close()


HTTP = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"
NO_TLS = "peer did not answer in TLS: it does not speak it on this port"


@pytest.mark.parametrize(
    ("data", "first", "hold", "says"),
    [
        # of records and alerts alone: RFC 8446 4, 5.1, 6
        (HTTP, False, False, NO_TLS),
        (HTTP, False, True, NO_TLS),
        (b"220 mail.example.org ESMTP\r\n", True, True, NO_TLS),
        (b"SSH-2.0-OpenSSH_9.2\r\n", True, True, NO_TLS),
        (wire.abort(2, 1), False, False, NO_TLS),
        (wire.associate_rj(1, 1, 1), False, True, NO_TLS),
        (b"", False, False, "closed the connection in the handshake"),
        (b"", False, True, "did not complete the TLS handshake in time"),
        (b"H", False, True, "did not complete the TLS handshake in time"),
        (b"\x16\x03\x03\x40\x00" + bytes(40), False, False, "closed the connection in the handshake"),
        (b"\x16\x03\x03\x00\x28" + bytes(40), False, True, "did not complete the TLS handshake in time"),
        (b"\x16\x03\x03\x00\x28\x02\x00\x00\x24" + bytes(36), False, True, "TLS error: "),
        (b"\x16\x03\x03\xff\xff" + bytes(1 << 16), False, True, "TLS error: "),
        (b"\x15\x03\x03\x00\x02\x02\x46", False, True, "none of the versions of TLS"),
        (b"\x15\x03\x03\x00\x02\x02\x28", False, True, "no cipher suite or version of TLS in common"),
        (b"\x15\x03\x03\x00\x02\x02\xe7", False, True, "TLS error: "),
        (b"\x15\x03\x03\x00\x02\x01\x00", False, True, "peer closed the connection in the handshake"),
        (b"\x15\x03\x01\x00\x02\x02\x70", False, True, "does not go by the name"),
        (b"\x14\x03\x03\x00\x01\x01" * 100, False, True, "TLS error: "),
    ],
)
def test_peers_that_do_not_speak_tls(
    tool: Path, root: Authority, data: bytes, first: bool, hold: bool, says: str
) -> None:
    with saying(data, first, hold) as (port, heard):
        result = call(tool, port, root, "-ta", "1", CT)
    assert result.code == FAILURE[tool.name]
    assert says in one_line(result)
    assert result.seconds < 3
    # a ClientHello, perhaps an alert: nothing else
    assert heard[0] == 0x16 and len(heard) < 600
    assert b"ANY-SCP" not in heard


def test_a_plain_client(tool: Path, issued: Issued) -> None:
    """Without +tls against a server of TLS: an alert, or no more than an end, comes back."""
    with ScriptedScp() as peer, Terminator(issued.server(), peer.port) as end:
        result = run(tool, ["localhost", str(end.port), CT])
        peer.finish()
    assert result.code == FAILURE[tool.name]
    assert re.search(r"TLS.*\+tls", one_line(result)), result.err
    assert not peer.associations


def test_a_handshake_that_drips(tool: Path, root: Authority) -> None:
    """A byte now and then does not put -ta off."""
    listener, over = socket.create_server(("127.0.0.1", 0)), threading.Event()

    def serve() -> None:
        sock, _ = listener.accept()
        with sock:
            try:
                sock.sendall(b"\x16\x03\x03\x3f\xff\x02\x00\x3f\xfb")
                while not over.wait(0.1):
                    sock.sendall(b"\0")
            except OSError:
                pass

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    result = call(tool, int(listener.getsockname()[1]), root, "-ta", "1", CT)
    over.set()
    thread.join(10)
    listener.close()
    assert result.code == FAILURE[tool.name]
    assert "peer did not complete the TLS handshake in time" in one_line(result)
    assert 0.9 < result.seconds < 2


# what both sides have in common


@pytest.mark.parametrize("version", OLD)
def test_servers_of_old_versions_alone(tool: Path, root: Authority, issued: Issued, version: ssl.TLSVersion) -> None:
    with ScriptedScp() as peer, Terminator(issued.server(version), peer.port) as end:
        result = call(tool, end.port, root, CT)
        peer.finish()
    assert result.code == FAILURE[tool.name]
    assert "versions of TLS" in one_line(result)
    assert not peer.associations
    with ScriptedScp() as peer, Terminator(issued.server(version), peer.port) as end:
        assert call(tool, end.port, root, "+px", CT).err == ""
        peer.finish()


@pytest.mark.parametrize("kind", ["foreign", "expired", "none"])
@pytest.mark.parametrize("version", VERSIONS)
def test_clients_that_the_peer_refuses(
    tool: Path, root: Authority, issued: Issued, version: ssl.TLSVersion, kind: str, tmp_path: Path, large: Path
) -> None:
    """In TLS 1.3 the peer says so after our end of the handshake: the alert is heard, whatever is being sent then."""
    says = {
        "foreign": "does not know its issuer",
        "expired": "it has expired",
        "none": r"wants a certificate of.*\+tls",
    }
    client = {
        "foreign": lambda: Authority(tmp_path, "foreign").issue("client"),
        "expired": lambda: root.issue("late", since=-3, until=-1),
        "none": lambda: None,
    }[kind]()
    words = ["+tls", client.key, client.file] if client else ["+tla"]
    with ScriptedScp() as peer, Terminator(issued.server(version, clients=root), peer.port) as end:
        result = run(tool, [*words, "+cf", root.file, "localhost", str(end.port), large])
        peer.finish()
    assert result.code == FAILURE[tool.name]
    assert re.search(says[kind], one_line(result)), result.err
    assert not peer.associations


# handshakes that stall or break


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("after", [0, 1, 4, 5, 50, 300, 700])
@pytest.mark.parametrize("act", ["stall", "close", "reset"])
def test_handshakes_that_end_early(
    root: Authority, issued: Issued, storescu: Path, version: ssl.TLSVersion, after: int, act: str
) -> None:
    with (
        ScriptedScp() as peer,
        Terminator(issued.server(version), peer.port) as end,
        Cable(end.port, Trouble(after, act, down=True)) as cable,
    ):
        result = call(storescu, cable.port, root, "-ta", "1", CT)
        cable.over.set()
        peer.finish()
    assert result.code == 1
    line = one_line(result)
    assert not peer.associations
    if act == "stall":
        assert 0.9 < result.seconds < 2.5
        assert "0006:031a peer did not complete the TLS handshake in time" in line
    else:
        assert result.seconds < 2
        assert re.search("closed the connection in the handshake|reset", line), line


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("after", [6, 60, 400, 700])
def test_handshakes_that_are_altered(
    root: Authority, issued: Issued, storescu: Path, version: ssl.TLSVersion, after: int
) -> None:
    with (
        ScriptedScp() as peer,
        Terminator(issued.server(version), peer.port) as end,
        Cable(end.port, Trouble(after, "flip", down=True)) as cable,
    ):
        result = call(storescu, cable.port, root, "-ta", "2", CT)
        peer.finish()
    assert result.code == 1
    assert "TLS" in one_line(result)
    assert not peer.associations


# streams that are cut or altered

CUT = 3_000_000


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    ("trouble", "says"),
    [
        (Trouble(CUT, "close"), r"without ending TLS \(close_notify\)"),
        (Trouble(CUT, "reset"), "(?i)reset|close_notify"),
        (Trouble(CUT, "flip"), "peer received a damaged record|close_notify|reset"),
        (Trouble(CUT, b"\x17\x03\x03\x00\x30" + bytes(48)), "damaged or altered on its way"),
        (Trouble(CUT, b"\x17\x03\x03\x00\x00"), "damaged or altered|TLS error"),
        (Trouble(CUT, b"\x63\x03\x03\x00\x30" + bytes(48)), "damaged or altered"),
        (Trouble(CUT, b"HTTP/1.1 500 Oops\r\n\r\n"), "TLS error"),
        (Trouble(CUT, b"\x17\x03\x03\xff\xff" + bytes(70000)), "damaged or altered"),
        (Trouble(CUT, b"\x15\x03\x03\x00\x02\x01\x00"), "TLS error|damaged"),
    ],
    ids=["close", "reset", "flip", "forged", "empty", "unknown-type", "http", "too-long", "forged-close-notify"],
)
def test_streams_that_go_wrong_in_the_data(
    tool: Path, root: Authority, issued: Issued, large: Path, version: ssl.TLSVersion, trouble: Trouble, says: str
) -> None:
    trouble = Trouble(trouble.after, trouble.act, trouble.down)
    with (
        ScriptedScp() as peer,
        Terminator(issued.server(version), peer.port) as end,
        Cable(end.port, trouble) as cable,
    ):
        result = call(tool, cable.port, root, "-td", "5", large)
        peer.finish()
    assert result.code in (FAILURE["storescu"], LOST[tool.name]), result.err
    assert "_ssl.c" not in result.err
    assert re.search(says, one_line(result)), result.err
    assert result.seconds < 5


def test_close_notify_in_the_data(tool: Path, root: Authority, issued: Issued, large: Path) -> None:
    with ScriptedScp(Script(on_data=script.close)) as peer, Terminator(issued.server(), peer.port) as end:
        result = call(tool, end.port, root, large)
        peer.finish()
    assert result.code == LOST[tool.name]
    assert "peer closed" in one_line(result)
    assert not peer.stores[0].complete


# what a peer may do in the middle


@pytest.mark.parametrize(
    ("version", "act"),
    [
        (ssl.TLSVersion.TLSv1_3, update_keys),
        (ssl.TLSVersion.TLSv1_3, lambda tls: update_keys(tls, answered=True)),
        (ssl.TLSVersion.TLSv1_2, renegotiate),
        (ssl.TLSVersion.TLSv1_2, lambda tls: renegotiate(tls, whole=True)),
    ],
    ids=["update", "update-answered", "renegotiation", "renegotiation-whole"],
)
@pytest.mark.parametrize("marks", [(1,), (100,), (1, 3_000_000), (2_000_000, 2_000_001, 7_000_000)])
def test_new_keys(
    tool: Path, root: Authority, issued: Issued, large: Path, version: ssl.TLSVersion, act: object, marks: tuple[int]
) -> None:
    """By the peer, before the first answer, between, and in the data."""
    with ScriptedScp() as peer, Terminator(issued.server(version), peer.port, act=act, marks=marks) as end:
        result = call(tool, end.port, root, "-ta", "5", "-td", "5", large)
        peer.finish()
    assert (result.code, result.err) == (0, "")
    assert bytes(peer.stores[0].data) == part10.read(large).data_set
    assert end.links[0].acts == len(marks)


def test_who_the_peer_is_counts_in_a_renegotiation_too(
    tool: Path, root: Authority, issued: Issued, large: Path, tmp_path: Path
) -> None:
    """A certificate of another authority, one for another host: shown once the association stands."""
    foreign = Authority(tmp_path, "foreign").issue("server", "rsa")
    far = root.issue("far", "rsa", hosts=["pacs.example"])
    for other, says in ((foreign, "unknown CA"), (far, "not for the host")):

        def act(tls: ssl.SSLSocket, other: Issued = other) -> None:
            tls.context = other.server(ssl.TLSVersion.TLSv1_2)
            renegotiate(tls, whole=True)

        server = issued.server(ssl.TLSVersion.TLSv1_2)
        with ScriptedScp() as peer, Terminator(server, peer.port, act=act, marks=(1_000_000,)) as end:
            result = call(tool, end.port, root, "--verify-host", large)
            peer.finish()
        assert result.code in (1, LOST[tool.name])
        assert re.search(f"not accepted: .*{says}", one_line(result)), result.err
        assert not peer.stores[0].complete


def test_a_renegotiation_that_stalls(storescu: Path, root: Authority, issued: Issued, large: Path) -> None:
    """It falls under -ts: what is to be sent waits for it."""
    over = threading.Event()

    def act(tls: ssl.SSLSocket) -> None:
        renegotiate(tls)
        over.wait(20)

    server = issued.server(ssl.TLSVersion.TLSv1_2)
    with ScriptedScp() as peer, Terminator(server, peer.port, act=act, marks=(1_000_000,)) as end:
        result = call(storescu, end.port, root, "-ts", "1", large)
        over.set()
        peer.finish()
    assert result.code == 1
    assert re.search("peer (stopped|did not)", one_line(result)), result.err
    assert 0.9 < result.seconds < 6


@pytest.mark.parametrize("version", VERSIONS)
def test_tiny_records(tool: Path, root: Authority, issued: Issued, large: Path, version: ssl.TLSVersion) -> None:
    with ScriptedScp() as peer, Terminator(issued.server(version), peer.port, pieces=1) as end:
        result = run(tool, ["+tla", "+cf", root.file, "localhost", str(end.port), CT, found.sample("MR_small.dcm")])
        peer.finish()
    assert (result.code, result.err) == (0, "")
    assert len(peer.stores) == 2


@pytest.mark.parametrize("tickets", [0, 1, 20])
def test_session_tickets(tool: Path, root: Authority, issued: Issued, tickets: int) -> None:
    server = issued.server()
    server.num_tickets = tickets
    with ScriptedScp() as peer, Terminator(server, peer.port) as end:
        result = call(tool, end.port, root, CT)
        peer.finish()
    assert (result.code, result.err, len(peer.stores)) == (0, "", 1)
