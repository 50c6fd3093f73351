"""Both tools through TLS: what arrives, what is refused, and that all goes as without TLS."""

from __future__ import annotations

import os
import pty
import re
import signal
import socket
import ssl
import subprocess
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
from compat.encode import SECONDARY_CAPTURE, data_set, file, identity, meta
from compat.inputs import Inputs
from peers import found, listening, part10, script, wire
from peers.faults import FAULTS, Fault
from peers.process import Result, run
from peers.scp import Link as PeerLink
from peers.scp import ScriptedScp
from peers.script import Script

from tls.small_authority import PASSWORD, Keys
from tls.terminator import Link, Terminator

#: RLE, deflated, native, JPEG
DECODED = ("MR_small_RLE.dcm", "image_dfl.dcm", "CT_small.dcm", "SC_rgb_jpeg_dcmtk.dcm")

FAILURE = {"storescu": 1, "dcmsend": 61}


@pytest.fixture(scope="session")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Inputs:
    return Inputs(tmp_path_factory.mktemp("inputs"))


@pytest.fixture(scope="session")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An object of 20 MB whose bytes tell their place."""
    path = tmp_path_factory.mktemp("large") / "large.dcm"
    uid = "1.2.826.0.1.3680043.2.1143.9"
    body = b"".join(number.to_bytes(4, "little") for number in range(5_000_000))
    content = data_set([*identity(SECONDARY_CAPTURE, uid), (0x7FE00010, "OB", body)])
    path.write_bytes(file(meta(SECONDARY_CAPTURE, uid, wire.EXPLICIT), content))
    return path


def sent(
    tool: Path,
    keys: Keys,
    files: list[Path],
    *options: str,
    scp: Script | None = None,
    server: ssl.SSLContext | None = None,
    trusting: bool = True,
    clean: bool = True,
    host: str = "localhost",
) -> tuple[Result, list[Link], ScriptedScp]:
    """Run the tool against the scripted SCP behind TLS."""
    with ScriptedScp(scp) as peer, Terminator(server or keys.server(), peer.port, clean) as end:
        tls = options if {"+tls", "+tla"} & set(options) else ("+tla", *options)
        trust = ["+cf", keys.ca_crt] if trusting else []
        result = run(tool, [*tls, *trust, host, str(end.port), *files], timeout=30)
        peer.finish()
    return result, end.links, peer


def line_of(result: Result) -> str:
    assert "Traceback" not in result.err
    assert len(result.lines) == 1, result.err
    return result.lines[0]


# what arrives


@pytest.mark.parametrize("identity_options", ["+tla", "+tls"])
def test_dcmtk_takes_it(tool: Path, keys: Keys, tmp_path: Path, inputs: Inputs, identity_options: str) -> None:
    """DCMTK's storescp, which wants no certificate, or one that its authority has signed."""
    ours = ["+tla"] if identity_options == "+tla" else ["+tls", keys.client_key, keys.client_crt]
    wanted = ["-ic"] if identity_options == "+tla" else ["-rc", "+cf", keys.ca_crt]
    ct = inputs.file("ct")
    program = found.dcmtk("storescp")
    port, folder = listening.free_port(), tmp_path / "received"
    folder.mkdir()
    command = [program, "+B", "+tls", keys.server_key, keys.server_crt, *wanted, "-od", folder, str(port)]

    def listens() -> bool:
        with socket.socket() as sock:
            return sock.connect_ex(("127.0.0.1", port)) == 0

    with listening.server(command, listens, tmp_path / "log"):
        result = run(tool, [*ours, "+cf", keys.ca_crt, "--verify-host", "localhost", str(port), ct])
    assert (result.code, result.err) == (0, "")
    (received,) = folder.iterdir()
    assert part10.read(received).data_set == part10.read(ct).data_set


