/* descend.c: the events of data sets in all encodings, written down as a line of text each, in windows of several sizes. */
#include "check.h"
#include "core.h"
#include "descend_windows.h"
#include "element_bytes.h"

static const sj_encoding encodings[] = { SJ_IMPLICIT_LITTLE, SJ_EXPLICIT_LITTLE, SJ_EXPLICIT_BIG };
static const size_t windows[] = { ELEMENT_ROOM, SJ_WINDOW_MIN, SJ_WINDOW_MIN + 1, 1500, 4099 };

static sj_descend walk;
static char trace[1 << 16];
static size_t traced;

static void tell(const char *words)
{
    const size_t length = strlen(words);

    CHECK(traced + length < sizeof trace);
    memcpy(trace + traced, words, length + 1);
    traced += length;
}

/* ( ) sequence, [ ] item, < > fragments, f fragment, tag=value element, $ the end; a VR behind what has one */
static void tell_event(const sj_event *event, const uint8_t *file)
{
    char words[80];
    const bool vr = event->vr[0] != 0;

    switch (event->kind) {
    case SJ_EVENT_ELEMENT:
        CHECK_EQUAL(event->at_hand, event->length < SJ_AT_HAND ? event->length : SJ_AT_HAND);
        CHECK_BYTES(event->value, file + event->offset + event->header, event->at_hand);
        (void)snprintf(words, sizeof words, "%08x%s%.2s=%.*s ", (unsigned)event->tag, vr ? ":" : "", (const char *)event->vr,
                       event->at_hand < 8 ? (int)event->at_hand : 8, (const char *)event->value);
        tell(words);
        break;
    case SJ_EVENT_SEQUENCE:
    case SJ_EVENT_FRAGMENTS:
        (void)snprintf(words, sizeof words, "%08x%s%.2s%c ", (unsigned)event->tag, vr ? ":" : "", (const char *)event->vr,
                       event->kind == SJ_EVENT_SEQUENCE ? '(' : '<');
        tell(words);
        break;
    case SJ_EVENT_FRAGMENT:
        (void)snprintf(words, sizeof words, "f%u ", (unsigned)event->length);
        tell(words);
        break;
    case SJ_EVENT_ITEM: tell("[ "); break;
    case SJ_EVENT_ITEM_END: tell("] "); break;
    case SJ_EVENT_SEQUENCE_END: tell(") "); break;
    case SJ_EVENT_FRAGMENTS_END: tell("> "); break;
    case SJ_EVENT_END: tell("$"); break;
    }
}

static sj_status descend_in(const text *file, size_t length, size_t bytes, uint32_t named)
{
    walk_window window = { .file = file->bytes, .size = length, .bytes = bytes };
    uint64_t behind = 0; /* every byte of the file is in one header, value or delimiter */
    sj_event event;
    sj_status status;

    traced = 0;
    trace[0] = '\0';
    memset(&walk, 0xAA, sizeof walk);
    sj_descend_init(&walk, 0, length, file->encoding, named);
    do {
        memset(&event, 0xAA, sizeof event);
        status = walk_step(&walk, &window, &event);
        if (status != SJ_OK)
            break;
        CHECK_EQUAL(event.offset, behind);
        behind += event.header;
        if (event.kind == SJ_EVENT_ELEMENT || event.kind == SJ_EVENT_FRAGMENT)
            behind += event.length;
        CHECK_EQUAL(walk.position, behind);
        tell_event(&event, file->bytes);
    } while (event.kind != SJ_EVENT_END);
    walk_done(&window);
    CHECK(status != SJ_OK || (behind == length && walk.depth == 1));
    return status;
}

/* Walks in windows of several sizes, all of which must agree, and frees the file. */
static sj_status descend(text *file, uint32_t named)
{
    static char first[sizeof trace];
    sj_status status = SJ_OK;

    for (size_t row = 0; row < sizeof windows / sizeof *windows; row++) {
        const sj_status here = descend_in(file, file->length, windows[row], named);
        if (row == 0) {
            status = here;
            memcpy(first, trace, traced + 1);
        }
        CHECK_EQUAL(here, status);
        CHECK(strcmp(trace, first) == 0);
    }
    free(file);
    return status;
}

