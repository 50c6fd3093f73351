"""The files and folders that the command lines name: samples that come with pydicom, and made ones, good and broken."""

from __future__ import annotations

import random
import struct
from collections.abc import Callable, Sequence
from pathlib import Path

from peers import found, part10, wire
from tls.small_authority import Keys, make_keys

from compat import media
from compat.encode import (
    CT,
    ITEM,
    ITEM_END,
    MR,
    SECONDARY_CAPTURE,
    SEQUENCE_END,
    UNDEFINED,
    Element,
    data_set,
    element,
    file,
    identity,
    instance,
    meta,
    pixels,
    ui,
)
from compat.log_files import CONFIGURATIONS
from compat.texts import TEXTS

#: name in the command lines → file that comes with pydicom
SAMPLES = {
    "ct": "CT_small.dcm",
    "mr": "MR_small.dcm",
    "implicit": "MR_small_implicit.dcm",
    "big": "MR_small_bigendian.dcm",
    "deflated": "image_dfl.dcm",
    "rle": "MR_small_RLE.dcm",
    "jpeg8": "SC_rgb_small_odd_jpeg.dcm",
    "jpeg12": "JPEG-lossy.dcm",
    "jpeg-lossless": "SC_rgb_jpeg_gdcm.dcm",
    "jls-lossless": "MR_small_jpeg_ls_lossless.dcm",
    "jls-lossy": "JPEGLSNearLossless_08.dcm",
    "j2k-lossless": "MR_small_jp2klossless.dcm",
    "j2k": "JPEG2000.dcm",
    "rle-frames": "SC_rgb_rle_2frame.dcm",
    "rle-wide": "SC_rgb_rle_32bit.dcm",
    "sc": "SC_rgb_small_odd.dcm",
    "sr": "test-SR.dcm",
    "rtplan": "rtplan.dcm",
    "ecg": "waveform_ecg.dcm",
    "seg": "liver_1frame.dcm",
    "padding": "MR_small_padded.dcm",
    "bare-rt": "rtstruct.dcm",
    "bare-ion-explicit": "ExplVR_LitEndNoMeta.dcm",
    "bare-ion-big": "ExplVR_BigEndNoMeta.dcm",
    "bare-ct-sample": "no_meta.dcm",
    "no-meta-length-sample": "no_meta_group_length.dcm",
    "truncated-mr": "MR_truncated.dcm",
}

JPEG = "1.2.840.10008.1.2.4."

#: further transfer syntaxes of which pydicom brings no small file: ``{file:ts-…}`` has an invented code stream
SYNTAXES = {
    "ts-mpeg2": JPEG + "100",
    "ts-mpeg2-high": JPEG + "101",
    "ts-mpeg4": JPEG + "102",
    "ts-mpeg4-bd": JPEG + "103",
    "ts-mpeg4-2-2d": JPEG + "104",
    "ts-mpeg4-2-3d": JPEG + "105",
    "ts-mpeg4-2-st": JPEG + "106",
    "ts-hevc": JPEG + "107",
    "ts-hevc10": JPEG + "108",
    "ts-lossless-14": JPEG + "57",
    "ts-spectral": JPEG + "53",
    "ts-progressive": JPEG + "55",
    "ts-j2k-part2": JPEG + "92",
}

#: storage SOP classes with a number each, below 1.2.840.10008.5.1.4.1.1: the 64 that storescu proposes and further ones
STANDARD_CLASSES = (
    "1 1.1 1.1.1 1.2 1.2.1 1.3 1.3.1 2 2.1 3.1 4 4.1 4.2 6.1 7 7.1 7.2 7.3 7.4 9.1.1 9.1.2 9.1.3 9.2.1 9.3.1 9.4.1 "
    "11.1 11.2 11.3 11.4 12.1 12.1.1 12.2 12.2.1 20 66 66.1 66.2 67 77.1.1 77.1.2 77.1.3 77.1.4 77.1.5.1 77.1.5.2 "
    "77.1.5.3 77.1.5.4 88.11 88.22 88.33 88.40 88.50 88.59 88.65 88.67 88.69 104.1 128 481.1 481.2 481.3 481.4 481.5 "
    "481.6 481.7 2.2 4.3 4.4 6.2 9.4.2 9.5.1 9.6.1 11.5 13.1.1 13.1.2 13.1.3 14.1 14.2 30 66.3 66.4 66.5 66.6 68.1 "
    "68.2 77.1.1.1 77.1.2.1 77.1.4.1 77.1.6 78.1 78.2 78.3 78.4 78.5 78.6 78.7 78.8 79.1 80.1 81.1 82.1 88.34 88.70 "
    "88.71 90.1 104.2 104.3 128.1 130 131 481.8 481.9 481.10"
)
ROOT = "1.2.840.10008.5.1.4.1.1."


