"""What the tools print besides log lines: help, version, decoders, and the report of a mistake on the command line.

Imported only when one of these is asked for.
"""

from storejet import _core
from storejet.cli import argv, console, options, wording
from storejet.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from storejet.cli.options import Row

#: distributions that the tools may load at run time, and nothing else
_LIBRARIES = ("numpy", "pillow", "pydicom", "pynetdicom", "pylibjpeg-libjpeg", "pylibjpeg-openjpeg", "zlib-ng")

#: decoders that DCMTK's dcmsend has, too
_KINDS_OF_DCMTK = ("deflate", "jpeg", "jpegls", "rle")

#: width of the help text
_COLUMNS = 80

#: characters of a long name; what is longer has a line of its own
_NAME = 20


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
    for block_section, subsection, rows in wording.blocks(tool):
        if block_section != section:
            section = block_section
            lines.append(f"{section}:")
        if subsection:
            lines.append(f"  {subsection}:")
        for row in rows:
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
    lines = []
    if row[options.ARGUMENTS]:
        lines.append(f"{', '.join(wording.argument_names(row))}: {wording.kind(row)}")
        if wording.takes_level(row):
            lines.append(f"({wording.LEVELS})")
    lines += row[options.HELP]
    for note in wording.notes(tool, subsection, row):
        if len(lines[-1]) + 3 + len(note) <= room:
            lines[-1] += f" ({note})"
        else:
            lines.append(f"({note})")
    return lines
