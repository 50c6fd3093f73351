/* part10.c: what a file is. Files are made by hand; windows of every size must lead to the same results. */
#include "check.h"
#include "core.h"
#include "element_bytes.h"
#include "scan_windows.h"

#define UID_IS(uid, words) ((uid).length == strlen(words) && memcmp((uid).text, (words), (uid).length) == 0)

static sj_scan scan;

static sj_status look(const text *file, sj_expect expect, sj_extent extent)
{
    return scan_whole(&scan, file->bytes, file->length, expect, extent);
}

/* the same, in windows of every size from the least to the whole file */
static sj_status look_in_all_windows(const text *file, sj_expect expect, sj_extent extent)
{
    sj_scan piecewise;
    const sj_status status = look(file, expect, extent);

    for (size_t size = SJ_WINDOW_MIN; size < file->length; size += size < 1200 ? 1 : 97) {
        CHECK_NOTE("window %zu", size);
        const sj_status again =
            scan_in_windows(&piecewise, file->bytes, file->length, expect, extent, fixed_window, &size);
        CHECK_EQUAL(again, status);
        CHECK(same_results(&piecewise, &scan));
    }
    check_note[0] = '\0';
    return status;
}

static text *conforming(sj_encoding encoding, const char *syntax)
{
    text *made = text_file(encoding, syntax);

    put_identity(made);
    put_element(made, 0x00100010, "PN", "Doe^Jane", 8);
    put_header_of(made, TAG_PIXEL_DATA, "OW", 3000);
    put_fill(made, 7, 3000);
    return made;
}

static size_t meta_end(const char *syntax)
{
    text *made = text_file(SJ_EXPLICIT_LITTLE, syntax);
    const size_t length = made->length;

    free(made);
    return length;
}

TEST(results_are_empty_after_init)
{
    sj_scan_init(&scan, 1000, SJ_EXPECT_FILE, SJ_READ_WHOLE);
    CHECK_EQUAL(scan.position, 0);
    CHECK_EQUAL(scan.data_set_offset, 0);
    CHECK_EQUAL(scan.error_offset, 0);
    CHECK_EQUAL(scan.error_tag, 0);
    CHECK_EQUAL(scan.meta_class.length + scan.meta_instance.length + scan.meta_syntax.length, 0);
    CHECK_EQUAL(scan.class_uid.length + scan.instance_uid.length, 0);
    CHECK(!scan.class_uid.present && !scan.instance_uid.present && !scan.meta_syntax.present);
    CHECK(!scan.has_preamble && !scan.has_meta && !scan.guessed && !scan.structure_known);
    CHECK_EQUAL(scan.file_size, 1000);
}

TEST(conforming_files_of_each_encoding_and_extent)
{
    static const struct {
        const char *syntax;
        sj_encoding encoding;
    } rows[] = {
        { IMPLICIT_LITTLE_UID, SJ_IMPLICIT_LITTLE },
        { EXPLICIT_LITTLE_UID, SJ_EXPLICIT_LITTLE },
        { EXPLICIT_BIG_UID, SJ_EXPLICIT_BIG },
    };

    for (size_t row = 0; row < 3; row++) {
        for (int extent = SJ_READ_META; extent <= SJ_READ_WHOLE; extent++) {
            for (int expect = SJ_EXPECT_ANY; expect <= SJ_EXPECT_FILE; expect++) {
                text *file = conforming(rows[row].encoding, rows[row].syntax);
                CHECK_EQUAL(look_in_all_windows(file, (sj_expect)expect, (sj_extent)extent), SJ_OK);
                CHECK_EQUAL(scan.data_set_offset, meta_end(rows[row].syntax));
                CHECK_EQUAL(scan.encoding, rows[row].encoding);
                CHECK(UID_IS(scan.meta_class, CLASS_UID) && UID_IS(scan.meta_instance, INSTANCE_UID));
                CHECK(UID_IS(scan.meta_syntax, rows[row].syntax));
                CHECK(scan.has_preamble && scan.has_meta && !scan.guessed);
                CHECK_EQUAL(scan.structure_known, extent == SJ_READ_WHOLE);
                if (extent == SJ_READ_META) {
                    CHECK(!scan.class_uid.present);
                } else {
                    CHECK(UID_IS(scan.class_uid, CLASS_UID) && UID_IS(scan.instance_uid, INSTANCE_UID));
                    CHECK(scan.class_uid.present && !scan.class_uid.overlong);
                }
                free(file);
            }
        }
        text *file = conforming(rows[row].encoding, rows[row].syntax);
        CHECK_EQUAL(look(file, SJ_EXPECT_DATA_SET, SJ_READ_WHOLE), SJ_HAS_META);
        free(file);
    }
}

