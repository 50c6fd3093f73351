/* directory.c: which records of a DICOMDIR name files, in all encodings and forms of lengths. */
#include "check.h"
#include "core.h"
#include "descend_windows.h"
#include "element_bytes.h"

enum { MOST = 64 };

static const sj_encoding encodings[] = { SJ_IMPLICIT_LITTLE, SJ_EXPLICIT_LITTLE, SJ_EXPLICIT_BIG };
static const size_t windows[] = { ELEMENT_ROOM, SJ_WINDOW_MIN, SJ_WINDOW_MIN + 1, 1500, 4099 };

static sj_directory directory;
static sj_record records[MOST];
static size_t count;

static sj_status list_in(const text *file, size_t bytes)
{
    walk_window window = { .file = file->bytes, .size = file->length, .bytes = bytes };
    sj_status status;

    memset(&directory, 0xAA, sizeof directory);
    sj_directory_init(&directory, 0, file->length, file->encoding);
    count = 0;
    while ((status = walk_record(&directory, &window)) == SJ_OK && !directory.done) {
        CHECK(count < MOST);
        records[count++] = directory.record;
    }
    walk_done(&window);
    return status;
}

static bool same_uid(const sj_uid *a, const sj_uid *b)
{
    return a->present == b->present && a->length == b->length && a->overlong == b->overlong &&
           memcmp(a->text, b->text, a->length) == 0;
}

static bool same_record(const sj_record *a, const sj_record *b)
{
    return a->offset == b->offset && same_uid(&a->class_uid, &b->class_uid) &&
           same_uid(&a->instance_uid, &b->instance_uid) && same_uid(&a->syntax_uid, &b->syntax_uid) && a->has_file &&
           b->has_file && a->file_length == b->file_length && a->file_kept == b->file_kept &&
           memcmp(a->file, b->file, a->file_kept) == 0;
}

/* Lists in windows of several sizes, all of which must agree, and frees the file. */
static sj_status list(text *file)
{
    static sj_record first[MOST];
    const sj_status status = list_in(file, ELEMENT_ROOM);
    const size_t all = count;

    memcpy(first, records, sizeof first);
    for (size_t row = 0; row < sizeof windows / sizeof *windows; row++) {
        CHECK_EQUAL(list_in(file, windows[row]), status);
        CHECK_EQUAL(count, all);
        for (size_t each = 0; each < all; each++)
            CHECK(same_record(&first[each], &records[each]));
    }
    free(file);
    return status;
}

static bool uid_is(const sj_uid *uid, const char *words)
{
    return uid->present && uid->length == strlen(words) && memcmp(uid->text, words, uid->length) == 0;
}

static void check_file(size_t record, const char *wanted)
{
    CHECK_EQUAL(records[record].file_kept, strlen(wanted));
    CHECK_EQUAL(records[record].file_length, strlen(wanted));
    CHECK_BYTES(records[record].file, wanted, strlen(wanted));
}

static text *record_of(sj_encoding encoding, const char *file_id, bool uids)
{
    text *made = text_new(encoding);

    put_element(made, 0x00041430, "CS", "IMAGE ", 6);
    if (file_id != NULL)
        put_element(made, 0x00041500, "CS", file_id, strlen(file_id));
    if (uids) {
        put_ui(made, 0x00041510, CLASS_UID);
        put_ui(made, 0x00041511, INSTANCE_UID);
        put_ui(made, 0x00041512, EXPLICIT_LITTLE_UID);
    }
    put_element(made, 0x00200013, "IS", "1 ", 2);
    return made;
}

static void put_item(text *file, text *record, bool undefined)
{
    put_header_of(file, TAG_ITEM, "", undefined ? UNDEFINED_LENGTH : (uint32_t)record->length);
    put(file, record->bytes, record->length);
    if (undefined)
        put_header_of(file, TAG_ITEM_END, "", 0);
    free(record);
}

/* the Directory Record Sequence around items; frees them */
static text *directory_of(text *items, bool undefined)
{
    text *file = text_new(items->encoding);

    put_element(file, 0x00041130, "CS", "SET ", 4);
    put_header_of(file, 0x00041220, "SQ", undefined ? UNDEFINED_LENGTH : (uint32_t)items->length);
    put(file, items->bytes, items->length);
    if (undefined)
        put_header_of(file, TAG_SEQUENCE_END, "", 0);
    free(items);
    return file;
}

TEST(records_in_all_encodings_and_forms)
{
    for (size_t row = 0; row < 3; row++) {
        for (int forms = 0; forms < 4; forms++) {
            const bool item = (forms & 1) != 0, sequence = (forms & 2) != 0;
            text *items = text_new(encodings[row]);
            put_item(items, record_of(encodings[row], "DIR\\A ", true), item);
            put_item(items, record_of(encodings[row], NULL, true), item);
            put_item(items, record_of(encodings[row], "DIR\\B ", false), item);
            put_item(items, record_of(encodings[row], "", false), item);
            CHECK_NOTE("encoding %zu forms %d", row, forms);
            CHECK_EQUAL(list(directory_of(items, sequence)), SJ_OK);
            CHECK_EQUAL(count, 3);
            CHECK_EQUAL(records[0].offset, 12 + (row == 0 ? 8 : 12));
            check_file(0, "DIR\\A ");
            CHECK(uid_is(&records[0].class_uid, CLASS_UID));
            CHECK(uid_is(&records[0].instance_uid, INSTANCE_UID));
            CHECK(uid_is(&records[0].syntax_uid, EXPLICIT_LITTLE_UID));
            check_file(1, "DIR\\B ");
            CHECK(!records[1].class_uid.present && !records[1].instance_uid.present);
            check_file(2, ""); /* it is there, and empty */
        }
    }
}

