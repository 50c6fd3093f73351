"""The JPEG-LS kernel behind its door: against a twin that goes by the book, the conformance images of ITU-T T.87,
CharLS, DCMTK, and the corpus; and what is damaged, cut off or not for us."""

from __future__ import annotations

import csv
import hashlib
import random
import struct
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import jpegls_images
import pytest
import twin_jpegls as twin
from hypothesis import given, settings
from peers import found, process
from pydicom import Dataset, dcmread
from pydicom.encaps import encapsulate, generate_frames
from twin_jpegls import LINE, NONE, SAMPLE, Kind, Planes

from storejet._core import jpegls_decoded, jpegls_header
from storejet.codec.decoders import decoder_for
from storejet.codec.image_pixel import ImagePixel
from storejet.errors import InputError

JPEG_LS = ("1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.81")

#: annex H.3 of T.87: an image of 4 x 4 pixels, and what it is coded as
ANNEX_H = bytes.fromhex(
    "FFD8 FFF7000B08000400040101 1100 FFDA00080101 00000000"
    "C000006C80208E01C0000057400000 6EE6000001BC18000005D80000 9160 FFD9"
)
ANNEX_H_IMAGE = [[0, 0, 90, 74], [68, 50, 43, 205], [64, 145, 145, 145], [100, 145, 145, 145]]


def flat(planes: Planes) -> list[int]:
    return [value for plane in planes for line in plane for value in line]


def kernel(frame: bytes, planar: bool = False, bits_allocated: int = 0) -> bytes:
    rows, columns, samples, bits, _near, _interleave = jpegls_header(frame)
    return jpegls_decoded(frame, rows, columns, samples, bits_allocated or (8 if bits <= 8 else 16), planar)


def charls(frame: bytes) -> bytes:
    """What CharLS makes of it: by component where each has a scan of its own, else by pixel."""
    try:
        import jpeg_ls
    except ImportError:
        found.missing("CharLS is not installed (package pyjpegls)")
    made = jpeg_ls.decode_pixel_data(frame)
    return bytes(made[0] if isinstance(made, tuple) else made)


def noisy(kind: Kind, components: int = 1, columns: int = 9, rows: int = 5) -> Planes:
    source = random.Random(20)
    top = (1 << kind.precision) - 1
    return [[[source.randint(0, top) for _ in range(columns)] for _ in range(rows)] for _ in range(components)]


def test_the_example_of_the_standard() -> None:
    assert twin.encoded([ANNEX_H_IMAGE], Kind(8)) == ANNEX_H
    assert twin.decoded(ANNEX_H) == [ANNEX_H_IMAGE]
    assert jpegls_header(ANNEX_H) == (4, 4, 1, 8, 0, 0)
    assert list(kernel(ANNEX_H)) == flat([ANNEX_H_IMAGE])


