/* jpegll.c: what was made comes back, and what is cut, altered or cannot be is refused. */
#include "check.h"

#include "jpegll_scans.h"

static uint32_t chance(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 16;
}

/* a scan whose size in memory is just `length`, work area and samples likewise; *out is to be freed, NULL for none */
static sj_status decode(sj_jpegll *image, const uint8_t *scan, size_t length, unsigned container, uint8_t **out)
{
    uint8_t *copy = malloc(length > 0 ? length : 1);

    *out = NULL;
    CHECK(copy != NULL);
    if (length > 0)
        memcpy(copy, scan, length);
    sj_status status = sj_jpegll_check(image, length);
    if (status == SJ_OK) {
        void *work = malloc(sj_jpegll_work(image, length));
        *out = malloc((size_t)image->rows * image->columns * image->components * container);
        CHECK(work != NULL && *out != NULL);
        status = sj_jpegll_decode(image, copy, length, work, *out, container);
        free(work);
    }
    free(copy);
    CHECK(image->at <= length);
    return status;
}

static sj_jpegll image_of(uint32_t columns, uint32_t rows, uint8_t components, uint8_t precision, uint8_t predictor)
{
    sj_jpegll image = {
        .columns = columns, .rows = rows, .components = components, .precision = precision, .predictor = predictor,
    };
    for (unsigned c = 0; c < components; c++)
        image.code[c] = wide_code;
    return image;
}

enum { MOST = 40 * 40 * 4 };

/* slopes with jumps: all categories come */
static void fill(const sj_jpegll *image, uint16_t *samples, uint32_t *state)
{
    const uint32_t top = (1u << (image->precision - image->shift)) - 1;
    uint32_t value = top / 2;

    for (size_t i = 0; i < (size_t)image->rows * image->columns * image->components; i++) {
        value = chance(state) % 5 == 0 ? chance(state) : value + chance(state) % (1 + (1u << chance(state) % 16));
        samples[i] = (uint16_t)(value & top);
    }
}

TEST(what_was_made_comes_back)
{
    static uint16_t samples[MOST];
    static uint8_t scan[MOST * 12];
    uint32_t state = 7;

    for (uint8_t components = 1; components <= 4; components++)
        for (uint8_t predictor = 1; predictor <= 7; predictor++)
            for (uint8_t precision = 2; precision <= 16; precision++)
                for (uint32_t columns = 1; columns <= 40; columns = columns * 3 + components) {
                    const uint32_t rows = 1 + chance(&state) % 17;
                    sj_jpegll image = image_of(columns, rows, components, precision, predictor);
                    image.shift = (uint8_t)(chance(&state) % precision);
                    image.restart = columns * (chance(&state) % 4);
                    const unsigned container = precision <= 8 ? 1 : 2;
                    fill(&image, samples, &state);
                    const size_t length = make_scan(&image, samples, scan);
                    uint8_t *out;
                    CHECK_NOTE("%u x %u of %u with %u bits, predictor %u, shift %u, restart %u", columns, rows, components,
                               precision, predictor, image.shift, image.restart);
                    CHECK_EQUAL(decode(&image, scan, length, container, &out), SJ_OK);
                    for (size_t i = 0; i < (size_t)rows * columns * components; i++) {
                        const unsigned got = container == 1 ? out[i] : out[2 * i] | (unsigned)out[2 * i + 1] << 8;
                        CHECK_EQUAL(got, (unsigned)samples[i] << image.shift);
                    }
                    free(out);
                }
}

TEST(cut_at_every_byte)
{
    static uint16_t samples[MOST];
    static uint8_t scan[MOST * 12];
    uint32_t state = 11;

    for (uint32_t restart = 0; restart <= 3; restart++) {
        sj_jpegll image = image_of(19, 13, 3, 12, 4);
        image.restart = 19 * restart;
        fill(&image, samples, &state);
        const size_t length = make_scan(&image, samples, scan);
        for (size_t cut = 0; cut < length; cut++) {
            uint8_t *out;
            const sj_status status = decode(&image, scan, cut, 2, &out);
            CHECK_NOTE("%zu of %zu bytes, restart %u", cut, length, image.restart);
            CHECK(status == SJ_CODED_TRUNCATED || (restart > 0 && status == SJ_CODED_DAMAGED));
            free(out);
        }
    }
}

