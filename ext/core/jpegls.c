/* JPEG-LS, what is coded in a scan (ITU-T T.87 | ISO/IEC 14495-1 annexes A and B).
 *
 * Symbols as in T.87 3.2:
 *   Ra Rb Rc Rd   reconstructed samples: left, above, above left, above right (A.1, figure A.1)
 *   D1 D2 D3      gradients Rd-Rb, Rb-Rc, Rc-Ra (A.3.1); Q1 Q2 Q3 their regions, -4 to 4 (A.3.3)
 *   Q, SIGN       context: a triple of regions or its negative (A.3.4)
 *   A B C N       of a context: sum of magnitudes of errors, bias, correction, count (A.2.1)
 *   Nn            of a run interruption context: count of negative errors
 *   Px, Rx        prediction, reconstruction       Errval, MErrval, EMErrval   error, and as it is coded
 *   RANGE, qbpp, bpp, LIMIT, MAXVAL, NEAR, T1 T2 T3, RESET   coding parameters (A.2.1, C.2.4.1.1)
 *   RUNindex, J   how long a run one bit stands for (A.7.1.1)
 *
 * What takes time is one long chain: a sample is wanted for the gradient of the next, that for its context, that for
 * the length of its code. So everything that can be known beside that chain is: a context keeps the k of its next code,
 * and whether it maps errors the other way round; regions come out of a table; and where the pixels decide, nothing
 * branches.
 */
#include "jpegls.h"

#include "bytes.h"
#include "jpegls_bits.h"

#include <string.h>

enum {
    REGULAR = 365,            /* contexts of the regular mode: (9 * 9 * 9 + 1) / 2 */
    SCALE = 16,               /* bytes of one */
    MIN_C = -128, MAX_C = 127,
    MOST_CODED = 131071,      /* a mapped error of 17 bits: more than any that the standard knows */
    MOST_ZEROS = 38,          /* with the 1 behind them and k <= 17 bits they are in one load of 57 bits or more */
    LINE_PAD = 8,             /* samples before a line, of which the last one is Rc or Ra of its first */
};

/* code segment A.15 */
static const uint8_t J[32] = { 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 9, 10, 11,
                               12, 13, 14, 15 };

typedef struct context {      /* 16 bytes, as SCALE has it */
    uint32_t a;               /* A; its 32 bits hold RESET (65535 at most) errors of 16 bits */
    int32_t b;                /* B */
    uint16_t n;               /* N */
    int16_t c;                /* C */
    uint8_t k;                /* A.5.1, for the next code */
    int8_t flip;              /* -1 where the next error is mapped the other way round (A.5.2), else 0 */
    uint16_t unused;
} context;

_Static_assert(sizeof(context) == SCALE, "regions count in bytes of contexts");

typedef struct run_context {
    uint32_t a, n, nn;        /* A, N, Nn */
} run_context;

typedef struct constants {    /* of a scan; a line has its own copy, which no store can be taken to change */
    int64_t maxval, near, step, range; /* step: 2 * NEAR + 1 */
    uint32_t reset;
    unsigned qbpp;
    unsigned most, fast;      /* zeros before the 1 of a code in regular mode; those of one that needs no care */
    context *contexts;        /* REGULAR of them */
    const uint8_t *bits;      /* those of sj_ls_bits */
} constants;

typedef struct coder {        /* one scan */
    constants is;
    bool masked;              /* lossless, and RANGE a power of two: reducing is masking */
    run_context runs[2];      /* by RItype */
    int8_t *region, *opposite; /* SCALE times the region of a gradient from -MAXVAL to MAXVAL, and that negated: both
                                 point to the one of 0 */
    uint64_t initial_a;
    sj_ls_bits bits;
} coder;

typedef struct lane {         /* one component of a scan */
    uint16_t *before, *now;   /* lines, LINE_PAD before and one behind them to spare */
    uint32_t columns, rows, row;
    unsigned lines;           /* of it in an MCU */
    unsigned run_index;       /* RUNindex */
} lane;

/* ---- what every sample passes ---- */

#define INLINE static inline __attribute__((always_inline))

INLINE int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