@pytest.mark.parametrize("version", ["TLSv1.2", "TLSv1.3"])
@pytest.mark.parametrize("maximum", [0, 4096, 16384, 131072])
def test_a_large_object_arrives(tool: Path, keys: Keys, large: Path, version: str, maximum: int) -> None:
    newest = ssl.TLSVersion.TLSv1_2 if version == "TLSv1.2" else ssl.TLSVersion.TLSv1_3
    result, (link,), peer = sent(tool, keys, [large], scp=Script(max_length=maximum), server=keys.server(newest=newest))
    assert (result.code, result.err) == (0, "")
    assert bytes(peer.stores[0].data) == part10.read(large).data_set
    assert link.version == version
    assert link.concluded
    assert peer.associations[0].events[-1] in ("release", "closed")


def test_the_peer_need_not_wait_for_much(storescu: Path, keys: Keys, large: Path) -> None:
    """A piece of which records are made is small, so that it can be opened while the next one is made."""
    result, (link,), _ = sent(storescu, keys, [large], scp=Script(max_length=16384))
    assert (result.code, result.err) == (0, "")
    pieces, piece = [], 0
    for length in link.records:
        piece += length
        if length < 16384:  # OpenSSL fills all records of a piece but the last one
            pieces.append(piece)
            piece = 0
    assert 60_000 < max(pieces) < 70_000


def test_what_is_converted_arrives(keys: Keys, storescu: Path, inputs: Inputs, large: Path) -> None:
    for options, syntax in (("-xi", wire.IMPLICIT), ("-xd", wire.DEFLATED)):
        files = [inputs.file("ct"), large]
        result, _, peer = sent(storescu, keys, files, "-R", options, scp=Script(policy=script.prefer(syntax)))
        assert (result.code, result.err) == (0, "")
        with ScriptedScp(Script(policy=script.prefer(syntax))) as plain:
            assert run(storescu, ["-R", options, "localhost", str(plain.port), *files]).code == 0
            plain.finish()
        assert [bytes(store.data) for store in peer.stores] == [bytes(store.data) for store in plain.stores]
        assert [store.raw_command for store in peer.stores] == [store.raw_command for store in plain.stores]


def test_what_is_decoded_arrives(keys: Keys, dcmsend: Path) -> None:
    files = [found.sample(name) for name in DECODED]
    script_of = Script(policy=script.prefer(*wire.UNCOMPRESSED))
    result, _, peer = sent(dcmsend, keys, files, "+dly", scp=script_of)
    with ScriptedScp(script_of) as plain:
        beside = run(dcmsend, ["+dly", "localhost", str(plain.port), *files])
        plain.finish()
    assert (result.code, result.err) == (beside.code, beside.err) == (0, "")
    assert [bytes(store.data) for store in peer.stores] == [bytes(store.data) for store in plain.stores]
    assert len(peer.stores) == 4


def test_several_associations_ask_for_one_password(keys: Keys, dcmsend: Path, tmp_path: Path) -> None:
    """More contexts than an association has room for: each has a connection and a handshake of its own."""
    paths = []
    for number in range(130):
        uid = f"1.2.826.0.1.3680043.2.1143.7.{number}"
        kind = f"1.2.826.0.1.3680043.2.1143.6.{number}"
        paths.append(tmp_path / f"{number:03}.dcm")
        paths[-1].write_bytes(file(meta(kind, uid, wire.EXPLICIT), data_set(identity(kind, uid))))
    code, said = on_a_terminal(
        dcmsend, keys, paths, ["-nuc", "+tls", keys.client_locked, keys.client_crt], PASSWORD, wants=130
    )
    assert code == 0, said
    assert said.count("password") == 1


# the peers of the table, behind TLS


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.id)
def test_bad_peers_behind_tls(fault: Fault, tool: Path, keys: Keys, inputs: Inputs) -> None:
    files = [inputs.file(fault.file)]
    result, _, peer = sent(tool, keys, files, *fault.options.split(), scp=replace(fault.conduct, patience=5))
    assert result.code == fault.codes[tool.name == "dcmsend"], result.err
    assert result.seconds < fault.limit + 1
    line = line_of(result)
    assert re.search(fault.says, line) or "close_notify" in line, line
    events = " ".join(peer.associations[0].events)
    assert re.fullmatch(f"connect {fault.events}", events) or events.endswith(("closed", "hung up")), events