TEST(altered_as_the_slow_one_sees_it)
{
    static uint16_t samples[MOST], slow[MOST];
    static uint8_t scan[MOST * 12];
    uint32_t state = 13;
    unsigned whole = 0, refused = 0;

    for (unsigned turn = 0; turn < 2000; turn++) {
        sj_jpegll image = image_of(1 + chance(&state) % 20, 1 + chance(&state) % 20, (uint8_t)(1 + turn % 3), 16,
                                   (uint8_t)(1 + turn % 7));
        image.restart = image.columns * (chance(&state) % 3);
        fill(&image, samples, &state);
        const size_t length = make_scan(&image, samples, scan);
        scan[chance(&state) % length] = (uint8_t)chance(&state);
        uint8_t *out;
        const sj_status status = decode(&image, scan, length, 2, &out);
        CHECK_EQUAL(status == SJ_OK, slow_scan(&image, scan, length, slow));
        if (status == SJ_OK)
            for (size_t i = 0; i < (size_t)image.rows * image.columns * image.components; i++)
                CHECK_EQUAL(out[2 * i] | (unsigned)out[2 * i + 1] << 8, slow[i]);
        whole += status == SJ_OK;
        refused += status != SJ_OK;
        free(out);
    }
    CHECK(whole > 20 && refused > 100);
}

TEST(what_no_frame_is)
{
    static const uint8_t scan[64];
    uint8_t *out;
    sj_jpegll image = image_of(4, 4, 1, 8, 1);

#define REFUSED(member, value, status)                                                                                 \
    do {                                                                                                               \
        sj_jpegll other = image;                                                                                       \
        other.member = value;                                                                                          \
        CHECK_EQUAL(decode(&other, scan, sizeof scan, 2, &out), status);                                               \
        free(out);                                                                                                     \
    } while (0)

    REFUSED(columns, 0, SJ_CODED_UNSUPPORTED);
    REFUSED(columns, 65536, SJ_CODED_UNSUPPORTED);
    REFUSED(rows, 0, SJ_CODED_UNSUPPORTED);
    REFUSED(rows, 65536, SJ_CODED_UNSUPPORTED);
    REFUSED(components, 0, SJ_CODED_UNSUPPORTED);
    REFUSED(components, 5, SJ_CODED_UNSUPPORTED);
    REFUSED(precision, 1, SJ_CODED_UNSUPPORTED);
    REFUSED(precision, 17, SJ_CODED_UNSUPPORTED);
    REFUSED(predictor, 0, SJ_CODED_UNSUPPORTED);
    REFUSED(predictor, 8, SJ_CODED_UNSUPPORTED);
    REFUSED(shift, 8, SJ_CODED_UNSUPPORTED);
    REFUSED(restart, 5, SJ_CODED_UNSUPPORTED);
    REFUSED(components, 2, SJ_CODED_DAMAGED);           /* without a code */
    REFUSED(code[0].counts[0], 3, SJ_CODED_DAMAGED);    /* of one bit there are two */
    REFUSED(code[0].counts[15], 2, SJ_CODED_DAMAGED);   /* more than there are categories */
    REFUSED(code[0].values[16], 17, SJ_CODED_DAMAGED);
    REFUSED(rows, 65535, SJ_CODED_TRUNCATED);           /* before room for it is asked for */
#undef REFUSED
}

TEST(codes_and_markers_that_mean_nothing)
{
    static const uint8_t ones[] = { 0xFF, 0, 0xFF, 0, 0xFF, 0, 0xFF, 0 };
    uint8_t *out;
    sj_jpegll image = image_of(1, 2, 1, 8, 1);

    CHECK_EQUAL(decode(&image, ones, sizeof ones, 1, &out), SJ_CODED_DAMAGED);
    free(out);
    image.restart = 1; /* category 0 is 010: both samples are as predicted */
    static const uint8_t right[] = { 0x5F, 0xFF, 0xFF, 0xD0, 0x5F }, wrong[] = { 0x5F, 0xFF, 0xD1, 0x5F };
    CHECK_EQUAL(decode(&image, right, sizeof right, 1, &out), SJ_OK);
    CHECK_BYTES(out, "\x80\x80", 2);
    free(out);
    CHECK_EQUAL(decode(&image, wrong, sizeof wrong, 1, &out), SJ_CODED_DAMAGED);
    CHECK_EQUAL(image.at, 1);
    free(out);
}
