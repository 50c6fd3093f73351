/* RLE Lossless (PS3.5 annex G): a header of 64 bytes, up to 15 segments, each one byte plane packed by runs.
 *
 * header (G.5)     16 numbers of 32 bits, little endian: how many segments, then the offset of each in the frame
 * segment (G.3.2)  runs; a byte n before each: 0 … 127 n + 1 bytes as they follow; 129 … 255 the next byte 257 - n
 *                  times; 128 nothing. A zero at its end makes its length even
 * plane (G.2)      one byte of each pixel: the most significant one of the first sample, …, the least significant one,
 *                  then those of the next sample. Of pixels of one bit (8.1.1): bytes of eight pixels
 *
 * Planes are unpacked block by block into a scratch that stays in the first cache, and zipped from there into the frame:
 * what they share is one pass over the memory of the frame, and no byte of it is stored alone.
 *
 * What is taken that the annex does not know: segments in any order, gaps between them, shared ones; a run that goes on
 * beyond the end of its plane, and what little comes behind it, because encoders pad the plane before they pack it.
 */
#include "core.h"

#include "bytes.h"
#include "lanes.h"

enum {
    HEADER = 64,
    NOTHING = 0x80,
    RUN = 128,              /* bytes of the longest run */
    SURPLUS = 128,          /* bytes that a segment may make beyond its plane */
    AT_ONCE = 32,           /* bytes that are stored for a short run, whatever its length */
    BLOCKS = 16384          /* bytes of the blocks of all planes that are zipped at a time */
};

/* ---- header ------------------------------------------------------------------------------------------------------ */

static sj_status fail(sj_rle *rle, sj_status status, uint64_t offset)
{
    rle->error_offset = offset;
    return status;
}

sj_status sj_rle_open(sj_rle *rle, const uint8_t *stream, size_t length, uint64_t pixels, unsigned samples, unsigned bits,
                      unsigned planar)
{
    *rle = (sj_rle){ .stream = stream, .length = length };
    if (samples == 0 || (bits == 1 ? samples > 1 : bits % 8 != 0 || bits == 0 || bits > 64))
        return fail(rle, SJ_CODED_UNSUPPORTED, 0);
    if (pixels > SJ_RLE_MOST_PIXELS || samples > SJ_RLE_SEGMENTS)
        return fail(rle, SJ_CODED_MISMATCH, 0);
    const unsigned bytes = (bits + 7) / 8, planes = bytes * samples;
    if (length < HEADER)
        return fail(rle, SJ_CODED_TRUNCATED, length);
    if (planes > SJ_RLE_SEGMENTS || sj_le32(stream) != planes)
        return fail(rle, SJ_CODED_MISMATCH, 0);
    rle->plane = (size_t)(bits == 1 ? (pixels + 7) / 8 : pixels);
    rle->frame_length = (uint64_t)rle->plane * planes;
    rle->last_bits = bits == 1 ? (uint8_t)(pixels % 8) : 0;
    rle->bytes = (uint8_t)bytes;
    rle->planes = (uint8_t)(planar != 0 ? bytes : planes);
    rle->parts = (uint8_t)(planar != 0 ? samples : 1);
    for (unsigned i = 0; i < planes; i++) {
        const uint32_t at = sj_le32(stream + 4 + 4 * i);
        if (at < HEADER || at > length)
            return fail(rle, SJ_CODED_DAMAGED, 4 + 4 * i);
        size_t end = length;
        for (unsigned other = 0; other < planes; other++) {
            const uint32_t next = sj_le32(stream + 4 + 4 * other);
            if (next > at && next < end)
                end = next;
        }
        if ((end - at) / 2 * RUN + RUN < rle->plane) /* not even if all of it were the longest runs */
            return fail(rle, SJ_CODED_TRUNCATED, end);
        rle->segments[i] = (sj_rle_segment){ .at = stream + at, .end = stream + end };
    }
    return SJ_OK;
}

