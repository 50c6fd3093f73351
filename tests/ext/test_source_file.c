/* source.c: files. Each test makes its files in the folder that it runs in, and takes them away. */
#include <sys/socket.h>
#include <sys/un.h>

#include "check.h"
#include "core.h"
#include "disk.h"
#include "element_bytes.h"
#include "scan_windows.h"

enum { CAPACITY = 512 << 10, FRAGMENT = 16378 };

static sj_scan scan;

static sj_status open_once(const char *path, int *error)
{
    sj_source source = source_new(CAPACITY);
    const size_t before = open_files();
    const sj_status kind = sj_path_kind(path, error);
    const sj_status status = sj_source_open(&source, path);

    CHECK_EQUAL(open_files(), before + (status == SJ_OK)); /* the look at its kind opens nothing */
    if (kind == SJ_FILE_IO)
        CHECK(status == SJ_FILE_IO && *error == source.error);
    else
        CHECK(kind == (status == SJ_FILE_KIND ? kind : SJ_OK) && kind != SJ_FILE_EMPTY);
    *error = source.error;
    CHECK_EQUAL(source.file >= 0, status == SJ_OK);
    if (status != SJ_OK)
        CHECK_EQUAL(open_files(), before); /* "after failure nothing is open" */
    source_free(&source);
    CHECK_EQUAL(open_files(), before);
    return status;
}

/* ---- sj_path_kind, sj_source_open, sj_source_close --------------------------------------------------------------- */

TEST(what_can_and_cannot_be_opened)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = "a-socket" };
    const int listener = socket(AF_UNIX, SOCK_STREAM, 0);
    char long_name[300];
    int error;

    memset(long_name, 'n', sizeof long_name);
    long_name[sizeof long_name - 1] = '\0';
    disk_write("a-file", "x", 1);
    disk_write("an-empty-file", "", 0);
    CHECK(mkdir("a-folder", 0700) == 0);
    CHECK(mkfifo("a-fifo", 0600) == 0);
    CHECK(symlink("a-file", "a-link") == 0);
    CHECK(symlink("nowhere", "a-dangling-link") == 0);
    CHECK(symlink("a-folder", "a-link-to-a-folder") == 0);
    CHECK(symlink("a-fifo", "a-link-to-a-fifo") == 0);
    CHECK(symlink("a-loop", "a-loop") == 0);
    CHECK(listener >= 0 && bind(listener, (struct sockaddr *)&address, sizeof address) == 0);

    CHECK_EQUAL(sj_path_kind("a-file", &error), SJ_OK);
    CHECK_EQUAL(sj_path_kind("a-link", &error), SJ_OK);
    CHECK_EQUAL(sj_path_kind("an-empty-file", &error), SJ_OK);
    CHECK_EQUAL(sj_path_kind("a-folder", &error), SJ_DIRECTORY);
    CHECK_EQUAL(sj_path_kind("a-link-to-a-folder", &error), SJ_DIRECTORY);
    CHECK_EQUAL(sj_path_kind("a-fifo", &error), SJ_FILE_KIND);
    CHECK_EQUAL(sj_path_kind("a-socket", &error), SJ_FILE_KIND);
    CHECK_EQUAL(sj_path_kind("a-dangling-link", &error), SJ_FILE_IO);
    CHECK_EQUAL(error, ENOENT);

    CHECK_EQUAL(open_once("a-file", &error), SJ_OK);
    CHECK_EQUAL(open_once("a-link", &error), SJ_OK);
    CHECK_EQUAL(open_once("an-empty-file", &error), SJ_FILE_EMPTY);
    CHECK_EQUAL(open_once("a-folder", &error), SJ_FILE_KIND);
    CHECK_EQUAL(open_once("a-link-to-a-folder", &error), SJ_FILE_KIND);
    CHECK_EQUAL(open_once("a-fifo", &error), SJ_FILE_KIND); /* and does not wait for its writer */
    CHECK_EQUAL(open_once("a-link-to-a-fifo", &error), SJ_FILE_KIND);
    CHECK_EQUAL(open_once("a-socket", &error), SJ_FILE_KIND);
    CHECK_EQUAL(open_once("/dev/null", &error), SJ_FILE_KIND);
    CHECK_EQUAL(open_once("nowhere", &error), SJ_FILE_IO);
    CHECK_EQUAL(error, ENOENT);
    CHECK_EQUAL(open_once("a-dangling-link", &error), SJ_FILE_IO);
    CHECK_EQUAL(error, ENOENT);
    CHECK_EQUAL(open_once("a-loop", &error), SJ_FILE_IO);
    CHECK_EQUAL(error, ELOOP);
    CHECK_EQUAL(open_once("a-file/beyond", &error), SJ_FILE_IO);
    CHECK_EQUAL(error, ENOTDIR);
    CHECK_EQUAL(open_once("", &error), SJ_FILE_IO);
    CHECK_EQUAL(error, ENOENT);
    CHECK_EQUAL(open_once(long_name, &error), SJ_FILE_IO);
    CHECK_EQUAL(error, ENAMETOOLONG);
    if (geteuid() != 0) { /* root may read everything */
        CHECK(chmod("a-file", 0) == 0);
        CHECK_EQUAL(open_once("a-file", &error), SJ_FILE_IO);
        CHECK_EQUAL(error, EACCES);
    }
    static const char *const made[] = { "a-file", "an-empty-file", "a-fifo", "a-link", "a-dangling-link",
                                        "a-link-to-a-folder", "a-link-to-a-fifo", "a-loop", "a-socket" };
    for (size_t row = 0; row < sizeof made / sizeof *made; row++)
        CHECK(unlink(made[row]) == 0);
    CHECK(rmdir("a-folder") == 0);
    CHECK(close(listener) == 0);
}

