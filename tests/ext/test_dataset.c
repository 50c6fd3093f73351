/* dataset.c: the walk over a data set's elements. Each is walked with all of it at hand, and in windows. */
#include "check.h"
#include "core.h"
#include "element_bytes.h"
#include "scan_windows.h"

#define UID_IS(uid, words) ((uid).length == strlen(words) && memcmp((uid).text, (words), (uid).length) == 0)

static sj_scan scan;

static const sj_encoding encodings[] = { SJ_IMPLICIT_LITTLE, SJ_EXPLICIT_LITTLE, SJ_EXPLICIT_BIG };
static const char *const syntaxes[] = { IMPLICIT_LITTLE_UID, EXPLICIT_LITTLE_UID, EXPLICIT_BIG_UID };

static text *begin(size_t row)
{
    text *made = text_file(encodings[row], syntaxes[row]);

    put_identity(made);
    return made;
}

/* Walks it in windows of several sizes, all of which must agree, and frees it. */
static sj_status walk(text *file)
{
    static const size_t windows[] = { SJ_WINDOW_MIN, SJ_WINDOW_MIN + 1, 1500, 4099 };
    const sj_status status = scan_whole(&scan, file->bytes, file->length, SJ_EXPECT_FILE, SJ_READ_WHOLE);
    sj_scan piecewise;

    for (size_t row = 0; row < sizeof windows / sizeof *windows; row++) {
        size_t window = windows[row];
        CHECK_EQUAL(scan_in_windows(&piecewise, file->bytes, file->length, SJ_EXPECT_FILE, SJ_READ_WHOLE, fixed_window,
                                    &window),
                    status);
        CHECK(same_results(&piecewise, &scan));
    }
    CHECK_EQUAL(scan.structure_known, status == SJ_OK);
    if (status == SJ_OK)
        CHECK(UID_IS(scan.class_uid, CLASS_UID) && UID_IS(scan.instance_uid, INSTANCE_UID));
    free(file);
    return status;
}

/* ---- what PS3.5 7 allows ----------------------------------------------------------------------------------------- */

TEST(sequences_and_items_of_defined_and_undefined_length)
{
    for (size_t row = 0; row < 3; row++) {
        for (int forms = 0; forms < 16; forms++) {
            const bool outer = (forms & 1) != 0, item = (forms & 2) != 0, inner = (forms & 4) != 0;
            const bool twice = (forms & 8) != 0;
            text *deep = text_new(encodings[row]), *body = text_new(encodings[row]), *file = begin(row);
            put_element(deep, 0x00080100, "SH", "CODE", 4); /* the innermost elements */
            put_header_of(body, 0x00080016, "UI", 4);       /* not the SOP class of the data set */
            put(body, "9.9\0", 4);
            put_header_of(body, 0x0040A168, "SQ", inner ? UNDEFINED_LENGTH : (uint32_t)deep->length + 8);
            put_header_of(body, TAG_ITEM, "", (uint32_t)deep->length);
            put(body, deep->bytes, deep->length);
            if (inner)
                put_header_of(body, TAG_SEQUENCE_END, "", 0);
            const uint32_t items = (uint32_t)(body->length + 8 + (item ? 8 : 0)) * (twice ? 2 : 1);
            put_header_of(file, 0x00081115, "SQ", outer ? UNDEFINED_LENGTH : items);
            for (int time = 0; time <= twice; time++) {
                put_header_of(file, TAG_ITEM, "", item ? UNDEFINED_LENGTH : (uint32_t)body->length);
                put(file, body->bytes, body->length);
                if (item)
                    put_header_of(file, TAG_ITEM_END, "", 0);
            }
            if (outer)
                put_header_of(file, TAG_SEQUENCE_END, "", 0);
            put_element(file, TAG_PIXEL_DATA, "OW", "\1\2", 2);
            CHECK_NOTE("encoding %zu forms %d", row, forms);
            CHECK_EQUAL(walk(file), SJ_OK);
            free(deep);
            free(body);
        }
    }
}

