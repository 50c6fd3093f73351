/* swap.c: bytes in reverse, unit by unit, against a loop that does just that. */
#include "check.h"
#include "core.h"

TEST(golden_bytes)
{
    static const uint8_t in[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 };
    static const uint8_t pairs[] = { 2, 1, 4, 3, 6, 5, 8, 7, 10, 9, 11 };
    static const uint8_t fours[] = { 4, 3, 2, 1, 8, 7, 6, 5, 9, 10, 11 };
    static const uint8_t eights[] = { 8, 7, 6, 5, 4, 3, 2, 1, 9, 10, 11 };
    uint8_t out[sizeof in];

    sj_swap(out, in, sizeof in, 1);
    CHECK_BYTES(out, in, sizeof in);
    sj_swap(out, in, sizeof in, 2);
    CHECK_BYTES(out, pairs, sizeof in);
    sj_swap(out, in, sizeof in, 4);
    CHECK_BYTES(out, fours, sizeof in);
    sj_swap(out, in, sizeof in, 8);
    CHECK_BYTES(out, eights, sizeof in);
}

static void slow_swap(uint8_t *out, const uint8_t *in, size_t length, size_t unit)
{
    for (size_t at = 0; at < length; at++) {
        const size_t begin = at / unit * unit;
        out[at] = begin + unit <= length ? in[begin + unit - 1 - (at - begin)] : in[at];
    }
}

TEST(any_length_at_any_alignment)
{
    for (unsigned unit = 1; unit <= 8; unit *= 2) {
        for (size_t length = 0; length < 200; length++) {
            for (size_t shift = 0; shift < 8; shift++) {
                uint8_t *in = malloc(length + shift + 1), *out = malloc(length + 8 - shift), *slow = malloc(length + 1);
                CHECK(in != NULL && out != NULL && slow != NULL);
                for (size_t at = 0; at < length; at++)
                    in[shift + at] = (uint8_t)(at * 37 + length);
                memset(out, 0xEE, length + 8 - shift);
                sj_swap(out + 7 - shift, in + shift, length, unit);
                slow_swap(slow, in + shift, length, unit);
                CHECK_NOTE("unit %u length %zu shift %zu", unit, length, shift);
                CHECK_BYTES(out + 7 - shift, slow, length);
                CHECK(out[length + 7 - shift] == 0xEE && (shift == 7 || out[6 - shift] == 0xEE));
                free(in);
                free(out);
                free(slow);
            }
        }
    }
}

TEST(twice_is_not_at_all)
{
    uint8_t in[333], once[333], twice[333];

    for (size_t at = 0; at < sizeof in; at++)
        in[at] = (uint8_t)(at ^ at >> 3);
    for (unsigned unit = 1; unit <= 8; unit *= 2) {
        sj_swap(once, in, sizeof in, unit);
        sj_swap(twice, once, sizeof in, unit);
        CHECK_BYTES(twice, in, sizeof in);
    }
}
