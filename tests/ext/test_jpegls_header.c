/* jpegls_header.c: marker segments, defaults, sizes. Damage is in tests/codec/test_jpegls.py, segment by segment. */
#include "check.h"
#include "core.h"
#include "jpegls.h"
#include "jpegls_frames.h"

/* the example with `size` bytes in front of its scan header */
static sj_status with(sj_jpegls *image, const uint8_t *bytes, size_t size)
{
    uint8_t frame[256];

    memcpy(frame, example, SCAN_AT);
    memcpy(frame + SCAN_AT, bytes, size);
    memcpy(frame + SCAN_AT + size, example + SCAN_AT, EXAMPLE_SIZE - SCAN_AT);
    return sj_jpegls_header(image, frame, EXAMPLE_SIZE + size);
}

TEST(the_example)
{
    sj_jpegls image;

    CHECK_EQUAL(sj_jpegls_header(&image, example, sizeof example), SJ_OK);
    CHECK_EQUAL(image.rows, 4);
    CHECK_EQUAL(image.columns, 4);
    CHECK_EQUAL(image.precision, 8);
    CHECK_EQUAL(image.components, 1);
    CHECK_EQUAL(image.restart, 0);
    CHECK_EQUAL(image.at, CODED_AT);
    CHECK(!image.subsampled);
    CHECK_EQUAL(image.scan.near, 0);
    CHECK_EQUAL(image.scan.interleave, SJ_JPEGLS_NONE);
    CHECK_EQUAL(image.scan.count, 1);
    /* C.2.4.1.1.1, table C.3: 8 bits, lossless */
    CHECK_EQUAL(image.scan.maxval, 255);
    CHECK_EQUAL(image.scan.t1, 3);
    CHECK_EQUAL(image.scan.t2, 7);
    CHECK_EQUAL(image.scan.t3, 21);
    CHECK_EQUAL(image.scan.reset, 64);
    CHECK_EQUAL(sj_jpegls_samples(&image), 16);
}

TEST(default_thresholds)
{
    /* precision, NEAR, T1, T2, T3, by the formulas of C.2.4.1.1.1 */
    static const unsigned rows[][5] = {
        { 2, 0, 2, 3, 3 },       { 2, 1, 3, 3, 3 },         { 4, 0, 2, 3, 4 },    { 6, 0, 2, 3, 5 }, { 7, 0, 2, 3, 10 },
        { 8, 0, 3, 7, 21 },      { 8, 3, 12, 22, 42 },      { 8, 127, 128, 128, 128 },
        { 12, 0, 18, 67, 276 },  { 16, 0, 18, 67, 276 },    { 16, 255, 783, 1342, 2061 },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint8_t frame[EXAMPLE_SIZE];
        sj_jpegls image;
        CHECK_NOTE("row %zu", i);
        memcpy(frame, example, sizeof frame);
        frame[FRAME_AT + 4] = (uint8_t)rows[i][0];
        frame[SCAN_AT + 7] = (uint8_t)rows[i][1];
        CHECK_EQUAL(sj_jpegls_header(&image, frame, sizeof frame), SJ_OK);
        CHECK_EQUAL(image.scan.maxval, (1u << rows[i][0]) - 1);
        CHECK_EQUAL(image.scan.t1, rows[i][2]);
        CHECK_EQUAL(image.scan.t2, rows[i][3]);
        CHECK_EQUAL(image.scan.t3, rows[i][4]);
    }
}

TEST(preset_parameters)
{
    static const uint8_t some[] = { 0xFF, 0xF8, 0, 13, 1, 0, 200, 0, 0, 0, 9, 0, 0, 0, 31 };
    static const uint8_t twice[] = { 0xFF, 0xF8, 0, 13, 1, 0, 200, 0, 5, 0, 9, 0, 80, 0, 31,
                                     0xFF, 0xF8, 0, 13, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 };
    sj_jpegls image;

    CHECK_EQUAL(with(&image, some, sizeof some), SJ_OK);
    CHECK_EQUAL(image.scan.maxval, 200);
    CHECK_EQUAL(image.scan.t1, 3);
    CHECK_EQUAL(image.scan.t2, 9);
    CHECK_EQUAL(image.scan.t3, 21);
    CHECK_EQUAL(image.scan.reset, 31);
    CHECK_EQUAL(with(&image, twice, sizeof twice), SJ_OK);
    CHECK_EQUAL(image.scan.maxval, 255);
    CHECK_EQUAL(image.scan.reset, 64);
}

