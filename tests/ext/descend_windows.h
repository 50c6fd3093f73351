/* A walk down into a file in memory, window by window: each is an allocation of its own of just its length, so that the
 * sanitizer sees every byte that is read beside it. What the kernels promise of their progress is checked at every step. */
#ifndef STOREJET_TESTS_DESCEND_WINDOWS_H
#define STOREJET_TESTS_DESCEND_WINDOWS_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core.h"
#include "must.h"

typedef struct walk_window { /* what is at hand of the file */
    const uint8_t *file;
    uint64_t size;
    size_t bytes;            /* of a window, at least SJ_WINDOW_MIN; it is the same file for any */
    uint8_t *held;
    uint64_t at;
    size_t length;
} walk_window;

/* The window's part from `position` on; `*length` bytes. A first call gives what is left of the last window, one after
 * SJ_MORE (`fresh`) a new window that begins there. */
static inline const uint8_t *walk_look(walk_window *window, uint64_t position, bool fresh, size_t *length)
{
    MUST(position <= window->size);
    if (fresh || window->held == NULL || position < window->at || position - window->at > window->length) {
        const uint64_t rest = window->size - position;
        free(window->held);
        window->at = position;
        window->length = rest < window->bytes ? (size_t)rest : window->bytes;
        window->held = malloc(window->length > 0 ? window->length : 1);
        MUST(window->held != NULL);
        if (window->length > 0)
            memcpy(window->held, window->file + position, window->length);
    }
    *length = window->length - (size_t)(position - window->at);
    return window->held + (position - window->at);
}

static inline void walk_done(walk_window *window)
{
    free(window->held);
    window->held = NULL;
}

/* One event. */
static inline sj_status walk_step(sj_descend *walk, walk_window *window, sj_event *event)
{
    for (bool fresh = false;; fresh = true) {
        size_t length;
        const uint64_t position = walk->position;
        const uint8_t *bytes = walk_look(window, position, fresh, &length);
        const sj_status status = sj_descend_step(walk, bytes, length, event);
        MUST(walk->position >= position && walk->position <= walk->size);
        MUST(walk->depth >= 1);
        if (status != SJ_MORE)
            return status;
        MUST(!fresh && walk->position == position);
    }
}

/* One image, or the end. */
static inline sj_status walk_image(sj_images *images, walk_window *window)
{
    for (bool fresh = false;; fresh = true) {
        size_t length;
        const uint64_t position = images->walk.position;
        const uint8_t *bytes = walk_look(window, position, fresh, &length);
        const sj_status status = sj_images_step(images, bytes, length);
        MUST(images->walk.position >= position && images->walk.position <= images->walk.size);
        if (status != SJ_MORE)
            return status;
        MUST(!fresh || images->walk.position > position); /* it moves on */
    }
}

/* One record that names a file, or the end. */
static inline sj_status walk_record(sj_directory *directory, walk_window *window)
{
    for (bool fresh = false;; fresh = true) {
        size_t length;
        const uint64_t position = directory->walk.position;
        const uint8_t *bytes = walk_look(window, position, fresh, &length);
        const sj_status status = sj_directory_step(directory, bytes, length);
        MUST(directory->walk.position >= position && directory->walk.position <= directory->walk.size);
        if (status != SJ_MORE)
            return status;
        MUST(!fresh || directory->walk.position > position);
    }
}

/* Up to `room` fragments more. */
static inline sj_status walk_fragments(sj_fragments *fragments, walk_window *window, uint64_t *offsets, uint32_t *lengths,
                                       size_t room, size_t *count)
{
    *count = 0;
    for (bool fresh = false;; fresh = true) {
        size_t length, made;
        const uint64_t position = fragments->position;
        const uint8_t *bytes = walk_look(window, position, fresh, &length);
        const sj_status status =
            sj_fragments_step(fragments, bytes, length, offsets + *count, lengths + *count, room - *count, &made);
        MUST(fragments->position >= position && fragments->position <= fragments->size && made <= room - *count);
        *count += made;
        if (status != SJ_MORE || *count == room)
            return status;
        MUST(!fresh || fragments->position > position);
    }
}

#endif
