"""What the bench runs and what it must reach: the tables, and nothing else.

A *sender* is a program that sends a corpus; a *row* runs several senders in turn with one corpus against one receiver;
a *bar* compares one of our senders with another one of the same row.
"""

from collections.abc import Iterator
from dataclasses import dataclass

#: environment that lets DCMTK's tools switch Nagle's algorithm off; "as shipped" they leave it on
TUNED = (("TCP_NODELAY", "1"),)
#: stands in options for the file of the certificate that a sender is to trust
CERTIFICATE = "CERTIFICATE"
#: of a sender that speaks TLS and has no certificate of its own
TLS = ("+tla", "+cf", CERTIFICATE)
IMPLICIT_VR_LITTLE_ENDIAN = "1.2.840.10008.1.2"
EXPLICIT_VR_BIG_ENDIAN = "1.2.840.10008.1.2.2"
DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN = "1.2.840.10008.1.2.1.99"


@dataclass(frozen=True)
class Sender:
    """A program: ``tool`` names its executable (see senders.py), ``environment`` is added to the bare one, ``options``
    come before the address."""

    key: str
    label: str
    tool: str
    environment: tuple[tuple[str, str], ...] = ()
    ours: bool = False
    options: tuple[str, ...] = ()


#: options that make a sender convert, for a receiver that takes nothing else (``Row.only``)
CONVERSIONS = {"implicit": ("-xi",), "big": ("-xb",), "deflated": ("-xd", "+cl", "6")}


def _converting() -> Iterator[Sender]:
    for name, options in CONVERSIONS.items():
        words = " ".join(options)
        yield Sender(f"storejet-{name}", f"storejet storescu {words}", "storescu", ours=True, options=options)
        label = f"DCMTK storescu {words}, TCP_NODELAY=1"
        yield Sender(f"storescu-tuned-{name}", label, "dcmtk-storescu", TUNED, options=options)


#: decoder of one of our kernels → the Python package that it is measured against, and the module that must be there
KERNELS = {"rle": ("pylibjpeg-rle", "rle"), "jpegls": ("pyjpegls", "jpeg_ls")}


def _kernels() -> Iterator[Sender]:
    """Decoders, which decode a corpus in a process of their own and send nothing: see decode.py."""
    for kernel, (package, _) in KERNELS.items():
        yield Sender(
            f"kernel-{kernel}", f"storejet's {kernel} kernel", "decode", ours=True, options=(kernel, "storejet")
        )
        yield Sender(f"peer-{kernel}", package, "decode", options=(kernel, package))


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
        *_converting(),
        Sender("storejet-decoding", "storejet dcmsend +dly", "dcmsend", ours=True, options=("+dly",)),
        Sender("dcmsend-decoding", "DCMTK dcmsend +dly, TCP_NODELAY=1", "dcmtk-dcmsend", TUNED, options=("+dly",)),
        *_kernels(),
        Sender("storejet-tls", "storejet storescu +tla", "storescu", ours=True, options=TLS),
        Sender("storescu-tuned-tls", "DCMTK storescu +tla, TCP_NODELAY=1", "dcmtk-storescu", TUNED, options=TLS),
        Sender("raw-tls", "bare ssl socket, one buffer", "raw-tls", options=(CERTIFICATE,)),
    )
}

OURS = ("storejet-storescu", "storejet-dcmsend")
TUNED_PEERS = ("storescu-tuned", "dcmsend-tuned")
AS_SHIPPED = ("storescu", "dcmsend")
CONVERTING = tuple(f"storejet-{name}" for name in CONVERSIONS)
#: our dcmsend, and its reference, where what is stored is compressed and the receiver takes nothing compressed
DECODING = ("storejet-decoding", "dcmsend-decoding")
SECURE = ("storejet-tls", "storescu-tuned-tls")


@dataclass(frozen=True)
class Row:
    """``corpus`` sent by ``senders`` to ``receiver`` ("sink" or "storescp"), ratios against ``reference``; ``receiver``
    "": decoded by them, which send nothing.

    ``only``: the one transfer syntax that the sink accepts, None: the corpus's own where it has the choice. ``slow``:
    those senders that take minutes; they run only with ``--slow``. ``runs``: how often, None for ``--runs``.
    ``secure``: through TLS. ``peer_environment``: added to that of storescp, which as shipped has none.
    """

    name: str
    title: str
    corpus: str
    senders: tuple[str, ...]
    reference: str
    receiver: str = "sink"
    only: str | None = None
    slow: tuple[str, ...] = ()
    runs: int | None = None
    secure: bool = False
    peer_environment: tuple[tuple[str, str], ...] = ()


#: what the kernels decode alone: the end of a corpus's name, and what it is
KINDS = (("", "CT, 16 bits"), ("-noisy", "CT, 4 bits of noise more"), ("-grey", "8 bits"), ("-rgb", "RGB, 8 bits"))


