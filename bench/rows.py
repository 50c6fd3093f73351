"""What the bench runs and what it must reach: the tables, and nothing else.

A *sender* is a program that sends a corpus; a *row* runs several senders in turn with one corpus against one receiver;
a *bar* compares one of our senders with another one of the same row.
"""

from dataclasses import dataclass

#: environment that lets DCMTK's tools switch Nagle's algorithm off; "as shipped" they leave it on
TUNED = (("TCP_NODELAY", "1"),)


@dataclass(frozen=True)
class Sender:
    """A program: ``tool`` names its executable (see senders.py), ``environment`` is added to the bare one."""

    key: str
    label: str
    tool: str
    environment: tuple[tuple[str, str], ...] = ()
    ours: bool = False


SENDERS = {
    sender.key: sender
    for sender in (
        Sender("storejet-storescu", "storejet storescu", "storescu", ours=True),
        Sender("storejet-dcmsend", "storejet dcmsend", "dcmsend", ours=True),
        Sender("storescu-tuned", "DCMTK storescu, TCP_NODELAY=1", "dcmtk-storescu", TUNED),
        Sender("dcmsend-tuned", "DCMTK dcmsend, TCP_NODELAY=1", "dcmtk-dcmsend", TUNED),
        Sender("storescu", "DCMTK storescu as shipped", "dcmtk-storescu"),
        Sender("dcmsend", "DCMTK dcmsend as shipped", "dcmtk-dcmsend"),
        Sender("pynetdicom", "pynetdicom storescu", "pynetdicom"),
        Sender("raw", "raw writer, one buffer", "raw"),
        Sender("raw-files", "raw writer, read and write", "raw-files"),
        Sender("raw-exchange", "raw exchange, no DICOM", "raw-exchange"),
        Sender("python", "bare Python, nothing sent", "python"),
    )
}

OURS = ("storejet-storescu", "storejet-dcmsend")
TUNED_PEERS = ("storescu-tuned", "dcmsend-tuned")
AS_SHIPPED = ("storescu", "dcmsend")


@dataclass(frozen=True)
class Row:
    """``corpus`` sent by ``senders`` to ``receiver`` ("sink" or "storescp"), ratios against ``reference``.

    ``slow``: those of them that take minutes; they run only with ``--slow``. ``runs``: how often, None for ``--runs``.
    """

    name: str
    title: str
    corpus: str
    senders: tuple[str, ...]
    reference: str
    receiver: str = "sink"
    slow: tuple[str, ...] = ()
    runs: int | None = None


ROWS = {
    row.name: row
    for row in (
        Row(
            "small-null",
            "2000 small objects, null SCP",
            "small",
            (*OURS, *TUNED_PEERS, "raw-files", "raw-exchange", *AS_SHIPPED, "pynetdicom"),
            "storescu-tuned",
            slow=(*AS_SHIPPED, "pynetdicom"),
        ),
        Row(
            "ct-null",
            "500 CT, null SCP",
            "ct",
            (*OURS, *TUNED_PEERS, *AS_SHIPPED, "raw-files", "pynetdicom"),
            "storescu-tuned",
            slow=("pynetdicom",),
        ),
        Row(
            "big-null",
            "one 400 MB object, null SCP",
            "big",
            (*OURS, *TUNED_PEERS, *AS_SHIPPED, "raw-files", "pynetdicom"),
            "storescu-tuned",
            slow=("pynetdicom",),
        ),
        Row(
            "huge-null",
            "one 2 GB object, null SCP",
            "huge",
            (*OURS, *TUNED_PEERS, "raw", "raw-files"),
            "raw",
            runs=9,
        ),
        Row(
            "small-storescp",
            "2000 small objects, unmodified storescp",
            "small",
            (*OURS, "storescu", "storescu-tuned"),
            "storescu",
            receiver="storescp",
            slow=("storescu", "storescu-tuned"),
        ),
        Row(
            "one-null",
            "one small object, whole process, null SCP",
            "one",
            (*OURS, *TUNED_PEERS, "python"),
            "dcmsend-tuned",
            runs=25,
        ),
    )
}


@dataclass(frozen=True)
class Bar:
    """A demand on ``ours`` in ``row``.

    ``measure``: "speed", how many times as fast as the reference (or: its rate as a part of the reference's), must be
    at least ``bar``; "time" and "cpu", wall clock or processor time as a part of the reference's, must be at most it.
    """

    name: str
    row: str
    measure: str
    ours: str
    reference: str
    bar: float
    ambition: float


BARS = (
    Bar("small-null", "small-null", "speed", "storejet-storescu", "storescu-tuned", 5, 10),
    Bar("ct-null", "ct-null", "speed", "storejet-storescu", "storescu-tuned", 2.2, 2.6),
    Bar("small-storescp", "small-storescp", "speed", "storejet-storescu", "storescu", 100, 200),
    Bar("huge-null", "huge-null", "speed", "storejet-storescu", "raw", 0.85, 0.95),
    Bar("one-null", "one-null", "time", "storejet-dcmsend", "dcmsend-tuned", 1.0, 0.85),
    Bar("ct-cpu", "ct-null", "cpu", "storejet-storescu", "storescu-tuned", 0.6, 0.4),
)

#: largest resident size of our senders over all rows, in bytes; the ambition is the MEMORY_REFERENCE's
MEMORY_BAR = 20_000_000
MEMORY_REFERENCE = "dcmsend-tuned"
#: what ``--rows`` takes: the rows, and the bars that are made from a row of another name ("memory": from all rows)
DERIVED = {"ct-cpu": ("ct-null",), "memory": tuple(ROWS)}

#: corpus of a row under --quick, and how many runs at most
QUICK_CORPORA = {"small": "quick-small", "ct": "quick-ct", "big": "quick-big", "huge": "quick-huge", "one": "one"}
QUICK_RUNS = 2
