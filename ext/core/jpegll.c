/* Lossless JPEG with Huffman codes (ITU-T T.81 annex H, process 14): one scan of all components, none subsampled.
 *
 * sample      prediction + difference, modulo 65536; predictions are made of neighbours that were decoded before (H.1.2.1)
 * difference  a Huffman code for its category SSSS, 0 to 16, then SSSS bits (H.1.2.2); 16 is 32768 and has none
 * interval    with restarts, so many lines; each begins at a byte, with a marker RSTm before it, and predicts anew (H.1.1)
 * stuffing    a zero stands behind each FF that is no marker (F.1.2.3)
 *
 * The stuffing is taken out of an interval before its lines are decoded. Behind its last bit there are zeros for a whole
 * line of the longest codes: whether there were as many bits as were taken is seen to after each line.
 */
#include "core.h"

#include <string.h>

enum {
    LOOK = 12,              /* bits of a code and what follows it that one look at a table resolves */
    CATEGORIES = 17,
    MOST_BITS = 32,         /* of a difference: a code of 16, and 15 behind it */
    SPARE = 8,              /* bytes that are read at once */
    AT_ONCE = 3,            /* differences that are found in one read: all but the last take LOOK bits at most */
    KNOWN = 1 << 8          /* of an entry: it holds the difference, not its category */
};

/* an entry: bits that it takes (0: the code is longer than LOOK), KNOWN, then from bit 16 on difference or category */
typedef struct table {
    uint32_t entry[1 << LOOK];
    uint32_t first[17], last[17];    /* codes of a length from first to before last */
    uint32_t index[17];              /* of the first one in `values` */
    uint8_t values[CATEGORIES];
} table;

typedef struct reader {
    const uint8_t *bits;
    uint64_t pos, total;
    bool strange;           /* a code was met that means nothing */
} reader;

static uint64_t load(const uint8_t *at)
{
    uint64_t word;

    memcpy(&word, at, sizeof word);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word;
}

/* ---- tables -------------------------------------------------------------------------------------------------------- */

/* `bits` of a category, from the top of `word` */
static int32_t extended(uint64_t word, unsigned category)
{
    if (category == 0)
        return 0;
    if (category == 16)
        return 32768;
    const int32_t value = (int32_t)(word >> (64 - category));
    return value >> (category - 1) != 0 ? value : value - (1 << category) + 1;
}

static unsigned bits_behind(unsigned category)
{
    return category == 16 ? 0 : category;
}

/* whether the counts and values of a table make a code (C.2) */
static bool is_code(const sj_huffman *code)
{
    uint32_t next = 0, sum = 0;

    for (unsigned length = 1; length <= 16; length++) {
        next = (next << 1) + code->counts[length - 1];
        sum += code->counts[length - 1];
        if (next > UINT32_C(1) << length)
            return false;
    }
    if (sum == 0 || sum > CATEGORIES)
        return false;
    for (uint32_t i = 0; i < sum; i++)
        if (code->values[i] > 16)
            return false;
    return true;
}

static void make_table(table *made, const sj_huffman *code)
{
    uint32_t next = 0, index = 0;

    memset(made, 0, sizeof *made);
    memcpy(made->values, code->values, CATEGORIES);
    for (unsigned length = 1; length <= 16; length++) {
        next <<= 1;
        made->first[length] = next;
        made->index[length] = index;
        for (unsigned i = 0; i < code->counts[length - 1]; i++, next++, index++) {
            if (length > LOOK)
                continue;
            const unsigned category = code->values[index], used = length + bits_behind(category);
            const uint32_t begin = next << (LOOK - length), count = UINT32_C(1) << (LOOK - length);
            for (uint32_t each = begin; each < begin + count; each++) {
                const uint64_t word = (uint64_t)each << (64 - LOOK) << length;
                made->entry[each] = used <= LOOK
                    ? (uint32_t)(uint16_t)extended(word, category) << 16 | KNOWN | used
                    : category << 16 | length;
            }
        }
        made->last[length] = next;
    }
}

/* ---- lines --------------------------------------------------------------------------------------------------------- */

/* the bits from `pos` on, 57 at least */
static inline uint64_t ahead(const reader *from)
{
    return load(from->bits + (from->pos >> 3)) << (from->pos & 7);
}

