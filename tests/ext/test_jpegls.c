/* jpegls.c: scans. What they must decode to is in tests/codec/test_jpegls.py, beside a twin; here the edges of memory,
 * with frame, work area and samples in blocks of just their size. */
#include "check.h"
#include "core.h"
#include "jpegls_frames.h"

TEST(the_example)
{
    sj_jpegls image;
    uint8_t *samples;

    CHECK_EQUAL(decode(example, sizeof example, 1, false, &image, &samples), SJ_OK);
    CHECK_BYTES(samples, example_samples, sizeof example_samples);
    free(samples);
    CHECK_EQUAL(decode(example, sizeof example, 2, true, &image, &samples), SJ_OK);
    for (size_t i = 0; i < sizeof example_samples; i++) {
        CHECK_EQUAL(samples[2 * i], example_samples[i]);
        CHECK_EQUAL(samples[2 * i + 1], 0);
    }
    free(samples);
}

TEST(every_shorter_example)
{
    for (size_t length = CODED_AT; length < EXAMPLE_SIZE; length++) {
        sj_jpegls image;
        uint8_t *samples;
        const sj_status status = decode(example, length, 1, false, &image, &samples);
        CHECK_NOTE("length %zu", length);
        if (length < EXAMPLE_SIZE - 1)
            CHECK_EQUAL(status, SJ_CODED_TRUNCATED);
        else
            CHECK_EQUAL(status, SJ_OK);
        free(samples);
    }
}

/* columns and rows written into the example */
static void resize(uint8_t frame[EXAMPLE_SIZE], unsigned rows, unsigned columns)
{
    memcpy(frame, example, EXAMPLE_SIZE);
    frame[7] = (uint8_t)(rows >> 8);
    frame[8] = (uint8_t)rows;
    frame[9] = (uint8_t)(columns >> 8);
    frame[10] = (uint8_t)columns;
}

TEST(nothing_but_one_bits_is_one_run)
{
    /* J: runs of 1 1 1 1 2 2 2 2 4 ... samples; a line of zeros is so many one bits, stuffed where they fill a byte */
    uint8_t frame[CODED_AT + 64];
    sj_jpegls image;
    uint8_t *samples;

    memset(frame, 0, sizeof frame);
    for (unsigned columns = 1; columns < 2000; columns += 13) {
        uint8_t head[EXAMPLE_SIZE];
        resize(head, 1, columns);
        memcpy(frame, head, CODED_AT);
        for (size_t at = CODED_AT; at < sizeof frame; at += 2) {
            frame[at] = 0xFF;
            frame[at + 1] = 0x7F;
        }
        /* more ones than it takes: what is left over is no pad */
        CHECK_NOTE("%u columns", columns);
        CHECK_EQUAL(decode(frame, sizeof frame, 1, false, &image, &samples), SJ_CODED_DAMAGED);
        for (unsigned i = 0; i < columns; i++)
            CHECK_EQUAL(samples[i], 0);
        free(samples);
    }
}

/* a frame of `rows` lines, its coded bytes to follow; how long it is */
static size_t begin(uint8_t *frame, unsigned precision, unsigned rows, unsigned columns, unsigned components)
{
    const uint8_t head[] = { 0xFF, 0xD8, 0xFF, 0xF7, 0, (uint8_t)(8 + 3 * components), (uint8_t)precision,
                             (uint8_t)(rows >> 8), (uint8_t)rows, (uint8_t)(columns >> 8), (uint8_t)columns,
                             (uint8_t)components };
    const uint8_t scan[] = { 0xFF, 0xDA, 0, (uint8_t)(6 + 2 * components), (uint8_t)components };
    uint8_t *at = frame;

    memcpy(at, head, sizeof head);
    at += sizeof head;
    for (unsigned i = 1; i <= components; i++) {
        *at++ = (uint8_t)i;
        *at++ = 0x11;
        *at++ = 0;
    }
    memcpy(at, scan, sizeof scan);
    at += sizeof scan;
    for (unsigned i = 1; i <= components; i++) {
        *at++ = (uint8_t)i;
        *at++ = 0;
    }
    *at++ = 0;
    *at++ = components > 1 ? SJ_JPEGLS_SAMPLE : SJ_JPEGLS_NONE;
    *at++ = 0;
    return (size_t)(at - frame);
}

