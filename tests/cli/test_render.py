"""Help, version, decoders, and the report of a mistake."""

import importlib.metadata

import pytest

from storejet.cli import argv, options, render
from storejet.errors import UsageError

TOOLS = ("storescu", "dcmsend")


@pytest.mark.parametrize("tool", TOOLS)
def test_every_option_is_explained_under_its_headings(tool: str) -> None:
    lines = render.help_text(tool).splitlines()
    at = lines.index("general options:")
    for _, section, subsection, rows in options.BLOCKS:
        own = [row for row in rows if tool[0] in row[options.TOOLS]]
        if not own:
            continue
        if f"{section}:" in lines[at:]:
            at = lines.index(f"{section}:", at)
        if subsection:
            at = lines.index(f"  {subsection}:", at)
        for row in own:
            spelling = f"{row[options.SHORT]:6}--{row[options.LONG]} "
            at = next(
                i for i in range(at + 1, len(lines)) if spelling.split() == lines[i].split()[: len(spelling.split())]
            )
            # what it does stands beside it, or below a name that is too long for its column
            text = lines[at].strip() != spelling.strip() or lines[at + 1].startswith(" " * 30)
            assert text, spelling


@pytest.mark.parametrize("tool", TOOLS)
def test_no_option_of_the_other_tool_is_explained(tool: str) -> None:
    text = render.help_text(tool)
    for row in (row for _, _, _, rows in options.BLOCKS for row in rows):
        explained = f" --{row[options.LONG]} " in text.replace("\n", " \n")
        assert explained == ("--" + row[options.LONG] in options.index(tool))


def entry(tool: str, name: str) -> str:
    """The lines about one option as one line."""
    lines = render.help_text(tool).splitlines()
    first = next(i for i, line in enumerate(lines) if f" --{name} " in f"{line} ")
    text = [lines[first].split(f"--{name}")[1]]
    for line in lines[first + 1 :]:
        if not line.startswith(" " * 30):
            break
        text.append(line)
    return " ".join(" ".join(text).split())


def test_entries() -> None:
    assert entry("storescu", "max-pdu").startswith("[n]umber of bytes: integer (4096..131072) ")
    assert entry("storescu", "max-pdu").endswith("(default: 16384)")
    assert entry("storescu", "config-file").startswith("[f]ilename, [p]rofile: string ")
    assert entry("storescu", "log-level").startswith(
        "[l]evel: string constant (fatal, error, warn, info, debug, trace) "
    )
    assert "(default: STORESCU)" in entry("storescu", "aetitle")
    assert "(default: DCMSEND)" in entry("dcmsend", "aetitle")
    assert "(only with --scan-directories)" in entry("dcmsend", "recurse")
    assert "(only with --user, --kerberos, --saml or --jwt)" in entry("storescu", "pos-response")
    assert "(only with --seed)" in entry("storescu", "write-seed")
    assert "(not with --profile-bcp195-ex)" in entry("storescu", "cipher")
    assert entry("storescu", "read-file").endswith("(default)")
    assert entry("dcmsend", "read-file-only").endswith("(default)")
    assert "(default)" not in entry("dcmsend", "read-file")
    assert "2147483647" not in render.help_text("storescu")


@pytest.mark.parametrize("tool", TOOLS)
def test_help_begins_as_scripts_expect_and_fits_a_terminal(tool: str) -> None:
    lines = render.help_text(tool).splitlines()
    assert lines[0] == f"$storejet: {tool} v{our_version()} $"
    assert lines[1] == ""
    assert lines[2].startswith(f"{tool}: ")
    assert lines[3] == f"usage: {tool} [options] peer port dcmfile-in..."
    assert lines[4:6] == ["", "parameters:"]
    assert [line.split()[0] for line in lines[6:9]] == ["peer", "port", "dcmfile-in"]
    headings = [line for line in lines if line.endswith("options:") and not line.startswith(" ")]
    assert headings[:2] == ["general options:", "input options:"]
    assert [line for line in lines if len(line) > 80] == []
    assert [line for line in lines if line.rstrip() != line] == []


def our_version() -> str:
    from storejet._version import VERSION

    return VERSION


@pytest.mark.parametrize("tool", TOOLS)
def test_version(tool: str) -> None:
    lines = render.version_text(tool).splitlines()
    assert lines[0] == f"$storejet: {tool} v{our_version()} $"
    start = lines.index("External libraries used:")
    assert f"- pydicom, Version {importlib.metadata.version('pydicom')}" in lines[start:]
    assert f"- zlib-ng, Version {importlib.metadata.version('zlib-ng')}" in lines[start:]
    for word in ("Host type: ", "Character encoding: ", "Python: ", "Build options: "):
        assert any(line.startswith(word) for line in lines[:start])


def test_version_names_a_library_that_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> str:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "version", missing)
    assert "- numpy, not installed" in render.version_text("dcmsend").splitlines()


