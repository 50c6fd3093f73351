/* What the fuzzers of walks share: the data set of a file, windows that chance chooses, and a digest of what was found. */
#ifndef STOREJET_FUZZ_WALK_WINDOWS_H
#define STOREJET_FUZZ_WALK_WINDOWS_H

#include "invariant.h"

#include "core.h"
#include "descend_windows.h"
#include "scan_windows.h"

enum { TAIL = 8 };   /* behind the file: six bytes that choose the windows, two that are left over */

typedef struct walk_file {
    const uint8_t *bytes;
    uint64_t size, data_set;
    sj_encoding encoding;
    uint64_t chance;
} walk_file;

/* false: it is no file with elements */
static inline bool walk_open(walk_file *file, const uint8_t *input, size_t size)
{
    static sj_scan scan;

    if (size < TAIL)
        return false;
    file->bytes = input;
    file->size = size - TAIL;
    file->chance = 1;
    for (size_t at = 0; at < 6; at++)
        file->chance = file->chance << 8 | input[size - TAIL + at];
    if (scan_whole(&scan, input, file->size, SJ_EXPECT_ANY, SJ_READ_META) != SJ_OK || scan.encoding == SJ_OPAQUE)
        return false;
    file->data_set = scan.data_set_offset;
    file->encoding = (sj_encoding)scan.encoding;
    return true;
}

/* bytes of a window: all of the file, the least, or what chance says */
static inline size_t walk_bytes(const walk_file *file, int round)
{
    return round == 0 ? (size_t)file->size + SJ_WINDOW_MIN
                      : round == 1 ? SJ_WINDOW_MIN : SJ_WINDOW_MIN + (size_t)(file->chance >> 16) % 4096;
}

static inline void digest(uint64_t *sum, uint64_t value)
{
    *sum = (*sum ^ value) * UINT64_C(0x100000001B3) + (*sum >> 29);
}

static inline void digest_bytes(uint64_t *sum, const void *bytes, size_t length)
{
    for (size_t at = 0; at < length; at++)
        digest(sum, ((const uint8_t *)bytes)[at]);
}

static inline uint32_t number_at(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

#endif
