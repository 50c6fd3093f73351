/* source.c, what is read in the place of a file: the rope of an edit, a data set that is re-encoded while it is sent.
 * The twin of a rope is its bytes laid side by side; that of a stream is one step of the recode over the whole file. */
#include "check.h"
#include "core.h"
#include "disk.h"
#include "element_bytes.h"

enum { FRAGMENT = 1000, RECODED_ROOM = 2 << 20, CAPACITY = 512 << 10 };

static sj_scan scan;

static uint32_t chance_state = 1;

static uint32_t chance(uint32_t below)
{
    chance_state = chance_state * 1664525u + 1013904223u;
    return (chance_state >> 8) % below;
}

/* ---- ropes: sj_source_edit, sj_source_read, sj_source_load ----------------------------------------------------- */

enum { MOST_SPANS = 40, BUFFER = 300 };

typedef struct rope_twin {
    sj_span spans[MOST_SPANS];
    size_t count, length;
    uint64_t total;
    uint8_t *bytes;
} rope_twin;

static uint8_t buffer[BUFFER];

/* spans of the file and of the buffer by turns of chance, empty ones among them */
static rope_twin rope_of(const uint8_t *file, size_t size)
{
    rope_twin made = { .count = 1 + chance(MOST_SPANS) };

    made.bytes = malloc(MOST_SPANS * (size + BUFFER));
    CHECK(made.bytes != NULL);
    for (size_t row = 0; row < made.count; row++) {
        const bool of_file = chance(2) == 0;
        const uint32_t all = of_file ? (uint32_t)size : BUFFER, at = chance(all + 1), length = chance(all - at + 1);
        made.spans[row] = (sj_span){ of_file ? NULL : buffer, at, length };
        memcpy(made.bytes + made.length, (of_file ? file : buffer) + at, length);
        made.length += length;
    }
    CHECK_EQUAL(sj_rope_check(made.spans, made.count, size, &made.total), SJ_OK);
    CHECK_EQUAL(made.total, made.length);
    return made;
}

TEST(a_rope_is_read_and_loaded_as_its_bytes_laid_side_by_side)
{
    size_t size;

    for (size_t at = 0; at < BUFFER; at++)
        buffer[at] = (uint8_t)(at * 11 + 5);
    (void)disk_write_object("edited", 5000);
    uint8_t *file = disk_read("edited", &size);
    for (uint32_t round = 0; round < 300; round++) {
        sj_source source = source_new(1024 + chance(9000));
        chance_state = round + 1;
        CHECK_NOTE("round %u", round);
        CHECK_EQUAL(sj_source_open(&source, "edited"), SJ_OK);
        rope_twin rope = rope_of(file, size);
        sj_source_edit(&source, rope.spans, rope.count, rope.total);
        CHECK_EQUAL(source.length, 0);
        CHECK_EQUAL(source.size, rope.length);
        for (size_t at = 0; at < rope.length;) {
            CHECK_EQUAL(sj_source_load(&source, 0, at, FRAGMENT, 2 * FRAGMENT), SJ_OK);
            CHECK(source.length > 0 && source.length < source.capacity);
            CHECK(source.length % FRAGMENT == 0 || at + source.length == rope.length);
            CHECK_BYTES(source.window, rope.bytes + at, source.length);
            at += source.length;
        }
        for (int time = 0; time < 5; time++) {
            const size_t at = chance((uint32_t)rope.length + 1), length = chance((uint32_t)(rope.length - at) + 1);
            uint8_t *out = malloc(length + 1);
            CHECK(out != NULL);
            CHECK_EQUAL(sj_source_read(&source, at, out, length), SJ_OK);
            CHECK_BYTES(out, rope.bytes + at, length);
            CHECK_EQUAL(sj_source_read(&source, at, out, length), SJ_OK);
            free(out);
        }
        uint8_t beyond[2];
        CHECK_EQUAL(sj_source_read(&source, rope.length, beyond, 1), SJ_FILE_CHANGED);
        sj_source_edit(&source, NULL, 0, source.file_size);
        CHECK_EQUAL(sj_source_read(&source, 0, beyond, 2), SJ_OK);
        CHECK_BYTES(beyond, file, 2);
        free(rope.bytes);
        source_free(&source);
    }
    free(file);
    CHECK(unlink("edited") == 0);
}

