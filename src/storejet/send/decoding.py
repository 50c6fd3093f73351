"""Compressed images on their way out as native ones: looked at to their end, then read and decoded frame by frame."""

from storejet._core import EXPLICIT_LITTLE, Recoder
from storejet.codec.decoders import CANNOT_DECODE, decoder_for, kind_of
from storejet.codec.frames import find_frames
from storejet.codec.native import (
    EXTENDED_OFFSET_TABLE,
    EXTENDED_OFFSET_TABLE_LENGTHS,
    NativeImage,
    image_pixel,
    joined,
    length_of,
    native_parts,
    pixel_data_length,
)
from storejet.codec.pool import Job
from storejet.errors import InputError, InternalError, StorejetError
from storejet.send.prepare import no_memory

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from storejet._core import Image, Lexicon, Mark, Source
    from storejet.codec.decoders import Decoder
    from storejet.codec.frames import Frames
    from storejet.codec.native import Part
    from storejet.codec.pool import Pool
    from storejet.send.prepare import Made, Waitable

#: bytes of a piece of the data set around the images
PIECE = 256 << 10
#: bytes of a job beside its frame: what bounds the number of tiny ones
JOB = 1 << 10
#: bytes of the longest offset table that is looked at: eight for each of the most fragments that an image may have
_LONGEST_TABLE = 32 << 20


class Ready:
    """Bytes that no thread has to make, in the place of a Job."""

    __slots__ = ("_bytes", "cost", "pixels")

    def __init__(self, made: bytes, pixels: bool = False) -> None:
        self._bytes = made
        self.cost = len(made)
        self.pixels = pixels

    def wait(self) -> bytes:
        return self._bytes


class _Coded:
    """The frames of one image, and what decodes them."""

    def __init__(self, source: "Source", syntax: str, image: "Image") -> None:
        _depth, marks, _offset, _header, _vr, first_item, _end, _parents = image
        stored = image_pixel(marks)
        fragments = source.fragments(first_item)
        self._source = source
        self.frames: Frames = find_frames(
            fragments,
            stored.frames,
            source.piece(*fragments.table) if fragments.table[1] <= _LONGEST_TABLE else b"",
            _extended(source, marks),
            source.piece,
            kind_of(syntax),
        )
        try:
            self.decoder: Decoder = decoder_for(syntax, stored, self.stream(0))
        except InputError as error:
            raise self._refused(0, error) from None
        self.image = NativeImage(image, stored, self.decoder.native, self.decoder.lossy)
        pixel_data_length(self.decoder.native)

    def stream(self, number: int) -> bytes:
        """The compressed frame; its fragments put together (PS3.5 A.4)."""
        slices = self.frames[number]
        if len(slices) == 1:
            return self._source.piece(*slices[0])
        return b"".join([self._source.piece(offset, length) for offset, length in slices])

    def decoded(self, number: int, stream: bytes) -> bytes:
        """The native frame, checked for its length. Raises InputError that says which frame it is."""
        try:
            made = self.decoder.decode(stream)
        except InputError as error:
            raise self._refused(number, error) from None
        except MemoryError:
            raise no_memory() from None
        if len(made) != self.decoder.native.frame_bytes:
            raise self._refused(number, InputError(f"it came out as {len(made)} bytes"))
        return made

    def _refused(self, number: int, error: InputError) -> InputError:
        frames = len(self.frames)
        where = f"frame {number + 1} of {frames}: " if frames > 1 else ""
        text = f"{CANNOT_DECODE}{where}{error.text.removeprefix(CANNOT_DECODE)}"
        return InputError(text, error.code).advising(error.hint)


def _extended(source: "Source", marks: "Sequence[Mark]") -> tuple[bytes, bytes] | None:
    """Extended Offset Table and its lengths (PS3.3 C.7.6.3.1.8), where both are there."""
    found = {}
    for tag, present, offset, header, length, _vr, _repeated, _value in marks:
        if present and 0 < length <= _LONGEST_TABLE and tag in (EXTENDED_OFFSET_TABLE, EXTENDED_OFFSET_TABLE_LENGTHS):
            found[tag] = source.piece(offset + header, length)
    if len(found) < 2:
        return None
    return found[EXTENDED_OFFSET_TABLE], found[EXTENDED_OFFSET_TABLE_LENGTHS]


