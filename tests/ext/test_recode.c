/* recode.c: what a data set looks like in another encoding. VRs of implicit elements: test_recode_vrs.c; what is
 * refused: test_recode_broken.c. */
#include "recode_checks.h"

/* ---- golden bytes ------------------------------------------------------------------------------------------------ */

static const uint8_t implicit_little[] = {
    8, 0, 0x16, 0, 4, 0, 0, 0, '1', '.', '2', 0,                             /* (0008,0016) UI */
    8, 0, 0x15, 0x11, 0xFF, 0xFF, 0xFF, 0xFF,                                /* (0008,1115) SQ */
    0xFE, 0xFF, 0, 0xE0, 0xFF, 0xFF, 0xFF, 0xFF,                             /* its item */
    8, 0, 0x55, 0x11, 2, 0, 0, 0, '9', 0,                                    /* (0008,1155) UI */
    0xFE, 0xFF, 0x0D, 0xE0, 0, 0, 0, 0, 0xFE, 0xFF, 0xDD, 0xE0, 0, 0, 0, 0,  /* both delimiters */
    0x18, 0, 0x10, 0x13, 4, 0, 0, 0, 2, 1, 4, 3,                             /* (0018,1310) US 0102, 0304 */
    0x18, 0, 0x16, 0x60, 4, 0, 0, 0, 4, 3, 2, 1,                             /* (0018,6016) UL 01020304 */
    0x18, 0, 0x73, 0x90, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F,           /* (0018,9073) FD 1.0 */
    0x20, 0, 0x65, 0x91, 4, 0, 0, 0, 0x20, 0, 0x57, 0x91,                    /* (0020,9165) AT (0020,9157) */
    0xE0, 0x7F, 0x10, 0, 4, 0, 0, 0, 2, 1, 4, 3,                             /* (7FE0,0010) OW */
};

static const uint8_t explicit_little[] = {
    8, 0, 0x16, 0, 'U', 'I', 4, 0, '1', '.', '2', 0,
    8, 0, 0x15, 0x11, 'S', 'Q', 0, 0, 0xFF, 0xFF, 0xFF, 0xFF,
    0xFE, 0xFF, 0, 0xE0, 0xFF, 0xFF, 0xFF, 0xFF,
    8, 0, 0x55, 0x11, 'U', 'I', 2, 0, '9', 0,
    0xFE, 0xFF, 0x0D, 0xE0, 0, 0, 0, 0, 0xFE, 0xFF, 0xDD, 0xE0, 0, 0, 0, 0,
    0x18, 0, 0x10, 0x13, 'U', 'S', 4, 0, 2, 1, 4, 3,
    0x18, 0, 0x16, 0x60, 'U', 'L', 4, 0, 4, 3, 2, 1,
    0x18, 0, 0x73, 0x90, 'F', 'D', 8, 0, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F,
    0x20, 0, 0x65, 0x91, 'A', 'T', 4, 0, 0x20, 0, 0x57, 0x91,
    0xE0, 0x7F, 0x10, 0, 'O', 'W', 0, 0, 4, 0, 0, 0, 2, 1, 4, 3,
};

static const uint8_t explicit_big[] = {
    0, 8, 0, 0x16, 'U', 'I', 0, 4, '1', '.', '2', 0,
    0, 8, 0x11, 0x15, 'S', 'Q', 0, 0, 0xFF, 0xFF, 0xFF, 0xFF,
    0xFF, 0xFE, 0xE0, 0, 0xFF, 0xFF, 0xFF, 0xFF,
    0, 8, 0x11, 0x55, 'U', 'I', 0, 2, '9', 0,
    0xFF, 0xFE, 0xE0, 0x0D, 0, 0, 0, 0, 0xFF, 0xFE, 0xE0, 0xDD, 0, 0, 0, 0,
    0, 0x18, 0x13, 0x10, 'U', 'S', 0, 4, 1, 2, 3, 4,
    0, 0x18, 0x60, 0x16, 'U', 'L', 0, 4, 1, 2, 3, 4,
    0, 0x18, 0x90, 0x73, 'F', 'D', 0, 8, 0x3F, 0xF0, 0, 0, 0, 0, 0, 0,
    0, 0x20, 0x91, 0x65, 'A', 'T', 0, 4, 0, 0x20, 0x91, 0x57,
    0x7F, 0xE0, 0, 0x10, 'O', 'W', 0, 0, 0, 0, 0, 4, 1, 2, 3, 4,
};

