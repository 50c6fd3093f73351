# Frames compressed by JPEG-LS.


cdef object frame_failure(sj_status status, size_t offset, str more=""):
    """The exception for what is wrong with a compressed frame."""
    return damage(status, offset, 0, " of the frame", more)


def jpegls_header(bytes stream not None):
    """What a JPEG-LS frame says of itself: rows, columns, components, bits of a sample, NEAR and interleave mode (0: a
    component a scan, 1: by line, 2: by sample) of its first scan. InputError where that cannot be read."""
    cdef core.sj_jpegls image
    cdef sj_status status = core.sj_jpegls_header(
        &image, <const uint8_t *>PyBytes_AS_STRING(stream), PyBytes_GET_SIZE(stream))
    if status != core.SJ_OK:
        raise frame_failure(status, image.at)
    return image.rows, image.columns, image.components, image.precision, image.scan.near, image.scan.interleave


def jpegls_decoded(bytes stream not None, unsigned int rows, unsigned int columns, unsigned int samples,
                   unsigned int bits_allocated, bint planar):
    """A JPEG-LS frame as native samples, little endian, ``bits_allocated`` (8 or 16) bits each, not sign extended; by
    component where ``planar`` is 1, else by pixel. InputError where it is not such a frame, or not whole; memory for the samples
    is not asked for before the frame is known to be as long as the shortest one of its size."""
    cdef const uint8_t *at = <const uint8_t *>PyBytes_AS_STRING(stream)
    cdef size_t length = PyBytes_GET_SIZE(stream), room
    cdef core.sj_jpegls image
    cdef sj_status status = core.sj_jpegls_header(&image, at, length)
    cdef unsigned container
    cdef uint8_t *out
    cdef void *work
    if status != core.SJ_OK:
        raise frame_failure(status, image.at)
    if image.rows != rows or image.columns != columns or image.components != samples or (
            image.precision > bits_allocated or bits_allocated not in (8, 16) or rows > 65535 or columns > 65535):
        raise frame_failure(core.SJ_CODED_MISMATCH, 0, (
            f": {image.columns} x {image.rows} pixels of {image.components} x {image.precision} bits, not "
            f"{columns} x {rows} of {samples} x {bits_allocated}"))
    if image.subsampled:
        raise frame_failure(core.SJ_CODED_UNSUPPORTED, 0, ": components of different sizes")
    if core.sj_jpegls_least_bits(&image) > <uint64_t>(length - image.at) * 8:
        raise frame_failure(core.SJ_CODED_TRUNCATED, length)
    container = bits_allocated // 8
    # its size fits: rows and columns are those of PS3.3 C.7.6.3, components four at most
    frame = PyBytes_FromStringAndSize(NULL, <Py_ssize_t>(core.sj_jpegls_samples(&image) * container))
    out = <uint8_t *>PyBytes_AS_STRING(frame)
    room = core.sj_jpegls_work(&image)
    work = malloc(room) if room else NULL
    if work == NULL:
        raise MemoryError
    with nogil:
        status = core.sj_jpegls_decode(&image, at, length, work, out, container, planar)
        free(work)
    if status != core.SJ_OK:
        raise frame_failure(status, image.at)
    return frame
