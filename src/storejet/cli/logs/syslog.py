"""Records to the system log: of this machine, in the form of syslog(3), or of another one by UDP (RFC 5424)."""

from __future__ import annotations

import logging
import os
import time
from logging.handlers import SysLogHandler

from storejet.cli.logs.appenders import Appender
from storejet.cli.logs.properties import Section

#: where the system log of this machine listens
LOCAL = "/dev/log"

PORT = 514

#: name of a level → severity, by the names of ``logging.handlers``
SEVERITIES = {"TRACE": "debug", "DEBUG": "debug", "INFO": "info", "WARN": "warning", "ERROR": "err", "FATAL": "crit"}


class SysLogAppender(Appender):
    """Sends each record as one datagram. A system log that does not listen loses it, as syslog(3) does."""

    def __init__(self, settings: Section, name: str) -> None:
        """``host`` may be the path of a socket as well. Raises BadSetting."""
        super().__init__(settings, name)
        self._ident = settings.text("ident")
        self._facility = settings.text("facility").lower() or "user"
        if self._facility not in SysLogHandler.facility_names:
            known = ", ".join(SysLogHandler.facility_names)
            raise settings.bad("facility", f"there is no syslog facility {self._facility}; there are {known}")
        self._host = settings.text("host")
        self._port = settings.number("port", PORT)
        if not 0 < self._port < 65536:
            raise settings.bad("port", f"{self._port} is not a port (1..65535)")
        self._remote = bool(self._host) and not self._host.startswith("/")
        self._machine = "-"
        self._handler: _Datagrams | None = None

    def open(self) -> None:
        """Make the socket. Raises BadSetting for a host without an address."""
        address: tuple[str, int] | str = self._host or LOCAL
        try:
            if self._remote:
                # the handler would ask the name service about each record anew
                from storejet.net.hostname import datagram_address, full_host_name

                address = (datagram_address(self._host, self._port), self._port)
                self._machine = full_host_name()
            self._handler = _Datagrams(address, SysLogHandler.facility_names[self._facility])
        except (OSError, UnicodeError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise self._settings.bad("host", f"appender {self.title} cannot use {self._host}: {reason}") from None
        self._handler.owner = self

    def emit(self, record: logging.LogRecord) -> None:
        """Send a record."""
        if self._handler is not None:
            self._handler.emit(record)

    def format(self, record: logging.LogRecord) -> str:
        """What follows the priority: a header and the text of the layout."""
        text = super().format(record).rstrip("\n")
        if self._remote:
            # RFC 5424 6.2: version, time, host, application, process, message kind, no structured data
            moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
            stamp = f"{moment}.{int(record.created * 1000) % 1000:03}Z"
            return f"1 {stamp} {self._machine} {self._ident or '-'} {os.getpid()} {record.name} - {text}"
        stamp = time.strftime("%b %e %H:%M:%S", time.localtime(record.created))
        return f"{stamp} {self._ident or 'storejet'}: {text}"


class _Datagrams(SysLogHandler):
    """Sends what the appender makes of a record."""

    append_nul = False
    owner: SysLogAppender

    def format(self, record: logging.LogRecord) -> str:
        return self.owner.format(record).encode("utf-8", "backslashreplace").decode("utf-8")

    def mapPriority(self, levelName: str) -> str:
        return SEVERITIES[levelName]

    def handleError(self, record: logging.LogRecord) -> None:
        self.owner.handleError(record)
