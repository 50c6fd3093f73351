/* pdv.c: fragmentation, against the twin that builds the whole stream. */
#include "check.h"
#include "core.h"
#include "twin_stream.h"

enum { CONTEXT = 0xA5 };

/* ---- sj_fragment_size -------------------------------------------------------------------------------------------- */

/* the contract, said another way: the largest even number such that it and the six bytes of a PDV item's head fit */
static uint32_t fragment_twin(uint64_t peer, uint64_t own)
{
    const uint64_t limit = peer == 0 ? own : own == 0 || peer < own ? peer : own;
    uint32_t best = 0;

    for (uint32_t fragment = 2; fragment <= SJ_FRAGMENT_MAX && (limit == 0 || fragment + 6 <= limit); fragment += 2)
        best = fragment;
    return best;
}

TEST(fragment_size_of_every_small_maximum)
{
    for (uint32_t peer = 0; peer < 300; peer++) {
        for (uint32_t own = 0; own < 300; own++) {
            CHECK_NOTE("peer %u own %u", peer, own);
            CHECK_EQUAL(sj_fragment_size(peer, own), fragment_twin(peer, own));
        }
    }
}

TEST(fragment_size_of_large_maxima)
{
    static const uint32_t maxima[] = {
        0,      1,      7,      8,      9,      12,     13,         4096,       16383,      16384,     16385,
        131065, 131066, 131070, 131071, 131072, 131073, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF,
    };
    const size_t count = sizeof maxima / sizeof *maxima;

    for (size_t a = 0; a < count; a++) {
        for (size_t b = 0; b < count; b++) {
            CHECK_NOTE("peer %u own %u", maxima[a], maxima[b]);
            CHECK_EQUAL(sj_fragment_size(maxima[a], maxima[b]), fragment_twin(maxima[a], maxima[b]));
        }
    }
    CHECK_EQUAL(sj_fragment_size(0, 0), SJ_FRAGMENT_MAX);
    CHECK_EQUAL(sj_fragment_size(7, 0), 0);
    CHECK_EQUAL(sj_fragment_size(0, 7), 0);
    CHECK_EQUAL(sj_fragment_size(9, 0), 2);
}

/* ---- small messages, every offset -------------------------------------------------------------------------------- */

typedef struct sample {
    sj_message message;
    uint8_t *command, *data;
    twin_stream twin;
} sample;

static sample sample_make(size_t command_length, size_t data_length, uint32_t fragment)
{
    sample made;

    made.command = malloc(command_length + 1); /* + 1: never NULL */
    made.data = malloc(data_length + 1);
    CHECK(made.command != NULL && made.data != NULL);
    for (size_t at = 0; at < command_length; at++)
        made.command[at] = (uint8_t)(0x80 + at);
    for (size_t at = 0; at < data_length; at++)
        made.data[at] = (uint8_t)(at % 127);
    made.message = (sj_message){ made.command, command_length, data_length, fragment, CONTEXT };
    made.twin = twin_build(&made.message, made.data);
    CHECK_NOTE("command %zu data %zu fragment %u", command_length, data_length, fragment);
    return made;
}

static void sample_free(sample *made)
{
    twin_free(&made->twin);
    free(made->command);
    free(made->data);
}

static void compare_positions(const sample *made)
{
    CHECK_EQUAL(sj_message_stream(&made->message), made->twin.length);
    for (uint64_t at = 0; at <= made->twin.length; at++) {
        bool last = true;
        CHECK_EQUAL(sj_message_data_at(&made->message, at), made->twin.data_at[at]);
        CHECK_EQUAL(sj_message_rest_of_pdu(&made->message, at, &last), made->twin.rest[at]);
        CHECK_EQUAL(last, made->twin.last[at]);
    }
}

static size_t gather(const struct iovec *slices, size_t count, uint8_t *out)
{
    size_t length = 0;

    for (size_t slice = 0; slice < count; slice++) {
        if (slices[slice].iov_len > 0)
            memcpy(out + length, slices[slice].iov_base, slices[slice].iov_len);
        length += slices[slice].iov_len;
    }
    return length;
}