TEST(absent_and_empty_and_repeated)
{
    text *items = text_new(SJ_EXPLICIT_LITTLE), *record = record_of(SJ_EXPLICIT_LITTLE, "A ", false);

    put_header_of(record, 0x00041510, "UI", 0);
    put_ui(record, 0x00041511, "1.2");
    put_ui(record, 0x00041511, "1.3");
    put_element(record, 0x00041500, "CS", "B ", 2);
    put_item(items, record, false);
    CHECK_EQUAL(list(directory_of(items, false)), SJ_OK);
    CHECK_EQUAL(count, 1);
    CHECK(uid_is(&records[0].class_uid, "") && uid_is(&records[0].instance_uid, "1.2"));
    CHECK(!records[0].syntax_uid.present);
    check_file(0, "A ");
}

/* only items right in (0004,1220) of the top level are records */
TEST(what_is_nested_is_no_record)
{
    text *items = text_new(SJ_EXPLICIT_LITTLE), *record = record_of(SJ_EXPLICIT_LITTLE, NULL, false);
    text *other = text_new(SJ_EXPLICIT_LITTLE);

    put_header_of(record, 0x00041220, "SQ", UNDEFINED_LENGTH);
    put_item(record, record_of(SJ_EXPLICIT_LITTLE, "NESTED", true), true);
    put_header_of(record, TAG_SEQUENCE_END, "", 0);
    put_header_of(record, 0x00081115, "SQ", UNDEFINED_LENGTH);
    put_item(record, record_of(SJ_EXPLICIT_LITTLE, "OTHER ", true), false);
    put_header_of(record, TAG_SEQUENCE_END, "", 0);
    put_item(items, record, true);
    text *file = directory_of(items, true);
    put_item(other, record_of(SJ_EXPLICIT_LITTLE, "BESIDE", true), true);
    put_header_of(file, 0x00081115, "SQ", (uint32_t)other->length);
    put(file, other->bytes, other->length);
    free(other);
    put_element(file, 0x00041500, "CS", "TOP ", 4);
    CHECK_EQUAL(list(file), SJ_OK);
    CHECK_EQUAL(count, 0);
}

TEST(a_record_goes_on_behind_a_sequence_in_it)
{
    text *items = text_new(SJ_EXPLICIT_LITTLE), *record = text_new(SJ_EXPLICIT_LITTLE);

    put_header_of(record, 0x00031115, "SQ", 0);
    put_header_of(record, 0x00031116, "SQ", UNDEFINED_LENGTH);
    put_item(record, record_of(SJ_EXPLICIT_LITTLE, "INNER ", true), true);
    put_header_of(record, TAG_SEQUENCE_END, "", 0);
    put_element(record, 0x00041500, "CS", "OUTER ", 6);
    put_item(items, record, true);
    CHECK_EQUAL(list(directory_of(items, false)), SJ_OK);
    CHECK_EQUAL(count, 1);
    check_file(0, "OUTER ");
    CHECK(!records[0].class_uid.present);
}

TEST(an_overlong_file_id_is_kept_in_part)
{
    text *items = text_new(SJ_EXPLICIT_LITTLE), *record = text_new(SJ_EXPLICIT_LITTLE);

    put_header_of(record, 0x00041500, "CS", 5000);
    put_fill(record, 'x', 5000);
    put_item(items, record, true);
    CHECK_EQUAL(list(directory_of(items, true)), SJ_OK);
    CHECK_EQUAL(count, 1);
    CHECK_EQUAL(records[0].file_kept, SJ_AT_HAND);
    CHECK_EQUAL(records[0].file_length, 5000);
}

/* a writer took elements out of the last record and left its length; its elements are all there */
TEST(an_item_that_reaches_beyond_its_sequence_ends_with_it)
{
    for (size_t row = 0; row < 3; row++) {
        text *items = text_new(encodings[row]), *record = record_of(encodings[row], "LAST", true);
        put_item(items, record_of(encodings[row], "A ", true), false);
        put_header_of(items, TAG_ITEM, "", (uint32_t)record->length + 24);
        put(items, record->bytes, record->length);
        free(record);
        text *file = directory_of(items, false);
        CHECK_NOTE("encoding %zu", row);
        CHECK_EQUAL(list(file), SJ_OK);
        CHECK_EQUAL(count, 2);
        check_file(1, "LAST");
    }
}

TEST(a_cut_is_told_behind_the_records_before_it)
{
    text *items = text_new(SJ_EXPLICIT_LITTLE);
    put_item(items, record_of(SJ_EXPLICIT_LITTLE, "A ", false), false);
    put_item(items, record_of(SJ_EXPLICIT_LITTLE, "B ", false), true);
    text *file = directory_of(items, true);
    file->length -= 8 + 8 + 1; /* in the last value of the second record */
    CHECK_EQUAL(list(file), SJ_TRUNCATED);
    CHECK_EQUAL(count, 1);
    CHECK_EQUAL(directory.walk.error_tag, 0x00200013);
}

TEST(no_directory)
{
    text *file = text_new(SJ_EXPLICIT_LITTLE);

    put_element(file, 0x00100010, "PN", "Doe^", 4);
    CHECK_EQUAL(list(file), SJ_OK);
    CHECK_EQUAL(count, 0);
    file = text_new(SJ_IMPLICIT_LITTLE);
    put_element(file, 0x00041220, "", "no items", 8);
    CHECK_EQUAL(list(file), SJ_BAD_ELEMENT);
    CHECK_EQUAL(directory.walk.error_tag, 0x00041220);
}