static text *golden(size_t row)
{
    static const uint8_t *const bytes[] = { implicit_little, explicit_little, explicit_big };
    static const size_t lengths[] = { sizeof implicit_little, sizeof explicit_little, sizeof explicit_big };
    text *made = text_new(encodings[row]);

    put(made, bytes[row], lengths[row]);
    return made;
}

TEST(golden_bytes_in_nine_directions)
{
    for (size_t from = 0; from < 3; from++) {
        for (size_t to = 0; to < 3; to++) {
            CHECK_NOTE("from %zu to %zu", from, to);
            becomes(golden(from), golden(to));
        }
    }
}

/* ---- values ------------------------------------------------------------------------------------------------------ */

/* each VR's bytes: the order of the digits is that of the text's encoding */
static void put_units(text *to, const char *vr, size_t unit, size_t count)
{
    put_header_of(to, 0x00091010, vr, (uint32_t)(unit * count));
    for (size_t at = 0; at < count; at++) {
        for (size_t place = 0; place < unit; place++) {
            const size_t digit = to->encoding == SJ_EXPLICIT_BIG ? place : unit - 1 - place;
            const uint8_t byte = (uint8_t)(at * 7 + digit);
            put(to, &byte, 1);
        }
    }
}

TEST(bytes_are_swapped_by_vr)
{
    static const struct { const char *vr; size_t unit; } rows[] = {
        { "AT", 2 }, { "OW", 2 }, { "SS", 2 }, { "US", 2 }, { "FL", 4 }, { "OF", 4 }, { "OL", 4 }, { "SL", 4 },
        { "UL", 4 }, { "FD", 8 }, { "OD", 8 }, { "OV", 8 }, { "SV", 8 }, { "UV", 8 }, { "AE", 1 }, { "AS", 1 },
        { "CS", 1 }, { "DA", 1 }, { "DS", 1 }, { "DT", 1 }, { "IS", 1 }, { "LO", 1 }, { "LT", 1 }, { "OB", 1 },
        { "PN", 1 }, { "SH", 1 }, { "ST", 1 }, { "TM", 1 }, { "UC", 1 }, { "UI", 1 }, { "UN", 1 }, { "UR", 1 },
        { "UT", 1 },
    };

    for (size_t row = 0; row < sizeof rows / sizeof *rows; row++) {
        for (size_t from = 1; from < 3; from++) {
            for (size_t to = 0; to < 3; to++) {
                text *in = text_new(encodings[from]), *out = text_new(encodings[to]);
                put_element(in, 0x00080060, "CS", "OT", 2);
                put_element(out, 0x00080060, "CS", "OT", 2);
                put_units(in, rows[row].vr, rows[row].unit, 4096); /* over several windows */
                put_units(out, rows[row].vr, rows[row].unit, 4096);
                CHECK_NOTE("VR %s from %zu to %zu", rows[row].vr, from, to);
                becomes(in, out);
            }
        }
    }
}

TEST(odd_lengths_are_padded)
{
    static const char texts[] = "AE AS CS DA DS DT IS LO LT PN SH ST TM UC UR UT ";
    static const char *const vrs[] = { "AE", "AS", "CS", "DA", "DS", "DT", "IS", "LO", "LT", "PN", "SH", "ST",
                                       "TM", "UC", "UR", "UT", "UI", "OB", "UN" };

    for (size_t row = 0; row < sizeof vrs / sizeof *vrs; row++) {
        for (size_t from = 1; from < 3; from++) {
            for (size_t to = 0; to < 3; to++) {
                text *in = text_new(encodings[from]), *out = text_new(encodings[to]);
                put_element(in, 0x00091010, vrs[row], "abc", 3);
                put_element(out, 0x00091010, vrs[row], strstr(texts, vrs[row]) != NULL ? "abc " : "abc", 4);
                put_element(in, 0x00091011, vrs[row], "d", 1);
                put_element(out, 0x00091011, vrs[row], strstr(texts, vrs[row]) != NULL ? "d " : "d", 2);
                CHECK_NOTE("VR %s from %zu to %zu", vrs[row], from, to);
                becomes(in, out);
            }
        }
    }
}

