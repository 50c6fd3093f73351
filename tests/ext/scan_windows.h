/* A scan over a file in memory. Each window is an allocation of its own of just its length, so that the sanitizer sees
 * every byte that is read beside it; what sj_scan_step() promises of its progress is checked at every step. */
#ifndef STOREJET_TESTS_SCAN_WINDOWS_H
#define STOREJET_TESTS_SCAN_WINDOWS_H

#include <stdlib.h>
#include <string.h>

#include "core.h"
#include "must.h"

/* Bytes of the next window, of `rest` that are left; at least SJ_WINDOW_MIN, or all. */
typedef size_t (*next_window)(void *schedule, uint64_t rest);

static inline sj_status scan_in_windows(sj_scan *scan, const uint8_t *file, uint64_t size, sj_expect expect,
                                        sj_extent extent, next_window next, void *schedule)
{
    memset(scan, 0xAA, sizeof *scan); /* a scan does not need cleared memory */
    sj_scan_init(scan, size, expect, extent);
    for (;;) {
        const uint64_t position = scan->position, rest = size - position;
        MUST(position <= size);
        size_t length = next(schedule, rest);
        if (length > rest)
            length = (size_t)rest;
        MUST(length == rest || length >= SJ_WINDOW_MIN);
        uint8_t *window = malloc(length > 0 ? length : 1);
        MUST(window != NULL);
        if (length > 0)
            memcpy(window, file + position, length);
        const sj_status status = sj_scan_step(scan, length > 0 ? window : window + 1, length);
        free(window);
        MUST(scan->position >= position && scan->position <= size);
        if (status != SJ_MORE)
            return status;
        MUST(length < rest && scan->position > position); /* it always moves on, and ends with the file */
    }
}

static inline size_t whole_rest(void *schedule, uint64_t rest)
{
    (void)schedule;
    return (size_t)rest;
}

static inline size_t fixed_window(void *schedule, uint64_t rest)
{
    (void)rest;
    return *(const size_t *)schedule;
}

static inline sj_status scan_whole(sj_scan *scan, const uint8_t *file, uint64_t size, sj_expect expect,
                                   sj_extent extent)
{
    return scan_in_windows(scan, file, size, expect, extent, whole_rest, NULL);
}

static inline bool same_uid(const sj_uid *a, const sj_uid *b)
{
    return a->length == b->length && a->present == b->present && a->overlong == b->overlong &&
           memcmp(a->text, b->text, a->length) == 0;
}

/* Equal results of two scans of one file. `position` is where each stopped reading and may differ. */
static inline bool same_results(const sj_scan *a, const sj_scan *b)
{
    return a->data_set_offset == b->data_set_offset && a->error_offset == b->error_offset &&
           a->error_tag == b->error_tag && same_uid(&a->meta_class, &b->meta_class) &&
           same_uid(&a->meta_instance, &b->meta_instance) && same_uid(&a->meta_syntax, &b->meta_syntax) &&
           same_uid(&a->class_uid, &b->class_uid) && same_uid(&a->instance_uid, &b->instance_uid) &&
           a->encoding == b->encoding && a->has_preamble == b->has_preamble && a->has_meta == b->has_meta &&
           a->guessed == b->guessed && a->structure_known == b->structure_known;
}

#endif