INLINE int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* A.5.1: the least k with N * 2^k >= A */
INLINE unsigned golomb_k(uint32_t n, uint32_t a)
{
    const int32_t difference = __builtin_clz(n) - __builtin_clz(a | 1), longer = difference < 0 ? 0 : difference;
    return (unsigned)longer + ((n << longer) < a);
}

/* A.4.1: the median edge detector */
INLINE int64_t predicted(int64_t ra, int64_t rb, int64_t rc)
{
    const int64_t low = smaller(ra, rb), high = larger(ra, rb);
    return smaller(larger(ra + rb - rc, low), high);
}

/* a code that may be longer than one load has bits for, or end in `qbpp` plain bits (A.5.3); false: none begins so */
static __attribute__((noinline)) bool long_code(sj_ls_bits *from, unsigned k, unsigned most, unsigned qbpp,
                                                uint64_t *coded)
{
    unsigned zeros = 0, size = k;
    uint64_t at = from->pos, word;

    while ((from->bits[at >> 3] >> (7 - (at & 7)) & 1) == 0) {
        if (++zeros > most)
            return false;
        at++;
    }
    at++;
    if (zeros == most)
        size = qbpp;
    word = sj_ls_load(from->bits + (at >> 3)) << (at & 7) >> 1 >> (63 - size);
    *coded = zeros == most ? word + 1 : ((uint64_t)zeros << k | word);
    from->pos = at + size;
    return *coded <= MOST_CODED;
}

/* A.5.3 read backwards: MErrval. `pos` is that of the scan, in a register. */
INLINE bool take_code(coder *scan, const constants *is, uint64_t *pos, unsigned k, uint64_t *coded)
{
    const uint64_t word = sj_ls_load(is->bits + (*pos >> 3)) << (*pos & 7);
    const unsigned zeros = (unsigned)__builtin_clzll(word | 1);

    if (__builtin_expect(zeros > is->fast, 0)) {
        uint64_t value;
        scan->bits.pos = *pos;
        const bool good = long_code(&scan->bits, k, is->most, is->qbpp, &value);
        *pos = scan->bits.pos;
        *coded = value;
        return good;
    }
    /* zeros before the bits that follow the 1, so that k is wanted for one shift only */
    const uint64_t value = ((uint64_t)zeros << 57 | word << zeros << 1 >> 7) >> (57 - k);
    *pos += zeros + 1 + k;
    *coded = value;
    return __builtin_expect(value <= MOST_CODED, 1);
}

/* A.4.4, A.4.5 read backwards: Px + SIGN * Errval, back in its range */
INLINE int64_t reconstructed(const constants *is, bool masked, int64_t px, int64_t signed_error)
{
    if (masked)
        return (px + signed_error) & is->maxval;
    int64_t rx = px + signed_error * is->step;
    const int64_t turn = is->range * is->step;
    rx += rx < -is->near ? turn : 0;
    rx -= rx > is->maxval + is->near ? turn : 0;
    return smaller(larger(rx, 0), is->maxval);
}

/* A.6: the context after an error */
INLINE void update(const constants *is, bool masked, context *q, int32_t error)
{
    uint32_t a = q->a + (uint32_t)(error < 0 ? -error : error);
    int32_t b = q->b + (masked ? error : error * (int32_t)is->step);
    uint32_t n = q->n;

    if (__builtin_expect(n == is->reset, 0)) {
        a >>= 1;
        b >>= 1; /* of a negative one upwards, as A.6.1 has it */
        n >>= 1;
    }
    n++;
    /* A.6.2 */
    const int32_t count = (int32_t)n, below = (b + count - 1) >> 31, above = -b >> 31; /* -1 where they hold, else 0 */
    b += (count & below) - (count & above);
    b = b < 1 - count ? 1 - count : b;
    b = b > 0 ? 0 : b;
    int32_t c = q->c + below - above;
    c = c < MIN_C ? MIN_C : c;
    q->c = (int16_t)(c > MAX_C ? MAX_C : c);
    q->a = a;
    q->b = b;
    q->n = (uint16_t)n;
    const unsigned k = golomb_k(n, a);
    q->k = (uint8_t)k;
    if (masked || is->near == 0)
        q->flip = (int8_t)((2 * b + count - 1) >> 31 & ((int32_t)k - 1) >> 31);
}

