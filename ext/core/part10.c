/* What a file is (PS3.10 7.1): preamble and prefix, file meta information, or a bare data set whose encoding is guessed.
 *
 * Stages: the file's first bytes; the meta information's elements (explicit VR little endian, group 0002); the data set.
 */
#include "core.h"

#include <string.h>

#include "bytes.h"

enum { STAGE_START, STAGE_META, STAGE_DATA_SET, PREAMBLE = 128, PREFIX_END = 132, META_GROUP = 0x0002 };

void sj_scan_init(sj_scan *scan, uint64_t file_size, sj_expect expect, sj_extent extent)
{
    memset(scan, 0, offsetof(sj_scan, frames));
    scan->file_size = file_size;
    scan->expect = (uint8_t)expect;
    scan->extent = (uint8_t)extent;
    scan->stage = STAGE_START;
    scan->encoding = SJ_OPAQUE;
}

static void begin_elements(sj_scan *scan, sj_encoding encoding)
{
    scan->stage = STAGE_DATA_SET;
    scan->encoding = (uint8_t)encoding;
    scan->frames[0] = (sj_frame){ scan->file_size, SJ_FRAME_ELEMENTS, scan->encoding, true, 0 };
    scan->depth = 1;
}

void sj_scan_init_data_set(sj_scan *scan, uint64_t size, sj_encoding encoding)
{
    sj_scan_init(scan, size, SJ_EXPECT_DATA_SET, SJ_READ_WHOLE);
    begin_elements(scan, encoding);
}

void sj_scan_mark(sj_scan *scan, sj_marks *marks)
{
    sj_marks_init(marks, scan->file_size);
    scan->marks = marks;
}

static sj_status fail(sj_scan *scan, sj_status status, uint32_t tag)
{
    scan->error_offset = scan->position;
    scan->error_tag = tag;
    return status;
}

static bool letters(const uint8_t *p)
{
    return p[0] >= 'A' && p[0] <= 'Z' && p[1] >= 'A' && p[1] <= 'Z';
}

static bool uid_is(const sj_uid *uid, const char *text)
{
    const size_t length = strlen(text);
    size_t kept = uid->length;

    while (kept > 0 && uid->text[kept - 1] == ' ')
        kept--;
    return kept == length && memcmp(uid->text, text, length) == 0;
}

static bool uid_begins(const sj_uid *uid, const char *text)
{
    const size_t length = strlen(text);
    return uid->length >= length && memcmp(uid->text, text, length) == 0;
}

/* PS3.5 annex A: implicit, big endian, deflated; all others are explicit VR little endian outside their pixel data */
static sj_encoding encoding_of(const sj_uid *syntax)
{
    if (uid_is(syntax, "1.2.840.10008.1.2"))
        return SJ_IMPLICIT_LITTLE;
    if (uid_is(syntax, "1.2.840.10008.1.2.2"))
        return SJ_EXPLICIT_BIG;
    if (uid_is(syntax, "1.2.840.10008.1.2.1.99") || uid_is(syntax, "1.2.840.10008.1.2.4.95") ||
        uid_is(syntax, "1.2.840.10008.1.2.4.205"))
        return SJ_OPAQUE;
    return uid_begins(syntax, "1.2.840.10008.1.2.") ? SJ_EXPLICIT_LITTLE : SJ_OPAQUE;
}

/* No meta information says how a bare data set is encoded; its first element does, well enough: a small group number in
 * one of the two byte orders, and letters where a VR would stand. */
static sj_encoding guess(const uint8_t *first)
{
    const bool big = sj_le16(first) > 0x00FF && sj_be16(first) <= 0x00FF;

    if (!letters(first + 4))
        return big ? SJ_OPAQUE : SJ_IMPLICIT_LITTLE;
    return big ? SJ_EXPLICIT_BIG : SJ_EXPLICIT_LITTLE;
}

static sj_status start_data_set(sj_scan *scan, const uint8_t *first, size_t length)
{
    const bool has_syntax = scan->has_meta && scan->meta_syntax.length > 0;

    scan->data_set_offset = scan->position;
    if (has_syntax) {
        scan->encoding = (uint8_t)encoding_of(&scan->meta_syntax);
    } else if (scan->has_meta && scan->expect == SJ_EXPECT_FILE) {
        return fail(scan, SJ_NO_SYNTAX, 0x00020010);
    } else if (length < 8) {
        return fail(scan, scan->has_meta ? SJ_TRUNCATED : SJ_NOT_DICOM, 0);
    } else {
        scan->guessed = true;
        scan->encoding = (uint8_t)guess(first);
        if (scan->encoding == SJ_OPAQUE)
            return fail(scan, SJ_NOT_DICOM, 0);
    }
    begin_elements(scan, (sj_encoding)scan->encoding);
    if (scan->encoding == SJ_OPAQUE)
        return SJ_OK;
    if (scan->extent == SJ_READ_META && scan->has_meta &&
        (scan->expect == SJ_EXPECT_FILE ||
         (has_syntax && scan->meta_class.length > 0 && scan->meta_instance.length > 0)))
        return SJ_OK;
    return SJ_MORE;
}