TEST(the_encoding_of_each_transfer_syntax)
{
    static const struct {
        const char *uid;
        sj_encoding encoding;
    } rows[] = {
        { IMPLICIT_LITTLE_UID, SJ_IMPLICIT_LITTLE },
        { EXPLICIT_LITTLE_UID, SJ_EXPLICIT_LITTLE },
        { EXPLICIT_BIG_UID, SJ_EXPLICIT_BIG },
        { DEFLATED_UID, SJ_OPAQUE },
        { "1.2.840.10008.1.2.4.95", SJ_OPAQUE },  /* JPIP referenced deflate */
        { "1.2.840.10008.1.2.4.205", SJ_OPAQUE }, /* JPIP HTJ2K referenced deflate */
        { JPEG_BASELINE_UID, SJ_EXPLICIT_LITTLE },
        { "1.2.840.10008.1.2.4.94", SJ_EXPLICIT_LITTLE },
        { "1.2.840.10008.1.2.4.204", SJ_EXPLICIT_LITTLE },
        { "1.2.840.10008.1.2.5", SJ_EXPLICIT_LITTLE },
        { "1.2.840.10008.1.2.8.1", SJ_EXPLICIT_LITTLE }, /* deflated frames in an explicit data set */
        { "1.2.840.10008.1.2 ", SJ_IMPLICIT_LITTLE },    /* padded by a space */
        { "1.2.840.10008.1.2.1 ", SJ_EXPLICIT_LITTLE },
        { "1.2.840.10008.1.2.2 ", SJ_EXPLICIT_BIG },
        { "1.2.840.10008.1.2.1.99 ", SJ_OPAQUE },
        { "1.2.826.0.1.3680043.10.1", SJ_OPAQUE },
        { "1.2.840.10008.1.20", SJ_OPAQUE },
        { "x", SJ_OPAQUE },
    };

    for (size_t row = 0; row < sizeof rows / sizeof *rows; row++) {
        const bool opaque = rows[row].encoding == SJ_OPAQUE;
        text *file = conforming(opaque ? SJ_EXPLICIT_LITTLE : rows[row].encoding, rows[row].uid);
        CHECK_NOTE("syntax '%s'", rows[row].uid);
        CHECK_EQUAL(look(file, SJ_EXPECT_ANY, SJ_READ_WHOLE), SJ_OK);
        CHECK_EQUAL(scan.encoding, rows[row].encoding);
        CHECK_EQUAL(scan.structure_known, !opaque);
        CHECK_EQUAL(scan.class_uid.present, !opaque);
        CHECK(scan.data_set_offset == meta_end(rows[row].uid));
        free(file);
    }
}

TEST(bare_data_sets_are_guessed)
{
    for (int encoding = SJ_IMPLICIT_LITTLE; encoding <= SJ_EXPLICIT_BIG; encoding++) {
        text *file = text_new((sj_encoding)encoding);
        put_identity(file);
        put_element(file, 0x00100010, "PN", "Doe^Jane", 8);
        put_header_of(file, TAG_PIXEL_DATA, "OW", 2500);
        put_fill(file, 7, 2500);
        for (int extent = SJ_READ_META; extent <= SJ_READ_WHOLE; extent++) {
            for (int expect = SJ_EXPECT_ANY; expect <= SJ_EXPECT_DATA_SET; expect += 2) {
                CHECK_EQUAL(look_in_all_windows(file, (sj_expect)expect, (sj_extent)extent), SJ_OK);
                CHECK_EQUAL(scan.encoding, (unsigned)encoding);
                CHECK(scan.guessed && !scan.has_meta && !scan.has_preamble);
                CHECK_EQUAL(scan.data_set_offset, 0);
                CHECK(UID_IS(scan.class_uid, CLASS_UID) && UID_IS(scan.instance_uid, INSTANCE_UID));
                CHECK_EQUAL(scan.structure_known, extent == SJ_READ_WHOLE);
            }
            CHECK_EQUAL(look(file, SJ_EXPECT_FILE, (sj_extent)extent), SJ_NO_META);
        }
        free(file);
    }
}