TEST(a_run_beyond_the_end_of_its_line)
{
    /* eight ones: 12 samples; then the run ends after 0 to 3 more, of which a line of 14 has room for two */
    static const uint8_t three[] = { 0xFF, 0x30, 0, 0, 0, 0, 0, 0 }, two[] = { 0xFF, 0x20, 0, 0, 0, 0, 0, 0 };
    uint8_t frame[128];
    sj_jpegls image;
    uint8_t *samples;

    for (unsigned components = 1; components <= 4; components++) {
        CHECK_NOTE("%u components", components);
        const size_t at = begin(frame, 8, 1, 14, components);
        memcpy(frame + at, three, sizeof three);
        CHECK_EQUAL(decode(frame, at + 2, 1, false, &image, &samples), SJ_CODED_TRUNCATED);
        free(samples);
        CHECK_EQUAL(decode(frame, at + sizeof three, 1, false, &image, &samples), SJ_CODED_TRUNCATED);
        free(samples);
        memset(frame + at + 2, 0, 16);
        CHECK_EQUAL(decode(frame, at + 18, 1, false, &image, &samples), SJ_CODED_DAMAGED);
        free(samples);
        memcpy(frame + at, two, 2);
        CHECK_EQUAL(decode(frame, at + 2, 1, false, &image, &samples), SJ_OK);
        free(samples);
    }
}

TEST(a_line_of_the_longest_codes)
{
    /* 16 bits: each sample, the first one behind an empty run, as 64 bits: 47 zeros, a 1, 16 bits that say: 1 */
    enum { COLUMNS = 60000, ROWS = 3 };
    uint8_t *frame = calloc(8, COLUMNS * ROWS + 16);
    sj_jpegls image, narrow;
    uint8_t *samples, *beginning;

    CHECK(frame != NULL);
    size_t length = begin(frame, 16, ROWS, COLUMNS, 1);
    for (size_t i = 0; i < COLUMNS * ROWS; i++, length += 8)
        frame[length + 5] = 1;
    CHECK_EQUAL(decode(frame, length, 2, false, &image, &samples), SJ_OK);
    length = begin(frame, 16, 1, COLUMNS / 8, 1) + COLUMNS / 8 * 8;
    CHECK_EQUAL(decode(frame, length, 2, false, &narrow, &beginning), SJ_OK);
    CHECK_BYTES(samples, beginning, COLUMNS / 8 * 2);
    CHECK(samples[2 * COLUMNS - 1] != 0 || samples[2 * COLUMNS - 2] != 0);
    free(beginning);
    free(samples);
    free(frame);
}

TEST(what_follows_ff_tells_bits_from_a_marker)
{
    uint8_t frame[64];
    sj_jpegls image;
    uint8_t *samples;

    const size_t at = begin(frame, 8, 1, 12, 1); /* eight ones are all of it */
    for (unsigned next = 0; next < 256; next++) {
        frame[at] = 0xFF;
        frame[at + 1] = (uint8_t)next;
        CHECK_NOTE("FF %02X", next);
        CHECK_EQUAL(decode(frame, at + 2, 1, false, &image, &samples), next < 0x80 ? SJ_OK : SJ_CODED_TRUNCATED);
        free(samples);
    }
}

TEST(a_code_of_one_zero_too_many)
{
    /* a sample of 8 bits behind an empty run: LIMIT - qbpp - 1 - J - 1 is 22 (A.7.2.3) */
    static const uint8_t most[] = { 0, 0, 1, 0x04, 0 }, more[24] = { 0, 0, 0, 0x80 };
    uint8_t frame[64];
    sj_jpegls image;
    uint8_t *samples;

    const size_t at = begin(frame, 8, 1, 1, 1);
    memcpy(frame + at, most, sizeof most);
    CHECK_EQUAL(decode(frame, at + sizeof most, 1, false, &image, &samples), SJ_OK);
    CHECK_EQUAL(samples[0], 3); /* EMErrval 5, RItype 1: an error of 3 */
    free(samples);
    memcpy(frame + at, more, sizeof more);
    CHECK_EQUAL(decode(frame, at + sizeof more, 1, false, &image, &samples), SJ_CODED_DAMAGED);
    free(samples);
}

