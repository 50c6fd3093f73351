/* fragments.c: the items of encapsulated pixel data, in windows and rooms of several sizes. */
#include "check.h"
#include "core.h"
#include "descend_windows.h"
#include "element_bytes.h"

enum { MOST = 600 };

static const size_t windows[] = { ELEMENT_ROOM, SJ_WINDOW_MIN, SJ_WINDOW_MIN + 1, 1500 };
static const size_t rooms[] = { 1, 2, 7, MOST };

static sj_fragments fragments;
static uint64_t offsets[MOST];
static uint32_t lengths[MOST];
static size_t count;

static sj_status gather_in(const text *file, size_t start, size_t size, size_t bytes, size_t room)
{
    walk_window window = { .file = file->bytes, .size = size, .bytes = bytes };
    sj_status status = SJ_MORE;

    memset(&fragments, 0xAA, sizeof fragments);
    sj_fragments_init(&fragments, start, size);
    count = 0;
    while (status == SJ_MORE) {
        /* of their own, so that the sanitizer sees what is written behind the room */
        uint64_t *some = malloc(room * sizeof *some);
        uint32_t *their = malloc(room * sizeof *their);
        size_t made;
        CHECK(some != NULL && their != NULL);
        status = walk_fragments(&fragments, &window, some, their, room, &made);
        CHECK(status != SJ_MORE || made == room);
        CHECK(count + made <= MOST);
        memcpy(offsets + count, some, made * sizeof *some);
        memcpy(lengths + count, their, made * sizeof *their);
        count += made;
        free(some);
        free(their);
    }
    walk_done(&window);
    CHECK_EQUAL(fragments.done, status == SJ_OK);
    return status;
}

/* All windows and rooms must agree. */
static sj_status gather(const text *file, size_t start)
{
    const sj_status status = gather_in(file, start, file->length, ELEMENT_ROOM, MOST);
    const sj_fragments whole = fragments;
    const size_t all = count;
    uint64_t last = all > 0 ? offsets[all - 1] : 0;

    for (size_t row = 0; row < sizeof windows / sizeof *windows; row++) {
        for (size_t room = 0; room < sizeof rooms / sizeof *rooms; room++) {
            CHECK_EQUAL(gather_in(file, start, file->length, windows[row], rooms[room]), status);
            CHECK_EQUAL(count, all);
            CHECK_EQUAL(fragments.position, whole.position);
            CHECK_EQUAL(fragments.error_offset, whole.error_offset);
            CHECK_EQUAL(fragments.error_tag, whole.error_tag);
            CHECK_EQUAL(all > 0 ? offsets[all - 1] : 0, last);
        }
    }
    return status;
}

TEST(fragments_of_all_lengths)
{
    text *file = text_new(SJ_EXPLICIT_LITTLE);
    uint64_t at = 100;

    put_fill(file, 7, 100);
    put_header_of(file, TAG_ITEM, "", 8);
    put_fill(file, 1, 8);
    at += 16;
    for (uint32_t number = 0; number < 500; number++) {
        put_header_of(file, TAG_ITEM, "", number % 50 * 37); /* empty ones and odd ones among them */
        put_fill(file, 0xFE, number % 50 * 37);
    }
    put_header_of(file, TAG_SEQUENCE_END, "", 0);
    put_fill(file, 9, 30); /* what follows is not looked at */
    CHECK_EQUAL(gather(file, 100), SJ_OK);
    CHECK_EQUAL(fragments.table, 108);
    CHECK_EQUAL(fragments.table_length, 8);
    CHECK_EQUAL(count, 500);
    for (uint32_t number = 0; number < 500; number++) {
        CHECK_EQUAL(offsets[number], at + 8);
        CHECK_EQUAL(lengths[number], number % 50 * 37);
        at += 8 + lengths[number];
    }
    CHECK_EQUAL(fragments.position, at + 8);
    CHECK_EQUAL(fragments.position, file->length - 30);
    free(file);
}

TEST(no_fragments)
{
    text *file = text_new(SJ_EXPLICIT_LITTLE);

    put_header_of(file, TAG_SEQUENCE_END, "", 0);
    CHECK_EQUAL(gather(file, 0), SJ_OK);
    CHECK_EQUAL(count, 0);
    CHECK_EQUAL(fragments.table_length, 0);
    CHECK_EQUAL(fragments.position, 8);
    file->length = 0;
    put_header_of(file, TAG_ITEM, "", 0);
    put_header_of(file, TAG_SEQUENCE_END, "", 0);
    CHECK_EQUAL(gather(file, 0), SJ_OK);
    CHECK_EQUAL(count, 0);
    CHECK_EQUAL(fragments.table, 8);
    free(file);
}

TEST(a_cut_anywhere_is_told)
{
    text *file = text_new(SJ_EXPLICIT_LITTLE);

    put_header_of(file, TAG_ITEM, "", 0);
    put_element(file, TAG_ITEM, "", "abcd", 4);
    put_header_of(file, TAG_SEQUENCE_END, "", 0);
    for (size_t length = 0; length < file->length; length++) {
        CHECK_NOTE("length %zu", length);
        CHECK_EQUAL(gather_in(file, 0, length, SJ_WINDOW_MIN, 1), SJ_TRUNCATED);
        CHECK_EQUAL(fragments.error_offset, length < 8 ? 0 : length < 20 ? 8 : 20);
        CHECK_EQUAL(fragments.error_tag, length >= 16 && length < 20 ? TAG_ITEM : TAG_PIXEL_DATA);
    }
    free(file);
}

TEST(what_is_no_fragment)
{
    static const struct {
        uint32_t tag, length;
        sj_status status;
    } rows[] = {
        { TAG_ITEM, UNDEFINED_LENGTH, SJ_BAD_ELEMENT }, { TAG_ITEM_END, 0, SJ_BAD_ELEMENT },
        { 0x00100010, 0, SJ_BAD_ELEMENT },              { TAG_ITEM, 0xFFFFFFFE, SJ_TRUNCATED },
        { TAG_ITEM, 9, SJ_TRUNCATED },
    };

    for (size_t row = 0; row < sizeof rows / sizeof *rows; row++) {
        text *file = text_new(SJ_EXPLICIT_LITTLE);
        put_header_of(file, TAG_ITEM, "", 0);
        put_element(file, TAG_ITEM, "", "abcd", 4);
        put_header_of(file, rows[row].tag, rows[row].tag >> 16 == 0xFFFE ? "" : "OB", rows[row].length);
        put_header_of(file, TAG_SEQUENCE_END, "", 0);
        CHECK_NOTE("row %zu", row);
        CHECK_EQUAL(gather(file, 0), rows[row].status);
        CHECK_EQUAL(fragments.error_offset, 20);
        CHECK_EQUAL(fragments.error_tag, rows[row].tag);
        CHECK_EQUAL(count, 1);
        free(file);
    }
}
