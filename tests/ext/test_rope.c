/* rope.c: spans of a file and of buffers as one run of bytes. */
#include "check.h"
#include "core.h"

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

static const uint8_t buffer[8] = "abcdefgh";

/* ---- sums and bounds ------------------------------------------------------------------------------------------------ */

TEST(the_sum_of_all_spans)
{
    const sj_span spans[] = { { NULL, 10, 90 }, { buffer, 0, 8 }, { NULL, 100, 0 }, { NULL, 0, 100 } };
    uint64_t total = 0;

    CHECK_EQUAL(sj_rope_check(spans, COUNT(spans), 100, &total), SJ_OK);
    CHECK_EQUAL(total, 198);
    CHECK_EQUAL(sj_rope_check(NULL, 0, 100, &total), SJ_OK);
    CHECK_EQUAL(total, 0);
}

TEST(spans_that_reach_beyond_the_file)
{
    const sj_span wrong[] = {
        { NULL, 0, 101 }, { NULL, 100, 1 }, { NULL, 101, 0 }, { NULL, UINT64_MAX, 1 }, { NULL, 1, UINT64_MAX },
    };
    uint64_t total = 7;

    for (size_t row = 0; row < COUNT(wrong); row++) {
        CHECK_NOTE("row %zu", row);
        CHECK_EQUAL(sj_rope_check(&wrong[row], 1, 100, &total), SJ_TOO_LARGE);
        CHECK_EQUAL(total, 7);
    }
    const sj_span last_of_two[] = { { buffer, 0, 8 }, { NULL, 99, 2 } };
    CHECK_EQUAL(sj_rope_check(last_of_two, 2, 100, &total), SJ_TOO_LARGE);
}

TEST(sums_that_do_not_fit)
{
    const uint64_t half = (uint64_t)1 << 62;
    const sj_span spans[] = { { NULL, 0, half }, { NULL, 0, half - 1 }, { buffer, 0, 1 } };
    uint64_t total = 0;

    CHECK_EQUAL(sj_rope_check(spans, 2, half, &total), SJ_OK);
    CHECK_EQUAL(total, (uint64_t)INT64_MAX);
    CHECK_EQUAL(sj_rope_check(spans, 3, half, &total), SJ_TOO_LARGE);
    const sj_span wide[] = { { buffer, 0, UINT64_MAX }, { buffer, 0, 2 } }; /* wraps to 1 */
    CHECK_EQUAL(sj_rope_check(wide, 2, half, &total), SJ_TOO_LARGE);
}

/* ---- places ---------------------------------------------------------------------------------------------------------- */

TEST(the_span_that_holds_an_offset)
{
    const sj_span spans[] = { { NULL, 5, 0 }, { NULL, 50, 3 }, { buffer, 0, 0 }, { buffer, 0, 2 }, { NULL, 0, 1 } };
    static const size_t index_of[] = { 1, 1, 1, 3, 3, 4 };
    static const uint64_t within_of[] = { 0, 1, 2, 0, 1, 0 };
    size_t index = 99;
    uint64_t within = 99;

    for (uint64_t at = 0; at < 6; at++) {
        CHECK_NOTE("offset %d", (int)at);
        CHECK(sj_rope_find(spans, COUNT(spans), at, &index, &within));
        CHECK_EQUAL(index, index_of[at]);
        CHECK_EQUAL(within, within_of[at]);
    }
    CHECK(!sj_rope_find(spans, COUNT(spans), 6, &index, &within));
    CHECK(!sj_rope_find(spans, COUNT(spans), UINT64_MAX, &index, &within));
    CHECK(!sj_rope_find(NULL, 0, 0, &index, &within));
    CHECK_EQUAL(index, 4); /* what is not found changes nothing */
}

/* ---- pieces: against a rope that was written out --------------------------------------------------------------------- */

enum { FILE_SIZE = 40, ROPE = 8 };

static size_t copied(const sj_span *pieces, size_t count, const uint8_t *file, uint8_t *out)
{
    size_t length = 0;

    for (size_t row = 0; row < count; row++) {
        CHECK(pieces[row].length > 0);
        const uint8_t *from = pieces[row].bytes != NULL ? pieces[row].bytes : file;
        if (pieces[row].bytes == NULL)
            CHECK(pieces[row].at + pieces[row].length <= FILE_SIZE);
        memcpy(out + length, from + pieces[row].at, (size_t)pieces[row].length);
        length += (size_t)pieces[row].length;
    }
    return length;
}

TEST(every_part_of_many_ropes)
{
    uint8_t file[FILE_SIZE], whole[ROPE * FILE_SIZE], part[ROPE * FILE_SIZE];
    sj_span spans[ROPE], pieces[ROPE];
    unsigned seed = 20;

    for (size_t at = 0; at < FILE_SIZE; at++)
        file[at] = (uint8_t)(at + 128);
    for (int round = 0; round < 60; round++) {
        for (size_t row = 0; row < ROPE; row++) {
            seed = seed * 1103515245u + 12345u;
            const bool is_buffer = (seed >> 16) % 3 == 0;
            const uint64_t at = (seed >> 18) % (is_buffer ? sizeof buffer : FILE_SIZE);
            const uint64_t most = (is_buffer ? sizeof buffer : FILE_SIZE) - at;
            spans[row] = (sj_span){ is_buffer ? buffer : NULL, at, (seed >> 8) % 4 == 0 ? 0 : (seed >> 24) % (most + 1) };
        }
        uint64_t total, covered;
        CHECK_EQUAL(sj_rope_check(spans, ROPE, FILE_SIZE, &total), SJ_OK);
        size_t end = 0;
        for (size_t row = 0; row < ROPE; row++) {
            memcpy(whole + end, (spans[row].bytes != NULL ? buffer : file) + spans[row].at, (size_t)spans[row].length);
            end += (size_t)spans[row].length;
        }
        CHECK_EQUAL(end, total);
        for (uint64_t at = 0; at <= total; at++) {
            for (uint64_t wanted = 0; wanted <= total - at + 2; wanted++) {
                const uint64_t due = wanted < total - at ? wanted : total - at;
                CHECK_NOTE("round %d at %d wanted %d", round, (int)at, (int)wanted);
                const size_t count = sj_rope_pieces(spans, ROPE, at, wanted, pieces, ROPE, &covered);
                CHECK_EQUAL(covered, due);
                CHECK_EQUAL(copied(pieces, count, file, part), due);
                CHECK_BYTES(part, whole + at, (size_t)due);
                const size_t one = sj_rope_pieces(spans, ROPE, at, wanted, pieces, 1, &covered);
                CHECK_EQUAL(one, due > 0);
                CHECK(covered <= due && (due == 0 || covered > 0));
            }
        }
    }
}

TEST(no_room_and_nothing_wanted)
{
    const sj_span span = { buffer, 0, 8 };
    sj_span piece;
    uint64_t covered = 9;

    CHECK_EQUAL(sj_rope_pieces(&span, 1, 0, 8, &piece, 0, &covered), 0);
    CHECK_EQUAL(covered, 0);
    CHECK_EQUAL(sj_rope_pieces(&span, 1, 8, 1, &piece, 1, &covered), 0);
    CHECK_EQUAL(sj_rope_pieces(&span, 1, 3, UINT64_MAX, &piece, 1, &covered), 1);
    CHECK_EQUAL(covered, 5);
    CHECK(piece.bytes == buffer && piece.at == 3);
}