def native(name: str) -> bytes:
    """The data set of a sample without its meta information."""
    return part10.read(found.sample(SAMPLES[name])).data_set


def sequence(nested: bytes) -> bytes:
    """A sequence with one item, both of undefined length (PS3.5 7.5)."""
    items = ITEM + struct.pack("<I", UNDEFINED) + nested + ITEM_END + bytes(4) + SEQUENCE_END + bytes(4)
    return element(0x00081115, "SQ", items, length=UNDEFINED)


def undefined_lengths() -> bytes:
    nested = sequence(element(0x00081150, "UI", ui(CT))) + element(0x0020000E, "UI", ui("2.25.9"))
    data = data_set(identity(CT, "2.25.101"))
    at = data.index(struct.pack("<HH", 0x0010, 0x0010))
    return file(meta(CT, "2.25.101", wire.EXPLICIT), data[:at] + sequence(nested) + data[at:])


def group_lengths() -> bytes:
    """Retired group length elements, with true lengths."""
    elements = identity(CT, "2.25.102")
    data = b""
    for group in (0x0008, 0x0010, 0x0020):
        body = data_set([one for one in elements if one[0] >> 16 == group])
        data += element(group << 16, "UL", struct.pack("<I", len(body))) + body
    return file(meta(CT, "2.25.102", wire.EXPLICIT), data)


def odd_identity(
    sop_class: str, sop_instance: str, meta_class: str | None = None, meta_instance: str | None = None
) -> bytes:
    """An instance whose meta information may say something else than its data set."""
    information = meta(
        sop_class if meta_class is None else meta_class,
        sop_instance if meta_instance is None else meta_instance,
        wire.EXPLICIT,
    )
    return file(information, data_set(identity(sop_class, sop_instance)))


def spaced(
    instance_uid: bytes = b"2.25.123", study: bytes = b"2.25.3", series: bytes = b"2.25.4", syntax: str = wire.EXPLICIT
) -> bytes:
    """A CT image whose UIDs may hold spaces; the meta information has none."""
    elements = [one for one in identity(CT, "") if one[0] not in (0x0020000D, 0x0020000E)]
    for tag, value in ((0x00080018, instance_uid), (0x0020000D, study), (0x0020000E, series)):
        elements.append((tag, "UI", value + b"\0" * (len(value) % 2)))
    return file(meta(CT, "2.25.123", syntax), data_set(elements, syntax))


#: an item with identifiers that are none of the data set
NESTED = element(0x00080018, "UI", ui("2.25.8")) + element(0x0020000E, "UI", ui("2.25.9"))
NESTED = ITEM + struct.pack("<I", len(NESTED)) + NESTED


def complete(syntax: str = wire.EXPLICIT, more: Sequence[Element] = ()) -> bytes:
    """A CT image with every attribute that identifies it."""
    return instance(
        CT,
        "2.25.124",
        syntax,
        [
            (0x00080050, "SH", b"A1"),
            (0x00200010, "SH", b"S1"),
            (0x00200011, "IS", b"7 "),
            (0x00200013, "IS", b"9 "),
            *more,
        ],
    )


def values(syntax: str = wire.EXPLICIT) -> bytes:
    """A value of each VR that has a byte order, or that came late."""
    order = ">" if syntax == wire.BIG_ENDIAN else "<"
    more: list[Element] = [
        (0x00080119, "UC", b"long"),
        (0x00080120, "UR", b"urn:x "),
        (0x00081190, "UR", b"urn:xy"),
        (0x00189810, "US", struct.pack(order + "H", 7)),
        (0x00189073, "FD", struct.pack(order + "d", 1.5)),
        (0x00187041, "LT", b"text"),
        (0x00200062, "CS", b"R "),
        (0x00209165, "AT", struct.pack(order + "HHHH", 0x20, 0x10, 0x28, 0x103)),
        (0x00280103, "US", struct.pack(order + "H", 1)),
        (0x00280106, "SS", struct.pack(order + "h", -5)),
        (0x00283006, "OW", struct.pack(order + "HH", 1, 2)),
        (0x00400210, "SH", b"TRIG"),
        (0x00660016, "OF", struct.pack(order + "ff", 1.5, -2)),
        (0x00660040, "OL", struct.pack(order + "II", 1, 2)),
        (0x0040A160, "UT", b"unlimited "),
        (0x7FE00009, "OD", struct.pack(order + "dd", 1.5, -2)),
    ]
    return file(meta(CT, "2.25.125", syntax), data_set([*identity(CT, "2.25.125"), *more], syntax))


