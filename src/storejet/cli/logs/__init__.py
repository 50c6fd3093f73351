"""``--log-config``: property files as DCMTK's tools take them, on the handlers of Python's ``logging``.

Loaded only when such a file is asked for. The file is read and checked while the command line is (``configuration``),
which opens nothing; log files and syslog are opened when the rest of the command line is known to be right
(``console``).
"""
