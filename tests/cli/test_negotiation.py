"""Profiles, user identity and the wider choice of SOP classes and transfer syntaxes, as a user of storescu meets them.

What DCMTK's storescu does with the same command lines is compared in ``tests/compat``; here is what it does not show.
"""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from compat.encode import CT, MR, SECONDARY_CAPTURE, instance
from compat.inputs import ROOT, Inputs
from compat.negotiation_rows import ANSWERED, answer, counted, roles
from compat.texts import SECRET, profile
from peers import dcmtk, found, process, script, wire
from peers.scp import Association, ScriptedScp
from peers.script import Script

from storejet.errors import OUR_FAULT

COMPRESSED = "1.2.840.10008.1.2.4."
#: --propose-… → preferred transfer syntax (PS3.6 table A-1)
YOUNG = {
    "htj2k-lossless": COMPRESSED + "201",
    "htj2k-rpcl": COMPRESSED + "202",
    "htj2k": COMPRESSED + "203",
    "jpegxl-lossless": COMPRESSED + "110",
    "jpegxl-recompression": COMPRESSED + "111",
    "jpegxl": COMPRESSED + "112",
}
IDENTITY_ITEM = 0x58


@pytest.fixture
def inputs(tmp_path: Path) -> Inputs:
    return Inputs(tmp_path)


@pytest.fixture
def send(storescu: Path) -> Callable[..., tuple[process.Result, Association | None]]:
    """``send(*words, conduct=…)``, its last word a file → what storescu said, and its association, if any."""

    def sending(*words: str | Path, conduct: Script | None = None) -> tuple[process.Result, Association | None]:
        with ScriptedScp(conduct or Script()) as scp:
            result = process.run(storescu, [*words[:-1], "127.0.0.1", str(scp.port), words[-1]])
            associations = scp.finish()
        assert "Traceback" not in result.err
        return result, associations[0] if associations else None

    return sending


def write(path: Path, content: bytes | str) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


# newer transfer syntaxes


@pytest.mark.parametrize("option", YOUNG)
def test_a_young_transfer_syntax_is_proposed_before_the_uncompressed_ones(
    option: str, send: Callable[..., tuple[process.Result, Association]], tmp_path: Path
) -> None:
    file = write(tmp_path / "image.dcm", instance(SECONDARY_CAPTURE, "2.25.1", YOUNG[option]))
    result, association = send(f"--propose-{option}", "-R", file)
    assert result.code == 0, result.err
    assert association.request is not None
    contexts = [(context.id, context.abstract, context.syntaxes) for context in association.request.contexts]
    assert contexts == [
        (1, SECONDARY_CAPTURE, (YOUNG[option],)),
        (3, SECONDARY_CAPTURE, (wire.EXPLICIT, wire.BIG_ENDIAN, wire.IMPLICIT)),
    ]
    assert [(store.context, store.status) for store in association.stores] == [(1, 0)]
    result, association = send(f"--propose-{option}", "+C", file)
    assert association.request is not None
    assert len(association.request.contexts) == 64
    assert {context.syntaxes for context in association.request.contexts} == {
        (YOUNG[option], wire.EXPLICIT, wire.BIG_ENDIAN, wire.IMPLICIT)
    }


def test_young_transfer_syntaxes_belong_to_the_group_of_proposals(
    send: Callable[..., tuple[process.Result, Association]], inputs: Inputs
) -> None:
    result, association = send("--propose-htj2k", "-xs", "--propose-jpegxl", "-R", inputs.file("ct"))
    assert association.request is not None
    assert association.request.contexts[0].syntaxes == (YOUNG["jpegxl"],)
    result, none = send("-xf", inputs.text("plain"), "P", "--propose-htj2k", inputs.file("ct"))
    assert (result.code, none) == (1, None)
    assert "error: --config-file not allowed with --propose-htj2k" in result.err


# SOP classes of --required


