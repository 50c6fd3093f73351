"""Every process, predictor and precision that DCMTK can encode: our decoders against DCMTK's own."""

from __future__ import annotations

from pathlib import Path

import pydicom
import pytest
from encapsulated import distance, image
from peers import found, process

GRAY8 = "valid/orthanctests__KarstenHilbertRF.dcm"
GRAY12 = "valid/dcmqats__1.dcm"
SIGNED16 = "valid/pydicom__CT_small.dcm"
RGB8 = "valid/pydicomdata__color-pl.dcm"
RGB16 = "valid/pydicomdata__SC_rgb_16bit_2frame.dcm"
YBR8 = "valid/pydicomdata__SC_ybr_full_uncompressed.dcm"

#: options of dcmcjpeg → transfer syntax
LOSSLESS = {
    "+e1": "1.2.840.10008.1.2.4.70",
    **{f"+el +sv {predictor}": "1.2.840.10008.1.2.4.57" for predictor in range(1, 8)},
    "+el +sv 4 +pt 3": "1.2.840.10008.1.2.4.57",
    "+e1 +pt 1": "1.2.840.10008.1.2.4.70",
    "+el +sv 7 +pt 5": "1.2.840.10008.1.2.4.57",
}
LOSSY = {
    "+eb": "1.2.840.10008.1.2.4.50",
    "+ee": "1.2.840.10008.1.2.4.51",
    "+es": "1.2.840.10008.1.2.4.53",
    "+ep": "1.2.840.10008.1.2.4.55",
}


def both(path: Path, options: str, where: Path) -> tuple[str, int, bool]:
    """Encode a file; transfer syntax, distance of our pixels from DCMTK's, and whether ours is told to be lossy."""
    encoded, decoded = where / "encoded.dcm", where / "decoded.dcm"
    done = process.run(found.dcmtk("dcmcjpeg"), [*options.split(), path, encoded])
    assert done.code == 0, done.err
    done = process.run(found.dcmtk("dcmdjpeg"), [encoded, decoded])
    assert done.code == 0, done.err
    theirs = pydicom.dcmread(decoded)
    compressed = image(encoded)
    decoder = compressed.decoder()
    native = decoder.native
    assert (theirs.PhotometricInterpretation, theirs.BitsAllocated, theirs.BitsStored, theirs.HighBit) == (
        native.photometric,
        native.bits_allocated,
        native.bits_stored,
        native.high_bit,
    )
    assert (theirs.PixelRepresentation, theirs.SamplesPerPixel) == (native.signed, native.samples)
    assert theirs.get("PlanarConfiguration", 0) == native.planar
    return compressed.syntax, distance(compressed.native(), theirs.PixelData, native.bits_allocated), decoder.lossy


@pytest.mark.parametrize("options", LOSSLESS)
@pytest.mark.parametrize("name", [GRAY8, GRAY12, SIGNED16, RGB8, RGB16, YBR8])
def test_lossless(name: str, options: str, corpus: Path, tmp_path: Path) -> None:
    # DCMTK decodes the same, but a point transform drops bits, and that is loss
    assert both(corpus / name, options, tmp_path) == (LOSSLESS[options], 0, "+pt" in options)


@pytest.mark.parametrize("options", LOSSY)
@pytest.mark.parametrize(
    ("name", "more"), [(GRAY8, ""), (GRAY12, "+bt"), (RGB8, "+s4"), (RGB8, "+s2"), (RGB8, "+cr"), (RGB8, "+n1")]
)
def test_lossy(name: str, more: str, options: str, corpus: Path, tmp_path: Path) -> None:
    bound = 1 if name == GRAY12 and options != "+eb" else 0  # 12 bits are another decoder's
    if options == "+eb" and more == "+bt":
        more = "+be"  # baseline has 8 bits
    syntax, found_distance, lossy = both(corpus / name, f"{options} {more}", tmp_path)
    assert (syntax, lossy) == (LOSSY[options], True)
    assert found_distance <= bound
