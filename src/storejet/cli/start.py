"""Where the commands begin and end: command line, console, the tool itself, exit code.

They leave by ``_exit``: the interpreter's tidying up would take longer than sending a small object.
"""

import _signal
import gc
import posix
import sys

from storejet.errors import INTERRUPTED, OUR_FAULT, OUT_OF_RESOURCES, USAGE_ERROR, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import NoReturn

    from storejet.cli.argv import Options
    from storejet.cli.console import Console

TOOLS = ("storescu", "dcmsend")
#: seconds before the progress of a run is shown
PATIENCE = 0.5


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
    if choice == "progress" or (not choice and _watched(options, console)):
        _show_progress(options, console)
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
    except Exception as error:
        return _at_fault(error, tool, console)
    finally:
        if console.meter is not None:
            _signal.setitimer(_signal.ITIMER_REAL, 0)
        if consoles.live is not None:
            consoles.live.finish()


def _watched(options: "Options", console: "Console") -> bool:
    """Whether somebody may be looking at a terminal on which nothing but warnings and errors is to be seen."""
    from storejet.cli.console import WARN

    return console.level == WARN and options.configuration is None and posix.isatty(2)


def _show_progress(options: "Options", console: "Console") -> None:
    """Have the run counted, and the progress shown once it has lasted a while. Most runs are over by then."""
    from storejet.send.meter import Meter

    meter = Meter()

    def ring(_number: int, _frame: object) -> None:
        try:
            from storejet.cli.progress import begin

            begin(options, console, meter)
        except (ImportError, OSError, RuntimeError, ValueError):
            # whatever it is that the system does not give now, the run goes on without a line
            pass

    console.meter = meter
    _signal.signal(_signal.SIGALRM, ring)
    _signal.setitimer(_signal.ITIMER_REAL, PATIENCE)


#: what the system may not give: number of its error → (what is said, what may be tried)
_REFUSALS = {
    12: ("out of memory", "allow more of it (ulimit -v)"),
    23: ("Too many open files in system", "end other programs"),
    24: ("Too many open files", "allow more of them (ulimit -n)"),
}


def _refusal(error: BaseException) -> tuple[str, str] | None:
    """What the system did not give, if that is what the error comes of: a module may be what could not be opened."""
    if isinstance(error, MemoryError):
        return _REFUSALS[12]
    if isinstance(error, ImportError):
        try:
            posix.close(posix.dup(2))
        except OSError as refused:
            error = refused
    return _REFUSALS.get(error.errno or 0) if isinstance(error, OSError) else None


def _at_fault(error: Exception, tool: str, console: "Console") -> int:
    """What we did not foresee: one line for a person, the rest with -d for whoever mends it. The exit code."""
    refusal = _refusal(error)
    if refusal is not None:
        console.fatal(f"{refusal[0]}; what was not yet answered counts as not sent; try: {refusal[1]}")
        return OUT_OF_RESOURCES
    if console.debugging:
        import traceback

        console.dump([line for piece in traceback.format_exception(error) for line in piece.rstrip("\n").split("\n")])
    from storejet._version import VERSION

    what = str(error) or "nothing more is known"
    text = f"storejet itself is at fault: {type(error).__name__}: {what}; what was not yet answered counts as not sent"
    details = "report these details" if console.debugging else "run it again with -d for details, and report them"
    console.fatal(f"{text}; try: {details}, with the output of 'storejet doctor' ({tool} {VERSION})")
    return OUR_FAULT


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
    except BaseException as error:
        # before there is a console, or in what says what is wrong
        refusal = _refusal(error)
        code = OUR_FAULT if refusal is None else OUT_OF_RESOURCES
        what = f"storejet itself is at fault: {type(error).__name__}: {error!s:.500}" if refusal is None else refusal[0]
        what = f"F: {tool}: {what}"
        posix.write(2, f"{what.encode('unicode_escape').decode()}\n".encode())
    finally:
        posix._exit(code)