@settings(max_examples=300, deadline=None)
@given(jpegls_images.images())
def test_decodes_what_the_twin_decodes(image: tuple[Planes, Kind]) -> None:
    planes, kind = image
    frame = twin.encoded(planes, kind)
    wanted = twin.decoded(frame)
    assert all(abs(a - b) <= kind.near for a, b in zip(flat(planes), flat(wanted), strict=True))
    for bits_allocated in (8, 16) if kind.precision <= 8 else (16,):
        for planar in (False, True):
            assert kernel(frame, planar, bits_allocated) == twin.native(wanted, bits_allocated // 8, planar)


@settings(max_examples=100, deadline=None)
@given(jpegls_images.images())
def test_decodes_what_charls_decodes(image: tuple[Planes, Kind]) -> None:
    planes, kind = image
    if kind.interleave != NONE and len(planes) == 2:
        return  # CharLS knows no scan of two components
    if kind.interleave == SAMPLE and kind.preset is not None and kind.preset[4] not in (0, 64):
        return  # CharLS takes RESET for 64 in a part of its sample interleaved mode: it does not read this one
    if kind.preset is not None and kind.preset[0] not in (0, (1 << kind.precision) - 1):
        return  # CharLS takes RANGE and LIMIT from the precision, where A.2.1 takes them from MAXVAL
    frame = twin.encoded(planes, kind)
    assert kernel(frame, kind.interleave == NONE) == charls(frame)


def test_widths_around_a_run_of_the_longest_code() -> None:
    for columns in (1, 2, 65, 4097, 40000, 65535):
        plane = [[7] * columns, [7] * (columns - 1) + [9]]
        assert kernel(twin.encoded([plane], Kind(8))) == bytes(flat([plane]))


# -- conformance ------------------------------------------------------------------------------------------------------

#: frame → the image that it must be (T.87 annex E), by component where there are several
CONFORMANCE = {
    "t8c0e0": ["test8.ppm"], "t8c0e3": ["test8.ppm"], "t8c1e0": ["test8.ppm"], "t8c1e3": ["test8.ppm"],
    "t8c2e0": ["test8.ppm"], "t8c2e3": ["test8.ppm"], "t8nde0": ["test8bs2.pgm"], "t8nde3": ["test8bs2.pgm"],
    "t16e0": ["test16.pgm"], "t16e3": ["test16.pgm"],
}  # fmt: skip


def portable_map(path: Path) -> list[int]:
    """Samples of a PGM or PPM file, in its order."""
    _magic, _size, maxval, body = path.read_bytes().split(b"\n", 3)
    return list(struct.unpack(f">{len(body) // 2}H", body) if int(maxval) > 255 else body)


@pytest.mark.parametrize("name", CONFORMANCE)
def test_conformance(corpus: Path, name: str) -> None:
    folder = corpus / "jpegls-conformance"
    frame = (folder / f"{name}.jls").read_bytes()
    rows, columns, samples, bits, near, interleave = jpegls_header(frame)
    got = kernel(frame)
    values = struct.unpack(f"<{rows * columns * samples}{'H' if bits > 8 else 'B'}", got)
    wanted = [value for image in CONFORMANCE[name] for value in portable_map(folder / image)]
    assert near == int(name[-1])
    assert max(abs(a - b) for a, b in zip(values, wanted, strict=True)) == near
    if name == "t16e3":
        assert list(values) == portable_map(folder / "t16e3.pgm")
    assert kernel(frame, planar=interleave == NONE) == charls(frame)


def test_twin_conformance(corpus: Path) -> None:
    """The twin itself: on the small ones, it is slow."""
    for name in ("t8nde0", "t8nde3"):
        frame = (corpus / "jpegls-conformance" / f"{name}.jls").read_bytes()
        assert twin.native(twin.decoded(frame), 1, False) == kernel(frame)


# -- the corpus, and DCMTK --------------------------------------------------------------------------------------------


def image_pixel(of: Dataset) -> ImagePixel:
    return ImagePixel(
        of.Rows, of.Columns, of.SamplesPerPixel, int(of.get("NumberOfFrames", 1)), of.BitsAllocated, of.BitsStored,
        of.HighBit, of.PixelRepresentation, of.get("PlanarConfiguration", 0), of.PhotometricInterpretation,
    )  # fmt: skip


def opened(of: Dataset) -> tuple[ImagePixel, bool, bytes]:
    """How it comes out, whether it was lossy, all frames."""
    stored = image_pixel(of)
    frames = list(generate_frames(of.PixelData, number_of_frames=stored.frames))
    decoder = decoder_for(of.file_meta.TransferSyntaxUID, stored, frames[0])
    return decoder.native, decoder.lossy, b"".join(decoder.decode(frame) for frame in frames)


def reference_rows() -> list[list[str]]:
    folder = found.corpus_folder()
    if folder is None:
        return []
    with (folder / "decode_reference.tsv").open(newline="", errors="replace") as file:
        return [row for row in csv.reader(file, delimiter="\t") if row[1] in JPEG_LS]


@pytest.mark.parametrize("row", reference_rows(), ids=lambda row: row[0])
def test_reference(corpus: Path, row: list[str]) -> None:
    native, _lossy, pixels = opened(dcmread(corpus / row[0]))
    assert hashlib.sha256(pixels).hexdigest() == row[2]
    assert native.length == len(pixels) == int(row[3])


def test_reference_has_its_rows(corpus: Path) -> None:
    assert len(reference_rows()) >= 13


def dcmtk_rows() -> list[object]:
    """Path and planar configuration: as stored, and for those of several components the other one."""
    rows = [(row[0], planar) for row in reference_rows() for planar in ((None, 1) if "ux3" in row[4] else (None,))]
    # DCMTK refuses the one whose precision is 7 bits
    return [pytest.param(*row, id=f"{row[0]}-{row[1]}") for row in rows if "JLSL_08_07" not in row[0]]


@pytest.mark.parametrize(("path", "planar"), dcmtk_rows())
def test_native_as_dcmtk_has_it(corpus: Path, tmp_path: Path, path: str, planar: int | None) -> None:
    """dcmdjpls decompresses as dcmsend does."""
    stored = dcmread(corpus / path)
    if planar is not None:
        stored.PlanarConfiguration = planar
    stored.save_as(tmp_path / "stored.dcm")
    done = process.run(found.dcmtk("dcmdjpls"), [str(tmp_path / "stored.dcm"), str(tmp_path / "native.dcm")])
    assert done.code == 0, done.err
    theirs = dcmread(tmp_path / "native.dcm")
    native, lossy, pixels = opened(stored)
    for name in ImagePixel.__slots__:
        assert getattr(native, name) == getattr(image_pixel(theirs), name), name
    assert pixels == theirs.PixelData[: native.length]
    if lossy:
        assert theirs.LossyImageCompression == "01"
    else:
        assert theirs.get("LossyImageCompression") == stored.get("LossyImageCompression")


def test_less_bits_in_a_wide_container_beside_pydicom(tmp_path: Path) -> None:
    """A frame of 8 bits where 16 are allocated comes out in 16."""
    frame = twin.encoded([ANNEX_H_IMAGE], Kind(8))
    of = Dataset()
    of.Rows = of.Columns = 4
    of.SamplesPerPixel, of.BitsAllocated, of.BitsStored, of.HighBit, of.PixelRepresentation = 1, 16, 8, 7, 0
    of.PhotometricInterpretation = "MONOCHROME2"
    of.PixelData = encapsulate([frame])
    of.file_meta = Dataset()
    of.file_meta.TransferSyntaxUID = JPEG_LS[0]
    assert opened(of)[2] == struct.pack("<16H", *flat([ANNEX_H_IMAGE]))


def test_lossy_is_what_the_stream_says() -> None:
    for near, syntax in ((0, JPEG_LS[1]), (2, JPEG_LS[0]), (2, JPEG_LS[1]), (0, JPEG_LS[0])):
        kind = Kind(8, near)
        stored = ImagePixel(5, 9, 1, 1, 8, 8, 7, 0, 0, "MONOCHROME2")
        assert decoder_for(syntax, stored, twin.encoded(noisy(kind), kind)).lossy is (near > 0)


def test_a_label_that_halves_chroma_is_corrected(corpus: Path) -> None:
    data_set = dcmread(corpus / "valid/pydicom__SC_rgb_jls_lossy_sample.dcm")
    stored = image_pixel(data_set)
    for label, native in (("YBR_FULL_422", "YBR_FULL"), ("YBR_FULL", "YBR_FULL"), ("RGB", "RGB")):
        stored.photometric = label
        frame = next(generate_frames(data_set.PixelData, number_of_frames=1))
        decoder = decoder_for(data_set.file_meta.TransferSyntaxUID, stored, frame)
        assert (decoder.native.photometric, stored.photometric) == (native, label)


def test_threads_do_not_meet() -> None:
    kinds = [Kind(8, 0, LINE), Kind(16, 3, SAMPLE), Kind(12), Kind(5, 1, restart=2)]
    frames = [twin.encoded(noisy(kind, 3 if kind.interleave else 1, 60, 40), kind) for kind in kinds]
    alone = [kernel(frame) for frame in frames]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(kernel, frames * 25)) == alone * 25


