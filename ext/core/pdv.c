/* Fragmentation (PS3.8 9.3.5, annex E.2): a message as one stream of P-DATA-TF PDUs with one PDV each.
 *
 * The stream is never built. It is a function of an offset: slices() gives the headers and payload slices from any byte
 * of it on, so a partial write needs no bookkeeping but the offset. Command set PDUs come first, then those of the data
 * set; a data set of no bytes is one empty last fragment.
 */
#include "core.h"

#include "bytes.h"

enum { CONTROL_COMMAND = 1, CONTROL_LAST = 2, PDU_P_DATA = 4, LENGTHS_IN_FIELD = 6 };

uint32_t sj_fragment_size(uint32_t peer_maximum, uint32_t own_maximum)
{
    uint32_t field = SJ_FRAGMENT_MAX + LENGTHS_IN_FIELD;

    if (peer_maximum != 0 && peer_maximum < field)
        field = peer_maximum;
    if (own_maximum != 0 && own_maximum < field)
        field = own_maximum;
    return field < LENGTHS_IN_FIELD + 2 ? 0 : (field - LENGTHS_IN_FIELD) & ~1u;
}

typedef struct part {           /* the PDUs of the command set, or those of the data set */
    uint64_t stream_at, length; /* where its PDUs begin in the stream; payload bytes */
    uint8_t control;
} part;

static uint64_t part_stream(const sj_message *message, uint64_t length)
{
    const uint64_t fragments = length == 0 ? 1 : (length - 1) / message->fragment + 1;
    return length + fragments * SJ_PDV_HEADER;
}

static part part_at(const sj_message *message, uint64_t stream_offset)
{
    const uint64_t boundary = part_stream(message, message->command_length);
    if (stream_offset < boundary)
        return (part){ 0, message->command_length, CONTROL_COMMAND };
    return (part){ boundary, message->data_length, 0 };
}

typedef struct pdu_place {      /* the PDU that a stream offset lies in */
    uint64_t payload_at;        /* of its payload in the part */
    uint64_t within;            /* bytes of the PDU before the offset */
    uint32_t payload;           /* bytes of its payload */
    bool last;                  /* of the part */
} pdu_place;

static pdu_place place_of(const sj_message *message, const part *where, uint64_t stream_offset)
{
    const uint64_t whole = (uint64_t)message->fragment + SJ_PDV_HEADER;
    const uint64_t index = (stream_offset - where->stream_at) / whole;
    pdu_place place;

    place.payload_at = index * message->fragment;
    place.within = (stream_offset - where->stream_at) % whole;
    place.last = where->length - place.payload_at <= message->fragment;
    place.payload = place.last ? (uint32_t)(where->length - place.payload_at) : message->fragment;
    return place;
}

uint64_t sj_message_stream(const sj_message *message)
{
    uint64_t payload, sum;

    /* headers at most six times the payload (fragments of 2 bytes), so this bound keeps every sum above in range */
    if (message->fragment < 2 || !sj_add(message->command_length, message->data_length, &payload) || payload >> 60)
        return 0;
    if (!sj_add(part_stream(message, message->command_length), part_stream(message, message->data_length), &sum))
        return 0;
    return sum;
}

uint64_t sj_message_data_at(const sj_message *message, uint64_t stream_offset)
{
    const part where = part_at(message, stream_offset);

    if ((where.control & CONTROL_COMMAND) != 0)
        return 0;
    const pdu_place place = place_of(message, &where, stream_offset);
    const uint64_t at = place.payload_at + (place.within > SJ_PDV_HEADER ? place.within - SJ_PDV_HEADER : 0);
    return at < message->data_length ? at : message->data_length;
}

uint64_t sj_message_rest_of_pdu(const sj_message *message, uint64_t stream_offset, bool *last)
{
    *last = false;
    if (stream_offset >= sj_message_stream(message))
        return 0;
    const part where = part_at(message, stream_offset);
    const pdu_place place = place_of(message, &where, stream_offset);
    if (place.within == 0)
        return 0;
    *last = place.last && (where.control & CONTROL_COMMAND) == 0;
    return SJ_PDV_HEADER + place.payload - place.within;
}

static void put_header(uint8_t header[SJ_PDV_HEADER], const sj_message *message, const part *where,
                       const pdu_place *place)
{
    header[0] = PDU_P_DATA;
    header[1] = 0;
    sj_put_be32(header + 2, place->payload + LENGTHS_IN_FIELD);
    sj_put_be32(header + 6, place->payload + 2);
    header[10] = message->context_id;
    header[11] = (uint8_t)(where->control | (place->last ? CONTROL_LAST : 0));
}

size_t sj_message_slices(const sj_message *message, uint64_t stream_offset, const uint8_t *window, uint64_t window_at,
                         size_t length, struct iovec *slices, uint8_t (*headers)[SJ_PDV_HEADER], size_t slots,
                         uint64_t *covered)
{
    const uint64_t stream_length = sj_message_stream(message);
    const uint64_t start = stream_offset;
    size_t count = 0;

    while (stream_offset < stream_length && slots - count >= 2) {
        const part where = part_at(message, stream_offset);
        const pdu_place place = place_of(message, &where, stream_offset);
        const uint64_t skip = place.within > SJ_PDV_HEADER ? place.within - SJ_PDV_HEADER : 0;
        const uint64_t from = place.payload_at + skip, rest = place.payload - skip;
        const uint8_t *payload;

        if ((where.control & CONTROL_COMMAND) != 0) {
            payload = message->command + from;
        } else {
            /* a PDU is begun only when all of its payload is at hand: a file that fails leaves no half PDU */
            if (rest > 0 && (from < window_at || from - window_at > length || length - (from - window_at) < rest))
                break;
            payload = rest > 0 ? window + (from - window_at) : window;
        }
        if (place.within < SJ_PDV_HEADER) {
            put_header(headers[count / 2], message, &where, &place);
            slices[count].iov_base = headers[count / 2] + place.within;
            slices[count].iov_len = SJ_PDV_HEADER - place.within;
        } else {
            slices[count].iov_base = headers[count / 2];
            slices[count].iov_len = 0;
        }
        /* sendmsg() reads through this pointer only; the API has no const of its own */
        slices[count + 1].iov_base = (void *)(uintptr_t)payload;
        slices[count + 1].iov_len = (size_t)rest;
        stream_offset += slices[count].iov_len + rest;
        count += 2;
    }
    *covered = stream_offset - start;
    return count;
}
