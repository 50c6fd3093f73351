# Connections.


cdef class Wire:
    """A connected socket, from A-ASSOCIATE to A-RELEASE. The descriptor stays the caller's."""

    cdef core.sj_wire wire
    cdef core.sj_store pending
    cdef Source sending             # what `pending` points to must live as long as it
    cdef core.sj_window pushed      # of a data set that is given in pieces: what is not yet sent
    cdef core.sj_window shown       # what is being sent of it
    cdef bytes piece                # what `shown` may point into
    cdef uint8_t command[512]
    cdef bint storing, pushing
    cdef uint32_t fragment
    cdef uint64_t answered, settled # messages that were answered, and the bytes of their files
    cdef uint64_t size, outgoing    # of the present message: bytes of its file; about how many go out, 0: as many
    cdef public double stall, patience

    def __cinit__(self, int descriptor, *_):
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
        self.size = source.source.file_size
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
        cdef sj_status status
        cdef core.sj_store *store = &self.pending
        if self.fragment == 0:
            status = core.SJ_MAX_LENGTH_TOO_SMALL
            raise advised(status, ProtocolError(words(status), "0006:0308"))
        memset(store, 0, sizeof(core.sj_store))
        self.pushing = False
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
        self.answered += 1
        self.settled += self.size
        self.size = self.outgoing = 0
        return response.status, response.comment[:response.comment_length].decode("latin-1")

    def begin(self, uint8_t context_id, bytes class_uid not None, bytes instance_uid not None, uint16_t message_id,
              uint64_t size=0, uint64_t outgoing=0):
        """Begin a C-STORE whose data set is given in pieces, its length not known beforehand.

        For ``moved``: ``size`` is that of its file in bytes, ``outgoing`` about what goes out, 0: nobody knows.
        """
        self.address(context_id, class_uid, instance_uid, message_id)
        if self.pushed.bytes == NULL:
            self.pushed.bytes = <uint8_t *>malloc(WINDOW)
            if self.pushed.bytes == NULL:
                raise MemoryError
            self.pushed.capacity = WINDOW
        self.size = size
        self.outgoing = outgoing
        self.pushed.at = self.pushed.length = 0
        self.pending.window = &self.pushed
        self.pending.message.data_length = core.SJ_OPEN_ENDED
        self.measure()
        self.pushing = True

    def push(self, bytes piece not None):
        """Send a piece of the data set; what does not fill a fragment waits for the next one. After a failure the message
        takes no more of them."""
        cdef const uint8_t *at = <const uint8_t *>PyBytes_AS_STRING(piece)
        cdef size_t left = PyBytes_GET_SIZE(piece), fragment = self.pending.message.fragment, part
        if not self.storing or not self.pushing:
            raise InternalError("a piece of a data set is given without a message that it belongs to")
        self.pushing = False
        self.piece = piece
        while left > 0:
            if self.pushed.length == 0 and left > fragment:
                # whole fragments go out from where they are
                part = self.send_from(at, left)
                at += part
                left -= part
                self.pushed.at += part
            # as much as completes the fragment that has begun, with the byte that is held back
            part = min(left, fragment + 1 - self.pushed.length)
            memcpy(self.pushed.bytes + self.pushed.length, at, part)
            self.pushed.length += part
            at += part
            left -= part
            if self.pushed.length > fragment:
                part = self.send_from(self.pushed.bytes, self.pushed.length)
                memmove(self.pushed.bytes, self.pushed.bytes + part, self.pushed.length - part)
                self.pushed.at += part
                self.pushed.length -= part
        self.pending.window = &self.pushed
        self.piece = None
        self.pushing = True

    cdef size_t send_from(self, const uint8_t *at, size_t length) except? 0:
        """Send the whole fragments of bytes that stand at ``pushed.at`` of the data set; how many bytes that are."""
        cdef sj_status status
        # what goes out is only read; where it fails, this window is what the PDU that was begun ends from
        self.shown.bytes = <uint8_t *>at
        self.shown.length = length
        self.shown.at = self.pushed.at
        self.pending.window = &self.shown
        status = self.run()
        if status != core.SJ_MORE:
            check(status, &self.wire, "0006:0207")
        return <size_t>(core.sj_message_data_at(&self.pending.message, self.pending.stream_offset) - self.pushed.at)

    def finish(self, bytes piece not None):
        """The last piece, then a NUL if all is odd; waits for the response: (status, error comment)."""
        self.push(piece)
        if self.pushed.at + self.pushed.length & 1:
            self.pushed.bytes[self.pushed.length] = 0
            self.pushed.length += 1
        self.pending.message.data_length = self.pushed.at + self.pushed.length
        self.pending.window = &self.pushed
        self.pushing = False
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

    @property
    def data_bytes(self):
        """How many bytes the data set of the message that was sent last takes, its null pad included."""
        return self.pending.message.data_length

    @property
    def moved(self):
        """(messages that were answered, bytes of files): the present file counts in proportion to what was sent of it.

        Another thread may ask while this one sends.
        """
        cdef uint64_t sent, length
        core.sj_store_look(&self.pending, &sent, &length)
        length = length or self.outgoing or self.size
        part = min(self.size, self.size * <object>sent // <object>length) if length and self.size else 0
        return self.answered, self.settled + part

    def settle(self, double seconds):
        """After a store that failed: bring the stream to a PDU boundary. True when an A-ABORT may follow."""
        cdef uint64_t deadline = deadline_in(seconds)
        cdef sj_status status
        self.size = 0  # what was sent of it counts for nothing
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

    def conclude(self):
        """Tell the peer that nothing more will come, where the transport has words for it. Waits for nothing."""
