"""Which fragments make which frame: every rule, wrong tables, what would lose a picture; pydicom judges the corpus."""

from __future__ import annotations

import os
import struct
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storejet._core import EXPECT_ANY, OPAQUE, READ_WHOLE, Source
from storejet.codec.decoders import kind_of
from storejet.codec.frames import Frames, find_frames
from storejet.errors import InputError

MARKED = ("jpeg", "jpegls", "jpeg2000")
BEGIN = {"jpeg": b"\xff\xd8\xff\xe0", "jpegls": b"\xff\xd8\xff\xf7", "jpeg2000": b"\xff\x4f\xff\x51"}
#: where the first item behind the Basic Offset Table stands
BASE = 1000


class Stored:
    """Fragments in a file; ``read``: how often it was looked at."""

    def __init__(self, *fragments: bytes) -> None:
        self.file = bytes(BASE)
        self.places = []
        self.read = 0
        for fragment in fragments:
            self.file += b"\xfe\xff\x00\xe0" + struct.pack("<I", len(fragment))
            self.places.append((len(self.file), len(fragment)))
            self.file += fragment

    def peek(self, offset: int, length: int) -> bytes:
        assert offset + length <= len(self.file)
        self.read += 1
        return self.file[offset : offset + length]

    def offsets(self, *indices: int) -> list[int]:
        return [self.places[index][0] - 8 - BASE for index in indices]

    def basic(self, *indices: int) -> bytes:
        return struct.pack(f"<{len(indices)}I", *self.offsets(*indices))

    def extended(self, *indices: int, pad: int = 0) -> tuple[bytes, bytes]:
        lengths = [self.places[index][1] - pad for index in indices]
        return struct.pack(f"<{len(indices)}Q", *self.offsets(*indices)), struct.pack(f"<{len(indices)}Q", *lengths)

    def frames(
        self, count: int, table: bytes = b"", extended: tuple[bytes, bytes] | None = None, kind: str = "jpeg"
    ) -> Frames:
        return find_frames(self.places, count, table, extended, self.peek, kind)

    def joined(self, frames: Frames) -> list[bytes]:
        assert all(length > 0 for frame in frames for _, length in frame)
        return [b"".join(self.file[at : at + length] for at, length in frame) for frame in frames]


def stream(kind: str, body: bytes = b"body") -> bytes:
    return BEGIN[kind] + body + b"\xff\xd9"


def rle(segments: int, body: bytes = b"\x00a") -> bytes:
    offsets = [64 + 2 * number for number in range(segments)]
    return struct.pack("<16I", segments, *offsets, *[0] * (15 - segments)) + body * segments


# ---- tables ----------------------------------------------------------------------------------------------------------


def test_by_the_basic_table() -> None:
    stored = Stored(b"a", b"b", b"", b"cd", b"ef")
    frames = stored.frames(2, stored.basic(0, 3))
    assert stored.joined(frames) == [b"ab", b"cdef"]
    assert (len(frames), frames.note) == (2, "")
    assert frames[0] == [stored.places[0], stored.places[1]]
    for index in (2, -1):
        with pytest.raises(IndexError):
            frames[index]


def test_nothing_is_read_where_each_frame_has_a_fragment() -> None:
    stored = Stored(b"a", b"", b"cd")
    assert stored.frames(2, stored.basic(0, 2)).note == ""
    assert stored.read == 0


def test_a_frame_may_begin_with_an_empty_fragment() -> None:
    stored = Stored(b"", b"a", b"", b"b", b"c")
    assert stored.joined(stored.frames(2, stored.basic(0, 2))) == [b"a", b"bc"]


@pytest.mark.parametrize("pad", [0, 1])
def test_by_the_extended_table(pad: int) -> None:
    stored = Stored(b"ab", b"cdef", b"", b"gh")
    frames = stored.frames(3, b"", stored.extended(0, 1, 3, pad=pad), kind="deflate-frame")
    assert (stored.joined(frames), frames.note, stored.read) == ([b"ab", b"cdef", b"gh"], "", 0)


