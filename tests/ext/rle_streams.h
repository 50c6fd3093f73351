/* RLE frames for tests and the fuzzer: a maker of streams, and a decoder that is slow and obvious (PS3.5 annex G). */
#ifndef STOREJET_TESTS_RLE_STREAMS_H
#define STOREJET_TESTS_RLE_STREAMS_H

#include "core.h"

#include <stdlib.h>
#include <string.h>

/* ---- the twin ---------------------------------------------------------------------------------------------------- */

static inline uint32_t rle_number(const uint8_t *stream, size_t index)
{
    const uint8_t *at = stream + 4 * index;
    return at[0] + at[1] * 0x100u + at[2] * 0x10000u + at[3] * 0x1000000u;
}

/* one segment into `plane`, byte by byte; false: too short, or more behind it than padding */
static inline bool rle_slow_segment(const uint8_t *stream, size_t at, size_t end, uint8_t *plane, size_t length)
{
    size_t made = 0, beyond = 0;

    while (at < end) {
        const uint8_t code = stream[at++];
        if (code == 128)
            continue;
        if (made == length && code == 0 && (at == end || stream[at] == 0))
            continue; /* a pad */
        const size_t count = code < 128 ? code + 1u : 257u - code;
        for (size_t i = 0; i < count && at < end; i++) {
            if (made < length)
                plane[made++] = stream[at];
            else
                beyond++;
            at += code < 128;
        }
        at += code > 128 && at < end;
    }
    return made == length && beyond <= 128;
}

/* a whole frame into exactly `length` bytes; false where it cannot be decoded whole */
static inline bool rle_slow(const uint8_t *stream, size_t length, size_t pixels, unsigned samples, unsigned bits,
                            unsigned planar, uint8_t *out)
{
    const unsigned bytes = (bits + 7) / 8;
    const size_t plane_length = bits == 1 ? (pixels + 7) / 8 : pixels;
    bool whole = length >= 64 && samples * bytes <= 15 && rle_number(stream, 0) == samples * bytes;
    uint8_t *plane = malloc(plane_length + 1);

    for (unsigned segment = 0; whole && segment < samples * bytes; segment++) {
        const uint32_t at = rle_number(stream, 1 + segment);
        size_t end = length;
        for (unsigned other = 1; other <= samples * bytes; other++) {
            if (rle_number(stream, other) > at && rle_number(stream, other) < end)
                end = rle_number(stream, other);
        }
        whole = at >= 64 && at <= length && rle_slow_segment(stream, at, end, plane, plane_length);
        const unsigned sample = segment / bytes, byte = bytes - 1 - segment % bytes;
        for (size_t i = 0; whole && i < plane_length; i++)
            out[(planar != 0 ? sample * plane_length + i : i * samples + sample) * bytes + byte] = plane[i];
    }
    for (unsigned bit = pixels % 8; whole && bits == 1 && bit % 8 != 0; bit++)
        out[plane_length - 1] &= (uint8_t)~(1u << bit);
    free(plane);
    return whole;
}

/* ---- streams ----------------------------------------------------------------------------------------------------- */

static inline unsigned rle_chance(uint32_t *state, unsigned below)
{
    *state = *state * 1664525u + 1013904223u;
    return (unsigned)(((uint64_t)(*state >> 8) * below) >> 24);
}

/* runs of any kind, none longer than `longest`, that make at least `length` bytes; where they end. At most 3 bytes of
 * stream for each of these, and 130 */
static inline size_t rle_runs(uint8_t *stream, size_t at, size_t length, unsigned longest, uint32_t *state)
{
    for (size_t made = 0; made < length;) {
        const unsigned count = 1 + rle_chance(state, longest), kind = rle_chance(state, 16);
        if (kind == 0) {
            stream[at++] = 128;
        } else if (kind < 8 && count > 1) {
            stream[at++] = (uint8_t)(257 - count);
            stream[at++] = (uint8_t)rle_chance(state, 256);
            made += count;
        } else {
            stream[at++] = (uint8_t)(count - 1);
            for (unsigned i = 0; i < count; i++)
                stream[at++] = (uint8_t)rle_chance(state, 256);
            made += count;
        }
    }
    return at;
}

/* a frame of `segments` planes of `length` bytes each; its length. Room: 64 + segments * (3 * length + 134) */
static inline size_t rle_frame(uint8_t *stream, unsigned segments, size_t length, unsigned longest, uint32_t *state)
{
    size_t at = 64;

    memset(stream, 0, at);
    stream[0] = (uint8_t)segments;
    for (unsigned segment = 0; segment < segments; segment++) {
        for (unsigned byte = 0; byte < 4; byte++)
            stream[4 + 4 * segment + byte] = (uint8_t)(at >> 8 * byte);
        at = rle_runs(stream, at, length, longest, state);
        if (at % 2 != 0)
            stream[at++] = 0;
    }
    return at;
}

#endif