/* Slices from `at` on, of a window that is its own allocation: what is read beside it is seen by the sanitizer. */
static size_t slices_from(const sample *made, uint64_t at, uint64_t window_at, size_t length, size_t slots,
                          uint64_t *covered)
{
    uint8_t *window = malloc(length > 0 ? length : 1);
    struct iovec *slices = calloc(slots > 0 ? slots : 1, sizeof *slices);
    uint8_t(*headers)[SJ_PDV_HEADER] = calloc(slots > 0 ? slots : 1, sizeof *headers);
    uint8_t *out = malloc(made->twin.length + 1);

    CHECK(window != NULL && slices != NULL && headers != NULL && out != NULL);
    memcpy(window, made->data + window_at, length);
    *covered = UINT64_MAX;
    const size_t count =
        sj_message_slices(&made->message, at, window, window_at, length, slices, headers, slots, covered);
    CHECK(count <= slots);
    CHECK(*covered <= made->twin.length - at);
    CHECK_EQUAL(gather(slices, count, out), *covered);
    CHECK_BYTES(out, made->twin.bytes + at, (size_t)*covered);
    for (size_t slice = 0; slice < count; slice++) { /* payload is not copied: it lies in the command or the window */
        const uint8_t *base = slices[slice].iov_base;
        const bool header = base >= headers[0] && base < headers[0] + slots * SJ_PDV_HEADER;
        const bool in_window = base >= window && base + slices[slice].iov_len <= window + length;
        const bool in_command =
            base >= made->command && base + slices[slice].iov_len <= made->command + made->message.command_length;
        CHECK(header || in_window || in_command || slices[slice].iov_len == 0);
        CHECK(!header || slices[slice].iov_len <= SJ_PDV_HEADER);
    }
    free(out);
    free(headers);
    free(slices);
    free(window);
    return count;
}

/* With the whole data set at hand and slots enough, the slices reach the end, from every offset. */
static void compare_whole(const sample *made)
{
    uint64_t covered;

    for (uint64_t at = 0; at <= made->twin.length; at++) {
        const size_t count = slices_from(made, at, 0, (size_t)made->message.data_length, 512, &covered);
        CHECK_EQUAL(covered, made->twin.length - at);
        CHECK(count > 0 || at == made->twin.length);
    }
}

static const size_t small_lengths[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 16, 17, 23, 24, 25 };
enum { SMALL_LENGTHS = sizeof small_lengths / sizeof *small_lengths };

TEST(positions_and_slices_of_small_messages_at_every_offset)
{
    for (uint32_t fragment = 2; fragment <= 12; fragment += 2) {
        for (size_t c = 0; c < SMALL_LENGTHS; c++) {
            for (size_t d = 0; d < SMALL_LENGTHS; d++) {
                sample made = sample_make(small_lengths[c], small_lengths[d], fragment);
                compare_positions(&made);
                compare_whole(&made);
                sample_free(&made);
            }
        }
    }
}

TEST(an_odd_fragment_or_one_of_a_single_byte_is_served_as_well)
{
    for (uint32_t fragment = 3; fragment <= 7; fragment += 2) {
        sample made = sample_make(11, 20, fragment);
        compare_positions(&made);
        compare_whole(&made);
        sample_free(&made);
    }
    sj_message one = { NULL, 10, 10, 1, CONTEXT };
    CHECK_EQUAL(sj_message_stream(&one), 0);
    one.fragment = 0;
    CHECK_EQUAL(sj_message_stream(&one), 0);
}

/* Every window of a small message: what is covered is right, and stops only for want of payload or slots, never inside
 * a PDU that was begun here. */
