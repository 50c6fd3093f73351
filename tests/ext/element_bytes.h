/* Files and data sets made by hand: a text that grows by elements, in the encoding that it was begun with.
 *
 * Tags are group << 16 | element. Lengths are given apart from values, so that they can lie.
 */
#ifndef STOREJET_TESTS_ELEMENT_BYTES_H
#define STOREJET_TESTS_ELEMENT_BYTES_H

#include <stdlib.h>
#include <string.h>

#include "core.h"

enum { ELEMENT_ROOM = 1 << 20 };

#define UNDEFINED_LENGTH 0xFFFFFFFFu
#define TAG_ITEM 0xFFFEE000u
#define TAG_ITEM_END 0xFFFEE00Du
#define TAG_SEQUENCE_END 0xFFFEE0DDu
#define TAG_PIXEL_DATA 0x7FE00010u

#define IMPLICIT_LITTLE_UID "1.2.840.10008.1.2"
#define EXPLICIT_LITTLE_UID "1.2.840.10008.1.2.1"
#define EXPLICIT_BIG_UID "1.2.840.10008.1.2.2"
#define DEFLATED_UID "1.2.840.10008.1.2.1.99"
#define JPEG_BASELINE_UID "1.2.840.10008.1.2.4.50"

/* of odd and even length */
#define CLASS_UID "1.2.840.10008.5.1.4.1.1.7"
#define INSTANCE_UID "1.2.826.0.1.3680043.10.1.20"

typedef struct text {
    size_t length;
    sj_encoding encoding;
    uint8_t bytes[ELEMENT_ROOM];
} text;

static inline text *text_new(sj_encoding encoding)
{
    text *made = malloc(sizeof *made);

    if (made == NULL)
        abort();
    made->length = 0;
    made->encoding = encoding;
    return made;
}

static inline void put(text *to, const void *bytes, size_t length)
{
    if (length > sizeof to->bytes - to->length)
        abort();
    if (length > 0)
        memcpy(to->bytes + to->length, bytes, length);
    to->length += length;
}

static inline void put_fill(text *to, uint8_t byte, size_t length)
{
    for (size_t done = 0; done < length; done++)
        put(to, &byte, 1);
}

static inline void put_number(text *to, uint32_t number, size_t bytes)
{
    for (size_t place = 0; place < bytes; place++) {
        const size_t shift = to->encoding == SJ_EXPLICIT_BIG ? bytes - 1 - place : place;
        const uint8_t byte = (uint8_t)(number >> 8 * shift);
        put(to, &byte, 1);
    }
}

static inline void put_tag(text *to, uint32_t tag)
{
    put_number(to, tag >> 16, 2);
    put_number(to, tag & 0xFFFF, 2);
}

/* the header of an element; VR "" where it has none */
static inline void put_header_of(text *to, uint32_t tag, const char *vr, uint32_t length)
{
    static const char wide[] = "OB OD OF OL OV OW SQ SV UC UN UR UT UV ";

    put_tag(to, tag);
    if (to->encoding == SJ_IMPLICIT_LITTLE || tag >> 16 == 0xFFFE || vr[0] == '\0') {
        put_number(to, length, 4);
        return;
    }
    put(to, vr, 2);
    const char *found = strstr(wide, vr);
    if (found != NULL && (found - wide) % 3 == 0) {
        put_number(to, 0, 2);
        put_number(to, length, 4);
    } else {
        put_number(to, length, 2);
    }
}

static inline void put_element(text *to, uint32_t tag, const char *vr, const void *value, size_t length)
{
    put_header_of(to, tag, vr, (uint32_t)length);
    put(to, value, length);
}

static inline void put_ui(text *to, uint32_t tag, const char *uid)
{
    const size_t length = strlen(uid);

    put_element(to, tag, "UI", uid, length + length % 2); /* the text's own NUL is the pad */
}

static inline void put_identity(text *to)
{
    put_ui(to, 0x00080016, CLASS_UID);
    put_ui(to, 0x00080018, INSTANCE_UID);
}

static inline void put_preamble(text *to)
{
    put_fill(to, 0, 128);
    put(to, "DICM", 4);
}

/* the file meta information that a conforming writer would write, always explicit VR little endian */
static inline void put_meta(text *to, const char *syntax)
{
    const sj_encoding encoding = to->encoding;
    const uint8_t version[2] = { 0, 1 };

    to->encoding = SJ_EXPLICIT_LITTLE;
    const size_t group = to->length;
    put_header_of(to, 0x00020000, "UL", 4);
    put_number(to, 0, 4);
    const size_t start = to->length;
    put_element(to, 0x00020001, "OB", version, 2);
    put_ui(to, 0x00020002, CLASS_UID);
    put_ui(to, 0x00020003, INSTANCE_UID);
    if (syntax != NULL)
        put_ui(to, 0x00020010, syntax);
    const size_t end = to->length;
    to->length = group + 8;
    put_number(to, (uint32_t)(end - start), 4);
    to->length = end;
    to->encoding = encoding;
}

static inline text *text_file(sj_encoding encoding, const char *syntax)
{
    text *made = text_new(encoding);

    put_preamble(made);
    put_meta(made, syntax);
    return made;
}

#endif
