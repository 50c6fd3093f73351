/* A data set in another encoding (PS3.5 7, annex A), as a stream: headers are made anew, values pass through.
 *
 * Symbols: VR value representation; SQ sequence; UN unknown; from and to: encodings of input and output, which a frame
 * has of its own, because a UN of undefined length holds implicit VR little endian in any encoding (6.2.2 note 2).
 * Clauses: 7.1 headers; 7.2 group lengths (left out); 7.3 byte order; 7.5 items and delimiters; 7.8.1 private blocks;
 * 6.2.2 values too long for their VR; 8.1.2, A.1 VR of pixel data; A.4 fragments; PS3.10 7.2 trailing padding (left out).
 */
#include "core.h"

#include <string.h>

#include "bytes.h"
#include "element.h"

#define TRAILING_PADDING 0xFFFCFFFCu
#define PIXEL_REPRESENTATION 0x00280103u
#define WAVEFORM_BITS_ALLOCATED 0x54001004u

enum { LONGEST_SHORT = 0xFFFE };  /* the longest even length that 16 bits hold */

typedef struct flow {      /* what one step has left of its input and room */
    sj_cursor in;
    uint8_t *out;          /* NULL: counting */
    size_t room;
    bool ends;             /* nothing follows the input */
} flow;

static void start(sj_recode *r)
{
    const uint8_t pixels = r->signed_pixels;

    r->taken = r->made = r->error_offset = r->element_at = 0;
    r->error_tag = r->element_tag = r->value_left = 0;
    r->unit = 1;
    r->pad = r->drop = r->done = false;
    r->blocks = 0;
    r->depth = 1;
    r->frames[0] = (sj_recode_frame){ r->size, 0, 0, SJ_FRAME_ELEMENTS, r->from, r->to, true, pixels, 0 };
}

void sj_recode_init(sj_recode *r, sj_encoding from, sj_encoding to, bool old_vrs, const sj_lexicon *own, uint64_t size)
{
    memset(r, 0, offsetof(sj_recode, frames));
    r->from = (uint8_t)from;
    r->to = (uint8_t)to;
    r->old_vrs = old_vrs;
    r->own = own;
    r->size = size;
    r->signed_pixels = SJ_PIXELS_UNSAID;
    start(r);
}

void sj_recode_rewind(sj_recode *r)
{
    start(r);
}

static sj_status fail(sj_recode *r, sj_status status, uint32_t tag)
{
    r->error_offset = r->taken;
    r->error_tag = tag;
    return status;
}

/* What does not fit its frame: the file is cut off, or a length inside of it lies. */
static sj_status misfit(sj_recode *r, const sj_recode_frame *frame, uint32_t tag)
{
    return fail(r, frame->end == r->size ? SJ_TRUNCATED : SJ_BAD_ELEMENT, tag);
}

/* The window ends before what is looked at does. */
static sj_status short_of(sj_recode *r, const flow *f, uint32_t tag)
{
    return f->ends ? fail(r, SJ_TRUNCATED, tag) : SJ_MORE;
}

static void take(sj_recode *r, flow *f, size_t count)
{
    r->taken += count;
    f->in.at += count;
}

/* ---- output ------------------------------------------------------------------------------------------------------ */

static void put(sj_recode *r, flow *f, const uint8_t *bytes, size_t count)
{
    if (f->out != NULL) {
        memcpy(f->out, bytes, count);
        f->out += count;
        f->room -= count;
    }
    r->made += count;
}

static void put_16(uint8_t *at, bool big, uint16_t value)
{
    at[big ? 0 : 1] = (uint8_t)(value >> 8);
    at[big ? 1 : 0] = (uint8_t)value;
}

static void put_32(uint8_t *at, bool big, uint32_t value)
{
    if (big)
        sj_put_be32(at, value);
    else
        sj_put_le32(at, value);
}

/* vr 0: an item or delimiter */
static void put_header(sj_recode *r, flow *f, uint8_t to, uint32_t tag, uint16_t vr, uint32_t length)
{
    const bool big = to == SJ_EXPLICIT_BIG;
    uint8_t head[12] = { 0 };
    size_t count = 8;

    put_16(head, big, (uint16_t)(tag >> 16));
    put_16(head + 2, big, (uint16_t)tag);
    if (to == SJ_IMPLICIT_LITTLE || vr == 0) {
        put_32(head + 4, big, length);
    } else {
        head[4] = (uint8_t)(vr >> 8);
        head[5] = (uint8_t)vr;
        if (sj_vr_is_short(head + 4)) {
            put_16(head + 6, big, (uint16_t)length);
        } else {
            put_32(head + 8, big, length);
            count = 12;
        }
    }
    put(r, f, head, count);
}

