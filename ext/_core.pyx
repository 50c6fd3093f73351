# cython: language_level=3, boundscheck=False, wraparound=False, embedsignature=False, binding=False
"""The thin door: views in, GIL released, one ``check()`` that raises. What the kernels promise stands in core/core.h."""

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize, PyBytes_GET_SIZE
from cpython.exc cimport PyErr_CheckSignals
from libc.stdint cimport uint8_t, uint16_t, uint32_t, uint64_t
from libc.stdlib cimport calloc, free, malloc, realloc
from libc.string cimport memcpy, memmove, memset, strerror

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
SPACED_STUDY, SPACED_SERIES = 1, 2

cdef enum:
    # a CT slice of 512 x 512 with its attributes fits: it is read once
    WINDOW = 640 * 1024
    INBOX = 256 * 1024

# one module, a file for each idea
include "door/memory.pxi"
include "door/failures.pxi"
include "door/walk.pxi"
include "door/lexicon.pxi"
include "door/recoder.pxi"
include "door/pixels.pxi"
include "door/jpegls.pxi"
include "door/jpegll.pxi"
include "door/source.pxi"
include "door/wire.pxi"
include "door/tls.pxi"
include "door/rle.pxi"
