"""What a log configuration file asks for: levels of loggers, and appenders that are not open yet.

Values that cannot be followed are errors, all of them: DCMTK's tools go on without the log that was asked for. Keys
that mean nothing are only noted, since files that DCMTK's tools take have them.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping

from storejet.cli import console
from storejet.cli.logs.appenders import Appender, ConsoleAppender, FileAppender, NullAppender
from storejet.cli.logs.levels import INHERITED, level_of
from storejet.cli.logs.properties import Section, expand, predefined, split_lines
from storejet.cli.logs.rolling import DailyRollingFileAppender, RollingFileAppender
from storejet.errors import UsageError
from storejet.log import printable

#: bytes; a longer file is none that a person wrote
LONGEST_FILE = 1024 * 1024

#: dots in the name of a logger; each of the loggers above it costs memory, too
MOST_DOTS = 30

#: characters of the name of a logger
LONGEST_NAME = 1000

PREFIX = "log4cplus."


def _syslog(settings: Section, name: str) -> Appender:
    from storejet.cli.logs.syslog import SysLogAppender

    return SysLogAppender(settings, name)


APPENDERS: dict[str, Callable[[Section, str], Appender]] = {
    "log4cplus::ConsoleAppender": ConsoleAppender,
    "log4cplus::NullAppender": NullAppender,
    "log4cplus::FileAppender": FileAppender,
    "log4cplus::RollingFileAppender": RollingFileAppender,
    "log4cplus::DailyRollingFileAppender": DailyRollingFileAppender,
    "log4cplus::SysLogAppender": _syslog,
}

#: what DCMTK has besides, and why there is none here
REFUSED = {
    "log4cplus::SocketAppender": "the protocol of its log server is private to log4cplus",
    "log4cplus::Log4jUdpAppender": "nothing that reads its Log4j events is maintained any more",
    "log4cplus::AsyncAppender": "records are written at once, so that none is lost when the program ends",
    "log4cplus::NTEventLogAppender": "it belongs to Windows",
    "log4cplus::Win32ConsoleAppender": "it belongs to Windows",
    "log4cplus::Win32DebugAppender": "it belongs to Windows",
}


class LoggerSetting:
    """One logger: its level (of ``storejet.cli.console``, None: inherited), its appenders, whether parents' count."""

    def __init__(self, level: int | None, appenders: list[Appender]) -> None:
        self.level = level
        self.appenders = appenders
        self.additive = True


class Configuration:
    """A checked configuration. ``loggers``: by name, the root as ``""``; ``notes``: keys that mean nothing."""

    def __init__(
        self, file: str, loggers: dict[str, LoggerSetting], appenders: dict[str, Appender], notes: list[str]
    ) -> None:
        self.file = file
        self.loggers = loggers
        self.appenders = appenders
        self.notes = notes

    def level(self, name: str) -> int:
        """The level in force for a logger."""
        while name:
            setting = self.loggers.get(name)
            if setting is not None and setting.level is not None:
                return setting.level
            name = name.rpartition(".")[0]
        root = self.loggers[""].level
        assert root is not None
        return root


#: the configuration that was loaded last, if any: (path, tool, configuration)
_LOADED: list[tuple[str, str, Configuration]] = []


def load(path: str, tool: str) -> Configuration:
    """Read and check a configuration file. Raises UsageError with DCMTK's words where they are the same."""
    try:
        with open(path, "rb") as file:
            data = file.read(LONGEST_FILE + 1)
    except (FileNotFoundError, NotADirectoryError):
        raise _useless(path, "does not exist") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise _useless(path, f"cannot be read ({reason})") from None
    if len(data) > LONGEST_FILE:
        raise _useless(path, f"has more than {LONGEST_FILE} bytes")
    text = data.decode(sys.getfilesystemencoding(), "surrogateescape")
    _LOADED[:] = [(path, tool, configure(text, path, tool, predefined(tool)))]
    return _LOADED[0][2]