/* ---- VRs --------------------------------------------------------------------------------------------------------- */

static bool is_code(uint16_t vr)
{
    const unsigned first = vr >> 8, second = vr & 0xFF;
    return first >= 'A' && first <= 'Z' && second >= 'A' && second <= 'Z';
}

/* bytes whose order the encoding decides (PS3.5 7.3) */
static uint8_t swap_unit(uint16_t vr)
{
    switch (vr) {
    case VR('A', 'T'):
    case VR('O', 'W'):
    case VR('S', 'S'):
    case VR('U', 'S'): return 2;
    case VR('F', 'L'):
    case VR('O', 'F'):
    case VR('O', 'L'):
    case VR('S', 'L'):
    case VR('U', 'L'): return 4;
    case VR('F', 'D'):
    case VR('O', 'D'):
    case VR('O', 'V'):
    case VR('S', 'V'):
    case VR('U', 'V'): return 8;
    default: return 1;
    }
}

/* Whether a value of that length can be one of the VR. Of OW any can: pixel data of 8 bits may lack its pad. */
static bool fits(uint16_t vr, uint32_t length)
{
    return vr == VR('O', 'W') || length % (vr == VR('A', 'T') ? 4u : swap_unit(vr)) == 0;
}

/* PS3.5 6.2: texts are padded by a space, all else, UI too, by NUL */
static uint8_t pad_of(uint16_t vr)
{
    static const char texts[] = "AE" "AS" "CS" "DA" "DS" "DT" "IS" "LO" "LT" "PN" "SH" "ST" "TM" "UC" "UR" "UT";

    for (size_t at = 0; at + 1 < sizeof texts; at += 2) {
        if (vr == VR(texts[at], texts[at + 1]))
            return ' ';
    }
    return 0;
}

/* what stands in an explicit header of a reader that does not know the VRs that came later */
static uint16_t old_vr(uint16_t vr)
{
    switch (vr) {
    case VR('O', 'D'):
    case VR('O', 'F'):
    case VR('O', 'L'):
    case VR('O', 'V'):
    case VR('S', 'V'):
    case VR('U', 'C'):
    case VR('U', 'N'):
    case VR('U', 'R'):
    case VR('U', 'T'):
    case VR('U', 'V'): return VR('O', 'B');
    default: return vr;
    }
}

static uint16_t private_vr(const sj_recode *r, const sj_recode_frame *frame, uint32_t tag)
{
    const uint16_t group = (uint16_t)(tag >> 16);
    const uint8_t block = (uint8_t)(tag >> 8);
    uint16_t vr = 0;

    if ((tag & 0xFFFF) >= 0x10 && (tag & 0xFFFF) <= 0xFF)
        return VR('L', 'O'); /* a private creator */
    for (uint16_t at = r->blocks; block >= 0x10 && at > frame->blocks; at--) {
        const sj_recode_block *known = &r->known[at - 1];
        if (known->group != group || known->block != block)
            continue;
        if (known->own != 0)
            vr = sj_lexicon_vr(r->own, known->own, tag);
        if (vr == 0)
            vr = sj_dictionary_private_vr(known->built_in, tag);
        break;
    }
    return vr == 0 && r->own != NULL ? sj_lexicon_vr(r->own, 0, tag) : vr;
}

/* the VR of an element of implicit VR */
static uint16_t vr_of(const sj_recode *r, const sj_recode_frame *frame, uint32_t tag)
{
    uint16_t vr = 0;

    if ((tag >> 16 & 1) != 0) {
        vr = private_vr(r, frame, tag);
    } else {
        if (r->own != NULL)
            vr = sj_lexicon_vr(r->own, 0, tag);
        if (vr == 0)
            vr = sj_dictionary_vr(tag);
    }
    switch (vr) {
    case 0: return VR('U', 'N');
    case VR('x', 's'): return frame->pixels == SJ_PIXELS_SIGNED ? VR('S', 'S') : VR('U', 'S');
    case VR('l', 't'): return VR('O', 'W');
    case VR('o', 'x'): return tag >> 16 == 0x5400 && frame->waveform_bits == 8 ? VR('O', 'B') : VR('O', 'W');
    default: return vr;
    }
}

