/* images.c: compressed images of data sets and items, what stands around them, and lengths to correct. */
#include "check.h"
#include "core.h"
#include "descend_windows.h"
#include "element_bytes.h"

enum { MOST = 70 };

static const size_t windows[] = { ELEMENT_ROOM, SJ_WINDOW_MIN, SJ_WINDOW_MIN + 1, 1500, 4099 };

static sj_images images;
static sj_image found[MOST];
static sj_mark marks[MOST][SJ_IMAGE_MARK_COUNT];
static size_t count;

static sj_status find_in(const text *file, size_t bytes)
{
    walk_window window = { .file = file->bytes, .size = file->length, .bytes = bytes };
    sj_status status;

    memset(&images, 0xAA, sizeof images);
    memset(found, 0, sizeof found);
    sj_images_init(&images, 0, file->length, file->encoding);
    count = 0;
    while ((status = walk_image(&images, &window)) == SJ_OK && !images.done) {
        CHECK(count < MOST);
        memcpy(marks[count], images.image.marks, sizeof marks[count]);
        memcpy(&found[count], &images.image, offsetof(sj_image, parents));
        memcpy(found[count].parents, images.image.parents, images.image.parent_count * sizeof(sj_image_parent));
        found[count].marks = NULL;
        count++;
    }
    walk_done(&window);
    return status;
}

static bool same_mark(const sj_mark *a, const sj_mark *b)
{
    return a->tag == b->tag && a->found == b->found && a->offset == b->offset && a->length == b->length &&
           a->header == b->header && a->kept == b->kept && a->repeated == b->repeated &&
           memcmp(a->vr, b->vr, sizeof a->vr) == 0 && memcmp(a->value, b->value, a->kept) == 0;
}

/* Finds the images of a file in windows of several sizes, all of which must agree, and frees it. */
static sj_status find(text *file)
{
    static sj_image first[MOST];
    static sj_mark their[MOST][SJ_IMAGE_MARK_COUNT];
    const sj_status status = find_in(file, ELEMENT_ROOM);
    const size_t all = count;
    const uint64_t offset = images.walk.error_offset;

    memcpy(first, found, sizeof first);
    memcpy(their, marks, sizeof their);
    for (size_t row = 0; row < sizeof windows / sizeof *windows; row++) {
        CHECK_EQUAL(find_in(file, windows[row]), status);
        CHECK_EQUAL(count, all);
        if (status != SJ_OK)
            CHECK_EQUAL(images.walk.error_offset, offset);
        for (size_t each = 0; each < all; each++) {
            CHECK(memcmp(&first[each], &found[each], sizeof first[each]) == 0);
            for (size_t mark = 0; mark < SJ_IMAGE_MARK_COUNT; mark++)
                CHECK(same_mark(&their[each][mark], &marks[each][mark]));
        }
    }
    free(file);
    return status;
}

static const sj_mark *mark_of(size_t image, uint32_t tag)
{
    for (size_t row = 0; row < SJ_IMAGE_MARK_COUNT; row++) {
        if (marks[image][row].tag == tag)
            return &marks[image][row];
    }
    check_failed(__FILE__, __LINE__, "the tag is one of those marked");
    return NULL;
}

/* 12 + 8 + 8 + 4 + 8 bytes */
static void put_pixels(text *file, const char *vr)
{
    put_header_of(file, TAG_PIXEL_DATA, vr, UNDEFINED_LENGTH);
    put_header_of(file, TAG_ITEM, "", 0);
    put_element(file, TAG_ITEM, "", "abcd", 4);
    put_header_of(file, TAG_SEQUENCE_END, "", 0);
}

enum { PIXELS = 40 };

TEST(an_image_and_its_attributes)
{
    text *file = text_new(SJ_EXPLICIT_LITTLE);

    put_element(file, 0x00100010, "PN", "Doe^", 4);             /* at 0 */
    put_element(file, 0x00280002, "US", "\1\0", 2);             /* 12 */
    put_element(file, 0x00280004, "CS", "MONOCHROME2 ", 12);    /* 22 */
    put_element(file, 0x00280010, "US", "\2\0", 2);             /* 42 */
    put_element(file, 0x00280011, "US", "\3\0", 2);             /* 52 */
    put_element(file, 0x00282110, "CS", "00", 2);               /* 62 */
    put_element(file, 0x00400001, "CS", "00", 2);               /* 72 */
    put_pixels(file, "OW");                                     /* 82 */
    put_element(file, 0xFFFCFFFC, "OB", "\0\0", 2);
    CHECK_EQUAL(find(file), SJ_OK);
    CHECK_EQUAL(count, 1);
    CHECK_EQUAL(found[0].depth, 0);
    CHECK_EQUAL(found[0].offset, 82);
    CHECK_EQUAL(found[0].header, 12);
    CHECK_BYTES(found[0].vr, "OW", 2);
    CHECK_EQUAL(found[0].first_item, 94);
    CHECK_EQUAL(found[0].end, 82 + PIXELS);
    CHECK_EQUAL(found[0].parent_count, 0);
    CHECK(mark_of(0, 0x00280004)->found);
    CHECK_EQUAL(mark_of(0, 0x00280004)->offset, 22);
    CHECK_EQUAL(mark_of(0, 0x00280004)->length, 12);
    CHECK_BYTES(mark_of(0, 0x00280004)->value, "MONOCHROME2 ", 12);
    CHECK_BYTES(mark_of(0, 0x00280004)->vr, "CS", 2);
    /* where what is absent would stand */
    CHECK(!mark_of(0, 0x00280000)->found);
    CHECK_EQUAL(mark_of(0, 0x00280000)->offset, 12);
    CHECK_EQUAL(mark_of(0, 0x00280006)->offset, 42);
    CHECK_EQUAL(mark_of(0, 0x00280103)->offset, 62);
    CHECK_EQUAL(mark_of(0, 0x00282114)->offset, 72);
    CHECK_EQUAL(mark_of(0, 0x7FE00000)->offset, 82);
    CHECK_EQUAL(mark_of(0, 0x7FE00003)->offset, 82);
}