TEST(empty_sequences_and_items)
{
    for (size_t row = 0; row < 3; row++) {
        text *file = begin(row);
        put_header_of(file, 0x00081115, "SQ", 0);
        put_header_of(file, 0x00081140, "SQ", UNDEFINED_LENGTH);
        put_header_of(file, TAG_SEQUENCE_END, "", 0);
        put_header_of(file, 0x00081199, "SQ", UNDEFINED_LENGTH);
        put_header_of(file, TAG_ITEM, "", 0);
        put_header_of(file, TAG_ITEM, "", UNDEFINED_LENGTH);
        put_header_of(file, TAG_ITEM_END, "", 0);
        put_header_of(file, TAG_SEQUENCE_END, "", 0);
        CHECK_EQUAL(walk(file), SJ_OK);
    }
}

TEST(encapsulated_pixel_data)
{
    static const char *const vrs[] = { "OB", "OW" };

    for (size_t vr = 0; vr < 2; vr++) {
        text *file = text_file(SJ_EXPLICIT_LITTLE, JPEG_BASELINE_UID);
        put_identity(file);
        put_header_of(file, TAG_PIXEL_DATA, vrs[vr], UNDEFINED_LENGTH);
        put_header_of(file, TAG_ITEM, "", 0); /* an empty offset table */
        for (uint32_t length = 0; length < 3000; length += 531) {
            put_header_of(file, TAG_ITEM, "", length); /* of odd length too */
            put_fill(file, 0xFE, length);
        }
        put_header_of(file, TAG_SEQUENCE_END, "", 0);
        put_element(file, 0xFFFCFFFC, "OB", "\0\0", 2); /* data set trailing padding */
        CHECK_EQUAL(walk(file), SJ_OK);
    }
}

TEST(encapsulated_pixel_data_of_implicit_vr)
{
    text *file = begin(0);

    put_header_of(file, TAG_PIXEL_DATA, "", UNDEFINED_LENGTH);
    put_header_of(file, TAG_ITEM, "", 0);
    put_header_of(file, TAG_ITEM, "", 4);
    put(file, "\1\2\3\4", 4);
    put_header_of(file, TAG_SEQUENCE_END, "", 0);
    CHECK_EQUAL(walk(file), SJ_OK);
}

/* PS3.5 6.2.2 note 2: implicit VR little endian inside, to its delimiter; explicit behind it again */
TEST(un_of_undefined_length)
{
    for (size_t row = 1; row < 3; row++) {
        text *file = begin(row);
        put_header_of(file, 0x00091010, "UN", UNDEFINED_LENGTH);
        file->encoding = SJ_IMPLICIT_LITTLE;
        put_header_of(file, TAG_ITEM, "", UNDEFINED_LENGTH);
        put_element(file, 0x00080060, "", "OT", 2);
        put_header_of(file, 0x00081140, "", UNDEFINED_LENGTH); /* a sequence of implicit VR */
        put_header_of(file, TAG_ITEM, "", 0);
        put_header_of(file, TAG_SEQUENCE_END, "", 0);
        put_header_of(file, TAG_ITEM_END, "", 0);
        put_header_of(file, TAG_SEQUENCE_END, "", 0);
        file->encoding = encodings[row];
        put_element(file, 0x00100010, "PN", "Doe", 4);
        put_header_of(file, 0x00091011, "UN", 6);
        put_fill(file, 0xFF, 6);
        CHECK_NOTE("encoding %zu", row);
        CHECK_EQUAL(walk(file), SJ_OK);
    }
}

TEST(vrs_of_16_and_32_bit_length)
{
    static const char *const vrs[] = { "AE", "AS", "AT", "CS", "DA", "DS", "DT", "FL", "FD", "IS", "LO", "LT",
                                       "PN", "SH", "SL", "SS", "ST", "TM", "UI", "UL", "US", "OB", "OD", "OF",
                                       "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV" };

    for (size_t row = 1; row < 3; row++) {
        for (size_t vr = 0; vr < sizeof vrs / sizeof *vrs; vr++) {
            text *file = begin(row);
            put_header_of(file, 0x00090010, vrs[vr], 300);
            put_fill(file, 0xFF, 300);
            put_element(file, 0x00100010, "PN", "Doe", 4);
            CHECK_NOTE("encoding %zu VR %s", row, vrs[vr]);
            CHECK_EQUAL(walk(file), SJ_OK);
        }
    }
}