/* ---- frames ------------------------------------------------------------------------------------------------------ */

static sj_status open_frame(sj_recode *r, sj_frame_kind kind, uint8_t from, uint8_t to, uint32_t tag, uint64_t end,
                            bool defined)
{
    const sj_recode_frame *outer = &r->frames[r->depth - 1];

    if (r->depth == sizeof r->frames / sizeof *r->frames)
        return fail(r, SJ_TOO_DEEP, tag);
    r->frames[r->depth++] =
        (sj_recode_frame){ end, tag, r->blocks, (uint8_t)kind, from, to, defined, outer->pixels, 0 };
    return SJ_OK;
}

static void close_frame(sj_recode *r, flow *f)
{
    const sj_recode_frame *frame = &r->frames[--r->depth];

    r->blocks = frame->blocks;
    put_header(r, f, frame->to, frame->kind == SJ_FRAME_ELEMENTS ? ITEM_END : SEQUENCE_END, 0, 0);
}

/* Looks whether a delimiter is all that stands behind a header of undefined length; it is then taken with it. */
static sj_status look_empty(sj_recode *r, const flow *f, const sj_recode_frame *frame, size_t header, uint8_t encoding,
                            uint32_t delimiter, bool *empty)
{
    sj_cursor cursor = f->in;
    sj_element e;

    *empty = false;
    (void)sj_take(&cursor, header);
    if (frame->end - r->taken < header + 8)
        return SJ_OK;
    if (sj_left(&cursor) < 8)
        return f->ends ? SJ_OK : SJ_MORE; /* the end is found out by the next step */
    *empty = sj_read_element(cursor, (sj_encoding)encoding, &e) && e.tag == delimiter;
    return SJ_OK;
}

/* A sequence or item: its header, and a frame if it holds something. */
static sj_status enter(sj_recode *r, flow *f, sj_frame_kind kind, uint8_t from, uint8_t to, const sj_element *e,
                       uint16_t vr)
{
    const sj_recode_frame *outer = &r->frames[r->depth - 1];
    const uint8_t outer_to = outer->to;
    const uint64_t next = r->taken + e->header;
    const bool defined = e->length != UNDEFINED;
    bool empty = e->length == 0;

    if (!defined) {
        const uint32_t delimiter = kind == SJ_FRAME_ELEMENTS ? ITEM_END : SEQUENCE_END;
        const sj_status looked = look_empty(r, f, outer, e->header, from, delimiter, &empty);
        if (looked != SJ_OK)
            return looked;
    }
    if (!empty) {
        const uint32_t tag = kind == SJ_FRAME_ELEMENTS ? outer->tag : e->tag;
        const uint64_t end = defined ? next + e->length : outer->end;
        const sj_status opened = open_frame(r, kind, from, to, tag, end, defined);
        if (opened != SJ_OK)
            return opened;
    }
    put_header(r, f, outer_to, e->tag, vr, empty ? 0 : UNDEFINED);
    take(r, f, e->header + (empty && !defined ? 8u : 0));
    return SJ_OK;
}

/* ---- values ------------------------------------------------------------------------------------------------------ */

/* The dictionaries that know the creator of a private block, kept until its item ends. */
static void note_creator(sj_recode *r, const sj_recode_frame *frame, uint32_t tag, const uint8_t *name, size_t length)
{
    const uint16_t group = (uint16_t)(tag >> 16);
    uint16_t at = frame->blocks;

    while (length > 0 && (name[length - 1] == ' ' || name[length - 1] == 0))
        length--;
    while (length > 0 && *name == ' ')
        name++, length--;
    const uint16_t own = r->own != NULL ? sj_lexicon_creator(r->own, name, length) : 0;
    const uint16_t built_in = sj_dictionary_creator(name, length);
    while (at < r->blocks && (r->known[at].group != group || r->known[at].block != (uint8_t)tag))
        at++;
    if (at == r->blocks) {
        if ((own == 0 && built_in == 0) || r->blocks == SJ_BLOCK_ROOM)
            return; /* its elements stay UN, which any may be */
        r->blocks++;
    }
    r->known[at] = (sj_recode_block){ group, own, built_in, (uint8_t)tag };
}