TEST(odd_lengths_of_implicit_elements_are_padded_by_their_vr)
{
    for (size_t to = 0; to < 3; to++) {
        text *in = text_new(SJ_IMPLICIT_LITTLE), *out = text_new(encodings[to]);
        put_element(in, 0x00080018, "UI", "1.2", 3);
        put_element(out, 0x00080018, "UI", "1.2", 4);
        put_element(in, 0x00100010, "PN", "Doe", 3);
        put_element(out, 0x00100010, "PN", "Doe ", 4);
        put_element(in, 0x00110010, "", "ACME ", 5);
        put_element(out, 0x00110010, "LO", "ACME  ", 6);
        put_element(in, 0x00111001, "", "abc", 3);
        put_element(out, 0x00111001, "UN", "abc", 4);
        becomes(in, out);
    }
}

/* The pad is a part of the last unit, so that it is swapped with it: pixels of 8 bits stay in their order. */
TEST(the_pad_belongs_to_the_last_unit)
{
    text *in = text_new(SJ_IMPLICIT_LITTLE), *out = text_new(SJ_EXPLICIT_BIG);

    put_element(in, TAG_PIXEL_DATA, "OW", "\1\2\3", 3);
    put_element(out, TAG_PIXEL_DATA, "OW", "\2\1\0\3", 4);
    becomes(in, out);

    in = text_new(SJ_EXPLICIT_LITTLE), out = text_new(SJ_EXPLICIT_BIG);
    put_element(in, 0x00091010, "OF", "\1\2\3\4\5\6\7", 7);
    put_element(out, 0x00091010, "OF", "\4\3\2\1\0\7\6\5", 8);
    put_element(in, 0x00091011, "OF", "\1\2\3\4\5", 5); /* padded, yet no unit: a rest */
    put_element(out, 0x00091011, "OF", "\4\3\2\1\5\0", 6);
    put_element(in, 0x00091012, "OV", "\1\2\3\4\5\6", 6);
    put_element(out, 0x00091012, "OV", "\1\2\3\4\5\6", 6);
    becomes(in, out);
}

/* PS3.5 6.2.2: UN, whose bytes are those of implicit VR little endian */
TEST(what_is_too_long_for_its_vr_is_un)
{
    for (size_t to = 1; to < 3; to++) {
        text *in = text_new(SJ_IMPLICIT_LITTLE), *out = text_new(encodings[to]);
        put_header_of(in, 0x00281201, "", 0x10002); /* (0028,1201) OW: of any length */
        put_fill(in, 1, 0x10002);
        put_header_of(out, 0x00281201, "OW", 0x10002);
        put_fill(out, 1, 0x10002);
        put_header_of(in, 0x00283002, "", 0x10000); /* (0028,3002) US */
        put_header_of(out, 0x00283002, "UN", 0x10000);
        for (int at = 0; at < 0x8000; at++) {
            put(in, "\1\2", 2);
            put(out, "\1\2", 2);
        }
        put_header_of(in, 0x00286010, "", 0xFFFE); /* (0028,6010) US: just fits */
        put_fill(in, 3, 0xFFFE);
        put_header_of(out, 0x00286010, "US", 0xFFFE);
        put_fill(out, 3, 0xFFFE);
        put_header_of(in, 0x00324000, "", 0xFFFF); /* (0032,4000) LT: with its pad it does not */
        put_fill(in, 'x', 0xFFFF);
        put_header_of(out, 0x00324000, "UN", 0x10000);
        put_fill(out, 'x', 0xFFFF);
        put(out, " ", 1);
        becomes(in, out);
    }
}

