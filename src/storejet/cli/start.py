"""Where the commands begin and end: command line, console, the tool itself, exit code.

They leave by ``_exit``: the interpreter's tidying up would take longer than sending a small object.
"""

import gc
import posix
import sys

from storejet.errors import INTERRUPTED, USAGE_ERROR, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import NoReturn

    from storejet.cli.argv import Options
    from storejet.cli.console import Console

TOOLS = ("storescu", "dcmsend")


def run(tool: str, arguments: "Sequence[str]") -> int:
    """Run one of the drop-in tools on a command line (without the program's name); its exit code."""
    from storejet.cli import console as consoles
    from storejet.cli.argv import expand, parse

    try:
        arguments = expand(arguments)
        options = parse(tool, arguments)
        console = consoles.Console(options.level)
        if options.configuration is not None and not options.exclusive:
            from storejet.cli.logs.console import open_console

            console = open_console(options.configuration, tool)
    except UsageError as error:
        from storejet.cli.render import usage_error

        consoles.write(2, consoles.encode(usage_error(tool, arguments, error)))
        return USAGE_ERROR
    if options.exclusive:
        from storejet.cli.render import exclusive

        console.out(exclusive(tool, options.exclusive))
        return 0
    if options.flag("arguments"):
        console.notice(consoles.arguments_record(tool, arguments))
    console.debug(consoles.identification(tool))
    console.debug("")
    choice = options.choice("progress")
    live = None
    if choice == "progress" or (not choice and _watched(options, console)):
        from storejet.cli.progress import begin

        live = begin(options, console)
    try:
        if tool == "storescu":
            from storejet.cli.storescu import run as run_tool
        else:
            from storejet.cli.dcmsend import run as run_tool
        return run_tool(options, console)
    except UsageError as error:
        from storejet.cli.render import usage_error

        consoles.write(2, consoles.encode(usage_error(tool, arguments, error)))
        return USAGE_ERROR
    except KeyboardInterrupt:
        console.fatal("interrupted by the user; what was not yet answered counts as not sent")
        return INTERRUPTED
    finally:
        if live is not None:
            live.finish()


def _watched(options: "Options", console: "Console") -> bool:
    """Whether somebody may be looking at a terminal on which nothing but warnings and errors is to be seen."""
    from storejet.cli.console import WARN

    return console.level == WARN and options.configuration is None and posix.isatty(2)


def main(tool: str) -> "NoReturn":
    """The entry point of the installed commands."""
    code = 1
    gc.disable()  # nothing here makes garbage in circles, and looking for it takes its time
    try:
        if tool in TOOLS:
            code = run(tool, sys.argv[1:])
        else:
            from storejet.cli.umbrella import run as run_umbrella

            code = run_umbrella(sys.argv[1:], run)
    except KeyboardInterrupt:
        code = INTERRUPTED
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        posix._exit(code)
