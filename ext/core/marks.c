/* Where in a data set certain elements stand, or would stand: what an edit of the top level needs to know (PS3.5 7.1: the
 * elements of a data set stand in ascending order of their tags, each tag at most once). */
#include "core.h"

#include <string.h>

static const uint32_t wanted[SJ_MARK_COUNT] = { /* ascending */
    0x00080000, 0x00080016, 0x00080018, 0x00080050, 0x00090000, 0x00100000, 0x00100010, 0x00100020,
    0x00110000, 0x00200000, 0x0020000D, 0x0020000E, 0x00200010, 0x00200011, 0x00200013, 0x00210000
};

void sj_mark_rows_init(sj_mark *rows, const uint32_t *tags, size_t count, uint64_t nowhere)
{
    for (size_t row = 0; row < count; row++) {
        memset(&rows[row], 0, offsetof(sj_mark, value));
        rows[row].tag = tags[row];
        rows[row].offset = nowhere;
    }
}

void sj_mark_rows_pass(sj_mark *rows, size_t count, uint64_t nowhere, const sj_mark *element, const uint8_t *value,
                       size_t kept)
{
    for (size_t row = 0; row < count && rows[row].tag <= element->tag; row++) {
        sj_mark *mark = &rows[row];
        if (mark->tag != element->tag) {
            if (!mark->found && mark->offset == nowhere)
                mark->offset = element->offset; /* the first element behind its place */
            continue;
        }
        if (mark->found) {
            mark->repeated = true; /* the first one counts */
            continue;
        }
        mark->found = true;
        mark->offset = element->offset;
        mark->length = element->length;
        mark->header = element->header;
        memcpy(mark->vr, element->vr, sizeof mark->vr);
        mark->kept = (uint8_t)(kept < SJ_UID_ROOM ? kept : SJ_UID_ROOM);
        if (mark->kept > 0)
            memcpy(mark->value, value, mark->kept);
    }
}

void sj_marks_init(sj_marks *marks, uint64_t end)
{
    sj_mark_rows_init(marks->rows, wanted, SJ_MARK_COUNT, end);
    marks->end = end;
}

bool sj_marks_want(uint32_t tag)
{
    for (size_t row = 0; row < SJ_MARK_COUNT && wanted[row] <= tag; row++) {
        if (wanted[row] == tag)
            return true;
    }
    return false;
}

void sj_marks_pass(sj_marks *marks, const sj_mark *element, const uint8_t *value, size_t kept)
{
    sj_mark_rows_pass(marks->rows, SJ_MARK_COUNT, marks->end, element, value, kept);
}
