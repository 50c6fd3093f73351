/* Fragmentation: pdv.c against the twin that builds the whole stream.
 *
 * Input: NUMBERS numbers of two bytes each, in this order: bytes of the command set, of the data set, of a fragment;
 * offset into the stream; the window's place and length; slots; the two maximum lengths.
 */
#include "invariant.h"

#include "core.h"
#include "twin_stream.h"

enum { NUMBERS = 9, CONTEXT = 0x9B, MOST_SLOTS = 96 };

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static void check_fragment_size(uint32_t peer, uint32_t own)
{
    const uint32_t fragment = sj_fragment_size(peer, own);

    MUST(fragment % 2 == 0 && fragment <= SJ_FRAGMENT_MAX);
    MUST(fragment == 0 || peer == 0 || fragment + 6 <= peer);
    MUST(fragment == 0 || own == 0 || fragment + 6 <= own);
    const uint32_t more = fragment + 2 + 6; /* the next larger one fits none of the limits */
    MUST(fragment == SJ_FRAGMENT_MAX || (peer != 0 && more > peer) || (own != 0 && more > own));
}

static void check_positions(const sj_message *message, const twin_stream *twin, size_t offset)
{
    bool last = true;

    MUST(sj_message_stream(message) == twin->length);
    MUST(sj_message_data_at(message, offset) == twin->data_at[offset]);
    MUST(sj_message_rest_of_pdu(message, offset, &last) == twin->rest[offset]);
    MUST(last == (twin->last[offset] != 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size)
{
    static uint8_t command[700], data[4096];
    struct iovec slices[MOST_SLOTS + 1];
    uint8_t headers[MOST_SLOTS + 1][SJ_PDV_HEADER];
    size_t number[NUMBERS];
    uint64_t covered = UINT64_MAX;

    if (size < 2 * NUMBERS)
        return 0;
    for (size_t at = 0; at < NUMBERS; at++)
        number[at] = (size_t)input[2 * at] << 8 | input[2 * at + 1];
    for (size_t at = 0; at < sizeof data; at++)
        data[at] = (uint8_t)(at * 5 + (at >> 8));
    for (size_t at = 0; at < sizeof command; at++)
        command[at] = (uint8_t)(0xFF - at * 3);

    check_fragment_size((uint32_t)number[7], (uint32_t)number[8]);
    check_fragment_size((uint32_t)(number[7] << 16 | number[8]), (uint32_t)number[2]);

    const sj_message message = { command, number[0] % sizeof command, number[1] % sizeof data,
                                 (uint32_t)(2 + number[2] % 2048 * 2), CONTEXT };
    const size_t data_length = (size_t)message.data_length;
    twin_stream twin = twin_build(&message, data);
    const size_t offset = number[3] % (twin.length + 1);
    const size_t window_at = number[4] % ((size_t)twin.data_at[offset] + 1);
    const size_t length = smaller(number[5] % (sizeof data + 1), data_length - window_at);
    const size_t slots = number[6] % (MOST_SLOTS + 1);
    uint8_t *window = exact_copy(data + window_at, length);

    check_positions(&message, &twin, offset);
    const size_t count =
        sj_message_slices(&message, offset, window, window_at, length, slices, headers, slots, &covered);
    size_t sum = 0;
    MUST(count <= slots && covered <= twin.length - offset);
    MUST((count == 0) == (covered == 0));
    for (size_t slice = 0; slice < count; slice++) {
        MUST(slices[slice].iov_len <= covered - sum);
        if (slices[slice].iov_len > 0)
            MUST(memcmp(slices[slice].iov_base, twin.bytes + offset + sum, slices[slice].iov_len) == 0);
        sum += slices[slice].iov_len;
    }
    MUST(sum == covered);
    check_positions(&message, &twin, offset + sum);
    if (covered > 0) /* it ends with a PDU */
        MUST(twin.rest[offset + sum] == 0);
    if (slots - count >= 2 && offset + sum < twin.length) { /* it ends for want of payload */
        size_t end = offset + sum + 1;
        while (twin.rest[end] != 0)
            end++;
        MUST(twin.data_at[end] > window_at + length);
    }
    free(window);
    twin_free(&twin);
    return 0;
}