def test_an_extended_table_leaves_out_a_pad_and_no_more() -> None:
    stored = Stored(b"abcd", b"efgh")
    frames = stored.frames(2, b"", stored.extended(0, 1, pad=2))
    assert frames.note == "its Extended Offset Table is wrong, frames found by the number of its fragments"


def test_the_extended_table_comes_first() -> None:
    stored = Stored(b"ab", b"cd")
    frames = stored.frames(2, b"\xff" * 8, stored.extended(0, 1))
    assert (stored.joined(frames), frames.note) == ([b"ab", b"cd"], "")


def test_a_wrong_extended_table_gives_way_to_the_basic_one() -> None:
    stored = Stored(b"ab", b"cd", b"ef")
    offsets, lengths = stored.extended(0, 2)
    for wrong in (
        (offsets, lengths),  # more than a fragment a frame
        (offsets[:-8], lengths),
        (offsets, lengths[:-1]),
        (b"", b""),
        (b"\xff" * 16, lengths),
    ):
        frames = stored.frames(2, stored.basic(0, 2), wrong)
        assert stored.joined(frames) == [b"abcd", b"ef"]
        assert frames.note == "its Extended Offset Table is wrong, frames found by its Basic Offset Table"


@pytest.mark.parametrize("change", [(0, 1, 8), (1, 0, 2), (1, 1, 3), (0, 0, 1), (1, 0, -1)])
def test_an_extended_table_that_lies(change: tuple[int, int, int]) -> None:
    stored = Stored(b"ab", b"cdef")
    which, row, by = change
    values = [list(struct.unpack("<2Q", value)) for value in stored.extended(0, 1)]
    values[which][row] = (values[which][row] + by) % 2**64
    lying = struct.pack("<2Q", *values[0]), struct.pack("<2Q", *values[1])
    frames = stored.frames(2, b"", lying)
    assert stored.joined(frames) == [b"ab", b"cdef"]
    tolerated = change == (1, 0, -1)  # a pad
    wrong = "its Extended Offset Table is wrong, frames found by the number of its fragments"
    assert frames.note == ("" if tolerated else wrong)


@pytest.mark.parametrize(
    "table",
    [
        b"\0",  # no whole entry
        bytes(4),  # too few
        bytes(12),  # too many
        bytes(8),  # not ascending
        struct.pack("<2I", 0, 9),  # in the middle of a fragment
        struct.pack("<2I", 10, 20),  # not from the first on
        struct.pack("<2I", 10, 0),
        struct.pack("<2I", 0, 1000),  # behind the last
        struct.pack("<2I", 0, 0xFFFFFFFF),
        struct.pack("<2I", 1000, 1010),  # offsets into the file
    ],
)
def test_a_basic_table_that_lies(table: bytes) -> None:
    stored = Stored(b"ab", b"cd")
    frames = stored.frames(2, table)
    assert stored.joined(frames) == [b"ab", b"cd"]
    assert frames.note == "its Basic Offset Table is wrong, frames found by the number of its fragments"


def test_a_table_that_gives_a_frame_nothing() -> None:
    stored = Stored(b"ab", b"", b"cd")
    frames = stored.frames(2, stored.basic(0, 1))  # the empty one belongs to what follows
    assert (stored.joined(frames), frames.note) == ([b"ab", b"cd"], "")
    stored = Stored(b"ab", b"cd", b"")
    frames = stored.frames(2, stored.basic(0, 2))
    assert stored.joined(frames) == [b"ab", b"cd"]
    assert frames.note == "its Basic Offset Table is wrong, frames found by the number of its fragments"


def test_both_tables_wrong() -> None:
    stored = Stored(b"ab", b"cd")
    note = stored.frames(2, bytes(8), (b"", b"")).note
    assert note.startswith("its Extended Offset Table and its Basic Offset Table are wrong, frames found by ")
    with pytest.raises(InputError, match=r"\(its Extended Offset Table and its Basic Offset Table are wrong\)$"):
        stored.frames(3, bytes(8), (b"", b""))