DCMTKS_DECODERS = [
    "- Deflated Explicit VR Little Endian",
    "- JPEG Baseline",
    "- JPEG Extended, Process 2+4",
    "- JPEG Spectral Selection, Non-hierarchical, Process 6+8",
    "- JPEG Full Progression, Non-hierarchical, Process 10+12",
    "- JPEG Lossless, Non-hierarchical, Process 14",
    "- JPEG Lossless, Non-hierarchical, 1st Order Prediction",
    "- JPEG-LS Lossless",
    "- JPEG-LS Lossy (Near-lossless)",
    "- RLE Lossless",
]
OUR_DECODERS = [
    "- Encapsulated Uncompressed Explicit VR Little Endian",
    "- JPEG 2000 (Lossless only)",
    "- JPEG 2000 (Lossless or Lossy)",
    "- High-Throughput JPEG 2000 Image Compression (Lossless Only)",
    "- High-Throughput JPEG 2000 with RPCL Options Image Compression (Lossless Only)",
    "- High-Throughput JPEG 2000 Image Compression",
    "- Deflated Image Frame Compression",
]


def test_decoders() -> None:
    lines = render.decoders_text("dcmsend").splitlines()
    native = lines.index("Transfer syntaxes supported natively:")
    decoders = lines.index("Transfer syntaxes supported by decoders:")
    assert lines[native + 1 : decoders - 1] == [
        "- Little Endian Implicit",
        "- Little Endian Explicit",
        "- Big Endian Explicit",
    ]
    assert lines[decoders + 1 :] == [*DCMTKS_DECODERS, *OUR_DECODERS]


def test_the_text_of_each_exclusive_option() -> None:
    for tool in TOOLS:
        for name in ("help", "version"):
            assert render.exclusive(tool, name) == getattr(render, name + "_text")(tool)
    assert render.exclusive("dcmsend", "list-decoders") == render.decoders_text("dcmsend")


# -- the report of a mistake ------------------------------------------------------------------------------------------


def report(tool: str, line: list[str]) -> str:
    with pytest.raises(UsageError) as caught:
        argv.parse(tool, line)
    return render.usage_error(tool, line, caught.value)


def block(tool: str, text: str) -> str:
    description = dict(options.DESCRIPTIONS)[tool]
    return f"$storejet: {tool} v{our_version()} $\n\n{tool}: {description}\nerror: {text}\n"


@pytest.mark.parametrize("tool", TOOLS)
def test_report(tool: str) -> None:
    assert report(tool, ["-zz"]) == block(tool, "Unknown option -zz")
    pdu = "Invalid value for option --max-pdu (underflow: 1)"
    assert report(tool, ["-pdu", "1", "p", "1", "f"]) == block(tool, pdu)
    assert report(tool, ["-pdu", "1", "p", "1", "f", "-ll", "error"]) == block(tool, pdu)
    assert report(tool, ["-q", "-v", "-pdu", "1", "p", "1", "f"]) == block(tool, pdu)


@pytest.mark.parametrize("level", [["-q"], ["-v", "-q"], ["-ll", "fatal"], ["-ll", "off"]])
@pytest.mark.parametrize("tool", TOOLS)
def test_quiet_hides_what_is_found_after_the_log_is_set_up(tool: str, level: list[str]) -> None:
    assert report(tool, [*level, "-pdu", "1", "p", "1", "f"]) == ""
    assert report(tool, [*level, "+r", "p", "1", "f"]) == ""
    assert report(tool, [*level, "-zz", "p", "1", "f"]) == block(tool, "Unknown option -zz")
    assert report(tool, [*level, "p"]) == block(tool, "Missing parameter port")
    hidden = report(tool, [*level, "p", "0", "f"])
    assert hidden == ("" if tool == "dcmsend" else block(tool, "Invalid parameter value 0 (underflow)"))


def test_the_record_of_arguments_comes_before_a_mistake_found_after_the_log_is_set_up() -> None:
    record = "I: calling 'dcmsend' with 6 arguments: '--arguments' '--max-pdu' '1' 'p' '1' 'f' \nI: \n"
    pdu = "Invalid value for option --max-pdu (underflow: 1)"
    assert report("dcmsend", ["--arguments", "-pdu", "1", "p", "1", "f"]) == record + block("dcmsend", pdu)
    quiet = report("dcmsend", ["--arguments", "-q", "-pdu", "1", "p", "1", "f"])
    assert quiet.startswith("I: calling 'dcmsend' with 7 arguments: ") and quiet.endswith(" \nI: \n")
    assert report("dcmsend", ["--arguments", "-zz"]) == block("dcmsend", "Unknown option -zz")
    level = "Invalid log level for --log-level option"
    assert report("dcmsend", ["--arguments", "-ll", "x", "p", "1", "f"]) == block("dcmsend", level)
