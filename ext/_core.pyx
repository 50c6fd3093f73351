# cython: language_level=3, boundscheck=False, wraparound=False, embedsignature=False, binding=False
"""The thin door: views in, GIL released, one ``check()`` that raises. What the kernels promise stands in core/core.h."""

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize, PyBytes_GET_SIZE
from cpython.exc cimport PyErr_CheckSignals
from libc.stdint cimport uint8_t, uint16_t, uint32_t, uint64_t
from libc.stdlib cimport free, malloc
from libc.string cimport memset, strerror

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

cdef enum:
    WINDOW = 512 * 1024
    INBOX = 256 * 1024


cdef str words(sj_status status):
    return core.sj_status_text(status).decode("ascii")


cdef object file_failure(sj_status status, core.sj_source *source, core.sj_scan *scan):
    """The exception for what is wrong with a file."""
    text = words(status)
    if status == core.SJ_FILE_IO:
        reason = strerror(source.error).decode("utf-8", "replace")
        return Unreadable(f"{text}: {reason}")
    if scan == NULL or status <= core.SJ_FILE_CHANGED:
        return InputError(text)
    offset = scan.error_offset
    tag = scan.error_tag
    if tag:
        text = f"{text} (element ({tag >> 16:04x},{tag & 0xFFFF:04x}) at byte {offset})"
    return InputError(text, "", offset, tag)


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


cdef class Source:
    """One file at a time, read through one reused window."""

    cdef core.sj_source source
    cdef core.sj_scan found
    cdef core.sj_upcoming ahead     # what Wire.store() found when it opened and scanned the file ahead of time
    cdef bytes ahead_path           # None: nothing was prepared

    def __cinit__(self):
        self.source.file = -1
        self.source.capacity = WINDOW
        self.source.window = <uint8_t *>malloc(WINDOW)
        if self.source.window == NULL:
            raise MemoryError

    def __dealloc__(self):
        core.sj_source_close(&self.source)
        free(self.source.window)

    def open(self, bytes path not None):
        """Open a file. InputError when it cannot be read, is empty, or is not a regular file."""
        cdef const char *name = path
        cdef sj_status status
        if b"\0" in path:
            raise InputError("has a null character in its name")
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
        """Close the file; may be called again."""
        self.ahead_path = None
        core.sj_source_close(&self.source)

    def scan(self, int expect, int extent):
        """Find out what the file is (PS3.10 7). InputError says what is wrong and where."""
        cdef sj_status status
        if self.ahead_path is not None and self.ahead.expect == expect and extent == READ_WHOLE:
            status = self.ahead.scanned
        else:
            core.sj_scan_init(&self.found, self.source.size, <core.sj_expect>expect, <core.sj_extent>extent)
            with nogil:
                status = core.sj_source_scan(&self.source, &self.found)
        self.ahead_path = None
        if status != core.SJ_OK:
            raise file_failure(status, &self.source, &self.found)

    def identify(self, bytes head not None):
        """Take SOP class and instance from the beginning of an inflated data set."""
        core.sj_scan_identity(&self.found, <const uint8_t *>PyBytes_AS_STRING(head), PyBytes_GET_SIZE(head))

    def facts(self):
        """(SOP class, SOP instance, transfer syntax of the meta information, encoding, guessed) of a scanned file."""
        return (uid_text(&self.found.class_uid), uid_text(&self.found.instance_uid),
                uid_text(&self.found.meta_syntax), self.found.encoding, bool(self.found.guessed))

    @property
    def size(self):
        return self.source.size

    @property
    def data_set_offset(self):
        return self.found.data_set_offset

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
        cdef sj_status status = core.SJ_PAUSE
        if source.source.file < 0:
            raise InternalError("a source without a file is to be sent")
        if self.fragment == 0:
            raise ProtocolError(words(core.SJ_MAX_LENGTH_TOO_SMALL), "0006:0308")
        memset(store, 0, sizeof(core.sj_store))
        store.message.command_length = core.sj_command_store(
            self.command, PyBytes_AS_STRING(class_uid), PyBytes_GET_SIZE(class_uid),
            PyBytes_AS_STRING(instance_uid), PyBytes_GET_SIZE(instance_uid), message_id)
        if store.message.command_length == 0:
            raise InputError("has a UID of more than 64 characters", "0006:0202")
        store.message.command = self.command
        store.source = &source.source
        self.sending = source
        store.data_offset = source.found.data_set_offset
        store.stored_length = source.source.size - store.data_offset
        store.message.data_length = store.stored_length + (store.stored_length & 1)
        store.message.fragment = self.fragment
        store.message.context_id = store.answer.context_id = context_id
        store.stream_length = core.sj_message_stream(&store.message)
        if store.stream_length == 0:
            check(core.SJ_TOO_LARGE, &self.wire, "")
        store.stall = nanoseconds(self.stall)
        store.patience = nanoseconds(self.patience)
        store.message_id = message_id
        if upcoming is not None and upcoming_path is not None:
            upcoming.close()
            store.upcoming.source = &upcoming.source
            store.upcoming.scan = &upcoming.found
            store.upcoming.path = upcoming_path
            store.upcoming.expect = <core.sj_expect>expect
        self.storing = True
        while status == core.SJ_PAUSE:
            with nogil:
                status = core.sj_store_run(&self.wire, store)
            if status == core.SJ_PAUSE:
                PyErr_CheckSignals()
        if store.upcoming.done:
            upcoming.ahead = store.upcoming
            upcoming.ahead_path = upcoming_path
        if status == core.SJ_FILE_IO or status == core.SJ_FILE_CHANGED:
            raise file_failure(status, &source.source, NULL)
        check(status, &self.wire, "0006:0207")
        self.storing = False
        return store.response.status, store.response.comment[:store.response.comment_length].decode("latin-1")

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
