"""Make the rows of the UID tables from pydicom's UID dictionary and the columns set by hand.

``python tools/make_tables.py`` rewrites, in each file of ``src/storejet/tables`` that has them, what stands between the
marks ``# generated rows: begin`` and ``# generated rows: end``; ``--check`` only says, by its exit code, whether that
would change anything.

The dictionary's edition is that of the pydicom at hand; UIDs that a newer edition adds need a row in
``hand_columns.py`` where the program asks for one.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import hand_columns as hand
from pydicom._uid_dict import UID_dictionary

TABLES = Path(__file__).resolve().parents[1] / "src" / "storejet" / "tables"
BEGIN = "    # generated rows: begin\n"
END = "    # generated rows: end\n"
ROOT = "1.2.840.10008"

#: UID → (name, type, information, retired, keyword)
Dictionary = Mapping[str, tuple[str, str, str, str, str]]


def order(uid: str) -> list[int]:
    """Sort key: component by component."""
    return [int(component) for component in uid.split(".")]


def full(uid: str) -> str:
    """The UID for its short form in the hand columns."""
    return hand.STORAGE_PREFIX + uid[1:] if uid.startswith("~") else uid


def transfer_syntaxes(dictionary: Dictionary) -> list[tuple[Any, ...]]:
    """Rows of uids.py."""
    known = {uid: (name, keyword) for uid, name, keyword in hand.YOUNG_TRANSFER_SYNTAXES}
    known |= {uid: (row[0], row[4]) for uid, row in dictionary.items() if row[1] == "Transfer Syntax"}
    properties = {f"{ROOT}.1{tail}": row for tail, *row in hand.TRANSFER_SYNTAXES}
    names = {f"{ROOT}.1{tail}": name for tail, name in hand.TRANSFER_SYNTAX_NAMES}
    symbols = {f"{ROOT}.1{tail}": symbol for tail, symbol in hand.TRANSFER_SYNTAX_SYMBOLS}
    if known.keys() != properties.keys():
        raise SystemExit(f"hand_columns.TRANSFER_SYNTAXES differs in {sorted(known.keys() ^ properties.keys())}")
    rows = []
    for uid in sorted(known, key=order):
        name, keyword = known[uid]
        retired = uid in dictionary and dictionary[uid][3] == "Retired"
        rows.append((uid, keyword, names.get(uid, name), symbols.get(uid, keyword), *properties[uid], retired))
    return rows


def storage_classes(dictionary: Dictionary) -> list[tuple[Any, ...]]:
    """Rows of sopclasses.py."""
    keywords = dict(hand.YOUNG_STORAGE_CLASSES)
    keywords |= {uid: row[4] for uid, row in dictionary.items() if row[1] == "SOP Class" and "Storage" in row[0]}
    modalities = dict(column.split("=") for column in hand.MODALITIES.split())
    symbols = dict(hand.STORAGE_SYMBOLS)
    ranks = {full(uid): rank for rank, uid in enumerate(hand.DEFAULT_STORAGE_CLASSES.split(), 1)}
    unknown = {full(uid) for uid in (*modalities, *symbols, *ranks)} - keywords.keys()
    if unknown:
        raise SystemExit(f"hand_columns.py names SOP classes that do not exist: {sorted(unknown)}")
    modalities = {full(uid): code for uid, code in modalities.items()}
    symbols = {full(uid): symbol for uid, symbol in symbols.items()}
    rows = []
    for uid in sorted(keywords.keys() - set(hand.NOT_STORAGE), key=order):
        retired = uid in dictionary and dictionary[uid][3] == "Retired"
        symbol = symbols.get(uid, keywords[uid])
        rows.append((uid, symbol, modalities.get(uid, "OT"), ranks.get(uid, 0), retired))
    return rows


def service_symbol(keyword: str, retired: bool) -> str:
    """The symbol that DCMTK gives to a SOP class of another service than storage, from its keyword."""
    for operation in ("Find", "Move", "Get"):
        if keyword.endswith(operation):
            symbol = operation.upper() + keyword[: -len(operation)]
            break
    else:
        symbol = keyword.removesuffix("Trial") + "SOPClass"
    if retired:
        return f"{'DRAFT' if keyword.endswith('Trial') else 'RETIRED'}_{symbol}"
    return symbol


def services(dictionary: Dictionary) -> list[tuple[Any, ...]]:
    """Rows of services.py."""
    storage = {row[0] for row in storage_classes(dictionary)}
    known = {uid: row for uid, row in dictionary.items() if row[1] in ("SOP Class", "Meta SOP Class")}
    symbols = {
        uid: service_symbol(row[4], row[3] == "Retired") for uid, row in known.items() if uid not in storage and row[4]
    }
    by_hand = {full(uid): symbol for uid, symbol in hand.SERVICE_SYMBOLS}
    if by_hand.keys() - known.keys():
        raise SystemExit(
            f"hand_columns.py names SOP classes that do not exist: {sorted(by_hand.keys() - known.keys())}"
        )
    return sorted((symbols | by_hand).items(), key=lambda row: order(row[0]))


def registered(dictionary: Dictionary) -> list[str]:
    """Rows of registered.py."""
    storage = {row[0] for row in storage_classes(dictionary)}
    uids = {row[0] for row in transfer_syntaxes(dictionary)} | dictionary.keys()
    return [uid[len(ROOT) :] for uid in sorted(uids - storage, key=order) if uid.startswith(f"{ROOT}.")]


def defaults(dictionary: Dictionary) -> list[str]:
    """Rows of defaults.py."""
    ranked = sorted((row[3], row[0]) for row in storage_classes(dictionary) if row[3])
    return [uid for _, uid in ranked]


#: file → its rows
FILES: tuple[tuple[str, Callable[[Dictionary], Iterable[Any]]], ...] = (
    ("uids.py", transfer_syntaxes),
    ("sopclasses.py", storage_classes),
    ("services.py", services),
    ("registered.py", registered),
    ("defaults.py", defaults),
)


def literal(value: Any) -> str:
    """The value as source text, strings in double quotes."""
    if isinstance(value, tuple):
        return f"({', '.join(literal(item) for item in value)})"
    return f'"{value}"' if isinstance(value, str) else repr(value)


def rendered(file: str, rows: Iterable[Any]) -> str:
    """The text of the file with these rows in the place of its own; a row that is too long takes a line a column."""
    before, rest = (TABLES / file).read_text("utf-8").split(BEGIN)
    after = rest.split(END)[1]
    lines = []
    for row in rows:
        line = f"    {literal(row)},\n"
        if len(line) > 121:
            line = "    (\n" + "".join(f"        {literal(column)},\n" for column in row) + "    ),\n"
        lines.append(line)
    return before + BEGIN + "".join(lines) + END + after


def main(arguments: list[str]) -> int:
    stale = 0
    for file, make in FILES:
        text = rendered(file, make(UID_dictionary))
        if text != (TABLES / file).read_text("utf-8"):
            stale += 1
            print(f"{file}: the rows are not those of the dictionary and the hand columns")
            if arguments != ["--check"]:
                (TABLES / file).write_text(text, "utf-8")
    return 1 if stale and arguments == ["--check"] else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