/* PS3.5 7.1.2: what VRs are to come will have 32-bit lengths; what is no VR at all has 16 bits, as DCMTK reads it. */
TEST(unknown_vrs)
{
    text *file = begin(1);

    put(file, "\x09\0\x10\0ZZ\0\0\x04\0\0\0abcd", 16);
    put(file, "\x09\0\x11\0??\x04\0abcd", 12);
    put(file, "\x09\0\x12\0ob\x04\0abcd", 12);
    put(file, "\x09\0\x13\0\0\0\x04\0abcd", 12);
    put_element(file, 0x00100010, "PN", "Doe", 4);
    CHECK_EQUAL(walk(file), SJ_OK);
}

TEST(elements_of_odd_length)
{
    for (size_t row = 0; row < 3; row++) {
        text *file = begin(row);
        put_element(file, 0x00100010, "PN", "Doe", 3);
        put_element(file, 0x00100020, "LO", "1", 1);
        put_element(file, TAG_PIXEL_DATA, "OB", "\1\2\3", 3);
        CHECK_EQUAL(walk(file), SJ_OK);
    }
}

TEST(an_empty_data_set)
{
    text *file = text_file(SJ_EXPLICIT_BIG, EXPLICIT_BIG_UID);

    CHECK_EQUAL(scan_whole(&scan, file->bytes, file->length, SJ_EXPECT_FILE, SJ_READ_WHOLE), SJ_OK);
    CHECK(scan.structure_known && !scan.class_uid.present && !scan.instance_uid.present);
    free(file);
}

TEST(the_identity_is_that_of_the_data_set_not_of_its_items)
{
    text *file = text_file(SJ_EXPLICIT_LITTLE, EXPLICIT_LITTLE_UID);

    put_header_of(file, 0x00081140, "SQ", UNDEFINED_LENGTH);
    put_header_of(file, TAG_ITEM, "", UNDEFINED_LENGTH);
    put_ui(file, 0x00080016, "9.9.9");
    put_ui(file, 0x00080018, "9.9.8");
    put_header_of(file, TAG_ITEM_END, "", 0);
    put_header_of(file, TAG_SEQUENCE_END, "", 0);
    CHECK_EQUAL(scan_whole(&scan, file->bytes, file->length, SJ_EXPECT_FILE, SJ_READ_WHOLE), SJ_OK);
    CHECK(!scan.class_uid.present && !scan.instance_uid.present);
    put_identity(file);
    CHECK_EQUAL(walk(file), SJ_OK);
}

/* What a plan is made by (SJ_READ_IDENTITY) and what is sent (SJ_READ_WHOLE) must name the same instance; DCMTK, too,
 * believes the first of two elements with one tag. */
TEST(the_first_of_two_identities_counts_for_every_extent)
{
    for (int extent = SJ_READ_IDENTITY; extent <= SJ_READ_WHOLE; extent++) {
        text *file = begin(1);
        put_ui(file, 0x00080016, "1.2.840.10008.5.1.4.1.1.2");
        put_ui(file, 0x00080018, "1.2.3.4.5");
        CHECK_NOTE("extent %d", extent);
        CHECK_EQUAL(scan_whole(&scan, file->bytes, file->length, SJ_EXPECT_FILE, (sj_extent)extent), SJ_OK);
        CHECK(UID_IS(scan.class_uid, CLASS_UID) && UID_IS(scan.instance_uid, INSTANCE_UID));
        free(file);
    }
}

/* ---- depth ------------------------------------------------------------------------------------------------------- */

static text *nested(size_t row, size_t sequences)
{
    text *file = begin(row);

    for (size_t level = 0; level < sequences; level++) {
        put_header_of(file, 0x00081115, "SQ", UNDEFINED_LENGTH);
        put_header_of(file, TAG_ITEM, "", UNDEFINED_LENGTH);
    }
    for (size_t level = 0; level < sequences; level++) {
        put_header_of(file, TAG_ITEM_END, "", 0);
        put_header_of(file, TAG_SEQUENCE_END, "", 0);
    }
    put_element(file, 0x00100010, "PN", "Doe", 4);
    return file;
}

TEST(nesting_of_thirty_sequences)
{
    for (size_t row = 0; row < 3; row++) {
        for (size_t sequences = 0; sequences <= 30; sequences++)
            CHECK_EQUAL(walk(nested(row, sequences)), SJ_OK);
    }
}

