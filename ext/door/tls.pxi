# Connections through TLS (RFC 8446, RFC 5246).

from cpython.memoryview cimport PyMemoryView_FromMemory

cdef extern from "Python.h":
    const int PyBUF_READ
    const int PyBUF_WRITE

cdef enum:
    # the most plaintext of one write: one PDU of the largest (131072 bytes of payload, 6 of header)
    COMPOSED = 129 * 1024
    # and of those that are smaller, several. The peer opens one piece while the next is made, and has nothing to do until
    # the first one comes, as we have nothing until it has opened the last; so large pieces are slower than small ones
    PIECE = 65 * 1024
    # received records that may wait to be opened before no more are taken in
    UNOPENED = 256 * 1024
    RECORD_HEADER = 5

#: where the stream ended and TLS did not: RFC 8446 6.1 calls it a truncation attack, unless the protocol was over
cdef str CUT_OFF = "peer closed the connection without ending TLS (close_notify): it broke down, or the stream was cut"


cdef class TlsWire(Wire):
    """A Wire whose bytes go through TLS: the kernels fill one buffer with whole PDUs, TLS makes records of it in one go.

    ``tls`` is an ``ssl.SSLObject`` over the two ``ssl.MemoryBIO``; ``explain`` makes of an ``ssl.SSLError`` what is
    raised in its place. The records themselves are sent and received as a Wire's bytes are: with its deadlines, its
    looks for signals, its ear for an A-ABORT.
    """

    cdef object tls, incoming, outgoing, explain
    cdef object ssl_error, want_read
    cdef core.sj_inbox opened       # PDUs out of the records that came
    cdef uint8_t *composed          # whole PDUs that are not yet in records
    cdef object shown_composed
    cdef size_t made
    cdef bytes records              # on their way
    cdef size_t sent                # bytes of them
    cdef bint completing            # they hold the end of a message
    cdef bint closing, ended        # close_notify was sent, has come
    # where the record ends of which a part has come
    cdef uint8_t header[RECORD_HEADER]
    cdef size_t header_length, record_rest

    def __cinit__(self, int descriptor, *_):
        self.opened.capacity = INBOX
        self.opened.bytes = <uint8_t *>malloc(INBOX)
        self.composed = <uint8_t *>malloc(COMPOSED)
        if self.opened.bytes == NULL or self.composed == NULL:
            raise MemoryError
        self.wire.sealed = True

    def __init__(self, int descriptor, tls, incoming, outgoing, explain):
        import ssl

        self.tls, self.incoming, self.outgoing, self.explain = tls, incoming, outgoing, explain
        self.ssl_error, self.want_read = ssl.SSLError, ssl.SSLWantReadError
        self.shown_composed = PyMemoryView_FromMemory(<char *>self.composed, COMPOSED, PyBUF_READ)

    def __dealloc__(self):
        free(self.opened.bytes)
        free(self.composed)

    def handshake(self, double seconds):
        """Agree on keys, and have the peer verified. What ``explain`` makes of a failure, Aborted, TimedOut, NetworkError."""
        cdef uint64_t deadline = deadline_in(seconds)
        cdef sj_status status = core.SJ_OK
        cdef bint done = False
        while not done:
            try:
                self.tls.do_handshake()
                done = True
            except self.want_read:
                pass
            except self.ssl_error as error:
                raise self.explain(error) from None
            self.take_records()
            check(self.press(&deadline, 0), &self.wire, "0006:031a")
            if not done:
                status = self.more(deadline)
                if status == core.SJ_PEER_CLOSED:
                    self.incoming.write_eof()
                elif status == core.SJ_PEER_SILENT:
                    raise TimedOut("peer did not complete the TLS handshake in time", "0006:031a")
                else:
                    check(status, &self.wire, "0006:031a")

    cdef sj_status more(self, uint64_t deadline):
        """Wait until further records, or parts of them, have come, and hand them to TLS."""
        cdef sj_status status = core.SJ_PAUSE
        while status == core.SJ_PAUSE or status == core.SJ_MORE:
            with nogil:
                status = core.sj_wire_await(&self.wire, deadline)
            PyErr_CheckSignals()
        self.feed()
        return status

    cdef feed(self):
        """Hand TLS what has come in, and keep account of where its last record ends."""
        cdef core.sj_inbox *raw = &self.wire.inbox
        cdef const uint8_t *at = raw.bytes + raw.start
        cdef size_t left = raw.end - raw.start, part
        if left == 0:
            return
        self.incoming.write(PyBytes_FromStringAndSize(<const char *>at, left))
        raw.start = raw.end = 0
        while left > 0:
            if self.record_rest == 0:
                part = min(left, RECORD_HEADER - self.header_length)
                memcpy(self.header + self.header_length, at, part)
                self.header_length += part
                if self.header_length == RECORD_HEADER:
                    self.record_rest = self.header[3] << 8 | self.header[4]
                    self.header_length = 0
            else:
                part = min(left, self.record_rest)
                self.record_rest -= part
            at += part
            left -= part

    cdef bint open(self) except -1:
        """Open records that have come: True if there are more bytes of PDUs now."""
        cdef uint8_t *at
        cdef size_t room = core.sj_inbox_room(&self.opened, &at)
        if room == 0 or self.ended:
            return False
        try:
            got = self.tls.read(room, PyMemoryView_FromMemory(<char *>at, room, PyBUF_WRITE))
        except self.want_read:
            return False
        except self.ssl_error as error:
            raise self.explain(error) from None
        self.ended = got == 0
        self.opened.end += <size_t>got
        return not self.ended

    cdef take_records(self):
        """What TLS has made is what is sent next."""
        self.records = self.outgoing.read()
        self.sent = 0

    cdef sj_status seal(self, object data, size_t length, uint64_t *deadline, uint64_t stall):
        """Have TLS make records of the bytes. The times are those of ``press``, for where it must wait for new keys."""
        cdef size_t done = 0
        cdef sj_status status
        while done < length:
            try:
                done += <size_t>self.tls.write(data[done:length])
            except self.want_read:
                status = self.agree(deadline, stall)
                if status != core.SJ_OK:
                    return status
            except self.ssl_error as error:
                raise self.explain(error) from None
        self.take_records()
        return core.SJ_OK

    cdef sj_status agree(self, uint64_t *deadline, uint64_t stall):
        """One step of a handshake that the peer has asked for (RFC 5246 7.4.1.1): our part of it out, and more of theirs in."""
        cdef sj_status status
        self.take_records()
        status = self.press(deadline, stall)
        if status == core.SJ_OK:
            status = self.more(later(stall) if stall > 0 else deadline[0])
        # what they send besides is to be opened before TLS looks for the handshake alone
        while self.open():
            pass
        if self.incoming.pending >= UNOPENED:
            raise ProtocolError("peer sends data instead of completing the TLS handshake that it has begun", "0006:031f")
        return self.closed() if status == core.SJ_PEER_CLOSED or status == core.SJ_OK and self.ended else status

    cdef sj_status reply(self, uint64_t deadline, uint64_t stall):
        """Send what TLS had to say to the records that came: its part of new keys."""
        if self.outgoing.pending == 0:
            return core.SJ_OK
        if self.records is None:
            self.take_records()
        if deadline == core.SJ_FOREVER:
            deadline = later(stall)
        return self.press(&deadline, 0)

    cdef sj_status press(self, uint64_t *deadline, uint64_t stall):
        """Send the records that are on their way. ``stall``: the deadline is of a wait, not of the whole; 0: of the whole."""
        cdef const uint8_t *at
        cdef size_t length
        cdef sj_status status, heard
        while self.records is not None:
            at = <const uint8_t *>PyBytes_AS_STRING(self.records)
            length = PyBytes_GET_SIZE(self.records)
            with nogil:
                if stall > 0:
                    status = core.sj_wire_press(&self.wire, at, length, &self.sent, stall, deadline)
                else:
                    status = core.sj_wire_send(&self.wire, at, length, &self.sent, deadline[0])
            if status == core.SJ_OK:
                self.records = None
                return status
            PyErr_CheckSignals()
            heard = self.hear()
            if heard != core.SJ_OK:
                return heard
            if status == core.SJ_PEER_CLOSED:
                return self.closed()
            if status != core.SJ_PAUSE:
                return status
        return core.SJ_OK

    cdef sj_status hear(self):
        """Has the peer said that it is over, while we were sending?"""
        if self.incoming.pending < UNOPENED:
            self.feed()
        while self.open():
            pass
        if self.records is not None and self.outgoing.pending > 0:
            self.records = self.records[self.sent:] + self.outgoing.read()
            self.sent = 0
        cdef sj_status status = core.sj_wire_hear(&self.wire, &self.opened)
        return core.SJ_PEER_CLOSED if status == core.SJ_OK and self.ended else status

    cdef sj_status closed(self):
        """The end of the stream, which is one of TLS or is to be told as none."""
        if not self.ended:
            raise Aborted(CUT_OFF, "0006:0317")
        return core.SJ_PEER_CLOSED

    cdef sj_status next_pdu(self, core.sj_pdu *pdu, uint64_t *deadline, uint64_t stall):
        """The next PDU. What has begun must go on: ``stall`` limits that where nothing else does."""
        cdef sj_status status
        cdef bint begun
        while True:
            status = core.sj_inbox_take(&self.opened, pdu)
            if status != core.SJ_MORE:
                return status
            if self.open():
                continue
            if self.ended:
                return core.SJ_PEER_CLOSED
            status = self.reply(deadline[0], stall)
            if status != core.SJ_OK:
                return status
            with nogil:
                status = core.sj_wire_await(&self.wire, deadline[0])
            PyErr_CheckSignals()
            self.feed()
            begun = self.opened.end > self.opened.start or self.record_rest > 0 or self.header_length > 0
            if status == core.SJ_PAUSE and begun and deadline[0] == core.SJ_FOREVER:
                deadline[0] = later(stall)
            elif status == core.SJ_PEER_SILENT:
                return core.SJ_PEER_STALLED if begun else status
            elif status == core.SJ_PEER_CLOSED:
                if not self.open():
                    return self.closed()
            elif status != core.SJ_OK and status != core.SJ_MORE and status != core.SJ_PAUSE:
                return status

    def send(self, bytes data not None, double seconds):
        cdef uint64_t deadline = deadline_in(seconds)
        check(self.press(&deadline, 0), &self.wire, "0006:031a")
        check(self.seal(memoryview(data), PyBytes_GET_SIZE(data), &deadline, 0), &self.wire, "0006:031a")
        check(self.press(&deadline, 0), &self.wire, "0006:031a")

    def receive(self, double seconds):
        cdef core.sj_pdu pdu
        cdef uint64_t deadline = deadline_in(seconds)
        check(self.next_pdu(&pdu, &deadline, core.SJ_FOREVER), &self.wire, "0006:031a")
        return pdu.type, PyBytes_FromStringAndSize(<const char *>pdu.body, pdu.length)

    cdef sj_status run(self):
        cdef core.sj_store *store = &self.pending
        cdef size_t room = PIECE if store.message.fragment + core.SJ_PDV_HEADER <= PIECE else COMPOSED
        cdef core.sj_pdu pdu
        cdef sj_status status
        while True:
            status = self.press(&store.deadline, store.stall)
            if status != core.SJ_OK:
                return status
            if store.stream_offset == store.stream_length and self.made == 0:
                break
            with nogil:
                status = core.sj_store_compose(store, self.composed, room, &self.made)
            if status != core.SJ_OK:
                return status
            self.completing = store.stream_offset == store.stream_length
            status = self.seal(self.shown_composed, self.made, &store.deadline, store.stall)
            if status != core.SJ_OK:
                return status
            self.made = 0
        self.completing = False
        with nogil:
            core.sj_upcoming_prepare(&store.upcoming, store.message.fragment)
        store.deadline = later(store.patience)
        while True:
            status = self.next_pdu(&pdu, &store.deadline, store.stall)
            if status == core.SJ_OK:
                status = core.sj_store_heed(&self.wire, store, &pdu)
            if status != core.SJ_MORE:
                return status

    def settle(self, double seconds):
        cdef uint64_t deadline = deadline_in(seconds)
        # what is in no record yet are whole PDUs, which need not go out
        self.made = 0
        if self.records is None and self.outgoing.pending > 0:
            self.take_records()  # a signal came between the making of records and the taking
        if self.records is None:
            return True
        return not self.completing and self.press(&deadline, 0) == core.SJ_OK

    def conclude(self):
        cdef size_t sent = 0
        cdef bytes last
        if self.closing or self.records is not None:
            return
        self.closing = True
        try:
            self.tls.unwrap()
        except (self.ssl_error, ValueError, OSError):
            pass
        last = self.outgoing.read()
        core.sj_wire_send(&self.wire, <const uint8_t *>PyBytes_AS_STRING(last), PyBytes_GET_SIZE(last), &sent, core.sj_now())


cdef uint64_t later(uint64_t span):
    cdef uint64_t now = core.sj_now()
    return core.SJ_FOREVER if span >= core.SJ_FOREVER - now else now + span
