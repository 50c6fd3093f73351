/* Re-encoding of a data set: recode.c, with swap.c and dictionary.c.
 *
 * Input: the data set, then TAIL bytes: from, to, flags (1 old VRs, 2 a lexicon, 4 size known), and six bytes that choose
 * the windows and their room. Whatever those, the verdict and the bytes are the same; counting and writing agree; what is
 * written can be walked, re-encoded to itself, and, where nothing was given up on the way, back.
 */
#include "invariant.h"

#include "core.h"
#include "recode_windows.h"

enum { TAIL = 9, OLD_VRS = 1, LEXICON = 2, SIZE_KNOWN = 4 };

typedef struct chance {
    uint64_t state;
} chance;

static uint64_t draw(chance *from)
{
    from->state ^= from->state << 13;
    from->state ^= from->state >> 7;
    from->state ^= from->state << 17;
    return from->state >> 38;
}

static size_t any_window(void *schedule, uint64_t rest)
{
    const uint64_t drawn = draw(schedule);

    (void)rest;
    return SJ_WINDOW_MIN + (drawn >> 1) % (drawn & 1 ? 16 : 4096);
}

static size_t any_room(void *schedule)
{
    const uint64_t drawn = draw(schedule);
    return SJ_RECODE_ROOM + (drawn >> 1) % (drawn & 1 ? 8 : 2048);
}

#define CODE(a, b) ((a) << 8 | (b))

static const sj_lexicon_creator_name names[] = { { "ACME", 4 }, { "SIEMENS CSA HEADER", 18 } };
static const sj_lexicon_row exact[] = {
    { CODE('S', 'Q'), 0, 0x0008, 0x0008, 0x0060, 0x0060, 2, 2 },
    { CODE('F', 'D'), 0, 0x0010, 0x0010, 0x0010, 0x0010, 2, 2 },
    { CODE('S', 'Q'), 1, 0x0009, 0x0009, 0x0001, 0x0001, 2, 2 },
};
static const sj_lexicon_row ranges[] = {
    { CODE('O', 'V'), 1, 0x0009, 0xFFFF, 0x0010, 0x00FF, 1, 0 },
    { CODE('U', 'T'), 2, 0x0029, 0x0029, 0x0000, 0x00FF, 2, 2 },
    { CODE('x', 's'), 0, 0x0040, 0x00FF, 0x0000, 0xFFFF, 0, 2 },
};
static const sj_lexicon lexicon = { exact, 3, ranges, 3, names, 2 };

static const recode_pace at_once = { NULL, NULL, NULL };
static sj_recode first, other;
static sj_scan scan;

static sj_status again(const recode_made *in, uint8_t from, uint8_t to, const sj_lexicon *own, recode_made *out)
{
    *out = (recode_made){ NULL, 0 };
    sj_recode_init(&other, (sj_encoding)from, (sj_encoding)to, false, own, in->length);
    return recode_twice(&other, in->bytes, in->length, &at_once, out);
}

static bool same(const recode_made *a, const recode_made *b)
{
    return a->length == b->length && (a->length == 0 || memcmp(a->bytes, b->bytes, a->length) == 0);
}

/* Twice into its own encoding: the first time an item that holds nothing any more loses its delimiter. */
static void settle(const recode_made *in, uint8_t encoding, const sj_lexicon *own, recode_made *out)
{
    recode_made once, thrice;

    MUST(again(in, encoding, encoding, own, &once) == SJ_OK);
    MUST(again(&once, encoding, encoding, own, out) == SJ_OK);
    MUST(again(out, encoding, encoding, own, &thrice) == SJ_OK);
    MUST(same(out, &thrice));
    free(once.bytes);
    free(thrice.bytes);
}

static void check_output(const recode_made *made, const uint8_t *input, size_t size, uint8_t from, uint8_t to, bool old,
                         const sj_lexicon *own)
{
    uint8_t *exactly = exact_copy(made->bytes, made->length);
    const bool loses_vrs = from != SJ_IMPLICIT_LITTLE && to == SJ_IMPLICIT_LITTLE;
    const recode_made given = { exact_copy(input, size), size };
    recode_made back, wanted, direct;

    MUST(walk_data_set(&scan, exactly, made->length, (sj_encoding)to) == SJ_OK);
    free(exactly);
    /* what a dictionary makes of an explicit data set's elements once their VRs are gone may be anything */
    if (!loses_vrs) {
        settle(made, to, own, &back);
        free(back.bytes);
    }
    if (!loses_vrs && !old) {
        MUST(again(made, to, from, own, &back) == SJ_OK);
        settle(&back, from, own, &wanted);
        free(back.bytes);
        MUST(again(&given, from, from, own, &back) == SJ_OK);
        settle(&back, from, own, &direct);
        MUST(same(&wanted, &direct));
        free(back.bytes);
        free(wanted.bytes);
        free(direct.bytes);
    }
    free(given.bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size)
{
    recode_made made = { NULL, 0 }, pieces = { NULL, 0 };

    if (size < TAIL)
        return 0;
    const uint8_t *tail = input + size - TAIL;
    const uint8_t from = tail[0] % 3, to = tail[1] % 3;
    const bool old = (tail[2] & OLD_VRS) != 0;
    const sj_lexicon *own = tail[2] & LEXICON ? &lexicon : NULL;
    chance state = { 1 };
    for (size_t at = 3; at < TAIL; at++)
        state.state = state.state << 8 | tail[at];
    size -= TAIL;
    const uint64_t told = tail[2] & SIZE_KNOWN ? size : SJ_SIZE_UNKNOWN;
    const recode_pace anyhow = { any_window, any_room, &state };

    sj_recode_init(&first, (sj_encoding)from, (sj_encoding)to, old, own, told);
    const sj_status status = recode_twice(&first, input, size, &at_once, &made);
    MUST(status == SJ_OK || (status >= SJ_TRUNCATED && status <= SJ_ENCAPSULATED));
    MUST(first.error_offset <= size);

    sj_recode_init(&other, (sj_encoding)from, (sj_encoding)to, old, own, told);
    MUST(recode_twice(&other, input, size, &anyhow, &pieces) == status);
    MUST(same(&made, &pieces));
    MUST(first.made == other.made || status != SJ_OK);
    MUST(first.error_offset == other.error_offset && first.error_tag == other.error_tag);
    free(pieces.bytes);

    /* a writer that was not told what the count found ends the same way */
    pieces = (recode_made){ NULL, 0 };
    sj_recode_init(&other, (sj_encoding)from, (sj_encoding)to, old, own, told);
    MUST(recode_in_windows(&other, input, size, &anyhow, &pieces) == status);
    MUST(first.error_offset == other.error_offset && first.error_tag == other.error_tag);
    MUST(status != SJ_OK || pieces.length == made.length);
    free(pieces.bytes);

    /* nor does it depend on whether the size is known */
    sj_recode_init(&other, (sj_encoding)from, (sj_encoding)to, old, own,
                   told == SJ_SIZE_UNKNOWN ? size : SJ_SIZE_UNKNOWN);
    MUST((recode_twice(&other, input, size, &anyhow, NULL) == SJ_OK) == (status == SJ_OK));
    MUST(status != SJ_OK || other.made == first.made);

    if (status == SJ_OK)
        check_output(&made, input, size, from, to, old, own);
    free(made.bytes);
    return 0;
}