TEST(a_file_whose_preamble_was_cut_off)
{
    text *file = conforming(SJ_EXPLICIT_LITTLE, EXPLICIT_LITTLE_UID);

    memmove(file->bytes, file->bytes + 132, file->length -= 132);
    for (int expect = SJ_EXPECT_ANY; expect <= SJ_EXPECT_FILE; expect++) {
        CHECK_EQUAL(look_in_all_windows(file, (sj_expect)expect, SJ_READ_WHOLE), SJ_OK);
        CHECK(!scan.has_preamble && scan.has_meta && scan.structure_known);
        CHECK_EQUAL(scan.data_set_offset, meta_end(EXPLICIT_LITTLE_UID) - 132);
    }
    free(file);
}

/* DCMTK's storescu -f sends such a file too (with the meta information in the data set, which is not to be copied). */
TEST(meta_information_without_a_preamble_is_stepped_over_in_a_bare_data_set)
{
    text *file = conforming(SJ_EXPLICIT_LITTLE, EXPLICIT_LITTLE_UID);

    memmove(file->bytes, file->bytes + 132, file->length -= 132);
    CHECK_EQUAL(look_in_all_windows(file, SJ_EXPECT_DATA_SET, SJ_READ_WHOLE), SJ_OK);
    CHECK(!scan.has_preamble && scan.has_meta && scan.structure_known);
    CHECK_EQUAL(scan.data_set_offset, meta_end(EXPLICIT_LITTLE_UID) - 132);
    free(file);
}

TEST(meta_information_without_a_transfer_syntax)
{
    for (int empty = 0; empty <= 1; empty++) {
        for (int encoding = SJ_IMPLICIT_LITTLE; encoding <= SJ_EXPLICIT_BIG; encoding++) {
            text *file = conforming((sj_encoding)encoding, empty ? "" : NULL);
            CHECK_EQUAL(look_in_all_windows(file, SJ_EXPECT_ANY, SJ_READ_WHOLE), SJ_OK);
            CHECK(scan.guessed && scan.has_meta && scan.structure_known);
            CHECK_EQUAL(scan.encoding, (unsigned)encoding);
            CHECK_EQUAL(scan.meta_syntax.present, empty == 1);
            for (int extent = SJ_READ_META; extent <= SJ_READ_WHOLE; extent++) {
                CHECK_EQUAL(look(file, SJ_EXPECT_FILE, (sj_extent)extent), SJ_NO_SYNTAX);
                CHECK_EQUAL(scan.error_tag, 0x00020010);
            }
            free(file);
        }
    }
}

TEST(read_meta_goes_on_when_the_meta_information_leaves_the_identity_open)
{
    text *file = text_file(SJ_EXPLICIT_LITTLE, NULL); /* with a meta class and instance */
    file->length = 132;
    put_ui(file, 0x00020002, CLASS_UID);
    put_ui(file, 0x00020010, EXPLICIT_LITTLE_UID); /* no (0002,0003) */
    const size_t offset = file->length;
    put_identity(file);
    put_header_of(file, 0x00100010, "PN", 60000); /* a lie, behind the identity */
    put(file, "Doe", 3);
    CHECK_EQUAL(look_in_all_windows(file, SJ_EXPECT_ANY, SJ_READ_META), SJ_OK);
    CHECK(UID_IS(scan.class_uid, CLASS_UID) && UID_IS(scan.instance_uid, INSTANCE_UID));
    CHECK_EQUAL(look(file, SJ_EXPECT_FILE, SJ_READ_META), SJ_OK);
    CHECK(!scan.class_uid.present); /* the meta information alone counts */
    CHECK_EQUAL(scan.data_set_offset, offset);
    CHECK_EQUAL(look(file, SJ_EXPECT_ANY, SJ_READ_IDENTITY), SJ_OK);
    CHECK(!scan.structure_known);
    CHECK_EQUAL(look_in_all_windows(file, SJ_EXPECT_ANY, SJ_READ_WHOLE), SJ_TRUNCATED);
    CHECK_EQUAL(scan.error_tag, 0x00100010);
    CHECK_EQUAL(scan.error_offset, file->length - 11);
    free(file);
}

