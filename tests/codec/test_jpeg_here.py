"""JPEG that is decoded in this process, by Pillow or our kernel: what is cut, what goes to another process all the
same, and what Pillow itself encodes."""

from __future__ import annotations

import io
import os
import random
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from encapsulated import Compressed, distance, image
from PIL import Image

from storejet.codec import jpeg, jpeg_frame, jpeg_lossless, jpeg_turbo, workers
from storejet.codec.image_pixel import ImagePixel
from storejet.errors import InputError

SMALL = "valid/pylibjpegdata__JPEGBaseline_1s_1f_u_08_08.dcm"
COLOUR = "valid/pydicom__pydicom_examples_ybr_color.dcm"
EOI = b"\xff\xd9"
SAMPLES = {"L": (1, "MONOCHROME2"), "RGB": (3, "YBR_FULL_422"), "CMYK": (4, "CMYK")}


def encoded(pixels: bytes, mode: str, size: tuple[int, int], **options: int | bool | str) -> Compressed:
    """A picture of ``size`` (columns, rows), encoded by Pillow."""
    stream = io.BytesIO()
    Image.frombytes(mode, size, pixels).save(stream, "jpeg", **options)
    samples, photometric = SAMPLES[mode]
    stored = ImagePixel(size[1], size[0], samples, 1, 8, 8, 7, 0, 0, photometric)
    return Compressed("1.2.840.10008.1.2.4.50", stored, [stream.getvalue()])


