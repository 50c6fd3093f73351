/* rle.c: golden frames, every layout against the slow decoder of rle_streams.h, and what is wrong with frames. */
#include "check.h"
#include "core.h"
#include "rle_streams.h"

static const struct layout {
    unsigned samples, bits, planar;
} layouts[] = {
    { 1, 1, 0 },  { 1, 8, 0 },  { 1, 16, 0 }, { 1, 24, 0 }, { 1, 32, 0 }, { 1, 40, 0 }, { 1, 48, 0 }, { 1, 56, 0 },
    { 1, 64, 0 }, { 2, 8, 0 },  { 3, 8, 0 },  { 3, 16, 0 }, { 3, 24, 0 }, { 3, 32, 0 }, { 3, 40, 0 }, { 4, 8, 0 },
    { 4, 16, 0 }, { 4, 24, 0 }, { 5, 8, 0 },  { 7, 16, 0 }, { 15, 8, 0 }, { 1, 8, 1 },  { 1, 16, 1 }, { 3, 8, 1 },
    { 3, 16, 1 }, { 3, 32, 1 }, { 3, 40, 1 }, { 2, 24, 1 }, { 4, 24, 1 }, { 15, 8, 1 },
};
enum { LAYOUTS = sizeof layouts / sizeof *layouts };

static size_t plane_of(const struct layout *layout, size_t pixels)
{
    return layout->bits == 1 ? (pixels + 7) / 8 : pixels;
}

static unsigned planes_of(const struct layout *layout)
{
    return (layout->bits + 7) / 8 * layout->samples;
}

static void *exact(const void *bytes, size_t length)
{
    uint8_t *copy = malloc(length > 0 ? length : 1);

    CHECK(copy != NULL);
    if (length > 0 && bytes != NULL)
        memcpy(copy, bytes, length);
    return copy;
}

/* decodes from and into rooms of just their length, which the address sanitizer guards */
static sj_status decoded(const uint8_t *stream, size_t length, size_t pixels, const struct layout *layout, uint8_t *out,
                         uint64_t *offset)
{
    uint8_t *copy = exact(stream, length);
    sj_rle rle;
    sj_status status = sj_rle_open(&rle, copy, length, pixels, layout->samples, layout->bits, layout->planar);

    if (status == SJ_OK) {
        uint8_t *room = exact(NULL, (size_t)rle.frame_length);
        CHECK_EQUAL(rle.frame_length, plane_of(layout, pixels) * planes_of(layout));
        status = sj_rle_decode(&rle, room);
        if (status == SJ_OK)
            memcpy(out, room, (size_t)rle.frame_length);
        free(room);
    }
    if (offset != NULL)
        *offset = rle.error_offset;
    free(copy);
    return status;
}

static size_t framed(uint8_t *stream, unsigned count, const void *body, size_t length)
{
    memset(stream, 0, 64);
    stream[0] = (uint8_t)count;
    stream[4] = 64;
    memcpy(stream + 64, body, length);
    return 64 + length;
}

TEST(golden_runs)
{
    /* the example of PackBits: three times AA; 80 00 2A; nothing; twice 22 */
    static const uint8_t body[] = { 0xFE, 0xAA, 0x02, 0x80, 0x00, 0x2A, 0x80, 0xFF, 0x22 };
    static const uint8_t wanted[] = { 0xAA, 0xAA, 0xAA, 0x80, 0x00, 0x2A, 0x22, 0x22 };
    const struct layout gray = { 1, 8, 0 };
    uint8_t stream[96], out[8];
    const size_t length = framed(stream, 1, body, sizeof body);

    CHECK_EQUAL(decoded(stream, length, 8, &gray, out, NULL), SJ_OK);
    CHECK_BYTES(out, wanted, sizeof wanted);
}

TEST(golden_planes)
{
    /* most significant byte first, sample after sample: 0102 0304 | 1112 1314 */
    static const uint8_t body[] = { 1, 0x01, 0x03, 0, 1, 0x02, 0x04, 0, 1, 0x11, 0x13, 0, 1, 0x12, 0x14, 0 };
    static const uint8_t by_pixel[] = { 0x02, 0x01, 0x12, 0x11, 0x04, 0x03, 0x14, 0x13 };
    static const uint8_t by_plane[] = { 0x02, 0x01, 0x04, 0x03, 0x12, 0x11, 0x14, 0x13 };
    uint8_t stream[96], out[8];
    const size_t length = framed(stream, 4, body, sizeof body);

    for (unsigned segment = 0; segment < 4; segment++)
        stream[4 + 4 * segment] = (uint8_t)(64 + 4 * segment);
    CHECK_EQUAL(decoded(stream, length, 2, &(struct layout){ 2, 16, 0 }, out, NULL), SJ_OK);
    CHECK_BYTES(out, by_pixel, sizeof by_pixel);
    CHECK_EQUAL(decoded(stream, length, 2, &(struct layout){ 2, 16, 1 }, out, NULL), SJ_OK);
    CHECK_BYTES(out, by_plane, sizeof by_plane);
}

