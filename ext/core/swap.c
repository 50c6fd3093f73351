/* Byte order (PS3.5 7.3): reversing the bytes of each unit of 16, 32 or 64 bits.
 *
 * Eight bytes are turned at a time, whatever the unit: plain arithmetic on words, which runs at the speed of memory
 * on any compiler, and which GCC and clang make vectors of where they may.
 */
#include "core.h"

#include <string.h>

static inline uint64_t reversed_16(uint64_t word)
{
    const uint64_t low = 0x00FF00FF00FF00FFu;
    return (word & low) << 8 | (word >> 8 & low);
}

static inline uint64_t reversed_32(uint64_t word)
{
    const uint64_t pairs = reversed_16(word), low = 0x0000FFFF0000FFFFu;
    return (pairs & low) << 16 | (pairs >> 16 & low);
}

static inline uint64_t reversed_64(uint64_t word)
{
    const uint64_t halves = reversed_32(word);
    return halves << 32 | halves >> 32;
}

#define SWAP_WORDS(reversed)                                                                                           \
    for (size_t at = 0; at + 8 <= length; at += 8) {                                                                   \
        uint64_t word;                                                                                                 \
        memcpy(&word, in + at, 8);                                                                                     \
        word = reversed(word);                                                                                         \
        memcpy(out + at, &word, 8);                                                                                    \
    }

void sj_swap(uint8_t *restrict out, const uint8_t *restrict in, size_t length, unsigned unit)
{
    switch (unit) {
    case 2: SWAP_WORDS(reversed_16) break;
    case 4: SWAP_WORDS(reversed_32) break;
    case 8: SWAP_WORDS(reversed_64) break;
    default: memcpy(out, in, length); return;
    }
    for (size_t at = length - length % 8; at < length; at++) { /* less than a word is left */
        const size_t begin = at - at % unit;
        out[at] = begin + unit <= length ? in[begin + unit - 1 - at % unit] : in[at];
    }
}
