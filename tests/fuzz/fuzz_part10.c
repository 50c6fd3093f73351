/* The scan of a file: part10.c and dataset.c.
 *
 * Input: the file, then TAIL bytes: expect, extent, and six bytes that choose the windows. Whatever the windows, the
 * verdict and the results are the same; no byte outside a window is read; each step moves on; the results make sense.
 */
#include "invariant.h"

#include "core.h"
#include "scan_windows.h"

enum { TAIL = 8 };

typedef struct chance {
    uint64_t state;
} chance;

static size_t any_window(void *schedule, uint64_t rest)
{
    chance *from = schedule;

    from->state ^= from->state << 13;
    from->state ^= from->state >> 7;
    from->state ^= from->state << 17;
    const size_t more = (from->state >> 40) % (from->state >> 38 & 1 ? 16 : 4096);
    (void)rest;
    return SJ_WINDOW_MIN + more;
}

static size_t least_window(void *schedule, uint64_t rest)
{
    (void)schedule;
    (void)rest;
    return SJ_WINDOW_MIN;
}

static void check_uid(const sj_uid *uid)
{
    MUST(uid->length <= SJ_UID_ROOM);
    MUST(uid->present || (uid->length == 0 && !uid->overlong));
    MUST(uid->length == 0 || uid->text[uid->length - 1] != 0);
}

static void check_results(const sj_scan *scan, sj_status status, uint64_t size, sj_expect expect, sj_extent extent)
{
    MUST(status == SJ_OK || (status >= SJ_NOT_DICOM && status <= SJ_TOO_LARGE));
    MUST(scan->data_set_offset <= size);
    MUST(scan->error_offset <= size);
    check_uid(&scan->meta_class);
    check_uid(&scan->meta_instance);
    check_uid(&scan->meta_syntax);
    check_uid(&scan->class_uid);
    check_uid(&scan->instance_uid);
    if (status != SJ_OK) {
        MUST(!scan->structure_known);
        return;
    }
    MUST(scan->has_meta || (expect != SJ_EXPECT_FILE && scan->guessed && scan->data_set_offset == 0));
    MUST(!scan->has_preamble || (scan->has_meta && expect != SJ_EXPECT_DATA_SET));
    MUST(!scan->guessed || expect != SJ_EXPECT_FILE);
    if (extent == SJ_READ_WHOLE)
        MUST(scan->structure_known || scan->encoding == SJ_OPAQUE);
    if (scan->structure_known)
        MUST(scan->encoding != SJ_OPAQUE);
}

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size)
{
    static sj_scan whole, pieces, further;

    if (size < TAIL)
        return 0;
    const uint8_t *tail = input + size - TAIL;
    const sj_expect expect = (sj_expect)(tail[0] % 3);
    const sj_extent extent = (sj_extent)(tail[1] % 3);
    chance from = { 1 };
    for (size_t at = 2; at < TAIL; at++)
        from.state = from.state << 8 | tail[at];
    size -= TAIL;

    const sj_status status = scan_whole(&whole, input, size, expect, extent);
    check_results(&whole, status, size, expect, extent);
    MUST(scan_in_windows(&pieces, input, size, expect, extent, any_window, &from) == status);
    MUST(same_results(&whole, &pieces));
    MUST(scan_in_windows(&pieces, input, size, expect, extent, least_window, NULL) == status);
    MUST(same_results(&whole, &pieces));

    /* what was read to the end is also what was known before it */
    if (scan_whole(&whole, input, size, expect, SJ_READ_WHOLE) == SJ_OK) {
        MUST(scan_whole(&further, input, size, expect, SJ_READ_IDENTITY) == SJ_OK);
        MUST(same_uid(&whole.class_uid, &further.class_uid) && same_uid(&whole.instance_uid, &further.instance_uid));
        MUST(scan_whole(&further, input, size, expect, SJ_READ_META) == SJ_OK);
        MUST(whole.data_set_offset == further.data_set_offset && whole.encoding == further.encoding);
    }

    const sj_scan before = whole;
    uint8_t *inflated = exact_copy(input, size);
    sj_scan_identity(&whole, inflated, size);
    free(inflated);
    check_uid(&whole.class_uid);
    check_uid(&whole.instance_uid);
    whole.class_uid = before.class_uid;
    whole.instance_uid = before.instance_uid;
    MUST(same_results(&whole, &before));
    return 0;
}
