"""Log configuration files for tests, and a run of a tool with one."""

from __future__ import annotations

from pathlib import Path

from peers import process

CONSOLE = """\
log4cplus.rootLogger = INFO, a
log4cplus.appender.a = log4cplus::ConsoleAppender
log4cplus.appender.a.logToStdErr = true
"""

PATTERN = f"""\
{CONSOLE}log4cplus.appender.a.layout = log4cplus::PatternLayout
log4cplus.appender.a.layout.ConversionPattern = """


def file_appender(path: Path | str, kind: str = "File", level: str = "INFO", **options: str) -> str:
    """A configuration that sends everything to one file."""
    lines = [f"log4cplus.rootLogger = {level}, f", f"log4cplus.appender.f = log4cplus::{kind}Appender"]
    lines += [f"log4cplus.appender.f.{name} = {value}" for name, value in {"File": str(path), **options}.items()]
    return "\n".join(lines) + "\n"


def run_with(
    tool: Path, text: str, folder: Path, *arguments: str | Path, env: dict[str, str] | None = None
) -> process.Result:
    """Run the tool with this log configuration; the input file does not exist unless ``arguments`` name others."""
    file = folder / "log.cfg"
    file.write_text(text)
    line = arguments or ("localhost", "1", "missing.dcm")
    return process.run(tool, ["-lc", file, *line], env=env, cwd=folder)