/* the difference whose code is longer than LOOK, or whose bits are; `word` is what is ahead, before and after */
static __attribute__((noinline)) int32_t long_difference(reader *from, const table *by, uint64_t *word, uint32_t entry)
{
    unsigned length = entry & 0xFF, category = entry >> 16;

    if (length == 0) {
        for (length = LOOK + 1; length <= 16; length++) {
            const uint32_t code = (uint32_t)(*word >> (64 - length));
            if (code >= by->first[length] && code < by->last[length]) {
                category = by->values[by->index[length] + code - by->first[length]];
                break;
            }
        }
        if (length > 16) {
            from->strange = true;
            return 0;
        }
    }
    const int32_t found = extended(*word << length, category);
    from->pos += length + bits_behind(category);
    *word = ahead(from);
    return found;
}

static inline int32_t difference(reader *from, const table *by, uint64_t *word)
{
    const uint32_t entry = by->entry[*word >> (64 - LOOK)];

    if ((entry & KNOWN) == 0)
        return long_difference(from, by, word, entry);
    from->pos += entry & 0xFF;
    *word <<= entry & 0xFF;
    return (int16_t)(uint16_t)(entry >> 16);
}

/* H.1.2.1, table H.1: of the samples at the left, above, and above at the left */
static inline int32_t predicted(unsigned predictor, int32_t left, int32_t above, int32_t corner)
{
    switch (predictor) {
    case 1:
        return left;
    case 2:
        return above;
    case 3:
        return corner;
    case 4:
        return left + above - corner;
    case 5:
        return left + ((above - corner) >> 1);
    case 6:
        return above + ((left - corner) >> 1);
    default:
        return (left + above) >> 1;
    }
}

/* all of a line but its first pixel */
static inline __attribute__((always_inline)) void line_of(const sj_jpegll *image, reader *from, const table *tables,
                                                          const uint16_t *above, uint16_t *line, unsigned components,
                                                          unsigned predictor)
{
    const size_t end = (size_t)image->columns * components;
    reader own = *from;
    size_t i = components;
    unsigned c = 0;

    while (i < end) {
        uint64_t word = ahead(&own);
        for (unsigned n = 0; n < AT_ONCE && i < end; n++, i++) {
            const int32_t guess = predicted(predictor, line[i - components], above[i], above[i - components]);
            line[i] = (uint16_t)(guess + difference(&own, &tables[c], &word));
            c = c + 1 == components ? 0 : c + 1;
        }
    }
    *from = own;
}

/* components and predictors that are frequent have a loop of their own */
static void decode_line(const sj_jpegll *image, reader *from, const table *tables, const uint16_t *above, uint16_t *line,
                        unsigned predictor)
{
    const unsigned components = image->components;

    if (components == 1 && predictor == 1)
        line_of(image, from, tables, above, line, 1, 1);
    else if (components == 1 && predictor == 4)
        line_of(image, from, tables, above, line, 1, 4);
    else if (components == 1 && predictor == 6)
        line_of(image, from, tables, above, line, 1, 6);
    else if (components == 1 && predictor == 7)
        line_of(image, from, tables, above, line, 1, 7);
    else if (components == 1)
        line_of(image, from, tables, above, line, 1, predictor);
    else if (components == 3 && predictor == 1)
        line_of(image, from, tables, above, line, 3, 1);
    else
        line_of(image, from, tables, above, line, components, predictor);
}

static size_t line_samples(const sj_jpegll *image)
{
    return (size_t)image->columns * image->components;
}

static void write_line(const sj_jpegll *image, const uint16_t *line, uint8_t *out, unsigned container)
{
    const size_t count = line_samples(image);
    const unsigned shift = image->shift;

    if (container == 1) {
        for (size_t i = 0; i < count; i++)
            out[i] = (uint8_t)(line[i] << shift);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        const uint16_t sample = (uint16_t)(line[i] << shift);
        out[2 * i] = (uint8_t)sample;
        out[2 * i + 1] = (uint8_t)(sample >> 8);
    }
}

/* ---- the scan ------------------------------------------------------------------------------------------------------ */

static sj_status fail(sj_jpegll *image, sj_status status, size_t at)
{
    image->at = at;
    return status;
}