TEST(a_short_length_that_its_pad_makes_too_long)
{
    for (size_t to = 0; to < 3; to++) {
        text *in = text_new(SJ_EXPLICIT_BIG), *out = text_new(encodings[to]);
        put_header_of(in, 0x00091010, "US", 0xFFFF);
        put_header_of(out, 0x00091010, "UN", 0x10000);
        for (int at = 0; at < 0x7FFF; at++) {
            put(in, "\1\2", 2);
            put(out, "\2\1", 2);
        }
        put(in, "\7", 1);
        put(out, "\0\7", 2);
        becomes(in, out);
    }
}

TEST(the_vrs_that_came_later_are_ob_where_asked_so)
{
    static const char *const vrs[] = { "UN", "UT", "UC", "UR", "OF", "OD", "OL", "OV", "SV", "UV" };
    static const size_t units[] = { 1, 1, 1, 1, 4, 8, 4, 8, 8, 8 };

    for (size_t row = 0; row < sizeof vrs / sizeof *vrs; row++) {
        for (size_t from = 1; from < 3; from++) {
            for (size_t to = 0; to < 3; to++) {
                text *in = text_new(encodings[from]), *out = text_new(encodings[to]);
                put_units(in, vrs[row], units[row], 10);
                put_header_of(out, 0x00091010, "OB", (uint32_t)units[row] * 10);
                for (size_t at = 0; at < units[row] * 10; at++) { /* little endian: bytes have no order */
                    const uint8_t byte = (uint8_t)(at / units[row] * 7 + units[row] - 1 - at % units[row]);
                    put(out, &byte, 1);
                }
                CHECK_NOTE("VR %s from %zu to %zu", vrs[row], from, to);
                becomes_so(in, out, true, NULL);
            }
        }
    }
}

TEST(codes_that_are_no_vr_become_un)
{
    for (size_t to = 0; to < 3; to++) {
        text *in = text_new(SJ_EXPLICIT_LITTLE), *out = text_new(encodings[to]);
        put(in, "\x09\0\x10\x10??\x04\0abcd", 12);
        put_element(out, 0x00091010, "UN", "abcd", 4);
        put(in, "\x09\0\x11\x10  \x01\0a", 9);
        put_element(out, 0x00091011, "UN", "a", 2);
        put(in, "\x09\0\x12\x10\0\0\0\0", 8);
        put_element(out, 0x00091012, "UN", "", 0);
        put(in, "\x09\0\x13\x10us\x02\0\1\2", 10);
        put_element(out, 0x00091013, "UN", "\1\2", 2);
        becomes(in, out);
    }
}

TEST(vrs_to_come_are_copied)
{
    for (size_t to = 0; to < 3; to++) {
        text *in = text_new(SJ_EXPLICIT_LITTLE), *out = text_new(encodings[to]);
        put(in, "\x09\0\x10\x10ZZ\0\0\x04\0\0\0abcd", 16);
        if (to == 0)
            put_element(out, 0x00091010, "", "abcd", 4);
        else
            put(out, to == 1 ? "\x09\0\x10\x10ZZ\0\0\x04\0\0\0abcd" : "\0\x09\x10\x10ZZ\0\0\0\0\0\x04" "abcd", 16);
        becomes(in, out);
    }
}

/* ---- sequences --------------------------------------------------------------------------------------------------- */

/* a sequence of an item with a sequence, each of defined or undefined length */
static void put_nested(text *to, bool outer, bool item, bool inner)
{
    text *deep = text_new(to->encoding), *body = text_new(to->encoding);

    put_element(deep, 0x00080100, "SH", "CODE", 4);
    put_header_of(body, 0x0040A168, "SQ", inner ? UNDEFINED_LENGTH : (uint32_t)deep->length + (item ? 16 : 8));
    put_header_of(body, TAG_ITEM, "", item ? UNDEFINED_LENGTH : (uint32_t)deep->length);
    put(body, deep->bytes, deep->length);
    if (item)
        put_header_of(body, TAG_ITEM_END, "", 0);
    if (inner)
        put_header_of(body, TAG_SEQUENCE_END, "", 0);
    put_header_of(to, 0x00081115, "SQ", outer ? UNDEFINED_LENGTH : (uint32_t)body->length + (item ? 16 : 8));
    put_header_of(to, TAG_ITEM, "", item ? UNDEFINED_LENGTH : (uint32_t)body->length);
    put(to, body->bytes, body->length);
    if (item)
        put_header_of(to, TAG_ITEM_END, "", 0);
    if (outer)
        put_header_of(to, TAG_SEQUENCE_END, "", 0);
    free(deep);
    free(body);
}

