# Data sets in another encoding, piece by piece.


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

    def passes(self, uint64_t count):
        """Whether the next bytes, of a value, go out as they are: then they count as fed. False: they are to be fed."""
        return not self.rest and core.sj_recode_pass(&self.recode, count)

    cdef object check(self, sj_status status):
        if status != core.SJ_OK and status != core.SJ_MORE:
            raise damage(status, self.recode.error_offset, self.recode.error_tag)

    @property
    def taken(self):
        return self.recode.taken

    @property
    def made(self):
        return self.recode.made