/* A.4 to A.6: one sample in regular mode; sign is -1 where SIGN is, else 0: what is xored with it and has it subtracted
 * is negated. False: damaged. */
INLINE bool regular_sample(coder *scan, const constants *is, bool masked, uint64_t *pos, context *q, int64_t sign,
                           int64_t ra, int64_t rb, int64_t rc, int64_t *rx)
{
    const int64_t correction = (q->c ^ sign) - sign;
    const int64_t px = smaller(larger(predicted(ra, rb, rc) + correction, 0), is->maxval);
    uint64_t coded;

    if (!take_code(scan, is, pos, q->k, &coded))
        return false;
    /* A.5.2 read backwards */
    const int32_t error = (int32_t)(coded >> 1) ^ -(int32_t)(coded & 1) ^ q->flip;
    *rx = reconstructed(is, masked, px, (error ^ sign) - sign);
    update(is, masked, q, error);
    return true;
}

/* A.3.4: the context of a triple of regions, given as bytes: SCALE * (81 Q1 + 9 Q2 + Q3) */
INLINE context *context_of(const constants *is, int64_t place, int64_t *sign)
{
    *sign = place >> 63;
    return (context *)(void *)((uint8_t *)is->contexts + ((place ^ *sign) - *sign));
}

/* ---- run mode (A.7) ---- */

/* A.7.1: how many samples, `most` at most, the run has that begins here; more than `most`: damaged */
static uint32_t run_length(sj_ls_bits *from, unsigned *run_index, uint32_t most)
{
    uint32_t length = 0;

    for (;;) {
        const unsigned j = J[*run_index];
        const uint64_t word = sj_ls_load(from->bits + (from->pos >> 3)) << (from->pos & 7);
        if (word >> 63 == 0) {
            from->pos += 1 + j;
            return length + (uint32_t)(word >> (63 - j));
        }
        from->pos++;
        const uint32_t whole = UINT32_C(1) << j;
        if (most - length < whole)
            return most;
        length += whole;
        if (*run_index < 31)
            ++*run_index;
        if (length == most)
            return most;
    }
}

/* A.7.2: the sample that ends a run; false: damaged */
static bool interruption(coder *scan, unsigned run_index, bool alike, int64_t ra, int64_t rb, int64_t *rx)
{
    run_context *q = &scan->runs[alike];
    const uint32_t a = alike ? q->a + (q->n >> 1) : q->a;
    const unsigned k = golomb_k(q->n, a);
    uint64_t coded;

    /* A.7.2.3: RUNindex bits were spent before it */
    if (!long_code(&scan->bits, k, scan->is.most - J[run_index] - 1, scan->is.qbpp, &coded))
        return false;
    /* A.7.2.2 read backwards */
    const uint32_t mapped = (uint32_t)coded + alike, map = mapped & 1;
    const bool negative = (k != 0 || 2 * q->nn >= q->n) == map;
    const int32_t magnitude = (int32_t)((mapped + map) / 2), error = negative ? -magnitude : magnitude;
    if (alike)
        *rx = reconstructed(&scan->is, false, ra, error);
    else
        *rx = reconstructed(&scan->is, false, rb, ra > rb ? -error : error);
    /* code segment A.23 */
    q->nn += error < 0;
    q->a += ((uint32_t)coded + 1 - alike) >> 1;
    if (q->n == scan->is.reset) {
        q->a >>= 1;
        q->n >>= 1;
        q->nn >>= 1;
    }
    q->n++;
    return true;
}

static void fill(uint16_t *out, uint32_t count, uint16_t value)
{
    for (uint32_t i = 0; i < count; i++)
        out[i] = value;
}

/* Ra and Rc of the first sample, Rd of the last one (A.2.1, figure A.2) */
static void edges(lane *of)
{
    of->now[-1] = of->before[0];
    of->before[of->columns] = of->before[of->columns - 1];
}

/* ---- a line of one component (also of line interleaved ones: B.2) ---- */