# -- damage ---------------------------------------------------------------------------------------------------------

SMALL = [
    ((kind := Kind(8)), twin.encoded([ANNEX_H_IMAGE], kind)),
    *((kind, twin.encoded(noisy(kind, 3), kind)) for kind in (Kind(8), Kind(8, 0, LINE), Kind(8, 1, SAMPLE))),
    *((kind, twin.encoded(noisy(kind), kind)) for kind in (Kind(16), Kind(12, 2, restart=2))),
    ((kind := Kind(8, 0, SAMPLE, 1)), twin.encoded(noisy(kind, 4), kind)),
    ((kind := Kind(8)), twin.encoded([[[0] * 300] * 3], kind)),
]


@pytest.mark.parametrize(("kind", "frame"), SMALL, ids=[f"{kind}" for kind, _ in SMALL])
def test_truncated_at_every_byte(kind: Kind, frame: bytes) -> None:
    """An error, or the very same frame: the marker at the end, and bits that only fill a byte, may lack."""
    rows, columns, samples, bits, _near, _interleave = jpegls_header(frame)
    container = 8 if bits <= 8 else 16
    whole = jpegls_decoded(frame, rows, columns, samples, container, 0)
    complete = 0
    for length in range(len(frame)):
        try:
            assert jpegls_decoded(frame[:length], rows, columns, samples, container, 0) == whole, length
            complete += 1
        except InputError as error:
            assert "ends before all its pixels" in str(error) or "damaged" in str(error), length
            assert "\n" not in str(error)
            assert error.offset <= length
    assert 2 <= complete <= 5


