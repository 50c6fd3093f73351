/* JPEG-LS: jpegls_header.c and jpegls.c.
 *
 * Input: a frame, then one byte that chooses container and layout. Nothing outside frame, work area and samples is read
 * or written; the verdict and the samples are the same whichever way they are laid out, and no sample is larger than
 * MAXVAL says. What follows a frame changes nothing about what is decoded, and less of it never gives something else.
 */
#include "invariant.h"

#include "core.h"

/* larger images only take longer */
enum { MOST = 1 << 16 };

static sj_status decoded(const uint8_t *frame, size_t size, unsigned container, bool planar, uint8_t **samples,
                         uint64_t *count, sj_jpegls *image)
{
    *samples = NULL;
    *count = 0;
    sj_status status = sj_jpegls_header(image, frame, size);
    MUST(image->at <= size);
    if (status != SJ_OK)
        return status;
    MUST(image->components >= 1 && image->components <= SJ_JPEGLS_COMPONENTS && image->columns > 0 && image->rows > 0);
    *count = sj_jpegls_samples(image);
    const size_t room = sj_jpegls_work(image);
    if (*count > MOST || room == 0)
        return SJ_CODED_UNSUPPORTED;
    uint8_t *work = malloc(room);
    *samples = malloc(*count * container);
    MUST(work != NULL && *samples != NULL);
    memset(work, 0xA5, room);
    memset(*samples, 0xA5, *count * container);
    status = sj_jpegls_decode(image, frame, size, work, *samples, container, planar);
    MUST(image->at <= size);
    free(work);
    return status;
}

static unsigned sample(const uint8_t *samples, uint64_t at, unsigned container)
{
    return container == 1 ? samples[at] : samples[2 * at] | (unsigned)samples[2 * at + 1] << 8;
}

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size)
{
    sj_jpegls image, other;
    uint8_t *samples, *again;
    uint64_t count, same;

    if (size == 0)
        return 0;
    const unsigned choice = input[--size];
    uint8_t *frame = exact_copy(input, size);
    const unsigned container = choice & 1 ? 1 : 2;
    const sj_status status = decoded(frame, size, container, choice & 2, &samples, &count, &image);
    MUST(status == SJ_OK || (status >= SJ_CODED_TRUNCATED && status <= SJ_CODED_MISMATCH));

    const sj_status second = decoded(frame, size, 2, !(choice & 2), &again, &same, &other);
    MUST(same == count);
    if (status != SJ_CODED_MISMATCH) {
        MUST(second == status);
        MUST(other.at == image.at);
    }
    if (status == SJ_OK) {
        const uint64_t pixels = image.subsampled ? count : count / image.components;
        const uint64_t components = image.subsampled ? 1 : image.components;
        for (uint64_t i = 0; i < count; i++) {
            const unsigned value = sample(samples, i, container);
            const uint64_t turned =
                choice & 2 ? i % pixels * components + i / pixels : i % components * pixels + i / components;
            MUST(value < 1u << image.precision);
            MUST(value == sample(again, turned, 2));
        }
        /* half of it, or its last byte less: an error, or the very same */
        const size_t less = choice & 4 ? size / 2 : size - 1;
        uint8_t *part = exact_copy(frame, less), *rest;
        if (decoded(part, less, container, choice & 2, &rest, &same, &other) == SJ_OK)
            MUST(same == count && memcmp(rest, samples, count * container) == 0);
        free(rest);
        free(part);
    }
    free(samples);
    free(again);
    free(frame);
    return 0;
}