def test_required_takes_private_and_young_classes_but_nothing_that_is_no_storage(
    send: Callable[..., tuple[process.Result, Association]], inputs: Inputs, storescu: Path
) -> None:
    taken = [inputs.file(name) for name in ("private-class", "unknown-storage-class", "ct")]
    refused = [inputs.file(name) for name in ("query-class", "unknown-standard-class", "dicomdir", "invalid-class")]
    with ScriptedScp() as scp:
        result = process.run(storescu, ["-R", "-nh", "127.0.0.1", str(scp.port), *taken, *refused])
        (association,) = scp.finish()
    assert result.code == 0, result.err
    assert [store.sop_class for store in association.stores] == ["2.25.77", ROOT + "9999", CT]
    assert association.request is not None
    classes = [context.abstract for context in association.request.contexts]
    assert classes == ["2.25.77", "2.25.77", ROOT + "9999", ROOT + "9999", CT, CT]
    assert len(result.lines) == len(refused)
    for line, file in zip(result.lines, refused, strict=True):
        assert line.startswith("W: unknown storage SOP class in file: ")
        assert f": {file}, ignoring file; try: " in line


def test_too_many_contexts_name_the_tool_that_can(inputs: Inputs, storescu: Path) -> None:
    files = inputs.many("private-65")
    with ScriptedScp() as scp:
        result = process.run(storescu, ["-R", "127.0.0.1", str(scp.port), *files])
        assert scp.finish() == []
    assert result.code == 1
    (line,) = result.lines
    assert line.startswith("F: Association Request Failed: 0006:0101 Too many presentation contexts: 130 needed")
    assert "dcmsend uses several associations" in line


# profiles


def test_a_profile_and_what_came_of_it_in_the_words_of_dcmtk(inputs: Inputs, storescu: Path) -> None:
    """The blocks of +v are those of DCMTK, but for who made the request."""
    conduct = answer(roles(1, 0), (0x56, counted(CT) + b"\1\2"), (0x59, b"\0\2ok"))
    options = ["-v", "+v", "-xf", inputs.text("roles-and-extended"), "P", "-usr", "joe", "-rsp"]
    blocks = []
    for program in (found.dcmtk("storescu"), storescu):
        with ScriptedScp(conduct) as scp:
            result = process.run(program, [*options, "127.0.0.1", str(scp.port), inputs.file("ct")])
            scp.finish()
        assert result.code == 0, result.err
        lines = result.err.replace("Username: [joe]", "Username (not dumped) length: 3").splitlines()
        blocks.append([line for line in lines if " Implementation " not in line and "Max PDU" not in line])
    theirs, ours = blocks
    start, end = "I: Request Parameters:", "I: ======================= END A-ASSOCIATE-AC ======================"
    assert ours[ours.index(start) : ours.index(end)] == theirs[theirs.index(start) : theirs.index(end)]
    assert any("Accepted SCP/SCU Role: SCU" in line for line in ours)


def test_a_class_of_another_service_is_shown_by_its_name(
    send: Callable[..., tuple[process.Result, Association]], inputs: Inputs
) -> None:
    result, _ = send("-v", "+v", "-xf", inputs.text("pc-service"), "P", inputs.file("ct"))
    assert "I:     Abstract Syntax: =VerificationSOPClass" in result.lines


def test_an_instance_is_not_sent_against_the_negotiated_role(inputs: Inputs, storescu: Path) -> None:
    text = profile(role="CTImageStorage\\BOTH").replace("[[SCP", "PresentationContext2 = MRImageStorage\\TS\n[[SCP")
    words = ["-nh", "-xf", write(inputs.folder / "roles.cfg", text), "P"]
    with ScriptedScp(answer(roles(0, 1))) as scp:
        result = process.run(storescu, [*words, "127.0.0.1", str(scp.port), inputs.file("ct"), inputs.file("mr")])
        (association,) = scp.finish()
    assert result.code == 0
    assert [store.sop_class for store in association.stores] == [MR]
    assert association.ending == "release"
    (line,) = result.lines
    assert line.startswith(
        f"E: Store Failed, file: {inputs.file('ct')}: 0006:0208 No presentation context for: (CT) {CT}"
    )
    assert "in which this side may be SCU: the negotiated role is another" in line


