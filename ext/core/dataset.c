/* The walk over a data set's elements (PS3.5 7): lengths and delimiters only, values are stepped over.
 *
 * Symbols: DE data element; VR value representation; VL value length; SQ sequence. Clauses: 7.1.2 explicit VR header
 * forms; 7.1.3 implicit VR; 7.5 items and delimiters; A.4 encapsulated pixel data as fragments; 6.2.2 note 2: a UN of
 * undefined length holds implicit VR little endian items.
 */
#include "core.h"

#include <string.h>

#include "bytes.h"
#include "element.h"

enum {
    TAG_SOP_CLASS = 0x00080016,
    TAG_SOP_INSTANCE = 0x00080018,
    TAG_STUDY_INSTANCE = 0x0020000D,
    TAG_SERIES_INSTANCE = 0x0020000E
};

static sj_status fail(sj_scan *scan, sj_status status, uint32_t tag)
{
    scan->error_offset = scan->position;
    scan->error_tag = tag;
    return status;
}

static sj_status open_frame(sj_scan *scan, sj_frame_kind kind, sj_encoding encoding, uint64_t end, uint32_t tag)
{
    if (scan->depth == sizeof scan->frames / sizeof *scan->frames)
        return fail(scan, SJ_TOO_DEEP, tag);
    scan->frames[scan->depth++] = (sj_frame){ end, (uint8_t)kind, (uint8_t)encoding, false, tag };
    return SJ_OK;
}

static void keep_uid(sj_uid *uid, const uint8_t *value, uint32_t length)
{
    if (uid->present)
        return; /* of two elements with one tag the first counts, however far the scan goes */
    uid->present = true;
    uid->overlong = length > SJ_UID_ROOM;
    if (uid->overlong)
        length = SJ_UID_ROOM;
    while (length > 0 && value[length - 1] == 0)
        length--; /* PS3.5 9.1: padded by NUL */
    memcpy(uid->text, value, length);
    uid->length = (uint8_t)length;
}

/* Whether the walk looks into the value of an element of the top level. */
static bool wants_value(const sj_scan *scan, uint32_t tag)
{
    return tag == TAG_SOP_CLASS || tag == TAG_SOP_INSTANCE || tag == TAG_STUDY_INSTANCE || tag == TAG_SERIES_INSTANCE ||
           (scan->marks != NULL && sj_marks_want(tag));
}

/* Keeps what is wanted of such a value, of which `at_hand` bytes are there. */
static void look_at(sj_scan *scan, const sj_element *e, const uint8_t *value, uint32_t at_hand)
{
    if (e->tag == TAG_SOP_CLASS || e->tag == TAG_SOP_INSTANCE)
        keep_uid(e->tag == TAG_SOP_CLASS ? &scan->class_uid : &scan->instance_uid, value, e->length);
    else if ((e->tag == TAG_STUDY_INSTANCE || e->tag == TAG_SERIES_INSTANCE) && memchr(value, ' ', at_hand) != NULL)
        scan->spaced |= e->tag == TAG_STUDY_INSTANCE ? SJ_SPACED_STUDY : SJ_SPACED_SERIES;
}

static void mark(const sj_scan *scan, const sj_element *e, const uint8_t *value, uint32_t at_hand)
{
    sj_mark passed = { .offset = scan->position, .tag = e->tag, .length = e->length, .header = e->header };

    passed.vr[0] = (uint8_t)(e->vr >> 8);
    passed.vr[1] = (uint8_t)e->vr;
    sj_marks_pass(scan->marks, &passed, value, at_hand);
}

/* What an element of undefined length holds: a frame of items, or of fragments. */
static sj_status open_undefined(sj_scan *scan, const sj_frame *frame, const sj_element *e)
{
    const sj_encoding encoding = (sj_encoding)frame->encoding;

    if (e->vr == 0) {
        if (e->tag == PIXEL_DATA)
            return open_frame(scan, SJ_FRAME_FRAGMENTS, encoding, frame->end, e->tag);
        return open_frame(scan, SJ_FRAME_ITEMS, encoding, frame->end, e->tag);
    }
    if (e->vr == VR('S', 'Q'))
        return open_frame(scan, SJ_FRAME_ITEMS, encoding, frame->end, e->tag);
    if (e->vr == VR('U', 'N'))
        return open_frame(scan, SJ_FRAME_ITEMS, SJ_IMPLICIT_LITTLE, frame->end, e->tag);
    if (e->vr == VR('O', 'B') || e->vr == VR('O', 'W'))
        return open_frame(scan, SJ_FRAME_FRAGMENTS, encoding, frame->end, e->tag);
    return fail(scan, SJ_BAD_ELEMENT, e->tag);
}