static sj_status start(sj_scan *scan, const uint8_t *window, size_t length)
{
    if (length >= PREFIX_END && memcmp(window + PREAMBLE, "DICM", 4) == 0) {
        if (scan->expect == SJ_EXPECT_DATA_SET)
            return fail(scan, SJ_HAS_META, 0);
        scan->has_preamble = scan->has_meta = true;
        scan->position = PREFIX_END;
    } else if (length >= 8 && sj_le16(window) == META_GROUP && letters(window + 4)) {
        scan->has_meta = true; /* the preamble was cut off; what follows is the same */
    } else if (scan->expect == SJ_EXPECT_FILE) {
        return fail(scan, SJ_NO_META, 0);
    } else {
        return start_data_set(scan, window, length);
    }
    scan->stage = STAGE_META;
    return SJ_MORE;
}

static sj_uid *meta_uid(sj_scan *scan, uint16_t element)
{
    switch (element) {
    case 0x0002: return &scan->meta_class;
    case 0x0003: return &scan->meta_instance;
    case 0x0010: return &scan->meta_syntax;
    default: return NULL;
    }
}

/* One meta element; SJ_OK: the group is over. Its group length is not relied on: the next group ends it as well. */
static sj_status meta_step(sj_scan *scan, const uint8_t *window, size_t length)
{
    const bool file_ends = scan->file_size - scan->position == length;
    sj_cursor cursor = { window, window + length };
    const uint8_t *head;
    uint32_t value_length;

    if (length == 0 && file_ends)
        return SJ_OK;
    head = sj_take(&cursor, 8);
    if (head == NULL)
        return file_ends ? fail(scan, SJ_TRUNCATED, (uint32_t)META_GROUP << 16) : SJ_MORE;
    if (sj_le16(head) != META_GROUP)
        return SJ_OK;
    const uint16_t number = sj_le16(head + 2);
    const uint32_t tag = (uint32_t)META_GROUP << 16 | number;
    if (!scan->meta_begun) {
        scan->meta_begun = true;
        scan->meta_implicit = !letters(head + 4); /* wrong (PS3.10 7.1), but the first element tells */
    }
    if (scan->meta_implicit) {
        value_length = sj_le32(head + 4);
    } else if (!sj_vr_is_short(head + 4)) {
        const uint8_t *wide = sj_take(&cursor, 4);
        if (wide == NULL)
            return file_ends ? fail(scan, SJ_TRUNCATED, tag) : SJ_MORE;
        value_length = sj_le32(wide);
    } else {
        value_length = sj_le16(head + 6);
    }
    const uint64_t header = length - sj_left(&cursor);
    if (value_length > scan->file_size - scan->position - header)
        return fail(scan, SJ_TRUNCATED, tag);
    sj_uid *uid = meta_uid(scan, number);
    if (uid != NULL) {
        const uint32_t wanted = value_length < SJ_UID_ROOM ? value_length : SJ_UID_ROOM;
        const uint8_t *value = sj_take(&cursor, wanted);
        if (value == NULL)
            return SJ_MORE;
        uid->present = true;
        uid->overlong = value_length > SJ_UID_ROOM;
        uid->length = (uint8_t)wanted;
        while (uid->length > 0 && value[uid->length - 1] == 0)
            uid->length--;
        memcpy(uid->text, value, uid->length);
    }
    scan->position += header + value_length;
    return SJ_PAUSE; /* one element done; the loop below goes on */
}

static sj_status meta_steps(sj_scan *scan, const uint8_t *window, size_t length)
{
    const uint64_t base = scan->position;

    for (;;) {
        if (scan->position - base > length)
            return SJ_MORE;
        const size_t skipped = (size_t)(scan->position - base);
        const sj_status status = meta_step(scan, window + skipped, length - skipped);
        if (status == SJ_OK)
            return start_data_set(scan, window + skipped, length - skipped);
        if (status != SJ_PAUSE)
            return status;
    }
}

sj_status sj_scan_step(sj_scan *scan, const uint8_t *window, size_t length)
{
    const uint64_t base = scan->position;
    sj_status status = SJ_MORE;

    if (scan->stage == STAGE_START)
        status = start(scan, window, length);
    if (status == SJ_MORE && scan->stage == STAGE_META && scan->position - base <= length) {
        const size_t skipped = (size_t)(scan->position - base);
        status = meta_steps(scan, window + skipped, length - skipped);
    }
    if (status == SJ_MORE && scan->stage == STAGE_DATA_SET && scan->position - base <= length) {
        const size_t skipped = (size_t)(scan->position - base);
        status = sj_walk_step(scan, window + skipped, length - skipped);
        if (!scan->has_meta && status > SJ_PAUSE && scan->error_offset == 0)
            status = SJ_NOT_DICOM; /* not even its first element can be one */
    }
    return status;
}

void sj_scan_identity(sj_scan *scan, const uint8_t *bytes, size_t length)
{
    sj_scan inner;

    sj_scan_init_data_set(&inner, length, SJ_EXPLICIT_LITTLE);
    (void)sj_walk_step(&inner, bytes, length); /* only the beginning was inflated: it may well fail where that ends */
    scan->class_uid = inner.class_uid;
    scan->instance_uid = inner.instance_uid;
    scan->spaced = inner.spaced;
}
