# cython: language_level=3, boundscheck=False, wraparound=False, embedsignature=False, binding=False
"""The thin door: views in, GIL released, one ``check()`` that raises. What the kernels promise stands in core/core.h."""

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize, PyBytes_GET_SIZE
from cpython.exc cimport PyErr_CheckSignals
from libc.stdint cimport uint8_t, uint16_t, uint32_t, uint64_t
from libc.stdlib cimport calloc, free, malloc
from libc.string cimport memcpy, memmove, memset, strerror

cdef extern from "fnmatch.h" nogil:
    int fnmatch(const char *pattern, const char *name, int flags)
    const int FNM_PATHNAME

cimport core
from core cimport sj_status

from storejet.errors import (
    Aborted,
    InputError,
    InternalError,
    NetworkError,
    ProtocolError,
    ReleaseRequested,
    TimedOut,
    Unreadable,
)

cdef extern from *:
    const char *COMPILER "__VERSION__"
    const char *BUILT_ON "__DATE__"

#: what made this module
BUILD = f"C compiler {COMPILER.decode('ascii', 'replace')}, {BUILT_ON.decode('ascii')}"

EXPECT_ANY, EXPECT_FILE, EXPECT_DATA_SET = range(3)
READ_META, READ_IDENTITY, READ_WHOLE = range(3)
IMPLICIT_LITTLE, EXPLICIT_LITTLE, EXPLICIT_BIG, OPAQUE = range(4)
SPACED_STUDY, SPACED_SERIES = 1, 2

cdef enum:
    WINDOW = 512 * 1024
    INBOX = 256 * 1024


cdef str words(sj_status status):
    return core.sj_status_text(status).decode("ascii")


cdef object damage(str text, uint64_t offset, uint32_t tag, str whole=""):
    """The exception for what is wrong at a place of a file, or of ``whole``."""
    if tag:
        text = f"{text} (element ({tag >> 16:04x},{tag & 0xFFFF:04x}) at byte {offset}{whole})"
    elif offset:
        text = f"{text} (at byte {offset}{whole})"
    return InputError(text, "", offset, tag)


#: what an offset counts in where a data set is given in pieces
cdef str INFLATED = " of the inflated data set"


cdef object file_failure(sj_status status, core.sj_source *source, core.sj_scan *scan):
    """The exception for what is wrong with a file."""
    text = words(status)
    if status == core.SJ_FILE_IO:
        reason = strerror(source.error).decode("utf-8", "replace")
        return Unreadable(f"{text}: {reason}")
    if scan == NULL or status <= core.SJ_FILE_CHANGED:
        return InputError(text)
    return damage(text, scan.error_offset, scan.error_tag)


cdef object recode_failure(sj_status status, core.sj_source *source, core.sj_recode *recode, uint64_t begin):
    """The exception for what makes a data set impossible to re-encode; ``begin``: where it begins in its file."""
    if source != NULL and (status == core.SJ_FILE_IO or status == core.SJ_FILE_CHANGED):
        return file_failure(status, source, NULL)
    return damage(words(status), begin + recode.error_offset, recode.error_tag, "" if source != NULL else INFLATED)


cdef object check(sj_status status, core.sj_wire *wire, str silent_code):
    """Raises what a failed call on a wire means; returns on SJ_OK."""
    if status == core.SJ_OK:
        return
    text = words(status)
    if status == core.SJ_NET_IO:
        reason = strerror(wire.error).decode("utf-8", "replace")
        raise NetworkError(f"{text}: {reason}", "0006:031d")
    if status == core.SJ_PEER_ABORTED:
        raise Aborted(f"{text} (source {wire.abort_source}, reason {wire.abort_reason})", "0006:0317")
    if status == core.SJ_PEER_CLOSED:
        raise Aborted(text, "0006:0317")
    if status == core.SJ_PEER_RELEASES:
        raise ReleaseRequested(text, "0006:0319")
    if status == core.SJ_PEER_SILENT:
        raise TimedOut(text, silent_code)
    if status == core.SJ_PEER_STALLED:
        raise TimedOut(text, silent_code)
    if status == core.SJ_BAD_PDU_TYPE:
        raise ProtocolError(text + " (Unrecognized PDU type)", "0006:0321")
    if core.SJ_BAD_PDU_LENGTH <= status < core.SJ_NET_IO:
        raise ProtocolError(text, "0006:0211")
    raise InternalError(text)


cdef uint64_t nanoseconds(double seconds):
    """A time span; negative means without end."""
    if not 0 <= seconds <= 1e9:  # so that NaN, too, is no limit
        return core.SJ_FOREVER
    return <uint64_t>(seconds * 1e9)


