"""Write the manual pages into a folder: ``python tools/make_manual.py FOLDER``. The build does; no core is needed."""

from __future__ import annotations

import sys
from pathlib import Path


def main(folder: Path) -> int:
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))
    from storejet.cli.manual import PAGES, roff

    folder.mkdir(parents=True, exist_ok=True)
    for page in PAGES:
        (folder / f"{page}.1").write_text(roff(page), "ascii")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1])))
