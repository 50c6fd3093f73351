/* Sixteen bytes at a time: SSE2 on x86-64, NEON on aarch64 (both are always there), two words of plain C elsewhere, or
 * where SJ_PLAIN_LANES asks for it. Any alignment. */
#ifndef STOREJET_LANES_H
#define STOREJET_LANES_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(SJ_PLAIN_LANES)
#elif defined(__SSE2__)
#include <emmintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

#if !defined(SJ_PLAIN_LANES) && defined(__SSE2__)

typedef __m128i sj_lanes;

static inline sj_lanes sj_lanes_load(const uint8_t *at)
{
    return _mm_loadu_si128((const __m128i *)(const void *)at);
}

static inline void sj_lanes_store(uint8_t *at, sj_lanes lanes)
{
    _mm_storeu_si128((__m128i *)(void *)at, lanes);
}

static inline sj_lanes sj_lanes_all(uint8_t byte)
{
    return _mm_set1_epi8((char)byte);
}

/* `choice` is 0: b, or -1: a */
static inline sj_lanes sj_lanes_either(int choice, sj_lanes a, sj_lanes b)
{
    const __m128i mask = _mm_set1_epi32(choice);
    return _mm_or_si128(_mm_and_si128(mask, a), _mm_andnot_si128(mask, b));
}

#elif !defined(SJ_PLAIN_LANES) && defined(__aarch64__)

typedef uint8x16_t sj_lanes;

static inline sj_lanes sj_lanes_load(const uint8_t *at)
{
    return vld1q_u8(at);
}

static inline void sj_lanes_store(uint8_t *at, sj_lanes lanes)
{
    vst1q_u8(at, lanes);
}

static inline sj_lanes sj_lanes_all(uint8_t byte)
{
    return vdupq_n_u8(byte);
}

static inline sj_lanes sj_lanes_either(int choice, sj_lanes a, sj_lanes b)
{
    return vbslq_u8(vdupq_n_u8((uint8_t)choice), a, b);
}

#else

typedef struct sj_lanes {
    uint64_t low, high;
} sj_lanes;

static inline sj_lanes sj_lanes_load(const uint8_t *at)
{
    sj_lanes lanes;
    memcpy(&lanes, at, sizeof lanes);
    return lanes;
}

static inline void sj_lanes_store(uint8_t *at, sj_lanes lanes)
{
    memcpy(at, &lanes, sizeof lanes);
}

static inline sj_lanes sj_lanes_all(uint8_t byte)
{
    const uint64_t word = byte * UINT64_C(0x0101010101010101);
    return (sj_lanes){ word, word };
}

static inline sj_lanes sj_lanes_either(int choice, sj_lanes a, sj_lanes b)
{
    const uint64_t mask = (uint64_t)(int64_t)choice;
    return (sj_lanes){ (a.low & mask) | (b.low & ~mask), (a.high & mask) | (b.high & ~mask) };
}

#endif

/* ---- units of several rows in turn: a0 b0 a1 b1 … ------------------------------------------------------------------
 *
 * `count` units of 1, 2 or 4 bytes of each row. What is done with vectors is said by the result: units, from the first one
 * on; the rest is for a loop of plain C. Nothing is read or written beyond `count` units.
 */

static inline size_t sj_lanes_zip2(uint8_t *out, const uint8_t *a, const uint8_t *b, size_t count, size_t unit)
{
    size_t at = 0;
#if !defined(SJ_PLAIN_LANES) && (defined(__SSE2__) || defined(__aarch64__))
    const size_t end = count * unit;
    for (; at + 16 <= end; at += 16) {
        const sj_lanes x = sj_lanes_load(a + at), y = sj_lanes_load(b + at);
#if defined(__SSE2__)
        sj_lanes low, high;
        if (unit == 1) {
            low = _mm_unpacklo_epi8(x, y);
            high = _mm_unpackhi_epi8(x, y);
        } else if (unit == 2) {
            low = _mm_unpacklo_epi16(x, y);
            high = _mm_unpackhi_epi16(x, y);
        } else {
            low = _mm_unpacklo_epi32(x, y);
            high = _mm_unpackhi_epi32(x, y);
        }
#else
        sj_lanes low, high;
        if (unit == 1) {
            low = vzip1q_u8(x, y);
            high = vzip2q_u8(x, y);
        } else if (unit == 2) {
            low = vreinterpretq_u8_u16(vzip1q_u16(vreinterpretq_u16_u8(x), vreinterpretq_u16_u8(y)));
            high = vreinterpretq_u8_u16(vzip2q_u16(vreinterpretq_u16_u8(x), vreinterpretq_u16_u8(y)));
        } else {
            low = vreinterpretq_u8_u32(vzip1q_u32(vreinterpretq_u32_u8(x), vreinterpretq_u32_u8(y)));
            high = vreinterpretq_u8_u32(vzip2q_u32(vreinterpretq_u32_u8(x), vreinterpretq_u32_u8(y)));
        }
#endif
        sj_lanes_store(out + 2 * at, low);
        sj_lanes_store(out + 2 * at + 16, high);
    }
#else
    (void)out, (void)a, (void)b, (void)count;
#endif
    return at / unit;
}

/* single bytes of three rows */
static inline size_t sj_lanes_zip3(uint8_t *out, const uint8_t *a, const uint8_t *b, const uint8_t *c, size_t count)
{
    size_t at = 0;
#if !defined(SJ_PLAIN_LANES) && defined(__SSE2__)
    const __m128i zero = _mm_setzero_si128(), first = _mm_set1_epi64x(0xFFFFFF), second = _mm_set1_epi64x(0xFFFFFF000000);
    /* sixteen bytes are stored for twelve that count, which is why two units more must follow */
    for (; at + 18 <= count; at += 16) {
        const __m128i x = sj_lanes_load(a + at), y = sj_lanes_load(b + at), z = sj_lanes_load(c + at);
        const __m128i pairs[2] = { _mm_unpacklo_epi8(x, y), _mm_unpackhi_epi8(x, y) };
        const __m128i singles[2] = { _mm_unpacklo_epi8(z, zero), _mm_unpackhi_epi8(z, zero) };
        for (int quarter = 0; quarter < 4; quarter++) {
            const __m128i pair = pairs[quarter / 2], single = singles[quarter / 2];
            const __m128i four = quarter % 2 == 0 ? _mm_unpacklo_epi16(pair, single) : _mm_unpackhi_epi16(pair, single);
            /* abc0 abc0 abc0 abc0 → abcabc00 abcabc00 → abcabcabcabc0000 */
            const __m128i two = _mm_or_si128(_mm_and_si128(four, first), _mm_and_si128(_mm_srli_epi64(four, 8), second));
            const __m128i upper = _mm_slli_si128(_mm_srli_si128(two, 8), 6);
            sj_lanes_store(out + 3 * at + 12 * quarter, _mm_or_si128(_mm_move_epi64(two), upper));
        }
    }
#elif !defined(SJ_PLAIN_LANES) && defined(__aarch64__)
    for (; at + 16 <= count; at += 16) {
        const uint8x16x3_t rows = { { vld1q_u8(a + at), vld1q_u8(b + at), vld1q_u8(c + at) } };
        vst3q_u8(out + 3 * at, rows);
    }
#else
    (void)out, (void)a, (void)b, (void)c, (void)count;
#endif
    return at;
}

#endif