static void expect(text *file, uint32_t named, const char *wanted)
{
    CHECK_EQUAL(descend(file, named), SJ_OK);
    if (strcmp(trace, wanted) != 0)
        fprintf(stderr, "got    %s\nwanted %s\n", trace, wanted);
    CHECK(strcmp(trace, wanted) == 0);
}

static void refuse(text *file, sj_status wanted, uint64_t offset, uint32_t tag)
{
    CHECK_EQUAL(descend(file, 0), wanted);
    CHECK_EQUAL(walk.error_offset, offset);
    CHECK_EQUAL(walk.error_tag, tag);
}

static void put_un_sequence(text *file)
{
    const sj_encoding encoding = file->encoding;

    put_header_of(file, 0x00091010, "UN", UNDEFINED_LENGTH);
    file->encoding = SJ_IMPLICIT_LITTLE;
    put_header_of(file, TAG_ITEM, "", UNDEFINED_LENGTH);
    put_element(file, 0x00080060, "", "OT", 2);
    put_header_of(file, 0x00081140, "", UNDEFINED_LENGTH);
    put_header_of(file, TAG_ITEM, "", 0);
    put_header_of(file, TAG_SEQUENCE_END, "", 0);
    put_header_of(file, TAG_ITEM_END, "", 0);
    put_header_of(file, TAG_SEQUENCE_END, "", 0);
    file->encoding = encoding;
}

/* ---- what there is ----------------------------------------------------------------------------------------------- */

TEST(sequences_and_items_of_defined_and_undefined_length)
{
    for (size_t row = 1; row < 3; row++) {
        for (int forms = 0; forms < 8; forms++) {
            const bool outer = (forms & 1) != 0, item = (forms & 2) != 0, inner = (forms & 4) != 0;
            text *body = text_new(encodings[row]), *file = text_new(encodings[row]);
            put_element(body, 0x00080060, "CS", "OT", 2);
            put_header_of(body, 0x00081140, "SQ", inner ? UNDEFINED_LENGTH : 0);
            if (inner)
                put_header_of(body, TAG_SEQUENCE_END, "", 0);
            const uint32_t items = (uint32_t)body->length + 8 + (item ? 8 : 0) + 8;
            put_header_of(file, 0x00081115, "SQ", outer ? UNDEFINED_LENGTH : items);
            put_header_of(file, TAG_ITEM, "", item ? UNDEFINED_LENGTH : (uint32_t)body->length);
            put(file, body->bytes, body->length);
            if (item)
                put_header_of(file, TAG_ITEM_END, "", 0);
            put_header_of(file, TAG_ITEM, "", 0);
            if (outer)
                put_header_of(file, TAG_SEQUENCE_END, "", 0);
            put_element(file, 0x00100010, "PN", "Doe^", 4);
            free(body);
            CHECK_NOTE("encoding %zu forms %d", row, forms);
            expect(file, 0, "00081115:SQ( [ 00080060:CS=OT 00081140:SQ( ) ] [ ] ) 00100010:PN=Doe^ $");
        }
    }
}

TEST(sequences_of_implicit_vr)
{
    text *file = text_new(SJ_IMPLICIT_LITTLE);

    put_header_of(file, 0x00081115, "", UNDEFINED_LENGTH);
    put_header_of(file, TAG_ITEM, "", 10);
    put_element(file, 0x00080060, "", "OT", 2);
    put_header_of(file, TAG_SEQUENCE_END, "", 0);
    put_header_of(file, 0x00081140, "", 8); /* of defined length: nothing tells it from a value */
    put_header_of(file, TAG_ITEM, "", 0);
    put_header_of(file, TAG_PIXEL_DATA, "", UNDEFINED_LENGTH);
    put_header_of(file, TAG_ITEM, "", 0);
    put_header_of(file, TAG_SEQUENCE_END, "", 0);
    CHECK_EQUAL(descend(file, 0), SJ_OK);
    CHECK(strstr(trace, "00081115( [ 00080060=OT ] ) 00081140=") == trace);
    CHECK(strstr(trace, " 7fe00010< f0 > $") != NULL);
}