@pytest.mark.parametrize(
    "tail", [b"", b"\0", b"\xff", b"\xff\xff\xff", b"\0" * 5000, b"\xff\xd9\0", b"\xff\xff\xd9", b"\xff\xd9junk"]
)
def test_what_may_stand_at_the_end(tail: bytes) -> None:
    for _kind, frame in SMALL:
        assert kernel(frame[:-2] + tail) == kernel(frame)


def test_pixels_behind_the_last_one_are_damage() -> None:
    with pytest.raises(InputError, match="damaged"):
        kernel(ANNEX_H[:-2] + b"more than fills a byte" + ANNEX_H[-2:])


def patched(old: str, new: str, frame: bytes = ANNEX_H) -> bytes:
    before, after = bytes.fromhex(old), bytes.fromhex(new)
    assert frame.count(before) == 1
    return frame.replace(before, after)


FRAME, SCAN = "FFF7000B08000400040101 1100", "FFDA0008010100000000"
REFUSED = {
    "no frame": ("", "ends before"),
    "no SOI": (ANNEX_H[2:].hex(), "damaged"),
    "no image": ("FFD8 FFD9", "damaged"),
    "scan without a frame": (patched(FRAME, "").hex(), "damaged"),
    "two frames": (patched(FRAME, FRAME + FRAME).hex(), "damaged"),
    "a JPEG frame": (patched("FFF7000B", "FFC0000B").hex(), "not supported"),
    "1 bit": (patched("FFF7000B08", "FFF7000B01").hex(), "damaged"),
    "17 bits": (patched("FFF7000B08", "FFF7000B11").hex(), "damaged"),
    "no columns": (patched("00040004", "00040000").hex(), "damaged"),
    "rows come later": (patched("00040004", "00000004").hex(), "not supported"),
    "no components": (patched(FRAME, "FFF70008080004000400").hex(), "damaged"),
    "five components": (
        patched(FRAME, "FFF70017080004000405" + "".join(f"0{i}1100" for i in range(1, 6))).hex(),
        "not supported",
    ),
    "sampling of 0": (patched(FRAME, FRAME[:-4] + "0100").hex(), "damaged"),
    "two of one name": (patched(FRAME, "FFF7000E080004000402 011100 011100").hex(), "damaged"),
    "unknown component": (patched(SCAN, "FFDA0008010200000000").hex(), "damaged"),
    "mapping table": (patched(SCAN, "FFDA0008010105000000").hex(), "not supported"),
    "NEAR too large": (patched(SCAN, "FFDA0008010100800000").hex(), "damaged"),
    "unknown interleave": (patched(SCAN, "FFDA0008010100000300").hex(), "damaged"),
    "point transform": (patched(SCAN, "FFDA0008010100000001").hex(), "not supported"),
    "short scan header": (patched(SCAN, "FFDA0007010100000 0".replace(" ", "")).hex(), "damaged"),
    "MAXVAL too large": (patched(SCAN, "FFF8000D0101000000000000000000" + SCAN).hex(), "damaged"),
    "T1 above T2": (patched(SCAN, "FFF8000D0100FF0009000800090040" + SCAN).hex(), "damaged"),
    "RESET of 2": (patched(SCAN, "FFF8000D0100FF0003000700150002" + SCAN).hex(), "damaged"),
    "part 2 of the standard": (patched(SCAN, "FFF80003 05" + SCAN).hex(), "not supported"),
    "colour transform": (patched(SCAN, "FFE80007 6D726678 01" + SCAN).hex(), "not supported"),
    "marker where none may be": (patched(SCAN, "FFD3" + SCAN).hex(), "damaged"),
    "other lines than there are": (patched(SCAN, "FFDC00040005" + SCAN).hex(), "damaged"),
    "lines of one byte": (patched(SCAN, "FFDC000304" + SCAN).hex(), "damaged"),
    "an image in the image": (patched(SCAN, "FFD80002" + SCAN).hex(), "damaged"),
    "no marker": (patched(SCAN, "00" + SCAN).hex(), "damaged"),
    "segment of length 1": (patched(SCAN, "FFE10001" + SCAN).hex(), "damaged"),
    "segment beyond the end": (patched(SCAN, "FFE1FFFF" + SCAN).hex(), "ends before"),
    "restart interval of one byte": (patched(SCAN, "FFDD000301" + SCAN).hex(), "damaged"),
    "no restart marker": (patched(SCAN, "FFDD00040001" + SCAN).hex(), "damaged"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    text, words = REFUSED[name]
    with pytest.raises(InputError, match=words) as raised:
        jpegls_decoded(bytes.fromhex(text), 4, 4, 1, 8, 0)
    assert 0 <= raised.value.offset <= len(text) // 2


@pytest.mark.parametrize(
    "inserted",
    [
        "FFFE0004 4142", "FFE8000C 535049464600 01020304", "FFE80007 6D726678 00", "FFFFFFE00002", "FFF80005 02 0101",
        "FFF8000D 01 0000 0000 0000 0000 0000", "FFF8000D 01 00FF 0003 0007 0015 0040", "FFDD0004 0000",
        "FFDD0006 00000004", "FFDD0005 FFFFFF", "FFDC0004 0004", "FFDC0005 000004",
    ],
)  # fmt: skip
def test_skipped_or_of_no_consequence(inserted: str) -> None:
    assert kernel(patched(SCAN, inserted + SCAN)) == kernel(ANNEX_H)


def test_oversize_dimensions() -> None:
    """LSE 4 (C.2.4.1.4): rows and columns that are 0 in the frame header, before or behind it."""
    for size, width in (("00000400000 4".replace(" ", ""), "03"), ("00040004", "02"), ("0000000400000004", "04")):
        oversize = f"FFF8{4 + len(size) // 2:04x}04{width}{size}"
        none = FRAME.replace("00040004", "00000000")
        assert kernel(patched(FRAME, oversize + none)) == kernel(ANNEX_H)
        assert kernel(patched(FRAME, none + oversize)) == kernel(ANNEX_H)


@pytest.mark.parametrize(
    "asked", [(5, 4, 1, 8), (4, 5, 1, 8), (4, 4, 3, 8), (4, 4, 1, 1), (4, 4, 1, 12), (4, 4, 1, 32), (0, 4, 1, 8)]
)
def test_mismatch(asked: tuple[int, int, int, int]) -> None:
    rows, columns, samples, bits_allocated = asked
    with pytest.raises(InputError, match="another size or kind"):
        jpegls_decoded(ANNEX_H, rows, columns, samples, bits_allocated, 0)


def test_more_bits_than_allocated() -> None:
    frame = twin.encoded([ANNEX_H_IMAGE], Kind(9))
    with pytest.raises(InputError, match="4 x 4 pixels of 1 x 9 bits, not 4 x 4 of 1 x 8"):
        jpegls_decoded(frame, 4, 4, 1, 8, 0)


def test_components_of_different_sizes_are_no_dicom() -> None:
    kind = Kind(8, 0, LINE, sampling=((2, 2), (1, 1)))
    frame = twin.encoded([[[1] * 4] * 4, [[2] * 2] * 2], kind)
    with pytest.raises(InputError, match="not supported: components of different sizes"):
        jpegls_decoded(frame, 4, 4, 2, 8, 0)


def test_restart_markers_count_up_to_seven() -> None:
    """T.81 B.1.1.3: RST0 follows RST7."""
    for interleave, components in ((NONE, 1), (LINE, 3), (SAMPLE, 3)):
        kind = Kind(8, 0, interleave, restart=1)
        planes = noisy(kind, components, rows=19)
        frame = twin.encoded(planes, kind)
        assert frame.count(b"\xff\xd0") == 3
        assert kernel(frame, planar=True) == bytes(flat(planes))


def test_a_wrong_restart_marker() -> None:
    kind = Kind(8, restart=2)
    frame = twin.encoded(noisy(kind), kind)
    with pytest.raises(InputError, match="damaged"):
        kernel(patched("FFD1", "FFD2", frame))
    with pytest.raises(InputError, match="ends before"):
        kernel(patched("FFD1", "FFD9", frame))


IN_LITTLE_MEMORY = """
import resource, sys
from storejet._core import jpegls_decoded
from storejet.errors import InputError
resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
try:
    jpegls_decoded(bytes.fromhex(sys.argv[1]), 65535, 65535, 1, 8, 0)
except InputError as error:
    print(error)
"""


def test_a_large_claim_in_a_small_frame_asks_for_no_memory() -> None:
    frame = patched("00040004", "FFFFFFFF").hex()
    done = process.run(sys.executable, ["-c", IN_LITTLE_MEMORY, frame])
    assert done.out.startswith("compressed frame ends before all its pixels are there (at byte 57"), done.err


def test_the_shortest_frame_there_is() -> None:
    """All lines are runs of whole lines: one bit each, the first ones excepted."""
    for columns, rows in ((1, 1000), (3, 4000), (32768, 40)):
        frame = twin.encoded([[[0] * columns] * rows], Kind(8))
        assert len(frame) < 80 + rows // 7
        assert kernel(frame) == bytes(columns * rows)


@settings(max_examples=300, deadline=None)
@given(jpegls_images.images(), jpegls_images.st.data())
def test_damage_never_escapes(image: tuple[Planes, Kind], data: jpegls_images.st.DataObject) -> None:
    """Any bytes: the frame, or an InputError; never more or less samples."""
    frame = bytearray(twin.encoded(*image))
    for _ in range(data.draw(jpegls_images.st.integers(1, 3))):
        frame[data.draw(jpegls_images.st.integers(0, len(frame) - 1))] = data.draw(jpegls_images.st.integers(0, 255))
    planes, kind = image
    container = 8 if kind.precision <= 8 else 16
    try:
        got = jpegls_decoded(bytes(frame), len(planes[0]), len(planes[0][0]), len(planes), container, 0)
        assert len(got) == len(flat(planes)) * container // 8
    except InputError as error:
        assert -1 <= error.offset <= len(frame)