def _decoding_alone() -> Iterator[Row]:
    for kernel, name in (("rle", "RLE"), ("jpegls", "JPEG-LS")):
        for kind, of in KINDS:
            title = f"{name} frames of 512 x 512 pixels ({of}), decoded on one thread"
            senders, reference = (f"kernel-{kernel}", f"peer-{kernel}"), f"peer-{kernel}"
            yield Row(f"decode-{kernel}{kind}", title, f"{kernel}{kind}", senders, reference, receiver="")


def _secure() -> Iterator[Row]:
    for name, peer, receiver, runs, environment in (
        ("ct-tls", "null SCP", "sink", 9, ()),
        ("ct-tls-storescp", "unmodified storescp", "storescp", 3, ()),
        ("ct-tls-tuned", "storescp with TCP_NODELAY=1", "storescp", None, TUNED),
    ):
        senders = (*SECURE, "raw-tls") if receiver == "sink" else SECURE
        title = f"500 CT, TLS, {peer}"
        yield Row(name, title, "ct", senders, SECURE[1], receiver, None, (), runs, True, environment)


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
        Row(
            "ct-implicit",
            "500 CT, converted to implicit VR little endian, null SCP",
            "ct",
            ("storejet-implicit", "storescu-tuned-implicit"),
            "storescu-tuned-implicit",
            only=IMPLICIT_VR_LITTLE_ENDIAN,
        ),
        Row(
            "ct-big",
            "500 CT, converted to explicit VR big endian, null SCP",
            "ct",
            ("storejet-big", "storescu-tuned-big"),
            "storescu-tuned-big",
            only=EXPLICIT_VR_BIG_ENDIAN,
        ),
        Row(
            "ct-deflated",
            "100 CT of a phantom, deflated, null SCP",
            "phantom",
            ("storejet-deflated", "storescu-tuned-deflated"),
            "storescu-tuned-deflated",
            only=DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN,
        ),
        Row(
            "big-deflated",
            "one 400 MB object of noise, deflated, null SCP",
            "big",
            ("storejet-deflated", "storescu-tuned-deflated"),
            "storescu-tuned-deflated",
            only=DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN,
            runs=3,
        ),
        Row(
            "huge-implicit",
            "one 2 GB object, converted to implicit VR little endian, null SCP",
            "huge",
            ("storejet-implicit", "storescu-tuned-implicit"),
            "storescu-tuned-implicit",
            only=IMPLICIT_VR_LITTLE_ENDIAN,
            runs=3,
        ),
        Row(
            "huge-big",
            "one 2 GB object, converted to explicit VR big endian, null SCP",
            "huge",
            ("storejet-big", "storescu-tuned-big"),
            "storescu-tuned-big",
            only=EXPLICIT_VR_BIG_ENDIAN,
            runs=3,
        ),
        Row(
            "huge-deflated",
            "one 2 GB object of noise, deflated, null SCP",
            "huge",
            ("storejet-deflated",),
            "storejet-deflated",
            only=DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN,
            runs=1,
        ),
        Row(
            "rle-decoded",
            "100 multi-frame RLE objects, decompressed, null SCP",
            "rle",
            DECODING,
            "dcmsend-decoding",
            only=IMPLICIT_VR_LITTLE_ENDIAN,
        ),
        Row(
            "jpegls-decoded",
            "100 multi-frame JPEG-LS objects, decompressed, null SCP",
            "jpegls",
            DECODING,
            "dcmsend-decoding",
            only=IMPLICIT_VR_LITTLE_ENDIAN,
        ),
        Row(
            "jpeg8-decoded",
            "50 multi-frame JPEG objects (baseline, 8 bits), decompressed, null SCP",
            "jpeg8",
            DECODING,
            "dcmsend-decoding",
            only=IMPLICIT_VR_LITTLE_ENDIAN,
        ),
        Row(
            "jpegll-decoded",
            "50 multi-frame JPEG objects (lossless, 16 bits), decompressed, null SCP",
            "jpegll",
            DECODING,
            "dcmsend-decoding",
            only=IMPLICIT_VR_LITTLE_ENDIAN,
        ),
        Row(
            "rle-huge",
            "one RLE object of 2 GB, decompressed, null SCP",
            "rle-huge",
            DECODING,
            "dcmsend-decoding",
            only=IMPLICIT_VR_LITTLE_ENDIAN,
            slow=("dcmsend-decoding",),
            runs=3,
        ),
        Row(
            "jpegls-huge",
            "one JPEG-LS object of 2 GB, decompressed, null SCP",
            "jpegls-huge",
            DECODING,
            "dcmsend-decoding",
            only=IMPLICIT_VR_LITTLE_ENDIAN,
            slow=("dcmsend-decoding",),
            runs=3,
        ),
        *_decoding_alone(),
        *_secure(),
    )
}