TEST(read_meta_does_not_look_at_the_data_set)
{
    text *file = text_file(SJ_EXPLICIT_LITTLE, EXPLICIT_LITTLE_UID);
    const size_t offset = file->length;

    put(file, "\xFF\xFF\xFF\xFF garbage", 12);
    CHECK_EQUAL(look(file, SJ_EXPECT_ANY, SJ_READ_META), SJ_OK);
    CHECK_EQUAL(scan.position, offset);
    CHECK_EQUAL(scan.data_set_offset, offset);
    CHECK_EQUAL(look(file, SJ_EXPECT_ANY, SJ_READ_WHOLE), SJ_TRUNCATED);
    free(file);
}

/* ---- the meta information's elements ----------------------------------------------------------------------------- */

/* A file with this extra meta element behind the transfer syntax must be read as if it were not there. */
static void with_meta_element(uint32_t tag, const char *vr, const void *value, size_t length)
{
    text *file = text_file(SJ_EXPLICIT_LITTLE, EXPLICIT_LITTLE_UID);

    put_element(file, tag, vr, value, length);
    const size_t offset = file->length;
    put_identity(file);
    put_header_of(file, TAG_PIXEL_DATA, "OW", 1500);
    put_fill(file, 0, 1500);
    CHECK_NOTE("VR %s of %zu bytes", vr, length);
    CHECK_EQUAL(look(file, SJ_EXPECT_ANY, SJ_READ_WHOLE), SJ_OK);
    CHECK_EQUAL(scan.data_set_offset, offset);
    CHECK_EQUAL(look(file, SJ_EXPECT_FILE, SJ_READ_META), SJ_OK);
    CHECK_EQUAL(scan.data_set_offset, offset);
    CHECK_EQUAL(look_in_all_windows(file, SJ_EXPECT_ANY, SJ_READ_WHOLE), SJ_OK);
    CHECK(scan.structure_known && UID_IS(scan.instance_uid, INSTANCE_UID));
    free(file);
}

TEST(other_meta_elements_of_short_and_long_form_are_stepped_over)
{
    static uint8_t value[5000];

    with_meta_element(0x00020012, "UI", "1.2.3", 6);
    with_meta_element(0x00020013, "SH", "MADE BY HAND", 12);
    with_meta_element(0x00020016, "AE", "STOREJET", 8);
    with_meta_element(0x00020100, "UI", "1.2.3.4", 8);
    for (size_t length = 0; length <= sizeof value; length += length < 20 ? 2 : 830) {
        with_meta_element(0x00020102, "OB", value, length); /* Private Information */
        with_meta_element(0x00020102, "UN", value, length);
        with_meta_element(0x00020102, "UT", value, length);
        with_meta_element(0x00020102, "OW", value, length);
    }
}

/* PS3.10 table 7.1-1: Source, Sending and Receiving Presentation Address, (0002,0026) to (0002,0028), have the VR UR,
 * whose length has 32 bits (PS3.5 7.1.2). */
TEST(presentation_addresses_have_a_32_bit_length)
{
    for (uint32_t tag = 0x00020026; tag <= 0x00020028; tag++) {
        with_meta_element(tag, "UR", "dicom://scu.example:104/", 24);
        with_meta_element(tag, "UR", "ab", 2);
        with_meta_element(tag, "UR", "", 0);
    }
}

TEST(every_vr_of_32_bit_length_in_the_meta_information)
{
    static const char *const wide[] = { "OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV" };
    static const uint8_t value[16] = { 0 };

    for (size_t row = 0; row < sizeof wide / sizeof *wide; row++)
        with_meta_element(0x00020200, wide[row], value, sizeof value);
}

TEST(every_vr_of_16_bit_length_in_the_meta_information)
{
    static const char *const narrow[] = { "AE", "AS", "AT", "CS", "DA", "DS", "DT", "FL", "FD", "IS", "LO",
                                          "LT", "PN", "SH", "SL", "SS", "ST", "TM", "UI", "UL", "US" };
    static const uint8_t value[16] = { 0 };

    for (size_t row = 0; row < sizeof narrow / sizeof *narrow; row++)
        with_meta_element(0x00020200, narrow[row], value, sizeof value);
}

