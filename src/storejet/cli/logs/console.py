"""The console of a run that has a log configuration: the same records, to the loggers that DCMTK's tools use.

``dcmtk.apps.TOOL`` takes what the tool says, ``dcmtk.dcmnet`` what the network layer does, ``dcmtk.dcmdata`` what is
said of a file's content; the level of ``dcmtk.apps.TOOL.progress`` decides about the dots on stdout.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence

from storejet.cli import console
from storejet.cli.logs.configuration import Configuration
from storejet.cli.logs.levels import NAMES, NUMBERS
from storejet.log import printable

_WRAPPERS = ("fatal", "error", "warn", "info", "debug", "block", "dump", "notice", "_log", "_record")


class ConfiguredConsole(console.Console):
    """Records to a logger of ``logging``. ``net`` and ``data`` are the consoles of the other layers."""

    __slots__ = ("_data", "_logger", "_net", "_progress", "_root")

    def __init__(self, logger: logging.Logger, root: logging.Logger, level: int) -> None:
        super().__init__(level)
        self._logger = logger
        self._root = root
        self._net: ConfiguredConsole = self
        self._data: ConfiguredConsole = self
        self._progress = False

    @property
    def net(self) -> ConfiguredConsole:
        """The console of the network layer."""
        return self._net

    @property
    def data(self) -> ConfiguredConsole:
        """The console for what files hold."""
        return self._data

    @property
    def progress(self) -> bool:
        """Whether a dot is shown for each PDU of a data set."""
        return self._progress

    def block(self, lines: Sequence[str]) -> None:
        """Several INFO lines in one record."""
        if self.level <= console.INFO:
            self._record(console.INFO, lines, self._logger)

    def dump(self, lines: Sequence[str]) -> None:
        """Several DEBUG lines in one record."""
        if self.level <= console.DEBUG:
            self._record(console.DEBUG, lines, self._logger)

    def notice(self, lines: Sequence[str]) -> None:
        """INFO lines to the root logger whatever its level, for --arguments."""
        self._record(console.INFO, lines, self._root)

    def _log(self, level: int, text: str) -> None:
        if level >= self.level:
            self._record(level, (text,), self._logger)

    def _record(self, level: int, lines: Sequence[str], logger: logging.Logger) -> None:
        frame = sys._getframe(1)
        while frame.f_code.co_name in _WRAPPERS and frame.f_back is not None:
            frame = frame.f_back
        message = "\n".join([line if line.isprintable() else printable(line) for line in lines])
        code = frame.f_code
        record = logging.LogRecord(
            logger.name, NUMBERS[level], code.co_filename, frame.f_lineno, message, None, None, code.co_name
        )
        record.levelname = NAMES[NUMBERS[level]]
        logger.callHandlers(record)


def open_console(configuration: Configuration, tool: str) -> ConfiguredConsole:
    """Open the appenders of a configuration; the tool's console on them. Raises BadSetting.

    The loggers are a family of their own, apart from those that libraries use.
    """
    root = logging.RootLogger(NUMBERS[configuration.loggers[""].level or 0])
    family = logging.Manager(root)
    for appender in configuration.appenders.values():
        appender.open()
    for name, setting in configuration.loggers.items():
        logger = family.getLogger(name) if name else root
        if setting.level is not None:
            logger.setLevel(NUMBERS[setting.level])
        logger.propagate = setting.additive
        for appender in setting.appenders:
            logger.addHandler(appender)
        if not setting.appenders:
            logger.addHandler(logging.NullHandler())  # else ``logging`` might write to stderr on its own
    names = (f"dcmtk.apps.{tool}", "dcmtk.dcmnet", "dcmtk.dcmdata")
    app, net, data = [ConfiguredConsole(family.getLogger(name), root, configuration.level(name)) for name in names]
    for one in (app, net, data):
        one._net, one._data = net, data
    app._progress = configuration.level(f"dcmtk.apps.{tool}.progress") == console.INFO
    warnings = console.Console()
    for note in configuration.notes:
        warnings.warn(f"log configuration {configuration.file}: {note}")
    return app