cdef uint64_t deadline_in(double seconds):
    cdef uint64_t span = nanoseconds(seconds)
    return core.SJ_FOREVER if span == core.SJ_FOREVER else core.sj_now() + span


cdef str uid_text(core.sj_uid *uid):
    return uid.text[:uid.length].decode("latin-1")


cdef tuple marks_of(core.sj_marks *marks):
    """The marks of a scan as tuples, in ascending order of their tags: see ``Source.marks``."""
    cdef core.sj_mark *mark
    cdef int row
    rows = []
    for row in range(core.SJ_MARK_COUNT):
        mark = &marks.rows[row]
        value = PyBytes_FromStringAndSize(<const char *>mark.value, mark.kept)
        vr = bytes(mark.vr[:2]) if mark.vr[0] else b""
        rows.append((mark.tag, bool(mark.found), mark.offset, mark.header, mark.length, vr, bool(mark.repeated), value))
    return tuple(rows)


def walked(pieces, int encoding):
    """Walk over a bare data set that is given in pieces, to its end: (bytes in all, spaced, marks).

    ``spaced`` and ``marks`` are as those of a Source; offsets count from its first byte. InputError where it is damaged.
    """
    cdef core.sj_scan scan
    cdef core.sj_marks marks
    cdef sj_status status
    cdef bytes held = b""           # from scan.position on, as far as given
    cdef uint64_t at = 0, end = 0
    cdef size_t length, skipped
    cdef int row
    if not 0 <= encoding < OPAQUE:
        raise InternalError("an encoding that cannot be read as elements is to be walked")
    core.sj_scan_init_data_set(&scan, core.SJ_SIZE_UNKNOWN, <core.sj_encoding>encoding)
    core.sj_scan_mark(&scan, &marks)
    for piece in pieces:
        if not isinstance(piece, bytes):
            raise TypeError("a piece of a data set is not of bytes")
        held = held + piece if held else piece
        length = PyBytes_GET_SIZE(held)
        end = at + length
        if scan.position < end:
            skipped = <size_t>(scan.position - at)
            status = core.sj_scan_step(&scan, <const uint8_t *>PyBytes_AS_STRING(held) + skipped, length - skipped)
            if status != core.SJ_OK and status != core.SJ_MORE:
                raise damage(words(status), scan.error_offset, scan.error_tag, INFLATED)
        held = held[scan.position - at:] if scan.position < end else b""
        at = end - <size_t>PyBytes_GET_SIZE(held)
    if scan.position > end:
        raise damage(words(core.SJ_TRUNCATED), scan.error_offset, scan.error_tag, INFLATED)
    if scan.position < end or scan.depth != 1:
        raise damage(words(core.SJ_TRUNCATED), scan.position, scan.frames[scan.depth - 1].tag, INFLATED)
    for row in range(core.SJ_MARK_COUNT):
        if not marks.rows[row].found and marks.rows[row].offset == core.SJ_SIZE_UNKNOWN:
            marks.rows[row].offset = end
    return end, scan.spaced, marks_of(&marks)


def matches(bytes pattern not None, bytes name not None):
    """Whether a file's base name matches a shell pattern (POSIX fnmatch, as --scan-pattern wants)."""
    return fnmatch(pattern, name, FNM_PATHNAME) == 0


def kind_of(bytes path not None):
    """"file", "directory", or why the path names neither."""
    cdef int error = 0
    cdef sj_status status = core.sj_path_kind(path, &error)
    if status == core.SJ_OK:
        return "file"
    if status == core.SJ_DIRECTORY:
        return "directory"
    return strerror(error).decode("utf-8", "replace") if status == core.SJ_FILE_IO else words(status)


#: what stands in a dictionary file for VRs that depend on the data set or are no VR, beside xs, ox and lt
SYNONYMS = {
    "US or SS": "xs", "OB or OW": "ox", "px": "ox", "US or OW": "lt", "US or SS or OW": "lt", "up": "UL", "na": "",
}
VRS = frozenset(
    "AE AS AT CS DA DS DT FD FL IS LO LT OB OD OF OL OV OW PN SH SL SQ SS ST SV TM UC UI UL UN UR US UT UV xs ox lt".split()
)


cdef bytes unpadded(object name):
    """The bytes of a private creator."""
    return (name.encode("utf-8") if isinstance(name, str) else bytes(name)).strip(b" ")


