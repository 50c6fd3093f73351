"""Association negotiation profiles (``--config-file``): the text of a file → what each profile proposes. Pure.

A file has lists of transfer syntaxes, lists of presentation contexts that name these, and, where they are wanted,
lists of roles (PS3.7 D.3.3.4) and of extended negotiation (PS3.7 D.3.3.5); a profile names one list of each kind. All
of it is checked, used or not, in this order; the names and the errors are those of DCMTK's tools. ``docs/profiles.md``
has an example.
"""

import sys

from storejet.errors import UsageError
from storejet.plan.contexts import Proposal
from storejet.plan.sections import Text, shown
from storejet.tables.native import EXPLICIT_VR_BIG_ENDIAN, EXPLICIT_VR_LITTLE_ENDIAN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from storejet.plan.contexts import Context
    from storejet.plan.sections import Entry, Section

MOST_ENTRIES = 128
#: bytes of extended negotiation of a SOP class
MOST_INFORMATION = 1024

_LITTLE_FIRST = (EXPLICIT_VR_LITTLE_ENDIAN, EXPLICIT_VR_BIG_ENDIAN)
_LOCAL, _OPPOSITE = _LITTLE_FIRST if sys.byteorder == "little" else _LITTLE_FIRST[::-1]
_BYTE_ORDERS = {"LocalEndianExplicit": _LOCAL, "OppositeEndianExplicit": _OPPOSITE}

_ROLES = {"SCU": (True, False), "SCP": (False, True), "BOTH": (True, True)}


