"""A stored file as a data set in one of the native encodings."""

from __future__ import annotations

import csv
import zlib
from pathlib import Path

from recode.model import BIG, EXPLICIT, IMPLICIT
from storejet._core import EXPECT_ANY, EXPLICIT_BIG, IMPLICIT_LITTLE, OPAQUE, READ_WHOLE, Source

DEFLATED = "1.2.840.10008.1.2.1.99"
NATIVE = {"1.2.840.10008.1.2": IMPLICIT, "1.2.840.10008.1.2.1": EXPLICIT, "1.2.840.10008.1.2.2": BIG}


def listed(folder: Path | None, name: str, native: bool) -> list[Path]:
    """The files of a folder of the corpus that its manifest calls native (or deflated), or those that it does not."""
    if folder is None:
        return []
    with (folder / "MANIFEST.tsv").open(encoding="utf-8", newline="") as manifest:
        rows = [row for row in csv.DictReader(manifest, delimiter="\t") if row["path"].startswith(f"{name}/")]
    return [folder / row["path"] for row in rows if (row["transfer_syntax_uid"] in (*NATIVE, DEFLATED)) == native]


def data_set(path: Path) -> tuple[bytes, str]:
    """The bytes behind the meta information, inflated, and how they are encoded; "" where they are encapsulated.

    Raises InputError, or zlib.error.
    """
    source = Source()
    source.open(bytes(path))
    try:
        source.scan(EXPECT_ANY, READ_WHOLE)
        syntax, encoding, offset = source.meta_syntax.strip(" "), source.encoding, source.data_set_offset
        guessed = source.guessed
    finally:
        source.close()
    data = path.read_bytes()[offset:]
    if syntax == DEFLATED:
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        return inflater.decompress(data), EXPLICIT
    if encoding == OPAQUE or not (guessed or syntax in NATIVE):
        return data, ""
    return data, {IMPLICIT_LITTLE: IMPLICIT, EXPLICIT_BIG: BIG}.get(encoding, EXPLICIT)
