/* marks.c and what the walk gives it: where the identifiers stand, in windows of every size and all encodings. */
#include "check.h"
#include "core.h"
#include "element_bytes.h"
#include "scan_windows.h"

static const sj_encoding encodings[] = { SJ_IMPLICIT_LITTLE, SJ_EXPLICIT_LITTLE, SJ_EXPLICIT_BIG };
static const char *const syntaxes[] = { IMPLICIT_LITTLE_UID, EXPLICIT_LITTLE_UID, EXPLICIT_BIG_UID };

static sj_scan scan;
static sj_marks marks;

static const sj_mark *mark_of(const sj_marks *of, uint32_t tag)
{
    for (size_t row = 0; row < SJ_MARK_COUNT; row++) {
        if (of->rows[row].tag == tag)
            return &of->rows[row];
    }
    check_failed(__FILE__, __LINE__, "the tag is one of those marked");
    return NULL;
}

static bool same_mark(const sj_mark *a, const sj_mark *b)
{
    return a->tag == b->tag && a->found == b->found && a->offset == b->offset && a->length == b->length &&
           a->header == b->header && a->kept == b->kept && a->repeated == b->repeated &&
           memcmp(a->vr, b->vr, sizeof a->vr) == 0 && memcmp(a->value, b->value, a->kept) == 0;
}

static sj_status step_through(const text *file, size_t window, sj_marks *into)
{
    sj_status status = SJ_MORE;

    memset(&scan, 0xAA, sizeof scan);
    memset(into, 0xAA, sizeof *into);
    sj_scan_init(&scan, file->length, SJ_EXPECT_FILE, SJ_READ_WHOLE);
    CHECK(scan.marks == NULL);
    sj_scan_mark(&scan, into);
    while (status == SJ_MORE) {
        const size_t at = (size_t)scan.position, rest = file->length - at, length = window < rest ? window : rest;
        uint8_t *bytes = malloc(length > 0 ? length : 1); /* of its own, so that the sanitizer sees its ends */
        CHECK(bytes != NULL);
        memcpy(bytes, file->bytes + at, length);
        status = sj_scan_step(&scan, bytes, length);
        free(bytes);
    }
    return status;
}

/* Marks a file in windows of several sizes, all of which must agree, and frees it. */
static void mark_file(text *file)
{
    static const size_t windows[] = { SJ_WINDOW_MIN, SJ_WINDOW_MIN + 1, 1500, 4099 };
    sj_marks others;

    CHECK_EQUAL(step_through(file, file->length, &marks), SJ_OK);
    for (size_t row = 0; row < sizeof windows / sizeof *windows; row++) {
        CHECK_EQUAL(step_through(file, windows[row], &others), SJ_OK);
        CHECK_EQUAL(others.end, file->length);
        for (size_t each = 0; each < SJ_MARK_COUNT; each++)
            CHECK(same_mark(&others.rows[each], &marks.rows[each]));
    }
    CHECK(scan.structure_known);
    free(file);
}

static void check_found(uint32_t tag, size_t offset, const char *vr, const char *value)
{
    const sj_mark *mark = mark_of(&marks, tag);
    const size_t length = strlen(value);

    CHECK_NOTE("tag %08x", (unsigned)tag);
    CHECK(mark->found && !mark->repeated);
    CHECK_EQUAL(mark->offset, offset);
    CHECK_EQUAL(mark->header, 8);
    CHECK_EQUAL(mark->length, length + length % 2);
    CHECK_EQUAL(mark->kept, length + length % 2);
    CHECK_BYTES(mark->value, value, length);
    CHECK_BYTES(mark->vr, vr, 2);
}

static void check_absent(uint32_t tag, size_t offset)
{
    const sj_mark *mark = mark_of(&marks, tag);

    CHECK_NOTE("tag %08x", (unsigned)tag);
    CHECK(!mark->found && !mark->repeated);
    CHECK_EQUAL(mark->offset, offset);
    CHECK_EQUAL(mark->kept, 0);
}

