"""The ``storejet`` command: the two tools under names that no other package can shadow, a demonstration, a check-up."""

import sys

from storejet.errors import USAGE_ERROR

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

#: (name, what it takes as its argument, what it does), in the order of the help
COMMANDS = (
    ("storescu", (), "send DICOM files over one association (same options as DCMTK's storescu)"),
    ("dcmsend", (), "send DICOM files over as many associations as it takes (same options as DCMTK's dcmsend)"),
    ("demo", (), "send pydicom's sample files to an embedded storage SCP and compare what arrives"),
    ("doctor", (), "report version, build, codecs, and which storescu and dcmsend the PATH reaches"),
    ("man", ("storescu", "dcmsend", "storejet"), "show a manual page (that of storejet, if none is named)"),
    ("completion", ("bash", "zsh", "fish"), "print what makes a shell complete the options of all commands"),
)

#: commands that may stand without their argument, and what it is then
_DEFAULTS = {"man": "storejet"}


def usage(name: str, arguments: "Sequence[str]") -> str:
    """``completion bash|zsh|fish``; what may be left out in brackets."""
    if not arguments:
        return f"{name} ..." if name in ("storescu", "dcmsend") else name
    choice = "|".join(arguments)
    return f"{name} [{choice}]" if name in _DEFAULTS else f"{name} {choice}"


def help_text() -> str:
    """The text of ``storejet --help``."""
    lines = ["usage: storejet COMMAND [arguments]", "       storejet --help | --version", "", "commands:"]
    for name, arguments, text in COMMANDS:
        lines.append(f"  {name:12}{text}")
        if arguments:
            lines.append(f"{'':14}{usage(name, arguments)}")
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
    elif name in ("man", "completion"):
        return _made_from_the_table(name, rest)
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


def _made_from_the_table(name: str, rest: "Sequence[str]") -> int:
    """``storejet man`` and ``storejet completion``."""
    choice = next(arguments for command, arguments, _text in COMMANDS if command == name)
    wanted = rest or ([_DEFAULTS[name]] if name in _DEFAULTS else [])
    if len(wanted) != 1 or wanted[0] not in choice:
        sys.stderr.write(f"storejet: usage: storejet {usage(name, choice)}\n")
        return USAGE_ERROR
    if name == "man":
        from storejet.cli.manual import show

        return show(wanted[0])
    from storejet.cli.completion import script

    sys.stdout.write(script(wanted[0]))
    sys.stdout.flush()
    return 0
