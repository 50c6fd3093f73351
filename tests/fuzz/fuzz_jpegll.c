/* One scan of lossless JPEG: jpegll.c against the slow decoder of tests/ext/jpegll_scans.h.
 *
 * Input: HEAD bytes (columns, rows, components and predictor, precision, shift, lines of a restart interval, then the
 * counts and values of a code), then the scan. The two agree on whether it can be decoded whole, and on each sample.
 */
#include "invariant.h"

#include "jpegll_scans.h"

enum { HEAD = 6 + 33 };

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size)
{
    if (size < HEAD)
        return 0;
    sj_jpegll image = {
        .columns = input[0], .rows = input[1], .components = input[2] % 6, .predictor = input[2] / 6 % 9,
        .precision = input[3] % 18, .shift = input[4] % 17, .restart = input[0] * (uint32_t)(input[5] % 8),
    };
    const size_t length = size - HEAD, samples = (size_t)image.columns * image.rows * image.components;
    for (unsigned c = 0; c < SJ_JPEGLL_COMPONENTS; c++) {
        image.code[c] = wide_code;
        if (c % 2 == 0) {
            memcpy(image.code[c].counts, input + 6, 16);
            memcpy(image.code[c].values, input + 22, 17);
        }
    }
    const sj_status checked = sj_jpegll_check(&image, length);
    MUST(image.at <= length);
    if (checked != SJ_OK)
        return 0;
    MUST(samples / 8 <= length);
    const unsigned container = image.precision <= 8 ? 1 : 2;
    uint8_t *scan = exact_copy(input + HEAD, length), *out = malloc(samples * container);
    uint16_t *slow = malloc(samples * 2);
    void *work = malloc(sj_jpegll_work(&image, length));
    MUST(out != NULL && slow != NULL && work != NULL);
    const sj_status status = sj_jpegll_decode(&image, scan, length, work, out, container);
    MUST(status == SJ_OK || status == SJ_CODED_TRUNCATED || status == SJ_CODED_DAMAGED);
    MUST(image.at <= length);
    MUST((status == SJ_OK) == slow_scan(&image, scan, length, slow));
    for (size_t i = 0; status == SJ_OK && i < samples; i++) {
        const uint16_t wanted = (uint16_t)(slow[i] << image.shift);
        MUST(container == 1 ? out[i] == (uint8_t)wanted : (out[2 * i] | out[2 * i + 1] << 8) == wanted);
    }
    free(scan);
    free(out);
    free(slow);
    free(work);
    return 0;
}