TEST(golden_bits)
{
    /* eleven pixels: ten of them set, the third one not; what is behind the last one does not count */
    static const uint8_t body[] = { 1, 0xFB, 0xFF };
    static const uint8_t wanted[] = { 0xFB, 0x07 };
    uint8_t stream[96], out[2];
    const size_t length = framed(stream, 1, body, sizeof body);

    CHECK_EQUAL(decoded(stream, length, 11, &(struct layout){ 1, 1, 0 }, out, NULL), SJ_OK);
    CHECK_BYTES(out, wanted, sizeof wanted);
}

TEST(every_layout_as_the_twin)
{
    static const size_t sizes[] = { 0, 1, 2, 15, 16, 17, 18, 33, 127, 128, 129, 1088, 1089, 5000, 8192, 8320, 20000 };
    static const unsigned longest[] = { 3, 34, 128 };
    uint32_t state = 1;

    for (size_t row = 0; row < LAYOUTS; row++) {
        for (size_t size = 0; size < sizeof sizes / sizeof *sizes; size++) {
            for (size_t kind = 0; kind < 3; kind++) {
                const size_t plane = plane_of(&layouts[row], sizes[size]);
                const unsigned planes = planes_of(&layouts[row]);
                uint8_t *stream = exact(NULL, 64 + planes * (3 * plane + 134));
                uint8_t *fast = exact(NULL, plane * planes), *slow = exact(NULL, plane * planes);
                const size_t length = rle_frame(stream, planes, plane, longest[kind], &state);
                CHECK_NOTE("layout %zu, %zu pixels, runs to %u", row, sizes[size], longest[kind]);
                CHECK(rle_slow(stream, length, sizes[size], layouts[row].samples, layouts[row].bits, layouts[row].planar,
                               slow));
                CHECK_EQUAL(decoded(stream, length, sizes[size], &layouts[row], fast, NULL), SJ_OK);
                CHECK_BYTES(fast, slow, plane * planes);
                free(stream);
                free(fast);
                free(slow);
            }
        }
    }
}

TEST(cut_at_every_byte)
{
    enum { PIXELS = 300 };
    const struct layout colour = { 3, 16, 0 };
    static uint8_t stream[64 + 6 * (3 * PIXELS + 134)], whole[6 * PIXELS], out[6 * PIXELS];
    uint32_t state = 7;
    const size_t length = rle_frame(stream, 6, PIXELS, 40, &state);
    size_t complete = 0;

    CHECK_EQUAL(decoded(stream, length, PIXELS, &colour, whole, NULL), SJ_OK);
    for (size_t cut = 0; cut < length; cut++) {
        uint64_t offset;
        const sj_status status = decoded(stream, cut, PIXELS, &colour, out, &offset);
        CHECK_NOTE("cut at %zu of %zu", cut, length);
        if (status == SJ_OK) {
            complete++;
            CHECK_BYTES(out, whole, sizeof whole);
        } else {
            CHECK(status == SJ_CODED_TRUNCATED || status == SJ_CODED_DAMAGED);
            CHECK(offset <= cut);
        }
    }
    CHECK(complete <= 41); /* the pad, and what the last run has beyond its plane */
}

/* what is wrong, and where: one row a frame */
static void fails(const uint8_t *stream, size_t length, size_t pixels, unsigned samples, unsigned bits, sj_status wanted,
                  uint64_t at)
{
    uint8_t out[64];
    uint64_t offset;
    const struct layout layout = { samples, bits, 0 };

    CHECK_EQUAL(decoded(stream, length, pixels, &layout, out, &offset), wanted);
    CHECK_EQUAL(offset, at);
}