/* core.h: "SJ_TOO_DEEP: more than SJ_MAX_DEPTH sequences of undefined length inside one another" */
TEST(nesting_to_the_depth_that_the_contract_allows)
{
    for (size_t row = 0; row < 3; row++) {
        for (size_t sequences = 31; sequences <= SJ_MAX_DEPTH; sequences++) {
            CHECK_NOTE("encoding %zu, %zu sequences", row, sequences);
            CHECK_EQUAL(walk(nested(row, sequences)), SJ_OK);
        }
    }
}

TEST(nesting_too_deep)
{
    for (size_t sequences = SJ_MAX_DEPTH + 1; sequences < 5000; sequences += 1000) {
        CHECK_EQUAL(walk(nested(1, sequences)), SJ_TOO_DEEP);
        CHECK_EQUAL(scan.error_tag, 0x00081115);
    }
}

/* sequences of defined length are stepped over: they need no frame */
TEST(nesting_of_defined_lengths_has_no_limit)
{
    enum { LEVELS = 500 };
    text *file = begin(1);

    for (uint32_t level = LEVELS; level > 0; level--) {
        put_header_of(file, 0x00081115, "SQ", level * 20 - 12);
        put_header_of(file, TAG_ITEM, "", level * 20 - 20);
    }
    CHECK_EQUAL(walk(file), SJ_OK);
}

/* ---- what PS3.5 7 does not allow --------------------------------------------------------------------------------- */

static void fails(text *file, sj_status wanted, size_t offset, uint32_t tag)
{
    CHECK_EQUAL(walk(file), wanted);
    CHECK_EQUAL(scan.error_offset, offset);
    CHECK_EQUAL(scan.error_tag, tag);
}

TEST(values_that_reach_behind_the_end)
{
    for (size_t row = 0; row < 3; row++) {
        for (uint32_t more = 1; more <= 0xFF00; more = more * 5 + 1) {
            text *file = begin(row);
            const size_t offset = file->length;
            put_header_of(file, 0x00100010, "PN", 10 + more);
            put_fill(file, 'x', 10);
            CHECK_NOTE("encoding %zu, %u more", row, more);
            fails(file, SJ_TRUNCATED, offset, 0x00100010);
        }
        for (uint32_t length = 3; length != UNDEFINED_LENGTH; length = length << 1 | 1) {
            if (length < 11)
                continue;
            text *file = begin(row);
            const size_t offset = file->length;
            put_header_of(file, TAG_PIXEL_DATA, "OB", length);
            put_fill(file, 'x', 10);
            fails(file, SJ_TRUNCATED, offset, TAG_PIXEL_DATA);
        }
    }
}

TEST(the_largest_defined_length)
{
    text *file = begin(1);
    const size_t offset = file->length;

    put_header_of(file, TAG_PIXEL_DATA, "OB", 0xFFFFFFFE);
    put_fill(file, 'x', 2000);
    fails(file, SJ_TRUNCATED, offset, TAG_PIXEL_DATA);
}

/* A file of more than four gibibytes, of which only the windows that are asked for exist. */
TEST(values_of_almost_four_gibibytes)
{
    text *head = begin(1), *tail = text_new(SJ_EXPLICIT_LITTLE);
    const uint32_t length = 0xFFFFFFFE;

    put_header_of(head, 0x00091010, "OB", length);
    put_header_of(tail, TAG_PIXEL_DATA, "OW", length);
    const uint64_t tail_at = head->length + (uint64_t)length, size = tail_at + tail->length + length;
    put_fill(head, 0, SJ_WINDOW_MIN);
    put_fill(tail, 0, SJ_WINDOW_MIN);
    sj_scan_init(&scan, size, SJ_EXPECT_FILE, SJ_READ_WHOLE);
    CHECK_EQUAL(sj_scan_step(&scan, head->bytes, head->length), SJ_MORE);
    CHECK_EQUAL(scan.position, tail_at);
    CHECK_EQUAL(sj_scan_step(&scan, tail->bytes, tail->length), SJ_OK);
    CHECK(scan.structure_known);
    CHECK_EQUAL(scan.position, size);
    sj_scan_init(&scan, size - 1, SJ_EXPECT_FILE, SJ_READ_WHOLE);
    CHECK_EQUAL(sj_scan_step(&scan, head->bytes, head->length), SJ_MORE);
    CHECK_EQUAL(sj_scan_step(&scan, tail->bytes, tail->length), SJ_TRUNCATED);
    CHECK_EQUAL(scan.error_offset, tail_at);
    free(head);
    free(tail);
}

