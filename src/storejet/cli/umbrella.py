"""The ``storejet`` command: the two tools under names that no other package can shadow, a demonstration, a check-up."""

import sys

from storejet.errors import USAGE_ERROR

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

#: (name, what it does), in the order of the help
COMMANDS = (
    ("storescu", "send DICOM files over one association (same options as DCMTK's storescu)"),
    ("dcmsend", "send DICOM files over as many associations as it takes (same options as DCMTK's dcmsend)"),
    ("demo", "send pydicom's sample files to an embedded storage SCP and compare what arrives"),
    ("doctor", "report version, build, codecs, and which storescu and dcmsend the PATH reaches"),
)


def help_text() -> str:
    """The text of ``storejet --help``."""
    lines = ["usage: storejet COMMAND [arguments]", "       storejet --help | --version", "", "commands:"]
    lines += [f"  {name:10}{text}" for name, text in COMMANDS]
    return "\n".join(lines) + "\n"


def run(arguments: "Sequence[str]", run_tool: "Callable[[str, Sequence[str]], int]") -> int:
    """Run a subcommand; its exit code. ``run_tool`` runs one of the drop-in tools by its name."""
    try:
        return _run(arguments, run_tool)
    except OSError as error:  # nobody reads what is printed
        sys.stderr.write(f"storejet: {error}\n")
        return 1


def _run(arguments: "Sequence[str]", run_tool: "Callable[[str, Sequence[str]], int]") -> int:
    name, rest = (arguments[0], arguments[1:]) if arguments else ("--help", ())
    if name in ("-h", "--help", "help"):
        sys.stdout.write(help_text())
    elif name == "--version":
        from storejet._version import VERSION

        sys.stdout.write(f"storejet {VERSION}\n")
    elif name in ("storescu", "dcmsend"):
        return run_tool(name, rest)
    elif name in ("demo", "doctor") and rest:
        sys.stderr.write(f"storejet: {name} takes no arguments\n")
        return USAGE_ERROR
    elif name == "demo":
        from storejet.cli.demo import run as run_demo

        return run_demo()
    elif name == "doctor":
        from storejet.cli.doctor import run as run_doctor

        return run_doctor()
    else:
        sys.stderr.write(f"storejet: unknown command {name!a}\n{help_text()}")
        return USAGE_ERROR
    sys.stdout.flush()
    return 0