TEST(what_stands_behind_the_pixels_counts_for_nothing)
{
    text *file = text_new(SJ_EXPLICIT_LITTLE);

    put_element(file, 0x00280002, "US", "\1\0", 2);
    put_element(file, 0x00280002, "US", "\3\0", 2);
    put_pixels(file, "OB");
    put_element(file, 0x00280004, "CS", "RGB ", 4);
    CHECK_EQUAL(find(file), SJ_OK);
    CHECK(!mark_of(0, 0x00280004)->found);
    CHECK_EQUAL(mark_of(0, 0x00280004)->offset, 20);
    CHECK(mark_of(0, 0x00280002)->repeated);
    CHECK_EQUAL(mark_of(0, 0x00280002)->offset, 0);
    CHECK_EQUAL(mark_of(0, 0x00280002)->value[0], 1);
}

/* nothing is put in front of a delimiter that ends nothing: what is absent stands before an element */
TEST(a_stray_delimiter_is_no_place)
{
    text *file = text_new(SJ_EXPLICIT_LITTLE);

    put_header_of(file, TAG_ITEM_END, "", 0);
    put_pixels(file, "OB");
    CHECK_EQUAL(find(file), SJ_OK);
    CHECK_EQUAL(mark_of(0, 0x00280002)->offset, 8);
    CHECK_EQUAL(mark_of(0, 0x7FE00000)->offset, 8);
}

/* an icon of compressed pixels in every form of lengths, and the image behind it */
TEST(lengths_around_an_image)
{
    for (int forms = 0; forms < 4; forms++) {
        const bool sequence = (forms & 1) != 0, item = (forms & 2) != 0; /* of undefined length */
        text *file = text_new(SJ_EXPLICIT_LITTLE);
        const uint32_t inner = 10 + PIXELS, outer = 8 + inner + (item ? 8 : 0);
        put_element(file, 0x00280002, "US", "\3\0", 2); /* of the image, not of the icon */
        put_header_of(file, 0x00880200, "SQ", sequence ? UNDEFINED_LENGTH : outer);
        put_header_of(file, TAG_ITEM, "", item ? UNDEFINED_LENGTH : inner);
        put_element(file, 0x00280010, "US", "\2\0", 2);
        put_pixels(file, "OB");
        if (item)
            put_header_of(file, TAG_ITEM_END, "", 0);
        if (sequence)
            put_header_of(file, TAG_SEQUENCE_END, "", 0);
        put_pixels(file, "OB");
        CHECK_NOTE("forms %d", forms);
        CHECK_EQUAL(find(file), SJ_OK);
        CHECK_EQUAL(count, 2);
        CHECK(found[0].depth == 1 && found[1].depth == 0);
        CHECK_EQUAL(found[0].offset, 40);
        CHECK(!mark_of(0, 0x00280002)->found && mark_of(0, 0x00280010)->found);
        CHECK(mark_of(1, 0x00280002)->found && !mark_of(1, 0x00280010)->found);
        CHECK_EQUAL(mark_of(0, 0x00280002)->offset, 30);
        CHECK_EQUAL(mark_of(1, 0x00280010)->offset, 10);
        CHECK_EQUAL(found[1].parent_count, 0);
        CHECK_EQUAL(found[0].parent_count, !sequence + !item);
        if (!sequence) {
            CHECK_EQUAL(found[0].parents[0].at, 18);
            CHECK_EQUAL(found[0].parents[0].length, outer);
        }
        if (!item) {
            CHECK_EQUAL(found[0].parents[!sequence].at, 26);
            CHECK_EQUAL(found[0].parents[!sequence].length, inner);
        }
    }
}