TEST(headers_that_are_wrong)
{
    static const uint8_t body[] = { 1, 0x01, 0x02, 0, 1, 0x03, 0x04, 0 };
    uint8_t stream[96];
    const size_t length = framed(stream, 2, body, sizeof body);

    stream[8] = 68;
    fails(stream, length, 2, 1, 16, SJ_OK, 0);
    fails(stream, length, 2, 1, 8, SJ_CODED_MISMATCH, 0);   /* a segment too many */
    fails(stream, length, 2, 3, 8, SJ_CODED_MISMATCH, 0);   /* one too few */
    fails(stream, length, 2, 16, 8, SJ_CODED_MISMATCH, 0);  /* more than a header has */
    fails(stream, length, 2, 2, 64, SJ_CODED_MISMATCH, 0);
    fails(stream, length, 2, 65535, 64, SJ_CODED_MISMATCH, 0);
    fails(stream, length, 2, 1, 12, SJ_CODED_UNSUPPORTED, 0);
    fails(stream, length, 2, 1, 0, SJ_CODED_UNSUPPORTED, 0);
    fails(stream, length, 2, 1, 72, SJ_CODED_UNSUPPORTED, 0);
    fails(stream, length, 2, 0, 8, SJ_CODED_UNSUPPORTED, 0);
    fails(stream, length, 2, 2, 1, SJ_CODED_UNSUPPORTED, 0);
    fails(stream, 63, 2, 1, 16, SJ_CODED_TRUNCATED, 63);
    fails(stream, 0, 2, 1, 16, SJ_CODED_TRUNCATED, 0);
    fails(stream, 66, 2, 1, 16, SJ_CODED_DAMAGED, 8);       /* it ends before the second segment begins */
    stream[8] = 63;
    fails(stream, length, 2, 1, 16, SJ_CODED_DAMAGED, 8);   /* a segment inside of the header */
    stream[8] = 72;
    fails(stream, length, 2, 1, 16, SJ_CODED_TRUNCATED, 72); /* a segment of no bytes */
    stream[11] = 0xFF;
    fails(stream, length, 2, 1, 16, SJ_CODED_DAMAGED, 8);
    stream[3] = 1;
    fails(stream, length, 2, 1, 16, SJ_CODED_MISMATCH, 0);
}

TEST(frames_that_no_stream_so_short_can_fill)
{
    static const uint8_t body[] = { 0x81, 0, 0x81, 0 };
    uint8_t stream[96];
    const size_t length = framed(stream, 1, body, sizeof body);
    sj_rle rle;

    CHECK_EQUAL(sj_rle_open(&rle, stream, length, 256, 1, 8, 0), SJ_OK);
    CHECK_EQUAL(sj_rle_open(&rle, stream, length, SJ_RLE_MOST_PIXELS, 1, 8, 0), SJ_CODED_TRUNCATED);
    CHECK_EQUAL(sj_rle_open(&rle, stream, length, SJ_RLE_MOST_PIXELS + 1, 1, 8, 0), SJ_CODED_MISMATCH);
    CHECK_EQUAL(sj_rle_open(&rle, stream, length, UINT64_MAX, 1, 1, 0), SJ_CODED_MISMATCH);
}

TEST(segments_in_any_order_or_shared)
{
    static const uint8_t body[] = { 1, 0x01, 0x02, 0, 1, 0x03, 0x04, 0 };
    static const uint8_t turned[] = { 0x01, 0x03, 0x02, 0x04 }, shared[] = { 0x03, 0x03, 0x04, 0x04 };
    uint8_t stream[96], out[4];
    const size_t length = framed(stream, 2, body, sizeof body);
    const struct layout gray = { 1, 16, 0 };

    stream[4] = 68;
    stream[8] = 64;
    CHECK_EQUAL(decoded(stream, length, 2, &gray, out, NULL), SJ_OK);
    CHECK_BYTES(out, turned, sizeof turned);
    stream[8] = 68;
    CHECK_EQUAL(decoded(stream, length, 2, &gray, out, NULL), SJ_OK);
    CHECK_BYTES(out, shared, sizeof shared);
}