class Profiles:
    """The profiles of a file. ``notes``: what in it has no effect, a line each."""

    __slots__ = ("_contexts", "_extended", "_profiles", "_roles", "_syntaxes", "_text", "notes")

    def __init__(self, text: str, file: str) -> None:
        """Raises UsageError, its text beginning ``reading config file: `` and naming file and line."""
        self._text = Text(text, file)
        self._syntaxes: dict[str, list[str]] = {}
        #: list of presentation contexts → (abstract syntax, list of transfer syntaxes)
        self._contexts: dict[str, list[tuple[str, str]]] = {}
        self._roles: dict[str, dict[str, tuple[bool, bool]]] = {}
        self._extended: dict[str, dict[str, bytes]] = {}
        #: profile → lists of presentation contexts, roles, extended negotiation
        self._profiles: dict[str, tuple[str, str, str]] = {}
        self._read_syntaxes()
        self._read_contexts()
        self._read_roles()
        self._read_extended()
        self._read_profiles()
        self.notes = tuple(self._text.notes)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all profiles."""
        return tuple(self._profiles)

    def proposal(self, profile: str) -> Proposal:
        """What the profile of that name proposes. Raises UsageError 0006:0426: there is none, 0006:042b: its list of
        transfer syntaxes is too long."""
        name = _reference(profile)
        if name not in self._profiles:
            known = f"{shown(self._text.file)} has {', '.join(self.names) or 'none'}"
            raise UsageError(f"profile key undefined: {shown(name)} ({known})", code="0006:0426")
        contexts, roles, extended = self._profiles[name]
        proposed: list[Context] = []
        for abstract, syntaxes in self._contexts[contexts]:
            uids = self._syntaxes[syntaxes]
            if len(uids) > MOST_ENTRIES:
                text = f"transfer syntax list too long, cannot handle more than {MOST_ENTRIES} entries: {syntaxes}"
                raise UsageError(f"{text} ({shown(self._text.file)})", code="0006:042b")
            proposed.append((2 * len(proposed) + 1, abstract, tuple(uids)))
        return Proposal(
            tuple(proposed),
            tuple([(uid, *role) for uid, role in self._roles.get(roles, {}).items()]),
            tuple(self._extended.get(extended, {}).items()),
        )

    def _read_syntaxes(self) -> None:
        for section in self._required("TRANSFERSYNTAXES"):
            for entry in self._numbered(section, "TRANSFERSYNTAX"):
                uid = _uid(entry.value) or _transfer_syntax(entry.value)
                if not uid:
                    raise self._invalid("transfer", entry.value, entry)
                self._syntaxes.setdefault(section.name, []).append(uid)

    def _read_contexts(self) -> None:
        for section in self._required("PRESENTATIONCONTEXTS"):
            for entry in self._numbered(section, "PRESENTATIONCONTEXT"):
                abstract, rest = self._halves(entry)
                uid = self._abstract_syntax(abstract, entry)
                syntaxes = _reference(rest)
                if syntaxes not in self._syntaxes:
                    raise self._text.error(f"transfer syntax key undefined: {shown(syntaxes)}", entry.line)
                contexts = self._contexts.setdefault(section.name, [])
                if len(contexts) == MOST_ENTRIES:
                    text = f"presentation context list too long (> {MOST_ENTRIES} entries): {section.name}"
                    raise self._text.error(text, entry.line)
                contexts.append((uid, syntaxes))

    def _read_roles(self) -> None:
        for section in self._text.supersections.get("SCPSCUROLESELECTION", ()):
            for entry in self._numbered(section, "ROLE"):
                abstract, rest = self._halves(entry)
                uid = self._abstract_syntax(abstract, entry)
                role = _ROLES.get(rest.upper())
                if role is None:
                    text = f"syntax error: unknown role key in entry {entry.key} in config file: {shown(rest)}"
                    raise self._text.error(text, entry.line)
                roles = self._roles.setdefault(section.name, {})
                if uid in roles:
                    text = f"role selection defined twice for abstract syntax UID: {shown(abstract)}"
                    raise self._text.error(text, entry.line)
                roles[uid] = role

    def _read_extended(self) -> None:
        for section in self._text.supersections.get("EXTENDEDNEGOTIATION", ()):
            for entry in self._numbered(section, "EXTENDEDNEGOTIATION"):
                abstract, rest = self._halves(entry)
                uid = self._abstract_syntax(abstract, entry)
                information = self._information(rest, entry)
                extended = self._extended.setdefault(section.name, {})
                if uid in extended:
                    text = f"extended negotiation defined twice for abstract syntax UID: {shown(abstract)}"
                    raise self._text.error(text, entry.line)
                extended[uid] = information

    def _read_profiles(self) -> None:
        for section in self._required("PROFILES"):
            contexts = self._list(section, "PRESENTATIONCONTEXTS", self._contexts, "presentation context")
            if not contexts:
                text = f"no PRESENTATIONCONTEXTS  entry in section {section.name} in config file"
                raise self._text.error(text, section.line)
            roles = self._list(section, "SCPSCUROLESELECTION", self._roles, "role selection")
            extended = self._list(section, "EXTENDEDNEGOTIATION", self._extended, "extended negotiation")
            proposed = {abstract for abstract, _ in self._contexts[contexts]}
            for kind, name, classes in (
                ("role selection", roles, self._roles.get(roles, {})),
                ("extended negotiation", extended, self._extended.get(extended, {})),
            ):
                for uid in classes:
                    if uid not in proposed:
                        text = f"abstract syntax defined in {kind} list '{name}' but not in presentation context list "
                        raise self._text.error(f"{text}'{contexts}': {uid}", section.line)
            if section.name in self._profiles:
                raise self._text.error(f"two profiles defined for key: {section.name}", section.line)
            self._profiles[section.name] = contexts, roles, extended
            self._say_what_is_ignored(section, {"PRESENTATIONCONTEXTS", "SCPSCUROLESELECTION", "EXTENDEDNEGOTIATION"})

    def _required(self, name: str) -> "list[Section]":
        if name not in self._text.supersections:
            raise self._text.error(f"cannot find section [[{name}]] in config file")
        return self._text.supersections[name]

    def _numbered(self, section: "Section", key: str) -> "Iterator[Entry]":
        """The entries KEY1, KEY2, … up to the first number that is missing."""
        used = set()
        entry = section.first.get(f"{key}1")
        while entry:
            yield entry
            used.add(entry.key)
            entry = section.first.get(f"{key}{len(used) + 1}")
        self._say_what_is_ignored(section, used, key)

    def _say_what_is_ignored(self, section: "Section", used: "set[str]", key: str = "") -> None:
        """``key``: of a numbered list, whose numbers end with the first one that is missing."""
        seen = set()
        for entry in section.entries:
            if entry.key in seen:
                self._text.note(f"a second {entry.key} in [{section.name}] is ignored", entry.line)
            elif entry.key not in used:
                gap = key and entry.key.startswith(key) and entry.key != key
                why = f", for there is no {key}{len(used) + 1}" if gap else ""
                self._text.note(f"{entry.key or 'an entry without a key'} is ignored{why}", entry.line)
            seen.add(entry.key)

    def _list(self, section: "Section", key: str, defined: "Container[str]", kind: str) -> str:
        """The list that a profile names, "" where it names none."""
        entry = section.first.get(key)
        if entry is None:
            return ""
        name = _reference(entry.value)
        if name not in defined:
            raise self._text.error(f"{kind} key undefined: {shown(name)}", entry.line)
        return name

    def _halves(self, entry: "Entry") -> "tuple[str, str]":
        abstract, backslash, rest = entry.value.partition("\\")
        if not backslash:
            raise self._text.error(f"syntax error: missing '\\' in entry {entry.key} in config file", entry.line)
        return abstract, rest

    def _abstract_syntax(self, text: str, entry: "Entry") -> str:
        uid = _uid(text) or _sop_class(text)
        if not uid:
            raise self._invalid("abstract", text, entry)
        return uid

    def _invalid(self, kind: str, text: str, entry: "Entry") -> UsageError:
        hint = "; an indented line continues the value above it" if "\n" in entry.value else ""
        return self._text.error(f"not a valid {kind} syntax UID: {shown(text)}{hint}", entry.line)

    def _information(self, text: str, entry: "Entry") -> bytes:
        """Pairs of hexadecimal digits as bytes."""
        place = f"in entry {entry.key} in config file"
        if not text:
            error = f"Illegal call, perhaps wrong parameters: no extended negotiation data {place}"
            raise self._text.error(error, entry.line)
        if len(text) > 2 * MOST_INFORMATION:
            error = f"extended negotiation data too long, cannot handle > {MOST_INFORMATION} bytes {place}"
            raise self._text.error(error, entry.line)
        if len(text) % 2 or not all(c in "0123456789abcdefABCDEF" for c in text):
            raise self._text.error(f"parse error in extended negotiation data {place}", entry.line)
        return bytes.fromhex(text)


def _reference(name: str) -> str:
    """The name of a list or profile as a value or the command line gives it: without blanks, as capitals."""
    return "".join(name.split()).upper()


def _uid(text: str) -> str:
    """The text if it is a UID (PS3.5 9.1; leading zeros in a component are let pass), else ""."""
    valid = len(text) <= 64 and text.isascii() and all(part.isdigit() for part in text.split("."))
    return text if valid else ""


def _transfer_syntax(name: str) -> str:
    """The UID of a transfer syntax by DCMTK's symbol or PS3.6's keyword, with or without ``=`` before it, or ""."""
    from storejet.tables.uids import KEYWORD, SYMBOL, TRANSFER_SYNTAXES, UID

    name = name.removeprefix("=")
    if name in _BYTE_ORDERS:
        return _BYTE_ORDERS[name]
    for row in TRANSFER_SYNTAXES:
        if name in (row[SYMBOL], row[KEYWORD]):
            return row[UID]
    return ""


def _sop_class(name: str) -> str:
    """The UID of a SOP class by DCMTK's symbol, with or without ``=`` before it, or ""."""
    from storejet.tables.services import SERVICE_CLASSES
    from storejet.tables.sopclasses import STORAGE_CLASSES

    name = name.removeprefix("=")
    for row in STORAGE_CLASSES:
        if row[1] == name:
            return row[0]
    for uid, symbol in SERVICE_CLASSES:
        if symbol == name:
            return uid
    return ""