/* the example with NEAR, of that precision and after an LSE segment of these parameters */
static sj_status with_parameters(unsigned precision, unsigned near, const unsigned parameters[5])
{
    uint8_t frame[EXAMPLE_SIZE + 15] = { 0 }, lse[15] = { 0xFF, 0xF8, 0, 13, 1 };
    sj_jpegls image;

    for (size_t i = 0; i < 5; i++) {
        lse[5 + 2 * i] = (uint8_t)(parameters[i] >> 8);
        lse[6 + 2 * i] = (uint8_t)parameters[i];
    }
    memcpy(frame, example, SCAN_AT);
    memcpy(frame + SCAN_AT, lse, sizeof lse);
    memcpy(frame + SCAN_AT + sizeof lse, example + SCAN_AT, EXAMPLE_SIZE - SCAN_AT);
    frame[FRAME_AT + 4] = (uint8_t)precision;
    frame[SCAN_AT + sizeof lse + 7] = (uint8_t)near;
    return sj_jpegls_header(&image, frame, sizeof frame);
}

TEST(parameters_stay_within_their_bounds)
{
    /* C.2.4.1.1, table C.1, and C.2.3: precision, NEAR, MAXVAL, T1, T2, T3, RESET; the last one that may be, the first
     * one that may not */
    static const unsigned may[][7] = {
        { 8, 127 },           { 9, 255 },           { 2, 1 },         { 8, 50, 100 },     { 8, 0, 255 },
        { 8, 0, 0, 1 },       { 8, 3, 0, 4 },       { 8, 0, 0, 9, 9, 9 },                 { 8, 0, 0, 0, 0, 255 },
        { 8, 0, 100, 0, 0, 100 },                   { 8, 0, 0, 0, 0, 0, 3 },              { 8, 0, 0, 0, 0, 0, 255 },
        { 2, 0, 0, 0, 0, 0, 255 },                  { 12, 0, 0, 0, 0, 0, 4095 },          { 16, 0, 0, 0, 0, 0, 65535 },
    };
    static const unsigned may_not[][7] = {
        { 8, 128 },           { 2, 2 },             { 8, 51, 100 },   { 8, 0, 256 },      { 8, 3, 0, 3 },
        { 8, 0, 0, 9, 8, 9 }, { 8, 0, 0, 9, 10, 9 },                  { 8, 0, 0, 0, 0, 256 },
        { 8, 0, 100, 0, 0, 101 },                   { 8, 0, 0, 0, 0, 0, 2 },              { 8, 0, 0, 0, 0, 0, 256 },
        { 12, 0, 0, 0, 0, 0, 4096 },                { 12, 0, 300, 0, 0, 0, 301 },
    };

    for (size_t i = 0; i < sizeof may / sizeof *may; i++) {
        CHECK_NOTE("may be, row %zu", i);
        CHECK_EQUAL(with_parameters(may[i][0], may[i][1], may[i] + 2), SJ_OK);
    }
    for (size_t i = 0; i < sizeof may_not / sizeof *may_not; i++) {
        CHECK_NOTE("may not, row %zu", i);
        CHECK_EQUAL(with_parameters(may_not[i][0], may_not[i][1], may_not[i] + 2), SJ_CODED_DAMAGED);
    }
}

