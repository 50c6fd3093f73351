"""Parts of documentation pages that are made by a program: they stand between two marks, which name the part."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
DOCS = PROJECT / "docs"


def replaced(text: str, name: str, part: str) -> str:
    """The page with another text between the marks of a part. SystemExit where the marks do not stand there once."""
    begin, end = f"<!-- made: {name} -->\n", f"<!-- end: {name} -->\n"
    found = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
    changed, count = found.subn(lambda _: f"{begin}{part}{end}", text)
    if count != 1:
        raise SystemExit(f"the marks of {name!r} stand {count} times on the page")
    return changed


def rewrite(parts: Mapping[str, Mapping[str, str]], maker: str, arguments: list[str]) -> int:
    """Write the parts (page → name → text) into the pages; with ``--check``, only say what is stale. An exit code."""
    stale = 0
    for page, texts in parts.items():
        path = DOCS / page
        old = new = path.read_text("utf-8")
        for name, part in texts.items():
            new = replaced(new, name, part)
        if new != old:
            stale += 1
            print(f"docs/{page} is not what tools/{maker} makes of it")
            if arguments != ["--check"]:
                path.write_text(new, "utf-8")
    return 1 if stale and arguments == ["--check"] else 0
