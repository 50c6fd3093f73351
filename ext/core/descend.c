/* The way down into a data set (PS3.5 7): an event for each element and fragment, and where what holds them begins and ends.
 *
 * dataset.c steps over a sequence of defined length; here every sequence that can be told for one is entered. A VR tells
 * it (7.5), or an undefined length (6.2.2 note 2 for UN), or, in implicit VR, the one tag that the caller names.
 * A.4: encapsulated pixel data as fragments.
 */
#include "core.h"

#include <string.h>

#include "bytes.h"
#include "element.h"

void sj_descend_init(sj_descend *d, uint64_t position, uint64_t size, sj_encoding encoding, uint32_t named)
{
    memset(d, 0, offsetof(sj_descend, frames));
    d->position = position;
    d->size = size;
    d->named = named;
    d->depth = 1;
    d->frames[0] = (sj_descend_frame){ position, size, 0, SJ_FRAME_ELEMENTS, (uint8_t)encoding, true };
}

static sj_status fail(sj_descend *d, sj_status status, uint32_t tag)
{
    d->error_offset = d->position;
    d->error_tag = tag;
    return status;
}

/* What does not fit its frame: the file is cut off, or a length inside of it lies. */
static sj_status misfit(sj_descend *d, const sj_descend_frame *frame, uint32_t tag)
{
    return fail(d, frame->end == d->size ? SJ_TRUNCATED : SJ_BAD_ELEMENT, tag);
}

static sj_status tell(sj_descend *d, sj_event *event, sj_event_kind kind, const sj_element *e)
{
    *event = (sj_event){ .offset = d->position, .kind = kind, .tag = e->tag, .length = e->length, .header = e->header };
    event->vr[0] = (uint8_t)(e->vr >> 8);
    event->vr[1] = (uint8_t)e->vr;
    return SJ_OK;
}

/* Ends what is open; `header`: bytes of the delimiter that ends it. */
static sj_status leave(sj_descend *d, sj_event *event, uint8_t header)
{
    const sj_descend_frame *frame = &d->frames[--d->depth];
    const sj_event_kind kind = frame->kind == SJ_FRAME_ELEMENTS ? SJ_EVENT_ITEM_END
                               : frame->kind == SJ_FRAME_ITEMS  ? SJ_EVENT_SEQUENCE_END
                                                                : SJ_EVENT_FRAGMENTS_END;

    *event = (sj_event){ .offset = d->position, .kind = kind, .tag = frame->tag, .header = header };
    d->position += header;
    return SJ_OK;
}

static sj_status enter(sj_descend *d, sj_event *event, sj_frame_kind kind, sj_encoding encoding, const sj_element *e)
{
    static const sj_event_kind kinds[] = {
        [SJ_FRAME_ELEMENTS] = SJ_EVENT_ITEM,
        [SJ_FRAME_ITEMS] = SJ_EVENT_SEQUENCE,
        [SJ_FRAME_FRAGMENTS] = SJ_EVENT_FRAGMENTS,
    };
    const sj_descend_frame *outer = &d->frames[d->depth - 1];
    const uint64_t start = d->position + e->header;
    const bool defined = e->length != UNDEFINED;
    const uint32_t tag = kind == SJ_FRAME_ELEMENTS ? outer->tag : e->tag;

    if (d->depth == sizeof d->frames / sizeof *d->frames)
        return fail(d, SJ_TOO_DEEP, e->tag);
    (void)tell(d, event, kinds[kind], e);
    const uint64_t end = defined ? start + e->length : outer->end;
    d->frames[d->depth++] = (sj_descend_frame){ start, end, tag, (uint8_t)kind, (uint8_t)encoding, defined };
    d->position = start;
    return SJ_OK;
}

static sj_status undefined_length(sj_descend *d, sj_event *event, const sj_descend_frame *frame, const sj_element *e)
{
    const sj_encoding encoding = (sj_encoding)frame->encoding;
    const bool implicit = encoding == SJ_IMPLICIT_LITTLE;

    if (implicit ? e->tag == PIXEL_DATA : e->vr == VR('O', 'B') || e->vr == VR('O', 'W'))
        return enter(d, event, SJ_FRAME_FRAGMENTS, encoding, e);
    if (implicit || e->vr == VR('S', 'Q'))
        return enter(d, event, SJ_FRAME_ITEMS, encoding, e);
    if (e->vr == VR('U', 'N'))
        return enter(d, event, SJ_FRAME_ITEMS, SJ_IMPLICIT_LITTLE, e);
    return fail(d, SJ_BAD_ELEMENT, e->tag);
}