TEST(components_of_a_scan)
{
    static const uint8_t head[] = {
        0xFF, 0xD8, 0xFF, 0xF7, 0, 17, 8, 0, 4, 0, 4, 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0,
        0xFF, 0xDA, 0, 12, 3, 1, 0, 2, 0, 3, 0, 0, 2, 0,
    };
    enum { SAMPLING = 16, THIRD = 30, INTERLEAVE = 33 };
    uint8_t frame[sizeof head];
    sj_jpegls image;

    memcpy(frame, head, sizeof head);
    CHECK_EQUAL(sj_jpegls_header(&image, frame, sizeof frame), SJ_OK);
    frame[INTERLEAVE] = 0;
    CHECK_EQUAL(sj_jpegls_header(&image, frame, sizeof frame), SJ_CODED_DAMAGED);
    for (uint8_t interleave = 1; interleave <= 2; interleave++) {
        frame[INTERLEAVE] = interleave;
        frame[THIRD] = 1; /* it would be decoded twice, and another one never */
        CHECK_EQUAL(sj_jpegls_header(&image, frame, sizeof frame), SJ_CODED_DAMAGED);
        frame[THIRD] = 3;
        frame[SAMPLING] = 0x21; /* of different sizes: sample by sample there is no order */
        CHECK_EQUAL(sj_jpegls_header(&image, frame, sizeof frame), interleave == 1 ? SJ_OK : SJ_CODED_UNSUPPORTED);
        frame[SAMPLING] = 0x12;
        CHECK_EQUAL(sj_jpegls_header(&image, frame, sizeof frame), interleave == 1 ? SJ_OK : SJ_CODED_UNSUPPORTED);
        frame[SAMPLING] = 0x11;
    }
}

TEST(restart_intervals_of_every_width)
{
    static const uint8_t two[] = { 0xFF, 0xDD, 0, 4, 1, 2 }, three[] = { 0xFF, 0xDD, 0, 5, 1, 2, 3 };
    static const uint8_t four[] = { 0xFF, 0xDD, 0, 6, 1, 2, 3, 4 }, five[] = { 0xFF, 0xDD, 0, 7, 1, 2, 3, 4, 5 };
    sj_jpegls image;

    CHECK_EQUAL(with(&image, two, sizeof two), SJ_OK);
    CHECK_EQUAL(image.restart, 0x0102);
    CHECK_EQUAL(with(&image, three, sizeof three), SJ_OK);
    CHECK_EQUAL(image.restart, 0x010203);
    CHECK_EQUAL(with(&image, four, sizeof four), SJ_OK);
    CHECK_EQUAL(image.restart, 0x01020304);
    CHECK_EQUAL(with(&image, five, sizeof five), SJ_CODED_DAMAGED);
    CHECK_EQUAL(image.at, SCAN_AT);
}

TEST(sizes_of_sampled_components)
{
    /* as in the conformance images "sse": 2x4, 2x1, 1x2 of 5 x 6 */
    static const uint8_t frame[] = {
        0xFF, 0xD8, 0xFF, 0xF7, 0, 17, 8, 0, 6, 0, 5, 3, 7, 0x24, 0, 8, 0x21, 0, 9, 0x12, 0,
        0xFF, 0xDA, 0, 12, 3, 9, 0, 7, 0, 8, 0, 0, 1, 0,
    };
    static const unsigned columns[] = { 5, 5, 3 }, rows[] = { 6, 2, 3 };
    sj_jpegls image;

    CHECK_EQUAL(sj_jpegls_header(&image, frame, sizeof frame), SJ_OK);
    CHECK(image.subsampled);
    for (unsigned i = 0; i < 3; i++) {
        CHECK_EQUAL(image.component[i].columns, columns[i]);
        CHECK_EQUAL(image.component[i].rows, rows[i]);
        CHECK_EQUAL(image.scan.component[i], (i + 2) % 3);
    }
    CHECK_EQUAL(sj_jpegls_samples(&image), 30 + 10 + 9);
    CHECK_EQUAL(image.scan.interleave, SJ_JPEGLS_LINE);
}

