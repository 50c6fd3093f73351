/* One C-STORE without its socket (PS3.7 9.1.1, PS3.8 annex E): what is due to go out, and what the answer means.
 *
 * pump.c sends the slices as they are. Where something else must have the bytes first, they are composed in a buffer.
 */
#include "core.h"

#include <string.h>

enum {
    CHUNK = 256 << 10,           /* bytes read at a time while sending: the peer works on one while the next is read */
    P_DATA_TF = 4, A_RELEASE_RQ = 5, A_ABORT = 7,
    C_STORE_RSP = 0x8001, NO_DATA_SET = 0x0101
};

/* The bytes at hand of what goes out: `*length` of them, from `*at` of it on. */
static const uint8_t *at_hand(const sj_store *store, uint64_t *at, size_t *length)
{
    const sj_source *source = store->source;
    const uint8_t *bytes;

    *at = 0;
    *length = 0;
    if (store->window != NULL) {
        *at = store->window->at;
        *length = store->window->length;
        /* while the end is not known, the last byte is held back: it may have to be the last fragment's */
        if (store->message.data_length == SJ_OPEN_ENDED && *length > 0)
            --*length;
        return store->window->bytes;
    }
    const uint64_t window_end = source->window_at + source->length;
    if (source->length == 0 || window_end < store->data_offset)
        return source->window;
    if (source->window_at >= store->data_offset) {
        bytes = source->window;
        *at = source->window_at - store->data_offset;
        *length = source->length;
    } else { /* the window begins in the meta information */
        bytes = source->window + (store->data_offset - source->window_at);
        *length = (size_t)(window_end - store->data_offset);
    }
    if (*at + *length == store->stored_length && store->message.data_length > store->stored_length) {
        source->window[source->length] = 0;
        ++*length;
    }
    return bytes;
}

size_t sj_store_due(const sj_store *store, struct iovec *slices, uint8_t (*headers)[SJ_PDV_HEADER], size_t slots,
                    uint64_t *covered)
{
    uint64_t at;
    size_t length;
    const uint8_t *bytes = at_hand(store, &at, &length);

    return sj_message_slices(&store->message, store->stream_offset, bytes, at, length, slices, headers, slots, covered);
}

sj_status sj_store_refill(sj_store *store)
{
    const uint64_t at = sj_message_data_at(&store->message, store->stream_offset);

    if (store->stream != NULL)
        return sj_stream_fill(store->stream, at);
    if (store->window != NULL)
        return SJ_MORE;
    return sj_source_load(store->source, store->data_offset, at, store->message.fragment, CHUNK);
}

sj_status sj_store_compose(sj_store *store, uint8_t *out, size_t room, size_t *made)
{
    uint8_t headers[1][SJ_PDV_HEADER];
    struct iovec slices[2];
    uint64_t covered;

    while (store->stream_offset < store->stream_length) {
        if (sj_store_due(store, slices, headers, 2, &covered) == 0) {
            const sj_status status = sj_store_refill(store);
            if (status != SJ_OK)
                return status;
            continue;
        }
        if (covered > room - *made)
            break; /* a PDU stands in the buffer whole or not at all */
        memcpy(out + *made, slices[0].iov_base, slices[0].iov_len);
        if (slices[1].iov_len > 0)
            memcpy(out + *made + slices[0].iov_len, slices[1].iov_base, slices[1].iov_len);
        *made += (size_t)covered;
        store->stream_offset += covered;
    }
    return SJ_OK;
}

static sj_status heard_abort(sj_wire *wire, const sj_pdu *pdu)
{
    wire->abort_source = pdu->length >= 4 ? pdu->body[2] : 0;
    wire->abort_reason = pdu->length >= 4 ? pdu->body[3] : 0;
    return SJ_PEER_ABORTED;
}

sj_status sj_wire_hear(sj_wire *wire, const sj_inbox *inbox)
{
    sj_inbox look = *inbox; /* nothing is taken out */
    sj_pdu pdu;

    while (sj_inbox_take(&look, &pdu) == SJ_OK) {
        if (pdu.type == A_ABORT)
            return heard_abort(wire, &pdu);
    }
    return SJ_OK;
}

static sj_status check_response(const sj_store *store)
{
    const sj_response *response = &store->response;

    if (response->command_field != C_STORE_RSP || response->data_set_type != NO_DATA_SET)
        return SJ_WRONG_COMMAND;
    if (!response->has_message_id || !response->has_status)
        return SJ_BAD_COMMAND;
    return response->message_id == store->message_id ? SJ_OK : SJ_WRONG_MESSAGE_ID;
}

sj_status sj_store_heed(sj_wire *wire, sj_store *store, const sj_pdu *pdu)
{
    sj_status status;

    switch (pdu->type) {
    case A_ABORT:
        return heard_abort(wire, pdu);
    case A_RELEASE_RQ:
        return SJ_PEER_RELEASES;
    case P_DATA_TF:
        break;
    default:
        return SJ_BAD_PDU_TYPE;
    }
    status = sj_answer_add(&store->answer, pdu->body, pdu->length);
    if (status == SJ_MORE && store->deadline != SJ_FOREVER && sj_now() >= store->deadline)
        return SJ_PEER_STALLED; /* fragments of nothing could go on for ever */
    if (status == SJ_OK)
        status = sj_command_response(store->answer.bytes, store->answer.length, &store->response);
    return status == SJ_OK ? check_response(store) : status;
}