/* What later elements depend on. SJ_MORE: its value is not in the window. */
static sj_status learn(sj_recode *r, const flow *f, sj_recode_frame *frame, const sj_element *e)
{
    const bool creator = frame->from == SJ_IMPLICIT_LITTLE && (e->tag >> 16 & 1) != 0 && (e->tag & 0xFFFF) >= 0x10 &&
                         (e->tag & 0xFFFF) <= 0xFF;
    const bool number = e->tag == PIXEL_REPRESENTATION || e->tag == WAVEFORM_BITS_ALLOCATED;
    sj_cursor cursor = f->in;

    if (!creator && (!number || e->length != 2))
        return SJ_OK;
    (void)sj_take(&cursor, e->header);
    const size_t wanted = e->length < SJ_CREATOR_ROOM ? e->length : SJ_CREATOR_ROOM + 1;
    const uint8_t *value = sj_take(&cursor, wanted);
    if (value == NULL)
        return short_of(r, f, e->tag);
    if (creator) {
        note_creator(r, frame, e->tag, value, wanted > SJ_CREATOR_ROOM ? 0 : wanted);
        return SJ_OK;
    }
    const uint16_t read = frame->from == SJ_EXPLICIT_BIG ? sj_be16(value) : sj_le16(value);
    if (e->tag == WAVEFORM_BITS_ALLOCATED) {
        frame->waveform_bits = (uint8_t)(read < 0xFF ? read : 0xFF);
        return SJ_OK;
    }
    frame->pixels = read == 1 ? SJ_PIXELS_SIGNED : SJ_PIXELS_UNSIGNED;
    if (r->depth == 1)
        r->signed_pixels = frame->pixels;
    return SJ_OK;
}

/* A value and its header; vr is what the input says, or the dictionary. */
static sj_status begin_value(sj_recode *r, flow *f, sj_recode_frame *frame, const sj_element *e, uint16_t vr)
{
    const uint32_t padded = e->length + (e->length & 1);
    const uint8_t pad = pad_of(vr);
    bool to_big = frame->to == SJ_EXPLICIT_BIG;
    uint64_t sum;

    const sj_status learned = learn(r, f, frame, e);
    if (learned != SJ_OK)
        return learned;
    if (!sj_add(r->made, (uint64_t)padded + e->header + 12, &sum) || !sj_add(r->taken, (uint64_t)e->length + 12, &sum))
        return fail(r, SJ_TOO_LARGE, e->tag);
    if (!is_code(vr) || (frame->from == SJ_IMPLICIT_LITTLE && !fits(vr, e->length)))
        vr = VR('U', 'N');
    const uint8_t unit = swap_unit(vr);
    const uint8_t letters[2] = { (uint8_t)(vr >> 8), (uint8_t)vr };
    if (frame->to != SJ_IMPLICIT_LITTLE && padded > LONGEST_SHORT && sj_vr_is_short(letters)) {
        vr = VR('U', 'N');
        to_big = false;
    }
    if (r->old_vrs && old_vr(vr) != vr) {
        vr = old_vr(vr);
        to_big = false; /* bytes have no order: who reads OB does not swap */
    }
    put_header(r, f, frame->to, e->tag, vr, padded);
    r->element_at = r->taken;
    r->element_tag = e->tag;
    r->value_left = e->length;
    r->unit = (frame->from == SJ_EXPLICIT_BIG) != to_big ? unit : 1;
    r->pad = padded != e->length;
    r->pad_byte = pad;
    r->drop = false;
    take(r, f, e->header);
    return SJ_OK;
}

static void drop_value(sj_recode *r, flow *f, const sj_element *e)
{
    r->element_at = r->taken;
    r->element_tag = e->tag;
    r->value_left = e->length;
    r->pad = false;
    r->drop = true;
    take(r, f, e->header);
}

static sj_status value_ends_early(sj_recode *r)
{
    r->error_offset = r->element_at;
    r->error_tag = r->element_tag;
    return SJ_TRUNCATED;
}

static sj_status skip_value(sj_recode *r, flow *f)
{
    const size_t at_hand = sj_left(&f->in);
    const bool jump = f->out == NULL && r->size != SJ_SIZE_UNKNOWN;
    const uint32_t count = jump || r->value_left < at_hand ? r->value_left : (uint32_t)at_hand;

    r->taken += count;
    f->in.at += count < at_hand ? count : at_hand;
    r->value_left -= count;
    if (!r->drop)
        r->made += count;
    if (r->value_left > 0)
        return f->ends ? value_ends_early(r) : SJ_MORE;
    if (r->pad)
        r->made++;
    r->pad = false;
    return SJ_OK;
}

