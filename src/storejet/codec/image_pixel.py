"""The Image Pixel attributes (PS3.3 C.7.6.3) that say how pixel data is laid out, stored or native."""


class ImagePixel:
    """How the pixel data of one data set or item is laid out; all but ``photometric`` are numbers.

    ``rows``, ``columns``, ``samples`` (Samples per Pixel), ``frames`` (Number of Frames, 1 where it is absent),
    ``bits_allocated``, ``bits_stored``, ``high_bit``, ``signed`` (Pixel Representation: 0 or 1), ``planar`` (Planar
    Configuration, 0 where it is absent), ``photometric`` (Photometric Interpretation without padding).
    """

    __slots__ = (
        "bits_allocated",
        "bits_stored",
        "columns",
        "frames",
        "high_bit",
        "photometric",
        "planar",
        "rows",
        "samples",
        "signed",
    )

    def __init__(
        self,
        rows: int,
        columns: int,
        samples: int,
        frames: int,
        bits_allocated: int,
        bits_stored: int,
        high_bit: int,
        signed: int,
        planar: int,
        photometric: str,
    ) -> None:
        self.rows = rows
        self.columns = columns
        self.samples = samples
        self.frames = frames
        self.bits_allocated = bits_allocated
        self.bits_stored = bits_stored
        self.high_bit = high_bit
        self.signed = signed
        self.planar = planar
        self.photometric = photometric

    def copy(self) -> "ImagePixel":
        """Another one with the same values: what a decoder changes is not the stored one."""
        return ImagePixel(*[getattr(self, name) for name in _ORDER])

    @property
    def frame_bits(self) -> int:
        """Bits of a native frame; where they fill no byte, the next frame begins in the same one (PS3.5 8.1.1)."""
        return self.rows * self.columns * self.samples * self.bits_allocated

    @property
    def frame_bytes(self) -> int:
        """Bytes that hold a native frame, the last one maybe in part."""
        return (self.frame_bits + 7) // 8

    @property
    def length(self) -> int:
        """Bytes of the native pixel data, without the pad that makes them even."""
        return (self.frame_bits * self.frames + 7) // 8


_ORDER = (
    "rows",
    "columns",
    "samples",
    "frames",
    "bits_allocated",
    "bits_stored",
    "high_bit",
    "signed",
    "planar",
    "photometric",
)
