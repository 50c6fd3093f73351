"""Every malformed file of the corpus through decompression: one run, no crash, each of them accounted for."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from peers import part10, script, wire
from peers.script import Script

from decode.arriving import NATIVE, run
from decode.test_disagreements import with_group_length


def hostile(corpus: Path, where: Path) -> list[Path]:
    """The files of the fuzzing corpus, as they are and with the element that they all lack; and the odd ones."""
    files = [*sorted((corpus / "fuzz").glob("*.dcm")), *sorted((corpus / "odd").glob("*.dcm"))]
    made = []
    for number, path in enumerate(files):
        content = path.read_bytes()
        made.append(where / f"{number}.hostile")
        made[-1].write_bytes(content)
        if "fuzz" in path.parts and content[128:132] == b"DICM" and content[132:136] != b"\2\0\0\0":
            made.append(where / f"{number}-completed.hostile")
            made[-1].write_bytes(with_group_length(content))
    return made


@pytest.mark.parametrize("name", NATIVE)
@pytest.mark.parametrize("option", ["-dn", "+dls", "+dly"])
def test_malformed_files(option: str, name: str, corpus: Path, dcmsend: Path, tmp_path: Path) -> None:
    files = hostile(corpus, tmp_path)
    assert len(files) > 200
    peer = Script(script.prefer(NATIVE[name]))
    result = run(dcmsend, files, peer, "-nh", "-v", "+crf", str(tmp_path / "report"), option, timeout=120)
    assert "Traceback" not in result.err
    assert result.code == 0, result.err[-2000:]
    assert result.cut == 0, "the object was begun and could not be ended"
    told = set(re.findall(r"\S+\.hostile\b", result.err)) | set(
        re.findall(r"\S+\.hostile\b", (tmp_path / "report").read_text())
    )
    assert told == {str(path) for path in files}
    for thing in result.things:
        assert thing.syntax == NATIVE[name]


def test_a_transfer_syntax_that_lies(corpus: Path, dcmsend: Path, tmp_path: Path) -> None:
    """A JPEG stream that is called JPEG-LS, an RLE frame that is called JPEG, and so on: nothing of it is sent."""
    sources = {
        "1.2.840.10008.1.2.5": "valid/pydicom__MR_small_RLE.dcm",
        "1.2.840.10008.1.2.4.80": "valid/pydicom__MR_small_jpeg_ls_lossless.dcm",
        "1.2.840.10008.1.2.4.70": "valid/fodicom__GH610.dcm",
        "1.2.840.10008.1.2.8.1": "valid/pydicomdata__liver_deflate.dcm",
    }
    files = []
    for stored, path in sources.items():
        content = (corpus / path).read_bytes()
        whole = part10.split(content)
        for called in sources:
            if called != stored:
                head = content[: len(content) - len(whole.data_set)]
                old, new = (uid.encode() + b"\0" * (len(uid) % 2) for uid in (stored, called))
                element = b"\2\0\x10\0UI"
                changed = head.replace(
                    element + len(old).to_bytes(2, "little") + old, element + len(new).to_bytes(2, "little") + new
                )
                length = int.from_bytes(changed[140:144], "little") + len(new) - len(old)
                changed = changed[:140] + length.to_bytes(4, "little") + changed[144:]
                files.append(tmp_path / f"{stored}-{called}.hostile")
                files[-1].write_bytes(changed + whole.data_set)
    result = run(dcmsend, files, Script(script.prefer(wire.IMPLICIT)), "-nh", "+dly")
    assert "Traceback" not in result.err
    assert not result.things
    assert set(re.findall(r"\S+\.hostile\b", result.err)) == {str(path) for path in files}