/* The last unit of a value, of which the pad is a part: it is swapped with it, so that a way back finds it there. */
static void put_padded_unit(sj_recode *r, flow *f)
{
    uint8_t whole[8] = { 0 }, swapped[8];

    memcpy(whole, f->in.at, r->value_left);
    whole[r->value_left] = r->pad_byte;
    sj_swap(swapped, whole, r->unit, r->unit);
    put(r, f, swapped, r->unit);
    take(r, f, r->value_left);
    r->value_left = 0;
    r->pad = false;
}

static sj_status pass_value(sj_recode *r, flow *f)
{
    while (r->value_left > 0) {
        const size_t at_hand = sj_left(&f->in);
        size_t count = at_hand < f->room ? at_hand : f->room;

        if (f->room < 8)
            return SJ_MORE;
        if (r->pad && r->value_left + 1u == r->unit && at_hand >= r->value_left) {
            put_padded_unit(r, f);
            return SJ_OK;
        }
        if (count > r->value_left)
            count = r->value_left;
        if (r->value_left >= r->unit)
            count -= count % r->unit;
        else if (count < r->value_left)
            count = 0; /* the rest that fills no unit, in one piece */
        if (count == 0)
            return f->ends ? value_ends_early(r) : SJ_MORE;
        sj_swap(f->out, f->in.at, count, r->unit);
        f->out += count;
        f->room -= count;
        r->made += count;
        r->value_left -= (uint32_t)count;
        take(r, f, count);
    }
    if (r->pad) {
        if (f->room < 8)
            return SJ_MORE;
        put(r, f, &r->pad_byte, 1);
        r->pad = false;
    }
    return SJ_OK;
}

/* ---- elements and items ------------------------------------------------------------------------------------------ */

static sj_status undefined_length(sj_recode *r, flow *f, const sj_recode_frame *frame, const sj_element *e)
{
    const uint8_t from = frame->from, to = frame->to;
    bool fragments = e->vr == VR('O', 'B') || e->vr == VR('O', 'W');

    if (from == SJ_IMPLICIT_LITTLE) {
        fragments = e->tag == PIXEL_DATA;
    } else if (e->vr == VR('U', 'N')) {
        const bool kept = to != SJ_IMPLICIT_LITTLE && !r->old_vrs;
        return enter(r, f, SJ_FRAME_ITEMS, SJ_IMPLICIT_LITTLE, kept ? SJ_IMPLICIT_LITTLE : to, e,
                     kept ? VR('U', 'N') : VR('S', 'Q'));
    } else if (!fragments && e->vr != VR('S', 'Q')) {
        return fail(r, SJ_BAD_ELEMENT, e->tag);
    }
    if (!fragments)
        return enter(r, f, SJ_FRAME_ITEMS, from, to, e, VR('S', 'Q'));
    if (from != SJ_EXPLICIT_LITTLE || to != SJ_EXPLICIT_LITTLE)
        return fail(r, SJ_ENCAPSULATED, e->tag);
    const sj_status opened = open_frame(r, SJ_FRAME_FRAGMENTS, from, to, e->tag, frame->end, false);
    if (opened != SJ_OK)
        return opened;
    put_header(r, f, to, e->tag, e->vr, UNDEFINED);
    take(r, f, e->header);
    return SJ_OK;
}

/* What a dictionary takes for a sequence of defined length: whether it begins as one. */
static sj_status look_items(sj_recode *r, const flow *f, const sj_element *e, bool *items)
{
    sj_cursor cursor = f->in;

    *items = e->length == 0;
    if (e->length < 4)
        return SJ_OK;
    (void)sj_take(&cursor, e->header);
    const uint8_t *tag = sj_take(&cursor, 4);
    if (tag == NULL)
        return short_of(r, f, e->tag);
    const uint32_t first = (uint32_t)sj_le16(tag) << 16 | sj_le16(tag + 2);
    *items = first == ITEM || first == SEQUENCE_END;
    return SJ_OK;
}