@dataclass(frozen=True)
class Bar:
    """A demand on ``ours`` in ``row``.

    ``measure``: "speed", how many times as fast as the reference (or: its rate as a part of the reference's), must be
    at least ``bar``; so must "work", the same in processor time (of two that only compute, the slower one is more often
    interrupted, which is not its fault); "time", "cpu" and "bytes", wall clock, processor time or bytes of data sets on
    the wire as a part of the reference's, must be at most it. ``ambition`` None: no more than the bar is hoped for.
    """

    name: str
    row: str
    measure: str
    ours: str
    reference: str
    bar: float
    ambition: float | None


BARS = (
    Bar("small-null", "small-null", "speed", "storejet-storescu", "storescu-tuned", 5, 10),
    Bar("ct-null", "ct-null", "speed", "storejet-storescu", "storescu-tuned", 2.2, 2.6),
    Bar("small-storescp", "small-storescp", "speed", "storejet-storescu", "storescu", 100, 200),
    Bar("huge-null", "huge-null", "speed", "storejet-storescu", "raw", 0.85, 0.95),
    Bar("one-null", "one-null", "time", "storejet-dcmsend", "dcmsend-tuned", 1.0, 0.85),
    Bar("ct-cpu", "ct-null", "cpu", "storejet-storescu", "storescu-tuned", 0.6, 0.4),
    Bar("ct-implicit", "ct-implicit", "speed", "storejet-implicit", "storescu-tuned-implicit", 2, 2.6),
    Bar("ct-big", "ct-big", "speed", "storejet-big", "storescu-tuned-big", 2, 2.6),
    Bar("ct-deflated", "ct-deflated", "speed", "storejet-deflated", "storescu-tuned-deflated", 3, None),
    Bar("deflated-bytes", "ct-deflated", "bytes", "storejet-deflated", "storescu-tuned-deflated", 1.02, None),
    Bar("rle-decoded", "rle-decoded", "speed", "storejet-decoding", "dcmsend-decoding", 3, None),
    Bar("jpegls-decoded", "jpegls-decoded", "speed", "storejet-decoding", "dcmsend-decoding", 3, None),
    Bar("jpeg8-decoded", "jpeg8-decoded", "speed", "storejet-decoding", "dcmsend-decoding", 1.5, None),
    Bar("jpegll-decoded", "jpegll-decoded", "speed", "storejet-decoding", "dcmsend-decoding", 1.5, None),
    Bar("ct-tls", "ct-tls", "speed", "storejet-tls", "storescu-tuned-tls", 2, None),
    Bar("ct-tls-bare", "ct-tls", "speed", "storejet-tls", "raw-tls", 0.7, None),
    Bar("ct-tls-storescp", "ct-tls-storescp", "speed", "storejet-tls", "storescu-tuned-tls", 1.5, None),
    Bar("decode-rle", "decode-rle", "work", "kernel-rle", "peer-rle", 2, None),
    Bar("decode-jpegls", "decode-jpegls", "work", "kernel-jpegls", "peer-jpegls", 1.3, None),
)


@dataclass(frozen=True)
class MemoryBar:
    """The largest resident size of each of ``senders`` over all rows that it is in: at most ``bar`` bytes.

    The ambition is the largest one of ``reference``; None: nothing more than the bar is hoped for.
    """

    name: str
    senders: tuple[str, ...]
    bar: int
    reference: str | None

    @property
    def rows(self) -> tuple[str, ...]:
        """Names of the rows that one of its senders is in."""
        return tuple(row.name for row in ROWS.values() if set(self.senders) & set(row.senders))


MEMORY_BARS = (
    MemoryBar("memory", OURS, 20_000_000, "dcmsend-tuned"),
    MemoryBar("memory-converting", CONVERTING, 40_000_000, None),
    MemoryBar("memory-decoding", DECODING[:1], 80_000_000, None),
)
#: what ``--rows`` takes: the rows, and the bars that are made from a row of another name, or from several
DERIVED = {
    **{bar.name: (bar.row,) for bar in BARS if bar.name != bar.row},
    **{bar.name: bar.rows for bar in MEMORY_BARS},
}

#: corpus of a row under --quick, and how many runs at most
QUICK_CORPORA = {
    "small": "quick-small",
    "ct": "quick-ct",
    "big": "quick-big",
    "huge": "quick-huge",
    "one": "one",
    "phantom": "quick-phantom",
    "jpeg8": "quick-jpeg8",
    "jpegll": "quick-jpegll",
    "rle-huge": "quick-rle-huge",
    "jpegls-huge": "quick-jpegls-huge",
    **{f"{kernel}{kind}": f"quick-{kernel}{kind}" for kernel in KERNELS for kind, _ in KINDS},
}
QUICK_RUNS = 2
