# Compressed pixel data and the records of a directory: what is found by walking down into a file.

cdef enum:
    WALK_WINDOW = 64 * 1024
    #: what a file of any use has fewer of; their places take 12 bytes each
    MOST_FRAGMENTS = 4000000
    #: what a file of any use has fewer of, too; what is told of each takes some 4000 bytes
    MOST_IMAGES = 10000


cdef object place_failure(sj_status status, core.sj_source *source, uint64_t offset, uint32_t tag):
    """The exception for what is wrong at a place that a walk came to."""
    if status == core.SJ_FILE_IO or status == core.SJ_FILE_CHANGED:
        return file_failure(status, source, NULL)
    return damage(status, offset, tag)


cdef int look_beside(core.sj_source *own, const core.sj_source *source) except -1:
    """Another reader of a source's file: of what is stored, and with a window of its own, so that it disturbs no sending.

    ``own.window`` is to be freed.
    """
    own[0] = source[0]
    own.rope = NULL
    own.size = own.file_size
    own.length = 0
    own.capacity = WALK_WINDOW
    own.window = <uint8_t *>malloc(WALK_WINDOW)
    if own.window == NULL:
        raise MemoryError
    return 0


cdef tuple image_row(const core.sj_image *image):
    cdef int row
    parents = tuple([(image.parents[row].at, 4, image.parents[row].length) for row in range(image.parent_count)])
    return (image.depth, mark_rows(image.marks, core.SJ_IMAGE_MARK_COUNT), image.offset, image.header,
            bytes(image.vr[:2]), image.first_item, image.end, parents)


cdef list images_of(const core.sj_source *source, uint64_t data_set, int encoding):
    """See ``Source.images``."""
    cdef core.sj_source own
    cdef core.sj_images *images = <core.sj_images *>malloc(sizeof(core.sj_images))
    cdef sj_status status
    if images == NULL:
        raise MemoryError
    try:
        look_beside(&own, source)
        try:
            found = []
            core.sj_images_init(images, data_set, own.size, <core.sj_encoding>encoding)
            while True:
                with nogil:
                    status = core.sj_source_image(&own, images)
                if status != core.SJ_OK:
                    raise place_failure(status, &own, images.walk.error_offset, images.walk.error_tag)
                if images.done:
                    return found
                if len(found) == MOST_IMAGES:
                    raise placed(f"has more compressed images than {MOST_IMAGES}", images.image.offset, 0x7FE00010)
                found.append(image_row(&images.image))
        finally:
            free(own.window)
    finally:
        free(images)


cdef tuple record_row(core.sj_record *record):
    file = PyBytes_FromStringAndSize(<const char *>record.file, record.file_kept)
    return (record.offset, file, uid_text(&record.class_uid) if record.class_uid.present else None,
            uid_text(&record.instance_uid) if record.instance_uid.present else None,
            uid_text(&record.syntax_uid) if record.syntax_uid.present else None)


cdef class Fragments:
    """The fragments of one Pixel Data (PS3.5 A.4), in the order of the file: ``[index]`` is ``(offset, length)`` in bytes.

    Those of no bytes and of odd lengths are among them; the Basic Offset Table, which stands before them, is not.
    """

    cdef uint64_t *offsets
    cdef uint32_t *lengths
    cdef size_t count, room
    cdef core.sj_fragments walk

    def __init__(self):
        raise TypeError("fragments are made by Source.fragments()")

    def __dealloc__(self):
        free(self.offsets)
        free(self.lengths)

    cdef int grow(self) except -1:
        cdef size_t room = min(max(<size_t>64, self.room * 2), <size_t>MOST_FRAGMENTS + 1)
        cdef void *made
        made = realloc(self.offsets, room * sizeof(uint64_t))
        if made == NULL:
            raise MemoryError
        self.offsets = <uint64_t *>made
        made = realloc(self.lengths, room * sizeof(uint32_t))
        if made == NULL:
            raise MemoryError
        self.lengths = <uint32_t *>made
        self.room = room
        return 0

    cdef int fill(self, const core.sj_source *source, uint64_t first_item) except -1:
        cdef core.sj_source own
        cdef sj_status status = core.SJ_MORE
        cdef size_t made = 0
        look_beside(&own, source)
        try:
            core.sj_fragments_init(&self.walk, first_item, own.size)
            while status == core.SJ_MORE:
                if self.count > MOST_FRAGMENTS:
                    raise placed(f"has more fragments than {MOST_FRAGMENTS}", self.walk.position, 0x7FE00010)
                self.grow()
                with nogil:
                    status = core.sj_source_fragments(&own, &self.walk, self.offsets + self.count,
                                                      self.lengths + self.count, self.room - self.count, &made)
                self.count += made
            if status != core.SJ_OK:
                raise place_failure(status, &own, self.walk.error_offset, self.walk.error_tag)
        finally:
            free(own.window)
        return 0

    def __len__(self):
        return <Py_ssize_t>self.count

    def __getitem__(self, Py_ssize_t index):
        if index < 0:
            index += <Py_ssize_t>self.count
        if not 0 <= index < <Py_ssize_t>self.count:
            raise IndexError("there is no such fragment")
        return self.offsets[index], self.lengths[index]

    @property
    def table(self):
        """Of the Basic Offset Table's value: ``(offset, length)`` in bytes."""
        return self.walk.table, self.walk.table_length

    @property
    def end(self):
        """Offset behind the delimiter."""
        return self.walk.position