static sj_status element(sj_recode *r, flow *f, sj_recode_frame *frame, const sj_element *e)
{
    const bool left_out = (e->tag & 0xFFFF) == 0 || e->tag == TRAILING_PADDING;
    uint16_t vr = e->vr;

    if (e->tag == ITEM_END && !frame->defined) {
        take(r, f, e->header);
        close_frame(r, f);
        return SJ_OK;
    }
    if (e->tag == ITEM_END && e->length == 0) {
        take(r, f, e->header); /* ends nothing and holds nothing: as if it were not there */
        return SJ_OK;
    }
    if (e->tag >> 16 == GROUP_DELIMITERS && !left_out)
        return fail(r, SJ_BAD_ELEMENT, e->tag);
    if (e->length == UNDEFINED)
        return left_out ? fail(r, SJ_BAD_ELEMENT, e->tag) : undefined_length(r, f, frame, e);
    if (e->length > frame->end - r->taken - e->header)
        return misfit(r, frame, e->tag);
    if (left_out) {
        drop_value(r, f, e);
        return SJ_OK;
    }
    if (frame->from == SJ_IMPLICIT_LITTLE) {
        vr = vr_of(r, frame, e->tag);
        if (vr == VR('S', 'Q')) {
            bool items;
            const sj_status looked = look_items(r, f, e, &items);
            if (looked != SJ_OK)
                return looked;
            if (!items && (e->tag >> 16 & 1) == 0)
                return fail(r, SJ_BAD_ELEMENT, e->tag);
            if (!items)
                vr = VR('U', 'N');
        }
    }
    if (vr == VR('S', 'Q'))
        return enter(r, f, SJ_FRAME_ITEMS, frame->from, frame->to, e, vr);
    return begin_value(r, f, frame, e, vr);
}

static sj_status item(sj_recode *r, flow *f, const sj_recode_frame *frame, const sj_element *e)
{
    const uint64_t next = r->taken + e->header;

    if (e->tag == SEQUENCE_END) {
        if (frame->defined && next != frame->end)
            return fail(r, SJ_BAD_ELEMENT, e->tag);
        take(r, f, e->header);
        close_frame(r, f);
        return SJ_OK;
    }
    if (e->tag != ITEM || (e->length == UNDEFINED && frame->kind == SJ_FRAME_FRAGMENTS))
        return fail(r, SJ_BAD_ELEMENT, e->tag);
    if (e->length != UNDEFINED && e->length > frame->end - next)
        return misfit(r, frame, e->tag);
    if (frame->kind == SJ_FRAME_ITEMS)
        return enter(r, f, SJ_FRAME_ELEMENTS, frame->from, frame->to, e, 0);
    put_header(r, f, frame->to, e->tag, 0, e->length);
    r->element_at = r->taken;
    r->element_tag = e->tag;
    r->value_left = e->length;
    r->unit = 1;
    r->pad = r->drop = false;
    take(r, f, e->header);
    return SJ_OK;
}

/* The next header, with what belongs to it. */
static sj_status header(sj_recode *r, flow *f)
{
    sj_recode_frame *frame = &r->frames[r->depth - 1];
    sj_element e;

    if (!sj_read_element(f->in, (sj_encoding)frame->from, &e))
        return short_of(r, f, frame->tag);
    if (e.header > frame->end - r->taken)
        return misfit(r, frame, e.tag);
    return frame->kind == SJ_FRAME_ELEMENTS ? element(r, f, frame, &e) : item(r, f, frame, &e);
}

sj_status sj_recode_step(sj_recode *r, const uint8_t *in, size_t length, bool ends, uint8_t *out, size_t room)
{
    flow f = { { in, in + length }, out, room, ends };
    sj_status status = SJ_OK;

    while (!r->done && status == SJ_OK) {
        const sj_recode_frame *frame = &r->frames[r->depth - 1];
        if (r->value_left > 0 || r->pad) {
            status = out == NULL || r->drop ? skip_value(r, &f) : pass_value(r, &f);
            continue;
        }
        const bool over = r->taken == frame->end;
        if (r->depth == 1 && (over || (ends && r->size == SJ_SIZE_UNKNOWN && sj_left(&f.in) == 0))) {
            r->done = true;
        } else if (out != NULL && f.room < SJ_RECODE_ROOM) {
            status = SJ_MORE;
        } else if (!over) {
            status = header(r, &f);
        } else if (frame->defined) {
            close_frame(r, &f);
        } else {
            status = misfit(r, frame, frame->tag);
        }
    }
    return status;
}

bool sj_recode_pass(sj_recode *r, uint64_t count)
{
    if (r->drop || r->unit != 1 || count > r->value_left)
        return false;
    r->taken += count;
    r->made += count;
    r->value_left -= (uint32_t)count;
    return true;
}