TEST(the_sequence_that_is_named)
{
    for (size_t row = 0; row < 3; row++) {
        text *file = text_new(encodings[row]);
        if (row == 0)
            put_header_of(file, 0x00041220, "", 18);
        else
            put_header_of(file, 0x00041220, "UN", 18);
        file->encoding = SJ_IMPLICIT_LITTLE;
        put_header_of(file, TAG_ITEM, "", 10);
        put_element(file, 0x00041430, "", "PT", 2);
        file->encoding = encodings[row];
        put_element(file, 0x00080060, row == 0 ? "" : "CS", "OT", 2);
        put_header_of(file, 0x00081140, row == 0 ? "" : "SQ", 0);
        expect(file, 0x00041220,
               row == 0 ? "00041220( [ 00041430=PT ] ) 00080060=OT 00081140= $"
                        : "00041220:UN( [ 00041430=PT ] ) 00080060:CS=OT 00081140:SQ( ) $");
    }
    text *empty = text_new(SJ_IMPLICIT_LITTLE);
    put_header_of(empty, 0x00041220, "", 0);
    expect(empty, 0x00041220, "00041220( ) $");
    for (uint32_t length = 2; length <= 8; length += 2) {
        text *other = text_new(SJ_IMPLICIT_LITTLE);
        put_element(other, 0x00041220, "", "abcdefgh", length);
        CHECK_EQUAL(descend(other, 0x00041220), SJ_BAD_ELEMENT);
        CHECK_EQUAL(walk.error_tag, 0x00041220);
    }
}

/* PS3.5 6.2.2 note 2: implicit VR little endian inside, to its delimiter; explicit behind it again */
TEST(un_of_undefined_length)
{
    for (size_t row = 1; row < 3; row++) {
        text *file = text_new(encodings[row]);
        put_un_sequence(file);
        put_element(file, 0x00100010, "PN", "Doe^", 4);
        expect(file, 0, "00091010:UN( [ 00080060=OT 00081140( [ ] ) ] ) 00100010:PN=Doe^ $");
    }
}

TEST(fragments)
{
    text *file = text_new(SJ_EXPLICIT_LITTLE);

    put_header_of(file, TAG_PIXEL_DATA, "OB", UNDEFINED_LENGTH);
    put_header_of(file, TAG_ITEM, "", 0);
    put_header_of(file, TAG_ITEM, "", 3001); /* of odd length too */
    put_fill(file, 0xFE, 3001);
    put_header_of(file, TAG_ITEM, "", 0);
    put_header_of(file, TAG_SEQUENCE_END, "", 0);
    put_header_of(file, 0x7FE10010, "OW", UNDEFINED_LENGTH);
    put_header_of(file, TAG_SEQUENCE_END, "", 0);
    expect(file, 0, "7fe00010:OB< f0 f3001 f0 > 7fe10010:OW< > $");
}

TEST(values_at_hand)
{
    for (uint32_t length = 126; length < 3100; length += length == 130 ? SJ_AT_HAND - 132 : 1) {
        text *file = text_new(SJ_EXPLICIT_LITTLE);
        put_header_of(file, 0x00091010, "OB", length);
        put_fill(file, 'x', length);
        put_element(file, 0x00100010, "PN", "Doe^", 4);
        expect(file, 0, "00091010:OB=xxxxxxxx 00100010:PN=Doe^ $");
        if (length > SJ_AT_HAND + 4)
            length += 150;
    }
}

TEST(an_empty_data_set_ends_again_and_again)
{
    sj_event event;

    sj_descend_init(&walk, 5, 5, SJ_EXPLICIT_LITTLE, 0);
    for (int time = 0; time < 3; time++) {
        CHECK_EQUAL(sj_descend_step(&walk, (const uint8_t *)"", 0, &event), SJ_OK);
        CHECK(event.kind == SJ_EVENT_END && event.offset == 5);
    }
}