TEST(the_size_of_what_is_no_file_is_nothing)
{
    const size_t length = disk_write_object("object", 100);

    CHECK_EQUAL(sj_path_size("object"), length);
    CHECK_EQUAL(sj_path_size("none"), 0);
    CHECK_EQUAL(sj_path_size("."), 0);
    CHECK_EQUAL(sj_path_size("/dev/null"), 0);
    CHECK(unlink("object") == 0);
}

TEST(size_and_time_are_those_of_the_file)
{
    const struct timespec times[2] = { { 0, 0 }, { 1234567890, 987654321 } };
    sj_source source = source_new(CAPACITY);

    disk_write("timed", "12345", 5);
    CHECK(utimensat(AT_FDCWD, "timed", times, 0) == 0);
    CHECK_EQUAL(sj_source_open(&source, "timed"), SJ_OK);
    CHECK_EQUAL(source.size, 5);
    CHECK_EQUAL(source.modified, UINT64_C(1234567890987654321));
    CHECK_EQUAL(source.length, 0);
    sj_source_close(&source);
    CHECK_EQUAL(source.file, (uint64_t)-1);
    sj_source_close(&source);
    source_free(&source);
    CHECK(unlink("timed") == 0);
}

TEST(a_source_serves_one_file_after_another)
{
    sj_source source = source_new(CAPACITY);
    const size_t before = open_files();

    for (size_t pixels = 1; pixels < 1000000; pixels *= 10) {
        const size_t length = disk_write_object("next", pixels);
        CHECK_EQUAL(sj_source_open(&source, "next"), SJ_OK);
        sj_scan_init(&scan, source.size, SJ_EXPECT_FILE, SJ_READ_WHOLE);
        CHECK_EQUAL(sj_source_scan(&source, &scan), SJ_OK);
        CHECK(scan.structure_known);
        CHECK_EQUAL(scan.position, length);
        sj_source_close(&source);
    }
    CHECK_EQUAL(open_files(), before);
    source_free(&source);
    CHECK(unlink("next") == 0);
}

/* ---- sj_source_scan ---------------------------------------------------------------------------------------------- */

/* many small elements, a long one, and nested ones at the end */
static text *varied(size_t elements, size_t gap)
{
    text *made = text_file(SJ_EXPLICIT_LITTLE, EXPLICIT_LITTLE_UID);

    put_identity(made);
    for (size_t number = 0; number < elements; number++)
        put_element(made, 0x00090000 + (uint32_t)(number & 0xFFFF), "LO", "0123456789", number % 11);
    put_header_of(made, 0x00111010, "OB", (uint32_t)gap);
    put_fill(made, 3, gap);
    put_header_of(made, 0x00131115, "SQ", UNDEFINED_LENGTH);
    put_header_of(made, TAG_ITEM, "", UNDEFINED_LENGTH);
    put_header_of(made, TAG_ITEM_END, "", 0);
    put_header_of(made, TAG_SEQUENCE_END, "", 0);
    return made;
}