def latest(path: str, tool: str) -> Configuration:
    """The configuration that ``load`` gave last for this file, which may have been a pipe. Raises UsageError."""
    for loaded_path, loaded_tool, configuration in _LOADED:
        if (loaded_path, loaded_tool) == (path, tool):
            return configuration
    return load(path, tool)


def _useless(path: str, why: str) -> UsageError:
    """What is wrong with the file as a whole, in DCMTK's words where it has any."""
    return UsageError(f"Specified --log-config file {why}: {printable(path)}")


def configure(text: str, file: str, tool: str, surroundings: Mapping[str, str]) -> Configuration:
    """Check the text of a configuration file. Raises UsageError."""
    if "\0" in text:
        raise _useless(file, "contains a null character")
    written = split_lines(text)
    if not written:
        raise _useless(file, "does not contain any settings")
    properties = expand(written, surroundings, file)
    if not any(key.startswith(PREFIX) for key in properties):
        raise _useless(file, "does not contain any valid settings")
    if PREFIX + "rootLogger" not in properties:
        raise _useless(file, "does not set up log4cplus.rootLogger")
    used: set[str] = set()
    top = Section(file, properties, PREFIX, used)
    for name in ("configDebug", "quietMode", "disableOverride"):
        top.flag(name, False)
    appenders = _appenders(top.section("appender"))
    loggers = {"": _logger(top, "rootLogger", appenders)}
    if loggers[""].level is None:
        raise top.bad("rootLogger", "needs a log level (OFF, FATAL, ERROR, WARN, INFO, DEBUG, TRACE or ALL)")
    section = top.section("logger")
    for name in _logger_names(section):
        loggers[name] = _logger(section, name, appenders)
    section = top.section("additivity")
    for name in _logger_names(section):
        loggers.setdefault(name, LoggerSetting(None, [])).additive = section.flag(name, True)
    notes = [f"{key} has no effect" for key in properties if key.startswith(PREFIX) and key not in used]
    configuration = Configuration(file, loggers, appenders, notes)
    notes += _without_appender(configuration, tool)
    if top.flag("quietMode", False):
        notes.clear()
    return configuration


def _appenders(section: Section) -> dict[str, Appender]:
    appenders = {}
    for name in section.names():
        if not name or "." in name:
            continue
        kind = section.text(name)
        if kind in REFUSED:
            raise section.bad(name, f"there is no {kind} here: {REFUSED[kind]}")
        if kind not in APPENDERS:
            raise section.bad(name, f"there is no appender class {kind}; there are {', '.join(APPENDERS)}")
        appenders[name] = APPENDERS[kind](section.section(name), name)
    return appenders


def _logger_names(section: Section) -> list[str]:
    names = [name for name in section.names() if name]
    for name in names:
        if len(name) > LONGEST_NAME or name.count(".") > MOST_DOTS:
            reason = f"the name of a logger has at most {LONGEST_NAME} characters and {MOST_DOTS} dots"
            raise section.bad(name[:60] + "...", reason)
    return names


def _logger(section: Section, name: str, appenders: dict[str, Appender]) -> LoggerSetting:
    """The setting ``LEVEL, appender, appender``; blanks anywhere do not count."""
    level_name, *names = "".join(section.text(name).split()).split(",")
    level = level_of(level_name)
    if level is None and level_name.upper() not in INHERITED:
        raise section.bad(name, f"there is no log level {level_name}")
    for one in names:
        if one and one not in appenders:
            raise section.bad(name, f"there is no appender {one}")
    return LoggerSetting(level, [appenders[one] for one in dict.fromkeys(names) if one])


def _without_appender(configuration: Configuration, tool: str) -> list[str]:
    """A note when the tool's own records go nowhere although their level is on."""
    name = f"dcmtk.apps.{tool}"
    if configuration.level(name) == console.OFF:
        return []
    while True:
        setting = configuration.loggers.get(name)
        if setting is not None and setting.appenders:
            return []
        if not name or (setting is not None and not setting.additive):
            return [f"no appender takes the records of dcmtk.apps.{tool}"]
        name = name.rpartition(".")[0]