def picture(mode: str, size: tuple[int, int]) -> bytes:
    """Slopes and noise."""
    chance = random.Random(mode)
    return bytes(
        (each * 200 // (size[0] * size[1]) + chance.randrange(40)) % 256
        for each in range(size[0] * size[1])
        for _ in range(SAMPLES[mode][0])
    )


def scan_of(frame: bytes) -> int:
    """Where the data of the only scan begins."""
    at = frame.rindex(b"\xff\xda") + 2
    return at + int.from_bytes(frame[at : at + 2], "big")


def refused(compressed: Compressed, frame: bytes) -> bool:
    try:
        compressed.decoder().decode(frame)
    except InputError as error:
        assert "cut short" in str(error)
        return True
    return False


# -- cut, and an end put behind the cut --------------------------------------------------------------------------------


def test_an_end_behind_every_cut(corpus: Path) -> None:
    """Nothing of the scan, half of it, all but the last blocks. Within the last one libjpeg does not tell."""
    compressed = image(corpus / SMALL)
    frame = compressed.frames[0]
    for cut in range(scan_of(frame), frame.rindex(EOI) - 1):
        assert refused(compressed, frame[:cut] + EOI), cut


def test_an_end_behind_a_cut_in_colour(corpus: Path) -> None:
    compressed = image(corpus / COLOUR)
    frame = compressed.frames[0]
    begin, end = scan_of(frame), frame.rindex(EOI)
    for cut in [*range(begin, end - 40, (end - begin) // 50), *range(end - 90, end - 40)]:
        if frame[cut - 1] != 0xFF:
            assert refused(compressed, frame[:cut] + EOI), cut


def test_an_end_behind_a_restart_interval() -> None:
    compressed = encoded(picture("L", (96, 96)), "L", (96, 96), restart_marker_blocks=5)
    frame = compressed.frames[0]
    found = 0
    for cut in range(scan_of(frame), len(frame) - 2):
        if frame[cut] == 0xFF and 0xD0 <= frame[cut + 1] <= 0xD7:
            found += 1
            assert refused(compressed, frame[:cut] + EOI), cut
            assert refused(compressed, frame[: cut + 2] + EOI), cut
    assert found == 28


@pytest.mark.parametrize("mode", SAMPLES)
@pytest.mark.parametrize("options", [{}, {"optimize": True}, {"restart_marker_blocks": 3}, {"progressive": True}])
def test_middle_gray_is_a_colour_like_others(mode: str, options: dict[str, int]) -> None:
    """Blocks of nothing but 128 are what is made of missing ones, too."""
    samples = SAMPLES[mode][0]
    flat = encoded(b"\x80" * (40 * 24 * samples), mode, (40, 24), **options)
    assert set(flat.native()) <= {127, 128}
    half = encoded(b"\x00\xff" * (20 * 16 * samples) + b"\x80" * (40 * 24 * samples), mode, (40, 40), **options)
    assert distance(half.native()[-40 * samples :], b"\x80" * (40 * samples), 8) <= 1


@pytest.mark.parametrize("name", ["valid/orthanctests__Issue140.dcm", "valid/dcmqats__6.dcm"])
def test_an_end_behind_a_cut_in_a_lossless_stream(name: str, corpus: Path) -> None:
    """The kernel counts the bits: not one byte less is enough."""
    compressed = image(corpus / name)
    frame = compressed.frames[0]
    begin, end = scan_of(frame), frame.rindex(EOI)
    decoder = compressed.decoder()
    for cut in {*range(begin, end, (end - begin) // 40 + 1), *range(max(begin, end - 20), end)}:
        if frame[cut - 1] != 0xFF:
            with pytest.raises(InputError, match=r"cut short|ends before all its pixels"):
                decoder.decode(frame[:cut] + EOI)


# -- where a frame is decoded ------------------------------------------------------------------------------------------

ALONE = """
    import os, sys
    from storejet.codec import decoders
    from storejet.codec.image_pixel import ImagePixel
    frame = open(sys.argv[1], "rb").read()
    stored = ImagePixel(100, 100, 1, 1, 8, 8, 7, 0, 0, "MONOCHROME2")
    decoder = decoders.decoder_for("1.2.840.10008.1.2.4.50", stored, frame)
    print(len(decoder.decode(frame)), open(f"/proc/self/task/{os.getpid()}/children").read().split())
    print(sorted({"numpy", "re", "PIL.Image", "_libjpeg"} & {*sys.modules}))
"""


def test_no_other_process_and_nothing_heavy_is_wanted(corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "frame.jpg").write_bytes(image(corpus / SMALL).frames[0])
    packages = str(Path(jpeg.__file__).parents[2])
    code = f"import sys; sys.path.append({packages!r})\n" + textwrap.dedent(ALONE)
    done = subprocess.run(
        [sys.executable, "-IS", "-c", code, tmp_path / "frame.jpg"],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.stdout, done.stderr) == ("10000 []\n[]\n", "")


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What other processes are asked to decode."""
    asked: list[str] = []
    decode = workers.Pool.decode

    def counting(self: workers.Pool, kind: str, stream: bytes, options: tuple[int, ...], length: int) -> bytes:
        asked.append(kind)
        return decode(self, kind, stream, options, length)

    monkeypatch.setattr(workers.Pool, "decode", counting)
    return asked


def test_large_frames_have_a_process_of_their_own(
    corpus: Path, counted: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    compressed = image(corpus / COLOUR)
    pixels = compressed.native()
    assert counted == []
    monkeypatch.setattr(jpeg, "MOST_HERE", len(pixels) // len(compressed.frames) - 1)
    assert compressed.native() == pixels
    assert counted == ["jpeg"] * len(compressed.frames)


def test_many_scans_have_a_process_of_their_own(counted: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    compressed = encoded(picture("RGB", (50, 30)), "RGB", (50, 30), progressive=True)
    pixels = compressed.native()
    assert counted == []
    monkeypatch.setattr(jpeg, "MOST_SCANS", compressed.frames[0].count(b"\xff\xda") - 1)
    assert compressed.native() == pixels
    assert counted == ["jpeg"]


@pytest.mark.parametrize("mode", SAMPLES)
@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"restart_marker_blocks": 3}])
def test_the_other_decoder_makes_nearly_the_same(
    mode: str, options: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    compressed = encoded(picture(mode, (61, 45)), mode, (61, 45), subsampling="4:4:4", **options)
    stream, pixels = compressed.frames[0], compressed.native()
    monkeypatch.setattr(jpeg_turbo, "_pillow", None)
    other = jpeg_frame.decoded(stream, 45, 61, SAMPLES[mode][0], 8, mode == "RGB")
    assert distance(pixels, bytes(other), 8) <= (3 if mode == "RGB" else 1)


@pytest.mark.parametrize("name", ["valid/orthanctests__Issue140.dcm", "valid/dcmqats__6.dcm"])
def test_lossless_frames_that_the_kernel_does_not_take(
    name: str, corpus: Path, counted: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other decoder makes the same of them."""
    compressed = image(corpus / name)
    pixels = compressed.native()
    assert counted == []
    monkeypatch.setattr(jpeg_lossless, "scan_of", lambda *_: None)
    assert compressed.native() == pixels
    assert counted == ["jpeg"] * len(compressed.frames)


def test_tables_of_a_lossless_stream(corpus: Path) -> None:
    compressed = image(corpus / "valid/orthanctests__Issue140.dcm")
    frame = compressed.frames[0]
    at = frame.index(b"\xff\xc4")
    lacking = frame[: at + 4] + b"\x03" + frame[at + 5 :]  # another destination
    with pytest.raises(InputError, match="lacks a table"):
        compressed.decoder().decode(lacking)
    longer = frame[: at + 5] + b"\xff" + frame[at + 6 :]  # 255 codes of one bit
    with pytest.raises(InputError, match="a table of its JPEG stream is damaged"):
        compressed.decoder().decode(longer)


def test_threads_take_turns_without_the_lock(corpus: Path) -> None:
    """Two threads decode at a time where there are two processors; the same pixels come out of each."""
    from concurrent.futures import ThreadPoolExecutor

    compressed = image(corpus / COLOUR)
    decoder, frame = compressed.decoder(), compressed.frames[0]
    expected = decoder.decode(frame)
    with ThreadPoolExecutor(max(2, os.cpu_count() or 1)) as threads:
        assert set(threads.map(decoder.decode, [frame] * 64)) == {expected}
