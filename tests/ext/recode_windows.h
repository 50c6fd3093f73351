/* Runs of sj_recode over a data set in memory, in windows and room of any size. Each window and each piece of room is an
 * allocation of its own of just its length, so that the sanitizer sees every byte beside it; what sj_recode_step()
 * promises of its progress is checked at every step. */
#ifndef STOREJET_TESTS_RECODE_WINDOWS_H
#define STOREJET_TESTS_RECODE_WINDOWS_H

#include <stdlib.h>
#include <string.h>

#include "core.h"
#include "scan_windows.h"

typedef struct recode_made {  /* what a run wrote */
    uint8_t *bytes;
    size_t length;
} recode_made;

typedef struct recode_pace {  /* sizes of the next window and of its room; NULL: all that is left, and plenty */
    next_window window;
    size_t (*room)(void *schedule);
    void *schedule;
} recode_pace;

static inline void recode_add(recode_made *made, const uint8_t *bytes, size_t length)
{
    if (length == 0)
        return;
    made->bytes = realloc(made->bytes, made->length + length);
    MUST(made->bytes != NULL);
    memcpy(made->bytes + made->length, bytes, length);
    made->length += length;
}

/* One run of a recode that was begun, to its end. made NULL: it counts. */
static inline sj_status recode_in_windows(sj_recode *recode, const uint8_t *data, uint64_t size,
                                          const recode_pace *pace, recode_made *made)
{
    for (;;) {
        const uint64_t taken = recode->taken, before = recode->made, rest = size - taken;
        MUST(taken <= size);
        size_t length = pace->window != NULL ? pace->window(pace->schedule, rest) : (size_t)rest;
        if (length > rest)
            length = (size_t)rest;
        const size_t room = pace->room != NULL ? pace->room(pace->schedule) : 2 * length + SJ_RECODE_ROOM;
        uint8_t *window = malloc(length > 0 ? length : 1), *out = made != NULL ? malloc(room) : NULL;
        MUST(window != NULL && (made == NULL || out != NULL));
        if (length > 0)
            memcpy(window, data + taken, length);
        const sj_status status = sj_recode_step(recode, window, length, length == rest, out, made != NULL ? room : 0);
        free(window);
        MUST(recode->taken >= taken && recode->taken <= size && recode->made >= before);
        MUST(recode->taken <= taken + length || (made == NULL && recode->size == size));
        if (made != NULL) {
            MUST(recode->made - before <= room);
            recode_add(made, out, (size_t)(recode->made - before));
        }
        free(out);
        if (status != SJ_MORE)
            return status;
        if (made == NULL || room >= SJ_RECODE_ROOM)
            MUST(recode->taken > taken || recode->made > before); /* it always moves on */
        if (made == NULL)
            MUST(length < rest); /* a count wants no room */
    }
}

/* The same, from the beginning: a count, then, unless that failed or made is NULL, a run that writes. */
static inline sj_status recode_twice(sj_recode *recode, const uint8_t *data, uint64_t size, const recode_pace *pace,
                                     recode_made *made)
{
    const sj_status status = recode_in_windows(recode, data, size, pace, NULL);
    const uint64_t counted = recode->made;

    if (status == SJ_OK)
        MUST(recode->taken == size);
    if (status != SJ_OK || made == NULL)
        return status;
    sj_recode_rewind(recode);
    MUST(recode_in_windows(recode, data, size, pace, made) == SJ_OK);
    MUST(recode->taken == size && recode->made == counted && made->length == counted);
    return SJ_OK;
}

/* The walk over a data set alone, as a reader of what was written would do it. */
static inline sj_status walk_data_set(sj_scan *scan, const uint8_t *data, size_t length, sj_encoding encoding)
{
    sj_scan_init(scan, length, SJ_EXPECT_DATA_SET, SJ_READ_WHOLE);
    scan->encoding = (uint8_t)encoding;
    scan->frames[0] = (sj_frame){ length, SJ_FRAME_ELEMENTS, (uint8_t)encoding, true, 0 };
    scan->depth = 1;
    return sj_walk_step(scan, data, length);
}

#endif
