"""What the tools print besides log lines: help, version, decoders, and the report of a mistake on the command line.

Imported only when one of these is asked for.
"""

from storejet import _core
from storejet.cli import argv, console, options
from storejet.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from storejet.cli.options import Row

_KINDS = {
    "string": "string",
    "strings": "string",
    "title": "string",
    "level": "string constant",
    "unsigned": "integer",
    "seconds": "integer",
}

#: distributions that the tools may load at run time, and nothing else
_LIBRARIES = ("numpy", "pillow", "pydicom", "pynetdicom", "pylibjpeg-libjpeg", "pylibjpeg-openjpeg", "zlib-ng")

#: decoders that DCMTK's dcmsend has, too
_KINDS_OF_DCMTK = ("deflate", "jpeg", "jpegls", "rle")

#: width of the help text
_COLUMNS = 80

#: characters of a long name; what is longer has a line of its own
_NAME = 20

#: an upper limit above this is there for the machine's sake and not worth a line of help
_WORTH_SHOWING = 1_000_000


def exclusive(tool: str, name: str) -> str:
    """The text that an exclusive option (``Options.exclusive``) asks for."""
    texts = {
        "help": help_text,
        "version": version_text,
        "list-decoders": decoders_text,
        "list-profiles": profiles_text,
        "list-ciphers": ciphers_text,
    }
    return texts[name](tool)


def usage_error(tool: str, arguments: "Sequence[str]", error: UsageError) -> str:
    """All that ``tool`` writes to stderr about a mistake on its command line (command files expanded); maybe nothing.

    A mistake that is found once the log is set up follows the log's rules: it stays hidden if errors are not logged,
    and it comes after the record that --arguments asks for.
    """
    text = ""
    if error.quietable:
        found = argv.Scan(tool, arguments)
        if "arguments" in found.given:
            text = console.record(console.INFO, console.arguments_record(tool, arguments))
        if found.level_of_errors() > console.ERROR:
            return text
    return f"{text}{_head(tool)}error: {error.text}\n"


def help_text(tool: str) -> str:
    """The help text: parameters, then every option under its headings."""
    width = _NAME + 3
    names = [name for name, _ in options.PARAMETERS]
    lines = [f"{_head(tool)}usage: {tool} [options] {' '.join(names)}...", "", "parameters:"]
    lines += [f"  {name:{width + 6}}  {text}" for name, text in options.PARAMETERS]
    lines.append("")
    section = ""
    for _rank, block_section, subsection, rows in options.BLOCKS:
        own = [row for row in rows if tool[0] in row[options.TOOLS]]
        if not own:
            continue
        if block_section != section:
            section = block_section
            lines.append(f"{section}:")
        if subsection:
            lines.append(f"  {subsection}:")
        for row in own:
            # the long names of a help text stand in one column, with subsection headings or without
            left = f"    {row[options.SHORT]:6}" if subsection else f"  {row[options.SHORT]:8}"
            indent = len(left) + width
            left += f"{'--' + row[options.LONG]:{width}}"
            if len(left) > indent:
                lines.append(left)
                left = " " * indent
            for text in _help_lines(tool, subsection, row, _COLUMNS - len(left)):
                lines.append(left + text)
                left = " " * len(left)
    return "\n".join(lines) + "\n\n"


def version_text(tool: str) -> str:
    """Version, interpreter, system, compiled core and the libraries at hand."""
    import ssl
    import sys
    from importlib.metadata import PackageNotFoundError, version
    from platform import machine, python_implementation, python_version, system

    lines = [
        f"Host type: {system()} {machine()}",
        f"Character encoding: {sys.getfilesystemencoding()}",
        f"Python: {python_implementation()} {python_version()}",
        f"Build options: {_core.BUILD}",
        "",
        "External libraries used:",
    ]
    for name in _LIBRARIES:
        try:
            lines.append(f"- {name}, Version {version(name)}")
        except PackageNotFoundError:
            lines.append(f"- {name}, not installed")
    lines.append(f"- {ssl.OPENSSL_VERSION}")
    return _head(tool) + "\n" + "\n".join(lines) + "\n"


def decoders_text(tool: str) -> str:
    """The transfer syntaxes that need no decoder, and those that can be decompressed for a peer, here and now.

    DCMTK's come first, in its order. A package that others need is named at the end.
    """
    from storejet.codec import decoders
    from storejet.tables import uids

    rows = uids.TRANSFER_SYNTAXES
    lines = ["", "Transfer syntaxes supported natively:"]
    lines += [f"- {row[uids.NAME]}" for row in rows if row[uids.KIND] == "native"]
    lines += ["", "Transfer syntaxes supported by decoders:"]
    absent: dict[str, list[str]] = {}
    for theirs in (True, False):
        for row in rows:
            kind = row[uids.DECODER]
            if not kind or (kind in _KINDS_OF_DCMTK) is not theirs:
                continue
            package = decoders.missing(kind)
            if package:
                absent.setdefault(package, []).append(row[uids.NAME])
            else:
                lines.append(f"- {row[uids.NAME]}")
    for package, names in absent.items():
        lines += ["", f"Not installed: {package}, for", *(f"  {name}" for name in names)]
    return _head(tool) + "\n".join(lines) + "\n"


def profiles_text(tool: str) -> str:
    """The profiles for TLS."""
    from storejet.cli import security

    return _head(tool) + security.profiles_text()


def ciphers_text(tool: str) -> str:
    """The cipher suites for TLS."""
    from storejet.cli import security

    return _head(tool) + security.ciphers_text()


def _head(tool: str) -> str:
    return f"{console.identification(tool)}\n\n{tool}: {dict(options.DESCRIPTIONS)[tool]}\n"


def _help_lines(tool: str, subsection: str, row: "Row", room: int) -> list[str]:
    """The right column of an option, ``room`` wide: its arguments, what it does, its default, its checks."""
    _tools, _short, long, arguments, group, default, checks, _stage, text = row
    lines = [_arguments_line(row)] if arguments else []
    if arguments and arguments[0][1] == "level":
        lines.append("(fatal, error, warn, info, debug, trace)")
    lines += text
    notes = []
    if group and options.group_defaults(tool).get(group) == long:
        notes.append("(default)")
    elif default not in (None, ""):
        notes.append(f"(default: {default})")
    for kind, *names in checks:
        # headings say it for a whole block, and that TLS options need TLS goes without saying
        if kind == "requires" and "only with" not in subsection and names[0] != "enable-tls":
            notes.append(f"(only with {argv.one_of(names)})")
        elif kind == "excludes":
            notes.append(f"(not with {argv.one_of(names).replace('@propose', 'propose-...')})")
    for note in notes:
        if len(lines[-1]) + 1 + len(note) <= room:
            lines[-1] += " " + note
        else:
            lines.append(note)
    return lines


def _arguments_line(row: "Row") -> str:
    names = [f"[{name[0]}]{name[1:]}" for name, _, _, _ in row[options.ARGUMENTS]]
    _name, kind, low, high = row[options.ARGUMENTS][0]
    limits = f" ({low}..{high})" if high and high < _WORTH_SHOWING and kind == "unsigned" else ""
    return f"{', '.join(names)}: {_KINDS[kind]}{limits}"
