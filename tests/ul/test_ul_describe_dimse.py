"""The message dumps of --debug; beside DCMTK's they are compared in tests/cli/test_tool_lines.py."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from peers import found, process, script, wire
from peers.scp import ScriptedScp
from peers.script import Script

from storejet.tables.dimse_status import dumped_status
from storejet.ul.describe_dimse import describe_details, describe_response, describe_store_request

RESPONSE: wire.CommandSet = {0x0002: "1.2.840.10008.5.1.4.1.1.2", 0x0100: 0x8001, 0x0120: 7, 0x0800: 0x0101, 0x0900: 0}

#: codes of PS3.7 annex C and PS3.4 B.2.3, the edges of their ranges, and some that have no meaning
CODES = (
    0x0000, 0x0001, 0x0002, 0x0105, 0x0106, 0x0107, 0x0110, 0x0115, 0x0116, 0x0117, 0x0118, 0x0119, 0x0120, 0x0121,
    0x0122, 0x0123, 0x0124, 0x01FF, 0x0200, 0x0210, 0x0211, 0x0212, 0x0213, 0x02FF, 0x0300, 0x1234, 0x9FFF, 0xA000,
    0xA6FF, 0xA700, 0xA7FF, 0xA800, 0xA900, 0xA9FF, 0xAA00, 0xAFFF, 0xB000, 0xB001, 0xB006, 0xB007, 0xB008, 0xBFFF,
    0xC000, 0xCFFF, 0xD000, 0xFE00, 0xFE01, 0xFF00, 0xFF01, 0xFF02, 0xFFFE,
)  # fmt: skip


def test_request() -> None:
    lines = describe_store_request(65535, "1.2.840.10008.5.1.4.1.1.4", "2.25.1", 3)
    assert lines[1:-1] == [
        "Message Type                  : C-STORE RQ",
        "Presentation Context ID       : 3",
        "Message ID                    : 65535",
        "Affected SOP Class UID        : MRImageStorage",
        "Affected SOP Instance UID     : 2.25.1",
        "Data Set                      : present",
        "Priority                      : medium",
    ]
    assert len({len(lines[0]), len(lines[-1])}) == 1
    assert len(describe_store_request(1, "1.2.3", "2.25.1", 0)) == len(lines) - 1


def test_response() -> None:
    lines = describe_response(wire.command_set({**RESPONSE, 0x1000: "2.25.1", 0x0900: 0xB007}), 255)
    assert lines[1:-1] == [
        "Message Type                  : C-STORE RSP",
        "Presentation Context ID       : 255",
        "Message ID Being Responded To : 7",
        "Affected SOP Class UID        : CTImageStorage",
        "Affected SOP Instance UID     : 2.25.1",
        "Data Set                      : none",
        "DIMSE Status                  : 0xb007: Warning: Data Set does not match SOP Class",
    ]


def test_what_is_absent() -> None:
    lines = describe_response(b"", 1)
    assert lines[1] == "Message Type                  : 0x0000"
    assert lines[4:6] == ["Affected SOP Class UID        : none", "Affected SOP Instance UID     : none"]


def test_details() -> None:
    assert describe_details(wire.command_set(RESPONSE)) == []
    command = wire.command_set({**RESPONSE, 0x0901: b"\x10\0\x20\0\x08\0\x18\0", 0x0902: b"a\\b ", 0x0903: b""})
    assert describe_details(command)[3:-1] == [
        "(0000,0901) AT (0010,0020)\\(0008,0018)                  #   8, 2 OffendingElement",
        "(0000,0902) LO [a\\b]                                    #   4, 2 ErrorComment",
        "(0000,0903) US (no value available)                     #   0, 0 ErrorID",
    ]


def test_statuses_are_called_as_dcmtk_calls_them() -> None:
    ct = str(found.sample("CT_small.dcm"))
    with ScriptedScp(Script(status=script.statuses(*CODES), keep_data=False)) as scp:
        line = ["-nh", "-d", "--repeat", str(len(CODES)), "127.0.0.1", str(scp.port), ct]
        done = process.run(found.dcmtk("storescu"), line, env={"TCP_NODELAY": "1"}, timeout=60)
    theirs = [line.partition(" : ")[2] for line in done.lines if line.startswith("D: DIMSE Status ")]
    assert theirs == [f"0x{code:04x}: {dumped_status(code)}" for code in CODES]


@given(st.binary(max_size=200), st.integers(0, 255))
def test_any_bytes(command: bytes, context: int) -> None:
    assert len(describe_response(command, context)) == 9
    assert isinstance(describe_details(command), list)


@given(st.dictionaries(st.sampled_from([0x0002, 0x0901, 0x0902, 0x0903, 0x0900, 0x1000]), st.binary(max_size=12)))
def test_any_values(values: "dict[int, str | int | bytes]") -> None:
    command = wire.command_set({**RESPONSE, **values})
    assert len(describe_response(command, 1)) == 9
    details = describe_details(command)
    wanted = [number for number in sorted(values) if number in (0x0901, 0x0902, 0x0903)]
    assert [line[6:10] for line in details[3:-1]] == [f"{number:04x}" for number in wanted]


@pytest.mark.parametrize("cut", range(1, 15))
def test_a_command_set_that_is_cut(cut: int) -> None:
    whole = wire.command_set({**RESPONSE, 0x1000: "2.25.1"})
    assert describe_response(whole[:-cut], 1)[5] == "Affected SOP Instance UID     : none"