/* The last bytes of a rope may be of a buffer: the file is looked at all the same before they are given. */
TEST(a_file_that_changes_under_its_edit)
{
    for (int shrinks = 0; shrinks < 2; shrinks++) {
        sj_source source = source_new(4096);
        const size_t size = disk_write_object("changing", 3000);
        const sj_span rope[2] = { { NULL, 0, size }, { buffer, 0, 10 } };
        CHECK_EQUAL(sj_source_open(&source, "changing"), SJ_OK);
        sj_source_edit(&source, rope, 2, size + 10);
        CHECK_EQUAL(sj_source_load(&source, 0, 0, FRAGMENT, FRAGMENT), SJ_OK);
        CHECK(truncate("changing", (off_t)(shrinks ? size - 1 : size + 1)) == 0);
        CHECK_EQUAL(sj_source_load(&source, 0, FRAGMENT, FRAGMENT, FRAGMENT), SJ_OK); /* not yet the end */
        CHECK_EQUAL(sj_source_load(&source, 0, size / FRAGMENT * FRAGMENT, FRAGMENT, FRAGMENT), SJ_FILE_CHANGED);
        source_free(&source);
    }
    CHECK(unlink("changing") == 0);
}

/* ---- streams: sj_stream_measure, sj_stream_fill ---------------------------------------------------------------- */

static uint8_t recoded[RECODED_ROOM];

/* What a file's data set is in another encoding, made in one step: its length. */
static size_t recode_whole(const char *path, uint64_t data_offset, sj_encoding from, sj_encoding to)
{
    static sj_recode whole;
    size_t length;
    uint8_t *file = disk_read(path, &length);

    sj_recode_init(&whole, from, to, false, NULL, length - data_offset);
    sj_status status = sj_recode_step(&whole, file + data_offset, length - (size_t)data_offset, true, NULL, 0);
    CHECK_EQUAL(status, SJ_OK);
    sj_recode_rewind(&whole);
    status = sj_recode_step(&whole, file + data_offset, length - (size_t)data_offset, true, recoded, sizeof recoded);
    CHECK_EQUAL(status, SJ_OK);
    free(file);
    return (size_t)whole.made;
}

typedef struct streaming {
    sj_source source;
    sj_stream stream;
} streaming;

/* `path` opened, scanned and measured; the window is an allocation of just `window` bytes */
static streaming *streaming_new(const char *path, sj_encoding to, size_t capacity, size_t window)
{
    streaming *made = calloc(1, sizeof *made);

    CHECK(made != NULL);
    made->source = source_new(capacity);
    CHECK_EQUAL(sj_source_open(&made->source, path), SJ_OK);
    sj_scan_init(&scan, made->source.size, SJ_EXPECT_ANY, SJ_READ_WHOLE);
    CHECK_EQUAL(sj_source_scan(&made->source, &scan), SJ_OK);
    made->stream.source = &made->source;
    made->stream.data_offset = scan.data_set_offset;
    made->stream.window.capacity = window;
    made->stream.window.bytes = malloc(window);
    CHECK(made->stream.window.bytes != NULL);
    sj_recode_init(&made->stream.recode, (sj_encoding)scan.encoding, to, false, NULL,
                   made->source.size - scan.data_set_offset);
    CHECK_EQUAL(sj_stream_measure(&made->stream), SJ_OK);
    return made;
}

static void streaming_free(streaming *s)
{
    free(s->stream.window.bytes);
    source_free(&s->source);
    free(s);
}