cdef class Lexicon:
    """A user's data dictionary.

    Each entry is (group_first, group_last, group_parity, element_first, element_last, element_parity, vr, creator):
    a parity of 0 means even numbers only, 1 odd ones, 2 all; ``vr`` two letters, or "xs" (US or SS), "ox" (OB or OW),
    "lt" (US, SS or OW), "px" (as "ox"), "up" (UL), "na" (the entry is passed over); ``creator`` "" for a standard
    element, and for a private one its creator, the element then the low byte. A later entry counts more than an earlier
    one, and one of a single tag more than one of a range. ValueError for what is none of that.
    """

    cdef core.sj_lexicon rows
    cdef core.sj_lexicon_row *exact
    cdef core.sj_lexicon_row *ranges
    cdef core.sj_lexicon_creator_name *names
    cdef list creators              # what `names` points to

    def __cinit__(self, entries):
        cdef size_t at
        single = {}
        several = {}
        for group, group_last, group_parity, element, element_last, element_parity, vr, creator in entries:
            vr = SYNONYMS.get(vr, vr)
            name = unpadded(creator)
            highest = 0xFF if name else 0xFFFF
            if not (0 <= group <= group_last <= 0xFFFF and 0 <= element <= element_last <= highest):
                raise ValueError(f"({group:x}-{group_last:x},{element:x}-{element_last:x}) is no range of tags")
            if group_parity not in (0, 1, 2) or element_parity not in (0, 1, 2):
                raise ValueError(f"{group_parity}, {element_parity}: a parity is 0, 1 or 2")
            if vr == "":
                continue
            if vr not in VRS:
                raise ValueError(f"{vr!r} is no VR")
            ends = (group, group_last, element, element_last)
            if group == group_last and element == element_last:
                single[(name, group, element)] = (ends, (2, 2), vr)
            else:
                key = (name, ends, group_parity, element_parity)
                several.pop(key, None)
                several[key] = (ends, (group_parity, element_parity), vr)
        self.creators = sorted({key[0] for key in (*single, *several)} - {b""})
        if len(self.creators) > 0xFFFE:
            raise ValueError("more than 65534 private creators")
        numbers = {name: number for number, name in enumerate(self.creators, 1)}
        numbers[b""] = 0
        exact = sorted((numbers[name], ends, parities, vr) for (name, _, _), (ends, parities, vr) in single.items())
        ranges = [(numbers[key[0]], ends, parities, vr) for key, (ends, parities, vr) in reversed(several.items())]
        self.exact = <core.sj_lexicon_row *>calloc(len(exact) + 1, sizeof(core.sj_lexicon_row))
        self.ranges = <core.sj_lexicon_row *>calloc(len(ranges) + 1, sizeof(core.sj_lexicon_row))
        self.names = <core.sj_lexicon_creator_name *>calloc(len(numbers), sizeof(core.sj_lexicon_creator_name))
        if self.exact == NULL or self.ranges == NULL or self.names == NULL:
            raise MemoryError
        for at in range(len(exact)):
            self.fill(&self.exact[at], exact[at])
        for at in range(len(ranges)):
            self.fill(&self.ranges[at], ranges[at])
        for at in range(len(self.creators)):
            self.names[at].text = PyBytes_AS_STRING(self.creators[at])
            self.names[at].length = PyBytes_GET_SIZE(self.creators[at])
        self.rows.exact, self.rows.exact_count = self.exact, len(exact)
        self.rows.ranges, self.rows.range_count = self.ranges, len(ranges)
        self.rows.creators, self.rows.creator_count = self.names, len(self.creators)

    def __dealloc__(self):
        free(self.exact)
        free(self.ranges)
        free(self.names)

    cdef int fill(self, core.sj_lexicon_row *row, tuple entry) except -1:
        row.creator, ends, parities, vr = entry
        row.group_first, row.group_last, row.element_first, row.element_last = ends
        row.group_parity, row.element_parity = parities
        row.vr = ord(vr[0]) << 8 | ord(vr[1])
        return 0


def vr_of(uint32_t tag, creator="", Lexicon lexicon=None):
    """The VR that dictionaries have for a tag (group << 16 | element), "" for none; codes as Lexicon has them.

    With a private creator, of the element of its block that has the tag's low byte.
    """
    cdef bytes name = unpadded(creator)
    cdef const uint8_t *at = <const uint8_t *>PyBytes_AS_STRING(name)
    cdef size_t length = PyBytes_GET_SIZE(name)
    cdef uint16_t number, vr = 0
    if lexicon is not None:
        number = core.sj_lexicon_creator(&lexicon.rows, at, length) if length else 0
        if number or not length:
            vr = core.sj_lexicon_vr(&lexicon.rows, number, tag)
    if vr == 0:
        if length:
            vr = core.sj_dictionary_private_vr(core.sj_dictionary_creator(at, length), tag)
        else:
            vr = core.sj_dictionary_vr(tag)
    return chr(vr >> 8) + chr(vr & 0xFF) if vr else ""