def test_what_a_file_says_without_effect_is_warned_of(
    send: Callable[..., tuple[process.Result, Association]], inputs: Inputs
) -> None:
    file = inputs.text("ts-gap")
    result, _ = send("-xf", file, "P", inputs.file("ct"))
    assert result.code == 0
    assert result.lines == [f"W: {file}, line 4: TRANSFERSYNTAX3 is ignored, for there is no TRANSFERSYNTAX2"]


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("missing", "unable to open configuration file: {}: No such file or directory"),
        ("folder", "unable to open configuration file: {}: Is a directory"),
        ("endless", "{} has more than 1048576 bytes, which no negotiation file needs"),
        ("wrong", "not a valid transfer syntax UID: Nope ({}, line 3)"),
    ],
)
def test_a_file_that_is_of_no_use_ends_the_run_before_anything_else(
    name: str, says: str, inputs: Inputs, storescu: Path, tmp_path: Path
) -> None:
    paths = {"folder": tmp_path, "endless": Path("/dev/zero"), "wrong": inputs.text("ts-unknown")}
    path = paths.get(name, tmp_path / "missing.cfg")
    result = process.run(storescu, ["-v", "-xf", path, "P", "127.0.0.1", "9", tmp_path / "no-such-file"])
    assert result.code == 1
    assert result.lines == [f"E: reading config file: {says.format(path)}"]


def test_a_profile_that_is_not_there_is_found_after_the_files_were_looked_at(inputs: Inputs, storescu: Path) -> None:
    file = inputs.text("plain")
    result = process.run(storescu, ["-v", "-xf", file, "Q", "127.0.0.1", "9", inputs.file("ct")])
    assert result.code == 1
    assert result.lines == [
        "I: checking input files ...",
        f"F: Association Request Failed: 0006:0426 profile key undefined: Q ({file} has P)",
    ]


def test_storescp_takes_what_a_profile_proposes(inputs: Inputs, storescu: Path, tmp_path: Path) -> None:
    with dcmtk.storescp(tmp_path / "scp", "+xa") as peer:
        words = ["-xf", inputs.text("roles-and-extended"), "P", "127.0.0.1", str(peer.port), inputs.file("ct")]
        result = process.run(storescu, words)
        assert (result.code, result.err) == (0, "")
        assert len(peer.take()) == 1


# user identity


def identity(association: Association) -> bytes:
    assert association.request is not None
    (item,) = [value for kind, value in association.request.user_items if kind == IDENTITY_ITEM]
    return item


def test_a_name_that_is_not_ascii_is_sent_as_utf_8_whatever_the_locale(inputs: Inputs, storescu: Path) -> None:
    for locale in ("C", "C.UTF-8", "POSIX"):
        with ScriptedScp() as scp:
            words = ["-usr", "Jos\u00e9", "127.0.0.1", str(scp.port), inputs.file("ct")]
            result = process.run(storescu, words, env={"LC_ALL": locale})
            (association,) = scp.finish()
        assert result.code == 0, result.err
        assert identity(association) == b"\x01\x00\x00\x05Jos\xc3\xa9\x00\x00"


