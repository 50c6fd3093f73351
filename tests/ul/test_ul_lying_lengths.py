"""Every length field of an A-ASSOCIATE-AC, made to lie; every place to cut it; every byte, changed."""

from __future__ import annotations

import pytest
from ul_wire import full_accept, request

from storejet.errors import ProtocolError
from storejet.ul.parameters import Accepted
from storejet.ul.pdu import decode_associate_ac

BODY = full_accept()


def length_fields() -> list[tuple[str, int]]:
    """(what it counts, where it is) of all length fields: of items, of sub-items, and of counted text in sub-items."""
    fields = []
    position = 68
    while position < len(BODY):
        kind = BODY[position]
        end = position + 4 + int.from_bytes(BODY[position + 2 : position + 4], "big")
        fields.append((f"item {kind:02x}", position + 2))
        inner = {0x21: position + 8, 0x50: position + 4}.get(kind, end)
        while inner < end:
            sub_kind = BODY[inner]
            fields.append((f"sub-item {sub_kind:02x} in {kind:02x} at {inner}", inner + 2))
            if sub_kind in (0x54, 0x56, 0x59):
                fields.append((f"count in sub-item {sub_kind:02x}", inner + 4))
            inner += 4 + int.from_bytes(BODY[inner + 2 : inner + 4], "big")
        position = end
    return fields


FIELDS = length_fields()


def test_the_fields_are_all_there() -> None:
    # application context; two contexts, a transfer syntax each; user information, seven sub-items, three counts in them
    assert len(FIELDS) == 1 + 2 * 2 + 1 + 7 + 3


def with_length(position: int, length: int) -> bytes:
    return BODY[:position] + length.to_bytes(2, "big") + BODY[position + 2 :]


@pytest.mark.parametrize(("name", "position"), FIELDS, ids=[name for name, _ in FIELDS])
@pytest.mark.parametrize("lie", ["zero", "one less", "one more", "all there is", "twice", "most"])
def test_lying_length(name: str, position: int, lie: str) -> None:
    true = int.from_bytes(BODY[position : position + 2], "big")
    length = {
        "zero": 0,
        "one less": true - 1,
        "one more": true + 1,
        "all there is": len(BODY),
        "twice": 2 * true,
        "most": 0xFFFF,
    }[lie]
    body = with_length(position, length)
    assert body != BODY
    if name == "count in sub-item 56" and length <= true + 1:
        # the only length that can lie unseen: where the UID ends and the information of any kind begins
        extended = decode_associate_ac(body, request()).extended_negotiations[0]
        assert len(extended.information) == true + 3 - length
        return
    with pytest.raises(ProtocolError) as caught:
        decode_associate_ac(body, request())
    assert caught.value.code == "0006:0307"
    assert "Illegal or ill-formed PDU: the peer's A-ASSOCIATE-AC" in str(caught.value)


def test_cut_anywhere() -> None:
    """Between items a cut shows as missing items; anywhere else it is an error."""
    whole = []
    for size in range(len(BODY)):
        try:
            answer = decode_associate_ac(BODY[:size], request())
        except ProtocolError as error:
            assert str(error).isprintable()
        else:
            assert answer.notes
            whole.append(size)
    # after the fixed part, the application context, the first and the second presentation context
    assert whole == [68, 93, 93 + 31, 93 + 31 + 29]


def test_any_one_byte_changed() -> None:
    """Nothing but an answer or a ProtocolError comes of it, and never a longer answer than was asked for."""
    for position in range(len(BODY)):
        for value in (0, 1, 0x20, 0x21, 0x40, 0x50, 0x7F, 0x80, 0xFF):
            body = bytearray(BODY)
            body[position] = value
            try:
                answer = decode_associate_ac(bytes(body), request())
            except ProtocolError as error:
                assert str(error).isprintable()
            else:
                assert isinstance(answer, Accepted)
                assert [one.id for one in answer.contexts] == [1, 3]