cdef class Source:
    """One file at a time, read through one reused window."""

    cdef core.sj_source source
    cdef core.sj_scan found
    cdef core.sj_upcoming ahead     # what Wire.store() found when it opened and scanned the file ahead of time
    cdef bytes ahead_path           # None: nothing was prepared
    cdef core.sj_stream stream      # what goes out, where that is not what is stored
    cdef Lexicon lexicon            # what the stream points to must live as long as it
    cdef bint scanned, recoding
    cdef uint64_t taken             # bytes of the data set that read() gave
    cdef core.sj_marks places
    cdef core.sj_span *spans        # the rope of an edit, NULL: none
    cdef uint64_t rope_length
    cdef list held                  # the buffers that spans point into
    #: mark what edits need in every scan to the end, in one that is made ahead of time too
    cdef public bint marking

    def __cinit__(self):
        self.source.file = -1
        self.source.capacity = WINDOW
        self.source.window = <uint8_t *>malloc(WINDOW)
        if self.source.window == NULL:
            raise MemoryError

    def __dealloc__(self):
        core.sj_source_close(&self.source)
        free(self.source.window)
        free(self.stream.window.bytes)
        free(self.spans)

    cdef uint64_t begin(self):
        """Where what goes out begins: in the file, or in the rope, which holds nothing else."""
        return 0 if self.spans != NULL else self.found.data_set_offset

    cdef void forget_edit(self):
        if self.spans != NULL:
            core.sj_source_edit(&self.source, NULL, 0, self.source.file_size)
        free(self.spans)
        self.spans = NULL
        self.rope_length = 0
        self.held = None

    def open(self, bytes path not None):
        """Open a file. InputError when it cannot be read, is empty, or is not a regular file."""
        cdef const char *name = path
        cdef sj_status status
        if b"\0" in path:
            raise InputError("has a null character in its name")
        self.scanned = self.recoding = False
        self.taken = 0
        self.forget_edit()
        if self.ahead_path is not None and self.ahead_path == path:
            status = self.ahead.opened
        else:
            self.ahead_path = None
            core.sj_source_close(&self.source)
            with nogil:
                status = core.sj_source_open(&self.source, name)
        if status != core.SJ_OK:
            self.ahead_path = None
            raise file_failure(status, &self.source, NULL)

    def close(self):
        """Close the file and forget its edit; may be called again."""
        self.ahead_path = None
        self.scanned = False
        self.forget_edit()
        core.sj_source_close(&self.source)

    def scan(self, int expect, int extent):
        """Find out what the file is (PS3.10 7). InputError says what is wrong and where."""
        cdef sj_status status
        if (self.ahead_path is not None and self.ahead.expect == expect and extent == READ_WHOLE
                and (self.ahead.marks != NULL or not self.marking)):
            status = self.ahead.scanned
        else:
            core.sj_scan_init(&self.found, self.source.size, <core.sj_expect>expect, <core.sj_extent>extent)
            if self.marking and extent == READ_WHOLE:
                core.sj_scan_mark(&self.found, &self.places)
            with nogil:
                status = core.sj_source_scan(&self.source, &self.found)
        self.ahead_path = None
        if status != core.SJ_OK:
            raise file_failure(status, &self.source, &self.found)
        self.scanned = True

    def recode(self, int encoding, bint old_vrs, Lexicon lexicon):
        """From now on, what goes out of a scanned file is its data set in another encoding (IMPLICIT_LITTLE …).

        ``old_vrs``: with OB in place of the value representations younger than 1993. ``lexicon``: the user's dictionary,
        or None. The data set's structure is checked to its end. InputError says what is wrong and where.
        """
        cdef core.sj_stream *stream = &self.stream
        cdef sj_status status
        if stream.window.bytes == NULL:
            stream.window.bytes = <uint8_t *>malloc(WINDOW)
            if stream.window.bytes == NULL:
                raise MemoryError
            stream.window.capacity = WINDOW
        self.lexicon = lexicon
        stream.source = &self.source
        stream.data_offset = self.begin()
        core.sj_recode_init(&stream.recode, <core.sj_encoding>self.found.encoding, <core.sj_encoding>encoding, old_vrs,
                            NULL if lexicon is None else &lexicon.rows, self.source.size - stream.data_offset)
        stream.done = False
        stream.window.at = stream.window.length = 0
        with nogil:
            status = core.sj_stream_measure(stream)
        if status != core.SJ_OK:
            raise recode_failure(status, &self.source, &stream.recode, stream.data_offset)
        self.recoding = True

    def read(self, size_t most):
        """The next bytes of what goes out, at most so many and at least one; b"" at the end. For use without a Wire.

        InputError where the file fails or changes meanwhile.
        """
        cdef bytes piece
        cdef uint8_t *at
        cdef uint64_t left, begin
        cdef core.sj_window own
        cdef sj_status status = core.SJ_OK
        if most < core.SJ_RECODE_ROOM:
            raise InternalError("a piece of a data set is too small to hold an element's header")
        if self.recoding:
            if self.stream.done:
                return b""
            piece = PyBytes_FromStringAndSize(NULL, most)
            own = self.stream.window
            self.stream.window.bytes = <uint8_t *>PyBytes_AS_STRING(piece)
            self.stream.window.capacity = most
            self.stream.window.length = 0
            self.stream.window.at = self.stream.recode.made
            with nogil:
                status = core.sj_stream_fill(&self.stream, self.stream.window.at)
            most = self.stream.window.length
            self.stream.window = own
            self.stream.window.length = 0
        else:
            left = self.source.size - self.begin() - self.taken
            most = <size_t>min(left, <uint64_t>most)
            if most == 0:
                return b""
            piece = PyBytes_FromStringAndSize(NULL, most)
            at = <uint8_t *>PyBytes_AS_STRING(piece)
            begin = self.begin()
            with nogil:
                status = core.sj_source_read(&self.source, begin + self.taken, at, most)
                if status == core.SJ_OK and most == left:
                    status = core.sj_source_unchanged(&self.source)
        if status != core.SJ_OK:
            raise file_failure(status, &self.source, NULL)
        self.taken += most
        return piece if <size_t>PyBytes_GET_SIZE(piece) == most else piece[:most]

    def rewind(self):
        """``read`` begins again."""
        self.taken = 0
        if self.recoding:
            core.sj_recode_rewind(&self.stream.recode)
            self.stream.done = False
            self.stream.window.at = self.stream.window.length = 0

    def marks(self):
        """Where the data set has, or would have, the elements that edits replace, add or step over (ascending tags).

        A tuple of ``(tag, found, offset, header, length, VR, repeated, value)``. ``offset``, in bytes of the file, is that
        of the element, or of the first element behind its place; ``length`` is that of its value, 0xFFFFFFFF where it is
        undefined; ``VR`` is b"" in implicit VR; ``repeated``: its tag occurs again; ``value`` holds at most 128 bytes.
        Empty where ``marking`` was off or the data set was not read to its end as elements.
        """
        if self.found.marks == NULL or not self.found.structure_known:
            return ()
        return marks_of(&self.places)

    def edit(self, list spans not None):
        """Put ``(buffer or None, offset, length)`` in the place of the data set: slices of the buffers, or of the file.

        Only what goes out changes; the file, the results of the scan and ``size`` do not. An empty list takes the edit
        back, as ``open`` and ``close`` do. InternalError where a slice reaches beyond what it is of.
        """
        cdef size_t count = len(spans), row
        cdef uint64_t offset, length
        self.forget_edit()
        if count == 0:
            return
        self.held = []
        self.spans = <core.sj_span *>calloc(count, sizeof(core.sj_span))
        if self.spans == NULL:
            raise MemoryError
        try:
            for row in range(count):
                buffer, offset, length = spans[row]
                self.spans[row].length = length
                if buffer is None:
                    self.spans[row].at = offset
                    continue
                if not isinstance(buffer, bytes) or offset > <uint64_t>len(buffer) or length > len(buffer) - offset:
                    raise InternalError("a slice of an edit reaches beyond its buffer")
                self.held.append(buffer)
                self.spans[row].bytes = <const uint8_t *>PyBytes_AS_STRING(buffer) + offset
            if core.sj_rope_check(self.spans, count, self.source.file_size, &self.rope_length) != core.SJ_OK:
                raise InternalError("a slice of an edit reaches beyond the file")
        except BaseException:
            self.forget_edit()
            raise
        core.sj_source_edit(&self.source, self.spans, count, self.rope_length)

    @property
    def edited(self):
        """Bytes of the edited data set, 0 where there is no edit."""
        return self.rope_length

    def identify(self, bytes head not None):
        """Take SOP class and instance from the beginning of an inflated data set."""
        core.sj_scan_identity(&self.found, <const uint8_t *>PyBytes_AS_STRING(head), PyBytes_GET_SIZE(head))

    def facts(self):
        """Of a scanned file: (SOP class, SOP instance, transfer syntax of the meta information, encoding, guessed, spaced)."""
        return (uid_text(&self.found.class_uid), uid_text(&self.found.instance_uid),
                uid_text(&self.found.meta_syntax), self.found.encoding, bool(self.found.guessed), self.found.spaced)

    @property
    def size(self):
        return self.source.file_size

    @property
    def data_set_offset(self):
        return self.found.data_set_offset

    @property
    def data_set_size(self):
        """Bytes of the data set as stored; 0 before it was scanned without a defect."""
        return self.source.file_size - self.found.data_set_offset if self.scanned else 0

    @property
    def encoding(self):
        return self.found.encoding

    @property
    def has_preamble(self):
        return bool(self.found.has_preamble)

    @property
    def has_meta(self):
        return bool(self.found.has_meta)

    @property
    def guessed(self):
        return bool(self.found.guessed)

    @property
    def structure_known(self):
        return bool(self.found.structure_known)

    @property
    def spaced(self):
        """Which UIDs of the data set hold spaces: SPACED_STUDY | SPACED_SERIES; known once it was read to its end."""
        return self.found.spaced

    @property
    def meta_class(self):
        return uid_text(&self.found.meta_class)

    @property
    def meta_instance(self):
        return uid_text(&self.found.meta_instance)

    @property
    def meta_syntax(self):
        return uid_text(&self.found.meta_syntax)

    @property
    def class_uid(self):
        return uid_text(&self.found.class_uid)

    @property
    def instance_uid(self):
        return uid_text(&self.found.instance_uid)


