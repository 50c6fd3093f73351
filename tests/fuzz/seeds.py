"""Seeds of the C fuzzers: ``python tests/fuzz/seeds.py TARGET FOLDER`` fills the folder.

For the scan, the files of the corpus (``STOREJET_CORPUS``, or ``../shared/corpus`` beside the project) where it is
there: those of its ``fuzz`` folder as they are and with (0002,0000) inserted, without which other readers never reach
what is wrong with them. Small files made here in any case. What stands around them is told at the head of each fuzzer.
"""

from __future__ import annotations

import os
import struct
import sys
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]

#: a seed is no longer than the fuzzer's longest input
LONGEST = 48 << 10

ITEM, ITEM_END, SEQUENCE_END = (0xFFFE, 0xE000), (0xFFFE, 0xE00D), (0xFFFE, 0xE0DD)
UNDEFINED = 0xFFFFFFFF
SYNTAXES = {"implicit": "1.2.840.10008.1.2", "explicit": "1.2.840.10008.1.2.1", "big": "1.2.840.10008.1.2.2"}
LONG = ("OB", "OW", "SQ", "UN", "UR", "UT")


def element(kind: str, group: int, number: int, vr: str, value: bytes, length: int | None = None) -> bytes:
    order = ">" if kind == "big" else "<"
    size = len(value) if length is None else length
    tag = struct.pack(f"{order}HH", group, number)
    if kind == "implicit" or not vr:
        return tag + struct.pack(f"{order}I", size) + value
    if vr in LONG:
        return tag + vr.encode() + struct.pack(f"{order}HI", 0, size) + value
    return tag + vr.encode() + struct.pack(f"{order}H", size) + value


def uid(text: str) -> bytes:
    return text.encode() + b"\0" * (len(text) % 2)


def meta(syntax: str, extra: bytes = b"") -> bytes:
    body = element("explicit", 2, 1, "OB", b"\0\1") + element("explicit", 2, 2, "UI", uid("1.2.840.10008.5.1.4.1.1.7"))
    body += element("explicit", 2, 3, "UI", uid("1.2.3.4")) + element("explicit", 2, 0x10, "UI", uid(syntax)) + extra
    return bytes(128) + b"DICM" + element("explicit", 2, 0, "UL", struct.pack("<I", len(body))) + body


def data_set(kind: str) -> bytes:
    def delimiter(tag: tuple[int, int], length: int = 0) -> bytes:
        return element(kind, *tag, "", b"", length)

    inner = element(kind, 8, 0x60, "CS", b"OT")
    item = delimiter(ITEM, UNDEFINED) + inner + delimiter(ITEM_END)
    return b"".join((
        element(kind, 8, 0x16, "UI", uid("1.2.840.10008.5.1.4.1.1.7")),
        element(kind, 8, 0x18, "UI", uid("1.2.3.4")),
        element(kind, 8, 0x1115, "SQ", item * 2, UNDEFINED) + delimiter(SEQUENCE_END),
        element(kind, 8, 0x1140, "SQ", delimiter(ITEM, len(inner)) + inner),
        element(kind, 9, 0x1010, "UN", b"\xfe\xff\x00\xe0\0\0\0\0\xfe\xff\xdd\xe0\0\0\0\0", UNDEFINED),
        element(kind, 0x10, 0x10, "PN", b"Doe^Jane"),
        element(kind, 0x7FE0, 0x10, "OB", delimiter(ITEM) + delimiter(ITEM, 4) + b"abcd", UNDEFINED),
        delimiter(SEQUENCE_END),
    ))  # fmt: skip


def made_files() -> Iterator[bytes]:
    for kind, syntax in SYNTAXES.items():
        yield meta(syntax) + data_set(kind)
        yield data_set(kind)
    yield meta("1.2.840.10008.1.2.1.99") + b"\x03\0" * 20
    yield meta(SYNTAXES["explicit"], element("explicit", 2, 0x26, "UR", b"dicom://a ")) + data_set("explicit")
    yield meta(SYNTAXES["explicit"])[132:] + data_set("explicit")
    yield meta(SYNTAXES["explicit"], element("explicit", 2, 0x102, "OB", bytes(3000))) + data_set("explicit")


def with_group_length(file: bytes) -> bytes:
    """(0002,0000) inserted behind the prefix, its value the length of what seems to be the meta information."""
    if file[128:132] != b"DICM" or file[132:136] == b"\2\0\0\0":
        return file
    end = file.find(b"\x08\0", 132)
    return file[:132] + element("explicit", 2, 0, "UL", struct.pack("<I", max(end - 132, 0))) + file[132:]