TEST(errors_that_no_standard_knows)
{
    /* codes that are short enough, but of k bits behind so many zeros that they are more than 17 bits: in regular mode, and
     * behind a run; were they believed, A could be more than 32 bits hold */
    static const uint8_t regular[60] = { 0, 0, 0, 0, 0x90, 0, 0, 0, 0, 0, 0xCA, 0, 0, 0x5B, 0, 0 };
    static const uint8_t run[60] = { 0, 0x0F, 0, 0, 0, 0x70, 0, 0, 0, 0, 0, 0, 0x76, 0, 0, 0, 0, 0, 0, 0x79, 0, 0, 0x83, 0,
                                     0x4A, 0, 0, 0 };
    uint8_t frame[128];
    sj_jpegls image;
    uint8_t *samples;

    size_t at = begin(frame, 16, 1, 5, 1);
    memcpy(frame + at, regular, sizeof regular);
    CHECK_EQUAL(decode(frame, at + sizeof regular, 2, false, &image, &samples), SJ_CODED_DAMAGED);
    CHECK(image.at <= at + 7);
    free(samples);
    at = begin(frame, 16, 1, 7, 1);
    memcpy(frame + at, run, sizeof run);
    CHECK_EQUAL(decode(frame, at + sizeof run, 2, false, &image, &samples), SJ_CODED_DAMAGED);
    CHECK(image.at <= at + 15);
    free(samples);
}

TEST(codes_without_an_end)
{
    /* zeros all along: the first line is a run that is broken by a code of more zeros than there may be */
    uint8_t frame[CODED_AT + 4096];
    uint8_t head[EXAMPLE_SIZE];
    sj_jpegls image;
    uint8_t *samples;

    memset(frame, 0, sizeof frame);
    resize(head, 64, 64);
    memcpy(frame, head, CODED_AT);
    CHECK_EQUAL(decode(frame, sizeof frame, 1, false, &image, &samples), SJ_CODED_DAMAGED);
    CHECK(image.at >= CODED_AT && image.at < CODED_AT + 16);
    free(samples);
    CHECK_EQUAL(decode(frame, CODED_AT + 2, 1, false, &image, &samples), SJ_CODED_TRUNCATED);
    free(samples);
    CHECK_EQUAL(decode(frame, CODED_AT, 1, false, &image, &samples), SJ_CODED_TRUNCATED);
    free(samples);
}

TEST(bytes_at_random_in_every_shape)
{
    uint64_t state = 88172645463325252u;
    uint8_t frame[2000];
    unsigned done[SJ_STATUS_COUNT] = { 0 };

    for (unsigned round = 0; round < 3000; round++) {
        const unsigned components = round % 4 + 1, precision = 2 + round % 15;
        const unsigned columns = 1 + round % 37, rows = 1 + round % 5;
        const unsigned interleave = components > 1 ? 1 + round / 4 % 2 : 0, near = round / 8 % 2;
        size_t at = 0;
        const uint8_t length = (uint8_t)(8 + 3 * components);
        const uint8_t head[] = { 0xFF, 0xD8, 0xFF, 0xF7, 0, length, (uint8_t)precision, 0, (uint8_t)rows, 0,
                                 (uint8_t)columns, (uint8_t)components };
        memcpy(frame, head, sizeof head);
        at = sizeof head;
        for (unsigned i = 0; i < components; i++) {
            frame[at++] = (uint8_t)i;
            frame[at++] = 0x11;
            frame[at++] = 0;
        }
        const uint8_t scan[] = { 0xFF, 0xDA, 0, (uint8_t)(6 + 2 * components), (uint8_t)components };
        memcpy(frame + at, scan, sizeof scan);
        at += sizeof scan;
        for (unsigned i = 0; i < components; i++) {
            frame[at++] = (uint8_t)i;
            frame[at++] = 0;
        }
        frame[at++] = (uint8_t)near;
        frame[at++] = (uint8_t)interleave;
        frame[at++] = 0;
        for (; at < sizeof frame; at++) {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            /* many ones: short codes, and stuffing */
            frame[at] = (uint8_t)(round & 1 ? state >> 32 | state >> 40 : state >> 32);
            if (frame[at - 1] == 0xFF)
                frame[at] &= 0x7F;
        }
        sj_jpegls image;
        uint8_t *samples;
        CHECK_NOTE("round %u", round);
        const sj_status status = decode(frame, sizeof frame, 2, round & 16, &image, &samples);
        CHECK(status == SJ_OK || status == SJ_CODED_DAMAGED || status == SJ_CODED_TRUNCATED);
        done[status]++;
        free(samples);
    }
    CHECK(done[SJ_CODED_DAMAGED] > 0);
}