def test_a_token_may_come_through_a_pipe(inputs: Inputs, storescu: Path, tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    writer = threading.Thread(target=fifo.write_bytes, args=(b"token",), daemon=True)
    writer.start()
    with ScriptedScp() as scp:
        result = process.run(storescu, ["--jwt", fifo, "127.0.0.1", str(scp.port), inputs.file("ct")])
        (association,) = scp.finish()
    writer.join(5)
    assert result.code == 0, result.err
    assert identity(association) == b"\x05\x00\x00\x05token\x00\x00"


@pytest.mark.parametrize("kind", ["-usr", "-kt", "--saml", "--jwt"])
def test_an_answer_is_insisted_on_for_every_type_of_identity(
    kind: str, send: Callable[..., tuple[process.Result, Association]], inputs: Inputs
) -> None:
    value = "joe" if kind == "-usr" else inputs.text("token")
    result, association = send(kind, value, "-rsp", "-v", inputs.file("ct"))
    assert result.code == 1
    assert re.fullmatch(
        "F: Association Request Failed: 0006:0108 User Identity Negotiation failed: "
        r"Positive response requested but none received \(peer 127\.0\.0\.1:\d+\); "
        r"try: do not insist on an answer \(without -rsp\), or .*",
        result.lines[-1],
    )
    assert association.stores == []
    assert association.events == ["connect", "associate", "abort 0 0"]
    assert identity(association)[1] == 1
    result, association = send(kind, value, "-rsp", inputs.file("ct"), conduct=ANSWERED)
    assert (result.code, result.err) == (0, "")
    assert [store.status for store in association.stores] == [0]


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("missing", "Unable to open Kerberos, SAML or JWT file: {}: No such file or directory"),
        ("token-empty", "Unable to read Kerberos, SAML or JWT info from file: {}: File empty?"),
    ],
)
def test_a_token_that_cannot_be_read_ends_the_run_before_a_connection(
    name: str, says: str, send: Callable[..., tuple[process.Result, Association | None]], inputs: Inputs
) -> None:
    for option in ("-kt", "--saml", "--jwt"):
        path = inputs.text(name)
        result, association = send(option, path, inputs.file("ct"))
        assert (result.code, association) == (1, None)
        assert result.lines == [f"E: {says.format(path)}"]


def test_an_identity_that_is_too_large_is_said_to_be_so(
    send: Callable[..., tuple[process.Result, Association | None]], inputs: Inputs
) -> None:
    for path in (inputs.text("token-large"), Path("/dev/zero")):
        result, association = send("--saml", path, inputs.file("ct"))
        assert (result.code, association) == (1, None)
        (line,) = result.lines
        assert line.startswith("F: Association Request Failed: 0006:0103 Total length of user items (")
        assert line.endswith("exceeds upper limit of 65535 bytes")


def test_pynetdicom_reads_each_identity(inputs: Inputs, storescu: Path) -> None:
    if importlib.util.find_spec("pynetdicom") is None:
        found.missing("pynetdicom is not installed")
    from pynetdicom import evt
    from pynetdicom.ae import ApplicationEntity

    seen: list[tuple[int, bytes | None, bytes | None]] = []

    def identified(event: evt.Event) -> tuple[bool, bytes]:
        seen.append((event.user_id_type, event.primary_field, event.secondary_field))
        return True, b"welcome"

    entity = ApplicationEntity("ANY-SCP")
    entity.add_supported_context(CT, [wire.EXPLICIT])
    handlers = [(evt.EVT_USER_ID, identified), (evt.EVT_C_STORE, lambda event: 0)]
    server = entity.start_server(("127.0.0.1", 0), block=False, evt_handlers=handlers)
    try:
        port = str(server.socket.getsockname()[1])
        # it answers tickets, assertions and tokens, never names
        for words in (["-usr", "joe"], ["-usr", "joe", "-pwd", "pass"], ["--jwt", inputs.text("token"), "-rsp"]):
            result = process.run(storescu, [*words, "127.0.0.1", port, inputs.file("ct")])
            assert (result.code, result.err) == (0, "")
    finally:
        server.shutdown()
    assert [kind for kind, _, _ in seen] == [1, 2, 5]
    assert seen[1][1:] == (b"joe", b"pass")
    assert seen[2][1] == SECRET.encode() + b"\n"


