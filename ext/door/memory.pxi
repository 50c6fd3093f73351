# Memory that is given back and taken again for every frame.

cdef extern from *:
    """
    #if defined(__GLIBC__)
    #include <malloc.h>
    static void keep_memory(int bytes)
    {
        (void)mallopt(M_ARENA_MAX, 1);
        (void)mallopt(M_MMAP_THRESHOLD, bytes);
        (void)mallopt(M_TRIM_THRESHOLD, bytes);
    }
    #else
    static void keep_memory(int bytes)
    {
        (void)bytes;
    }
    #endif
    """
    void keep_memory(int count)


def reuse_memory():
    """From now on, buffers of up to 64 MB that are freed stay with this process, for the next ones.

    The system takes as long to clear its pages as a kernel to fill them.
    """
    keep_memory(64 << 20)
