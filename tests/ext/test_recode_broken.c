/* recode.c: what is refused, and how it is told: status, tag, and offset of the input. */
#include "recode_checks.h"

/* every kind of thing that a data set is made of */
static text *sample(sj_encoding encoding)
{
    text *made = text_new(encoding);

    put_identity(made);
    put_header_of(made, 0x00081115, "SQ", encoding == SJ_IMPLICIT_LITTLE ? 40 : 44);
    put_header_of(made, TAG_ITEM, "", encoding == SJ_IMPLICIT_LITTLE ? 32 : 36);
    put_header_of(made, 0x00081140, "SQ", UNDEFINED_LENGTH);
    put_header_of(made, TAG_ITEM, "", 0);
    put_header_of(made, TAG_SEQUENCE_END, "", 0);
    put_element(made, 0x00090010, "LO", "", 0);
    put_element(made, 0x00189073, "FD", "12345678", 8);
    put_element(made, TAG_PIXEL_DATA, "OW", "123456", 6);
    return made;
}

TEST(every_cut_is_found)
{
    for (size_t from = 0; from < 3; from++) {
        text *whole = sample(encodings[from]);
        size_t complete = 0;
        const size_t length = whole->length;
        for (size_t cut = 0; cut <= length; cut++) {
            sj_scan scan;
            whole->length = cut;
            const sj_status status = recode_text(whole, (recode_question){ SJ_EXPLICIT_BIG, false, NULL }, NULL);
            CHECK_NOTE("from %zu cut at %zu", from, cut);
            CHECK(status == SJ_OK || status == SJ_TRUNCATED);
            CHECK_EQUAL(status, walk_data_set(&scan, whole->bytes, cut, encodings[from]));
            if (status == SJ_OK)
                complete++;
            else
                CHECK(last.error_offset <= cut);
        }
        CHECK_EQUAL(complete, 6); /* nothing, and behind each of five elements */
        free(whole);
    }
}

TEST(a_cut_value_is_told_by_its_header)
{
    text *in = text_new(SJ_EXPLICIT_LITTLE);

    put_element(in, 0x00100010, "PN", "Doe ", 4);
    put_header_of(in, TAG_PIXEL_DATA, "OW", 4000);
    put_fill(in, 1, 3999);
    refused(in, SJ_EXPLICIT_BIG, SJ_TRUNCATED, TAG_PIXEL_DATA, 12);
}

TEST(a_cut_header_is_told_by_what_it_is_in)
{
    text *in = text_new(SJ_EXPLICIT_LITTLE);

    put_header_of(in, 0x00081115, "SQ", UNDEFINED_LENGTH);
    put_header_of(in, TAG_ITEM, "", UNDEFINED_LENGTH);
    put(in, "\x08\0\x18\0UI", 6);
    refused(in, SJ_EXPLICIT_BIG, SJ_TRUNCATED, 0x00081115, 20);
}

TEST(what_is_left_open)
{
    text *in = text_new(SJ_EXPLICIT_LITTLE);

    put_header_of(in, 0x00081115, "SQ", UNDEFINED_LENGTH);
    refused(in, SJ_EXPLICIT_BIG, SJ_TRUNCATED, 0x00081115, 12);

    in = text_new(SJ_EXPLICIT_LITTLE);
    put_header_of(in, 0x00081115, "SQ", 8);
    put_header_of(in, TAG_ITEM, "", UNDEFINED_LENGTH);
    put_element(in, 0x00100010, "PN", "Doe ", 4);
    refused(in, SJ_EXPLICIT_BIG, SJ_BAD_ELEMENT, 0x00081115, 20);
}

TEST(lengths_that_do_not_fit_what_they_are_in)
{
    static const struct { uint32_t sequence, item, value; uint32_t tag; size_t at; } rows[] = {
        { 22, 14, 7, 0x00100010, 20 },   /* the element leaves its item */
        { 22, 15, 6, TAG_ITEM, 12 },     /* the item leaves its sequence */
        { 24, 14, 6, 0x00100020, 34 },   /* the sequence ends inside a header */
        { 7, 14, 6, TAG_ITEM, 12 },
        { 22, 7, 6, 0x00100010, 20 },
    };

    for (size_t row = 0; row < sizeof rows / sizeof *rows; row++) {
        text *in = text_new(SJ_EXPLICIT_LITTLE);
        put_header_of(in, 0x00081115, "SQ", rows[row].sequence);
        put_header_of(in, TAG_ITEM, "", rows[row].item);
        put_header_of(in, 0x00100010, "PN", rows[row].value);
        put(in, "Doe^Jo", 6);
        put_element(in, 0x00100020, "LO", "1234", 4);
        put_fill(in, 0, 40);
        CHECK_NOTE("row %zu", row);
        refused(in, SJ_IMPLICIT_LITTLE, SJ_BAD_ELEMENT, rows[row].tag, rows[row].at);
    }
}

TEST(things_in_the_wrong_place)
{
    static const struct { int where; uint32_t tag; uint32_t length; } rows[] = {
        { 0, TAG_ITEM, 0 },             { 0, TAG_SEQUENCE_END, 0 },     { 0, 0xFFFE0001, 0 },
        { 0, TAG_ITEM_END, 4 },         { 1, 0x00100010, 0 },           { 1, TAG_ITEM_END, 0 },
        { 2, TAG_ITEM, 0 },             { 2, TAG_SEQUENCE_END, 0 },     { 2, 0xFFFEE001, 0 },
    };

    for (size_t row = 0; row < sizeof rows / sizeof *rows; row++) {
        for (size_t from = 0; from < 3; from++) {
            text *in = text_new(encodings[from]);
            if (rows[row].where > 0)
                put_header_of(in, 0x00081115, "SQ", UNDEFINED_LENGTH);
            if (rows[row].where > 1)
                put_header_of(in, TAG_ITEM, "", UNDEFINED_LENGTH);
            const size_t at = in->length;
            put_header_of(in, rows[row].tag, "", rows[row].length);
            put_fill(in, 0, 64);
            CHECK_NOTE("row %zu from %zu", row, from);
            refused(in, SJ_EXPLICIT_LITTLE, SJ_BAD_ELEMENT, rows[row].tag, at);
        }
    }
}

