"""Who the peer is: certificates of all kinds, and what leaves this side before the peer is known (RFC 5280 6)."""

from __future__ import annotations

import re
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID
from peers import found
from peers.process import Result, run
from peers.scp import ScriptedScp

from tls.authority import Authority, Issued
from tls.cable import ALERT, APPLICATION_DATA, SEALED_ALERT, Cable, records
from tls.terminator import Terminator

FAILURE = {"storescu": 1, "dcmsend": 61}
VERSIONS = [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3]


@dataclass
class World:
    """A root and what hangs from it: ``middle`` is an intermediate authority, ``other`` a root that nobody trusts."""

    root: Authority
    middle: Authority
    other: Authority

    def path(self, name: str) -> str:
        return str(self.root.folder / name)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    folder = tmp_path_factory.mktemp("world")
    root = Authority(folder, "root")
    return World(root, Authority(folder, "middle", root), Authority(folder, "other"))


@dataclass
class Case:
    """A certificate of the peer, options, and what is said; "" where it must be accepted."""

    id: str
    make: Callable[[World], Issued]
    options: Callable[[World], list[str]]
    says: str
    host: str = "localhost"
    chained: bool = True
    trusted: str = "root.pem"


def plain(_world: World) -> list[str]:
    return []


def verify_host(_world: World) -> list[str]:
    return ["--verify-host"]


def good(world: World) -> Issued:
    return world.root.issue("good")


def below(world: World) -> Issued:
    return world.middle.issue("below")


def self_signed(world: World) -> Issued:
    return Authority(world.root.folder, "self", until=2).as_server()


def below_expired(world: World) -> Issued:
    return Authority(world.root.folder, "old-middle", world.root, until=-1).issue("below-expired")


def below_revoked(world: World, *options: str) -> list[str]:
    """Lists of both authorities: the root has revoked the intermediate one."""
    lists = world.root.revoke("root-revokes", world.middle.certificate), world.middle.revoke("middle-revokes-none")
    return [word for path in lists for word in ("+crl", str(path))] + list(options)


def no_server(world: World) -> Issued:
    return world.root.issue("no-server", more=[x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH])])


CASES = [
    Case("good", good, plain, ""),
    Case("intermediate", below, plain, ""),
    Case("intermediate-is-trusted", below, lambda w: ["+cf", str(w.middle.file)], "", chained=False),
    Case("intermediate-is-not-sent", below, plain, "unknown CA", chained=False),
    Case("unknown-ca", lambda w: w.other.issue("foreign"), plain, r"unknown CA.*\+cf"),
    Case("self-signed", self_signed, plain, "self-signed"),
    Case("self-signed-is-trusted", self_signed, plain, "", trusted="self.pem"),
    Case(
        "expired", lambda w: w.root.issue("expired", since=-3, until=-1), plain, "it, or one of its chain, has expired"
    ),
    Case("not-yet-valid", lambda w: w.root.issue("early", since=1, until=2), plain, "not yet valid.*clock"),
    Case("issuer-expired", below_expired, plain, "expired"),
    Case("for-clients", no_server, plain, "not meant for a server"),
    Case("weak-key", lambda w: w.root.issue("weak", "weak"), plain, "key is too small"),
    Case("revoked", lambda w: revoked(w)[0], lambda w: ["+crl", w.path("root-revokes-good.crl")], "revoked"),
    Case("issuer-revoked", below, lambda w: below_revoked(w, "+cra"), "revoked"),
    Case("issuer-revoked-but-only-the-peer-is-checked", below, below_revoked, ""),
    Case("crl-missing", good, lambda w: ["+crv"], "no certificate revocation list"),
    Case("crl-of-issuer-missing", below, lambda w: ["+cra", "+crl", str(w.middle.revoke("m"))], "no certificate rev"),
    Case("crl-expired", good, lambda w: ["+crl", str(w.root.revoke("late", since=-3, until=-1))], "list has expired"),
    Case("crl-early", good, lambda w: ["+crl", str(w.root.revoke("soon", since=1, until=2))], "list is not yet valid"),
    Case("crl-forged", good, lambda w: ["+crl", forged(w)], "signature of the certificate revocation list"),
    Case("wrong-host", lambda w: w.root.issue("far", hosts=["pacs.example"]), verify_host, "not for the host"),
    Case("wrong-address", lambda w: w.root.issue("far", hosts=["10.1.2.3"]), verify_host, "address", host="127.0.0.1"),
    Case("name-for-address", lambda w: w.root.issue("n", hosts=["localhost"]), verify_host, "addr", host="127.0.0.1"),
    Case("right-host", good, verify_host, ""),
    Case("right-address", good, verify_host, "", host="127.0.0.1"),
    Case("wildcard", lambda w: w.root.issue("wild", hosts=["*.localhost"]), verify_host, "not for the host"),
    Case("other-host-not-asked", lambda w: w.root.issue("far", hosts=["pacs.example"]), plain, ""),
]