/* Takes fragments out until the end, or until a fill fails; *end: how far bytes were given. */
static sj_status take_all(streaming *s, size_t fragment, uint64_t *end)
{
    const sj_window *window = &s->stream.window;
    uint64_t at = 0;

    *end = 0;
    while (at < s->stream.length) {
        const sj_status status = sj_stream_fill(&s->stream, at);
        if (status != SJ_OK)
            return status;
        CHECK_EQUAL(window->at, at);
        CHECK(window->length <= window->capacity && window->length > 0);
        *end = at + window->length;
        at += window->length < fragment ? window->length : window->length - window->length % fragment;
    }
    return SJ_OK;
}

/* nested sequences, private elements, odd values, group lengths and a value of many windows; padding behind it all */
static text *varied(sj_encoding encoding, const char *syntax, size_t pixels, size_t padding)
{
    text *made = text_file(encoding, syntax);

    put_header_of(made, 0x00080000, "UL", 4);
    put_number(made, 0, 4);
    put_identity(made);
    for (uint32_t number = 0; number < 300; number++)
        put_element(made, 0x00091000 + number % 256, "LO", "0123456789", number % 11);
    put_header_of(made, 0x00081115, "SQ", UNDEFINED_LENGTH);
    for (int item = 0; item < 50; item++) {
        put_header_of(made, TAG_ITEM, "", UNDEFINED_LENGTH);
        put_ui(made, 0x00081150, CLASS_UID);
        put_header_of(made, TAG_ITEM_END, "", 0);
    }
    put_header_of(made, TAG_SEQUENCE_END, "", 0);
    put_header_of(made, TAG_PIXEL_DATA, "OW", (uint32_t)pixels);
    for (size_t at = 0; at < pixels; at++)
        put(made, &(uint8_t){ (uint8_t)(at * 7 + (at >> 8)) }, 1);
    if (padding > 0) {
        put_header_of(made, 0xFFFCFFFC, "OB", (uint32_t)padding);
        put_fill(made, 0, padding);
    }
    return made;
}

TEST(a_stream_is_the_recoded_file_whatever_its_windows)
{
    static const struct { sj_encoding encoding; const char *syntax; } kinds[] = {
        { SJ_IMPLICIT_LITTLE, IMPLICIT_LITTLE_UID },
        { SJ_EXPLICIT_LITTLE, EXPLICIT_LITTLE_UID },
        { SJ_EXPLICIT_BIG, EXPLICIT_BIG_UID },
    };
    static const size_t capacities[] = { SJ_WINDOW_MIN + 1, 4096, 70000 };
    static const size_t windows[] = { 2 * SJ_RECODE_ROOM, 1000, 4097, 200000 };

    for (size_t kind = 0; kind < 3; kind++) {
        disk_write_text("varied", varied(kinds[kind].encoding, kinds[kind].syntax, 60001, 3000));
        for (int to = SJ_IMPLICIT_LITTLE; to <= SJ_EXPLICIT_BIG; to++) {
            for (size_t c = 0; c < 3; c++) {
                for (size_t w = 0; w < 4; w++) {
                    streaming *s = streaming_new("varied", (sj_encoding)to, capacities[c], windows[w]);
                    const size_t length = recode_whole("varied", s->stream.data_offset, kinds[kind].encoding,
                                                       (sj_encoding)to);
                    CHECK_NOTE("kind %zu to %d capacity %zu window %zu", kind, to, capacities[c], windows[w]);
                    CHECK_EQUAL(s->stream.length, length);
                    for (uint64_t at = 0; at < length;) { /* any part of the window may be kept */
                        const sj_window *window = &s->stream.window;
                        CHECK_EQUAL(sj_stream_fill(&s->stream, at), SJ_OK);
                        CHECK(window->at == at && window->length > 0 && window->length <= window->capacity);
                        CHECK(at + window->length <= length);
                        CHECK_BYTES(window->bytes, recoded + at, window->length);
                        const size_t spare = window->capacity - SJ_RECODE_ROOM;
                        const size_t least = window->length > spare ? window->length - spare : 1;
                        at += least + chance((uint32_t)(window->length - least) + 1);
                    }
                    CHECK(s->stream.done);
                    streaming_free(s);
                }
            }
        }
    }
    CHECK(unlink("varied") == 0);
}