TEST(missing_delimiters)
{
    for (size_t row = 0; row < 3; row++) {
        text *file = begin(row);
        put_header_of(file, 0x00081115, "SQ", UNDEFINED_LENGTH);
        fails(file, SJ_TRUNCATED, file->length, 0x00081115); /* the file ends in the sequence */

        file = begin(row);
        put_header_of(file, 0x00081115, "SQ", UNDEFINED_LENGTH);
        put_header_of(file, TAG_ITEM, "", UNDEFINED_LENGTH);
        put_element(file, 0x00080060, "CS", "OT", 2);
        fails(file, SJ_TRUNCATED, file->length, 0x00081115); /* in the item */

        file = begin(row);
        put_header_of(file, 0x00081115, "SQ", UNDEFINED_LENGTH);
        put_header_of(file, TAG_ITEM, "", 0);
        const size_t offset = file->length;
        put_element(file, 0x00080060, "CS", "OT", 2);
        fails(file, SJ_BAD_ELEMENT, offset, 0x00080060); /* an element where an item or the end is due */
    }
    text *file = text_file(SJ_EXPLICIT_LITTLE, JPEG_BASELINE_UID);
    put_identity(file);
    put_header_of(file, TAG_PIXEL_DATA, "OB", UNDEFINED_LENGTH);
    put_header_of(file, TAG_ITEM, "", 0);
    put_header_of(file, TAG_ITEM, "", 4);
    put(file, "\1\2\3\4", 4);
    fails(file, SJ_TRUNCATED, file->length, TAG_PIXEL_DATA);
}

TEST(lengths_of_fragments_that_lie)
{
    static const uint32_t lengths[] = { 3, 5, 1, 0, 0x7FFFFFFF, 0xFFFFFFFE, UNDEFINED_LENGTH };

    for (size_t row = 0; row < sizeof lengths / sizeof *lengths; row++) {
        text *file = text_file(SJ_EXPLICIT_LITTLE, JPEG_BASELINE_UID);
        put_identity(file);
        put_header_of(file, TAG_PIXEL_DATA, "OB", UNDEFINED_LENGTH);
        put_header_of(file, TAG_ITEM, "", lengths[row]);
        put(file, "\1\2\3\4", 4);
        put_header_of(file, TAG_SEQUENCE_END, "", 0);
        CHECK_NOTE("length %u", lengths[row]);
        const sj_status status = walk(file);
        CHECK(status == SJ_BAD_ELEMENT || status == SJ_TRUNCATED);
        if (lengths[row] == UNDEFINED_LENGTH)
            CHECK_EQUAL(status, SJ_BAD_ELEMENT);
    }
}

TEST(undefined_length_where_no_vr_allows_it)
{
    static const char *const vrs[] = { "OD", "OF", "OL", "OV", "SV", "UC", "UR", "UT", "UV", "ZZ" };

    for (size_t row = 0; row < sizeof vrs / sizeof *vrs; row++) {
        text *file = begin(1);
        const size_t offset = file->length;
        put_tag(file, 0x00091010);
        put(file, vrs[row], 2);
        put_number(file, 0, 2);
        put_number(file, UNDEFINED_LENGTH, 4);
        put_header_of(file, TAG_ITEM, "", 0);
        put_header_of(file, TAG_SEQUENCE_END, "", 0);
        CHECK_NOTE("VR %s", vrs[row]);
        fails(file, SJ_BAD_ELEMENT, offset, 0x00091010);
    }
}

/* 16 bits of ones are a length, not an undefined one */
TEST(a_16_bit_length_is_never_undefined)
{
    text *file = begin(1);

    put_header_of(file, 0x00090010, "LT", 0xFFFF);
    put_fill(file, 'x', 0xFFFF);
    CHECK_EQUAL(walk(file), SJ_OK);
}

/* The status table says BAD_ELEMENT for "a delimiter that PS3.5 7 does not allow here". DCMTK's tools refuse both as
 * well (odd/fodicom__GH364, fuzz/TC0279 of the corpus), */
TEST(a_stray_item_or_sequence_delimiter)
{
    static const uint32_t tags[] = { TAG_SEQUENCE_END, TAG_ITEM };

    for (size_t row = 0; row < 3; row++) {
        for (size_t tag = 0; tag < 2; tag++) {
            text *file = begin(row);
            const size_t offset = file->length;
            put_header_of(file, tags[tag], "", 0);
            put_element(file, 0x00100010, "PN", "Doe", 4);
            CHECK_NOTE("encoding %zu tag %08x", row, tags[tag]);
            fails(file, SJ_BAD_ELEMENT, offset, tags[tag]);
        }
    }
}