# ---- without a table -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["jpeg", "jpegls", "jpeg2000", "rle", "deflate-frame", "uncompressed"])
def test_one_frame_is_all_there_is(kind: str) -> None:
    stored = Stored(b"", b"ab", b"", b"c", b"def", b"")
    assert stored.joined(stored.frames(1, kind=kind)) == [b"abcdef"]
    stored = Stored(b"ab")
    assert stored.joined(stored.frames(1, kind=kind)) == [b"ab"]
    assert stored.read == 0


@pytest.mark.parametrize("kind", ["jpeg", "jpegls", "jpeg2000", "rle", "deflate-frame", "uncompressed"])
def test_a_fragment_a_frame(kind: str) -> None:
    stored = Stored(b"", b"ab", b"", b"c", b"", b"", b"def", b"")
    frames = stored.frames(3, kind=kind)
    assert (stored.joined(frames), frames.note, stored.read) == ([b"ab", b"c", b"def"], "", 0)


@pytest.mark.parametrize("kind", MARKED)
@pytest.mark.parametrize("pad", [b"", b"\0", b"\xff", b"\0\0\xff\0"])
def test_by_what_begins(kind: str, pad: bytes) -> None:
    first, second, third = stream(kind) + pad, pad + stream(kind, b"x" * 50) + pad, stream(kind, b"\xff\xd8")
    pieces = [first[:6], b"", first[6:], second[:-5], second[-5:], third]
    stored = Stored(*pieces)
    frames = stored.frames(3, kind=kind)
    assert (stored.joined(frames), frames.note) == ([first, second, third], "")
    frames = stored.frames(3, b"\7" * 12, kind=kind)
    assert stored.joined(frames) == [first, second, third]
    assert frames.note == "its Basic Offset Table is wrong, frames found by what begins in its fragments"


def test_an_end_that_is_split_is_an_end() -> None:
    first, second = stream("jpeg"), stream("jpeg", b"x" * 40)
    for pieces in ([first[:-1], first[-1:], second], [first[:-1], first[-1:], b"\0", second]):
        stored = Stored(*pieces)
        assert stored.joined(stored.frames(2)) == [b"".join(pieces[:-1]), second]


def test_a_beginning_without_an_end_before_it_is_none() -> None:
    """Any two bytes may stand in a stream; those of an end followed by those of a beginning, hardly."""
    whole = stream("jpeg", b"body" + stream("jpeg")[:4] + b"more")
    stored = Stored(whole[:8], whole[8:], stream("jpeg"))
    assert stored.joined(stored.frames(2)) == [whole, stream("jpeg")]


def test_jp2_files_in_fragments() -> None:
    box = b"\0\0\0\x0cjP  \r\n\x87\n"
    first, second = box + stream("jpeg2000"), box + stream("jpeg2000", b"other")
    stored = Stored(first[:20], first[20:], second)
    assert stored.joined(stored.frames(2, kind="jpeg2000")) == [first, second]


def test_by_rle_headers() -> None:
    first, second = rle(3), rle(3, b"\x01bc")
    stored = Stored(first, b"more", second[:64], second[64:])
    assert stored.joined(stored.frames(2, kind="rle")) == [first + b"more", second]
    other = Stored(first, rle(1), second)  # a header of other images: part of a stream, for all that is known
    assert other.joined(other.frames(2, kind="rle")) == [first + rle(1), second]