TEST(a_scan_finds_the_same_whatever_the_capacity)
{
    static const size_t capacities[] = { SJ_WINDOW_MIN, SJ_WINDOW_MIN + 1, 4096, 5000, 16384, 65536, CAPACITY };
    static const size_t elements[] = { 0, 60, 3000, 20000 };
    static const size_t gaps[] = { 0, 2000, 300000 };

    for (size_t e = 0; e < 4; e++) {
        for (size_t g = 0; g < 3; g++) {
            text *made = varied(elements[e], gaps[g]);
            for (int extent = SJ_READ_META; extent <= SJ_READ_WHOLE; extent++) {
                sj_scan wanted;
                const sj_status status =
                    scan_whole(&wanted, made->bytes, made->length, SJ_EXPECT_ANY, (sj_extent)extent);
                disk_write("varied", made->bytes, made->length);
                for (size_t c = 0; c < sizeof capacities / sizeof *capacities; c++) {
                    sj_source source = source_new(capacities[c]);
                    CHECK_NOTE("%zu elements, gap %zu, capacity %zu, extent %d", elements[e], gaps[g], capacities[c],
                               extent);
                    CHECK_EQUAL(sj_source_open(&source, "varied"), SJ_OK);
                    for (int time = 0; time < 2; time++) { /* again, with a window that lies somewhere */
                        sj_scan_init(&scan, source.size, SJ_EXPECT_ANY, (sj_extent)extent);
                        CHECK_EQUAL(sj_source_scan(&source, &scan), status);
                        CHECK(same_results(&scan, &wanted));
                        CHECK(source.length <= source.capacity);
                        CHECK_BYTES(source.window, made->bytes + source.window_at, source.length);
                    }
                    source_free(&source);
                }
            }
            free(made);
        }
    }
    CHECK(unlink("varied") == 0);
}

TEST(a_damaged_file_fails_at_the_same_place_whatever_the_capacity)
{
    text *made = varied(2000, 3000);
    const size_t end = made->length;

    put_header_of(made, TAG_PIXEL_DATA, "OB", 1000);
    put_fill(made, 1, 999);
    disk_write_text("damaged", made);
    for (size_t capacity = SJ_WINDOW_MIN; capacity < 70000; capacity = capacity * 3 / 2) {
        sj_source source = source_new(capacity);
        CHECK_EQUAL(sj_source_open(&source, "damaged"), SJ_OK);
        sj_scan_init(&scan, source.size, SJ_EXPECT_ANY, SJ_READ_WHOLE);
        CHECK_EQUAL(sj_source_scan(&source, &scan), SJ_TRUNCATED);
        CHECK_EQUAL(scan.error_offset, end);
        CHECK_EQUAL(scan.error_tag, TAG_PIXEL_DATA);
        source_free(&source);
    }
    CHECK(unlink("damaged") == 0);
}

/* A file of eight gibibytes, almost all of it a hole: only its ends are read. */
TEST(a_file_larger_than_four_gibibytes)
{
    text *head = text_file(SJ_EXPLICIT_LITTLE, EXPLICIT_LITTLE_UID), *middle = text_new(SJ_EXPLICIT_LITTLE);
    sj_source source = source_new(CAPACITY);

    put_identity(head);
    put_header_of(head, 0x00111010, "OB", 0xFFFFFFFE);
    put_header_of(middle, TAG_PIXEL_DATA, "OW", 0xFFFFFFFE);
    const off_t middle_at = (off_t)head->length + 0xFFFFFFFE;
    const off_t size = middle_at + (off_t)middle->length + 0xFFFFFFFE;
    disk_write_text("huge", head);
    const int file = open("huge", O_WRONLY | O_CLOEXEC);
    CHECK(file >= 0);
    if (ftruncate(file, size) != 0) {
        printf("note: this file system has no files of 8 GiB: not tested\n");
    } else {
        CHECK(pwrite(file, middle->bytes, middle->length, middle_at) == (ssize_t)middle->length);
        CHECK_EQUAL(sj_source_open(&source, "huge"), SJ_OK);
        CHECK_EQUAL(source.size, size);
        sj_scan_init(&scan, source.size, SJ_EXPECT_FILE, SJ_READ_WHOLE);
        CHECK_EQUAL(sj_source_scan(&source, &scan), SJ_OK);
        CHECK(scan.structure_known && scan.class_uid.present);
        sj_source_close(&source);
    }
    CHECK(close(file) == 0 && unlink("huge") == 0);
    free(middle);
    source_free(&source);
}

