/* PDUs out of received bytes (PS3.8 9.3): type, reserved byte, 32-bit big endian length, body; and the fragments of a
 * response's command set out of P-DATA-TF bodies (9.3.5: items of 32-bit length, context ID, message control header).
 */
#include "core.h"

#include <string.h>

#include "bytes.h"

enum { PDU_HEADER = 6, PDU_FIRST_TYPE = 1, PDU_LAST_TYPE = 7 };

sj_status sj_inbox_take(sj_inbox *inbox, sj_pdu *pdu)
{
    const uint8_t *at = inbox->bytes + inbox->start;
    const size_t held = inbox->end - inbox->start;

    if (held == 0)
        return SJ_MORE;
    if (at[0] < PDU_FIRST_TYPE || at[0] > PDU_LAST_TYPE)
        return SJ_BAD_PDU_TYPE; /* told before the length is looked at: it may be any program's greeting */
    if (held < PDU_HEADER)
        return SJ_MORE;
    const uint32_t length = sj_be32(at + 2);
    if (length > inbox->capacity - PDU_HEADER)
        return SJ_BAD_PDU_LENGTH;
    if (held - PDU_HEADER < length)
        return SJ_MORE;
    pdu->type = at[0];
    pdu->body = at + PDU_HEADER;
    pdu->length = length;
    inbox->start += PDU_HEADER + length;
    return SJ_OK;
}

size_t sj_inbox_room(sj_inbox *inbox, uint8_t **at)
{
    if (inbox->start == inbox->end) {
        inbox->start = inbox->end = 0;
    } else if (inbox->start > 0 && inbox->capacity - inbox->end < inbox->capacity / 2) {
        memmove(inbox->bytes, inbox->bytes + inbox->start, inbox->end - inbox->start);
        inbox->end -= inbox->start;
        inbox->start = 0;
    }
    *at = inbox->bytes + inbox->end;
    return inbox->capacity - inbox->end;
}

sj_status sj_answer_add(sj_answer *answer, const uint8_t *body, size_t length)
{
    sj_cursor cursor = { body, body + length };
    bool last = false;

    if (length == 0)
        return SJ_BAD_PDV; /* PS3.8 9.3.5: one item or more */
    while (sj_left(&cursor) > 0) {
        const uint8_t *header = sj_take(&cursor, 6);
        if (header == NULL || last)
            return SJ_BAD_PDV; /* nothing may follow the last fragment of the response that is due */
        const uint32_t item = sj_be32(header);
        if (item < 2 || header[4] != answer->context_id || (header[5] & 1u) == 0)
            return SJ_BAD_PDV;
        const uint8_t *value = sj_take(&cursor, item - 2);
        if (value == NULL || item - 2 > sizeof answer->bytes - answer->length)
            return SJ_BAD_PDV;
        memcpy(answer->bytes + answer->length, value, item - 2);
        answer->length += item - 2;
        last = (header[5] & 2u) != 0;
    }
    return last ? SJ_OK : SJ_MORE;
}
