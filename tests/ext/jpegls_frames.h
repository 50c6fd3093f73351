/* Frames for the tests of JPEG-LS, and a way to decode one with work area and samples of just their size. */
#ifndef STOREJET_TESTS_JPEGLS_FRAMES_H
#define STOREJET_TESTS_JPEGLS_FRAMES_H

#include "check.h"
#include "core.h"

/* the example of T.87 annex H.3: SOI, SOF55, SOS, 30 coded bytes, EOI */
enum { FRAME_AT = 2, SCAN_AT = 15, CODED_AT = 25, EXAMPLE_SIZE = 56 };
static const uint8_t example[EXAMPLE_SIZE] = {
    0xFF, 0xD8,
    0xFF, 0xF7, 0x00, 0x0B, 0x08, 0x00, 0x04, 0x00, 0x04, 0x01, 0x01, 0x11, 0x00,
    0xFF, 0xDA, 0x00, 0x08, 0x01, 0x01, 0x00, 0x00, 0x00, 0x00,
    0xC0, 0x00, 0x00, 0x6C, 0x80, 0x20, 0x8E, 0x01, 0xC0, 0x00, 0x00, 0x57, 0x40, 0x00,
    0x00, 0x6E, 0xE6, 0x00, 0x00, 0x01, 0xBC, 0x18, 0x00, 0x00, 0x05, 0xD8, 0x00, 0x00, 0x91, 0x60, 0xFF,
}; /* without the last byte, D9 */
static const uint8_t example_samples[16] = { 0, 0, 90, 74, 68, 50, 43, 205, 64, 145, 145, 145, 100, 145, 145, 145 };

/* decodes a frame whose size in memory is just `length`; *samples (to be freed) is NULL where its header fails */
static inline sj_status decode(const uint8_t *frame, size_t length, unsigned container, bool planar, sj_jpegls *image,
                               uint8_t **samples)
{
    uint8_t *copy = malloc(length > 0 ? length : 1);

    *samples = NULL;
    CHECK(copy != NULL);
    if (length > 0)
        memcpy(copy, frame, length);
    sj_status status = sj_jpegls_header(image, copy, length);
    if (status == SJ_OK) {
        void *work = malloc(sj_jpegls_work(image));
        *samples = malloc(sj_jpegls_samples(image) * container);
        CHECK(work != NULL && *samples != NULL);
        status = sj_jpegls_decode(image, copy, length, work, *samples, container, planar);
        free(work);
    }
    free(copy);
    CHECK(image->at <= length);
    return status;
}

#endif