def test_an_end_without_close_notify_is_told_so(tool: Path, keys: Keys, inputs: Inputs) -> None:
    result, _, _ = sent(tool, keys, [inputs.file("ct")], scp=Script(on_response=script.close), clean=False)
    assert result.code == {"storescu": 10, "dcmsend": 62}[tool.name]
    assert "without ending TLS (close_notify)" in line_of(result)


# time limits and interruption


def stuck(keys: Keys, after: str, over: threading.Event) -> int:
    """A port whose server does so much of the protocol, and then neither reads nor writes. See ``after``."""
    listener = socket.create_server(("127.0.0.1", 0))
    port = int(listener.getsockname()[1])

    def serve() -> None:
        with listener:
            sock, _ = listener.accept()
            with sock:
                if after != "connect":
                    sock = keys.server().wrap_socket(sock, server_side=True)
                if after == "half":
                    sock.recv(1 << 16)
                    # the head of a record, and the first of its bytes
                    os.write(sock.fileno(), b"\x17\x03\x03\x00\x40abc")
                over.wait(20)

    threading.Thread(target=serve, daemon=True).start()
    return port


@pytest.mark.parametrize(
    ("after", "words"), [("connect", "TLS handshake in time"), ("accept", "in time"), ("half", "")]
)
def test_opening_falls_under_ta(tool: Path, keys: Keys, inputs: Inputs, after: str, words: str) -> None:
    over = threading.Event()
    port = stuck(keys, after, over)
    result = run(tool, ["-ta", "1", "+tla", "+cf", keys.ca_crt, "localhost", str(port), inputs.file("ct")])
    over.set()
    assert result.code == FAILURE[tool.name]
    assert 0.9 < result.seconds < 3
    assert "0006:031a" in line_of(result)
    assert words in line_of(result)


def test_a_peer_that_takes_nothing_more(storescu: Path, keys: Keys, large: Path) -> None:
    """It reads the head of a data set, then stops: without TLS it falls under -ts, so it does here."""
    over = threading.Event()
    conduct = Script(on_data=script.stall(over), receive_buffer=65536, patience=5)
    result, _, peer = sent(storescu, keys, [large], "-ts", "1", scp=conduct)
    over.set()
    assert result.code == 1
    assert 0.9 < result.seconds < 5
    assert "stopped taking" in line_of(result)
    assert not peer.stores[0].complete


def test_an_abort_while_sending_is_seen(tool: Path, keys: Keys, large: Path) -> None:
    """The peer aborts at the head of the data set and reads no more of it."""

    def conduct(link: PeerLink) -> bool:
        link.send(wire.abort(2, 6))
        link.pause(5)
        return False

    result, _, _ = sent(tool, keys, [large] * 3, scp=Script(on_data=conduct, receive_buffer=65536))
    assert result.code == {"storescu": 10, "dcmsend": 62}[tool.name]
    assert result.seconds < 3
    assert "peer aborted the association (source 2, reason 6)" in result.err


def test_a_response_that_comes_early_does_no_harm(tool: Path, keys: Keys, large: Path) -> None:
    result, _, peer = sent(tool, keys, [large], scp=Script(on_data=script.early, on_response=script.silent))
    assert (result.code, result.err) == (0, "")
    assert bytes(peer.stores[0].data) == part10.read(large).data_set


