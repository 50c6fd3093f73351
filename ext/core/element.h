/* The header of an element, item or delimiter (PS3.5 7.1.2, 7.1.3, 7.5): reading one in any encoding. */
#ifndef STOREJET_ELEMENT_H
#define STOREJET_ELEMENT_H

#include "bytes.h"
#include "core.h"

#define ITEM 0xFFFEE000u
#define ITEM_END 0xFFFEE00Du
#define SEQUENCE_END 0xFFFEE0DDu
#define PIXEL_DATA 0x7FE00010u
#define UNDEFINED 0xFFFFFFFFu
#define VR(a, b) ((uint16_t)((a) << 8 | (b)))

enum { GROUP_DELIMITERS = 0xFFFE };

typedef struct sj_element {
    uint32_t tag, length;
    uint16_t vr;       /* 0: implicit, or a delimiter */
    uint8_t header;    /* bytes of the header */
} sj_element;

/* false: fewer bytes are left than the header has */
static inline bool sj_read_element(sj_cursor cursor, sj_encoding encoding, sj_element *out)
{
    const bool big = encoding == SJ_EXPLICIT_BIG;
    const uint8_t *head = sj_take(&cursor, 8);

    if (head == NULL)
        return false;
    const uint16_t group = big ? sj_be16(head) : sj_le16(head);
    out->tag = (uint32_t)group << 16 | (big ? sj_be16(head + 2) : sj_le16(head + 2));
    out->vr = 0;
    out->header = 8;
    if (encoding == SJ_IMPLICIT_LITTLE || group == GROUP_DELIMITERS) {
        out->length = big ? sj_be32(head + 4) : sj_le32(head + 4);
        return true;
    }
    out->vr = VR(head[4], head[5]);
    if (sj_vr_is_short(head + 4)) {
        out->length = big ? sj_be16(head + 6) : sj_le16(head + 6);
        return true;
    }
    const uint8_t *length = sj_take(&cursor, 4);
    if (length == NULL)
        return false;
    out->header = 12;
    out->length = big ? sj_be32(length) : sj_le32(length);
    return true;
}

#endif