static size_t line_room(const sj_jpegll *image)
{
    return line_samples(image) * (MOST_BITS / 8) + SPARE;
}

sj_status sj_jpegll_check(sj_jpegll *image, size_t length)
{
    const uint64_t samples = (uint64_t)image->columns * image->rows * image->components;

    if (image->columns == 0 || image->columns > 65535 || image->rows == 0 || image->rows > 65535 ||
        image->components == 0 || image->components > SJ_JPEGLL_COMPONENTS || image->precision < 2 ||
        image->precision > 16 || image->predictor == 0 || image->predictor > 7 ||
        image->shift >= image->precision || image->restart % image->columns != 0)
        return fail(image, SJ_CODED_UNSUPPORTED, 0);
    for (unsigned c = 0; c < image->components; c++)
        if (!is_code(&image->code[c]))
            return fail(image, SJ_CODED_DAMAGED, 0);
    return samples / 8 > length ? fail(image, SJ_CODED_TRUNCATED, length) : SJ_OK;
}

size_t sj_jpegll_work(const sj_jpegll *image, size_t length)
{
    return sizeof(table) * image->components + 2 * sizeof(uint16_t) * line_samples(image) + length + line_room(image);
}

/* the bits of an interval without their stuffing, zeros behind them; where in the scan they end */
static size_t take_out(const sj_jpegll *image, const uint8_t *scan, size_t at, size_t length, uint8_t *bits, uint64_t *total)
{
    uint8_t *to = bits;

    while (at < length) {
        const uint8_t *ff = memchr(scan + at, 0xFF, length - at);
        const size_t count = ff != NULL ? (size_t)(ff - scan) - at : length - at;
        memcpy(to, scan + at, count);
        to += count;
        at += count;
        if (ff == NULL || length - at < 2 || scan[at + 1] != 0)
            break;
        *to++ = 0xFF;
        at += 2;
    }
    *total = (uint64_t)(to - bits) * 8;
    memset(to, 0, line_room(image));
    return at;
}

/* past the marker that must be the `number`th of the scan; 0: it is not */
static size_t restart(const uint8_t *scan, size_t at, size_t length, uint32_t number)
{
    while (length - at >= 2 && scan[at] == 0xFF && scan[at + 1] == 0xFF)
        at++;
    return length - at >= 2 && scan[at] == 0xFF && scan[at + 1] == (0xD0 | (number & 7)) ? at + 2 : 0;
}

sj_status sj_jpegll_decode(sj_jpegll *image, const uint8_t *scan, size_t length, void *work, uint8_t *out,
                           unsigned container)
{
    const unsigned components = image->components;
    const size_t samples = line_samples(image);
    table *tables = work;
    uint16_t *line = (uint16_t *)(tables + components), *above = line + samples;
    uint8_t *bits = (uint8_t *)(above + samples);
    const uint32_t lines = image->restart != 0 ? image->restart / image->columns : image->rows;
    const uint16_t middle = (uint16_t)(1u << (image->precision - image->shift - 1));
    reader from = { .bits = bits };
    size_t at = 0, begin = 0;

    for (unsigned c = 0; c < components; c++)
        make_table(&tables[c], &image->code[c]);
    for (uint32_t row = 0; row < image->rows; row++) {
        const bool first = row % lines == 0;
        if (first) {
            begin = row == 0 ? 0 : restart(scan, at, length, row / lines - 1);
            if (row != 0 && begin == 0)
                return fail(image, at == length ? SJ_CODED_TRUNCATED : SJ_CODED_DAMAGED, at);
            at = take_out(image, scan, begin, length, bits, &from.total);
            from.pos = 0;
        }
        for (unsigned c = 0; c < components; c++) {
            uint64_t word = ahead(&from);
            line[c] = (uint16_t)((first ? middle : above[c]) + difference(&from, &tables[c], &word));
        }
        decode_line(image, &from, tables, above, line, first ? 1 : image->predictor);
        if (from.pos > from.total)
            return fail(image, SJ_CODED_TRUNCATED, at);
        if (from.strange)
            return fail(image, SJ_CODED_DAMAGED, begin + (size_t)(from.pos >> 3));
        write_line(image, line, out, container);
        out += samples * container;
        uint16_t *const other = above;
        above = line;
        line = other;
    }
    return SJ_OK;
}