@pytest.mark.parametrize("stage", ["on_associate", "on_data", "on_response"])
def test_interrupt(tool: Path, keys: Keys, large: Path, stage: str) -> None:
    over = threading.Event()
    conduct = script.stall(over) if stage == "on_data" else script.silent
    with ScriptedScp(Script(**{stage: conduct})) as peer, Terminator(keys.server(), peer.port) as end:
        command = [tool, "+tla", "+cf", keys.ca_crt, "localhost", str(end.port), large]
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        peer.wait_for({"on_associate": "associate", "on_data": "command", "on_response": "store"}[stage])
        time.sleep(0.3)
        begun = time.monotonic()
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=20)
        seconds = time.monotonic() - begun
        over.set()
        peer.finish()
    assert process.returncode == 130, err
    assert seconds < 1.5
    assert "interrupted by the user" in err
    if stage != "on_data":
        assert peer.associations[0].events[-1].startswith("abort")


# who the peer is


def test_nothing_is_sent_to_a_peer_that_is_not_trusted(tool: Path, keys: Keys, inputs: Inputs) -> None:
    result, (link,), peer = sent(tool, keys, [inputs.file("ct")], trusting=False)
    assert result.code == FAILURE[tool.name]
    assert re.search(r"F: .*000b:0886 TLS error: .*unknown CA.*\+cf", line_of(result))
    assert link.read == 0
    assert "unknown ca" in link.failure.lower().replace("_", " ")
    assert not peer.associations


def test_verify_host(tool: Path, keys: Keys, inputs: Inputs) -> None:
    for host, options, code in (
        ("localhost", ["--verify-host"], 0),
        ("127.0.0.1", ["--verify-host"], 0),
        ("127.0.0.1", ["--verify-host", "--request-sni", "localhost"], 0),
        ("127.0.0.1", ["--verify-host", "--request-sni", "elsewhere"], FAILURE[tool.name]),
        ("localhost", [], 0),
    ):
        result, (link,), _ = sent(tool, keys, [inputs.file("ct")], *options, host=host)
        assert result.code == code, result.err
        told = options[2] if len(options) > 2 else host if options and host == "localhost" else None
        assert link.name == told
        if code:
            assert "it is not for the host that was dialled" in line_of(result)
            assert link.read == 0


def test_ignored_certificates(tool: Path, keys: Keys, inputs: Inputs) -> None:
    result, _, peer = sent(tool, keys, [inputs.file("ct")], "-ic", trusting=False)
    assert (result.code, result.err, len(peer.stores)) == (0, "", 1)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["+crl", "none.crl"], 0),
        (["+crl", "none.crl", "+cra"], 0),
        (["+crl", "server.crl"], 1),
        (["+crv"], 1),
    ],
)
def test_revocation(tool: Path, keys: Keys, inputs: Inputs, options: list[str], code: int) -> None:
    given = [str(keys.folder / word) if word.endswith(".crl") else word for word in options]
    result, _, _ = sent(tool, keys, [inputs.file("ct")], *given)
    assert result.code == (FAILURE[tool.name] if code else 0), result.err
    if code:
        assert ("was revoked" if "server.crl" in options else "no certificate revocation list") in line_of(result)


def test_a_directory_of_certificates(tool: Path, keys: Keys, inputs: Inputs, tmp_path: Path) -> None:
    (tmp_path / "authority.der").write_bytes(Path(keys.ca_der).read_bytes())
    (tmp_path / "README").write_text("not a certificate")
    result, _, _ = sent(tool, keys, [inputs.file("ct")], "+cd", str(tmp_path), trusting=False)
    assert (result.code, result.err) == (0, "")