TEST(slices_of_every_window_and_slot_count)
{
    static const uint32_t fragments[] = { 2, 4, 10 };
    static const size_t slot_counts[] = { 0, 1, 2, 3, 4, 7, 64 };

    for (size_t f = 0; f < 3; f++) {
        sample made = sample_make(5, 21, fragments[f]);
        const size_t data_length = 21;
        for (uint64_t at = 0; at <= made.twin.length; at++) {
            for (size_t window_at = 0; window_at <= made.twin.data_at[at] && window_at <= data_length; window_at++) {
                for (size_t length = 0; window_at + length <= data_length; length++) {
                    for (size_t s = 0; s < sizeof slot_counts / sizeof *slot_counts; s++) {
                        uint64_t covered;
                        const size_t slots = slot_counts[s];
                        CHECK_NOTE("fragment %u offset %" PRIu64 " window %zu + %zu slots %zu", fragments[f], at,
                                   window_at, length, slots);
                        const size_t count = slices_from(&made, at, window_at, length, slots, &covered);
                        const uint64_t stop = at + covered;
                        CHECK_EQUAL(count == 0, covered == 0);
                        CHECK(made.twin.rest[stop] == 0 || covered == 0);
                        if (stop == made.twin.length || slots - count < 2)
                            continue;
                        /* it stopped with slots left: the payload of the PDU that is due is not all here */
                        uint64_t end = stop + 1;
                        while (made.twin.rest[end] != 0)
                            end++;
                        CHECK(made.twin.data_at[end] > window_at + length);
                    }
                }
            }
        }
        sample_free(&made);
    }
}

TEST(a_window_behind_what_is_due_gives_only_the_command)
{
    sample made = sample_make(6, 20, 4);
    uint64_t covered;

    CHECK_EQUAL(slices_from(&made, 0, 8, 12, 64, &covered), 4); /* two PDUs of the command set */
    CHECK_EQUAL(covered, 6 + 2 * SJ_PDV_HEADER);
    CHECK_EQUAL(slices_from(&made, covered, 8, 12, 64, &covered), 0);
    CHECK_EQUAL(covered, 0);
    sample_free(&made);
}

/* Sent piece by piece, with any partial write and a window that moves on: the concatenation is the stream. */
TEST(partial_writes_of_every_size)
{
    for (uint32_t fragment = 2; fragment <= 10; fragment += 4) {
        for (size_t step = 1; step <= 40; step++) {
            sample made = sample_make(23, 57, fragment);
            const size_t window = (size_t)fragment * 3;
            uint64_t at = 0, window_at = 0, covered;
            while (at < made.twin.length) {
                const size_t length = made.message.data_length - window_at < window
                                          ? (size_t)(made.message.data_length - window_at)
                                          : window;
                if (slices_from(&made, at, window_at, length, 8, &covered) == 0) {
                    window_at = sj_message_data_at(&made.message, at);
                    continue;
                }
                at += covered < step ? covered : step;
            }
            CHECK_EQUAL(at, made.twin.length);
            sample_free(&made);
        }
    }
}

/* ---- large messages: arithmetic only ----------------------------------------------------------------------------- */

static uint64_t stream_twin(uint64_t length, uint64_t fragment)
{
    uint64_t sum = SJ_PDV_HEADER;

    while (length > fragment) {
        sum += fragment + SJ_PDV_HEADER;
        length -= fragment;
    }
    return sum + length;
}