INLINE bool line(coder *scan, bool masked, lane *of)
{
    const constants is = scan->is;
    const int8_t *region = scan->region, *opposite = scan->opposite;
    const ptrdiff_t turn = region - opposite;
    const uint16_t *before = of->before + of->columns;
    uint16_t *now = of->now + of->columns;
    ptrdiff_t x = -(ptrdiff_t)of->columns; /* up to 0, where the line ends */
    int64_t ra = now[x - 1], rb = before[x], rc = before[x - 1], sign;
    int64_t second = region[rb - rc]; /* SCALE * Q2: what was Q1 one sample before */

    uint64_t pos = scan->bits.pos;

    while (x < 0) {
        const int64_t rd = before[x + 1], first = region[rd - rb];
        const int64_t above = (first * 9 + second) * 9; /* what Ra has no part in */
        context *q;
        if (__builtin_expect(above != 0, 1)) {
            /* Q1 and Q2 alone decide on SIGN, before Ra is there */
            sign = above >> 63;
            const int8_t *third = opposite + (turn & sign);
            q = (context *)(void *)((uint8_t *)is.contexts + ((above ^ sign) - sign) + (third - rc)[ra]);
        } else {
            q = context_of(&is, region[rc - ra], &sign);
        }
        int64_t rx;
        if (__builtin_expect(q != is.contexts, 1)) {
            if (!regular_sample(scan, &is, masked, &pos, q, sign, ra, rb, rc, &rx))
                return false;
            now[x++] = (uint16_t)rx;
            ra = rx;
            rc = rb;
            rb = rd;
            second = first;
            continue;
        }
        scan->bits.pos = pos;
        const uint32_t left = (uint32_t)-x, run = run_length(&scan->bits, &of->run_index, left);
        if (run > left)
            return false;
        fill(now + x, run, (uint16_t)ra);
        x += run;
        if (x < 0) {
            int64_t end; /* not ra: its address would keep it from a register */
            rb = before[x];
            const int64_t apart = ra - rb;
            const bool alike = (apart < 0 ? -apart : apart) <= is.near; /* RItype */
            if (!interruption(scan, of->run_index, alike, ra, rb, &end))
                return false;
            of->run_index -= of->run_index > 0;
            now[x++] = (uint16_t)end;
            ra = end;
            rc = rb;
            rb = before[x];
            second = region[rb - rc];
        }
        pos = scan->bits.pos;
    }
    scan->bits.pos = pos;
    return true;
}

/* ---- a line of several components, sample by sample (B.3) ---- */

INLINE bool pixel_line(coder *scan, bool masked, lane *lanes, unsigned count)
{
    const constants is = scan->is;
    const int8_t *region = scan->region;
    const uint32_t columns = lanes[0].columns;
    unsigned *run_index = &lanes[0].run_index; /* one for all */
    uint32_t x = 0;
    int64_t place[SJ_JPEGLS_COMPONENTS], rx, sign;

    uint64_t pos = scan->bits.pos;

    while (x < columns) {
        int64_t any = 0;
        for (unsigned i = 0; i < count; i++) {
            const uint16_t *before = lanes[i].before + x, *now = lanes[i].now + x;
            const int32_t first = region[before[1] - before[0]], second = region[before[0] - before[-1]];
            place[i] = (first * 9 + second) * 9 + region[before[-1] - now[-1]];
            any |= place[i];
        }
        if (any != 0) {
            for (unsigned i = 0; i < count; i++) {
                const uint16_t *before = lanes[i].before + x;
                uint16_t *now = lanes[i].now + x;
                context *q = context_of(&is, place[i], &sign);
                if (!regular_sample(scan, &is, masked, &pos, q, sign, now[-1], before[0], before[-1], &rx))
                    return false;
                *now = (uint16_t)rx;
            }
            x++;
            continue;
        }
        scan->bits.pos = pos;
        const uint32_t run = run_length(&scan->bits, run_index, columns - x);
        if (run > columns - x)
            return false;
        for (unsigned i = 0; i < count; i++)
            fill(lanes[i].now + x, run, lanes[i].now[(int64_t)x - 1]);
        x += run;
        if (x < columns) {
            for (unsigned i = 0; i < count; i++) {
                /* RItype is 0 whatever the samples are */
                if (!interruption(scan, *run_index, false, lanes[i].now[(int64_t)x - 1], lanes[i].before[x], &rx))
                    return false;
                lanes[i].now[x] = (uint16_t)rx;
            }
            *run_index -= *run_index > 0;
            x++;
        }
        pos = scan->bits.pos;
    }
    scan->bits.pos = pos;
    return true;
}

