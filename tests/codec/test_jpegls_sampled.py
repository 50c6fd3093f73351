"""JPEG-LS with components of different sizes, which DICOM has no place for: the kernel alone, as a shared library."""

from __future__ import annotations

import ctypes
import random
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import twin_jpegls as twin
from peers import found
from test_jpegls import flat, portable_map
from twin_jpegls import LINE, NONE, Kind

CORE = found.PROJECT / "ext" / "core"

#: more than sizeof (sj_jpegls)
IMAGE_ROOM = 4096


@pytest.fixture(scope="module")
def decode(tmp_path_factory: pytest.TempPathFactory) -> Callable[[bytes], list[int]]:
    """``decode(frame)`` → the samples of all components, one after the other."""
    library = tmp_path_factory.mktemp("kernel") / "jpegls.so"
    sources = [str(CORE / name) for name in ("jpegls.c", "jpegls_header.c")]
    command = ["cc", "-std=c11", "-D_GNU_SOURCE", "-O1", "-shared", "-fPIC", *sources, "-o", str(library)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        found.missing("there is no C compiler (cc)")
    assert done.returncode == 0, done.stderr
    kernel = ctypes.CDLL(str(library))
    kernel.sj_jpegls_work.restype = ctypes.c_size_t
    kernel.sj_jpegls_samples.restype = ctypes.c_uint64

    def run(frame: bytes) -> list[int]:
        image = ctypes.create_string_buffer(IMAGE_ROOM)
        assert kernel.sj_jpegls_header(image, frame, ctypes.c_size_t(len(frame))) == 0
        work = ctypes.create_string_buffer(kernel.sj_jpegls_work(image))
        out = (ctypes.c_uint16 * kernel.sj_jpegls_samples(image))()
        planar = ctypes.c_bool(False)
        assert kernel.sj_jpegls_decode(image, frame, ctypes.c_size_t(len(frame)), work, out, 2, planar) == 0
        return list(out)

    return run


@pytest.mark.parametrize("near", [0, 3])
def test_conformance(corpus: Path, decode: Callable[[bytes], list[int]], near: int) -> None:
    folder = corpus / "jpegls-conformance"
    got = decode((folder / f"t8sse{near}.jls").read_bytes())
    wanted = [value for name in ("test8r", "test8gr4", "test8bs2") for value in portable_map(folder / f"{name}.pgm")]
    assert max(abs(a - b) for a, b in zip(got, wanted, strict=True)) == near


@pytest.mark.parametrize("interleave", [NONE, LINE])
@pytest.mark.parametrize(
    "sampling", [((2, 2), (1, 1)), ((2, 4), (2, 1), (1, 2)), ((1, 1), (2, 1), (1, 2), (2, 2)), ((4, 1), (1, 1), (2, 1))]
)
def test_as_the_twin(
    decode: Callable[[bytes], list[int]], interleave: int, sampling: tuple[tuple[int, int], ...]
) -> None:
    source = random.Random(7)
    for columns, rows, restart in ((8, 8, 0), (7, 8, 1), (16, 4, 2)):
        planes = [
            [[source.choice((5, 5, 6, 90)) for _ in range(across)] for _ in range(down)]
            for across, down in twin.sizes(columns, rows, sampling)
        ]
        frame = twin.encoded(planes, Kind(8, 0, interleave, restart, None, sampling))
        assert twin.decoded(frame) == planes
        assert decode(frame) == flat(planes)