TEST(a_file_that_shrinks_before_its_scan)
{
    const size_t length = disk_write_object("shrinking", 600000);
    static const long left[] = { 0, 1, 200, 599999 };

    for (size_t row = 0; row < 4; row++) {
        sj_source source = source_new(CAPACITY);
        (void)disk_write_object("shrinking", 600000);
        CHECK_EQUAL(sj_source_open(&source, "shrinking"), SJ_OK);
        CHECK_EQUAL(source.size, length);
        CHECK(truncate("shrinking", left[row]) == 0);
        sj_scan_init(&scan, source.size, SJ_EXPECT_FILE, SJ_READ_WHOLE);
        const sj_status status = sj_source_scan(&source, &scan);
        if (left[row] < 1000)
            CHECK_EQUAL(status, SJ_FILE_CHANGED);
        else
            CHECK_EQUAL(status, SJ_OK); /* the end of a value is not looked at */
        source_free(&source);
    }
    CHECK(unlink("shrinking") == 0);
}

TEST(a_scan_of_a_closed_source)
{
    sj_source source = source_new(CAPACITY);

    (void)disk_write_object("closed", 100);
    CHECK_EQUAL(sj_source_open(&source, "closed"), SJ_OK);
    sj_source_close(&source);
    sj_scan_init(&scan, source.size, SJ_EXPECT_FILE, SJ_READ_WHOLE);
    CHECK_EQUAL(sj_source_scan(&source, &scan), SJ_FILE_IO);
    CHECK_EQUAL(source.error, EBADF);
    source_free(&source);
    CHECK(unlink("closed") == 0);
}

/* ---- sj_upcoming_prepare ----------------------------------------------------------------------------------------- */

static sj_upcoming upcoming_of(sj_source *source, const char *path)
{
    return (sj_upcoming){ source, &scan, NULL, path, SJ_EXPECT_ANY, false, SJ_OK, SJ_OK };
}

TEST(an_upcoming_file_is_open_scanned_and_begun)
{
    static const size_t pixels[] = { 0, 1, 1000, 200000, 262144, 300000, 523000, 525001, 2000000 };

    for (size_t row = 0; row < sizeof pixels / sizeof *pixels; row++) {
        size_t length;
        sj_source source = source_new(CAPACITY);
        (void)disk_write_object("upcoming", pixels[row]);
        uint8_t *bytes = disk_read("upcoming", &length);
        sj_upcoming upcoming = upcoming_of(&source, "upcoming");
        CHECK_NOTE("%zu bytes of pixels", pixels[row]);
        sj_upcoming_prepare(&upcoming, FRAGMENT);
        CHECK(upcoming.done);
        CHECK_EQUAL(upcoming.opened, SJ_OK);
        CHECK_EQUAL(upcoming.scanned, SJ_OK);
        CHECK(scan.structure_known && scan.class_uid.present);
        CHECK_EQUAL(source.size, length);
        /* "the window holds the beginning of the data set": a fragment of it, or all, and room for a pad */
        CHECK(source.window_at <= scan.data_set_offset);
        const uint64_t end = source.window_at + source.length;
        CHECK(end == length || end >= scan.data_set_offset + FRAGMENT);
        CHECK(source.length < source.capacity);
        CHECK_BYTES(source.window, bytes + source.window_at, source.length);
        const int file = source.file;
        sj_upcoming_prepare(&upcoming, FRAGMENT); /* "does nothing when done" */
        CHECK_EQUAL(source.file, file);
        source_free(&source);
        free(bytes);
    }
    CHECK(unlink("upcoming") == 0);
}

