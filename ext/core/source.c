/* Files: a file at a time, read through one reused window.
 *
 * A data set goes from the page cache into that window (pread) and from there to the socket (pump.c). Nothing is mapped:
 * a file that shrinks cannot kill its reader, and page faults cost more than one copy that stays in the cache.
 */
#include "core.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    JUMP_WINDOW = 4 << 10,       /* bytes read behind a value that was stepped over */
    CHUNK = 256 << 10,           /* bytes read at a time from the second read on */
    PIECES = 8                   /* of a rope, looked up at a time */
};
#define NANOSECONDS 1000000000u

static uint64_t modified(const struct stat *status)
{
    return (uint64_t)status->st_mtim.tv_sec * NANOSECONDS + (uint64_t)status->st_mtim.tv_nsec;
}

sj_status sj_path_kind(const char *path, int *error)
{
    struct stat status;

    if (stat(path, &status) != 0) {
        *error = errno;
        return SJ_FILE_IO;
    }
    return S_ISREG(status.st_mode) ? SJ_OK : S_ISDIR(status.st_mode) ? SJ_DIRECTORY : SJ_FILE_KIND;
}

uint64_t sj_path_size(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0 && S_ISREG(status.st_mode) && status.st_size > 0 ? (uint64_t)status.st_size : 0;
}

sj_status sj_source_open(sj_source *source, const char *path)
{
    struct stat status;

    /* O_NONBLOCK: opening a FIFO would wait for its writer; on regular files it means nothing */
    source->file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    source->length = 0;
    if (source->file < 0) {
        source->error = errno;
        return errno == ENXIO ? SJ_FILE_KIND : SJ_FILE_IO; /* ENXIO: a socket, or a device without a driver */
    }
    if (fstat(source->file, &status) != 0) {
        source->error = errno;
        sj_source_close(source);
        return SJ_FILE_IO;
    }
    if (!S_ISREG(status.st_mode) || status.st_size <= 0) {
        sj_source_close(source);
        return S_ISREG(status.st_mode) ? SJ_FILE_EMPTY : SJ_FILE_KIND;
    }
    source->size = source->file_size = (uint64_t)status.st_size;
    source->rope = NULL;
    source->modified = modified(&status);
    return SJ_OK;
}

void sj_source_close(sj_source *source)
{
    if (source->file >= 0)
        close(source->file);
    source->file = -1;
}

void sj_source_edit(sj_source *source, const sj_span *rope, size_t count, uint64_t length)
{
    source->rope = rope;
    source->spans = count;
    source->size = length;
    source->length = 0;
}

static sj_status read_file(sj_source *source, uint64_t at, uint8_t *out, size_t length)
{
    size_t done = 0;

    while (done < length) {
        const ssize_t got = pread(source->file, out + done, length - done, (off_t)(at + done));
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            source->error = errno;
            return SJ_FILE_IO;
        }
        if (got == 0)
            return SJ_FILE_CHANGED; /* its size said there was more */
        done += (size_t)got;
    }
    return SJ_OK;
}

sj_status sj_source_read(sj_source *source, uint64_t at, uint8_t *out, size_t length)
{
    sj_span pieces[PIECES];
    uint64_t covered;

    if (source->rope == NULL)
        return read_file(source, at, out, length);
    while (length > 0) {
        const size_t count = sj_rope_pieces(source->rope, source->spans, at, length, pieces, PIECES, &covered);
        if (count == 0)
            return SJ_FILE_CHANGED; /* beyond the rope's end, where nobody is to read */
        for (size_t piece = 0; piece < count; piece++) {
            const size_t part = (size_t)pieces[piece].length;
            if (pieces[piece].bytes != NULL) {
                memcpy(out, pieces[piece].bytes + pieces[piece].at, part);
            } else {
                const sj_status status = read_file(source, pieces[piece].at, out, part);
                if (status != SJ_OK)
                    return status;
            }
            out += part;
        }
        at += covered;
        length -= (size_t)covered;
    }
    return SJ_OK;
}