/* The promise of sj_stream_fill: the last bytes come only after the file was found unchanged. Here the window is full,
 * or almost, when all bytes are made, and the file goes on with what is left out. */
TEST(the_last_bytes_wait_for_the_look_at_the_file)
{
    const struct timespec another[2] = { { 0, 0 }, { 1234567890, 0 } };

    for (size_t pixels = 5060; pixels < 5200; pixels += 2) {
        for (size_t padding = 0; padding < 6000; padding += 2500) {
            uint64_t end;
            disk_write_text("padded", varied(SJ_EXPLICIT_LITTLE, EXPLICIT_LITTLE_UID, pixels, padding));
            streaming *s = streaming_new("padded", SJ_IMPLICIT_LITTLE, SJ_WINDOW_MIN + 1, 4096);
            CHECK_NOTE("%zu bytes of pixels, %zu of padding", pixels, padding);
            CHECK(utimensat(AT_FDCWD, "padded", another, 0) == 0);
            CHECK_EQUAL(take_all(s, 512, &end), SJ_FILE_CHANGED);
            CHECK(end < s->stream.length);
            streaming_free(s);
            s = streaming_new("padded", SJ_IMPLICIT_LITTLE, SJ_WINDOW_MIN + 1, 4096);
            CHECK_EQUAL(take_all(s, 512, &end), SJ_OK);
            CHECK(s->stream.done && end == s->stream.length);
            streaming_free(s);
        }
    }
    CHECK(unlink("padded") == 0);
}

/* Another version of the file, of the same size, makes more bytes: cut off, they would look complete. */
TEST(a_file_that_makes_more_than_was_measured)
{
    for (size_t elements = 1; elements < 3000; elements = elements * 3 + 1) {
        uint64_t end;
        text *first = text_file(SJ_IMPLICIT_LITTLE, IMPLICIT_LITTLE_UID), *second = NULL;
        put_identity(first);
        put_header_of(first, 0x00091010, "OB", 10000); /* so that the window of the first version is read anew */
        put_fill(first, 0, 10000);
        second = malloc(sizeof *second);
        CHECK(second != NULL);
        memcpy(second, first, sizeof *first);
        put_header_of(first, 0x00111010, "OB", (uint32_t)(8 * elements - 8));
        put_fill(first, 0, 8 * elements - 8);
        for (size_t number = 0; number < elements; number++)
            put_header_of(second, 0x00111010, "OB", 0);
        CHECK_EQUAL(first->length, second->length);
        disk_write_text("growing", first);
        streaming *s = streaming_new("growing", SJ_EXPLICIT_LITTLE, 4096, 4096);
        const int file = open("growing", O_WRONLY | O_CLOEXEC);
        CHECK(file >= 0);
        usleep(20000); /* so that its time is another */
        CHECK(pwrite(file, second->bytes, second->length, 0) == (ssize_t)second->length && close(file) == 0);
        CHECK_NOTE("%zu elements", elements);
        CHECK_EQUAL(take_all(s, 512, &end), SJ_FILE_CHANGED);
        CHECK(end < s->stream.length);
        streaming_free(s);
        free(second);
    }
    CHECK(unlink("growing") == 0);
}

TEST(a_file_that_shrinks_under_its_stream)
{
    uint64_t end;

    disk_write_text("shrinking", varied(SJ_EXPLICIT_LITTLE, EXPLICIT_LITTLE_UID, 60001, 0));
    streaming *s = streaming_new("shrinking", SJ_EXPLICIT_BIG, 4096, 4096);
    CHECK(truncate("shrinking", 5000) == 0);
    CHECK_EQUAL(take_all(s, 512, &end), SJ_FILE_CHANGED);
    CHECK(end < s->stream.length);
    streaming_free(s);
    CHECK(unlink("shrinking") == 0);
}