TEST(ends_of_segments)
{
    static const struct {
        const char *what, *bytes;
        size_t length;
        sj_status status;
        uint64_t at;
    } rows[] = {
        { "exact", "\3abcd", 5, SJ_OK, 0 },
        { "pad", "\3abcd\0", 6, SJ_OK, 0 },
        { "pads", "\3abcd\0\0\0\0\0", 10, SJ_OK, 0 },
        { "noops", "\3abcd\x80\x80\x80", 8, SJ_OK, 0 },
        { "literal run beyond", "\4abcdX", 6, SJ_OK, 0 },
        { "replicate run beyond", "\2abc\x81" "d", 6, SJ_OK, 0 },
        { "padded plane", "\3abcd\1XY", 8, SJ_OK, 0 },
        { "a run that its end cuts off, behind the plane", "\3abcd\x7fX", 7, SJ_OK, 0 },
        { "half a run behind the plane", "\3abcd\x81", 6, SJ_OK, 0 },
        { "128 bytes beyond", "\3abcd\x81X", 7, SJ_OK, 0 },
        { "129 bytes beyond", "\3abcd\x81X\0Y", 9, SJ_CODED_MISMATCH, 69 },
        { "a run that its end cuts off, beyond another one", "\3abcd\xfeX\x7fYZ", 10, SJ_OK, 0 },
        { "as many beyond in two runs", "\2abc\x82" "d\xfdX", 8, SJ_CODED_MISMATCH, 70 },
        { "literal cut off", "\3abc", 4, SJ_CODED_TRUNCATED, 68 },
        { "replicate cut off", "\2abc\x81", 5, SJ_CODED_TRUNCATED, 69 },
        { "too few", "\2abc", 4, SJ_CODED_TRUNCATED, 68 },
        { "too few, noops", "\2abc\x80\x80", 6, SJ_CODED_TRUNCATED, 70 },
        { "too few, pad", "\2abc\0", 5, SJ_CODED_TRUNCATED, 69 },
        { "nothing", "", 0, SJ_CODED_TRUNCATED, 64 },
    };
    uint8_t stream[96], out[4];

    for (size_t row = 0; row < sizeof rows / sizeof *rows; row++) {
        uint64_t offset;
        const size_t length = framed(stream, 1, rows[row].bytes, rows[row].length);
        CHECK_NOTE("%s", rows[row].what);
        CHECK_EQUAL(decoded(stream, length, 4, &(struct layout){ 1, 8, 0 }, out, &offset), rows[row].status);
        CHECK_EQUAL(offset, rows[row].at);
        if (rows[row].status == SJ_OK)
            CHECK_BYTES(out, "abcd", 4);
    }
}

TEST(a_run_at_the_end_of_the_frame)
{
    /* of any length, with much behind it in the stream, so that nothing but the room in the frame is near its end */
    enum { FIRST = 200, PADS = 300, LONGEST = 128 };

    for (size_t count = 1; count <= LONGEST; count++) {
        for (int literal = 0; literal < 2; literal++) {
            uint8_t body[4 + 1 + LONGEST + PADS] = { 129, 'a', (uint8_t)(257 - (FIRST - LONGEST)), 'a' };
            uint8_t stream[64 + sizeof body + 1], wanted[FIRST + LONGEST], out[FIRST + LONGEST];
            uint64_t offset;
            size_t at = 4;
            memset(wanted, 'a', FIRST);
            body[at++] = (uint8_t)(literal || count == 1 ? count - 1 : 257 - count);
            for (size_t i = 0; i < count; i++)
                wanted[FIRST + i] = (uint8_t)(literal ? 1 + i : 'b');
            memcpy(body + at, wanted + FIRST, literal ? count : 1);
            at += literal ? count : 1;
            const size_t length = framed(stream, 1, body, at + PADS);
            CHECK_NOTE("%zu, literal %d", count, literal);
            CHECK_EQUAL(decoded(stream, length, FIRST + count, &(struct layout){ 1, 8, 0 }, out, &offset), SJ_OK);
            CHECK_BYTES(out, wanted, FIRST + count);
        }
    }
}

TEST(a_run_over_the_end_of_a_block)
{
    /* planes longer than a block, of the longest runs only: some of them lie across every seam */
    enum { PIXELS = 30000 };
    const struct layout colour = { 3, 8, 0 };
    static uint8_t stream[64 + 3 * (PIXELS + 1000)], out[3 * PIXELS];
    size_t at = 64;

    for (unsigned segment = 0; segment < 3; segment++) {
        stream[4 + 4 * segment] = (uint8_t)at;
        stream[5 + 4 * segment] = (uint8_t)(at >> 8);
        stream[6 + 4 * segment] = (uint8_t)(at >> 16);
        for (size_t made = 0; made < PIXELS; made += 127 - segment) {
            stream[at++] = (uint8_t)(257 - (127 - segment));
            stream[at++] = (uint8_t)(made / (127 - segment));
        }
    }
    stream[0] = 3;
    CHECK_EQUAL(decoded(stream, at, PIXELS, &colour, out, NULL), SJ_OK);
    for (size_t i = 0; i < 3 * PIXELS; i++)
        CHECK_EQUAL(out[i], (uint8_t)(i / 3 / (127 - i % 3)));
}