/* as the walk and the recode let it pass */
TEST(an_items_delimiter_that_ends_nothing)
{
    text *file = text_new(SJ_EXPLICIT_LITTLE);

    put_header_of(file, TAG_ITEM_END, "", 0);
    put_element(file, 0x00100010, "PN", "Doe^", 4);
    expect(file, 0, "fffee00d= 00100010:PN=Doe^ $");
}

TEST(frames_say_where_lengths_stand)
{
    text *file = text_new(SJ_EXPLICIT_LITTLE);
    walk_window window = { .file = file->bytes, .bytes = SJ_WINDOW_MIN };
    sj_event event;

    put_header_of(file, 0x00081115, "SQ", 18);
    put_header_of(file, TAG_ITEM, "", 10);
    put_element(file, 0x00080060, "CS", "OT", 2);
    window.size = file->length;
    sj_descend_init(&walk, 0, file->length, SJ_EXPLICIT_LITTLE, 0);
    for (int step = 0; step < 3; step++)
        CHECK_EQUAL(walk_step(&walk, &window, &event), SJ_OK);
    CHECK(event.kind == SJ_EVENT_ELEMENT && walk.depth == 3);
    CHECK_EQUAL(walk.frames[1].start, 12);
    CHECK_EQUAL(walk.frames[1].end, 30);
    CHECK_EQUAL(walk.frames[2].start, 20);
    CHECK_EQUAL(walk.frames[2].end, 30);
    CHECK(walk.frames[1].defined && walk.frames[2].defined);
    CHECK_EQUAL(walk.frames[2].tag, 0x00081115);
    walk_done(&window);
    free(file);
}

/* ---- what is wrong ----------------------------------------------------------------------------------------------- */

TEST(a_cut_anywhere_is_told)
{
    for (size_t row = 1; row < 3; row++) {
        text *file = text_new(encodings[row]);
        put_element(file, 0x00080060, "CS", "OT", 2); /* 10 bytes */
        put_header_of(file, 0x00081115, "SQ", 26);    /* 38 */
        put_header_of(file, TAG_ITEM, "", UNDEFINED_LENGTH);
        put_element(file, 0x00080060, "CS", "OT", 2);
        put_header_of(file, TAG_ITEM_END, "", 0);
        put_un_sequence(file); /* 12 + 50 */
        CHECK_EQUAL(file->length, 10 + 38 + 70);
        for (size_t length = 0; length <= file->length; length++) {
            CHECK_NOTE("row %zu length %zu", row, length);
            const sj_status status = descend_in(file, length, SJ_WINDOW_MIN, 0);
            CHECK_EQUAL(status, length == 0 || length == 10 || length == 48 || length == 118 ? SJ_OK : SJ_TRUNCATED);
        }
        free(file);
    }
}

TEST(lengths_that_lie)
{
    text *file = text_new(SJ_EXPLICIT_LITTLE);
    put_header_of(file, 0x00081115, "SQ", 18);
    put_header_of(file, TAG_ITEM, "", 12); /* beyond its sequence */
    put_fill(file, 0, 12);
    refuse(file, SJ_BAD_ELEMENT, 12, TAG_ITEM);

    file = text_new(SJ_EXPLICIT_LITTLE);
    put_header_of(file, 0x00081115, "SQ", 18);
    put_header_of(file, TAG_ITEM, "", 10);
    put_header_of(file, 0x00080060, "CS", 4); /* beyond its item */
    put_fill(file, ' ', 4);
    refuse(file, SJ_BAD_ELEMENT, 20, 0x00080060);

    file = text_new(SJ_EXPLICIT_LITTLE);
    put_header_of(file, 0x00081115, "SQ", 10); /* ends inside of a header */
    put_header_of(file, TAG_ITEM, "", 0);
    put_header_of(file, TAG_ITEM, "", 0);
    refuse(file, SJ_BAD_ELEMENT, 20, TAG_ITEM);

    file = text_new(SJ_EXPLICIT_LITTLE);
    put_header_of(file, 0x00081115, "SQ", 100); /* beyond the file */
    put_header_of(file, TAG_ITEM, "", 0);
    refuse(file, SJ_TRUNCATED, 0, 0x00081115);

    file = text_new(SJ_EXPLICIT_LITTLE);
    put_header_of(file, TAG_PIXEL_DATA, "OB", UNDEFINED_LENGTH);
    put_header_of(file, TAG_ITEM, "", 0xFFFFFFF0);
    refuse(file, SJ_TRUNCATED, 12, TAG_ITEM);
}

