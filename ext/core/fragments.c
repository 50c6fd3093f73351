/* The items of encapsulated Pixel Data (PS3.5 A.4): the first one is the Basic Offset Table, those behind it are fragments,
 * a sequence delimiter ends them. */
#include "core.h"

#include <string.h>

#include "bytes.h"
#include "element.h"

void sj_fragments_init(sj_fragments *fragments, uint64_t first_item, uint64_t size)
{
    memset(fragments, 0, sizeof *fragments);
    fragments->position = fragments->table = first_item;
    fragments->size = size;
}

static sj_status fail(sj_fragments *f, sj_status status, uint32_t tag)
{
    f->error_offset = f->position;
    f->error_tag = tag;
    return status;
}

sj_status sj_fragments_step(sj_fragments *f, const uint8_t *window, size_t length, uint64_t *offsets, uint32_t *lengths,
                            size_t room, size_t *count)
{
    const uint64_t base = f->position;

    *count = 0;
    while (!f->done && *count < room) {
        const uint64_t skipped = f->position - base;
        sj_element e;
        if (skipped > length)
            return SJ_MORE;
        const sj_cursor cursor = { window + skipped, window + length };
        if (!sj_read_element(cursor, SJ_EXPLICIT_LITTLE, &e))
            return f->size - f->position == sj_left(&cursor) ? fail(f, SJ_TRUNCATED, PIXEL_DATA) : SJ_MORE;
        const uint64_t value = f->position + e.header;
        if (e.tag == SEQUENCE_END) {
            f->position = value;
            f->done = true;
            break;
        }
        if (e.tag != ITEM || e.length == UNDEFINED)
            return fail(f, SJ_BAD_ELEMENT, e.tag);
        if (e.length > f->size - value)
            return fail(f, SJ_TRUNCATED, e.tag);
        if (!f->begun) {
            f->begun = true;
            f->table = value;
            f->table_length = e.length;
        } else {
            offsets[*count] = value;
            lengths[*count] = e.length;
            ++*count;
        }
        f->position = value + e.length;
    }
    return f->done ? SJ_OK : SJ_MORE;
}