@pytest.mark.parametrize(
    "broken",
    [
        rle(3)[:63],
        struct.pack("<16I", 3, 60, 66, 68, *[0] * 12),
        struct.pack("<16I", 3, 64, 66, 66, *[0] * 12),
        struct.pack("<16I", 0, 64, *[0] * 14),
        struct.pack("<16I", 16, *range(64, 79)),
        bytes(64),
    ],
)
def test_what_is_no_rle_header(broken: bytes) -> None:
    stored = Stored(rle(3), broken, b"x")
    with pytest.raises(InputError, match="1 compressed images begin in its 3 fragments"):
        stored.frames(2, kind="rle")
    stored = Stored(broken, rle(3), b"x")
    with pytest.raises(InputError):
        stored.frames(2, kind="rle")


# ---- refused ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", MARKED)
@pytest.mark.parametrize("table", [(), (0,), (0, 1)])
def test_pictures_that_one_frame_would_lose(kind: str, table: tuple[int, ...]) -> None:
    stored = Stored(stream(kind), stream(kind, b"lost"))
    with pytest.raises(InputError, match="it has 1 frame, but 2 compressed images begin in its 2 fragments"):
        stored.frames(1, stored.basic(*table), kind=kind)


@pytest.mark.parametrize("kind", MARKED)
def test_pictures_that_the_last_frame_of_a_table_would_lose(kind: str) -> None:
    picture = BEGIN[kind] + b"picture" + b"\xff\xd9"
    stored = Stored(picture, picture, picture)
    with pytest.raises(InputError, match="it has 2 frames, but 3 compressed images begin in its 3 fragments"):
        stored.frames(2, stored.basic(0, 1), kind=kind)


def test_rle_pictures_that_one_frame_would_lose() -> None:
    with pytest.raises(InputError, match="2 compressed images"):
        Stored(rle(3), rle(3)).frames(1, kind="rle")


@pytest.mark.parametrize(
    ("fragments", "count", "kind", "reason"),
    [
        ([], 1, "jpeg", "its fragments hold nothing"),
        ([b"", b""], 1, "jpeg", "its fragments hold nothing"),
        ([b"a"], 0, "jpeg", "its Number of Frames is 0"),
        ([b"a"], -5, "jpeg", "its Number of Frames is -5"),
        ([b"a"], 2, "jpeg", "it has 2 frames, but only 1 fragment with data"),
        ([b"a", b"b", b""], 2**31 - 1, "rle", "it has 2147483647 frames, but only 2 fragments with data"),
        ([b"a", b"b", b"c"], 2, "jpeg", "it has 2 frames, but 1 compressed images begin in its 3 fragments"),
        (
            [stream("jpeg")] * 4,
            3,
            "jpegls",
            "it has 3 frames, but 4 compressed images begin in its 4 fragments",
        ),
        ([b"a", b"b", b"c"], 2, "uncompressed", "nothing says which of its 3 fragments make which of its 2 frames"),
        ([b"a", b"b", b"c"], 2, "deflate-frame", "nothing says which of its 3 fragments make which of its 2 frames"),
        ([b"a", b"b", b"c"], 2, "", "nothing says which of its 3 fragments make which of its 2 frames"),
    ],
)
def test_what_does_not_fit(fragments: list[bytes], count: int, kind: str, reason: str) -> None:
    with pytest.raises(InputError) as caught:
        Stored(*fragments).frames(count, kind=kind)
    assert str(caught.value) == f"its pixel data cannot be decoded: {reason}"
    if fragments:
        with pytest.raises(InputError, match=reason):
            Stored(*fragments).frames(count, b"\1\2\3\4", kind=kind)


# ---- layouts ---------------------------------------------------------------------------------------------------------


@st.composite
def layouts(draw: st.DrawFn) -> tuple[list[bytes], list[int], list[bytes], str]:
    """Fragments, the first one of each frame, the frames, the kind."""
    kind = draw(st.sampled_from(MARKED))
    fragments: list[bytes] = []
    first, frames = [], []
    for _ in range(draw(st.integers(1, 6))):
        # bodies of bytes that make no end of a stream
        frame = stream(kind, draw(st.text("ab\x00", max_size=60)).encode()) + draw(st.sampled_from([b"", b"\0"]))
        cuts = sorted(draw(st.lists(st.integers(4, len(frame)), max_size=4)))
        first.append(len(fragments))
        at = 0
        for cut in [*cuts, len(frame)]:
            fragments.append(frame[at:cut])
            at = cut
        frames.append(frame)
    return fragments, first, frames, kind


