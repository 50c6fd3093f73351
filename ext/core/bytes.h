/* Reading bytes that nobody vouches for: a cursor that cannot leave its bounds, and sums that cannot wrap. */
#ifndef STOREJET_BYTES_H
#define STOREJET_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct sj_cursor {
    const uint8_t *at;
    const uint8_t *end;
} sj_cursor;

static inline size_t sj_left(const sj_cursor *cursor)
{
    return (size_t)(cursor->end - cursor->at);
}

/* the next `count` bytes, or NULL where fewer are left (then the cursor stays) */
static inline const uint8_t *sj_take(sj_cursor *cursor, size_t count)
{
    const uint8_t *at = cursor->at;
    if (sj_left(cursor) < count)
        return NULL;
    cursor->at += count;
    return at;
}

static inline bool sj_add(uint64_t a, uint64_t b, uint64_t *sum)
{
    *sum = a + b;
    return *sum >= a && *sum <= INT64_MAX;
}

static inline uint16_t sj_le16(const uint8_t *p)
{
    return (uint16_t)(p[0] | (unsigned)p[1] << 8);
}

static inline uint32_t sj_le32(const uint8_t *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static inline uint16_t sj_be16(const uint8_t *p)
{
    return (uint16_t)((unsigned)p[0] << 8 | p[1]);
}

static inline uint32_t sj_be32(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | (uint32_t)p[3];
}

/* PS3.5 7.1.2: these VRs have a 16-bit length; every other code, those to come included, has 32 bits. What is no code at
 * all (two upper-case letters) is taken for a slip in an element of 16 bits, as other readers take it. */
static inline bool sj_vr_is_short(const uint8_t vr[2])
{
    static const char codes[] = "AE" "AS" "AT" "CS" "DA" "DS" "DT" "FL" "FD" "IS" "LO" "LT" "PN" "SH" "SL" "SS" "ST" "TM"
                                "UI" "UL" "US";

    for (size_t i = 0; i + 1 < sizeof codes; i += 2) {
        if (vr[0] == (uint8_t)codes[i] && vr[1] == (uint8_t)codes[i + 1])
            return true;
    }
    return vr[0] < 'A' || vr[0] > 'Z' || vr[1] < 'A' || vr[1] > 'Z';
}

static inline void sj_put_be32(uint8_t *p, uint32_t value)
{
    p[0] = (uint8_t)(value >> 24);
    p[1] = (uint8_t)(value >> 16);
    p[2] = (uint8_t)(value >> 8);
    p[3] = (uint8_t)value;
}

static inline void sj_put_le16(uint8_t *p, uint16_t value)
{
    p[0] = (uint8_t)value;
    p[1] = (uint8_t)(value >> 8);
}

static inline void sj_put_le32(uint8_t *p, uint32_t value)
{
    sj_put_le16(p, (uint16_t)value);
    sj_put_le16(p + 2, (uint16_t)(value >> 16));
}

#endif