TEST(every_shorter_header_is_truncated)
{
    for (size_t length = 0; length < CODED_AT; length++) {
        uint8_t *part = malloc(length > 0 ? length : 1);
        sj_jpegls image;
        CHECK_NOTE("length %zu", length);
        CHECK(part != NULL);
        memcpy(part, example, length);
        CHECK_EQUAL(sj_jpegls_header(&image, part, length), SJ_CODED_TRUNCATED);
        CHECK(image.at <= length);
        free(part);
    }
}

TEST(next_scan_and_restart_markers)
{
    static const uint8_t frame[] = { 0xFF, 0xD8, 0xFF, 0xFF, 0xD3, 7, 0xFF, 0xD4, 0xFF };
    sj_jpegls image = { .at = 2 };

    CHECK_EQUAL(sj_jpegls_restart(&image, frame, sizeof frame, 3), SJ_OK);
    CHECK_EQUAL(image.at, 5);
    CHECK_EQUAL(sj_jpegls_restart(&image, frame, sizeof frame, 4), SJ_CODED_DAMAGED);
    image.at = 6;
    CHECK_EQUAL(sj_jpegls_restart(&image, frame, sizeof frame, 3), SJ_CODED_DAMAGED);
    image.at = 8;
    CHECK_EQUAL(sj_jpegls_restart(&image, frame, sizeof frame, 3), SJ_CODED_TRUNCATED);
}

TEST(least_bits)
{
    /* rows, columns, interleave mode, for one and for three components: a bit for each run of 32768 */
    static const unsigned cases[][5] = {
        { 1, 1, 0, 1, 0 },     { 4, 32768, 0, 4, 0 },     { 4, 32769, 0, 8, 0 },      { 65535, 65535, 0, 131070, 0 },
        { 7, 5, 1, 7, 21 },    { 7, 40000, 1, 14, 42 },   { 7, 5, 2, 7, 7 },          { 7, 40000, 2, 14, 14 },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (unsigned components = 1; components <= 3; components += 2) {
            const unsigned wanted = cases[i][components == 1 ? 3 : 4];
            uint8_t frame[] = {
                0xFF, 0xD8, 0xFF, 0xF7, 0, (uint8_t)(8 + 3 * components), 8, (uint8_t)(cases[i][0] >> 8),
                (uint8_t)cases[i][0], (uint8_t)(cases[i][1] >> 8), (uint8_t)cases[i][1], (uint8_t)components,
                1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0, 0xFF, 0xDA, 0, (uint8_t)(6 + 2 * components), (uint8_t)components,
                1, 0, 2, 0, 3, 0, 0, (uint8_t)cases[i][2], 0,
            };
            sj_jpegls image;
            if (wanted == 0)
                continue;
            CHECK_NOTE("case %zu, %u components", i, components);
            if (components == 1) { /* of those behind it nothing stays */
                memmove(frame + 15, frame + 21, sizeof frame - 21);
                memmove(frame + 22, frame + 26, sizeof frame - 26);
            }
            CHECK_EQUAL(sj_jpegls_header(&image, frame, sizeof frame), SJ_OK);
            CHECK_EQUAL(sj_jpegls_least_bits(&image), wanted);
        }
    }
}

TEST(work_area_grows_with_columns_only)
{
    uint8_t frame[EXAMPLE_SIZE];
    sj_jpegls image;

    memcpy(frame, example, sizeof frame);
    CHECK_EQUAL(sj_jpegls_header(&image, frame, sizeof frame), SJ_OK);
    const size_t small = sj_jpegls_work(&image);
    frame[7] = frame[8] = 0xFF;
    CHECK_EQUAL(sj_jpegls_header(&image, frame, sizeof frame), SJ_OK);
    CHECK_EQUAL(sj_jpegls_work(&image), small);
    frame[9] = frame[10] = 0xFF;
    CHECK_EQUAL(sj_jpegls_header(&image, frame, sizeof frame), SJ_OK);
    CHECK(sj_jpegls_work(&image) > small && sj_jpegls_work(&image) < 4 << 20);
    image.columns = UINT32_MAX;
    CHECK_EQUAL(sj_jpegls_work(&image), 0);
}