cdef class Wire:
    """A connected socket, from A-ASSOCIATE to A-RELEASE. The descriptor stays the caller's."""

    cdef core.sj_wire wire
    cdef core.sj_store pending
    cdef Source sending             # what `pending` points to must live as long as it
    cdef core.sj_window pushed      # of a data set that is given in pieces: what is not yet sent
    cdef uint8_t command[512]
    cdef bint storing
    cdef uint32_t fragment
    cdef public double stall, patience

    def __cinit__(self, int descriptor):
        self.wire.socket = descriptor
        self.wire.inbox.capacity = INBOX
        self.wire.inbox.bytes = <uint8_t *>malloc(INBOX)
        self.stall = 60.0
        self.patience = -1.0
        if self.wire.inbox.bytes == NULL:
            raise MemoryError
        check(core.sj_wire_prepare(&self.wire), &self.wire, "")

    def __dealloc__(self):
        free(self.wire.inbox.bytes)
        free(self.pushed.bytes)

    def limit(self, uint32_t peer_maximum, uint32_t own_maximum):
        """Fix the fragment size from two maximum lengths (0: none); returns it, in bytes; 0: there is no room."""
        self.fragment = core.sj_fragment_size(peer_maximum, own_maximum)
        return self.fragment

    def send(self, bytes data not None, double seconds):
        """Send all of ``data``. Aborted, TimedOut (0006:031a), NetworkError."""
        cdef const uint8_t *at = <const uint8_t *>PyBytes_AS_STRING(data)
        cdef size_t length = PyBytes_GET_SIZE(data), sent = 0
        cdef uint64_t deadline = deadline_in(seconds)
        cdef sj_status status = core.SJ_PAUSE
        while status == core.SJ_PAUSE:
            with nogil:
                status = core.sj_wire_send(&self.wire, at, length, &sent, deadline)
            PyErr_CheckSignals()
        check(status, &self.wire, "0006:031a")

    def receive(self, double seconds):
        """The next PDU as (type, body without its six-byte header). Aborted, TimedOut (0006:031a), ProtocolError."""
        cdef core.sj_pdu pdu
        cdef uint64_t deadline = deadline_in(seconds)
        cdef sj_status status = core.SJ_PAUSE
        while status == core.SJ_PAUSE:
            with nogil:
                status = core.sj_wire_receive(&self.wire, &pdu, deadline)
            PyErr_CheckSignals()
        check(status, &self.wire, "0006:031a")
        return pdu.type, PyBytes_FromStringAndSize(<const char *>pdu.body, pdu.length)

    def store(self, Source source not None, uint8_t context_id, bytes class_uid not None, bytes instance_uid not None,
              uint16_t message_id, Source upcoming, bytes upcoming_path, int expect):
        """C-STORE the data set of ``source`` and wait for its response: (status, error comment).

        The data set goes out as it is stored, followed by a NUL where its length is odd (PS3.5 A.5, 7.1.1). While the
        peer works on it, the file that comes next, if one is named, is opened and scanned by ``upcoming``: its own
        ``open()`` and ``scan()`` then only tell what was found.
        """
        cdef core.sj_store *store = &self.pending
        cdef sj_status status
        if source.source.file < 0:
            raise InternalError("a source without a file is to be sent")
        self.address(context_id, class_uid, instance_uid, message_id)
        store.source = &source.source
        self.sending = source
        if source.recoding:
            source.rewind()
            store.stream = &source.stream
            store.window = &source.stream.window
            store.message.data_length = source.stream.length
        else:
            store.data_offset = source.begin()
            store.stored_length = source.source.size - store.data_offset
            store.message.data_length = store.stored_length + (store.stored_length & 1)
        if upcoming is not None and upcoming_path is not None:
            upcoming.close()
            store.upcoming.source = &upcoming.source
            store.upcoming.scan = &upcoming.found
            store.upcoming.marks = &upcoming.places if upcoming.marking else NULL
            store.upcoming.path = upcoming_path
            store.upcoming.expect = <core.sj_expect>expect
        self.measure()
        status = self.run()
        if store.upcoming.done:
            upcoming.ahead = store.upcoming
            upcoming.ahead_path = upcoming_path
        if status == core.SJ_FILE_IO or status == core.SJ_FILE_CHANGED:
            raise file_failure(status, &source.source, NULL)
        return self.response(status)

    cdef address(self, uint8_t context_id, bytes class_uid, bytes instance_uid, uint16_t message_id):
        """A new message: its command set, its context, its times."""
        cdef core.sj_store *store = &self.pending
        if self.fragment == 0:
            raise ProtocolError(words(core.SJ_MAX_LENGTH_TOO_SMALL), "0006:0308")
        memset(store, 0, sizeof(core.sj_store))
        store.message.command_length = core.sj_command_store(
            self.command, PyBytes_AS_STRING(class_uid), PyBytes_GET_SIZE(class_uid),
            PyBytes_AS_STRING(instance_uid), PyBytes_GET_SIZE(instance_uid), message_id)
        if store.message.command_length == 0:
            raise InputError("has a UID of more than 64 characters", "0006:0202")
        store.message.command = self.command
        store.message.fragment = self.fragment
        store.message.context_id = store.answer.context_id = context_id
        store.stall = nanoseconds(self.stall)
        store.patience = nanoseconds(self.patience)
        store.message_id = message_id

    cdef measure(self):
        """The length of the message's stream of PDUs; from here on it is under way."""
        self.pending.stream_length = core.sj_message_stream(&self.pending.message)
        if self.pending.stream_length == 0:
            check(core.SJ_TOO_LARGE, &self.wire, "")
        self.storing = True

    cdef sj_status run(self):
        """Send what is due, with looks for signals in between."""
        cdef sj_status status = core.SJ_PAUSE
        while status == core.SJ_PAUSE:
            with nogil:
                status = core.sj_store_run(&self.wire, &self.pending)
            if status == core.SJ_PAUSE:
                PyErr_CheckSignals()
        return status

    cdef object response(self, sj_status status):
        """(status, error comment) of the response."""
        cdef core.sj_response *response = &self.pending.response
        check(status, &self.wire, "0006:0207")
        self.storing = False
        return response.status, response.comment[:response.comment_length].decode("latin-1")

    def begin(self, uint8_t context_id, bytes class_uid not None, bytes instance_uid not None, uint16_t message_id):
        """Begin a C-STORE whose data set is given in pieces, its length not known beforehand."""
        self.address(context_id, class_uid, instance_uid, message_id)
        if self.pushed.bytes == NULL:
            self.pushed.bytes = <uint8_t *>malloc(WINDOW)
            if self.pushed.bytes == NULL:
                raise MemoryError
            self.pushed.capacity = WINDOW
        self.pushed.at = self.pushed.length = 0
        self.pending.window = &self.pushed
        self.pending.message.data_length = core.SJ_OPEN_ENDED
        self.measure()

    def push(self, bytes piece not None):
        """Send a piece of the data set; what does not fill a fragment waits for the next one."""
        cdef const uint8_t *at = <const uint8_t *>PyBytes_AS_STRING(piece)
        cdef size_t left = PyBytes_GET_SIZE(piece), room
        cdef uint64_t sent
        cdef sj_status status
        if not self.storing or self.pending.window != &self.pushed:
            raise InternalError("a piece of a data set is given without a message that it belongs to")
        while left > 0:
            room = min(left, self.pushed.capacity - self.pushed.length - 1)
            memcpy(self.pushed.bytes + self.pushed.length, at, room)
            self.pushed.length += room
            at += room
            left -= room
            status = self.run()
            if status != core.SJ_MORE:
                check(status, &self.wire, "0006:0207")
            sent = core.sj_message_data_at(&self.pending.message, self.pending.stream_offset) - self.pushed.at
            memmove(self.pushed.bytes, self.pushed.bytes + sent, self.pushed.length - sent)
            self.pushed.at += sent
            self.pushed.length -= sent

    def finish(self, bytes piece not None):
        """The last piece, then a NUL if all is odd; waits for the response: (status, error comment)."""
        self.push(piece)
        if self.pushed.at + self.pushed.length & 1:
            self.pushed.bytes[self.pushed.length] = 0
            self.pushed.length += 1
        self.pending.message.data_length = self.pushed.at + self.pushed.length
        self.measure()
        return self.response(self.run())

    @property
    def answer(self):
        """The command set of the response that came last, as it came."""
        return PyBytes_FromStringAndSize(<const char *>self.pending.answer.bytes, self.pending.answer.length)

    @property
    def data_pdus(self):
        """How many P-DATA-TF PDUs the data set of the message that was sent last takes."""
        cdef core.sj_message *message = &self.pending.message
        return (message.data_length + message.fragment - 1) // message.fragment if message.fragment else 0

    def settle(self, double seconds):
        """After a store that failed: bring the stream to a PDU boundary. True when an A-ABORT may follow."""
        cdef uint64_t deadline = deadline_in(seconds)
        cdef sj_status status
        if not self.storing:
            return True
        with nogil:
            status = core.sj_store_settle(&self.wire, &self.pending, deadline)
        return status == core.SJ_OK

    def drain(self, double seconds):
        """Throw away what comes until the peer closes; True when it did so in time."""
        cdef uint64_t deadline = deadline_in(seconds)
        cdef sj_status status = core.SJ_PAUSE
        while status == core.SJ_PAUSE:
            with nogil:
                status = core.sj_wire_drain(&self.wire, deadline)
        return status == core.SJ_OK