def ct_with_meta(syntax: str, group_length: bool = True) -> bytes:
    return file(meta(CT, "2.25.103", syntax, group_length), data_set(identity(CT, "2.25.103")))


def large() -> bytes:
    """An object of 300 KB."""
    data = data_set([*identity(SECONDARY_CAPTURE, "2.25.104"), *pixels(False, 548)])
    return file(meta(SECONDARY_CAPTURE, "2.25.104", wire.EXPLICIT), data)


def rle_damaged() -> bytes:
    """The length of the only frame is right, but the frame claims a segment that is not there."""
    content = found.sample(SAMPLES["rle"]).read_bytes()
    at = content.rindex(b"\xe0\x7f\x10\x00O")
    header = content.index(ITEM, content.index(ITEM, at) + 8) + 8
    return content[:header] + b"\1" + content[header + 1 :]


def ct() -> bytes:
    return found.sample(SAMPLES["ct"]).read_bytes()


#: name in the command lines → content
MADE: dict[str, Callable[[], bytes]] = {
    "bare-explicit": lambda: native("ct"),
    "bare-implicit": lambda: native("implicit"),
    "bare-big": lambda: native("big"),
    "meta-without-preamble": lambda: ct()[132:],
    "magic-without-preamble": lambda: ct()[128:],
    "no-meta-length": lambda: ct_with_meta(wire.EXPLICIT, group_length=False),
    "no-syntax": lambda: ct_with_meta(""),
    "meta-lies": lambda: ct_with_meta(wire.IMPLICIT),
    "private-syntax": lambda: ct_with_meta("2.25.88"),
    "truncated-meta": lambda: ct()[:200],
    "truncated-header": lambda: ct()[:1500],
    "truncated-pixels": lambda: ct()[:20000],
    "empty": lambda: b"",
    "text": lambda: b"This is no DICOM file, only a line of text.\n" * 9,
    "random": lambda: random.Random(4).randbytes(5000),
    "zeros": lambda: bytes(5000),
    "large": large,
    "rle-damaged": rle_damaged,
    "undefined-lengths": undefined_lengths,
    "group-lengths": group_lengths,
    "no-class": lambda: odd_identity("", "2.25.105", meta_class=CT),
    "no-instance": lambda: odd_identity(CT, "", meta_instance="2.25.106"),
    "no-class-anywhere": lambda: odd_identity("", "2.25.107"),
    "other-class": lambda: odd_identity(MR, "2.25.108", meta_class=CT),
    "other-instance": lambda: odd_identity(CT, "2.25.109", meta_instance="2.25.110"),
    "private-class": lambda: odd_identity("2.25.77", "2.25.111"),
    "unknown-storage-class": lambda: odd_identity(ROOT + "9999", "2.25.112"),
    "unknown-standard-class": lambda: odd_identity("1.2.840.10008.99.9", "2.25.113"),
    "query-class": lambda: odd_identity("1.2.840.10008.5.1.4.1.2.1.1", "2.25.114"),
    "dicomdir": lambda: odd_identity("1.2.840.10008.1.3.10", "2.25.115"),
    "invalid-class": lambda: odd_identity("1.2.abc", "2.25.116"),
    "spaced-class": lambda: odd_identity(CT + " ", "2.25.121", meta_class=CT),
    "spaced-study": lambda: spaced(study=b"2.25.3 "),
    "spaced-series": lambda: spaced(series=b"2.25.4 "),
    "spaced-all": lambda: spaced(b" 2.25.123 ", b"2.25.3  ", b" 2.25.4 "),
    "spaced-inside": lambda: spaced(b"2.25. 123 "),
    "spaced-implicit": lambda: spaced(b"2.25.123 ", b"2.25.3 ", syntax=wire.IMPLICIT),
    "spaced-big": lambda: spaced(b"2.25.123 ", b"2.25.3 ", syntax=wire.BIG_ENDIAN),
    "complete": complete,
    "complete-implicit": lambda: complete(wire.IMPLICIT),
    "complete-big": lambda: complete(wire.BIG_ENDIAN),
    "complete-rle": lambda: complete("1.2.840.10008.1.2.5"),
    "complete-nested": lambda: complete(more=[(0x00081115, "SQ", NESTED)]),
    "values": values,
    "values-implicit": lambda: values(wire.IMPLICIT),
    "values-big": lambda: values(wire.BIG_ENDIAN),
    "complete-private": lambda: complete(more=[(0x00090010, "LO", b"MINE"), (0x00091001, "LO", b"AB")]),
    "spaced-uid": lambda: odd_identity(CT, "2.25.11 ", meta_instance="2.25.11"),
}