TEST(delimiters_that_do_not_fit)
{
    static const struct {
        uint32_t outer_length, tag, length;
    } rows[] = {
        { UNDEFINED_LENGTH, TAG_ITEM_END, 0 },
        { UNDEFINED_LENGTH, 0x00100010, 0 },
        { 24, TAG_SEQUENCE_END, 0 }, /* before the end that its length says */
    };

    for (size_t row = 0; row < sizeof rows / sizeof *rows; row++) {
        text *file = text_new(SJ_EXPLICIT_LITTLE);
        put_header_of(file, 0x00081115, "SQ", rows[row].outer_length);
        put_header_of(file, TAG_ITEM, "", 0);
        put_header_of(file, rows[row].tag, rows[row].tag == 0x00100010 ? "PN" : "", rows[row].length);
        put_header_of(file, TAG_SEQUENCE_END, "", 0);
        CHECK_NOTE("row %zu", row);
        refuse(file, SJ_BAD_ELEMENT, 20, rows[row].tag);
    }
    for (size_t row = 0; row < 4; row++) {
        static const uint32_t tags[] = { TAG_SEQUENCE_END, TAG_ITEM, 0xFFFE0001, TAG_ITEM_END };
        text *file = text_new(SJ_EXPLICIT_LITTLE);
        put_header_of(file, tags[row], "", 4);
        put_fill(file, 0, 4);
        refuse(file, SJ_BAD_ELEMENT, 0, tags[row]);
    }
    text *file = text_new(SJ_EXPLICIT_LITTLE);
    put_header_of(file, TAG_PIXEL_DATA, "OB", UNDEFINED_LENGTH);
    put_header_of(file, TAG_ITEM, "", UNDEFINED_LENGTH);
    refuse(file, SJ_BAD_ELEMENT, 12, TAG_ITEM);
    file = text_new(SJ_EXPLICIT_LITTLE);
    put_header_of(file, 0x00091010, "UT", UNDEFINED_LENGTH);
    refuse(file, SJ_BAD_ELEMENT, 0, 0x00091010);
}

/* a delimiter at the end of a sequence of defined length, inside of that length: some writers put one */
TEST(a_delimiter_in_a_sequence_of_defined_length)
{
    text *file = text_new(SJ_EXPLICIT_LITTLE);

    put_header_of(file, 0x00081115, "SQ", 16);
    put_header_of(file, TAG_ITEM, "", 0);
    put_header_of(file, TAG_SEQUENCE_END, "", 0);
    put_element(file, 0x00100010, "PN", "Doe^", 4);
    expect(file, 0, "00081115:SQ( [ ] ) 00100010:PN=Doe^ $");
}

TEST(depth)
{
    for (int defined = 0; defined < 2; defined++) {
        for (uint32_t depth = SJ_MAX_DEPTH - 1; depth <= SJ_MAX_DEPTH + 1; depth++) {
            text *file = text_new(SJ_EXPLICIT_LITTLE);
            for (uint32_t level = 0; level < depth; level++) {
                const uint32_t within = (depth - level - 1) * 20 + 8;
                put_header_of(file, 0x00081115, "SQ", defined ? within : UNDEFINED_LENGTH);
                put_header_of(file, TAG_ITEM, "", defined ? within - 8 : UNDEFINED_LENGTH);
            }
            for (uint32_t level = 0; !defined && level < depth; level++) {
                put_header_of(file, TAG_ITEM_END, "", 0);
                put_header_of(file, TAG_SEQUENCE_END, "", 0);
            }
            CHECK_NOTE("depth %u", (unsigned)depth);
            CHECK_EQUAL(descend(file, 0), depth <= SJ_MAX_DEPTH ? SJ_OK : SJ_TOO_DEEP);
        }
    }
}
