/* The coded bits of a JPEG-LS scan (T.87 A.1, C.1): taken out of the frame without their stuffing, some lines ahead.
 *
 * Behind each FF stands a byte whose first bit is 0 and no part of the code; where it is 1, the FF begins a marker, and
 * the bits end. What is ahead in `bits` is at least as much as the longest line may want, with zeros behind the last
 * bit: so whoever decodes a line never looks whether there is a next bit, only afterwards whether there were as many.
 */
#ifndef STOREJET_JPEGLS_BITS_H
#define STOREJET_JPEGLS_BITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct sj_ls_bits {
    uint8_t *bits;            /* without stuffing */
    size_t capacity, ahead;   /* bytes of it; most bytes that are taken between two calls of sj_ls_ahead() */
    size_t length;            /* whole bytes in it */
    uint64_t total;           /* bits in it, once `ended` */
    uint64_t pos;             /* the next bit that is wanted */
    const uint8_t *at, *end;  /* of the frame, what is not yet in it */
    uint64_t rest;            /* the first `rest_bits` (0 to 7) bits of the next byte, from the top */
    unsigned rest_bits;
    bool after_ff;            /* the last byte taken was FF */
    bool ended;               /* a marker, or the end of the frame, is at `at` */
} sj_ls_bits;

enum { SJ_LS_WORD = 8, SJ_LS_MARGIN = 4 * SJ_LS_WORD };

static inline uint64_t sj_ls_load(const uint8_t *p)
{
    uint64_t word;

    memcpy(&word, p, sizeof word);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word;
}

static inline void sj_ls_store(uint8_t *p, uint64_t word)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    memcpy(p, &word, sizeof word);
}

static inline bool sj_ls_has_ff(uint64_t word)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), tops = UINT64_C(0x8080808080808080);
    const uint64_t zeros = ~word; /* FF is where this has 00 */
    return ((zeros - ones) & ~zeros & tops) != 0;
}

/* begin with the bits at `at` */
static inline void sj_ls_begin(sj_ls_bits *from, const uint8_t *at, const uint8_t *end)
{
    from->length = 0;
    from->total = from->pos = 0;
    from->at = at;
    from->end = end;
    from->rest = 0;
    from->rest_bits = 0;
    from->after_ff = from->ended = false;
}

/* one byte of the frame; false where none of its bits belongs to the scan */
static inline bool sj_ls_take_byte(sj_ls_bits *from)
{
    const uint8_t *at = from->at;

    if (at == from->end || (*at == 0xFF && (from->end - at < 2 || at[1] >= 0x80)))
        return false;
    const unsigned bits = from->after_ff ? 7 : 8;
    from->rest |= (uint64_t)*at << (64 - bits - from->rest_bits);
    from->rest_bits += bits;
    from->after_ff = *at == 0xFF;
    from->at++;
    if (from->rest_bits >= 8) {
        from->bits[from->length++] = (uint8_t)(from->rest >> 56);
        from->rest <<= 8;
        from->rest_bits -= 8;
    }
    return true;
}

/* makes `ahead` bytes from `pos` on readable, and more where they fit */
static inline void sj_ls_ahead(sj_ls_bits *from)
{
    const size_t taken = (size_t)(from->pos >> 3);

    if (from->ended || from->length - taken >= from->ahead + SJ_LS_MARGIN)
        return;
    memmove(from->bits, from->bits + taken, from->length - taken);
    from->length -= taken;
    from->pos -= (uint64_t)taken << 3;
    const size_t full = from->capacity - from->ahead - SJ_LS_MARGIN;
    while (from->length < full) {
        if (from->end - from->at >= SJ_LS_WORD && !from->after_ff) {
            const uint64_t word = sj_ls_load(from->at);
            if (!sj_ls_has_ff(word)) {
                sj_ls_store(from->bits + from->length, from->rest | word >> from->rest_bits);
                from->rest = word << 1 << (63 - from->rest_bits);
                from->length += SJ_LS_WORD;
                from->at += SJ_LS_WORD;
                continue;
            }
        }
        if (!sj_ls_take_byte(from)) {
            from->ended = true;
            from->total = ((uint64_t)from->length << 3) + from->rest_bits;
            from->bits[from->length] = (uint8_t)(from->rest >> 56);
            memset(from->bits + from->length + 1, 0, from->ahead + SJ_LS_MARGIN - 1);
            return;
        }
    }
}

#endif
