# Paths, and data sets that are given in pieces: what needs no open file.


cdef str uid_text(core.sj_uid *uid):
    return uid.text[:uid.length].decode("latin-1")


cdef tuple mark_rows(const core.sj_mark *marks, int count):
    """Marks as tuples, in ascending order of their tags: see ``Source.marks``."""
    cdef const core.sj_mark *mark
    cdef int row
    rows = []
    for row in range(count):
        mark = &marks[row]
        value = PyBytes_FromStringAndSize(<const char *>mark.value, mark.kept)
        vr = bytes(mark.vr[:2]) if mark.vr[0] else b""
        rows.append((mark.tag, bool(mark.found), mark.offset, mark.header, mark.length, vr, bool(mark.repeated), value))
    return tuple(rows)


cdef tuple marks_of(core.sj_marks *marks):
    return mark_rows(marks.rows, core.SJ_MARK_COUNT)


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
                raise damage(status, scan.error_offset, scan.error_tag, INFLATED)
        held = held[scan.position - at:] if scan.position < end else b""
        at = end - <size_t>PyBytes_GET_SIZE(held)
    if scan.position > end:
        raise damage(core.SJ_TRUNCATED, scan.error_offset, scan.error_tag, INFLATED)
    if scan.position < end or scan.depth != 1:
        raise damage(core.SJ_TRUNCATED, scan.position, scan.frames[scan.depth - 1].tag, INFLATED)
    for row in range(core.SJ_MARK_COUNT):
        if not marks.rows[row].found and marks.rows[row].offset == core.SJ_SIZE_UNKNOWN:
            marks.rows[row].offset = end
    return end, scan.spaced, marks_of(&marks)


def matches(bytes pattern not None, bytes name not None):
    """Whether a file's base name matches a shell pattern (POSIX fnmatch, as --scan-pattern wants)."""
    return fnmatch(pattern, name, FNM_PATHNAME) == 0


cdef enum:
    PATHS_AT_ONCE = 64


def size_of(list paths not None):
    """Bytes of the regular files among the first 64 of these paths (bytes), in all. Lets other threads run meanwhile."""
    cdef const char *names[PATHS_AT_ONCE]
    cdef uint64_t total = 0
    cdef int count = 0, at
    cdef list kept = [path for path in paths[:PATHS_AT_ONCE] if b"\0" not in path]
    for path in kept:
        names[count] = PyBytes_AS_STRING(path)
        count += 1
    with nogil:
        for at in range(count):
            total += core.sj_path_size(names[at])
    return total


def kind_of(bytes path not None):
    """"file", "directory", or why the path names neither."""
    cdef int error = 0
    cdef sj_status status = core.sj_path_kind(path, &error)
    if status == core.SJ_OK:
        return "file"
    if status == core.SJ_DIRECTORY:
        return "directory"
    return strerror(error).decode("utf-8", "replace") if status == core.SJ_FILE_IO else words(status)