#: name in the command lines → its entries: path → instance number, a made file's name, or ``-> target`` of a link
TREES: dict[str, dict[str, int | str]] = {
    "flat": {"a.dcm": 1, "b.dcm": 2, "c.dcm": 3},
    "deep": {"a.dcm": 1, "sub/b.dcm": 2, "sub/deeper/c.dcm": 3, "other/d.dcm": 4},
    "hidden": {".hidden.dcm": 1, ".folder/b.dcm": 2, "c.dcm": 3},
    "patterns": {"a.dcm": 1, "B.DCM": 2, "x1.img": 3, "x2.img": 4, ".x3.img": 5, "sub.img/y.dcm": 6},
    "mixed": {"a.dcm": 1, "notes.txt": "text", "nothing": "empty", "z.dcm": 2},
    "links": {"a.dcm": 1, "again.dcm": "-> a.dcm", "real/b.dcm": 2, "alias": "-> real"},
    "dangling": {"a.dcm": 1, "lost.dcm": "-> nowhere"},
    "only-folders": {"sub/a.dcm": 1, "sub/b.dcm": 2},
    "nothing": {},
}


class Inputs:
    """Makes what a command line names, once, below a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def file(self, name: str) -> Path:
        if name in SAMPLES:
            return found.sample(SAMPLES[name])
        if name == "missing":
            return self.folder / "missing.dcm"
        if name in SYNTAXES:
            return self.write(name, lambda: instance(SECONDARY_CAPTURE, "2.25.120", SYNTAXES[name]))
        return self.write(name, MADE[name])

    def keys(self) -> Keys:
        """Keys and certificates for TLS."""
        folder = self.folder / "keys"
        if folder.exists():
            return Keys(folder)
        folder.mkdir(parents=True)
        return make_keys(folder)

    def write(self, name: str, content: Callable[[], bytes]) -> Path:
        path = self.folder / f"{name}.dcm"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content())
        return path

    def text(self, name: str) -> Path:
        """A file that is no object: a negotiation profile, a token."""
        path = self.folder / "texts" / name
        if name in TEXTS and not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(TEXTS[name])
        return path

    def dir(self, name: str) -> Path:
        top = self.folder / "trees" / name
        if not top.exists():
            top.mkdir(parents=True)
            for entry, what in TREES[name].items():
                path = top / entry
                path.parent.mkdir(parents=True, exist_ok=True)
                if isinstance(what, int):
                    path.write_bytes(instance(SECONDARY_CAPTURE, f"2.25.20{what}"))
                elif what.startswith("-> "):
                    path.symlink_to(what[3:])
                else:
                    path.write_bytes(MADE[what]())
        return top

    def media(self, name: str) -> Path:
        """The DICOMDIR of a file-set: a made one, or, as ``sample-…``, one that comes with pydicom."""
        if name.startswith("sample-"):
            return found.sample(f"dicomdirtests/{name.removeprefix('sample-')}")
        return media.build(self.folder / "media" / name, name)

    def log(self, name: str) -> Path:
        """A log configuration file; its log files lie in a folder of their own."""
        path = self.folder / "logs" / f"{name}.cfg"
        path.parent.mkdir(exist_ok=True)
        if name != "missing" and not path.exists():
            path.write_text(CONFIGURATIONS[name].replace("FOLDER", str(path.parent)))
        return path

    def many(self, name: str) -> list[Path]:
        """``standard-N``: one file each of N standard SOP classes; ``private-N``: of N private ones;
        ``repeated-N``: N files, two after each other of one private SOP class."""
        kind, _, count = name.partition("-")
        paths = []
        for number in range(int(count)):
            if kind == "standard":
                sop_class = ROOT + STANDARD_CLASSES.split()[number]
            else:
                sop_class = f"2.25.5000{number // 2 if kind == 'repeated' else number}"
            content = instance(sop_class, f"2.25.6000{number}")
            paths.append(self.write(f"{kind}/{number:03}", lambda content=content: content))  # type: ignore[misc]
        return paths