static bool any_line(coder *scan, lane *lanes, unsigned count)
{
    if (count == 1)
        return scan->masked ? line(scan, true, lanes) : line(scan, false, lanes);
    return scan->masked ? pixel_line(scan, true, lanes, count) : pixel_line(scan, false, lanes, count);
}

/* ---- a scan ---- */

static unsigned bits_of(uint32_t value) /* of the largest number below it: ceil(log2(value)) */
{
    return value <= 1 ? 0 : 32u - (unsigned)__builtin_clz(value - 1);
}

/* A.2.1 */
static void initialize(coder *scan, const sj_jpegls_scan *parameters)
{
    const uint32_t maxval = parameters->maxval, near = parameters->near;
    const uint32_t range = (maxval + 2 * near) / (2 * near + 1) + 1;
    const unsigned coded = bits_of(maxval + 1), bpp = coded > 2 ? coded : 2;

    scan->is.maxval = maxval;
    scan->is.near = near;
    scan->is.step = 2 * near + 1;
    scan->is.range = range;
    scan->is.reset = parameters->reset;
    scan->is.qbpp = bits_of(range);
    scan->is.most = 2 * (bpp + (bpp > 8 ? bpp : 8)) - scan->is.qbpp - 1; /* LIMIT - qbpp - 1 */
    scan->is.fast = scan->is.most - 1 < MOST_ZEROS ? scan->is.most - 1 : MOST_ZEROS;
    scan->masked = near == 0 && (maxval & (maxval + 1)) == 0;
    scan->initial_a = (range + 32) / 64;

    /* A.3.3: regions, from the outermost inwards */
    const uint32_t bounds[4] = { parameters->t3, parameters->t2, parameters->t1, near + 1 };
    const size_t largest = maxval;
    memset(scan->region - near, 0, 2 * (size_t)near + 1);
    memset(scan->opposite - near, 0, 2 * (size_t)near + 1);
    for (int i = 0; i < 4; i++) {
        const size_t from = bounds[i], to = i == 0 ? largest + 1 : bounds[i - 1];
        if (from < to) {
            memset(scan->region + from, SCALE * (4 - i), to - from);
            memset(scan->region - (to - 1), SCALE * (i - 4), to - from);
            memset(scan->opposite + from, SCALE * (i - 4), to - from);
            memset(scan->opposite - (to - 1), SCALE * (4 - i), to - from);
        }
    }
}

/* A.2.1, and again after each restart marker */
static void restart(coder *scan, lane *lanes, unsigned count)
{
    const uint32_t a = scan->initial_a > 2 ? (uint32_t)scan->initial_a : 2;
    const context fresh = { .a = a, .n = 1, .k = (uint8_t)golomb_k(1, a) };

    for (unsigned i = 0; i < REGULAR; i++)
        scan->is.contexts[i] = fresh;
    scan->runs[0] = scan->runs[1] = (run_context){ .a = a, .n = 1 };
    for (unsigned i = 0; i < count; i++) {
        memset(lanes[i].before - LINE_PAD, 0, (lanes[i].columns + LINE_PAD + 1) * sizeof *lanes[i].before);
        lanes[i].now[-1] = 0;
        lanes[i].run_index = 0;
    }
}

typedef struct drain {        /* where the samples go */
    uint8_t *out;
    size_t plane[SJ_JPEGLS_COMPONENTS]; /* offset of a component's first sample, in samples */
    size_t stride;            /* from one sample to the next of the same component */
    unsigned container;
} drain;