/* One element among explicit ones whose VR is none: DCMTK takes its length as one of 16 bits, too (fuzz/TC0393, TC0397
 * and TC0521 of the corpus). It is the first element that tells whether the meta information is implicit. */
TEST(what_is_no_vr_has_a_16_bit_length)
{
    static const char vrs[][2] = { { 'o', 'b' }, { 0, 0 }, { (char)0x98, 0 }, { '?', '?' } };

    for (size_t row = 0; row < sizeof vrs / sizeof *vrs; row++) {
        text *file = text_file(SJ_EXPLICIT_LITTLE, EXPLICIT_LITTLE_UID);
        put(file, "\2\0\0\2", 4); /* (0002,0200) */
        put(file, vrs[row], 2);
        put(file, "\14\0" "1.2.3.4.5.6.", 14);
        const size_t offset = file->length;
        put_identity(file);
        CHECK_NOTE("row %zu", row);
        CHECK_EQUAL(look_in_all_windows(file, SJ_EXPECT_FILE, SJ_READ_WHOLE), SJ_OK);
        CHECK_EQUAL(scan.data_set_offset, offset);
        free(file);
    }
}

/* A code that is not known yet has 32 bits (PS3.5 7.1.2), as in the data set (fuzz/TC0475 of the corpus). */
TEST(a_vr_to_come_has_a_32_bit_length)
{
    text *file = text_file(SJ_EXPLICIT_LITTLE, EXPLICIT_LITTLE_UID);

    put(file, "\2\0\0\2" "ZZ" "\0\0\14\0\0\0" "1.2.3.4.5.6.", 24);
    const size_t offset = file->length;
    put_identity(file);
    CHECK_EQUAL(look_in_all_windows(file, SJ_EXPECT_FILE, SJ_READ_WHOLE), SJ_OK);
    CHECK_EQUAL(scan.data_set_offset, offset);
    free(file);
}

TEST(implicit_meta_elements_are_read)
{
    text *file = text_new(SJ_IMPLICIT_LITTLE);

    put_preamble(file);
    put_element(file, 0x00020001, "", "\0\1", 2);
    put_ui(file, 0x00020002, CLASS_UID);
    put_ui(file, 0x00020003, INSTANCE_UID);
    put_ui(file, 0x00020010, IMPLICIT_LITTLE_UID);
    const size_t offset = file->length;
    put_identity(file);
    CHECK_EQUAL(look(file, SJ_EXPECT_FILE, SJ_READ_WHOLE), SJ_OK);
    CHECK(UID_IS(scan.meta_class, CLASS_UID) && UID_IS(scan.meta_syntax, IMPLICIT_LITTLE_UID));
    CHECK_EQUAL(scan.data_set_offset, offset);
    free(file);
}

TEST(the_group_length_is_not_relied_on)
{
    static const uint32_t lies[] = { 0, 1, 7, 1000000, 0xFFFFFFFF };

    for (size_t row = 0; row < sizeof lies / sizeof *lies; row++) {
        text *file = conforming(SJ_EXPLICIT_LITTLE, EXPLICIT_LITTLE_UID);
        const size_t end = file->length;
        file->length = 140;
        put_number(file, lies[row], 4);
        file->length = end;
        CHECK_EQUAL(look(file, SJ_EXPECT_FILE, SJ_READ_WHOLE), SJ_OK);
        CHECK_EQUAL(scan.data_set_offset, meta_end(EXPLICIT_LITTLE_UID));
        free(file);
    }
}