@pytest.mark.parametrize("newest", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_certificate_that_is_wanted_and_missing(
    tool: Path, keys: Keys, inputs: Inputs, newest: ssl.TLSVersion
) -> None:
    server = keys.server(ssl.CERT_REQUIRED, newest=newest)
    result, _, peer = sent(tool, keys, [inputs.file("ct")], server=server)
    assert result.code == FAILURE[tool.name]
    assert "wants a certificate of this side (+tls)" in line_of(result)
    assert not peer.stores


def test_a_plain_peer(tool: Path, keys: Keys, inputs: Inputs) -> None:
    with ScriptedScp() as peer:
        result = run(tool, ["+tla", "+cf", keys.ca_crt, "localhost", str(peer.port), inputs.file("ct")])
        (seen,) = peer.finish()
    assert result.code == FAILURE[tool.name]
    assert "speak" in line_of(result) and "TLS" in line_of(result)
    assert not seen.stores


# keys and passwords

PEM = ["-pem"]
DER = ["-der"]


@pytest.mark.parametrize(
    ("key", "certificate", "options"),
    [
        ("client.key", "client.crt", PEM),
        ("client.p8", "client.der", DER),
        ("client.old", "client.der", DER),
        ("rsa.old", "rsa.der", DER),
        ("rsa.p8", "rsa.der", DER),
        ("rsa.locked", "rsa.crt", ["+pw", PASSWORD]),
        ("client.lockedder", "client.der", ["-der", "+pw", PASSWORD]),
        ("client.key", "client.crt", ["-pw"]),
    ],
)
def test_keys(tool: Path, keys: Keys, inputs: Inputs, key: str, certificate: str, options: list[str]) -> None:
    identity_options = ["+tls", str(keys.folder / key), str(keys.folder / certificate)]
    server = keys.server(ssl.CERT_REQUIRED)
    result, (link,), _ = sent(tool, keys, [inputs.file("ct")], *identity_options, *options, server=server)
    assert (result.code, result.err) == (0, "")
    assert link.subject == key.partition(".")[0]


@pytest.mark.parametrize(
    ("key", "certificate", "options", "says"),
    [
        ("client.locked", "client.crt", ["+pw", "wrong secret"], "000b:0004 .*wrong password"),
        ("client.locked", "client.crt", ["-pw"], "000b:0004 .*wrong password"),
        ("client.lockedder", "client.der", ["-der", "+pw", "wrong secret"], "000b:0004 .*wrong password"),
        ("client.locked", "client.crt", [], "000b:0004|no terminal"),
        ("absent", "client.crt", [], "000b:0004 Unable to load private TLS key: .*absent: No such file"),
        ("client.crt", "client.crt", [], "000b:0004 .*client.crt: holds no private key in PEM"),
        ("client.p8", "client.crt", [], "000b:0004 .*holds no private key in PEM .*--der-keys"),
        ("client.key", "client.crt", ["-der"], "000b:0004 .*is not a private key in DER .*--pem-keys"),
        ("client.p8", "client.crt", ["-der"], "000b:0006 .*is not a certificate in DER"),
        ("client.key", "absent", [], "000b:0006 .*absent: No such file"),
        ("client.key", "client.key", [], "000b:0006 .*holds no certificate"),
        ("client.key", "server.crt", [], "000b:0006 .*do not match"),
        ("rsa.key", "server.crt", [], "000b:0006 .*do not match"),
    ],
)
def test_keys_that_cannot_be_used(
    tool: Path, keys: Keys, inputs: Inputs, key: str, certificate: str, options: list[str], says: str
) -> None:
    """Found before anything is connected. No message shows a password."""
    arguments = ["+tls", str(keys.folder / key), str(keys.folder / certificate), *options, "+cf", keys.ca_crt]
    command = [tool, "--arguments", *arguments, "localhost", str(listening.free_port()), inputs.file("ct")]
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        start_new_session=True,
        timeout=20,
        check=False,
    )
    assert done.returncode == 1
    (said,) = [line for line in done.stderr.splitlines() if not line.startswith("I: ")]
    assert re.search(says, said), said
    assert "secret" not in done.stderr + done.stdout