# secrets

PASSWORD = "s3cr3t-Pa55"
LEVELS = ["", "-q", "-v", "-d", "-v +v", "-d +v", "-ll trace", "-ll trace +v", "-ll info --arguments", "-d --arguments"]
CONDUCTS = {
    "stored": ANSWERED,
    "not answered": Script(),
    "rejected": Script(on_associate=script.reject(1, 1, 1)),
    "aborted": Script(on_associate=script.abort()),
    "garbage": Script(on_associate=script.send(b"garbage garbage")),
    "failed": Script(status=script.statuses(0xA700), user_items=((0x59, b"\0\0"),)),
}


@pytest.mark.parametrize("conduct", CONDUCTS)
def test_no_password_and_no_token_is_ever_logged(conduct: str, inputs: Inputs, storescu: Path) -> None:
    token = inputs.text("token")
    commands = write(inputs.folder / "commands", f'-usr joe "-pwd" "{PASSWORD}"\n')
    identities = [f"-usr joe -pwd {PASSWORD}", f"--user joe --password {PASSWORD}", f"@{commands}", f"--jwt {token}"]
    for level in LEVELS:
        for words in identities:
            with ScriptedScp(CONDUCTS[conduct]) as scp:
                line = [*level.split(), *words.split(), "-rsp", "127.0.0.1", str(scp.port), inputs.file("ct")]
                result = process.run(storescu, line)
                (association,) = scp.finish()
            sent = identity(association)
            assert PASSWORD.encode() in sent or SECRET.encode() in sent
            for said in (result.err, result.out):
                assert PASSWORD not in said
                assert SECRET not in said
            if "--arguments" in level and "jwt" not in words:
                assert "'--user' '***' '--password' '***' '--pos-response' '127.0.0.1'" in result.err


@pytest.mark.parametrize(
    "line",
    [
        f"--arguments -pwd {PASSWORD} p 1 f",
        f"--arguments -usr u -pwd {PASSWORD} --no-such-option p 1 f",
        f"--arguments -usr u -pwd {PASSWORD} -to 0 p 1 f",
        f"--arguments -usr u -pwd {PASSWORD} p 0 f",
        f"--arguments -usr u -pwd {PASSWORD} p 1",
        f"--arguments -usr u -pwd {PASSWORD} -kt f p 1 f",
        f"--arguments +pw {PASSWORD} p 1 f",
        f"--arguments --use-passwd {PASSWORD} +tla p 1 f",
        f"--arguments -usr u -pwd {PASSWORD} -pwd {PASSWORD} -epw -rsp -rsp p 1 /no/such/file",
        f"-usr u -pwd @{PASSWORD} p 1 f",
        f"-usr u --password @{PASSWORD} p 1 f",
    ],
)
def test_no_password_is_in_the_message_about_a_mistake(line: str, storescu: Path) -> None:
    result = process.run(storescu, line.split())
    assert result.code == 1
    assert result.err
    assert PASSWORD not in result.err + result.out


def test_no_password_is_in_a_traceback_or_a_dump_of_our_own_mistakes(inputs: Inputs) -> None:
    """Even an error that is none of ours, deep inside, shows neither values nor the request."""
    code = f"""
import sys
from storejet.cli import start
from storejet.send import session
class Broken(Exception): pass
session.connect = lambda *a: (_ for _ in ()).throw(Broken(repr(sys._getframe(1).f_locals.get("request"))))
sys.argv = ["storescu", "-usr", "joe", "-pwd", {PASSWORD!r}, "-d", "+v", "127.0.0.1", "9", {str(inputs.file("ct"))!r}]
start.main("storescu")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == OUR_FAULT
    assert "Broken: AssociateRequest(" in done.stderr
    assert "UserIdentity(type=2, 3 and 11 bytes)" in done.stderr
    assert PASSWORD not in done.stderr + done.stdout
