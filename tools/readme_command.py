#!/usr/bin/env python3
"""Print the README's n-th shell command, so that what is tested is what is written there."""

import re
import sys
from pathlib import Path

README = Path(__file__).resolve().parent.parent / "README.md"

if __name__ == "__main__":
    blocks = re.findall(r"^```sh\n(.*?)^```$", README.read_text(), re.DOTALL | re.MULTILINE)
    print(blocks[int(sys.argv[1]) - 1].strip())