TEST(a_uid_of_every_length)
{
    char uid[300];

    memset(uid, '1', sizeof uid);
    for (size_t length = 0; length < sizeof uid; length++) {
        text *file = text_new(SJ_EXPLICIT_LITTLE);
        put_preamble(file);
        put_element(file, 0x00020002, "UI", uid, length); /* odd lengths too */
        put_element(file, 0x00020003, "UI", uid, length);
        put_ui(file, 0x00020010, EXPLICIT_LITTLE_UID);
        put_element(file, 0x00080016, "UI", uid, length);
        put_element(file, 0x00080018, "UI", uid, length);
        CHECK_NOTE("UID of %zu", length);
        CHECK_EQUAL(look(file, SJ_EXPECT_ANY, SJ_READ_WHOLE), SJ_OK);
        const sj_uid *const found[] = { &scan.meta_class, &scan.meta_instance, &scan.class_uid, &scan.instance_uid };
        for (size_t row = 0; row < 4; row++) {
            CHECK(found[row]->present);
            CHECK_EQUAL(found[row]->length, length < SJ_UID_ROOM ? length : SJ_UID_ROOM);
            CHECK_EQUAL(found[row]->overlong, length > SJ_UID_ROOM);
            CHECK_BYTES(found[row]->text, uid, found[row]->length);
        }
        free(file);
    }
}

TEST(padding_of_uids)
{
    text *file = text_new(SJ_EXPLICIT_LITTLE);

    put_preamble(file);
    put_element(file, 0x00020002, "UI", "1.2\0\0\0", 6); /* NULs are padding, however many */
    put_element(file, 0x00020003, "UI", "\0\0", 2);
    put_element(file, 0x00020010, "UI", EXPLICIT_LITTLE_UID " ", 20); /* a space is kept for the caller to see */
    put_element(file, 0x00080016, "UI", "1.2 ", 4);
    put_element(file, 0x00080018, "UI", "1.2.3\0", 6);
    CHECK_EQUAL(look(file, SJ_EXPECT_ANY, SJ_READ_WHOLE), SJ_OK);
    CHECK(UID_IS(scan.meta_class, "1.2") && UID_IS(scan.meta_instance, "") && scan.meta_instance.present);
    CHECK(UID_IS(scan.meta_syntax, EXPLICIT_LITTLE_UID " ") && UID_IS(scan.class_uid, "1.2 "));
    CHECK(UID_IS(scan.instance_uid, "1.2.3"));
    free(file);
}

/* ---- ends and lies ----------------------------------------------------------------------------------------------- */

/* Cut after each byte: a failure, or a file that is complete at an element's boundary. */
TEST(a_file_cut_at_every_byte)
{
    for (int encoding = SJ_IMPLICIT_LITTLE; encoding <= SJ_EXPLICIT_BIG; encoding++) {
        static const char *const syntax[] = { IMPLICIT_LITTLE_UID, EXPLICIT_LITTLE_UID, EXPLICIT_BIG_UID };
        text *file = text_file((sj_encoding)encoding, syntax[encoding]);
        bool boundary[2048] = { false };
        const size_t offset = file->length;
        boundary[file->length] = true;
        put_ui(file, 0x00080016, CLASS_UID);
        boundary[file->length] = true;
        put_ui(file, 0x00080018, INSTANCE_UID);
        boundary[file->length] = true;
        put_header_of(file, 0x00081115, "SQ", UNDEFINED_LENGTH);
        put_header_of(file, TAG_ITEM, "", UNDEFINED_LENGTH);
        put_element(file, 0x00080060, "CS", "OT", 2);
        put_header_of(file, TAG_ITEM_END, "", 0);
        put_header_of(file, TAG_SEQUENCE_END, "", 0);
        boundary[file->length] = true;
        put_element(file, TAG_PIXEL_DATA, "OW", "\1\2\3\4", 4);
        boundary[file->length] = true;
        const size_t whole = file->length;
        for (size_t length = 0; length <= whole; length++) {
            CHECK_NOTE("encoding %d cut at %zu", encoding, length);
            file->length = length;
            const sj_status status = look(file, SJ_EXPECT_FILE, SJ_READ_WHOLE);
            CHECK_EQUAL(scan.structure_known, status == SJ_OK);
            if (boundary[length])
                CHECK_EQUAL(status, SJ_OK);
            else if (length < 132)
                CHECK_EQUAL(status, SJ_NO_META);
            else if (length < offset)
                CHECK(status == SJ_TRUNCATED || status == SJ_NO_SYNTAX);
            else
                CHECK_EQUAL(status, SJ_TRUNCATED);
            const sj_status any = look(file, SJ_EXPECT_ANY, SJ_READ_WHOLE);
            CHECK((any == SJ_OK) == boundary[length] || (length <= 132 && length >= 8 && any == SJ_OK));
        }
        free(file);
    }
}

