/* The records of a DICOMDIR: descend.c, directory.c.
 *
 * Input: the file, then TAIL bytes that choose the windows. Whatever the windows, the records and the verdict are the same;
 * no byte outside a window is read; each record is an item, and its file ID stands in it.
 */
#include "walk_windows.h"

static void check_uid(const sj_uid *uid, uint64_t *sum)
{
    MUST(uid->length <= SJ_UID_ROOM && (uid->present || uid->length == 0));
    MUST(uid->length == 0 || uid->text[uid->length - 1] != 0);
    digest(sum, (uint64_t)uid->present << 1 | uid->overlong);
    digest_bytes(sum, uid->text, uid->length);
}

static uint64_t list(const walk_file *file, size_t bytes)
{
    static sj_directory directory;
    walk_window window = { .file = file->bytes, .size = file->size, .bytes = bytes };
    const bool big = file->encoding == SJ_EXPLICIT_BIG;
    uint64_t sum = 1, before = 0;
    sj_status status;

    sj_directory_init(&directory, file->data_set, file->size, file->encoding);
    while ((status = walk_record(&directory, &window)) == SJ_OK && !directory.done) {
        const sj_record *record = &directory.record;
        MUST(record->has_file && record->offset > before && record->offset + 8 <= file->size);
        const uint32_t tag = number_at(file->bytes + record->offset);
        MUST(tag == 0xE000FFFE || (big && tag == 0x00E0FEFF));
        MUST(record->file_kept == (record->file_length < SJ_AT_HAND ? record->file_length : SJ_AT_HAND));
        MUST(record->file_length <= directory.walk.position - record->offset);
        before = record->offset;
        digest(&sum, record->offset);
        digest_bytes(&sum, record->file, record->file_kept);
        check_uid(&record->class_uid, &sum);
        check_uid(&record->instance_uid, &sum);
        check_uid(&record->syntax_uid, &sum);
    }
    walk_done(&window);
    MUST(status == SJ_OK || status == SJ_TRUNCATED || status == SJ_BAD_ELEMENT || status == SJ_TOO_DEEP);
    if (status != SJ_OK) {
        MUST(directory.walk.error_offset >= file->data_set && directory.walk.error_offset <= file->size);
        digest(&sum, directory.walk.error_offset);
        digest(&sum, directory.walk.error_tag);
    }
    digest(&sum, (uint64_t)status);
    return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size)
{
    walk_file file;

    if (!walk_open(&file, input, size))
        return 0;
    const uint64_t sum = list(&file, walk_bytes(&file, 0));
    for (int round = 1; round < 3; round++)
        MUST(list(&file, walk_bytes(&file, round)) == sum);
    return 0;
}
