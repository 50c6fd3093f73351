"""The text of an association negotiation file as headings, keys and values; what they mean is for ``profile``. Pure.

DCMTK's lexical rules: ``#`` in the first column makes a comment, nowhere else. ``[[Super]]`` and ``[Section]`` are
headings. Of their names, and of keys, only letters, digits, ``-`` and ``_`` count, as capitals. A value begins behind
``=`` and goes on in the lines that begin with a blank. CR, LF and CRLF end a line.

Where DCMTK reads on over the end of a line in search of a ``]`` or a ``=``, and so loses what it passes, the line is an
error here; and blanks at the end of a value do not belong to it.
"""

from storejet.errors import UsageError
from storejet.log import printable

BLANKS = " \t\v\f"

#: characters of a value or a line that a message shows
_SHOWN = 100


class Entry:
    """``KEY = value`` in ``line``; ``parts`` are the value's lines without the blanks at either end."""

    __slots__ = ("key", "line", "parts")

    def __init__(self, key: str, value: str, line: int) -> None:
        self.key = key
        self.parts = [value] if value else []
        self.line = line

    @property
    def value(self) -> str:
        """The value, with ``\\n`` between its lines."""
        return "\n".join(self.parts)


class Section:
    """A heading ``[NAME]`` in ``line``, and the entries under it; ``first``: key → its first entry, which counts."""

    __slots__ = ("entries", "first", "line", "name")

    def __init__(self, name: str, line: int) -> None:
        self.name = name
        self.line = line
        self.entries: list[Entry] = []
        self.first: dict[str, Entry] = {}

    def add(self, entry: Entry) -> None:
        self.entries.append(entry)
        self.first.setdefault(entry.key, entry)


class Text:
    """A whole file. ``supersections``: NAME → its sections in order, of the first such heading only.

    ``notes``: a line of text for each thing that has no effect, as DCMTK's rules will have it, but may be a mistake.
    """

    __slots__ = ("_open", "_pending", "_section", "_sections", "file", "notes", "supersections")

    def __init__(self, text: str, file: str) -> None:
        """Raises UsageError for a line that is neither heading nor entry."""
        self.file = file
        self.notes: list[str] = []
        self.supersections: dict[str, list[Section]] = {}
        self._sections: list[Section] | None = None
        self._section: Section | None = None
        #: the entry whose value the next line may continue; the key whose ``=`` is still to come, and its line
        self._open: Entry | None = None
        self._pending: tuple[str, int] | None = None
        text = text.removeprefix("\ufeff").replace("\0", " ").replace("\r\n", "\n").replace("\r", "\n")
        for number, line in enumerate(text.split("\n"), 1):
            content = line.strip(BLANKS)
            if not content or line[0] == "#":
                continue
            if line[0] in " \t" and self._open is not None:
                self._open.parts.append(content)
                continue
            at, end = line.index(content[0]), len(line.rstrip(BLANKS))
            while at < end:
                at = self._heading(line, at, number) if line[at] == "[" else self._entry(line, at, number)
        if self._pending:
            raise self._lost_line()

    def error(self, text: str, line: int = 0) -> UsageError:
        """The mistake as DCMTK names it, with the place behind it; ``line`` 0: of the whole file."""
        place = f"{printable(self.file)}, line {line}" if line else printable(self.file)
        return UsageError(f"reading config file: {text} ({place})")

    def note(self, text: str, line: int) -> None:
        self.notes.append(f"{printable(self.file)}, line {line}: {text}")

    def _lost_line(self) -> UsageError:
        content, line = self._pending or ("", 0)
        return self.error(f"syntax error: neither a heading nor Key = Value: {shown(content)}", line)

    def _heading(self, text: str, start: int, line: int) -> int:
        """Take the heading at ``start``; where in the line the next thing stands."""
        if self._pending:
            raise self._lost_line()
        self._open = None
        inside = _past(text, start, "[" + BLANKS)
        double = text.count("[", start, inside) > 1
        close = text.find("]", inside)
        if close >= 0:
            name = plain(text[inside:close])
            if double:
                close = _past(text, close + 1, BLANKS)
        if not 0 <= close < len(text) or text[close] != "]":
            raise self.error(f"syntax error: heading without its closing bracket: {shown(text[start:])}", line)
        if not name:
            raise self.error("Illegal call, perhaps wrong parameters: heading without a name", line)
        if not double:
            self._section = Section(name, line)
            if self._sections is None:
                self.note(f"[{name}] stands outside of any [[section]] that counts, and is ignored", line)
            else:
                self._sections.append(self._section)
        else:
            self._section = self._sections = None
            if name in self.supersections:
                self.note(f"a second [[{name}]] is ignored", line)
            else:
                self._sections = self.supersections[name] = []
        return _past(text, close + 1, BLANKS)

    def _entry(self, text: str, start: int, line: int) -> int:
        """Take the key and the value from ``start`` to the end of the line, where nothing more stands."""
        if self._pending and text[start] != "=":
            raise self._lost_line()
        key, equals, value = text[start:].partition("=")
        if not equals:
            self._pending = key, line
            return len(text)
        if self._pending:
            key, line = self._pending
            self._pending = None
        entry = Entry(plain(key), value.strip(BLANKS), line)
        self._open = entry
        if self._section is None:
            self.note(f"{entry.key or 'an entry without a key'} stands outside of any [section], and is ignored", line)
        else:
            self._section.add(entry)
        return len(text)


def _past(text: str, at: int, marks: str) -> int:
    """The first place from ``at`` on that has none of these marks."""
    while at < len(text) and text[at] in marks:
        at += 1
    return at


def plain(name: str) -> str:
    """What counts of the name of a heading or key."""
    return "".join([c for c in name if c.isascii() and (c.isalnum() or c in "-_")]).upper()


def shown(value: str) -> str:
    """A value as a message shows it."""
    return printable(value if len(value) <= _SHOWN else value[:_SHOWN] + "...")