cdef class Recoder:
    """A data set on its way into another encoding, given piece by piece: one run that counts, one that writes.

    Encodings are IMPLICIT_LITTLE, EXPLICIT_LITTLE or EXPLICIT_BIG (ValueError for another). ``old_vrs``: OB stands for the VRs
    that came later. ``size``: bytes of the data set, if known (not of a stream): then count() can leave out values.
    """

    cdef core.sj_recode recode
    cdef Lexicon lexicon            # the recode points to it
    cdef bytes rest                 # given, but not yet taken

    def __cinit__(self, int from_encoding, int to_encoding, bint old_vrs=False, Lexicon lexicon=None, size=None):
        cdef uint64_t bytes_in_all = core.SJ_SIZE_UNKNOWN if size is None else size
        for encoding in (from_encoding, to_encoding):
            if not 0 <= encoding <= core.SJ_EXPLICIT_BIG:
                raise ValueError(f"{encoding} is no encoding of elements")
        if bytes_in_all > core.SJ_SIZE_UNKNOWN:
            raise ValueError(f"{size} is no size")
        self.lexicon = lexicon
        self.rest = b""
        core.sj_recode_init(&self.recode, <core.sj_encoding>from_encoding, <core.sj_encoding>to_encoding, old_vrs,
                            &lexicon.rows if lexicon is not None else NULL, bytes_in_all)

    def rewind(self):
        """Back to the beginning, for the run that writes; what the first run found out stays known."""
        self.rest = b""
        core.sj_recode_rewind(&self.recode)

    def count(self, bytes data not None, bint ends):
        """Count what the next bytes of the data set make (see ``made``). InputError for what is wrong with them.

        Returns how many of the bytes that follow need not be given: go on behind them.
        """
        cdef bytes window = self.rest + data if self.rest else data
        cdef const uint8_t *at = <const uint8_t *>PyBytes_AS_STRING(window)
        cdef size_t length = PyBytes_GET_SIZE(window)
        cdef uint64_t before = self.recode.taken, taken
        cdef sj_status status
        with nogil:
            status = core.sj_recode_step(&self.recode, at, length, ends, NULL, 0)
        self.check(status)
        taken = self.recode.taken - before
        self.rest = window[taken:] if taken < length else b""
        return taken - length if taken > length else 0

    def feed(self, bytes data not None, bint ends):
        """What the next bytes of the data set make, so far as it is certain. InputError for what is wrong with them."""
        cdef bytes window = self.rest + data if self.rest else data
        cdef const uint8_t *at = <const uint8_t *>PyBytes_AS_STRING(window)
        cdef size_t length = PyBytes_GET_SIZE(window), done = 0, room = length + (length >> 2) + 1024, made
        cdef uint64_t before, made_before
        cdef uint8_t *out
        cdef sj_status status = core.SJ_MORE
        pieces = []
        while True:
            piece = PyBytes_FromStringAndSize(NULL, room)
            out = <uint8_t *>PyBytes_AS_STRING(piece)
            before, made_before = self.recode.taken, self.recode.made
            with nogil:
                status = core.sj_recode_step(&self.recode, at + done, length - done, ends, out, room)
            self.check(status)
            done += self.recode.taken - before
            made = self.recode.made - made_before
            pieces.append(piece if made == room else piece[:made])
            if status == core.SJ_OK or room - made >= core.SJ_RECODE_ROOM:
                break
        self.rest = window[done:]
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    cdef object check(self, sj_status status):
        if status != core.SJ_OK and status != core.SJ_MORE:
            raise damage(words(status), self.recode.error_offset, self.recode.error_tag)

    @property
    def taken(self):
        return self.recode.taken

    @property
    def made(self):
        return self.recode.made
