/* Files of a test, made in the folder that it runs in. */
#ifndef STOREJET_TESTS_DISK_H
#define STOREJET_TESTS_DISK_H

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "core.h"
#include "element_bytes.h"

static inline void disk_write(const char *path, const void *bytes, size_t length)
{
    const int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    CHECK(file >= 0);
    for (size_t done = 0; done < length;) {
        const ssize_t wrote = write(file, (const uint8_t *)bytes + done, length - done);
        CHECK(wrote > 0);
        done += (size_t)wrote;
    }
    CHECK(close(file) == 0);
}

static inline void disk_write_text(const char *path, text *file)
{
    disk_write(path, file->bytes, file->length);
    free(file);
}

/* A storable file with pixel data of this length, whose bytes tell their place. */
static inline size_t disk_write_object(const char *path, size_t pixels)
{
    text *head = text_file(SJ_EXPLICIT_LITTLE, EXPLICIT_LITTLE_UID);

    put_identity(head);
    put_header_of(head, TAG_PIXEL_DATA, "OB", (uint32_t)pixels);
    const size_t length = head->length + pixels;
    uint8_t *bytes = malloc(length);
    CHECK(bytes != NULL);
    memcpy(bytes, head->bytes, head->length);
    for (size_t at = head->length; at < length; at++)
        bytes[at] = (uint8_t)(at * 7 + (at >> 8) * 13 + (at >> 16));
    disk_write(path, bytes, length);
    free(bytes);
    free(head);
    return length;
}

static inline uint8_t *disk_read(const char *path, size_t *length)
{
    struct stat status;
    const int file = open(path, O_RDONLY | O_CLOEXEC);

    CHECK(file >= 0 && fstat(file, &status) == 0);
    *length = (size_t)status.st_size;
    uint8_t *bytes = malloc(*length > 0 ? *length : 1);
    CHECK(bytes != NULL);
    CHECK(read(file, bytes, *length) == (ssize_t)*length);
    CHECK(close(file) == 0);
    return bytes;
}

static inline size_t open_files(void)
{
    DIR *folder = opendir("/proc/self/fd");
    size_t count = 0;

    CHECK(folder != NULL);
    while (readdir(folder) != NULL)
        count++;
    CHECK(closedir(folder) == 0);
    return count;
}

/* A closed source whose window is an allocation of just `capacity` bytes. */
static inline sj_source source_new(size_t capacity)
{
    sj_source made;

    memset(&made, 0, sizeof made);
    made.file = -1;
    made.capacity = capacity;
    made.window = malloc(capacity);
    CHECK(made.window != NULL);
    memset(made.window, 0xDB, capacity);
    return made;
}

static inline void source_free(sj_source *source)
{
    sj_source_close(source);
    free(source->window);
    source->window = NULL;
}

#endif