/* ---- runs -------------------------------------------------------------------------------------------------------- */

/* Unpacks runs behind the `made` bytes that are in `out`, until there are `want` of them or the segment is over. The
 * result is how many there are: those that are wanted, and at most RUN - 1 more; of these, what has room is in `out`.
 * Anything may be written into the room behind them. `readable`: where the stream ends. */
static size_t unpack(sj_rle_segment *segment, const uint8_t *readable, uint8_t *out, size_t made, size_t want,
                     size_t room)
{
    const uint8_t *at = segment->at, *const end = segment->end;
    /* before these, a run of any length can be read and written whole */
    const uint8_t *const easy = readable - at > RUN ? readable - RUN : at;
    const size_t roomy = room < RUN ? 0 : room - RUN + 1 < want ? room - RUN + 1 : want;

    while (made < want && at < end) {
        while (at < easy && made < roomy) {
            const int code = (int8_t)*at;
            const int repeated = -(code < 0);
            const size_t count = (size_t)((code ^ repeated) - repeated) + 1, taken = (size_t)(code & ~repeated) + 2;
            uint8_t *const to = out + made;
            if (taken > (size_t)(end - at) || code == INT8_MIN)
                break;
            /* short runs, which follow each other in no order that a processor could foresee, without a branch */
            const sj_lanes byte = sj_lanes_all(at[1]);
            sj_lanes_store(to, sj_lanes_either(repeated, byte, sj_lanes_load(at + 1)));
            sj_lanes_store(to + 16, sj_lanes_either(repeated, byte, sj_lanes_load(at + 17)));
            if (count > AT_ONCE) {
                for (size_t i = AT_ONCE; i < RUN; i += 16)
                    sj_lanes_store(to + i, sj_lanes_either(repeated, byte, sj_lanes_load(at + 1 + i)));
            }
            made += count;
            at += taken;
        }
        if (made >= want || at == end)
            break;
        /* what is rare: a run near an end, one that its segment cuts off, a code for nothing */
        const uint8_t code = *at++;
        const size_t left = (size_t)(end - at), free = room - made;
        if (code < NOTHING) {
            const size_t count = code + 1u < left ? code + 1u : left;
            memcpy(out + made, at, count < free ? count : free);
            made += count;
            at += count;
        } else if (code > NOTHING && left > 0) {
            const size_t count = 257u - code;
            memset(out + made, *at++, count < free ? count : free);
            made += count;
        }
    }
    segment->at = at;
    return made;
}

/* Whether what a segment has behind its plane, of which `surplus` bytes were made, is no more than padding. If it were
 * taken for that, a frame of other rows and columns would be cropped in silence. */
static bool ends(const sj_rle_segment *segment, size_t surplus)
{
    const uint8_t *at = segment->at, *const end = segment->end;

    while (at < end && surplus <= SURPLUS) {
        const uint8_t code = *at++;
        if (code == NOTHING || (code == 0 && (at == end || *at == 0)))
            continue;
        const size_t left = (size_t)(end - at);
        if (left == 0)
            break;
        if (code > NOTHING) {
            surplus += 257u - code;
            at++;
        } else {
            const size_t count = code + 1u < left ? code + 1u : left;
            surplus += count;
            at += count;
        }
    }
    return surplus <= SURPLUS;
}

static sj_status unpacked(sj_rle *rle, const sj_rle_segment *segment, size_t made, size_t want, bool last)
{
    if (made < want)
        return fail(rle, SJ_CODED_TRUNCATED, (uint64_t)(segment->end - rle->stream));
    if (last && !ends(segment, made - want))
        return fail(rle, SJ_CODED_MISMATCH, (uint64_t)(segment->at - rle->stream));
    return SJ_OK;
}

/* ---- planes ------------------------------------------------------------------------------------------------------ */