/* What is named as a sequence must begin as one. */
static sj_status named_sequence(sj_descend *d, sj_event *event, sj_cursor window, const sj_element *e)
{
    if (e->length > 0) {
        (void)sj_take(&window, e->header);
        const uint8_t *tag = e->length < 4 ? NULL : sj_take(&window, 4);
        if (tag == NULL)
            return e->length < 4 ? fail(d, SJ_BAD_ELEMENT, e->tag) : SJ_MORE;
        const uint32_t first = (uint32_t)sj_le16(tag) << 16 | sj_le16(tag + 2);
        if (first != ITEM && first != SEQUENCE_END)
            return fail(d, SJ_BAD_ELEMENT, e->tag);
    }
    return enter(d, event, SJ_FRAME_ITEMS, SJ_IMPLICIT_LITTLE, e);
}

static sj_status element(sj_descend *d, sj_event *event, const sj_descend_frame *frame, sj_cursor window,
                         const sj_element *e)
{
    if (e->tag == ITEM_END && !frame->defined)
        return leave(d, event, e->header);
    /* an item's delimiter that ends nothing and holds nothing is told as an element, which means nothing to anybody */
    if (e->tag >> 16 == GROUP_DELIMITERS && (e->tag != ITEM_END || e->length != 0))
        return fail(d, SJ_BAD_ELEMENT, e->tag);
    if (e->length == UNDEFINED)
        return undefined_length(d, event, frame, e);
    if (e->length > frame->end - d->position - e->header)
        return misfit(d, frame, e->tag);
    if (e->vr == VR('S', 'Q'))
        return enter(d, event, SJ_FRAME_ITEMS, (sj_encoding)frame->encoding, e);
    if (e->tag == d->named && (e->vr == 0 || e->vr == VR('U', 'N')))
        return named_sequence(d, event, window, e);
    const uint32_t at_hand = e->length < SJ_AT_HAND ? e->length : SJ_AT_HAND;
    if (sj_left(&window) < e->header + at_hand)
        return SJ_MORE;
    (void)tell(d, event, SJ_EVENT_ELEMENT, e);
    event->value = window.at + e->header;
    event->at_hand = (uint16_t)at_hand;
    d->position += e->header + (uint64_t)e->length;
    return SJ_OK;
}

static sj_status item(sj_descend *d, sj_event *event, const sj_descend_frame *frame, const sj_element *e)
{
    if (e->tag == SEQUENCE_END) {
        if (frame->defined && d->position + e->header != frame->end)
            return fail(d, SJ_BAD_ELEMENT, e->tag);
        return leave(d, event, e->header);
    }
    if (e->tag != ITEM || (e->length == UNDEFINED && frame->kind == SJ_FRAME_FRAGMENTS))
        return fail(d, SJ_BAD_ELEMENT, e->tag);
    const uint64_t rest = frame->end - d->position - e->header;
    if (e->length != UNDEFINED && e->length > rest) {
        if (!d->clips || frame->kind != SJ_FRAME_ITEMS || frame->tag != d->named)
            return misfit(d, frame, e->tag);
        sj_element clipped = *e;
        clipped.length = (uint32_t)rest;
        return enter(d, event, SJ_FRAME_ELEMENTS, (sj_encoding)frame->encoding, &clipped);
    }
    if (frame->kind == SJ_FRAME_ITEMS)
        return enter(d, event, SJ_FRAME_ELEMENTS, (sj_encoding)frame->encoding, e);
    (void)tell(d, event, SJ_EVENT_FRAGMENT, e);
    d->position += e->header + (uint64_t)e->length;
    return SJ_OK;
}

sj_status sj_descend_step(sj_descend *d, const uint8_t *window, size_t length, sj_event *event)
{
    const sj_descend_frame *frame = &d->frames[d->depth - 1];
    const sj_cursor cursor = { window, window + length };
    sj_element e;

    if (d->position == frame->end) {
        if (!frame->defined)
            return misfit(d, frame, frame->tag);
        if (d->depth > 1)
            return leave(d, event, 0);
        *event = (sj_event){ .offset = d->position, .kind = SJ_EVENT_END };
        return SJ_OK;
    }
    if (!sj_read_element(cursor, (sj_encoding)frame->encoding, &e))
        return d->size - d->position == length ? fail(d, SJ_TRUNCATED, frame->tag) : SJ_MORE;
    if (e.header > frame->end - d->position)
        return misfit(d, frame, e.tag);
    return frame->kind == SJ_FRAME_ELEMENTS ? element(d, event, frame, cursor, &e) : item(d, event, frame, &e);
}