TEST(meta_information_that_ends_the_file)
{
    text *file = text_file(SJ_EXPLICIT_LITTLE, EXPLICIT_LITTLE_UID);
    const size_t end = file->length;

    CHECK_EQUAL(look(file, SJ_EXPECT_FILE, SJ_READ_WHOLE), SJ_OK); /* an empty data set */
    CHECK_EQUAL(scan.data_set_offset, end);
    CHECK(!scan.class_uid.present);
    for (size_t more = 1; more < 8; more++) {
        put_fill(file, 8, 1);
        CHECK_EQUAL(look(file, SJ_EXPECT_FILE, SJ_READ_WHOLE), SJ_TRUNCATED);
        CHECK_EQUAL(scan.error_offset, end);
    }
    free(file);
    file = text_new(SJ_EXPLICIT_LITTLE);
    put_preamble(file);
    CHECK_EQUAL(look(file, SJ_EXPECT_FILE, SJ_READ_WHOLE), SJ_NO_SYNTAX);
    CHECK_EQUAL(look(file, SJ_EXPECT_ANY, SJ_READ_WHOLE), SJ_TRUNCATED);
    CHECK_EQUAL(look(file, SJ_EXPECT_DATA_SET, SJ_READ_WHOLE), SJ_HAS_META);
    free(file);
}

TEST(lying_lengths_in_the_meta_information)
{
    static const uint32_t tags[] = { 0x00020001, 0x00020002, 0x00020003, 0x00020010, 0x00020013 };

    for (size_t row = 0; row < sizeof tags / sizeof *tags; row++) {
        for (uint32_t length = 4; length != 0; length <<= 1) {
            for (int form = 0; form < 3; form++) {
                text *file = text_new(form == 2 ? SJ_IMPLICIT_LITTLE : SJ_EXPLICIT_LITTLE);
                put_preamble(file);
                put_header_of(file, tags[row], form == 0 ? "UI" : "OB", form == 0 ? length & 0xFFFF : length);
                put(file, "1.2", 3);
                CHECK_NOTE("tag %08x length %u form %d", tags[row], length, form);
                if (form > 0 || length <= 0xFFFF) {
                    CHECK_EQUAL(look(file, SJ_EXPECT_FILE, SJ_READ_META), SJ_TRUNCATED);
                    CHECK_EQUAL(scan.error_offset, 132);
                    CHECK_EQUAL(scan.error_tag, tags[row]);
                }
                free(file);
            }
        }
    }
}

TEST(what_is_not_dicom)
{
    static const char *const words[] = {
        "",      "D",           "DICM",    "%PDF-1.7\n%....", "Hello, world: this is a text, no more.",
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "\x89PNG\r\n\x1A\n....", "GIF89a",         "{\"a\": [1, 2, 3]}",
        "\xFF\xD8\xFF\xE0\0\x10JFIF",   "PK\x03\x04........",
    };

    for (size_t row = 0; row < sizeof words / sizeof *words; row++) {
        text *file = text_new(SJ_EXPLICIT_LITTLE);
        put(file, words[row], strlen(words[row]));
        CHECK_NOTE("row %zu", row);
        CHECK_EQUAL(look(file, SJ_EXPECT_ANY, SJ_READ_WHOLE), SJ_NOT_DICOM);
        CHECK_EQUAL(look(file, SJ_EXPECT_DATA_SET, SJ_READ_META), SJ_NOT_DICOM);
        CHECK_EQUAL(look(file, SJ_EXPECT_FILE, SJ_READ_META), SJ_NO_META);
        free(file);
    }
    text *file = text_new(SJ_EXPLICIT_LITTLE);
    put_fill(file, 0, 128);
    put(file, "DICOM", 5); /* not the prefix */
    CHECK_EQUAL(look(file, SJ_EXPECT_FILE, SJ_READ_WHOLE), SJ_NO_META);
    free(file);
}