static void put_line(const drain *to, const sj_jpegls_scan *parameters, unsigned which, const lane *of)
{
    const size_t stride = to->stride, columns = of->columns;
    const size_t first = to->plane[parameters->component[which]] + (size_t)of->row * columns * stride;
    const uint16_t *line_now = of->now;

    if (to->container == 1) {
        uint8_t *out = to->out + first;
        if (stride == 1) {
            for (size_t x = 0; x < columns; x++)
                out[x] = (uint8_t)line_now[x];
        } else {
            for (size_t x = 0; x < columns; x++)
                out[x * stride] = (uint8_t)line_now[x];
        }
    } else {
        uint8_t *out = to->out + 2 * first;
        for (size_t x = 0; x < columns; x++)
            sj_put_le16(out + 2 * x * stride, line_now[x]);
    }
}

/* what is wrong where a line could not be decoded, or wanted more bits than there are */
static sj_status verdict(const coder *scan, bool decoded)
{
    const sj_ls_bits *bits = &scan->bits;
    /* the zeros behind the last bit may be what the decoder stumbled over */
    const uint64_t reach = decoded ? 0 : 64;

    if (bits->ended && bits->pos + reach > bits->total)
        return SJ_CODED_TRUNCATED;
    return decoded ? SJ_OK : SJ_CODED_DAMAGED;
}

/* The bits of a scan or restart interval that are left fill a byte, and are zeros from there to the marker; anything
 * else was to be pixels, so what was decoded is wrong. */
static sj_status finish(sj_ls_bits *bits)
{
    for (;;) {
        sj_ls_ahead(bits);
        const uint64_t end = bits->ended ? bits->total : (uint64_t)bits->length << 3;
        uint64_t pos = bits->pos + 7;
        for (; pos + 8 <= end; pos += 8) {
            if ((sj_ls_load(bits->bits + (pos >> 3)) << (pos & 7)) >> 56 != 0)
                return SJ_CODED_DAMAGED;
        }
        if (bits->ended)
            return SJ_OK;
        bits->pos = pos - 7;
    }
}

/* offset into the frame of where a scan ended, or about where it was found damaged: stuffing is not counted */
static size_t where(const sj_ls_bits *bits, const uint8_t *bytes, sj_status status)
{
    const size_t taken = (size_t)(bits->at - bytes), pos = (size_t)(bits->pos >> 3);
    const size_t unread = status == SJ_CODED_DAMAGED && bits->length > pos ? bits->length - pos : 0;

    return taken > unread ? taken - unread : 0;
}

static sj_status one_line(coder *scan, const sj_jpegls_scan *parameters, const drain *to, lane *lanes, unsigned which,
                          unsigned count)
{
    sj_ls_ahead(&scan->bits);
    for (unsigned i = 0; i < count; i++)
        edges(&lanes[i]);
    const sj_status status = verdict(scan, any_line(scan, lanes, count));
    if (status != SJ_OK)
        return status;
    for (unsigned i = 0; i < count; i++) {
        uint16_t *done = lanes[i].now;
        put_line(to, parameters, which + i, &lanes[i]);
        lanes[i].now = lanes[i].before;
        lanes[i].before = done;
        lanes[i].row++;
    }
    return SJ_OK;
}

/* C.2.1: a scan is made of MCUs (here: lines of all its components), those of restart intervals */
static sj_status one_scan(sj_jpegls *image, coder *scan, const drain *to, lane *lanes, const uint8_t *bytes,
                          size_t length)
{
    const sj_jpegls_scan *parameters = &image->scan;
    const unsigned count = parameters->count;
    const bool by_sample = parameters->interleave == SJ_JPEGLS_SAMPLE;
    uint32_t left = image->restart, mcus = 0;
    unsigned marker = 0;
    sj_status status;

    for (unsigned i = 0; i < count; i++) {
        const uint32_t own = (lanes[i].rows + lanes[i].lines - 1) / lanes[i].lines;
        mcus = own > mcus ? own : mcus;
    }
    restart(scan, lanes, count);
    sj_ls_begin(&scan->bits, bytes + image->at, bytes + length);
    for (; mcus > 0; mcus--) {
        if (image->restart != 0 && left-- == 0) {
            status = finish(&scan->bits);
            image->at = (size_t)(scan->bits.at - bytes);
            if (status == SJ_OK)
                status = sj_jpegls_restart(image, bytes, length, marker++ & 7);
            if (status != SJ_OK)
                return status;
            restart(scan, lanes, count);
            sj_ls_begin(&scan->bits, bytes + image->at, bytes + length);
            left = image->restart - 1;
        }
        if (by_sample) {
            status = one_line(scan, parameters, to, lanes, 0, count);
            if (status != SJ_OK)
                return status;
            continue;
        }
        for (unsigned i = 0; i < count; i++) {
            for (unsigned n = 0; n < lanes[i].lines && lanes[i].row < lanes[i].rows; n++) {
                status = one_line(scan, parameters, to, &lanes[i], i, 1);
                if (status != SJ_OK)
                    return status;
            }
        }
    }
    return finish(&scan->bits);
}