def corpus_files() -> Iterator[bytes]:
    folder = Path(os.environ.get("STOREJET_CORPUS") or PROJECT.parent / "shared" / "corpus")
    for name in ("valid", "odd", "noheader", "media", "fuzz"):
        for path in sorted(folder.glob(f"{name}/**/*")):
            if not path.is_file():
                continue
            file = path.read_bytes()[:LONGEST]
            yield file
            if name == "fuzz":
                yield with_group_length(file)


def part10() -> Iterator[bytes]:
    for number, file in enumerate([*made_files(), *corpus_files()]):
        for expect in (0, 1, 2) if len(file) < 4096 else (number % 3,):
            yield file + bytes((expect, 2 if number % 4 else number // 4 % 3)) + number.to_bytes(6, "big")


def pdv(value: bytes, context: int = 1, control: int = 3) -> bytes:
    return struct.pack(">IBB", len(value) + 2, context, control) + value


def pdu(kind: int, body: bytes) -> bytes:
    return struct.pack(">BBI", kind, 0, len(body)) + body


def inbox() -> Iterator[bytes]:
    numbers = ((0x0100, 0x8001), (0x0120, 7), (0x0800, 0x0101), (0x0900, 0xB000))
    command = element("implicit", 0, 0, "", struct.pack("<I", 70)) + element("implicit", 0, 2, "", uid("1.2.3"))
    command += b"".join(element("implicit", 0, tag, "", struct.pack("<H", value)) for tag, value in numbers)
    command += element("implicit", 0, 0x0902, "", b"Coerced ")
    answers = (
        pdu(4, pdv(command)),
        pdu(4, pdv(command[:20], 1, 1) + pdv(command[20:])),
        pdu(4, pdv(command[:30], 1, 1)) + pdu(4, pdv(command[30:])),
        pdu(4, pdv(b"", 1, 1)) + pdu(4, pdv(command)) + pdu(7, b"\0\0\2\5"),
        pdu(5, bytes(4)) + pdu(6, bytes(4)) + pdu(4, b""),
        b"\4\0\xff\xff\xff\xff" + pdv(command),
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        command,
    )
    for number, answer in enumerate(answers):
        for head in (b"\1\xff\1\1\0\0", b"\0\xff\x03\1\0\0", b"\1\x03\xfe\1\x1f\xf0", bytes((0, 200, number, 1, 0, 9))):
            yield head + answer


def slices() -> Iterator[bytes]:
    rows = ((150, 1000, 499, 0, 0, 4096, 64, 16384, 0), (5, 7, 1, 20, 0, 7, 4, 8, 9), (0, 0, 0, 3, 0, 0, 2, 7, 0),
            (699, 4095, 0, 9000, 100, 300, 95, 0, 0), (16, 32, 3, 60, 8, 24, 9, 131, 72))  # fmt: skip
    for row in rows:
        yield struct.pack(">9H", *row)


def vr_data_set(kind: str) -> bytes:
    """Values of each unit, of odd lengths, private blocks, and what VRs depend on."""
    creator = b"SIEMENS CSA HEADER"
    nested = element(kind, 0x28, 0x103, "US", b"\1\0") + element(kind, 0x28, 0x106, "SS", b"ab")
    rows = (
        (8, 0, "UL", b"\0\0\0\0"), (8, 5, "CS", b"ISO"), (8, 0x9459, "FL", b"abcdefg"), (9, 0x10, "LO", b"ACME"),
        (9, 0x1001, "UN", b"\xfe\xff\0\xe0\0\0\0\0"), (0x18, 0x6016, "UL", b"abcdefgh"),
        (0x18, 0x9073, "FD", b"abcdefgh" * 2), (0x18, 0x9810, "US", b"ab"), (0x20, 0x9165, "AT", b"abcd"),
        (0x28, 0x103, "US", b"\1\0"), (0x28, 0x3006, "OW", b"abc"), (0x29, 0x10, "LO", creator),
        (0x29, 0x1008, "CS", b"a"), (0x29, 0x1010, "OB", b"abc"), (0x40, 0x100, "SQ", b""),
        (0x5400, 0x1004, "US", b"\x08\0"), (0x5400, 0x1010, "OW", b"abcd"),
        (0x7FE0, 8, "OF", b"abcd"), (0x7FE0, 0x10, "OW", bytes(range(251))),
        (0xFFFC, 0xFFFC, "OB", b"\0\0"),
    )  # fmt: skip
    item = element(kind, *ITEM, "", nested)
    return element(kind, 8, 0x1140, "SQ", item) + b"".join(element(kind, *row) for row in rows)


def recode() -> Iterator[bytes]:
    """Data sets: made here, those that the corpus has without their meta information."""
    files = [data_set(kind) for kind in SYNTAXES] + [vr_data_set(kind) for kind in SYNTAXES]
    kinds = [number % 3 for number in range(len(files))]
    for file in corpus_files():
        if file[128:132] == b"DICM" and file[132:140] == b"\2\0\0\0UL\4\0":
            end = 144 + struct.unpack_from("<I", file, 140)[0]
            files.append(file[end : end + LONGEST // 4])
            big, implicit = (f"{SYNTAXES[name]}\0".encode() in file[:end] for name in ("big", "implicit"))
            kinds.append(2 if big else 0 if implicit else 1)
    for number, (file, kind) in enumerate(zip(files, kinds, strict=True)):
        for to in range(3) if len(file) < 4096 else (number % 3,):
            for flags in range(8) if number < 6 else (number % 8,):
                yield file + bytes((kind, to, flags)) + number.to_bytes(6, "big")


def rle() -> Iterator[bytes]:
    """Frames of each depth, runs of each kind; segments in another order, shared, cut off, with something behind."""

    def frame(segments: list[bytes]) -> bytes:
        offsets = [64 + sum(map(len, segments[:i])) for i in range(len(segments))]
        return struct.pack("<16I", len(segments), *offsets, *bytes(15 - len(segments))) + b"".join(segments)

    runs = b"\x09" + bytes(range(10)) + b"\xf7\x07\x80\x80\0\1\x81\x09\x7f" + bytes(range(128)) + b"\xffA"
    for rows, columns in ((1, 279), (31, 9), (9, 250)):
        for depth, size in enumerate((1, 2, 1, 3, 4, 5, 6, 7, 8)):
            for samples in (1, 3, 4, 15):
                if samples * size > 15 or (depth == 2 and samples > 1):
                    continue
                times = rows * columns // 279 + 1
                segments = [(runs + bytes([254 - i, i]) * (i % 3)) * times for i in range(samples * size)]
                for planar in (0, 1):
                    head = struct.pack(">BHBBB", rows, columns, samples, depth, planar)
                    yield head + frame(segments)
                    if planar:
                        yield head + frame([segment[:-1] for segment in segments])
    yield struct.pack(">BHBBB", 1, 279, 1, 1, 0) + struct.pack("<16I", 2, 64, 64, *bytes(13)) + runs
    yield struct.pack(">BHBBB", 1, 277, 1, 1, 0) + struct.pack("<16I", 2, 66, 64, *bytes(13)) + runs + bytes(9)
    yield struct.pack(">BHBBB", 64, 128, 1, 0, 0) + struct.pack("<16I", 1, 64, *bytes(14)) + b"\x81\x07" * 64 + b"\x80"


def compressed(*fragments: bytes, table: bytes = b"") -> bytes:
    items = b"".join(element("explicit", *ITEM, "", value) for value in (table, *fragments))
    return element("explicit", 0x7FE0, 0x10, "OB", items, UNDEFINED) + element("explicit", *SEQUENCE_END, "", b"")


def images() -> Iterator[bytes]:
    """Data sets with compressed images in them and in their items, then the corpus."""
    rows = element("explicit", 0x28, 2, "US", b"\1\0") + element("explicit", 0x28, 4, "CS", b"MONOCHROME2 ")
    rows += element("explicit", 0x28, 0x10, "US", b"\2\0") + element("explicit", 0x28, 0x10, "US", b"\3\0")
    pixels = compressed(b"abcd", b"", b"xyz", table=bytes(4))
    end, over = element("explicit", *ITEM_END, "", b""), element("explicit", *SEQUENCE_END, "", b"")
    item = element("explicit", *ITEM, "", rows + pixels)
    open_item = element("explicit", *ITEM, "", rows + pixels, UNDEFINED) + end
    nested = element("explicit", *ITEM, "", element("explicit", 0x88, 0x200, "SQ", item))
    for body in (
        rows + pixels,
        element("explicit", 0x88, 0x200, "SQ", item + open_item) + rows + pixels,
        element("explicit", 0x88, 0x200, "SQ", open_item * 2 + over, UNDEFINED) + pixels,
        element("explicit", 0x52, 0x9229, "SQ", nested) + pixels + element("explicit", 0xFFFC, 0xFFFC, "OB", b"\0\0"),
        compressed(*(b"x" * size for size in range(40))),
    ):
        yield meta("1.2.840.10008.1.2.4.50") + body + bytes(range(8))
    for number, file in enumerate([*made_files(), *corpus_files()]):
        yield file + number.to_bytes(6, "big") + bytes(2)


def record(kind: str, file: bytes | None, undefined: bool) -> bytes:
    body = element(kind, 4, 0x1400, "UL", bytes(4)) + element(kind, 4, 0x1430, "CS", b"IMAGE ")
    if file is not None:
        body += element(kind, 4, 0x1500, "CS", file)
    body += b"".join(element(kind, 4, 0x1510 + row, "UI", uid(f"1.2.{row}")) for row in range(3))
    if undefined:
        return element(kind, *ITEM, "", body, UNDEFINED) + element(kind, *ITEM_END, "", b"")
    return element(kind, *ITEM, "", body)


def directory() -> Iterator[bytes]:
    """Directories of all encodings and forms of lengths, then the corpus."""
    for kind, syntax in SYNTAXES.items():
        for forms in range(4):
            items = b"".join(record(kind, file, forms & 1 > 0) for file in (b"DIR\\A ", None, b"", b"x" * 1100))
            body = element(kind, 4, 0x1130, "CS", b"SET ")
            body += element(kind, 4, 0x1220, "SQ", items, UNDEFINED if forms & 2 else None)
            body += element(kind, *SEQUENCE_END, "", b"") if forms & 2 else b""
            yield meta(syntax) + body + bytes(range(8))
    for number, file in enumerate(corpus_files()):
        yield file + number.to_bytes(6, "big") + bytes(2)


def jpegls() -> Iterator[bytes]:
    """Small frames of every interleave mode from the twin of the tests, and the conformance images' beginnings."""
    sys.path.append(str(PROJECT / "tests" / "codec"))
    import twin_jpegls as twin

    values = [3, 3, 3, 3, 4, 4, 9, 9, 9, 200, 201, 199, 3, 0, 255, 128, 128, 128, 128, 127]
    for precision, near, interleave, restart in (
        (8, 0, 0, 0), (8, 2, 0, 2), (16, 0, 0, 0), (12, 1, 0, 0), (2, 0, 0, 0), (8, 0, 1, 0), (8, 1, 2, 1),
        (16, 0, 2, 0),
    ):  # fmt: skip
        top = (1 << precision) - 1
        kind = twin.Kind(precision, near, interleave, restart, (0, 0, 0, 0, 5) if near else None)
        line = [value * top // 255 for value in values]
        plane = [line[i:] + line[:i] for i in (0, 1, 1, 5)]
        for number in range(4):
            yield twin.encoded([plane] * (3 if interleave else 1), kind) + bytes((number + 4 * (restart > 0),))
    # segments between two scans: sizes, parameters, a restart interval
    scans = twin.encoded([[values] * 4] * 2, twin.Kind(8))
    second = scans.rindex(b"\xff\xda")
    for segment in ("FFF80008040200040014", "FFF8000D0100FF00030007001500FF", "FFDD00040002"):
        yield scans[:second] + bytes.fromhex(segment) + scans[second:] + b"\1"
    sampled = twin.Kind(8, interleave=1, sampling=((2, 2), (1, 2), (2, 1)))
    yield twin.encoded([[values] * 4, [values[::2]] * 4, [values] * 2], sampled) + b"\2"
    folder = Path(os.environ.get("STOREJET_CORPUS") or PROJECT.parent / "shared" / "corpus")
    for path in sorted(folder.glob("jpegls-conformance/*.jls")):
        yield path.read_bytes()[:LONGEST] + b"\1"


def jpegll() -> Iterator[bytes]:
    """Scans of one code for all components, with and without restarts; most end early, flat ones do not."""
    code = bytes((0, 1, 2, 2, *[1] * 12)) + bytes((3, 0, 1, 2, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15))
    noise = bytes((number * number * 7 + number) % 255 for number in range(400))
    for components in (1, 3, 4):
        for predictor in range(1, 8):
            for precision, lines in ((8, 0), (16, 2)):
                head = bytes((9, 6, components + 6 * predictor, precision, predictor % 3, lines)) + code
                yield head + noise * 4
                interval = b"\x49\x24\x92" * 40
                yield head + b"".join(interval + bytes((0xFF, 0xD0 + number)) for number in range(3))


TARGETS = {
    "fuzz_jpegll": jpegll,
    "fuzz_jpegls": jpegls,
    "fuzz_part10": part10,
    "fuzz_inbox": inbox,
    "fuzz_pdv": slices,
    "fuzz_recode": recode,
    "fuzz_rle": rle,
    "fuzz_images": images,
    "fuzz_directory": directory,
}


def main(target: str, folder: str) -> None:
    Path(folder).mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(TARGETS[target]()):
        (Path(folder) / f"{number:04}").write_bytes(seed)


if __name__ == "__main__":
    main(*sys.argv[1:])