TEST(lengths_around_four_gibibytes)
{
    static const uint64_t lengths[] = { 0xFFFFFFFE, 0xFFFFFFFF, 0x100000000, 0x100000001, 0x2FFFFFFFF, 0x300000000 };
    static const uint32_t fragments[] = { 16378, 65534, SJ_FRAGMENT_MAX };

    for (size_t l = 0; l < sizeof lengths / sizeof *lengths; l++) {
        for (size_t f = 0; f < sizeof fragments / sizeof *fragments; f++) {
            const uint32_t fragment = fragments[f];
            const sj_message message = { NULL, 100, lengths[l], fragment, CONTEXT };
            const uint64_t stream = sj_message_stream(&message), command = 100 + SJ_PDV_HEADER;
            bool last;
            CHECK_NOTE("length %" PRIu64 " fragment %u", lengths[l], fragment);
            CHECK_EQUAL(stream, command + stream_twin(lengths[l], fragment));
            CHECK_EQUAL(sj_message_data_at(&message, stream), lengths[l]);
            CHECK_EQUAL(sj_message_data_at(&message, stream - 1), lengths[l] - 1);
            CHECK_EQUAL(sj_message_rest_of_pdu(&message, stream - 1, &last), 1);
            CHECK(last);
            CHECK_EQUAL(sj_message_rest_of_pdu(&message, stream, &last), 0);
            CHECK(!last);
            /* the PDU in which byte 4 GiB - 2 lies */
            const uint64_t index = UINT64_C(0xFFFFFFFE) / fragment;
            const uint64_t at = command + index * (fragment + SJ_PDV_HEADER);
            CHECK_EQUAL(sj_message_data_at(&message, at), index * fragment);
            CHECK_EQUAL(sj_message_rest_of_pdu(&message, at, &last), 0);
        }
    }
}

TEST(the_slices_of_a_pdu_behind_four_gibibytes)
{
    const uint64_t data_length = UINT64_C(0x100000007);
    const sj_message message = { (const uint8_t *)"ab", 2, data_length, 1000, CONTEXT };
    const uint64_t index = data_length / 1000, at = 14 + index * 1012, window_at = index * 1000;
    uint8_t window[1000] = { 0 }, headers[2][SJ_PDV_HEADER];
    struct iovec slices[4];
    uint64_t covered;
    const size_t rest = (size_t)(data_length - window_at);
    const uint8_t header[SJ_PDV_HEADER] = { 4, 0, 0, 0, (uint8_t)((rest + 6) >> 8), (uint8_t)(rest + 6),
                                            0, 0, (uint8_t)((rest + 2) >> 8), (uint8_t)(rest + 2), CONTEXT, 2 };

    CHECK_EQUAL(sj_message_slices(&message, at, window, window_at, rest, slices, headers, 4, &covered), 2);
    CHECK_EQUAL(covered, rest + SJ_PDV_HEADER);
    CHECK_BYTES(slices[0].iov_base, header, SJ_PDV_HEADER);
    CHECK(slices[1].iov_base == (void *)window);
    CHECK_EQUAL(sj_message_slices(&message, at, window, window_at, rest - 1, slices, headers, 4, &covered), 0);
    CHECK_EQUAL(sj_message_slices(&message, at, window, window_at + 1, rest - 1, slices, headers, 4, &covered), 0);
}

TEST(sums_that_do_not_fit)
{
    sj_message message = { NULL, 100, UINT64_MAX, 16378, CONTEXT };
    static const uint64_t too_long[] = { UINT64_MAX, UINT64_MAX - 99, INT64_MAX, INT64_MAX - 100, UINT64_C(1) << 62 };

    for (size_t l = 0; l < sizeof too_long / sizeof *too_long; l++) {
        message.data_length = too_long[l];
        CHECK_EQUAL(sj_message_stream(&message), 0);
    }
    message.command_length = UINT64_MAX;
    message.data_length = 1;
    CHECK_EQUAL(sj_message_stream(&message), 0);
    /* what fits by far is not refused: a terabyte, in the smallest fragments */
    message = (sj_message){ NULL, 100, UINT64_C(1) << 40, 2, CONTEXT };
    CHECK_EQUAL(sj_message_stream(&message), 100 * 7 + (UINT64_C(1) << 40) * 7);
    bool last;
    CHECK_EQUAL(sj_message_rest_of_pdu(&message, sj_message_stream(&message), &last), 0);
}

/* The promise of sj_message_data_at(): "at most data_length", for any offset. */
TEST(data_at_behind_the_end_is_at_most_the_data_length)
{
    sample made = sample_make(4, 7, 10);

    for (uint64_t beyond = 0; beyond < 60; beyond++)
        CHECK(sj_message_data_at(&made.message, made.twin.length + beyond) <= 7);
    sample_free(&made);
}