def revoked(world: World) -> tuple[Issued, Path]:
    issued = good(world)
    return issued, world.root.revoke("root-revokes-good", issued.certificate)


def forged(world: World) -> str:
    """A list under the root's name that the root has not signed."""
    liar = Authority(world.root.folder, "root-of-lies")
    liar.certificate = world.root.certificate
    return str(liar.revoke("forged"))


def nothing_said(stream: bytes) -> bool:
    """Whether a client only shook hands: in TLS 1.2 no record of data, in 1.3 at most an alert looks like one."""
    data = [length for kind, length in records(stream) if kind == APPLICATION_DATA]
    return not data or data == [SEALED_ALERT]


def send(
    tool: Path, server: ssl.SSLContext, *options: str, host: str = "localhost"
) -> tuple[Result, Cable, Terminator, ScriptedScp]:
    with ScriptedScp() as peer, Terminator(server, peer.port) as end, Cable(end.port) as cable:
        files = [found.sample("CT_small.dcm"), found.sample("MR_small.dcm")]
        result = run(tool, ["+tla", *options, host, str(cable.port), *files])
        peer.finish()
    assert "Traceback" not in result.err
    return result, cable, end, peer


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_whom_it_sends_to(case: Case, version: ssl.TLSVersion, tool: Path, world: World) -> None:
    server = case.make(world).server(version, chained=case.chained)
    options = case.options(world)
    result, cable, end, peer = send(tool, server, *options, "+cf", world.path(case.trusted), host=case.host)
    if not case.says:
        assert (result.code, result.err) == (0, "")
        assert [store.status for store in peer.stores] == [0, 0]
        assert not nothing_said(bytes(cable.up))
        return
    assert result.code == FAILURE[tool.name], result.err
    assert len(result.lines) == 1
    assert re.search(f"000b:0886 .*certificate of the peer was not accepted: .*{case.says}", result.err), result.err
    assert nothing_said(bytes(cable.up)), records(bytes(cable.up))
    # the peer has nothing decrypted, and was told by an alert that it is over
    assert not peer.associations and [link.read for link in end.links] == [0]
    assert records(bytes(cable.up))[-1][0] in (ALERT, APPLICATION_DATA)
    assert "alert" in end.links[0].failure.lower()


@pytest.mark.parametrize("name", ["a..b", ".example", "a" * 64 + ".example", "a" * 300])
def test_names_that_nobody_can_have(tool: Path, world: World, name: str) -> None:
    """Told before anything is connected."""
    words = ["+cf", world.path("root.pem"), "--request-sni", name]
    result, cable, _, _ = send(tool, good(world).server(), *words)
    assert result.code == 1
    assert len(result.lines) == 1 and f"{name} is no host name that a certificate could have" in result.err
    assert not cable.up


@pytest.mark.parametrize("name", ["", ".", "%eth0"])
def test_the_host_is_not_left_unverified_for_want_of_a_name(tool: Path, world: World, name: str) -> None:
    words = ["+cf", world.path("root.pem"), "--verify-host", "--request-sni", name]
    result, cable, _, _ = send(tool, good(world).server(), *words)
    assert result.code == 1
    assert len(result.lines) == 1 and "--verify-host: there is no host name" in result.err
    assert not cable.up


#: GeneralNames (RFC 5280 4.2.1.6): a DNS name and a URI that are not ASCII, an address of one byte
ODD_NAMES = [b"\x30\x05\x82\x03\xff\x0a\x00", b"\x30\x05\x86\x03\xff\xfe\x0a", b"\x30\x03\x87\x01\x05"]


@pytest.mark.parametrize("odd", [None, *ODD_NAMES])
def test_certificates_with_odd_names(tool: Path, world: World, odd: bytes | None) -> None:
    """They are shown by --debug without harm, and no name in them makes lines of the log."""
    extensions = [x509.UnrecognizedExtension(x509.ObjectIdentifier("2.5.29.17"), odd)] if odd else []
    issued = world.root.issue("evil\nF: forged\x1b[31m", hosts=(), more=extensions, file="odd")
    words = ["+cf", world.path("root.pem"), "-d"]
    result, _, _, peer = send(tool, issued.server(), *words)
    assert result.code == 0, result.err
    assert len(peer.stores) == 2
    assert "\x1b" not in result.err and "\nF: " not in result.err
    assert "Peer X.509v3 Certificate" in result.err
    result, cable, _, _ = send(tool, issued.server(), *words[:2], "--verify-host")
    assert result.code == FAILURE[tool.name] and "it is not for the host" in result.err
    assert nothing_said(bytes(cable.up))