/* two scans of a component of 2 x 2 zeros, each coded in a byte, and `size` bytes between them */
static size_t two_scans(uint8_t *frame, const uint8_t *between, size_t size)
{
    static const uint8_t head[] = { 0xFF, 0xD8, 0xFF, 0xF7, 0, 14, 8, 0, 2, 0, 2, 2, 1, 0x11, 0, 2, 0x11, 0 };
    uint8_t scan[] = { 0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 0, 0, 0xFC };
    uint8_t *at = frame;

    memcpy(at, head, sizeof head);
    memcpy(at += sizeof head, scan, sizeof scan);
    memcpy(at += sizeof scan, between, size);
    scan[5] = 2;
    memcpy(at += size, scan, sizeof scan);
    return (size_t)(at - frame) + sizeof scan;
}

TEST(nothing_between_scans_makes_the_image_larger)
{
    static const uint8_t sizes[][8] = {
        { 0xFF, 0xF8, 0, 8, 4, 2, 0xFF, 0xFF }, { 0xFF, 0xF8, 0, 8, 4, 2, 0, 2 }, { 0xFF, 0xF8, 0, 8, 4, 2, 0, 3 },
        { 0xFF, 0xF8, 0, 8, 4, 2, 0, 1 },       { 0xFF, 0xF8, 0, 8, 4, 2, 0, 0 },
    };
    uint8_t frame[128], between[10];
    sj_jpegls image;
    uint8_t *samples;

    size_t length = two_scans(frame, between, 0);
    CHECK_EQUAL(decode(frame, length, 1, false, &image, &samples), SJ_OK);
    free(samples);
    for (size_t rows = 0; rows < sizeof sizes / sizeof *sizes; rows++) {
        for (size_t columns = 0; columns < sizeof sizes / sizeof *sizes; columns++) {
            memcpy(between, sizes[rows], 8);
            memcpy(between + 8, sizes[columns] + 6, 2);
            length = two_scans(frame, between, sizeof between);
            CHECK_NOTE("row %zu, column %zu", rows, columns);
            CHECK_EQUAL(decode(frame, length, 1, false, &image, &samples),
                        rows == 1 && columns == 1 ? SJ_OK : SJ_CODED_DAMAGED);
            free(samples);
        }
    }
}

TEST(no_component_has_two_scans)
{
    uint8_t frame[128];
    sj_jpegls image;
    uint8_t *samples;

    const size_t length = two_scans(frame, frame, 0);
    frame[length - 6] = 1; /* the other one would never be decoded */
    CHECK_EQUAL(decode(frame, length, 1, false, &image, &samples), SJ_CODED_DAMAGED);
    free(samples);
}

TEST(a_container_too_small)
{
    uint8_t frame[EXAMPLE_SIZE];
    sj_jpegls image;
    uint8_t *samples;

    memcpy(frame, example, sizeof frame);
    frame[6] = 9;
    CHECK_EQUAL(decode(frame, sizeof frame, 1, false, &image, &samples), SJ_CODED_MISMATCH);
    free(samples);
}