def on_a_terminal(
    tool: Path, keys: Keys, files: list[Path], options: list[str], typed: str, wants: int = 1
) -> tuple[int, str]:
    """Run the tool on a terminal of its own, type a line when it asks; its exit code, and all that is on the screen."""
    with ScriptedScp() as peer, Terminator(keys.server(ssl.CERT_REQUIRED), peer.port) as end:
        child, master = pty.fork()
        if child == 0:
            os.execv(tool, [str(tool), *options, "+cf", keys.ca_crt, "localhost", str(end.port), *map(str, files)])
        screen = b""
        asked = False
        while True:
            try:
                part = os.read(master, 4096)
            except OSError:
                break
            if not part:
                break
            screen += part
            if b": " in screen and not asked:
                asked = True
                os.write(master, typed.encode() + (b"" if typed == "\x03" else b"\n"))
        _, status = os.waitpid(child, 0)
        os.close(master)
        peer.finish()
        assert len(peer.stores) in (0, wants)
    return os.waitstatus_to_exitcode(status), screen.decode(errors="replace")


@pytest.mark.parametrize("options", [[], ["+ps"]])
def test_a_password_that_is_typed_is_not_shown(tool: Path, keys: Keys, inputs: Inputs, options: list[str]) -> None:
    identity_options = ["+tls", keys.client_locked, keys.client_crt, *options]
    code, screen = on_a_terminal(tool, keys, [inputs.file("ct")], identity_options, PASSWORD)
    assert code == 0, screen
    assert PASSWORD not in screen
    assert "password of the private key" in screen
    code, screen = on_a_terminal(tool, keys, [inputs.file("ct")], identity_options, "wrong secret")
    assert code == 1
    assert "wrong password" in screen
    assert "secret" not in screen


def test_ctrl_c_at_the_prompt(tool: Path, keys: Keys, inputs: Inputs) -> None:
    code, screen = on_a_terminal(tool, keys, [inputs.file("ct")], ["+tls", keys.client_locked, keys.client_crt], "\x03")
    assert code == 130
    assert "interrupted by the user" in screen
    assert "Traceback" not in screen


@pytest.mark.parametrize(("typed", "says"), [("\x04", "none was typed"), ("", "wrong password")])
def test_nothing_is_typed(tool: Path, keys: Keys, inputs: Inputs, typed: str, says: str) -> None:
    """Ctrl-D, and an empty line."""
    words = ["+tls", keys.client_locked, keys.client_crt]
    code, screen = on_a_terminal(tool, keys, [inputs.file("ct")], words, typed)
    assert code == 1
    assert says in screen


# what is offered


@pytest.mark.parametrize(
    ("profile", "oldest", "newest", "version"),
    [
        ("+pg", "TLSv1", "TLSv1_3", "TLSv1.3"),
        ("+pg", "TLSv1_2", "TLSv1_2", "TLSv1.2"),
        ("+pm", "TLSv1_2", "TLSv1_2", "TLSv1.2"),
        ("+py", "TLSv1_2", "TLSv1_2", "TLSv1.2"),
        ("+px", "TLSv1_2", "TLSv1_2", "TLSv1.2"),
        ("+pz", "TLSv1_2", "TLSv1_3", "TLSv1.2"),
        ("+pa", "TLSv1_2", "TLSv1_3", "TLSv1.2"),
    ],
)
def test_profiles(tool: Path, keys: Keys, inputs: Inputs, profile: str, oldest: str, newest: str, version: str) -> None:
    server = keys.server()
    server.minimum_version, server.maximum_version = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion[newest]
    server.set_ciphers("ALL")
    result, (link,), _ = sent(tool, keys, [inputs.file("ct")], profile, server=server)
    assert (result.code, result.err) == (0, "")
    assert link.version == version


def test_nothing_in_common(tool: Path, keys: Keys, inputs: Inputs) -> None:
    server = keys.server(newest=ssl.TLSVersion.TLSv1_2)
    server.set_ciphers("ECDHE-RSA-AES256-SHA384")
    result, _, _ = sent(tool, keys, [inputs.file("ct")], server=server)
    assert result.code == FAILURE[tool.name]
    assert "000b:0c10" in line_of(result) and "no cipher suite or version of TLS in common" in line_of(result)
    added = ["+cs", "TLS_RSA_WITH_AES_128_CBC_SHA", "+cs", "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384"]
    result, (link,), _ = sent(tool, keys, [inputs.file("ct")], *added, server=server)
    assert (result.code, link.cipher) == (0, "ECDHE-RSA-AES256-SHA384")