@given(layouts())
def test_any_layout_is_found_by_its_table_and_without(layout: tuple[list[bytes], list[int], list[bytes], str]) -> None:
    fragments, first, frames, kind = layout
    stored = Stored(*fragments)
    found = stored.frames(len(frames), stored.basic(*first), kind=kind)
    assert (stored.joined(found), found.note) == (frames, "")
    assert stored.joined(stored.frames(len(frames), kind=kind)) == frames
    for other in {1, len(frames) - 1, len(frames) + 1} - {0, len(frames)}:
        if other != sum(map(bool, fragments)):
            with pytest.raises(InputError):
                stored.frames(other, stored.basic(*first), kind=kind)


KINDS = st.sampled_from([*MARKED, "rle", "deflate-frame", "uncompressed", "mpeg", ""])


@given(
    st.lists(st.binary(max_size=5) | st.sampled_from([stream("jpeg"), stream("jpeg2000"), rle(1), rle(2)]), max_size=9),
    st.integers(-1, 9),
    st.binary(max_size=24) | st.lists(st.integers(0, 60)).map(lambda row: struct.pack(f"<{len(row)}I", *row)),
    st.none() | st.tuples(st.binary(max_size=24), st.binary(max_size=24)),
    KINDS,
)
def test_nothing_is_lost(
    fragments: list[bytes], count: int, table: bytes, extended: tuple[bytes, bytes] | None, kind: str
) -> None:
    """Whatever the tables: as many frames as wanted, none empty, of all fragments in their order, or an InputError."""
    stored = Stored(*fragments)
    try:
        found = stored.frames(count, table, extended, kind)
    except InputError as error:
        assert str(error).isprintable()
        return
    assert len(found) == count
    assert all(stored.joined(found))
    assert b"".join(stored.joined(found)) == b"".join(fragments)


# ---- the corpus ------------------------------------------------------------------------------------------------------


def compressed_files(corpus: Path) -> Iterator[tuple[Path, Source, int]]:
    """Files whose data set is a compressed image, and where the first item of its Pixel Data stands."""
    for path in sorted([*(corpus / "valid").iterdir(), *(corpus / "odd").iterdir()]):
        source = Source()
        source.open(os.fsencode(path))
        try:
            source.scan(EXPECT_ANY, READ_WHOLE)
        except InputError:
            continue
        if source.encoding != OPAQUE:
            for image in source.images():
                if image[0] == 0:
                    yield path, source, image[5]


def test_the_frames_of_the_corpus_are_those_of_pydicom(corpus: Path) -> None:
    import pydicom
    from pydicom.encaps import generate_frames

    seen = split = tabled = noted = 0
    for path, source, first_item in compressed_files(corpus):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            judge = pydicom.dcmread(path, force=True)
            count = int(judge.get("NumberOfFrames", None) or 1)
            theirs = list(generate_frames(judge.PixelData, number_of_frames=count))
        fragments = source.fragments(first_item)
        table = source.piece(*fragments.table)
        kind = kind_of(source.meta_syntax)
        frames = find_frames(fragments, count, table, None, source.piece, kind)
        ours = [b"".join(source.piece(*place) for place in frame) for frame in frames]
        assert ours == theirs, path
        seen += 1
        split += len(fragments) > count
        tabled += bool(table)
        noted += bool(frames.note)
        # without its table, where its streams tell
        if kind in MARKED:
            again = find_frames(fragments, count, b"", None, source.piece, kind)
            assert [again[number] for number in range(count)] == [frames[number] for number in range(count)], path
    assert (seen, split, tabled, noted) == (97, 4, 55, 0)