/* Fills the window with `wanted` bytes from `at`, which must lie inside the file. */
static sj_status fill(sj_source *source, uint64_t at, size_t wanted)
{
    const sj_status status = sj_source_read(source, at, source->window, wanted);

    source->window_at = at;
    source->length = status == SJ_OK ? wanted : 0;
    return status;
}

static size_t smaller(uint64_t a, uint64_t b)
{
    return (size_t)(a < b ? a : b);
}

/* Sees to it that the window holds what stands at `position`: SJ_WINDOW_MIN bytes of it, or all that is left. `*next`: how
 * much to read the next time; it grows while the reading goes on without a jump. */
static sj_status hold(sj_source *source, uint64_t position, size_t *next)
{
    const uint64_t window_end = source->window_at + source->length;

    if (source->length > 0 && position >= source->window_at && position < window_end &&
        (window_end == source->size || window_end - position >= SJ_WINDOW_MIN))
        return SJ_OK;
    if (source->length > 0) {
        const bool onward = position >= source->window_at && position <= window_end;
        *next = onward ? smaller(*next * 2, CHUNK) : JUMP_WINDOW;
    }
    return fill(source, position, smaller(smaller(*next, source->capacity), source->size - position));
}

sj_status sj_source_scan(sj_source *source, sj_scan *scan)
{
    /* what is read for its structure is sent from the same window, so there is no reason to read little */
    size_t next = scan->extent == SJ_READ_WHOLE ? source->capacity - 1 : JUMP_WINDOW;

    for (;;) {
        sj_status status = hold(source, scan->position, &next);
        if (status != SJ_OK)
            return status;
        const size_t skipped = (size_t)(scan->position - source->window_at);
        status = sj_scan_step(scan, source->window + skipped, source->length - skipped);
        if (status != SJ_MORE)
            return status;
    }
}

/* What stands at `position`: at least SJ_WINDOW_MIN bytes, or all that is left. */
static sj_status look(sj_source *source, uint64_t position, size_t *next, const uint8_t **bytes, size_t *length)
{
    const sj_status status = hold(source, position, next);

    if (status != SJ_OK)
        return status;
    *bytes = source->window + (position - source->window_at);
    *length = source->length - (size_t)(position - source->window_at);
    return SJ_OK;
}

sj_status sj_source_image(sj_source *source, sj_images *images)
{
    const uint8_t *bytes;
    size_t length, next = JUMP_WINDOW;
    sj_status status;

    do {
        status = look(source, images->walk.position, &next, &bytes, &length);
        if (status == SJ_OK)
            status = sj_images_step(images, bytes, length);
    } while (status == SJ_MORE);
    return status;
}

sj_status sj_source_record(sj_source *source, sj_directory *directory)
{
    const uint8_t *bytes;
    size_t length, next = JUMP_WINDOW;
    sj_status status;

    do {
        status = look(source, directory->walk.position, &next, &bytes, &length);
        if (status == SJ_OK)
            status = sj_directory_step(directory, bytes, length);
    } while (status == SJ_MORE);
    return status;
}

sj_status sj_source_fragments(sj_source *source, sj_fragments *fragments, uint64_t *offsets, uint32_t *lengths, size_t room,
                              size_t *count)
{
    const uint8_t *bytes;
    size_t length, made, next = JUMP_WINDOW;
    sj_status status;

    *count = 0;
    do {
        made = 0;
        status = look(source, fragments->position, &next, &bytes, &length);
        if (status == SJ_OK)
            status = sj_fragments_step(fragments, bytes, length, offsets + *count, lengths + *count, room - *count, &made);
        *count += made;
    } while (status == SJ_MORE && *count < room);
    return status;
}

sj_status sj_source_unchanged(const sj_source *source)
{
    struct stat now;

    if (fstat(source->file, &now) != 0 || (uint64_t)now.st_size != source->file_size || modified(&now) != source->modified)
        return SJ_FILE_CHANGED; /* parts of two versions must not become one object */
    return SJ_OK;
}

