/* What a peer sends: inbox.c, and the answer that is put together of it, to its command set in command.c.
 *
 * Input: HEAD bytes (capacity of the inbox, size of the pieces, presentation context, lengths of what is in the answer
 * already), then the bytes of the peer. Taken in pieces, they are the same PDUs as in the twin, which has all at once.
 */
#include "invariant.h"

#include "core.h"

enum { HEAD = 6, PDU_HEADER = 6 };

static sj_status twin_take(const uint8_t *bytes, size_t length, size_t capacity, size_t *body)
{
    if (length == 0)
        return SJ_MORE;
    if (bytes[0] == 0 || bytes[0] > 7)
        return SJ_BAD_PDU_TYPE;
    if (length < PDU_HEADER)
        return SJ_MORE;
    *body = (size_t)bytes[2] * 0x1000000 + (size_t)bytes[3] * 0x10000 + (size_t)bytes[4] * 0x100 + bytes[5];
    if (*body + PDU_HEADER > capacity)
        return SJ_BAD_PDU_LENGTH;
    return length >= PDU_HEADER + *body ? SJ_OK : SJ_MORE;
}

/* PS3.8 9.3.5, said slowly; bytes of command set are added to `kept` */
static sj_status twin_answer(const uint8_t *body, size_t length, uint8_t context_id, uint8_t *kept, size_t *held)
{
    bool last = false;
    size_t at = 0;

    while (at < length) {
        if (last || length - at < 6)
            return SJ_BAD_PDV;
        const uint64_t item = (uint64_t)body[at] * 0x1000000 + (uint64_t)body[at + 1] * 0x10000 +
                              (uint64_t)body[at + 2] * 0x100 + body[at + 3];
        if (item < 2 || item + 4 > length - at)
            return SJ_BAD_PDV;
        if (body[at + 4] != context_id || body[at + 5] % 2 == 0)
            return SJ_BAD_PDV;
        if (*held + item - 2 > SJ_RESPONSE_ROOM)
            return SJ_BAD_PDV;
        memcpy(kept + *held, body + at + 6, (size_t)item - 2);
        *held += (size_t)item - 2;
        last = (body[at + 5] & 2) != 0;
        at += (size_t)item + 4;
    }
    if (length == 0)
        return SJ_BAD_PDV; /* a P-DATA-TF has one item or more */
    return last ? SJ_OK : SJ_MORE;
}

static void check_response(const uint8_t *bytes, size_t length)
{
    uint8_t *exact = exact_copy(bytes, length);
    sj_response response;

    memset(&response, 0xEE, sizeof response);
    const sj_status status = sj_command_response(exact, length, &response);
    free(exact);
    MUST(status == SJ_OK || status == SJ_BAD_COMMAND);
    MUST(response.comment_length <= sizeof response.comment);
    MUST(status != SJ_OK || response.has_command_field);
}

static sj_answer answer, before;
static uint8_t kept[SJ_RESPONSE_ROOM];

static void check_answer(const sj_pdu *pdu)
{
    size_t held = answer.length;

    before = answer;
    memcpy(kept, answer.bytes, held);
    uint8_t *body = exact_copy(pdu->body, pdu->length);
    const sj_status status = sj_answer_add(&answer, body, pdu->length);
    MUST(status == twin_answer(body, pdu->length, answer.context_id, kept, &held));
    MUST(answer.length <= SJ_RESPONSE_ROOM && answer.context_id == before.context_id);
    if (status != SJ_BAD_PDV)
        MUST(answer.length == held && memcmp(answer.bytes, kept, held) == 0);
    free(body);
    if (status == SJ_OK)
        check_response(answer.bytes, answer.length);
    if (status != SJ_MORE)
        answer.length = 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size)
{
    if (size < HEAD)
        return 0;
    const size_t capacity = PDU_HEADER + (input[0] & 1 ? (size_t)input[1] * 64 : input[1]);
    const size_t piece = 1 + (input[2] & 1 ? input[2] : (size_t)input[2] * 16);
    const uint8_t *bytes = input + HEAD;
    const size_t length = size - HEAD;
    sj_inbox inbox = { malloc(capacity), capacity, 0, 0 };
    size_t given = 0, taken = 0;

    MUST(inbox.bytes != NULL);
    check_response(bytes, length);
    memset(&answer, 0, sizeof answer);
    answer.context_id = input[3];
    answer.length = ((size_t)input[4] << 8 | input[5]) % (SJ_RESPONSE_ROOM + 1);
    for (;;) {
        size_t body = 0;
        sj_pdu pdu;
        uint8_t *at;
        const sj_inbox seen = inbox;
        const sj_status status = sj_inbox_take(&inbox, &pdu);
        if (status == SJ_OK) {
            MUST(twin_take(bytes + taken, given - taken, capacity, &body) == SJ_OK);
            MUST(pdu.type == bytes[taken] && pdu.length == body);
            MUST(pdu.body >= inbox.bytes && pdu.body + body <= inbox.bytes + capacity);
            MUST(memcmp(pdu.body, bytes + taken + PDU_HEADER, body) == 0);
            taken += PDU_HEADER + body;
            if (pdu.type == 4)
                check_answer(&pdu);
            continue;
        }
        MUST(inbox.start == seen.start && inbox.end == seen.end); /* "what fails is not taken out" */
        MUST(status == twin_take(bytes + taken, given - taken, capacity, &body));
        if (status != SJ_MORE || given == length)
            break;
        size_t room = sj_inbox_room(&inbox, &at);
        MUST(room > 0); /* else the peer could never go on */
        MUST(inbox.end - inbox.start == given - taken);
        MUST(at == inbox.bytes + inbox.end && room <= capacity - inbox.end);
        room = room < piece ? room : piece;
        room = room < length - given ? room : length - given;
        memcpy(at, bytes + given, room);
        inbox.end += room;
        given += room;
    }
    free(inbox.bytes);
    return 0;
}
