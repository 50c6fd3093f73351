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