TEST(a_stream_of_a_closed_source)
{
    uint64_t end;

    disk_write_text("closed", varied(SJ_EXPLICIT_LITTLE, EXPLICIT_LITTLE_UID, 60001, 0));
    streaming *s = streaming_new("closed", SJ_EXPLICIT_BIG, 4096, 4096);
    sj_source_close(&s->source);
    CHECK_EQUAL(take_all(s, 512, &end), SJ_FILE_IO);
    CHECK_EQUAL(s->source.error, EBADF);
    streaming_free(s);
    CHECK(unlink("closed") == 0);
}

TEST(what_cannot_be_recoded_is_measured_to_where_it_is_damaged)
{
    text *made = text_file(SJ_EXPLICIT_LITTLE, JPEG_BASELINE_UID);
    sj_source source = source_new(4096);
    sj_stream stream = { .source = &source };

    put_identity(made);
    const size_t at = made->length;
    put_header_of(made, TAG_PIXEL_DATA, "OB", UNDEFINED_LENGTH);
    put_header_of(made, TAG_ITEM, "", 0);
    put_header_of(made, TAG_SEQUENCE_END, "", 0);
    disk_write_text("compressed", made);
    CHECK_EQUAL(sj_source_open(&source, "compressed"), SJ_OK);
    sj_scan_init(&scan, source.size, SJ_EXPECT_ANY, SJ_READ_WHOLE);
    CHECK_EQUAL(sj_source_scan(&source, &scan), SJ_OK);
    stream.data_offset = scan.data_set_offset;
    sj_recode_init(&stream.recode, SJ_EXPLICIT_LITTLE, SJ_IMPLICIT_LITTLE, false, NULL,
                   source.size - stream.data_offset);
    CHECK_EQUAL(sj_stream_measure(&stream), SJ_ENCAPSULATED);
    CHECK_EQUAL(stream.data_offset + stream.recode.error_offset, at);
    CHECK_EQUAL(stream.recode.error_tag, TAG_PIXEL_DATA);
    source_free(&source);
    CHECK(unlink("compressed") == 0);
}

/* Eight gibibytes, almost all of it a hole: values are stepped over, and 32 bits hold none of the sums. */
TEST(a_file_larger_than_four_gibibytes_is_measured)
{
    text *head = text_file(SJ_EXPLICIT_LITTLE, EXPLICIT_LITTLE_UID), *middle = text_new(SJ_EXPLICIT_LITTLE);

    put_identity(head);
    put_header_of(head, 0x00111010, "OB", 0xFFFFFFFD); /* odd: it is padded */
    put_header_of(middle, TAG_PIXEL_DATA, "OW", 0xFFFFFFFE);
    const off_t middle_at = (off_t)head->length + 0xFFFFFFFD;
    const off_t size = middle_at + (off_t)middle->length + 0xFFFFFFFE;
    disk_write_text("huge", head);
    const int file = open("huge", O_WRONLY | O_CLOEXEC);
    CHECK(file >= 0);
    if (ftruncate(file, size) != 0) {
        printf("note: this file system has no files of 8 GiB: not tested\n");
    } else {
        CHECK(pwrite(file, middle->bytes, middle->length, middle_at) == (ssize_t)middle->length);
        streaming *s = streaming_new("huge", SJ_EXPLICIT_BIG, CAPACITY, CAPACITY);
        CHECK_EQUAL(s->stream.length, (uint64_t)size - s->stream.data_offset + 1);
        CHECK_EQUAL(sj_stream_fill(&s->stream, 0), SJ_OK);
        CHECK(s->stream.window.length > CAPACITY - SJ_RECODE_ROOM);
        streaming_free(s);
    }
    free(middle);
    CHECK(close(file) == 0 && unlink("huge") == 0);
}