TEST(the_marked_tags_are_sorted_and_known)
{
    sj_marks_init(&marks, 77);
    for (size_t row = 0; row < SJ_MARK_COUNT; row++) {
        CHECK(row == 0 || marks.rows[row].tag > marks.rows[row - 1].tag);
        CHECK(sj_marks_want(marks.rows[row].tag));
        CHECK_EQUAL(marks.rows[row].offset, 77);
        CHECK(!marks.rows[row].found && !marks.rows[row].repeated);
    }
    CHECK(!sj_marks_want(0) && !sj_marks_want(0x00080017) && !sj_marks_want(0x7FE00010) && !sj_marks_want(UINT32_MAX));
}

TEST(elements_that_are_there_and_places_of_those_that_are_not)
{
    for (size_t row = 0; row < 3; row++) {
        const char *vr = row == 0 ? "\0\0" : "UI";
        text *file = text_file(encodings[row], syntaxes[row]);
        const size_t class = file->length;
        put_ui(file, 0x00080016, CLASS_UID);
        const size_t instance = file->length;
        put_ui(file, 0x00080018, INSTANCE_UID);
        const size_t modality = file->length;
        put_element(file, 0x00080060, "CS", "CT", 2);
        const size_t sequence = file->length; /* what stands in it is of no concern */
        put_header_of(file, 0x00081140, "SQ", UNDEFINED_LENGTH);
        put_header_of(file, TAG_ITEM, "", UNDEFINED_LENGTH);
        put_element(file, 0x00080050, "SH", "nest", 4);
        put_element(file, 0x00100010, "PN", "nest", 4);
        put_header_of(file, TAG_ITEM_END, "", 0);
        put_header_of(file, TAG_SEQUENCE_END, "", 0);
        const size_t private = file->length;
        put_element(file, 0x00090010, "LO", "MINE", 4);
        const size_t name = file->length;
        put_element(file, 0x00100010, "PN", "Doe^John", 8);
        const size_t birth = file->length;
        put_element(file, 0x00100030, "DA", "20200101", 8);
        put_element(file, 0x00180015, "CS", "HEAD", 4);
        const size_t study = file->length;
        put_ui(file, 0x0020000D, "1.2.3");
        const size_t number = file->length;
        put_element(file, 0x00200013, "IS", "4 ", 2);
        const size_t rows = file->length;
        put_element(file, 0x00280010, "US", "\1\0", 2);
        mark_file(file);

        check_absent(0x00080000, class);
        check_found(0x00080016, class, vr, CLASS_UID);
        check_found(0x00080018, instance, vr, INSTANCE_UID);
        check_absent(0x00080050, modality);
        check_absent(0x00090000, private);
        check_absent(0x00100000, name);
        check_found(0x00100010, name, row == 0 ? "\0\0" : "PN", "Doe^John");
        check_absent(0x00100020, birth);
        check_absent(0x00110000, birth + 8 + 8); /* behind group 0010 */
        check_absent(0x00200000, study);
        check_found(0x0020000D, study, vr, "1.2.3");
        check_absent(0x0020000E, number);
        check_absent(0x00200010, number);
        check_absent(0x00200011, number);
        check_found(0x00200013, number, row == 0 ? "\0\0" : "IS", "4 ");
        check_absent(0x00210000, rows);
        CHECK(sequence < private);
    }
}

TEST(places_at_the_end_and_before_trailing_padding)
{
    for (int padded = 0; padded < 2; padded++) {
        text *file = text_file(SJ_EXPLICIT_LITTLE, EXPLICIT_LITTLE_UID);
        put_identity(file);
        const size_t end = file->length;
        if (padded)
            put_element(file, 0xFFFCFFFC, "OB", "\0\0\0\0", 4);
        mark_file(file);
        check_absent(0x00080050, end);
        check_absent(0x00200013, end);
        check_absent(0x00210000, end);
    }
}

TEST(group_lengths_are_found_with_their_values)
{
    text *file = text_file(SJ_EXPLICIT_BIG, EXPLICIT_BIG_UID);
    const size_t at = file->length;

    put_element(file, 0x00080000, "UL", "\0\0\0\x46", 4);
    put_identity(file);
    mark_file(file);
    check_found(0x00080016, at + 12, "UI", CLASS_UID);
    const sj_mark *mark = mark_of(&marks, 0x00080000);
    CHECK(mark->found);
    CHECK_EQUAL(mark->offset, at);
    CHECK_EQUAL(mark->kept, 4);
    CHECK_BYTES(mark->value, "\0\0\0\x46", 4);
}