static inline void zip_units(uint8_t *out, const uint8_t *const *rows, unsigned count, size_t units, size_t unit)
{
    size_t done = 0;

    if (count == 2)
        done = sj_lanes_zip2(out, rows[0], rows[1], units, unit);
    else if (count == 3 && unit == 1)
        done = sj_lanes_zip3(out, rows[0], rows[1], rows[2], units);
    for (unsigned row = 0; row < count; row++) {
        for (size_t i = done; i < units; i++)
            memcpy(out + (i * count + row) * unit, rows[row] + i * unit, unit);
    }
}

/* units of `count` rows in turn; a loop of its own for each unit, in which it is a constant */
static void zip(uint8_t *out, const uint8_t *const *rows, unsigned count, size_t units, size_t unit)
{
    switch (unit) {
    case 1: zip_units(out, rows, count, units, 1); break;
    case 2: zip_units(out, rows, count, units, 2); break;
    default: zip_units(out, rows, count, units, 4); break;
    }
}

/* the bytes of `count` planes in turn; pairs first, so that what is left is one step of a few wide units */
static void zip_planes(uint8_t *out, const uint8_t **rows, unsigned count, size_t units, uint8_t scratch[2][BLOCKS])
{
    size_t unit = 1;

    for (unsigned turn = 0; count % 2 == 0 && count > 2; turn ^= 1, count /= 2, unit *= 2) {
        for (unsigned pair = 0; pair < count / 2; pair++) {
            uint8_t *const to = scratch[turn] + pair * units * unit * 2;
            zip(to, rows + 2 * pair, 2, units, unit);
            rows[pair] = to;
        }
    }
    zip(out, rows, count, units, unit);
}

/* Planes whose bytes stand in turn in `out`, from segment `first` on. */
static sj_status zipped(sj_rle *rle, uint8_t *out, unsigned first)
{
    uint8_t planes[BLOCKS + SJ_RLE_SEGMENTS * RUN], scratch[2][BLOCKS];
    const uint8_t *rows[SJ_RLE_SEGMENTS];
    const unsigned count = rle->planes;
    const uint8_t *const readable = rle->stream + rle->length;
    const size_t block = BLOCKS / count & ~(size_t)63, room = block + RUN;

    for (size_t done = 0;;) {
        const size_t left = rle->plane - done, want = left < block ? left : block;
        const bool last = want == left;
        for (unsigned i = 0; i < count; i++) {
            /* little endian: the segment of a sample's least significant byte is its last one */
            const unsigned byte = i % rle->bytes, sample_begin = first + i - byte;
            sj_rle_segment *const segment = &rle->segments[sample_begin + rle->bytes - 1 - byte];
            uint8_t *const row = planes + i * room;
            memcpy(row, row + block, segment->surplus); /* what the last run made beyond the block before */
            const size_t made = unpack(segment, readable, row, segment->surplus, want, room);
            const sj_status status = unpacked(rle, segment, made, want, last);
            if (status != SJ_OK)
                return status;
            segment->surplus = made - want;
            rows[i] = row;
        }
        zip_planes(out + done * count, rows, count, want, scratch);
        if (last)
            return SJ_OK;
        done += want;
    }
}

sj_status sj_rle_decode(sj_rle *rle, uint8_t *out)
{
    for (unsigned part = 0; part < rle->parts; part++) {
        const size_t begin = part * rle->planes * rle->plane;
        sj_status status;
        if (rle->planes == 1) {
            sj_rle_segment *const segment = &rle->segments[part];
            const size_t made = unpack(segment, rle->stream + rle->length, out + begin, 0, rle->plane,
                                       (size_t)rle->frame_length - begin);
            status = unpacked(rle, segment, made, rle->plane, true);
        } else {
            status = zipped(rle, out + begin, part * rle->planes);
        }
        if (status != SJ_OK)
            return status;
    }
    if (rle->last_bits != 0)
        out[rle->plane - 1] &= (uint8_t)((1u << rle->last_bits) - 1);
    return SJ_OK;
}