TEST(a_value_that_reaches_over_many_windows)
{
    text *file = text_file(SJ_EXPLICIT_LITTLE, EXPLICIT_LITTLE_UID);

    file->length = 132;
    put_header_of(file, 0x00020001, "OB", 5000);
    put_fill(file, 1, 5000);
    put_ui(file, 0x00020010, EXPLICIT_LITTLE_UID);
    const size_t offset = file->length;
    put_header_of(file, 0x00080008, "UC", 7001);
    put_fill(file, 'x', 7001);
    put_identity(file);
    put_element(file, 0x7FE00010, "OW", "", 0);
    CHECK_EQUAL(look_in_all_windows(file, SJ_EXPECT_FILE, SJ_READ_WHOLE), SJ_OK);
    CHECK_EQUAL(scan.data_set_offset, offset);
    CHECK(UID_IS(scan.instance_uid, INSTANCE_UID));
    free(file);
}

/* Elements slid byte by byte over the ends of the windows. */
TEST(every_place_of_a_window_end)
{
    for (size_t shift = 0; shift < 300; shift++) {
        text *file = text_new(SJ_EXPLICIT_LITTLE);
        const size_t least = SJ_WINDOW_MIN;
        sj_scan piecewise;
        put_preamble(file);
        put_header_of(file, 0x00020001, "OB", (uint32_t)(700 + shift));
        put_fill(file, 1, 700 + shift);
        put_ui(file, 0x00020002, CLASS_UID);
        put_ui(file, 0x00020003, INSTANCE_UID);
        put_ui(file, 0x00020010, EXPLICIT_LITTLE_UID);
        put_header_of(file, 0x00080008, "UC", (uint32_t)(900 + shift));
        put_fill(file, 'x', 900 + shift);
        put_identity(file);
        put_header_of(file, 0x00081115, "SQ", UNDEFINED_LENGTH);
        put_header_of(file, TAG_ITEM, "", UNDEFINED_LENGTH);
        put_header_of(file, 0x00080008, "UN", (uint32_t)(880 + shift));
        put_fill(file, 'y', 880 + shift);
        put_header_of(file, TAG_ITEM_END, "", 0);
        put_header_of(file, TAG_SEQUENCE_END, "", 0);
        CHECK_NOTE("shift %zu", shift);
        CHECK_EQUAL(look(file, SJ_EXPECT_ANY, SJ_READ_WHOLE), SJ_OK);
        size_t window = least;
        CHECK_EQUAL(scan_in_windows(&piecewise, file->bytes, file->length, SJ_EXPECT_ANY, SJ_READ_WHOLE, fixed_window,
                                    &window),
                    SJ_OK);
        CHECK(same_results(&piecewise, &scan));
        free(file);
    }
}

/* ---- sj_scan_identity -------------------------------------------------------------------------------------------- */

TEST(identity_of_an_inflated_data_set)
{
    text *inflated = text_new(SJ_EXPLICIT_LITTLE);
    text *file = text_file(SJ_EXPLICIT_LITTLE, DEFLATED_UID);

    put_element(inflated, 0x00080005, "CS", "ISO_IR 100", 10);
    put_ui(inflated, 0x00080016, CLASS_UID);
    const size_t class_end = inflated->length;
    put_ui(inflated, 0x00080018, INSTANCE_UID);
    const size_t instance_end = inflated->length;
    put_header_of(inflated, 0x00100010, "PN", 5000); /* its end was not inflated */
    put(file, "not elements", 12);
    for (size_t length = 0; length <= inflated->length; length++) {
        uint8_t *cut = malloc(length > 0 ? length : 1);
        CHECK(cut != NULL);
        CHECK_NOTE("%zu bytes", length);
        memcpy(cut, inflated->bytes, length);
        CHECK_EQUAL(look(file, SJ_EXPECT_ANY, SJ_READ_WHOLE), SJ_OK);
        const sj_scan before = scan;
        sj_scan_identity(&scan, cut, length);
        CHECK_EQUAL(scan.class_uid.present, length >= class_end);
        CHECK_EQUAL(scan.instance_uid.present, length >= instance_end);
        if (length >= instance_end)
            CHECK(UID_IS(scan.class_uid, CLASS_UID) && UID_IS(scan.instance_uid, INSTANCE_UID));
        scan.class_uid = before.class_uid;
        scan.instance_uid = before.instance_uid;
        CHECK(same_results(&scan, &before)); /* "the scan's other results stay" */
        free(cut);
    }
    free(inflated);
    free(file);
}