/* an item knows nothing of the one before it */
TEST(items_side_by_side)
{
    text *file = text_new(SJ_EXPLICIT_LITTLE);

    put_header_of(file, 0x00880200, "SQ", UNDEFINED_LENGTH);
    for (int number = 0; number < 3; number++) {
        put_header_of(file, TAG_ITEM, "", UNDEFINED_LENGTH);
        if (number != 1)
            put_element(file, 0x00280010, "US", "\2\0", 2);
        put_pixels(file, "OB");
        put_header_of(file, TAG_ITEM_END, "", 0);
    }
    put_header_of(file, TAG_ITEM, "", UNDEFINED_LENGTH);
    put_element(file, TAG_PIXEL_DATA, "OB", "ab", 2); /* native: no image of ours */
    put_header_of(file, TAG_ITEM_END, "", 0);
    put_header_of(file, TAG_SEQUENCE_END, "", 0);
    CHECK_EQUAL(find(file), SJ_OK);
    CHECK_EQUAL(count, 3);
    CHECK(mark_of(0, 0x00280010)->found && !mark_of(1, 0x00280010)->found && mark_of(2, 0x00280010)->found);
}

TEST(the_deepest_image)
{
    text *file = text_new(SJ_EXPLICIT_LITTLE);
    const uint32_t depth = SJ_MAX_DEPTH - 1; /* the fragments want a frame, too */

    for (uint32_t level = 0; level < depth; level++) {
        const uint32_t within = (depth - level - 1) * 20 + PIXELS + 8;
        put_header_of(file, 0x00880200, "SQ", within);
        put_header_of(file, TAG_ITEM, "", within - 8);
    }
    put_pixels(file, "OB");
    CHECK_EQUAL(find(file), SJ_OK);
    CHECK_EQUAL(count, 1);
    CHECK_EQUAL(found[0].depth, depth);
    CHECK_EQUAL(found[0].parent_count, 2 * depth);
    CHECK_EQUAL(found[0].parents[0].at, 8);
    CHECK_EQUAL(found[0].parents[2 * depth - 1].length, PIXELS);
}

TEST(no_images)
{
    static const sj_encoding encodings[] = { SJ_IMPLICIT_LITTLE, SJ_EXPLICIT_LITTLE, SJ_EXPLICIT_BIG };

    for (size_t row = 0; row < 3; row++) {
        text *file = text_new(encodings[row]);
        put_element(file, TAG_PIXEL_DATA, "OW", "ab", 2);
        put_element(file, TAG_PIXEL_DATA, "OW", "ab", 2); /* twice: nothing of ours, the walk lets it pass */
        CHECK_EQUAL(find(file), SJ_OK);
        CHECK_EQUAL(count, 0);
    }
}

static void refuse(text *file, sj_status wanted, uint64_t offset, uint32_t tag)
{
    CHECK_EQUAL(find(file), wanted);
    CHECK_EQUAL(images.walk.error_offset, offset);
    CHECK_EQUAL(images.walk.error_tag, tag);
}

TEST(fragments_where_none_are_allowed)
{
    text *file = text_new(SJ_EXPLICIT_BIG);
    put_pixels(file, "OB");
    refuse(file, SJ_ENCAPSULATED, 0, TAG_PIXEL_DATA);

    file = text_new(SJ_IMPLICIT_LITTLE);
    put_pixels(file, "");
    refuse(file, SJ_ENCAPSULATED, 0, TAG_PIXEL_DATA);

    file = text_new(SJ_EXPLICIT_LITTLE);
    put_header_of(file, 0x7FE10010, "OB", UNDEFINED_LENGTH);
    put_header_of(file, TAG_SEQUENCE_END, "", 0);
    refuse(file, SJ_ENCAPSULATED, 0, 0x7FE10010);

    file = text_new(SJ_EXPLICIT_LITTLE);
    put_header_of(file, 0x00091010, "UN", UNDEFINED_LENGTH);
    file->encoding = SJ_IMPLICIT_LITTLE;
    put_header_of(file, TAG_ITEM, "", UNDEFINED_LENGTH);
    put_pixels(file, "");
    file->encoding = SJ_EXPLICIT_LITTLE;
    refuse(file, SJ_ENCAPSULATED, 20, TAG_PIXEL_DATA);
}

TEST(pixels_twice)
{
    for (int forms = 1; forms < 4; forms++) {
        text *file = text_new(SJ_EXPLICIT_LITTLE);
        for (int time = 0; time < 2; time++) {
            if ((forms >> time & 1) != 0)
                put_pixels(file, "OB");
            else
                put_element(file, TAG_PIXEL_DATA, "OB", "ab", 2);
        }
        CHECK_NOTE("forms %d", forms);
        refuse(file, SJ_BAD_ELEMENT, (forms & 1) != 0 ? PIXELS : 14, TAG_PIXEL_DATA);
    }
}

TEST(a_damaged_structure)
{
    text *file = text_new(SJ_EXPLICIT_LITTLE);
    put_pixels(file, "OB");
    file->length -= 8;
    refuse(file, SJ_TRUNCATED, PIXELS - 8, TAG_PIXEL_DATA);

    file = text_new(SJ_EXPLICIT_LITTLE);
    put_pixels(file, "OB");
    put_header_of(file, TAG_SEQUENCE_END, "", 0);
    refuse(file, SJ_BAD_ELEMENT, PIXELS, TAG_SEQUENCE_END);
    CHECK_EQUAL(count, 1);
}