TEST(an_upcoming_file_is_marked_when_marks_are_wanted)
{
    sj_source source = source_new(CAPACITY);
    sj_marks marks;
    (void)disk_write_object("upcoming", 300000);
    sj_upcoming upcoming = upcoming_of(&source, "upcoming");

    upcoming.marks = &marks;
    sj_upcoming_prepare(&upcoming, FRAGMENT);
    CHECK_EQUAL(upcoming.scanned, SJ_OK);
    CHECK(scan.marks == &marks);
    CHECK_EQUAL(marks.end, source.size);
    CHECK_EQUAL(marks.rows[1].tag, 0x00080016);
    CHECK(marks.rows[1].found && marks.rows[1].offset == scan.data_set_offset);
    source_free(&source);
    CHECK(unlink("upcoming") == 0);
}

TEST(an_upcoming_file_without_a_data_set)
{
    sj_source source = source_new(CAPACITY);
    sj_upcoming upcoming = upcoming_of(&source, "upcoming");

    disk_write_text("upcoming", text_file(SJ_EXPLICIT_LITTLE, EXPLICIT_LITTLE_UID));
    sj_upcoming_prepare(&upcoming, FRAGMENT);
    CHECK_EQUAL(upcoming.scanned, SJ_OK);
    CHECK_EQUAL(scan.data_set_offset, source.size);
    source_free(&source);
    CHECK(unlink("upcoming") == 0);
}

TEST(an_upcoming_file_that_is_not_to_be_read_as_elements)
{
    for (size_t length = 100; length < 900000; length *= 3) {
        sj_source source = source_new(CAPACITY);
        sj_upcoming upcoming = upcoming_of(&source, "upcoming");
        text *file = text_file(SJ_EXPLICIT_LITTLE, DEFLATED_UID);
        put_fill(file, 0x55, length);
        disk_write_text("upcoming", file);
        sj_upcoming_prepare(&upcoming, FRAGMENT);
        CHECK_EQUAL(upcoming.scanned, SJ_OK);
        CHECK_EQUAL(scan.encoding, SJ_OPAQUE);
        const uint64_t end = source.window_at + source.length;
        CHECK(source.window_at <= scan.data_set_offset);
        CHECK(end == source.size || end >= scan.data_set_offset + FRAGMENT);
        source_free(&source);
    }
    CHECK(unlink("upcoming") == 0);
}

TEST(an_upcoming_file_that_fails)
{
    sj_source source = source_new(CAPACITY);
    const size_t before = open_files();
    sj_upcoming upcoming = upcoming_of(&source, "nowhere");

    sj_upcoming_prepare(&upcoming, FRAGMENT);
    CHECK(upcoming.done);
    CHECK_EQUAL(upcoming.opened, SJ_FILE_IO);
    CHECK_EQUAL(source.error, ENOENT);
    CHECK_EQUAL(open_files(), before);

    disk_write("upcoming", "no DICOM file", 13);
    upcoming = upcoming_of(&source, "upcoming");
    sj_upcoming_prepare(&upcoming, FRAGMENT);
    CHECK_EQUAL(upcoming.opened, SJ_OK);
    CHECK_EQUAL(upcoming.scanned, SJ_NOT_DICOM);
    sj_source_close(&source);

    (void)disk_write_object("upcoming", 2);
    upcoming = upcoming_of(&source, "upcoming");
    upcoming.expect = SJ_EXPECT_DATA_SET;
    sj_upcoming_prepare(&upcoming, FRAGMENT);
    CHECK_EQUAL(upcoming.scanned, SJ_HAS_META);
    source_free(&source);
    CHECK(unlink("upcoming") == 0);
}

TEST(no_upcoming_file)
{
    sj_source source = source_new(CAPACITY);
    sj_upcoming upcoming = upcoming_of(&source, NULL);

    sj_upcoming_prepare(&upcoming, FRAGMENT);
    CHECK(!upcoming.done);
    CHECK_EQUAL(source.file, (uint64_t)-1);
    source_free(&source);
}
