"""The message dumps of ``--debug``: C-STORE-RQ and C-STORE-RSP (PS3.7 9.3.1) in the words of DCMTK's tools.

Loaded only when these lines are asked for. What a peer sent is taken as it came, but for names of persons; the log
makes it printable. A command set names an object by its UIDs; it holds no patient's name or identifier (PS3.7 E.1).
"""

from storejet.log import unnamed
from storejet.tables.dimse_status import dumped_status
from storejet.tables.sopclasses import symbol

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_OUTGOING = "===================== OUTGOING DIMSE MESSAGE ===================="
_INCOMING = "===================== INCOMING DIMSE MESSAGE ===================="
_END = "======================= END DIMSE MESSAGE ======================="

#: elements of a response that say more about its status (PS3.7 annex C): number → (VR, name)
_DETAILS = {0x0901: ("AT", "OffendingElement"), 0x0902: ("LO", "ErrorComment"), 0x0903: ("US", "ErrorID")}

#: command field (PS3.7 E.1-1) → name
_MESSAGES = {0x0001: "C-STORE RQ", 0x8001: "C-STORE RSP"}

_NO_DATA_SET = 0x0101


def describe_store_request(message_id: int, class_uid: str, instance_uid: str, context: int) -> "list[str]":
    """The dump of a C-STORE-RQ with a data set; ``context`` 0 leaves the line of the presentation context out."""
    lines = [_OUTGOING, _line("Message Type", _MESSAGES[0x0001])]
    if context:
        lines.append(_line("Presentation Context ID", str(context)))
    return [
        *lines,
        _line("Message ID", str(message_id)),
        _line("Affected SOP Class UID", symbol(class_uid) or class_uid),
        _line("Affected SOP Instance UID", instance_uid),
        _line("Data Set", "present"),
        _line("Priority", "medium"),
        _END,
    ]


def describe_response(command: bytes, context: int) -> "list[str]":
    """The dump of the response whose command set this is."""
    elements = dict(_elements(command))
    kind = _number(elements, 0x0100)
    class_uid = _uid(elements, 0x0002)
    status = _number(elements, 0x0900)
    return [
        _INCOMING,
        _line("Message Type", _MESSAGES.get(kind, f"0x{kind:04x}")),
        _line("Presentation Context ID", str(context)),
        _line("Message ID Being Responded To", str(_number(elements, 0x0120))),
        _line("Affected SOP Class UID", symbol(class_uid) or class_uid or "none"),
        _line("Affected SOP Instance UID", _uid(elements, 0x1000) or "none"),
        _line("Data Set", "none" if _number(elements, 0x0800) == _NO_DATA_SET else "present"),
        _line("DIMSE Status", f"0x{status:04x}: {dumped_status(status)}"),
        _END,
    ]


def describe_details(command: bytes) -> "list[str]":
    """What else the response says about its status, as the dump of a data set; empty if it says nothing."""
    lines = []
    for number, value in _elements(command):
        if number not in _DETAILS:
            continue
        vr, name = _DETAILS[number]
        text, count = _DETAIL_TEXTS[vr](value)
        lines.append(f"(0000,{number:04x}) {vr} {text:40} # {len(value):3}, {count} {name}")
    return ["", "# Dicom-Data-Set", "# Used TransferSyntax: Little Endian Implicit", *lines, ""] if lines else []


def _line(label: str, value: str) -> str:
    return f"{label:30}: {value}"


def _elements(command: bytes) -> "Iterator[tuple[int, bytes]]":
    """(element number, value) of a command set (PS3.7 6.3.1: implicit VR little endian), up to the first broken one."""
    at = 0
    while at + 8 <= len(command):
        end = at + 8 + int.from_bytes(command[at + 4 : at + 8], "little")
        if end > len(command):
            return
        yield int.from_bytes(command[at + 2 : at + 4], "little"), command[at + 8 : end]
        at = end


def _number(elements: "dict[int, bytes]", number: int) -> int:
    return int.from_bytes(elements.get(number, b"")[:2], "little")


def _uid(elements: "dict[int, bytes]", number: int) -> str:
    return elements.get(number, b"").decode("latin-1").rstrip("\0 ")


def _tags(value: bytes) -> "tuple[str, int]":
    words = [int.from_bytes(value[at : at + 2], "little") for at in range(0, len(value) - 1, 2)]
    tags = [f"({group:04x},{element:04x})" for group, element in zip(words[::2], words[1::2], strict=False)]
    return "\\".join(tags) or "(no value available)", len(tags)


def _text(value: bytes) -> "tuple[str, int]":
    text = unnamed(value.decode("latin-1").rstrip("\0 "))
    return (f"[{text}]", text.count("\\") + 1) if text else ("(no value available)", 0)


def _words(value: bytes) -> "tuple[str, int]":
    words = [str(int.from_bytes(value[at : at + 2], "little")) for at in range(0, len(value) - 1, 2)]
    return "\\".join(words) or "(no value available)", len(words)


_DETAIL_TEXTS = {"AT": _tags, "LO": _text, "US": _words}