TEST(sequences_and_items_come_out_with_undefined_length)
{
    for (size_t from = 0; from < 3; from++) {
        for (size_t to = 0; to < 3; to++) {
            for (int forms = 0; forms < 8; forms++) {
                text *in = text_new(encodings[from]), *out = text_new(encodings[to]);
                put_nested(in, (forms & 1) != 0, (forms & 2) != 0, (forms & 4) != 0);
                put_nested(out, true, true, true);
                put_element(in, 0x00100010, "PN", "Doe ", 4);
                put_element(out, 0x00100010, "PN", "Doe ", 4);
                CHECK_NOTE("from %zu to %zu forms %d", from, to, forms);
                becomes(in, out);
            }
        }
    }
}

TEST(empty_sequences_and_items_have_no_length)
{
    for (size_t from = 0; from < 3; from++) {
        for (size_t to = 0; to < 3; to++) {
            text *in = text_new(encodings[from]), *out = text_new(encodings[to]);
            put_header_of(in, 0x00081115, "SQ", 0);
            put_header_of(in, 0x00081140, "SQ", UNDEFINED_LENGTH);
            put_header_of(in, TAG_SEQUENCE_END, "", 0);
            put_header_of(in, 0x00081199, "SQ", UNDEFINED_LENGTH);
            put_header_of(in, TAG_ITEM, "", 0);
            put_header_of(in, TAG_ITEM, "", UNDEFINED_LENGTH);
            put_header_of(in, TAG_ITEM_END, "", 0);
            put_header_of(in, TAG_SEQUENCE_END, "", 0);
            put_header_of(out, 0x00081115, "SQ", 0);
            put_header_of(out, 0x00081140, "SQ", 0);
            put_header_of(out, 0x00081199, "SQ", UNDEFINED_LENGTH);
            put_header_of(out, TAG_ITEM, "", 0);
            put_header_of(out, TAG_ITEM, "", 0);
            put_header_of(out, TAG_SEQUENCE_END, "", 0);
            becomes(in, out);
        }
    }
}

/* PS3.5 7.2, PS3.10 7.2: in items, too; of any length */
TEST(group_lengths_and_trailing_padding_are_left_out)
{
    for (size_t from = 0; from < 3; from++) {
        for (size_t to = 0; to < 3; to++) {
            text *in = text_new(encodings[from]), *out = text_new(encodings[to]);
            put_element(in, 0x00080000, "UL", "\0\0\0\0", 4);
            put_header_of(in, 0x00081115, "SQ", UNDEFINED_LENGTH);
            put_header_of(in, TAG_ITEM, "", 12);
            put_element(in, 0x00080000, "UL", "\0\0\0\0", 4);
            put_header_of(in, TAG_SEQUENCE_END, "", 0);
            put_element(in, 0x00090000, "UL", "", 0);
            put_element(in, 0x00100010, "PN", "Doe ", 4);
            put_header_of(in, 0xFFFCFFFC, "OB", 20000);
            put_fill(in, 0, 20000);
            put_header_of(out, 0x00081115, "SQ", UNDEFINED_LENGTH);
            put_header_of(out, TAG_ITEM, "", UNDEFINED_LENGTH);
            put_header_of(out, TAG_ITEM_END, "", 0);
            put_header_of(out, TAG_SEQUENCE_END, "", 0);
            put_element(out, 0x00100010, "PN", "Doe ", 4);
            becomes(in, out);
        }
    }
}

