/* The records of a DICOMDIR that name files (PS3.3 F.3): the items of its Directory Record Sequence that hold a Referenced
 * File ID, in the order in which they stand there. What is nested in other sequences counts for nothing. */
#include "core.h"

#include <string.h>

#include "element.h"

enum {
    TAG_DIRECTORY_RECORD_SEQUENCE = 0x00041220,
    TAG_REFERENCED_FILE = 0x00041500,
    TAG_REFERENCED_CLASS = 0x00041510,
    TAG_REFERENCED_INSTANCE = 0x00041511,
    TAG_REFERENCED_SYNTAX = 0x00041512,
    RECORD_DEPTH = 3         /* open frames in a record: the data set, the sequence, the item */
};

void sj_directory_init(sj_directory *directory, uint64_t position, uint64_t size, sj_encoding encoding)
{
    sj_descend_init(&directory->walk, position, size, encoding, TAG_DIRECTORY_RECORD_SEQUENCE);
    directory->walk.clips = true;
    memset(&directory->record, 0, sizeof directory->record);
    directory->done = false;
}

static void keep_uid(sj_uid *uid, const sj_event *event)
{
    uint16_t length = event->at_hand < SJ_UID_ROOM ? event->at_hand : SJ_UID_ROOM;

    if (uid->present)
        return; /* of two elements with one tag the first counts */
    uid->present = true;
    uid->overlong = event->length > SJ_UID_ROOM;
    while (length > 0 && event->value[length - 1] == 0)
        length--;
    memcpy(uid->text, event->value, length);
    uid->length = (uint8_t)length;
}

static void keep_file(sj_record *record, const sj_event *event)
{
    if (record->has_file)
        return;
    record->has_file = true;
    record->file_length = event->length;
    record->file_kept = event->at_hand;
    memcpy(record->file, event->value, event->at_hand);
}

static void keep(sj_record *record, const sj_event *event)
{
    switch (event->tag) {
    case TAG_REFERENCED_FILE: keep_file(record, event); break;
    case TAG_REFERENCED_CLASS: keep_uid(&record->class_uid, event); break;
    case TAG_REFERENCED_INSTANCE: keep_uid(&record->instance_uid, event); break;
    case TAG_REFERENCED_SYNTAX: keep_uid(&record->syntax_uid, event); break;
    default: break;
    }
}

/* Whether what is `depth` frames deep stands in a record itself. */
static bool in_record(const sj_descend *walk, uint16_t depth)
{
    return depth == RECORD_DEPTH && walk->frames[1].tag == TAG_DIRECTORY_RECORD_SEQUENCE;
}

sj_status sj_directory_step(sj_directory *directory, const uint8_t *window, size_t length)
{
    sj_descend *walk = &directory->walk;
    sj_record *record = &directory->record;
    const uint64_t base = walk->position;

    while (!directory->done) {
        const uint64_t skipped = walk->position - base;
        const uint16_t depth = walk->depth; /* before the event */
        sj_event event;
        if (skipped > length)
            return SJ_MORE;
        const sj_status status = sj_descend_step(walk, window + skipped, length - (size_t)skipped, &event);
        if (status != SJ_OK)
            return status;
        if (event.kind == SJ_EVENT_END) {
            directory->done = true;
        } else if (event.kind == SJ_EVENT_ITEM && in_record(walk, walk->depth)) {
            memset(record, 0, offsetof(sj_record, file));
            record->offset = event.offset;
        } else if (event.kind == SJ_EVENT_ELEMENT && in_record(walk, depth)) {
            keep(record, &event);
        } else if (event.kind == SJ_EVENT_ITEM_END && in_record(walk, depth) && record->has_file) {
            return SJ_OK;
        }
    }
    return SJ_OK;
}