/* One element, item or delimiter. SJ_MORE: it is not wholly in the window. */
static sj_status step(sj_scan *scan, sj_cursor window)
{
    sj_frame *frame = &scan->frames[scan->depth - 1];
    const bool file_ends = scan->file_size - scan->position == sj_left(&window);
    const uint64_t before = scan->position;
    uint64_t next;
    sj_element e;

    if (!sj_read_element(window, (sj_encoding)frame->encoding, &e))
        return file_ends ? fail(scan, SJ_TRUNCATED, frame->tag) : SJ_MORE;
    next = before + e.header;
    if (next > frame->end)
        return fail(scan, frame->end == scan->file_size ? SJ_TRUNCATED : SJ_BAD_ELEMENT, e.tag);

    if (frame->kind == SJ_FRAME_ELEMENTS) {
        if (e.tag == ITEM_END && !frame->defined) {
            scan->depth--;
            scan->position = next;
            return SJ_OK;
        }
        if (e.tag == SEQUENCE_END || e.tag == ITEM)
            return fail(scan, SJ_BAD_ELEMENT, e.tag); /* no sequence is open, or its item is */
        if (e.length == UNDEFINED) {
            if (scan->depth == 1 && scan->marks != NULL)
                mark(scan, &e, NULL, 0);
            const sj_status status = open_undefined(scan, frame, &e);
            if (status == SJ_OK)
                scan->position = next;
            return status;
        }
    } else {
        if (e.tag == SEQUENCE_END) {
            scan->depth--;
            scan->position = next;
            return SJ_OK;
        }
        if (e.tag != ITEM)
            return fail(scan, SJ_BAD_ELEMENT, e.tag);
        if (e.length == UNDEFINED) {
            if (frame->kind == SJ_FRAME_FRAGMENTS)
                return fail(scan, SJ_BAD_ELEMENT, e.tag);
            const sj_status status =
                open_frame(scan, SJ_FRAME_ELEMENTS, (sj_encoding)frame->encoding, frame->end, frame->tag);
            if (status == SJ_OK)
                scan->position = next;
            return status;
        }
    }
    if (e.length > frame->end - next)
        return fail(scan, frame->end == scan->file_size ? SJ_TRUNCATED : SJ_BAD_ELEMENT, e.tag);
    if (scan->depth == 1) {
        const uint8_t *value = window.at + e.header;
        uint32_t at_hand = 0;
        if (wants_value(scan, e.tag)) {
            at_hand = e.length < SJ_UID_ROOM ? e.length : SJ_UID_ROOM;
            if (sj_left(&window) < e.header + at_hand)
                return SJ_MORE;
            look_at(scan, &e, value, at_hand);
        }
        if (scan->marks != NULL)
            mark(scan, &e, value, at_hand);
    }
    if (scan->file_size == SJ_SIZE_UNKNOWN) { /* the one that it may turn out to end in */
        scan->error_offset = before;
        scan->error_tag = e.tag;
    }
    scan->position = next + e.length;
    return SJ_OK;
}

sj_status sj_walk_step(sj_scan *scan, const uint8_t *window, size_t length)
{
    const uint64_t base = scan->position;

    while (scan->depth > 0) {
        const sj_frame *frame = &scan->frames[scan->depth - 1];
        if (scan->position == frame->end) {
            if (!frame->defined)
                return fail(scan, scan->file_size == frame->end ? SJ_TRUNCATED : SJ_BAD_ELEMENT, frame->tag);
            scan->depth--;
            continue;
        }
        if (scan->position - base >= length)
            return SJ_MORE;
        if (scan->extent != SJ_READ_WHOLE && scan->class_uid.present && scan->instance_uid.present)
            return SJ_OK;
        const size_t skipped = (size_t)(scan->position - base);
        const sj_status status = step(scan, (sj_cursor){ window + skipped, window + length });
        if (status != SJ_OK)
            return status;
    }
    scan->structure_known = true;
    return SJ_OK;
}
