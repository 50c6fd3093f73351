"""The log configurations that command lines name as ``{log:…}``."""

from __future__ import annotations

_CONSOLE = """\
log4cplus.rootLogger = INFO, a
log4cplus.appender.a = log4cplus::ConsoleAppender
log4cplus.appender.a.logToStdErr = true
"""
_PATTERN = _CONSOLE + "log4cplus.appender.a.layout = log4cplus::PatternLayout\n"
_FILE = """\
log4cplus.rootLogger = DEBUG, f
log4cplus.appender.f = log4cplus::FileAppender
log4cplus.appender.f.File = FOLDER/both.log
log4cplus.appender.f.Append = true
"""
_FILTER = "log4cplus.appender.a.filters.1 = log4cplus::spi::LogLevelRangeFilter\n"

#: name in the command lines → content; FOLDER is a folder that can be written to
CONFIGURATIONS = {
    # that both follow
    "console": _CONSOLE,
    "pattern": _PATTERN + "log4cplus.appender.a.layout.ConversionPattern = %D{%H} %-5p %c{1} %m%n\n",
    "file": _FILE,
    "rolling": _FILE.replace("::File", "::RollingFile") + "log4cplus.appender.f.MaxFileSize = 1KB\n",
    "daily": _FILE.replace("::File", "::DailyRollingFile") + "log4cplus.appender.f.Schedule = hourly\n",
    "null": "log4cplus.rootLogger = ALL, n\nlog4cplus.appender.n = log4cplus::NullAppender\n",
    "off": "log4cplus.rootLogger = OFF, n\nlog4cplus.appender.n = log4cplus::NullAppender\n",
    "no-appender": "log4cplus.rootLogger = INFO\n",
    "warn": _CONSOLE.replace("INFO", "WARN"),
    "tool-only": _CONSOLE.replace("INFO", "OFF")
    + "log4cplus.logger.dcmtk.apps.storescu = INFO\nlog4cplus.logger.dcmtk.apps.dcmsend = INFO\n",
    "ttcc": _CONSOLE + "log4cplus.appender.a.layout = log4cplus::TTCCLayout\n",
    "filtered": _CONSOLE + _FILTER + "log4cplus.appender.a.filters.1.LogLevelMin = WARN\n",
    "unknown-key": _CONSOLE + "log4cplus.appender.a.logtostderr = true\n",
    "additivity": _CONSOLE + "log4cplus.logger.dcmtk = INHERITED, a\nlog4cplus.additivity.dcmtk = false\n",
    "variables": "level = info\n" + _CONSOLE.replace("INFO", "${level}"),
    "syslog": "log4cplus.rootLogger = INFO, s\nlog4cplus.appender.s = log4cplus::SysLogAppender\n"
    "log4cplus.appender.s.host = 127.0.0.1\nlog4cplus.appender.s.port = 9\n",
    # that neither follows
    "empty": "",
    "no-settings": "hello\n# a = b\n",
    "no-valid-settings": "a = b\n",
    "no-root": _CONSOLE.replace("rootLogger", "logger.x"),
    # that we refuse
    "unknown-class": _CONSOLE.replace("ConsoleAppender", "LoudAppender"),
    "undefined-appender": _CONSOLE.replace("INFO, a", "INFO, a, b"),
    "unknown-layout": _CONSOLE + "log4cplus.appender.a.layout = log4cplus::XMLLayout\n",
    "no-pattern": _PATTERN,
    "bad-pattern": _PATTERN + "log4cplus.appender.a.layout.ConversionPattern = %y\n",
    "unwritable": _FILE.replace("FOLDER", "/nowhere"),
    "no-file-name": _FILE.replace(".File =", ".file ="),
    "bad-threshold": _CONSOLE + "log4cplus.appender.a.Threshold = LOUD\n",
    "bad-logger-level": _CONSOLE + "log4cplus.logger.dcmtk = LOUD\n",
    "unknown-filter": _CONSOLE + "log4cplus.appender.a.filters.1 = log4cplus::spi::NoFilter\n",
    "empty-root": _CONSOLE.replace("INFO, a", ""),
    "bad-size": _FILE.replace("::File", "::RollingFile") + "log4cplus.appender.f.MaxFileSize = much\n",
    "bad-flag": _CONSOLE.replace("= true", "= perhaps"),
    "udp": "log4cplus.rootLogger = INFO, u\nlog4cplus.appender.u = log4cplus::Log4jUdpAppender\n"
    "log4cplus.appender.u.host = 127.0.0.1\nlog4cplus.appender.u.port = 9\n",
    "bad-root": _CONSOLE.replace("INFO", "LOUD"),
    "inherited-root": _CONSOLE.replace("INFO", "INHERITED"),
}
