"""Exit codes and what they mean: manual, docs and their test are made from these rows. The codes' names: errors.py."""

from storejet import errors

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

#: columns of a row: ``s`` storescu, ``d`` dcmsend, ``x`` both with --strict-exit; the code as it is shown; its meaning
WHERE: "Final" = 0
CODE: "Final" = 1
MEANING: "Final" = 2

ROWS: "tuple[tuple[str, str, str], ...]" = (
    ("x", "0", "every instance was stored: the peer answered each with success or a warning"),
    ("x", str(errors.STRICT_SOME_NOT_STORED),
     "some were stored, some were not: refused, not sendable, or left out as invalid"),
    ("x", str(errors.STRICT_NONE_STORED), "none was stored; also where no association came about"),
    ("x", str(errors.STRICT_ASSOCIATION_LOST),
     "an association was lost in the middle of the transfer: the peer closed or aborted it, did not answer in time or "
     "answered nonsense, or the network failed. What was answered before counts as stored; stderr and the report "
     "(`+crf`) tell which instances those are"),
    ("s", "0", "each instance was answered with success or a warning; with `-nh`, whatever became of them, if the "
     "release went well"),
    ("s", str(errors.STORESCU_FAILURE),
     "wrong command line, log configuration, profile or identity; no input files; a file that cannot be sent; no "
     "association, or none that can be used; conversion impossible; no answer in time (`-td`); failed release"),
    ("s", str(errors.STORESCU_PEER_GONE), "the peer aborted, closed, or asked for release instead of answering"),
    ("s", "1 to 255", "a failing status without `-nh`: its high byte, 167 for 0xA700. Where that is 0, the code is 0"),
    ("s", str(errors.OUR_FAULT), "storejet itself is at fault; `-d` shows where"),
    ("s", str(errors.OUT_OF_RESOURCES), "the system gives no more memory, or no more open files"),
    ("s", str(errors.INTERRUPTED), "interrupted (Ctrl-C)"),
    ("d", "0", "the run came to its end, whatever the peer answered; also when it accepted no presentation context"),
    ("d", str(errors.USAGE_ERROR), "wrong command line or log configuration"),
    ("d", str(errors.DCMSEND_NO_INPUT_FILES), "no input files"),
    ("d", str(errors.DCMSEND_INVALID_INPUT_FILE),
     "an input file, or a record of a DICOMDIR, that is missing or invalid, without `-nh`"),
    ("d", str(errors.DCMSEND_NO_VALID_INPUT_FILES), "no valid input file at all"),
    ("d", str(errors.DCMSEND_CANNOT_WRITE_REPORT_FILE), "the report cannot be written (`+crf`), the rest went well"),
    ("d", str(errors.DCMSEND_CANNOT_NEGOTIATE_ASSOCIATION),
     "an association was not negotiated: unknown host, refused, no answer in time, rejected"),
    ("d", str(errors.DCMSEND_CANNOT_SEND_REQUEST),
     "an instance could not be sent, without `-nh`: unreadable, no presentation context, conversion impossible, or the "
     "association was lost"),
    ("d", str(errors.DCMSEND_CANNOT_ADD_PRESENTATION_CONTEXT),
     "no presentation context may be proposed for an instance (`-nip`), without `-nh`; none was accepted, with `-ma`"),
    ("d", str(errors.OUR_FAULT), "storejet itself is at fault; `-d` shows where"),
    ("d", str(errors.OUT_OF_RESOURCES), "the system gives no more memory, or no more open files"),
    ("d", str(errors.INTERRUPTED), "interrupted (Ctrl-C)"),
)  # fmt: skip
