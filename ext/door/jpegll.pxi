# Scans of lossless JPEG.


def jpegll_decoded(bytes stream not None, size_t begin, size_t end, tuple sizes not None, unsigned int predictor,
                   unsigned int shift, unsigned int restart, tuple codes not None):
    """The scan that stands from ``begin`` to ``end`` in a stream, as native samples by pixel, little endian: a byte each
    up to a precision of 8, else two. ``sizes``: rows, columns, components, precision; ``codes``: for each component 16
    counts and up to 17 values, as a DHT segment has them. InputError where it is damaged, or ends early."""
    cdef core.sj_jpegll image
    cdef sj_status status
    cdef unsigned container
    cdef const uint8_t *scan = <const uint8_t *>PyBytes_AS_STRING(stream) + begin
    cdef uint8_t *out
    cdef void *work
    cdef bytes code
    cdef Py_ssize_t number, length
    rows, columns, components, precision = sizes
    if not (0 < components <= core.SJ_JPEGLL_COMPONENTS and len(codes) == components and predictor <= 7 and shift <= 15
            and 0 < precision <= 16 and 0 < rows <= 65535 and 0 < columns <= 65535
            and begin <= end <= <size_t>PyBytes_GET_SIZE(stream)):
        raise ValueError(f"no lossless scan of {sizes} with predictor {predictor}, from {begin} to {end}")
    image.rows, image.columns, image.restart = rows, columns, restart
    image.components, image.precision, image.predictor, image.shift = components, precision, predictor, shift
    memset(image.code, 0, sizeof(image.code))
    for number in range(components):
        code = codes[number]
        length = PyBytes_GET_SIZE(code)
        if not 16 <= length <= 33:
            raise ValueError("no code for differences has so many values")
        memcpy(image.code[number].counts, PyBytes_AS_STRING(code), 16)
        memcpy(image.code[number].values, PyBytes_AS_STRING(code) + 16, length - 16)
    status = core.sj_jpegll_check(&image, end - begin)
    if status != core.SJ_OK:
        raise frame_failure(status, begin + image.at)
    container = 1 if precision <= 8 else 2
    native = PyBytes_FromStringAndSize(NULL, <Py_ssize_t>rows * <Py_ssize_t>columns * components * container)
    out = <uint8_t *>PyBytes_AS_STRING(native)
    work = malloc(core.sj_jpegll_work(&image, end - begin))
    if work == NULL:
        raise MemoryError
    with nogil:
        status = core.sj_jpegll_decode(&image, scan, end - begin, work, out, container)
        free(work)
    if status != core.SJ_OK:
        raise frame_failure(status, begin + image.at)
    return native
