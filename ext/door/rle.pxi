# Frames of RLE Lossless.


cdef object rle_failure(sj_status status, core.sj_rle *frame):
    return damage(status, frame.error_offset, 0, " of the frame")


cdef object rle_opened(core.sj_rle *frame, bytes stream, int rows, int columns, int samples, int bits_allocated,
                       int planar):
    """Opens a frame; ValueError for what no Image Pixel attribute can be, InputError as the kernel says."""
    cdef sj_status status
    if not (0 <= rows <= 65535 and 0 <= columns <= 65535 and 0 <= samples <= 65535 and 0 <= bits_allocated <= 65535):
        raise ValueError(f"no image has {rows} rows, {columns} columns, {samples} samples of {bits_allocated} bits")
    status = core.sj_rle_open(frame, <const uint8_t *>PyBytes_AS_STRING(stream), PyBytes_GET_SIZE(stream),
                              <uint64_t>rows * <uint64_t>columns, samples, bits_allocated, planar != 0)
    if status != core.SJ_OK:
        raise rle_failure(status, frame)


def rle_checked(bytes stream not None, int rows, int columns, int samples, int bits_allocated, int planar):
    """The header of a frame is one for these Image Pixel attributes, or InputError as rle_decoded() raises it."""
    cdef core.sj_rle frame
    rle_opened(&frame, stream, rows, columns, samples, bits_allocated, planar)


def rle_decoded(bytes stream not None, int rows, int columns, int samples, int bits_allocated, int planar):
    """The native frame: little endian, by pixel (``planar`` 0) or by plane (1); one-bit pixels packed from the least
    significant bit on. The bytes are as many as the attributes say, and they are not asked for before the header is
    known to fit them. InputError with the offset in the frame for one that cannot be decoded whole."""
    cdef core.sj_rle frame
    cdef sj_status status
    cdef uint8_t *out
    rle_opened(&frame, stream, rows, columns, samples, bits_allocated, planar)
    native = PyBytes_FromStringAndSize(NULL, <Py_ssize_t>frame.frame_length)
    out = <uint8_t *>PyBytes_AS_STRING(native)
    with nogil:
        status = core.sj_rle_decode(&frame, out)
    if status != core.SJ_OK:
        raise rle_failure(status, &frame)
    return native