TEST(of_two_elements_with_one_tag_the_first_counts)
{
    text *file = text_file(SJ_EXPLICIT_LITTLE, EXPLICIT_LITTLE_UID);

    put_identity(file);
    const size_t first = file->length;
    put_element(file, 0x00100020, "LO", "1st!", 4);
    put_element(file, 0x00100020, "LO", "second", 6);
    mark_file(file);
    const sj_mark *mark = mark_of(&marks, 0x00100020);
    CHECK(mark->found && mark->repeated);
    CHECK_EQUAL(mark->offset, first);
    CHECK_EQUAL(mark->length, 4);
    CHECK_BYTES(mark->value, "1st!", 4);
}

/* against PS3.5 7.1: where it is found counts, not where it should be */
TEST(elements_out_of_order)
{
    text *file = text_file(SJ_EXPLICIT_LITTLE, EXPLICIT_LITTLE_UID);

    put_identity(file);
    const size_t number = file->length;
    put_element(file, 0x00200013, "IS", "1 ", 2);
    const size_t name = file->length;
    put_element(file, 0x00100010, "PN", "Doe ", 4);
    mark_file(file);
    check_found(0x00100010, name, "PN", "Doe ");
    check_found(0x00200013, number, "IS", "1 ");
    check_absent(0x00100020, number);
}

TEST(sequences_in_place_of_values)
{
    for (size_t row = 0; row < 3; row++) {
        text *file = text_file(encodings[row], syntaxes[row]);
        put_identity(file);
        put_header_of(file, 0x00100010, "SQ", UNDEFINED_LENGTH);
        put_header_of(file, TAG_SEQUENCE_END, "", 0);
        put_header_of(file, 0x00100020, "SQ", 0);
        put_header_of(file, 0x0020000E, "UN", UNDEFINED_LENGTH);
        file->encoding = SJ_IMPLICIT_LITTLE; /* PS3.5 6.2.2 note 2 */
        put_header_of(file, TAG_SEQUENCE_END, "", 0);
        mark_file(file);
        CHECK_NOTE("encoding %zu", row);
        CHECK(mark_of(&marks, 0x00100010)->found && mark_of(&marks, 0x0020000E)->found);
        CHECK_EQUAL(mark_of(&marks, 0x00100010)->length, UNDEFINED_LENGTH);
        CHECK_EQUAL(mark_of(&marks, 0x0020000E)->length, UNDEFINED_LENGTH);
        CHECK_EQUAL(mark_of(&marks, 0x0020000E)->kept, 0);
        CHECK_BYTES(mark_of(&marks, 0x00100020)->vr, row == 0 ? "\0\0" : "SQ", 2);
    }
}

TEST(long_values_are_kept_in_part)
{
    static char value[4000];

    memset(value, '7', sizeof value);
    for (size_t length = SJ_UID_ROOM - 2; length <= sizeof value; length += length < SJ_UID_ROOM + 4 ? 2 : 1290) {
        text *file = text_file(SJ_EXPLICIT_LITTLE, EXPLICIT_LITTLE_UID);
        put_identity(file);
        put_element(file, 0x0020000D, "UI", value, length);
        put_element(file, 0x0020000E, "UI", "1.2 ", 4);
        mark_file(file);
        CHECK_EQUAL(mark_of(&marks, 0x0020000D)->length, length);
        CHECK_EQUAL(mark_of(&marks, 0x0020000D)->kept, length < SJ_UID_ROOM ? length : SJ_UID_ROOM);
        CHECK_EQUAL(mark_of(&marks, 0x0020000E)->kept, 4);
    }
}