/* ---- a frame ---- */

typedef struct layout {       /* of the work area, in bytes */
    uint64_t contexts, regions, lines, line, bits, capacity, ahead, size;
} layout;

static bool lay_out(const sj_jpegls *image, layout *area)
{
    const uint64_t columns = image->columns;

    if (columns > INT32_MAX / 64 || image->precision > 16)
        return false;
    area->contexts = 0;
    area->regions = REGULAR * sizeof(context);
    area->lines = area->regions + (UINT64_C(4) << image->precision);
    area->line = ((columns + LINE_PAD + 1) * sizeof(uint16_t) + 15) / 16 * 16;
    area->bits = area->lines + 2 * area->line * image->components;
    /* a code is never longer than 96 bits (62 zeros, a 1, k <= 32), and each run, of which a pixel has one, begins with
     * 16 at most */
    area->ahead = columns * (12u * image->components + 2);
    area->capacity = 2 * (area->ahead + SJ_LS_MARGIN) + 32768;
    area->size = area->bits + area->capacity;
    return area->size <= SIZE_MAX;
}

size_t sj_jpegls_work(const sj_jpegls *image)
{
    layout area;

    return lay_out(image, &area) ? (size_t)area.size : 0;
}

sj_status sj_jpegls_decode(sj_jpegls *image, const uint8_t *bytes, size_t length, void *work, uint8_t *out,
                           unsigned container, bool planar)
{
    uint8_t *base = work;
    lane lanes[SJ_JPEGLS_COMPONENTS];
    drain to = { .out = out, .container = container };
    coder scan = { 0 };
    layout area;

    if (!lay_out(image, &area) || sj_jpegls_samples(image) > SIZE_MAX / 2)
        return SJ_CODED_UNSUPPORTED;
    if (image->precision > 8 * container)
        return SJ_CODED_MISMATCH;
    scan.is.contexts = (context *)(void *)base;
    scan.region = (int8_t *)(base + area.regions) + (size_t)(UINT32_C(1) << image->precision);
    scan.opposite = scan.region + (size_t)(UINT32_C(2) << image->precision);
    scan.is.bits = scan.bits.bits = base + area.bits;
    scan.bits.capacity = (size_t)area.capacity;
    scan.bits.ahead = (size_t)area.ahead;
    planar = planar || image->subsampled;
    to.stride = planar ? 1 : image->components;
    for (size_t i = 0, first = 0; i < image->components; i++) {
        to.plane[i] = planar ? first : i;
        first += (size_t)image->component[i].columns * image->component[i].rows;
    }
    for (unsigned done = 0;;) {
        const sj_jpegls_scan *parameters = &image->scan;
        for (unsigned i = 0; i < parameters->count; i++) {
            sj_jpegls_component *component = &image->component[parameters->component[i]];
            uint16_t *line_pair = (uint16_t *)(void *)(base + area.lines + 2 * i * area.line);
            lanes[i] = (lane){
                .before = line_pair + LINE_PAD,
                .now = line_pair + LINE_PAD + area.line / sizeof(uint16_t),
                .columns = component->columns,
                .rows = component->rows,
                .lines = image->subsampled && parameters->count > 1 ? component->vertical : 1,
            };
            component->decoded = true;
        }
        initialize(&scan, parameters);
        const sj_status status = one_scan(image, &scan, &to, lanes, bytes, length);
        image->at = where(&scan.bits, bytes, status);
        done += parameters->count;
        if (status != SJ_OK || done == image->components)
            return status;
        const sj_status next = sj_jpegls_next_scan(image, bytes, length);
        if (next != SJ_OK)
            return next;
    }
}