/* but go on behind this one (fuzz/TC0359). */
TEST(a_stray_item_delimiter_is_stepped_over)
{
    for (size_t row = 0; row < 3; row++) {
        text *file = begin(row);
        put_header_of(file, TAG_ITEM_END, "", 0);
        put_element(file, 0x00100010, "PN", "Doe", 4);
        CHECK_EQUAL(walk(file), SJ_OK);
    }
}

TEST(a_sequence_delimiter_where_the_item_has_not_ended)
{
    for (size_t row = 0; row < 3; row++) {
        text *file = begin(row);
        put_header_of(file, 0x00081115, "SQ", UNDEFINED_LENGTH);
        put_header_of(file, TAG_ITEM, "", UNDEFINED_LENGTH);
        put_element(file, 0x00080060, "CS", "OT", 2);
        put_header_of(file, TAG_SEQUENCE_END, "", 0);
        put_element(file, 0x00100010, "PN", "Doe", 4);
        CHECK(walk(file) != SJ_OK);
    }
}

/* Cut after each byte of deep structure, in small windows as well: truncated, and never outside what is there. */
TEST(a_deep_data_set_cut_at_every_byte)
{
    for (size_t row = 0; row < 3; row++) {
        text *file = nested(row, 4);
        put_header_of(file, 0x00091010, "UN", UNDEFINED_LENGTH);
        const sj_encoding encoding = file->encoding;
        file->encoding = SJ_IMPLICIT_LITTLE;
        put_header_of(file, TAG_ITEM, "", 4);
        put_fill(file, 1, 4);
        put_header_of(file, TAG_SEQUENCE_END, "", 0);
        file->encoding = encoding;
        put_header_of(file, TAG_PIXEL_DATA, "OB", UNDEFINED_LENGTH);
        put_header_of(file, TAG_ITEM, "", 2);
        put_fill(file, 1, 2);
        put_header_of(file, TAG_SEQUENCE_END, "", 0);
        const size_t whole = file->length;
        text *start = begin(row);
        const size_t begun = start->length;
        size_t complete = 0;
        free(start);
        for (size_t length = begun; length <= whole; length++) {
            const sj_status status = scan_whole(&scan, file->bytes, length, SJ_EXPECT_FILE, SJ_READ_WHOLE);
            CHECK_NOTE("encoding %zu cut at %zu of %zu", row, length, whole);
            CHECK(status == SJ_OK || status == SJ_TRUNCATED);
            complete += status == SJ_OK;
        }
        CHECK_EQUAL(complete, 5); /* the identity, the sequences, the name, the UN element, the pixel data */
        free(file);
    }
}

/* Bytes changed to many values: any verdict, the same in every window, and no byte outside is read (the sanitizer). */
TEST(any_byte_changed)
{
    text *made = nested(1, 2);

    put_header_of(made, TAG_PIXEL_DATA, "OB", UNDEFINED_LENGTH);
    put_header_of(made, TAG_ITEM, "", 1100);
    put_fill(made, 1, 1100);
    put_header_of(made, TAG_SEQUENCE_END, "", 0);
    for (size_t at = 130; at < 420 && at < made->length; at++) {
        for (int value = 0; value < 256; value += value < 8 || value > 247 ? 1 : 13) {
            text *file = text_new(SJ_EXPLICIT_LITTLE);
            sj_scan piecewise;
            size_t window = SJ_WINDOW_MIN;
            put(file, made->bytes, made->length);
            file->bytes[at] = (uint8_t)value;
            CHECK_NOTE("byte %zu is %d", at, value);
            const sj_status status = scan_whole(&scan, file->bytes, file->length, SJ_EXPECT_ANY, SJ_READ_WHOLE);
            const sj_status again = scan_in_windows(&piecewise, file->bytes, file->length, SJ_EXPECT_ANY,
                                                    SJ_READ_WHOLE, fixed_window, &window);
            CHECK_EQUAL(again, status);
            CHECK(same_results(&scan, &piecewise));
            free(file);
        }
    }
    free(made);
}
