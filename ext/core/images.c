/* The compressed images of a data set (PS3.5 8.2, A.4): wherever Pixel Data is a run of fragments, in the data set itself or
 * in an item of any depth (an icon, for example), and what one must know of its surroundings to put native pixels there. */
#include "core.h"

#include <string.h>

#include "element.h"

static const uint32_t wanted[SJ_IMAGE_MARK_COUNT] = { /* ascending */
    0x00280000, 0x00280002, 0x00280004, 0x00280006, 0x00280008, 0x00280010, 0x00280011, 0x00280100, 0x00280101,
    0x00280102, 0x00280103, 0x00282110, 0x00282112, 0x00282114, 0x7FE00000, 0x7FE00001, 0x7FE00002, 0x7FE00003
};

/* no element stands there: an absent one's place is not known yet */
#define NOWHERE UINT64_MAX

static void begin_level(sj_image_level *level)
{
    sj_mark_rows_init(level->marks, wanted, SJ_IMAGE_MARK_COUNT, NOWHERE);
    level->has_pixels = level->has_fragments = false;
}

void sj_images_init(sj_images *images, uint64_t position, uint64_t size, sj_encoding encoding)
{
    sj_descend_init(&images->walk, position, size, encoding, 0);
    memset(&images->image, 0, offsetof(sj_image, parents));
    images->done = false;
    begin_level(&images->levels[0]);
}

static sj_status fail(sj_images *images, sj_status status, const sj_event *event)
{
    images->walk.error_offset = event->offset;
    images->walk.error_tag = event->tag;
    return status;
}

static void mark(sj_image_level *level, const sj_event *event)
{
    sj_mark passed = { .offset = event->offset, .tag = event->tag, .length = event->length, .header = event->header };

    memcpy(passed.vr, event->vr, sizeof passed.vr);
    sj_mark_rows_pass(level->marks, SJ_IMAGE_MARK_COUNT, NOWHERE, &passed, event->value, event->at_hand);
}

/* Of two elements of Pixel Data in one place nobody knows which one is meant. */
static sj_status note_pixels(sj_images *images, sj_image_level *level, const sj_event *event)
{
    const bool fragments = event->length == UNDEFINED;

    if (level->has_pixels && (fragments || level->has_fragments))
        return fail(images, SJ_BAD_ELEMENT, event);
    level->has_pixels = true;
    level->has_fragments = level->has_fragments || fragments;
    return SJ_OK;
}

/* The fragments of an image begin; theirs is the innermost frame. */
static sj_status begin_image(sj_images *images, sj_image_level *level, const sj_event *event)
{
    const sj_descend *walk = &images->walk;
    sj_image *image = &images->image;

    /* A.4 allows them in explicit VR little endian only, and to Pixel Data only */
    if (event->tag != PIXEL_DATA || walk->frames[walk->depth - 1].encoding != SJ_EXPLICIT_LITTLE)
        return fail(images, SJ_ENCAPSULATED, event);
    image->marks = level->marks;
    image->offset = event->offset;
    image->header = event->header;
    memcpy(image->vr, event->vr, sizeof image->vr);
    image->first_item = event->offset + event->header;
    image->depth = (uint16_t)((walk->depth - 2) / 2);
    image->parent_count = 0;
    for (uint16_t depth = 1; depth < walk->depth; depth++) { /* the fragments themselves never say how long they are */
        const sj_descend_frame *frame = &walk->frames[depth];
        if (frame->defined)
            image->parents[image->parent_count++] =
                (sj_image_parent){ frame->start - 4, (uint32_t)(frame->end - frame->start) };
    }
    return SJ_OK;
}

/* Notes an event; *ends: an image is complete. */
static sj_status note(sj_images *images, const sj_event *event, bool *ends)
{
    const bool encloses = event->kind == SJ_EVENT_SEQUENCE || event->kind == SJ_EVENT_FRAGMENTS;
    /* data set, sequence, item, sequence, item …: of the frames every other one is a level */
    sj_image_level *level = &images->levels[(images->walk.depth - (encloses ? 2 : 1)) / 2];

    switch (event->kind) {
    case SJ_EVENT_ITEM: begin_level(level); break;
    case SJ_EVENT_ELEMENT:
    case SJ_EVENT_SEQUENCE:
    case SJ_EVENT_FRAGMENTS: {
        if (event->tag >> 16 == GROUP_DELIMITERS)
            break;
        mark(level, event);
        sj_status status = event->tag == PIXEL_DATA ? note_pixels(images, level, event) : SJ_OK;
        if (status == SJ_OK && event->kind == SJ_EVENT_FRAGMENTS)
            status = begin_image(images, level, event);
        return status;
    }
    case SJ_EVENT_FRAGMENTS_END:
        images->image.end = event->offset + event->header;
        *ends = true;
        break;
    case SJ_EVENT_END: images->done = true; break;
    default: break;
    }
    return SJ_OK;
}

sj_status sj_images_step(sj_images *images, const uint8_t *window, size_t length)
{
    const uint64_t base = images->walk.position;
    bool ends = false;

    while (!images->done && !ends) {
        const uint64_t skipped = images->walk.position - base;
        sj_event event;
        if (skipped > length)
            return SJ_MORE;
        sj_status status = sj_descend_step(&images->walk, window + skipped, length - (size_t)skipped, &event);
        if (status == SJ_OK)
            status = note(images, &event, &ends);
        if (status != SJ_OK)
            return status;
    }
    return SJ_OK;
}