def _job(coded: _Coded, number: int, stream: bytes) -> Job:
    cost = len(stream) + coded.decoder.native.frame_bytes + JOB
    return Job(lambda: coded.decoded(number, stream), cost, True)


class Decoding:
    """A data set with compressed images, ready to go out native, in ``encoding`` (IMPLICIT_LITTLE …).

    All but the frames themselves was checked: the structure, where the frames are, the header of the first one.
    ``size``: bytes of the explicit little endian data set that comes of it. ``notes``: lines of warnings. Raises
    InputError, MissingPlugin.
    """

    __slots__ = ("_changed", "_coded", "_left", "_parts", "_recoder", "_source", "notes", "size")

    def __init__(self, source: "Source", syntax: str, encoding: int, lexicon: "Lexicon | None") -> None:
        self._source = source
        self._changed: InputError | None = None
        #: whether the file is read, as far as it can be
        self._left = False
        self._coded = {}
        self.notes: list[str] = []
        for image in source.images():
            coded = _Coded(source, syntax, image)
            self._coded[coded.image] = coded
            if coded.frames.note:
                self.notes.append(coded.frames.note)
        images = list(self._coded)
        self._parts: list[Part]
        self._parts, self.size = native_parts(images, source.data_set_offset, source.size)
        self._recoder: Recoder | None = None
        if encoding != EXPLICIT_LITTLE:
            self._recoder = Recoder(EXPLICIT_LITTLE, encoding, False, lexicon, self.size)
            self._count(self._recoder)

    def _count(self, recoder: Recoder) -> None:
        """Let the recoder see all but the values, at which it does not look."""
        skip = 0
        for part in self._parts:
            length = length_of(part)
            while skip < length:
                piece = self._read(part, skip)
                skip += len(piece) + recoder.count(piece, False)
            skip -= length
        recoder.count(b"", True)
        recoder.rewind()

    def _read(self, part: "Part", at: int) -> bytes:
        """Bytes of what is no pixels, from one of them on."""
        if isinstance(part, bytes):
            return part[at:]
        if isinstance(part, NativeImage):
            raise InternalError("the re-encoder wants to look at pixels")
        offset, length = part
        return self._source.piece(offset + at, min(PIECE, length - at))

    def work(self, pool: "Pool") -> "Iterator[Made]":
        """The pieces of the data set in order, what is compressed as jobs of the pool; each step reads and begins one.

        Raises InputError where the file fails or has changed meanwhile, MissingPlugin, MemoryError.
        """
        failure: StorejetError | MemoryError | None = None
        try:
            yield from self._pieces(pool)
        except (StorejetError, MemoryError) as error:
            failure = error
        # who takes the pieces closes the file now, so that later nobody can tell any more
        try:
            self._source.unchanged()
        except InputError as error:
            failure = self._changed = error
        self._left = True
        if failure is not None:
            raise failure

    def _pieces(self, pool: "Pool") -> "Iterator[Made]":
        for part in self._parts:
            if isinstance(part, bytes):
                yield Ready(part)
            elif isinstance(part, NativeImage):
                yield from self._frames(self._coded[part], pool)
            else:
                for at in range(0, part[1], PIECE):
                    yield Ready(self._read(part, at))

    def _frames(self, coded: _Coded, pool: "Pool") -> "Iterator[Made]":
        native = coded.decoder.native
        if native.frame_bits % 8 and native.frames > 1:
            frames = (coded.decoded(number, coded.stream(number)) for number in range(native.frames))
            for piece in joined(frames, native.frame_bits):
                yield Ready(piece, True)
            return
        for number in range(native.frames):
            stream = coded.stream(number)
            yield pool.start(_job(coded, number, stream))

    def outward(self, made: "Iterator[Waitable]") -> "Iterator[bytes]":
        """What goes out for the pieces of ``work``, waited for in their order. Raises InputError."""
        recoder = self._recoder
        for job in made:
            try:
                piece = job.wait()
            except InputError:
                self._blame_changes()
                raise
            # pixels pass by the re-encoder where their byte order stays
            if recoder is None or (job.pixels and recoder.passes(len(piece))):
                yield piece
            else:
                yield recoder.feed(piece, False)
        if recoder is not None:
            yield recoder.feed(b"", True)

    def _blame_changes(self) -> None:
        """A frame that cannot be decoded, of a file that has changed meanwhile: that is the reason, then. Raises it."""
        if self._changed is not None:
            raise self._changed
        if not self._left:
            self._source.unchanged()
