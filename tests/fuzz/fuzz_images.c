/* Compressed images and their fragments: descend.c, images.c, fragments.c.
 *
 * Input: the file, then TAIL bytes that choose the windows. Whatever the windows, what is found and the verdict are the same;
 * no byte outside a window is read; what is found is there: tags and lengths stand where it says, parents are around it.
 */
#include "walk_windows.h"

enum { ROOM = 5 };

/* tags as their bytes read in little endian */
#define PIXEL_DATA_AT 0x00107FE0u
#define ITEM_AT 0xE000FFFEu

static void check_marks(const walk_file *file, const sj_image *image, uint64_t *sum)
{
    for (size_t row = 0; row < SJ_IMAGE_MARK_COUNT; row++) {
        const sj_mark *mark = &image->marks[row];
        MUST(row == 0 || mark->tag > image->marks[row - 1].tag);
        MUST(mark->offset >= file->data_set && mark->offset <= image->offset);
        if (mark->found) {
            MUST(number_at(file->bytes + mark->offset) == (mark->tag >> 16 | mark->tag << 16));
            MUST(mark->kept <= SJ_UID_ROOM && (mark->length == UINT32_MAX || mark->kept <= mark->length));
            MUST(memcmp(file->bytes + mark->offset + mark->header, mark->value, mark->kept) == 0);
            MUST(memcmp(file->bytes + mark->offset + 4, mark->vr, 2) == 0);
        } else {
            MUST(!mark->repeated && mark->kept == 0);
        }
        digest(sum, mark->offset);
        digest(sum, (uint64_t)mark->length << 8 | mark->header);
        digest(sum, (uint64_t)mark->found << 1 | mark->repeated);
    }
}

static void check_parents(const walk_file *file, const sj_image *image, uint64_t *sum)
{
    MUST(image->parent_count <= 2 * image->depth && image->depth <= SJ_MAX_DEPTH);
    for (uint16_t row = 0; row < image->parent_count; row++) {
        const sj_image_parent *parent = &image->parents[row];
        MUST(parent->at >= file->data_set && (row == 0 || parent->at > image->parents[row - 1].at));
        MUST(parent->at + 4 <= image->offset && parent->at + 4 + parent->length >= image->end);
        MUST(number_at(file->bytes + parent->at) == parent->length);
        digest(sum, parent->at);
    }
}

static void check_fragments(const walk_file *file, const sj_image *image, size_t bytes, uint64_t *sum)
{
    walk_window window = { .file = file->bytes, .size = file->size, .bytes = bytes };
    uint64_t offsets[ROOM], at = image->first_item;
    uint32_t lengths[ROOM];
    sj_fragments fragments;
    sj_status status = SJ_MORE;
    size_t count;

    sj_fragments_init(&fragments, image->first_item, file->size);
    while (status == SJ_MORE) {
        const bool first = !fragments.begun;
        status = walk_fragments(&fragments, &window, offsets, lengths, ROOM, &count);
        MUST(status == SJ_OK || (status == SJ_MORE && count == ROOM));
        if (first && fragments.begun) {
            MUST(fragments.table == at + 8 && number_at(file->bytes + at) == ITEM_AT);
            at += 8 + (uint64_t)fragments.table_length;
        }
        for (size_t row = 0; row < count; row++) {
            MUST(number_at(file->bytes + at) == ITEM_AT && number_at(file->bytes + at + 4) == lengths[row]);
            MUST(offsets[row] == at + 8);
            at += 8 + (uint64_t)lengths[row];
            digest(sum, at);
        }
    }
    MUST(fragments.position == image->end && at + 8 == image->end); /* as the images' walk had found it */
    walk_done(&window);
}

static uint64_t find_images(const walk_file *file, size_t bytes)
{
    static sj_images images;
    walk_window window = { .file = file->bytes, .size = file->size, .bytes = bytes };
    uint64_t sum = 1, end = 0;
    sj_status status;

    sj_images_init(&images, file->data_set, file->size, file->encoding);
    while ((status = walk_image(&images, &window)) == SJ_OK && !images.done) {
        const sj_image *image = &images.image;
        MUST(file->encoding == SJ_EXPLICIT_LITTLE);
        MUST(image->offset >= file->data_set && image->offset >= end);
        MUST(image->first_item == image->offset + image->header && image->end <= file->size);
        MUST(number_at(file->bytes + image->offset) == PIXEL_DATA_AT);
        end = image->end;
        digest(&sum, image->offset);
        digest(&sum, end);
        digest(&sum, image->depth);
        check_marks(file, image, &sum);
        check_parents(file, image, &sum);
        check_fragments(file, image, bytes, &sum);
    }
    walk_done(&window);
    MUST(status == SJ_OK || status == SJ_TRUNCATED || status == SJ_BAD_ELEMENT || status == SJ_TOO_DEEP ||
         status == SJ_ENCAPSULATED);
    if (status != SJ_OK) {
        MUST(images.walk.error_offset >= file->data_set && images.walk.error_offset <= file->size);
        digest(&sum, images.walk.error_offset);
        digest(&sum, images.walk.error_tag);
    }
    digest(&sum, (uint64_t)status);
    return sum;
}

/* Fragments from anywhere: an end, or what is wrong. */
static void any_fragments(const walk_file *file)
{
    walk_window window = { .file = file->bytes, .size = file->size, .bytes = SJ_WINDOW_MIN };
    uint64_t offsets[ROOM];
    uint32_t lengths[ROOM];
    sj_fragments fragments;
    sj_status status = SJ_MORE;
    size_t count;

    sj_fragments_init(&fragments, file->chance % (file->size + 1), file->size);
    while (status == SJ_MORE) {
        status = walk_fragments(&fragments, &window, offsets, lengths, ROOM, &count);
        for (size_t row = 0; row < count; row++)
            MUST(offsets[row] <= file->size && lengths[row] <= file->size - offsets[row]);
    }
    MUST(status == SJ_OK || status == SJ_TRUNCATED || status == SJ_BAD_ELEMENT);
    MUST(fragments.position <= file->size);
    walk_done(&window);
}

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size)
{
    walk_file file;

    if (!walk_open(&file, input, size))
        return 0;
    const uint64_t sum = find_images(&file, walk_bytes(&file, 0));
    for (int round = 1; round < 3; round++)
        MUST(find_images(&file, walk_bytes(&file, round)) == sum);
    any_fragments(&file);
    return 0;
}