TEST(a_delimiter_before_the_sequence_ends)
{
    text *in = text_new(SJ_EXPLICIT_LITTLE);

    put_header_of(in, 0x00081115, "SQ", 16);
    put_header_of(in, TAG_SEQUENCE_END, "", 0);
    put_header_of(in, TAG_ITEM, "", 0);
    put_element(in, 0x00100010, "PN", "Doe ", 4);
    refused(in, SJ_EXPLICIT_LITTLE, SJ_BAD_ELEMENT, TAG_SEQUENCE_END, 12);
}

TEST(undefined_length_where_there_is_none)
{
    static const struct { uint32_t tag; const char *vr; } rows[] = {
        { 0x00091010, "UT" }, { 0x00091010, "OF" }, { 0x00090000, "OB" }, { 0xFFFCFFFC, "OB" },
    };

    for (size_t row = 0; row < sizeof rows / sizeof *rows; row++) {
        text *in = text_new(SJ_EXPLICIT_LITTLE);
        put_header_of(in, rows[row].tag, rows[row].vr, UNDEFINED_LENGTH);
        put_header_of(in, TAG_SEQUENCE_END, "", 0);
        refused(in, SJ_EXPLICIT_LITTLE, SJ_BAD_ELEMENT, rows[row].tag, 0);
    }
    text *in = text_new(SJ_EXPLICIT_LITTLE);
    put_header_of(in, TAG_PIXEL_DATA, "OB", UNDEFINED_LENGTH);
    put_header_of(in, TAG_ITEM, "", UNDEFINED_LENGTH);
    refused(in, SJ_EXPLICIT_LITTLE, SJ_BAD_ELEMENT, TAG_ITEM, 12);
}

/* of a standard element the dictionary is certain; of a private one it may be wrong (test_recode_vrs.c) */
TEST(a_sequence_of_the_standard_that_does_not_begin_with_an_item)
{
    static const uint32_t lengths[] = { 1, 3, 4, 8, 12 };

    for (size_t row = 0; row < sizeof lengths / sizeof *lengths; row++) {
        text *in = text_new(SJ_IMPLICIT_LITTLE);
        put_element(in, 0x00080060, "", "OT", 2);
        put_element(in, 0x00081115, "", "abcdefghijkl", lengths[row]);
        refused(in, SJ_EXPLICIT_LITTLE, SJ_BAD_ELEMENT, 0x00081115, 10);
    }
}

TEST(nesting)
{
    for (size_t from = 0; from < 3; from++) {
        for (int undefined = 0; undefined < 2; undefined++) {
            for (size_t depth = SJ_MAX_DEPTH; depth <= SJ_MAX_DEPTH + 1; depth++) {
                text *in = text_new(encodings[from]);
                const size_t head = from == 0 ? 8 : 12;
                for (size_t level = 0; level < depth; level++) {
                    const uint32_t inner = (uint32_t)((depth - level - 1) * (head + 8) + head);
                    put_header_of(in, 0x00081115, "SQ", undefined ? UNDEFINED_LENGTH : inner + 8);
                    put_header_of(in, TAG_ITEM, "", undefined ? UNDEFINED_LENGTH : inner);
                }
                put_header_of(in, 0x00081140, "SQ", 0);
                for (size_t level = 0; undefined && level < depth; level++) {
                    put_header_of(in, TAG_ITEM_END, "", 0);
                    put_header_of(in, TAG_SEQUENCE_END, "", 0);
                }
                CHECK_NOTE("from %zu undefined %d depth %zu", from, undefined, depth);
                if (depth > SJ_MAX_DEPTH) {
                    refused(in, SJ_EXPLICIT_LITTLE, SJ_TOO_DEEP, 0x00081115, SJ_MAX_DEPTH * (head + 8));
                } else {
                    CHECK_EQUAL(recode_text(in, (recode_question){ SJ_EXPLICIT_BIG, false, NULL }, NULL), SJ_OK);
                    free(in);
                }
            }
        }
    }
}

TEST(sums_that_do_not_fit)
{
    text *in = text_new(SJ_EXPLICIT_LITTLE);

    put_element(in, 0x00100010, "PN", "Doe ", 4);
    sj_recode_init(&last, SJ_EXPLICIT_LITTLE, SJ_IMPLICIT_LITTLE, false, NULL, SJ_SIZE_UNKNOWN);
    last.made = (uint64_t)INT64_MAX - 10;
    CHECK_EQUAL(sj_recode_step(&last, in->bytes, in->length, true, NULL, 0), SJ_TOO_LARGE);
    CHECK_EQUAL(last.error_tag, 0x00100010);
    sj_recode_init(&last, SJ_EXPLICIT_LITTLE, SJ_IMPLICIT_LITTLE, false, NULL, SJ_SIZE_UNKNOWN);
    last.taken = (uint64_t)INT64_MAX - 14;
    CHECK_EQUAL(sj_recode_step(&last, in->bytes, in->length, true, NULL, 0), SJ_TOO_LARGE);
    free(in);
}