sj_status sj_source_load(sj_source *source, uint64_t data_offset, uint64_t at, uint32_t fragment, size_t most)
{
    const uint64_t rest = source->size - data_offset - at;
    const size_t room = smaller(source->capacity - 1, most > fragment ? most : fragment);
    const size_t wanted = smaller(rest, room - room % fragment);

    const sj_status status = fill(source, data_offset + at, wanted);
    return status != SJ_OK || wanted < rest ? status : sj_source_unchanged(source);
}

/* ---- re-encoded --------------------------------------------------------------------------------------------------- */

/* One step of the recode, fed from the source's window. */
static sj_status recode_on(sj_stream *stream, size_t *next, uint8_t *out, size_t room)
{
    sj_source *source = stream->source;
    const uint64_t position = stream->data_offset + stream->recode.taken;

    if (position > source->size)
        return SJ_FILE_CHANGED; /* a scan had found it whole */
    if (position == source->size)
        return sj_recode_step(&stream->recode, source->window, 0, true, out, room);
    const sj_status status = hold(source, position, next);
    if (status != SJ_OK)
        return status;
    const size_t skipped = (size_t)(position - source->window_at);
    const bool ends = source->window_at + source->length == source->size;
    return sj_recode_step(&stream->recode, source->window + skipped, source->length - skipped, ends, out, room);
}

sj_status sj_stream_measure(sj_stream *stream)
{
    size_t next = stream->source->capacity - 1;
    sj_status status;

    do {
        status = recode_on(stream, &next, NULL, 0);
    } while (status == SJ_MORE);
    if (status == SJ_OK) {
        stream->length = stream->recode.made;
        sj_recode_rewind(&stream->recode);
    }
    return status;
}

sj_status sj_stream_fill(sj_stream *stream, uint64_t at)
{
    sj_window *window = &stream->window;
    const size_t kept = at - window->at < window->length ? window->length - (size_t)(at - window->at) : 0;
    size_t next = CHUNK;

    if (kept > 0)
        memmove(window->bytes, window->bytes + window->length - kept, kept);
    window->at = at;
    window->length = kept;
    while (!stream->done) {
        const size_t room = window->capacity - window->length;
        const uint64_t before = stream->recode.made;
        /* all is made: what the file goes on with must come to nothing, and needs no room for it */
        const bool all = before == stream->length;
        if (!all && room < SJ_RECODE_ROOM)
            break;
        const sj_status status = recode_on(stream, &next, all ? NULL : window->bytes + window->length, room);
        if (status == SJ_FILE_IO)
            return status;
        if (stream->recode.made > stream->length)
            return SJ_FILE_CHANGED; /* cut off at the length that was measured it would look complete */
        if (status != SJ_MORE && (status != SJ_OK || stream->recode.made != stream->length ||
                                  sj_source_unchanged(stream->source) != SJ_OK))
            return SJ_FILE_CHANGED; /* it was whole when it was measured */
        window->length += (size_t)(stream->recode.made - before);
        stream->done = status == SJ_OK;
    }
    return SJ_OK;
}

void sj_upcoming_prepare(sj_upcoming *upcoming, uint32_t fragment)
{
    sj_source *source = upcoming->source;

    if (upcoming->done || upcoming->path == NULL)
        return;
    upcoming->done = true;
    upcoming->opened = sj_source_open(source, upcoming->path);
    if (upcoming->opened != SJ_OK)
        return;
    sj_scan_init(upcoming->scan, source->size, upcoming->expect, SJ_READ_WHOLE);
    if (upcoming->marks != NULL)
        sj_scan_mark(upcoming->scan, upcoming->marks);
    upcoming->scanned = sj_source_scan(source, upcoming->scan);
    const uint64_t at = upcoming->scan->data_set_offset;
    if (upcoming->scanned == SJ_OK && source->window_at > at)
        upcoming->scanned = sj_source_load(source, at, 0, fragment, source->capacity);
}