def test_no_version_in_common(tool: Path, keys: Keys, inputs: Inputs) -> None:
    server = keys.server(oldest=ssl.TLSVersion.TLSv1_3)
    result, _, _ = sent(tool, keys, [inputs.file("ct")], "+pz", server=server)
    assert result.code == FAILURE[tool.name]
    assert "versions of TLS" in line_of(result)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["+cs", "TLS_RSA_WITH_FOO"], "0001:0007 unknown ciphersuite TLS_RSA_WITH_FOO"),
        (["+cs", "TLS_RSA_WITH_RC4_128_MD5"], "TLS_RSA_WITH_RC4_128_MD5 is not available: OpenSSL .* does not have it"),
        (["+cs", "TLS_RSA_WITH_NULL_SHA"], "does not encrypt"),
        (["+cs", "TLS_AES_128_CCM_SHA256"], "TLS 1.3 cannot be chosen"),
        (["+pa", "+cs", "TLS_AES_128_GCM_SHA256"], "belongs to TLS 1.3"),
        (["+pb"], "--profile-basic is not available: OpenSSL .* has no TLS_RSA_WITH_3DES_EDE_CBC_SHA"),
        (["+cf", "absent"], "cannot read certificate file: absent: No such file"),
        (["+cf", __file__], "holds no certificate"),
        (["+cd", "absent"], "cannot read certificate directory: absent: No such file"),
        (["+crl", "absent"], "cannot read certificate revocation list: absent"),
    ],
)
def test_what_cannot_be_had_is_told_before_connecting(
    tool: Path, inputs: Inputs, options: list[str], says: str
) -> None:
    result = run(tool, ["+tla", *options, "localhost", str(listening.free_port()), inputs.file("ct")])
    assert result.code == 1
    assert re.search(says, line_of(result)), result.err


def test_what_means_nothing_any_more_is_said_once(tool: Path, keys: Keys, inputs: Inputs, tmp_path: Path) -> None:
    absent = str(tmp_path / "absent")
    idle = ["+dp", absent, "+rs", absent, "+wf", absent]
    result, _, _ = sent(tool, keys, [inputs.file("ct")], *idle)
    assert (result.code, result.err) == (0, "")
    result, _, _ = sent(tool, keys, [inputs.file("ct")] * 2, "-v", *idle)
    assert [result.err.count(f"--{name} has no effect") for name in ("dhparam", "seed", "write-seed-file")] == [1] * 3
    assert not (tmp_path / "absent").exists()


def test_the_log_names_version_and_suite_once(tool: Path, keys: Keys, inputs: Inputs) -> None:
    result, (link,), _ = sent(tool, keys, [inputs.file("ct")], "-v")
    assert link.version == "TLSv1.3"
    text = f"I: Transport connection: TLS over TCP/IP, TLSv1.3, {link.cipher}, encryption: "
    assert result.err.count(text) == 1
    result, _, _ = sent(tool, keys, [inputs.file("ct")], "-d")
    lines = result.err.splitlines()
    at = lines.index("D: Transport connection: TLS over TCP/IP")
    assert lines[at + 1] == "D:   Protocol    : TLSv1.3"
    assert "commonName=server" in lines[at + 4]
    assert result.err.count("Transport connection") == 1


@pytest.mark.parametrize("option", ["--list-profiles", "--list-ciphers"])
def test_lists(tool: Path, option: str) -> None:
    result = run(tool, [option])
    assert (result.code, result.err) == (0, "")
    assert "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256" in result.out
    assert "TLS_AES_256_GCM_SHA384" in result.out
    if option == "--list-profiles":
        assert "--profile-8996: BCP 195 RFC 8996 (default)\n    TLS 1.2, 1.3\n" in result.out
        assert "not available: OpenSSL" in result.out