TEST(delimiters_with_a_length_and_stray_ones)
{
    text *in = text_new(SJ_EXPLICIT_LITTLE), *out = text_new(SJ_EXPLICIT_LITTLE);

    put_header_of(in, 0x00081115, "SQ", UNDEFINED_LENGTH);
    put_header_of(in, TAG_ITEM, "", UNDEFINED_LENGTH);
    put_element(in, 0x00080100, "SH", "A ", 2);
    put_header_of(in, TAG_ITEM_END, "", 77);
    put_header_of(in, TAG_SEQUENCE_END, "", 99);
    put_header_of(in, TAG_ITEM_END, "", 0); /* of no item */
    put_header_of(in, 0x00081140, "SQ", 34);
    put_header_of(in, TAG_ITEM, "", 18);
    put_element(in, 0x00080100, "SH", "A ", 2);
    put_header_of(in, TAG_ITEM_END, "", 0); /* of an item that needs none */
    put_header_of(in, TAG_SEQUENCE_END, "", 0); /* of a sequence that ends here anyway */
    put_element(in, 0x00100010, "PN", "Doe ", 4);
    for (uint32_t tag = 0x00081115; tag <= 0x00081140; tag += 0x2B) {
        put_header_of(out, tag, "SQ", UNDEFINED_LENGTH);
        put_header_of(out, TAG_ITEM, "", UNDEFINED_LENGTH);
        put_element(out, 0x00080100, "SH", "A ", 2);
        put_header_of(out, TAG_ITEM_END, "", 0);
        put_header_of(out, TAG_SEQUENCE_END, "", 0);
    }
    put_element(out, 0x00100010, "PN", "Doe ", 4);
    becomes(in, out);
}

/* ---- UN ---------------------------------------------------------------------------------------------------------- */

/* what a UN of undefined length holds (PS3.5 6.2.2 note 2), in an encoding of its own */
static void put_un_content(text *to, sj_encoding encoding)
{
    const sj_encoding outer = to->encoding;
    const uint8_t rows[2] = { encoding == SJ_EXPLICIT_BIG ? 1 : 2, encoding == SJ_EXPLICIT_BIG ? 2 : 1 };

    to->encoding = encoding;
    put_header_of(to, TAG_ITEM, "", UNDEFINED_LENGTH);
    put_element(to, 0x00280010, "US", rows, 2);
    put_header_of(to, 0x00081140, "SQ", UNDEFINED_LENGTH);
    put_header_of(to, TAG_ITEM, "", 0);
    put_header_of(to, TAG_SEQUENCE_END, "", 0);
    put_header_of(to, TAG_ITEM_END, "", 0);
    put_header_of(to, TAG_SEQUENCE_END, "", 0);
    to->encoding = outer;
}

TEST(un_of_undefined_length_keeps_its_implicit_items)
{
    for (size_t from = 1; from < 3; from++) {
        for (size_t to = 0; to < 3; to++) {
            for (int old = 0; old < 2; old++) {
                text *in = text_new(encodings[from]), *out = text_new(encodings[to]);
                const bool kept = to != 0 && !old;
                put_header_of(in, 0x00091010, "UN", UNDEFINED_LENGTH);
                put_un_content(in, SJ_IMPLICIT_LITTLE);
                put_header_of(in, 0x00091011, "UN", UNDEFINED_LENGTH);
                in->encoding = SJ_IMPLICIT_LITTLE;
                put_header_of(in, TAG_SEQUENCE_END, "", 0);
                in->encoding = encodings[from];
                put_element(in, 0x00280011, "US", from == 2 ? "\0\1" : "\1\0", 2);
                put_header_of(out, 0x00091010, kept ? "UN" : "SQ", UNDEFINED_LENGTH);
                put_un_content(out, kept ? SJ_IMPLICIT_LITTLE : encodings[to]);
                put_header_of(out, 0x00091011, kept ? "UN" : "SQ", 0);
                put_element(out, 0x00280011, "US", to == 2 ? "\0\1" : "\1\0", 2);
                CHECK_NOTE("from %zu to %zu old %d", from, to, old);
                becomes_so(in, out, old != 0, NULL);
            }
        }
    }
}

TEST(un_of_undefined_length_with_items_of_defined_length)
{
    text *in = text_new(SJ_EXPLICIT_BIG), *out = text_new(SJ_EXPLICIT_BIG);

    put_header_of(in, 0x00091010, "UN", UNDEFINED_LENGTH);
    in->encoding = SJ_IMPLICIT_LITTLE;
    put_header_of(in, TAG_ITEM, "", 26);
    put_element(in, 0x00280010, "", "\2\1", 2);
    put_header_of(in, 0x00081140, "", 8);
    put_header_of(in, TAG_ITEM, "", 0);
    put_header_of(in, TAG_SEQUENCE_END, "", 0);
    in->encoding = SJ_EXPLICIT_BIG;
    put_header_of(out, 0x00091010, "UN", UNDEFINED_LENGTH);
    put_un_content(out, SJ_IMPLICIT_LITTLE);
    becomes(in, out);
}

