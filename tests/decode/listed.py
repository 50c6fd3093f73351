"""The rows of the corpus that tell what native pixels are right (see its README)."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from peers import found

DEFLATED = "1.2.840.10008.1.2.1.99"
BIG_ENDIAN = "1.2.840.10008.1.2.2"
JPEG2000 = tuple(f"1.2.840.10008.1.2.4.{last}" for last in ("90", "91", "201", "202", "203"))
DEFLATED_FRAMES = "1.2.840.10008.1.2.8.1"
#: lossy by its name: decompressed only when --decompress-lossy asks for it
LOSSY = tuple(f"1.2.840.10008.1.2.4.{last}" for last in ("50", "51", "53", "55", "81", "91", "203"))


@dataclass(frozen=True)
class Reference:
    """One file: its path in the corpus, its transfer syntax, and the sha256 and length of its native pixels."""

    path: str
    syntax: str
    sha256: str
    length: int
    photometric: str


def rows(name: str) -> list[dict[str, str]]:
    folder = found.corpus_folder()
    if folder is None:
        return []
    with (folder / name).open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table, delimiter="\t"))


def references() -> list[Reference]:
    return [
        Reference(
            row["path"],
            row["transfer_syntax_uid"],
            row["sha256_native_pixels"],
            int(row["bytes (before even padding)"]),
            row["photometric_interpretation (stored)"],
        )
        for row in rows("decode_reference.tsv")
    ]


def disagreements() -> list[dict[str, str]]:
    return rows("decode_disagreements.tsv")


def compressed() -> list[tuple[str, str]]:
    """(path, transfer syntax) of every file with fragments, or deflated as a whole, in ``valid`` and ``odd``."""
    native = ("1.2.840.10008.1.2", "1.2.840.10008.1.2.1", BIG_ENDIAN, "", "-")
    return [
        (row["path"], row["transfer_syntax_uid"])
        for row in rows("MANIFEST.tsv")
        if row["path"].startswith(("valid/", "odd/")) and row["transfer_syntax_uid"] not in native
    ]


def file(path: str) -> Path:
    return found.corpus() / path
