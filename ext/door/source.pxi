# Files.


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
    cdef uint64_t opening           # how often a file was opened or closed: a walk ends with its file
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
        self.opening += 1
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
        self.opening += 1
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

    cdef int must_be_readable(self) except -1:
        """To be looked into, a file must have been scanned."""
        if not self.scanned:
            raise InternalError("a file is to be looked into that was not scanned")
        if self.found.encoding >= core.SJ_OPAQUE:
            raise InputError("has a data set that cannot be looked into: it is deflated, or its transfer syntax is private")
        return 0

    def images(self):
        """The compressed images of a scanned file: each data set or item whose Pixel Data is encapsulated (PS3.5 A.4).

        A list, in the order of the file, of ``(depth, marks, offset, header, VR, first_item, end, parents)``. ``depth``: how
        many items it is in, 0 for the data set. ``marks``: as those of ``marks()``, of what stands before its Pixel Data:
        group lengths, the Image Pixel attributes and the elements of group 7FE0; the place of an absent one is that of
        the next element. ``offset``, ``header``, ``VR``: of the Pixel Data element. ``first_item``: offset of the item
        that is its Basic Offset Table. ``end``: offset behind its delimiter. ``parents``: of each sequence and item of
        defined length around it, outermost first, ``(offset of the length, bytes of the length, the length)``. Offsets
        are those of the file, whatever its edit.

        The whole structure is checked, sequences of defined length included. InputError says what is wrong and where:
        that, fragments where PS3.5 A.4 allows none, two elements of Pixel Data side by side, or more than 10000 images.
        """
        self.must_be_readable()
        return images_of(&self.source, self.found.data_set_offset, self.found.encoding)

    def fragments(self, uint64_t first_item):
        """The fragments of the Pixel Data whose first item stands there. InputError says what is wrong and where."""
        cdef Fragments made = Fragments.__new__(Fragments)
        if first_item > self.source.file_size:
            raise InputError("has no fragments there: it is shorter")
        made.fill(&self.source, first_item)
        return made

    def directory_records(self):
        """The records of a scanned DICOMDIR that name files (PS3.3 F.3), one at a time, in the order of the file.

        Each is ``(offset of its item, file ID, class, instance, transfer syntax)``: Referenced File ID (0004,1500) as
        stored, its first 1000 bytes; UIDs as text without trailing NULs, None where the element is absent. InputError,
        when it comes to that, says what is wrong and where. The file must stay open meanwhile.
        """
        cdef core.sj_source own
        cdef core.sj_directory *directory
        cdef sj_status status
        cdef uint64_t opening = self.opening
        self.must_be_readable()
        directory = <core.sj_directory *>malloc(sizeof(core.sj_directory))
        if directory == NULL:
            raise MemoryError
        try:
            look_beside(&own, &self.source)
            try:
                core.sj_directory_init(directory, self.found.data_set_offset, own.size,
                                       <core.sj_encoding>self.found.encoding)
                while True:
                    if opening != self.opening:
                        raise InternalError("a directory was closed before its records were read")
                    with nogil:
                        status = core.sj_source_record(&own, directory)
                    if status != core.SJ_OK:
                        raise place_failure(status, &own, directory.walk.error_offset, directory.walk.error_tag)
                    if directory.done:
                        return
                    yield record_row(&directory.record)
            finally:
                free(own.window)
        finally:
            free(directory)

    def piece(self, uint64_t offset, uint64_t length):
        """Bytes of the file as it is stored. InputError where it fails, or is shorter. Any thread may call this."""
        cdef core.sj_source own = self.source
        cdef bytes made
        cdef uint8_t *at
        cdef sj_status status
        own.rope = NULL
        if offset > own.file_size or length > own.file_size - offset:
            raise damage(core.SJ_TRUNCATED, offset, 0)
        made = PyBytes_FromStringAndSize(NULL, <Py_ssize_t>length)
        at = <uint8_t *>PyBytes_AS_STRING(made)
        with nogil:
            status = core.sj_source_read(&own, offset, at, <size_t>length)
        if status != core.SJ_OK:
            raise file_failure(status, &own, NULL)
        return made

    def unchanged(self):
        """InputError where the file is no longer as long and as old as when it was opened."""
        cdef sj_status status = core.sj_source_unchanged(&self.source)
        if status != core.SJ_OK:
            raise file_failure(status, &self.source, NULL)

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