/* ---- encapsulated pixel data ------------------------------------------------------------------------------------- */

static void put_fragments(text *to, const char *vr)
{
    put_header_of(to, TAG_PIXEL_DATA, vr, UNDEFINED_LENGTH);
    put_header_of(to, TAG_ITEM, "", 0);
    for (uint32_t length = 0; length < 3000; length += 531) { /* of odd length too: offsets count them as they are */
        put_header_of(to, TAG_ITEM, "", length);
        put_fill(to, 0xFE, length);
    }
    put_header_of(to, TAG_SEQUENCE_END, "", 0);
}

TEST(fragments_are_copied_where_they_may_stand)
{
    static const char *const vrs[] = { "OB", "OW" };

    for (size_t vr = 0; vr < 2; vr++) {
        for (int old = 0; old < 2; old++) {
            text *in = text_new(SJ_EXPLICIT_LITTLE), *out = text_new(SJ_EXPLICIT_LITTLE);
            put_fragments(in, vrs[vr]);
            put_fragments(out, vrs[vr]);
            becomes_so(in, out, old != 0, NULL);
        }
    }
}

TEST(fragments_are_refused_elsewhere)
{
    for (size_t from = 0; from < 3; from++) {
        for (size_t to = 0; to < 3; to++) {
            text *in = text_new(encodings[from]);
            put_element(in, 0x00100010, "PN", "Doe ", 4);
            put_fragments(in, "OB");
            if (from == 1 && to == 1)
                free(in);
            else
                refused(in, encodings[to], SJ_ENCAPSULATED, TAG_PIXEL_DATA, 12);
        }
    }
}

/* ---- streams ----------------------------------------------------------------------------------------------------- */

TEST(an_empty_data_set)
{
    for (size_t to = 0; to < 3; to++)
        becomes(text_new(SJ_EXPLICIT_LITTLE), text_new(encodings[to]));
}

TEST(a_count_steps_over_values)
{
    const uint8_t head[] = { 0xE0, 0x7F, 0x10, 0, 'O', 'W', 0, 0, 0xFC, 0xFF, 0xFF, 0xFF };
    const uint64_t value = 0xFFFFFFFC;

    sj_recode_init(&last, SJ_EXPLICIT_LITTLE, SJ_IMPLICIT_LITTLE, false, NULL, sizeof head + value);
    CHECK_EQUAL(sj_recode_step(&last, head, sizeof head, false, NULL, 0), SJ_OK);
    CHECK_EQUAL(last.taken, sizeof head + value);
    CHECK_EQUAL(last.made, 8 + value);

    sj_recode_init(&last, SJ_EXPLICIT_LITTLE, SJ_IMPLICIT_LITTLE, false, NULL, SJ_SIZE_UNKNOWN);
    CHECK_EQUAL(sj_recode_step(&last, head, sizeof head, false, NULL, 0), SJ_MORE);
    CHECK_EQUAL(last.taken, sizeof head);
    CHECK_EQUAL(last.made, 8);
}

TEST(it_may_be_asked_again_after_the_end)
{
    text *in = golden(1);
    uint8_t out[sizeof implicit_little + SJ_RECODE_ROOM];

    sj_recode_init(&last, SJ_EXPLICIT_LITTLE, SJ_IMPLICIT_LITTLE, false, NULL, SJ_SIZE_UNKNOWN);
    CHECK_EQUAL(sj_recode_step(&last, in->bytes, in->length, true, out, sizeof out), SJ_OK);
    CHECK_EQUAL(sj_recode_step(&last, in->bytes, 0, true, out, 0), SJ_OK);
    CHECK_EQUAL(last.made, sizeof implicit_little);
    CHECK_BYTES(out, implicit_little, sizeof implicit_little);
    free(in);
}