TEST(more_at_hand_than_a_mark_has_room_for)
{
    static const uint32_t tags[] = { 0x00080050, 0x00100010 };
    uint8_t value[1000];
    sj_mark rows[2];

    memset(value, 'x', sizeof value);
    for (size_t kept = 0; kept <= sizeof value; kept++) {
        const sj_mark element = { .tag = tags[0], .offset = 7, .length = 5000, .header = 8 };
        sj_mark_rows_init(rows, tags, 2, UINT64_MAX);
        sj_mark_rows_pass(rows, 2, UINT64_MAX, &element, value, kept);
        CHECK_NOTE("%zu", kept);
        CHECK_EQUAL(rows[0].kept, kept < SJ_UID_ROOM ? kept : SJ_UID_ROOM);
        CHECK_EQUAL(rows[1].offset, UINT64_MAX);
        CHECK_EQUAL(rows[1].tag, tags[1]);
    }
}

TEST(a_bare_data_set_of_known_encoding)
{
    for (size_t row = 0; row < 3; row++) {
        text *bare = text_new(encodings[row]);
        put_identity(bare);
        put_ui(bare, 0x0020000D, "1.2.3");
        sj_scan_init_data_set(&scan, bare->length, encodings[row]);
        sj_scan_mark(&scan, &marks);
        CHECK_EQUAL(sj_scan_step(&scan, bare->bytes, bare->length), SJ_OK);
        CHECK(scan.structure_known);
        CHECK_EQUAL(scan.data_set_offset, 0);
        CHECK_EQUAL(mark_of(&marks, 0x00080016)->offset, 0);
        CHECK_EQUAL(mark_of(&marks, 0x00200013)->offset, bare->length);
        sj_scan_init_data_set(&scan, bare->length - 1, encodings[row]);
        CHECK_EQUAL(sj_scan_step(&scan, bare->bytes, bare->length - 1), SJ_TRUNCATED);
        free(bare);
    }
    sj_scan_init_data_set(&scan, 0, SJ_EXPLICIT_LITTLE);
    CHECK_EQUAL(sj_scan_step(&scan, (const uint8_t *)"", 0), SJ_OK);
}

/* ---- spaces in UIDs, which every scan looks for ------------------------------------------------------------------------ */

TEST(spaces_in_the_uids_of_study_and_series)
{
    static const char *const values[] = { "1.2.3\0", "1.2.3 ", " 1.2.3", "1.2 .3", "1.2\0 " };
    static const bool holds[] = { false, true, true, true, true };

    for (size_t row = 0; row < 3; row++) {
        for (size_t value = 0; value < 5; value++) {
            for (int series = 0; series < 2; series++) {
                text *file = text_file(encodings[row], syntaxes[row]);
                put_identity(file);
                put_header_of(file, 0x00081140, "SQ", UNDEFINED_LENGTH); /* nested ones do not count */
                put_header_of(file, TAG_ITEM, "", UNDEFINED_LENGTH);
                put_element(file, 0x0020000D, "UI", "1.2 ", 4);
                put_header_of(file, TAG_ITEM_END, "", 0);
                put_header_of(file, TAG_SEQUENCE_END, "", 0);
                put_element(file, series ? 0x0020000Eu : 0x0020000Du, "UI", values[value], value == 4 ? 5 : 6);
                CHECK_NOTE("encoding %zu value %zu series %d", row, value, series);
                CHECK_EQUAL(scan_whole(&scan, file->bytes, file->length, SJ_EXPECT_FILE, SJ_READ_WHOLE), SJ_OK);
                CHECK_EQUAL(scan.spaced, holds[value] ? (series ? SJ_SPACED_SERIES : SJ_SPACED_STUDY) : 0);
                free(file);
            }
        }
    }
}

TEST(spaces_in_an_inflated_beginning)
{
    text *bare = text_new(SJ_EXPLICIT_LITTLE);

    put_identity(bare);
    put_ui(bare, 0x0020000D, "1.2 ");
    put_ui(bare, 0x0020000E, "1.2 ");
    sj_scan_init(&scan, 1, SJ_EXPECT_FILE, SJ_READ_WHOLE);
    sj_scan_identity(&scan, bare->bytes, bare->length);
    CHECK_EQUAL(scan.spaced, SJ_SPACED_STUDY | SJ_SPACED_SERIES);
    CHECK_EQUAL(scan.instance_uid.length, strlen(INSTANCE_UID));
    free(bare);
}
