/* VRs for tags: the built-in dictionary (PS3.6 and the private ones, see tools/make_dictionary.py) and a user's lexicon. */
#include "core.h"

#include <string.h>

#include "element.h"

typedef struct repeating_row {
    uint32_t mask, tag;
    uint8_t vr;
} repeating_row;

#include "dictionary_rows.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* by bytes, then by length; 0: equal */
static int compare(const uint8_t *a, size_t a_length, const void *b, size_t b_length)
{
    const size_t common = a_length < b_length ? a_length : b_length;
    const int order = common > 0 ? memcmp(a, b, common) : 0;

    return order != 0 ? order : (a_length > b_length) - (a_length < b_length);
}

uint16_t sj_dictionary_creator(const uint8_t *name, size_t length)
{
    size_t low = 0, high = COUNT(creator_starts) - 1;

    while (low < high) {
        const size_t middle = (low + high) / 2;
        const uint16_t start = creator_starts[middle];
        const int order = compare(name, length, creator_names + start, (size_t)creator_starts[middle + 1] - start);
        if (order == 0)
            return (uint16_t)(middle + 1);
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return 0;
}

uint16_t sj_dictionary_vr(uint32_t tag)
{
    size_t low = 0, high = COUNT(public_tags);

    while (low < high) {
        const size_t middle = (low + high) / 2;
        if (public_tags[middle] == tag)
            return vr_codes[public_vrs[middle]];
        if (tag < public_tags[middle])
            high = middle;
        else
            low = middle + 1;
    }
    for (size_t row = 0; (tag >> 16 & 1) == 0 && row < COUNT(repeating); row++) {
        if ((tag & repeating[row].mask) == repeating[row].tag)
            return vr_codes[repeating[row].vr];
    }
    return 0;
}

static uint16_t private_vr(uint16_t creator, uint16_t group, uint8_t element)
{
    const uint32_t wanted = (uint32_t)group << 16 | (uint32_t)element << 8;
    size_t low = creator_rows[creator - 1], high = creator_rows[creator];

    while (low < high) {
        const size_t middle = (low + high) / 2;
        if ((private_rows[middle] & 0xFFFFFF00u) == wanted)
            return vr_codes[private_rows[middle] & 0xFF];
        if (wanted < private_rows[middle])
            high = middle;
        else
            low = middle + 1;
    }
    return 0;
}

uint16_t sj_dictionary_private_vr(uint16_t creator, uint32_t tag)
{
    const uint16_t group = (uint16_t)(tag >> 16);

    if (creator == 0 || creator >= COUNT(creator_rows))
        return 0;
    const uint16_t vr = private_vr(creator, group, (uint8_t)tag);
    return vr != 0 ? vr : private_vr(creator, group & 0xFF00, (uint8_t)tag);
}

uint16_t sj_lexicon_creator(const sj_lexicon *lexicon, const uint8_t *name, size_t length)
{
    size_t low = 0, high = lexicon->creator_count;

    while (low < high) {
        const size_t middle = (low + high) / 2;
        const int order = compare(name, length, lexicon->creators[middle].text, lexicon->creators[middle].length);
        if (order == 0)
            return (uint16_t)(middle + 1);
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return 0;
}

static bool within(uint16_t number, uint16_t first, uint16_t last, uint8_t parity)
{
    return number >= first && number <= last && (parity > 1 || number % 2 == parity);
}

uint16_t sj_lexicon_vr(const sj_lexicon *lexicon, uint16_t creator, uint32_t tag)
{
    const uint16_t group = (uint16_t)(tag >> 16);
    const uint16_t element = (uint16_t)(creator != 0 ? tag & 0xFF : tag & 0xFFFF);
    const uint64_t wanted = (uint64_t)creator << 32 | (uint32_t)group << 16 | element;
    size_t low = 0, high = lexicon->exact_count;

    while (low < high) {
        const size_t middle = (low + high) / 2;
        const sj_lexicon_row *row = &lexicon->exact[middle];
        const uint64_t key = (uint64_t)row->creator << 32 | (uint32_t)row->group_first << 16 | row->element_first;
        if (key == wanted)
            return row->vr;
        if (wanted < key)
            high = middle;
        else
            low = middle + 1;
    }
    for (size_t at = 0; at < lexicon->range_count; at++) {
        const sj_lexicon_row *row = &lexicon->ranges[at];
        if (row->creator == creator && within(group, row->group_first, row->group_last, row->group_parity) &&
            within(element, row->element_first, row->element_last, row->element_parity))
            return row->vr;
    }
    return 0;
}
