/* rle.c without vectors, as it is built for other processors, beside rle.c as it is built for this one. */
#include "check.h"

#define SJ_PLAIN_LANES
#define sj_rle_open plain_rle_open
#define sj_rle_decode plain_rle_decode
#include "rle.c"
#undef sj_rle_open
#undef sj_rle_decode

#include "rle_streams.h"

sj_status sj_rle_open(sj_rle *rle, const uint8_t *stream, size_t length, uint64_t pixels, unsigned samples, unsigned bits,
                      unsigned planar);
sj_status sj_rle_decode(sj_rle *rle, uint8_t *out);

TEST(plain_as_with_vectors)
{
    uint32_t state = 3;

    for (unsigned samples = 1; samples <= 4; samples++) {
        for (unsigned bits = 8; bits <= 64 && bits / 8 * samples <= SJ_RLE_SEGMENTS; bits += 8) {
            for (size_t pixels = 1; pixels < 20000; pixels = pixels * 3 + samples) {
                const unsigned planes = bits / 8 * samples;
                uint8_t *stream = malloc(64 + planes * (3 * pixels + 134));
                uint8_t *plain = malloc(pixels * planes), *vectors = malloc(pixels * planes);
                CHECK(stream != NULL && plain != NULL && vectors != NULL);
                const size_t length = rle_frame(stream, planes, pixels, 50, &state);
                sj_rle rle;
                CHECK_NOTE("%u samples of %u bits, %zu pixels", samples, bits, pixels);
                CHECK_EQUAL(plain_rle_open(&rle, stream, length, pixels, samples, bits, 0), SJ_OK);
                CHECK_EQUAL(plain_rle_decode(&rle, plain), SJ_OK);
                CHECK_EQUAL(sj_rle_open(&rle, stream, length, pixels, samples, bits, 0), SJ_OK);
                CHECK_EQUAL(sj_rle_decode(&rle, vectors), SJ_OK);
                CHECK_BYTES(plain, vectors, pixels * planes);
                free(stream);
                free(plain);
                free(vectors);
            }
        }
    }
}
