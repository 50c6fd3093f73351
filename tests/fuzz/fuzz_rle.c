/* One frame of RLE Lossless: rle.c against the slow decoder of tests/ext/rle_streams.h.
 *
 * Input: HEAD bytes (Rows, Columns, Samples per Pixel, Bits Allocated, Planar Configuration), then the stream. The two
 * agree on whether the frame can be decoded whole, and on each of its bytes.
 */
#include "invariant.h"

#include "rle_streams.h"

enum { HEAD = 6, MOST = 1 << 21 };

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size)
{
    static const uint8_t depths[] = { 8, 16, 1, 24, 32, 40, 48, 56, 64, 12, 0, 72 };
    if (size < HEAD)
        return 0;
    const size_t rows = input[0], columns = input[1] * 0x100u + input[2], pixels = rows * columns;
    const unsigned samples = input[3] % 17, bits = depths[input[4] % sizeof depths], planar = input[5] % 2;
    const size_t length = size - HEAD;
    uint8_t *stream = exact_copy(input + HEAD, length);
    sj_rle rle;
    const sj_status opened = sj_rle_open(&rle, stream, length, pixels, samples, bits, planar);
    const bool known = samples > 0 && (bits == 1 ? samples == 1 : bits % 8 == 0 && bits > 0 && bits <= 64);
    const size_t wanted = (bits == 1 ? (pixels + 7) / 8 : pixels) * samples * ((bits + 7) / 8);

    MUST((opened == SJ_CODED_UNSUPPORTED) == !known);
    if (opened == SJ_OK)
        MUST(rle.frame_length == wanted && wanted <= (length + 2) * 64 * SJ_RLE_SEGMENTS);
    if (known && samples * ((bits + 7) / 8) <= SJ_RLE_SEGMENTS && wanted <= MOST) {
        uint8_t *fast = malloc(wanted > 0 ? wanted : 1), *slow = malloc(wanted + 1);
        MUST(fast != NULL && slow != NULL);
        const bool whole = rle_slow(stream, length, pixels, samples, bits, planar, slow);
        const sj_status status = opened == SJ_OK ? sj_rle_decode(&rle, fast) : opened;
        MUST((status == SJ_OK) == whole);
        MUST(status == SJ_OK || status == SJ_CODED_TRUNCATED || status == SJ_CODED_MISMATCH ||
             (status == SJ_CODED_DAMAGED && opened == status));
        MUST(rle.error_offset <= length);
        if (whole)
            MUST(memcmp(fast, slow, wanted) == 0);
        free(fast);
        free(slow);
    }
    free(stream);
    return 0;
}
