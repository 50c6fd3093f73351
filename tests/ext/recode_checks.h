/* One data set, re-encoded at every pace, with its size known and not; all must agree. */
#ifndef STOREJET_TESTS_RECODE_CHECKS_H
#define STOREJET_TESTS_RECODE_CHECKS_H

#include "check.h"
#include "element_bytes.h"
#include "recode_windows.h"

static const sj_encoding encodings[] = { SJ_IMPLICIT_LITTLE, SJ_EXPLICIT_LITTLE, SJ_EXPLICIT_BIG };

static inline size_t small_room(void *schedule)
{
    return SJ_RECODE_ROOM + *(const size_t *)schedule % 7;
}

typedef struct recode_question {
    sj_encoding to;
    bool old_vrs;
    const sj_lexicon *own;
} recode_question;

/* in: a data set, and the one it must become, or NULL. out: the status; `last` holds the last run's errors.
 * failure of a check when a pace tells something else. Neither text is freed. */
static sj_recode last;

static inline sj_status recode_text(const text *in, recode_question question, const text *wanted)
{
    static const size_t windows[] = { 0, SJ_WINDOW_MIN, SJ_WINDOW_MIN + 1, 1500, 4099 };
    sj_status first = SJ_OK;

    for (size_t row = 0; row < 2 * sizeof windows / sizeof *windows; row++) {
        size_t window = windows[row / 2];
        const recode_pace pace = { window > 0 ? fixed_window : NULL, window > 0 ? small_room : NULL, &window };
        recode_made made = { NULL, 0 };
        memset(&last, 0xAA, sizeof last); /* it does not need cleared memory */
        sj_recode_init(&last, in->encoding, question.to, question.old_vrs, question.own,
                       row % 2 ? SJ_SIZE_UNKNOWN : in->length);
        const sj_status status = recode_twice(&last, in->bytes, in->length, &pace, &made);
        if (row == 0)
            first = status;
        CHECK_EQUAL(status, first);
        if (wanted != NULL && status == SJ_OK) {
            CHECK_EQUAL(made.length, wanted->length);
            CHECK(made.length == 0 || memcmp(made.bytes, wanted->bytes, made.length) == 0);
            sj_scan scan;
            CHECK_EQUAL(walk_data_set(&scan, wanted->bytes, wanted->length, question.to), SJ_OK);
        }
        free(made.bytes);
    }
    return first;
}

/* It becomes that, in the encoding of that; both are freed. */
static inline void becomes_so(text *in, text *wanted, bool old_vrs, const sj_lexicon *own)
{
    const recode_question question = { wanted->encoding, old_vrs, own };

    CHECK_EQUAL(recode_text(in, question, wanted), SJ_OK);
    free(in);
    free(wanted);
}

static inline void becomes(text *in, text *wanted)
{
    becomes_so(in, wanted, false, NULL);
}

/* It is refused so, with the tag and the offset that are named; it is freed. */
static inline void refused(text *in, sj_encoding to, sj_status status, uint32_t tag, size_t offset)
{
    CHECK_EQUAL(recode_text(in, (recode_question){ to, false, NULL }, NULL), status);
    CHECK_EQUAL(last.error_tag, tag);
    CHECK_EQUAL(last.error_offset, offset);
    free(in);
}

#endif
