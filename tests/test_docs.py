"""The documentation: made pages are fresh, links lead somewhere, the drawings show what the code says."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from peers.found import PROJECT

PAGES = sorted([*(PROJECT / "docs").glob("*.md"), PROJECT / "README.md", PROJECT / "bench" / "README.md"])
MAKERS = ("make_docs.py", "draw_house.py")


def made(maker: str, project: Path = PROJECT, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-B", project / "tools" / maker, *arguments],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The project's files that pages are made from, to be changed."""
    for name in ("src", "docs", "tools", "bench", "ext"):
        shutil.copytree(PROJECT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(PROJECT / "README.md", tmp_path)
    return tmp_path


def changed(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


@pytest.mark.parametrize("maker", MAKERS)
def test_pages_are_fresh(maker: str) -> None:
    done = made(maker, PROJECT, "--check")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize(
    ("maker", "file", "old", "new", "page"),
    [
        ("make_docs.py", "src/storejet/cli/options.py", '"ANY-SCP"', '"ANY-OTHER"', "migrating.md"),
        ("make_docs.py", "src/storejet/tables/exits.py", "no input files", "nothing to do", "exit-codes.md"),
        ("make_docs.py", "src/storejet/errors.py", "STRICT_NONE_STORED = 82", "STRICT_NONE_STORED = 84",
         "exit-codes.md"),
        ("make_docs.py", "docs/differences.md", "| `-rsp` without an answer |", "| no answer |", "migrating.md"),
        ("make_docs.py", "README.md", "|---|", "|:---|", "performance.md"),
        ("make_docs.py", "docs/quick-start.md", "# Quick start", "# Slow start", "README.md"),
        ("draw_house.py", "src/storejet/codec/pool.py", "from storejet._core import reuse_memory",
         "from storejet._core import Source, reuse_memory", "architecture.md"),
        ("draw_house.py", "ext/core/pump.c", "sendmsg(wire->socket", "sendfile(wire->socket", "architecture.md"),
    ],
)  # fmt: skip
def test_a_page_that_is_stale_is_named_and_renewed(
    copy: Path, maker: str, file: str, old: str, new: str, page: str
) -> None:
    changed(copy / file, old, new)
    stale = made(maker, copy, "--check")
    assert stale.returncode == 1
    assert f"docs/{page} is not what tools/{maker} makes of it" in stale.stdout
    before = (copy / "docs" / page).read_text()
    assert made(maker, copy).returncode == 0
    assert (copy / "docs" / page).read_text() != before
    assert made(maker, copy, "--check").returncode == 0


def anchors(path: Path) -> set[str]:
    """What links to a page's headings are called."""
    headings = re.findall(r"^#+ (.*)$", path.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(PROJECT)))
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
        if target.startswith("http"):
            continue
        file, _, anchor = target.partition("#")
        path = page.parent / file if file else page
        assert path.exists(), f"{page.name} links to {target}"
        assert not anchor or anchor in anchors(path), f"{page.name} links to {target}"


def test_every_page_is_in_the_index() -> None:
    index = (PROJECT / "docs" / "README.md").read_text()
    for page in PAGES:
        if page.parent.name == "docs" and page.name != "README.md":
            assert f"]({page.name})" in index


def test_the_drawing_shows_the_way() -> None:
    """Landmarks that are on it as long as the house stands as it does."""
    text = (PROJECT / "docs" / "architecture.md").read_text()
    drawing = text.split("<!-- made: way -->\n")[1].split("<!-- end: way -->")[0]
    edges = set(re.findall(r"^  (\w+) -->(?:\|.*?\|)? (\w+)$", drawing, re.MULTILINE))
    for way in (
        "send_session net_connection door_wire core_pump peer",
        "send_sender send_prepare door_source core_source files",
        "send_decoding codec_decoders codec_rle door_rle core_rle",
        "send_decoding codec_decoders codec_jpegls door_jpegls core_jpegls",
        "send_prepare door_recoder core_recode core_swap",
    ):
        nodes = way.split()
        for edge in pairwise(nodes):
            assert edge in edges
    # every kernel is on it but headers' inline functions
    drawn = set(re.findall(r"^    core_(\w+)\[", drawing, re.MULTILINE))
    assert drawn == {path.stem for path in (PROJECT / "ext" / "core").glob("*.c")}
