/* inbox.c: PDUs out of received bytes, and a response out of P-DATA-TF bodies (PS3.8 9.3). */
#include "check.h"
#include "core.h"

enum { HEADER = 6 };

static sj_inbox inbox_of(size_t capacity)
{
    sj_inbox made = { malloc(capacity), capacity, 0, 0 };

    CHECK(made.bytes != NULL);
    memset(made.bytes, 0xEE, capacity);
    return made;
}

static void arrive(sj_inbox *inbox, const void *bytes, size_t length)
{
    uint8_t *at;

    CHECK(sj_inbox_room(inbox, &at) >= length);
    memcpy(at, bytes, length);
    inbox->end += length;
}

static size_t make_pdu(uint8_t *out, uint8_t type, size_t length, uint8_t seed)
{
    out[0] = type;
    out[1] = 0;
    out[2] = (uint8_t)(length >> 24);
    out[3] = (uint8_t)(length >> 16);
    out[4] = (uint8_t)(length >> 8);
    out[5] = (uint8_t)length;
    for (size_t at = 0; at < length; at++)
        out[HEADER + at] = (uint8_t)(seed + at);
    return HEADER + length;
}

/* ---- sj_inbox_take ----------------------------------------------------------------------------------------------- */

TEST(a_pdu_that_arrives_byte_by_byte)
{
    uint8_t bytes[64];
    sj_pdu pdu;

    for (uint8_t type = 1; type <= 7; type++) {
        for (size_t length = 0; length < 20; length++) {
            sj_inbox inbox = inbox_of(100);
            const size_t whole = make_pdu(bytes, type, length, type);
            for (size_t at = 0; at < whole; at++) {
                CHECK_EQUAL(sj_inbox_take(&inbox, &pdu), SJ_MORE);
                arrive(&inbox, bytes + at, 1);
                CHECK_EQUAL(inbox.start, 0);
            }
            CHECK_EQUAL(sj_inbox_take(&inbox, &pdu), SJ_OK);
            CHECK_EQUAL(pdu.type, type);
            CHECK_EQUAL(pdu.length, length);
            CHECK_BYTES(pdu.body, bytes + HEADER, length);
            CHECK(pdu.body >= inbox.bytes && pdu.body + length <= inbox.bytes + inbox.capacity);
            CHECK_EQUAL(sj_inbox_take(&inbox, &pdu), SJ_MORE);
            free(inbox.bytes);
        }
    }
}

TEST(every_other_type_fails_at_its_first_byte_and_stays)
{
    for (unsigned type = 0; type < 256; type++) {
        sj_inbox inbox = inbox_of(100);
        const uint8_t first = (uint8_t)type;
        sj_pdu pdu;
        arrive(&inbox, &first, 1);
        CHECK_NOTE("type %u", type);
        for (int time = 0; time < 2; time++) {
            CHECK_EQUAL(sj_inbox_take(&inbox, &pdu), type >= 1 && type <= 7 ? SJ_MORE : SJ_BAD_PDU_TYPE);
            CHECK_EQUAL(inbox.end - inbox.start, 1);
        }
        free(inbox.bytes);
    }
}

TEST(lengths_that_the_inbox_cannot_hold)
{
    static const size_t capacities[] = { 6, 7, 100, 4096 };
    static const uint32_t large[] = { 0xFFFFFFFF, 0xFFFFFFFA, 0x80000000, 0x7FFFFFFF, 0x00010000 };

    for (size_t row = 0; row < 4; row++) {
        const size_t capacity = capacities[row];
        uint8_t header[4096];
        sj_pdu pdu;
        for (size_t length = capacity - HEADER; length < capacity + 3; length++) {
            sj_inbox inbox = inbox_of(capacity);
            (void)make_pdu(header, 4, 0, 0);
            header[4] = (uint8_t)(length >> 8);
            header[5] = (uint8_t)length;
            arrive(&inbox, header, HEADER);
            CHECK_NOTE("capacity %zu length %zu", capacity, length);
            const sj_status wanted = length > capacity - HEADER ? SJ_BAD_PDU_LENGTH : length == 0 ? SJ_OK : SJ_MORE;
            CHECK_EQUAL(sj_inbox_take(&inbox, &pdu), wanted);
            CHECK_EQUAL(inbox.end - inbox.start, wanted == SJ_OK ? 0 : HEADER);
            free(inbox.bytes);
        }
        for (size_t l = 0; l < sizeof large / sizeof *large; l++) {
            sj_inbox inbox = inbox_of(capacity);
            const uint8_t lie[HEADER] = { 4, 0, (uint8_t)(large[l] >> 24), (uint8_t)(large[l] >> 16),
                                          (uint8_t)(large[l] >> 8), (uint8_t)large[l] };
            arrive(&inbox, lie, HEADER);
            CHECK_EQUAL(sj_inbox_take(&inbox, &pdu), SJ_BAD_PDU_LENGTH);
            CHECK_EQUAL(inbox.end - inbox.start, HEADER);
            free(inbox.bytes);
        }
    }
}

TEST(a_pdu_that_fills_the_inbox)
{
    uint8_t bytes[64];
    sj_inbox inbox = inbox_of(sizeof bytes);
    sj_pdu pdu;

    arrive(&inbox, bytes, make_pdu(bytes, 7, sizeof bytes - HEADER, 1));
    uint8_t *at;
    CHECK_EQUAL(sj_inbox_room(&inbox, &at), 0);
    CHECK_EQUAL(sj_inbox_take(&inbox, &pdu), SJ_OK);
    CHECK_BYTES(pdu.body, bytes + HEADER, sizeof bytes - HEADER);
    CHECK_EQUAL(sj_inbox_room(&inbox, &at), sizeof bytes);
    free(inbox.bytes);
}

/* PDUs of all lengths in one stream, given over in pieces of each size: the same PDUs in the same order. An inbox that
 * has no room while no PDU can be taken would be a hang. */
TEST(a_stream_of_pdus_in_pieces_of_every_size)
{
    enum { PDUS = 60, CAPACITY = 80 };
    static uint8_t stream[PDUS * CAPACITY];
    size_t length = 0;

    for (size_t pdu = 0; pdu < PDUS; pdu++)
        length += make_pdu(stream + length, (uint8_t)(1 + pdu % 7), (pdu * 29) % (CAPACITY - HEADER + 1), (uint8_t)pdu);
    for (size_t piece = 1; piece <= CAPACITY; piece++) {
        sj_inbox inbox = inbox_of(CAPACITY);
        size_t sent = 0, taken = 0, compared = 0;
        CHECK_NOTE("pieces of %zu", piece);
        while (taken < PDUS) {
            uint8_t *at;
            sj_pdu pdu;
            const sj_status status = sj_inbox_take(&inbox, &pdu);
            if (status == SJ_OK) {
                CHECK_EQUAL(pdu.type, stream[compared]);
                CHECK_BYTES(pdu.body, stream + compared + HEADER, pdu.length);
                compared += HEADER + pdu.length;
                taken++;
                continue;
            }
            CHECK_EQUAL(status, SJ_MORE);
            const size_t held = inbox.end - inbox.start;
            size_t room = sj_inbox_room(&inbox, &at);
            CHECK_EQUAL(inbox.end - inbox.start, held); /* "keeps what is in it" */
            CHECK_BYTES(inbox.bytes + inbox.start, stream + compared, held);
            CHECK(room > 0);
            CHECK(at == inbox.bytes + inbox.end && room <= CAPACITY - inbox.end);
            if (room > piece)
                room = piece;
            if (room > length - sent)
                room = length - sent;
            CHECK(room > 0);
            memcpy(at, stream + sent, room);
            inbox.end += room;
            sent += room;
        }
        CHECK_EQUAL(compared, length);
        free(inbox.bytes);
    }
}

/* ---- sj_answer_add ----------------------------------------------------------------------------------------------- */

enum { CONTEXT = 5, COMMAND = 1, LAST = 2 };

static size_t put_pdv(uint8_t *at, uint32_t item, uint8_t context_id, uint8_t control, const void *value, size_t length)
{
    const uint8_t header[6] = { (uint8_t)(item >> 24), (uint8_t)(item >> 16), (uint8_t)(item >> 8), (uint8_t)item,
                                context_id, control };
    memcpy(at, header, 6);
    memcpy(at + 6, value, length);
    return 6 + length;
}

static sj_answer answer;

/* adds a body that is an allocation of just that length */
static sj_status add(const uint8_t *body, size_t length)
{
    uint8_t *exact = malloc(length > 0 ? length : 1);

    CHECK(exact != NULL);
    memcpy(exact, body, length);
    const sj_status status = sj_answer_add(&answer, exact, length);
    free(exact);
    return status;
}

static void begin_answer(void)
{
    memset(&answer, 0, sizeof answer);
    answer.context_id = CONTEXT;
}

TEST(an_answer_in_one_fragment)
{
    uint8_t body[64];

    begin_answer();
    CHECK_EQUAL(add(body, put_pdv(body, 8, CONTEXT, COMMAND | LAST, "abcdef", 6)), SJ_OK);
    CHECK_EQUAL(answer.length, 6);
    CHECK_BYTES(answer.bytes, "abcdef", 6);
}

TEST(an_answer_in_fragments_of_every_division)
{
    const char *words = "abcdefghijkl";
    uint8_t body[256];

    for (unsigned cuts = 0; cuts < 1u << 11; cuts++) {
        for (int together = 0; together <= 1; together++) { /* all in one PDU, or each in its own */
            size_t length = 0, from = 0;
            sj_status status = SJ_MORE;
            begin_answer();
            CHECK_NOTE("cuts %x together %d", cuts, together);
            for (size_t at = 1; at <= 12; at++) {
                if (at < 12 && (cuts >> (at - 1) & 1u) == 0)
                    continue;
                const uint8_t control = (uint8_t)(COMMAND | (at == 12 ? LAST : 0));
                length += put_pdv(body + length, (uint32_t)(at - from) + 2, CONTEXT, control, words + from, at - from);
                from = at;
                if (together && at < 12)
                    continue;
                CHECK_EQUAL(status, SJ_MORE);
                status = add(body, length);
                length = 0;
            }
            CHECK_EQUAL(status, SJ_OK);
            CHECK_EQUAL(answer.length, 12);
            CHECK_BYTES(answer.bytes, words, 12);
        }
    }
}

TEST(an_empty_fragment_that_is_the_last)
{
    uint8_t body[64];

    begin_answer();
    CHECK_EQUAL(add(body, put_pdv(body, 6, CONTEXT, COMMAND, "abcd", 4)), SJ_MORE);
    CHECK_EQUAL(add(body, put_pdv(body, 2, CONTEXT, COMMAND | LAST, "", 0)), SJ_OK);
    CHECK_EQUAL(answer.length, 4);
}

/* PS3.8 9.3.5: "one or more Presentation-data-value Items" */
TEST(a_p_data_tf_without_an_item_is_malformed)
{
    uint8_t nothing = 0;

    begin_answer();
    CHECK_EQUAL(add(&nothing, 0), SJ_BAD_PDV);
}

TEST(items_of_the_wrong_context_kind_or_length)
{
    uint8_t body[64];

    for (unsigned context = 0; context < 256; context++) {
        begin_answer();
        const size_t length = put_pdv(body, 6, (uint8_t)context, COMMAND | LAST, "abcd", 4);
        CHECK_EQUAL(add(body, length), context == CONTEXT ? SJ_OK : SJ_BAD_PDV);
    }
    for (unsigned control = 0; control < 256; control++) { /* bits 2 to 7 are not tested (PS3.8 E.2) */
        begin_answer();
        const size_t length = put_pdv(body, 6, CONTEXT, (uint8_t)control, "abcd", 4);
        const sj_status wanted = (control & COMMAND) == 0 ? SJ_BAD_PDV : (control & LAST) != 0 ? SJ_OK : SJ_MORE;
        CHECK_NOTE("control %u", control);
        CHECK_EQUAL(add(body, length), wanted);
    }
    static const uint32_t lies[] = { 0, 1, 7, 8, 100, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF };
    for (size_t row = 0; row < sizeof lies / sizeof *lies; row++) {
        begin_answer();
        CHECK_NOTE("item length %u", lies[row]);
        CHECK_EQUAL(add(body, put_pdv(body, lies[row], CONTEXT, COMMAND | LAST, "abcd", 4)), SJ_BAD_PDV);
    }
    begin_answer(); /* shorter than it is: what is left over is no item */
    CHECK_EQUAL(add(body, put_pdv(body, 4, CONTEXT, COMMAND | LAST, "abcd", 4)), SJ_BAD_PDV);
    begin_answer();
    CHECK_EQUAL(add(body, put_pdv(body, 4, CONTEXT, COMMAND, "abcd", 4)), SJ_BAD_PDV);
}

TEST(a_body_cut_at_every_byte)
{
    uint8_t body[64];
    const size_t first = put_pdv(body, 6, CONTEXT, COMMAND, "abcd", 4);
    const size_t whole = first + put_pdv(body + first, 5, CONTEXT, COMMAND | LAST, "efg", 3);

    for (size_t length = 1; length <= whole; length++) {
        begin_answer();
        CHECK_NOTE("cut at %zu", length);
        CHECK_EQUAL(add(body, length), length == whole ? SJ_OK : length == first ? SJ_MORE : SJ_BAD_PDV);
    }
}

TEST(nothing_follows_the_last_fragment)
{
    uint8_t body[64];
    size_t length = put_pdv(body, 6, CONTEXT, COMMAND | LAST, "abcd", 4);

    length += put_pdv(body + length, 6, CONTEXT, COMMAND | LAST, "efgh", 4);
    begin_answer();
    CHECK_EQUAL(add(body, length), SJ_BAD_PDV);
}

TEST(an_answer_as_long_as_its_room_and_longer)
{
    for (size_t more = 0; more < 3; more++) {
        for (size_t first = 0; first <= SJ_RESPONSE_ROOM; first += 1024) {
            const size_t whole = SJ_RESPONSE_ROOM + more;
            uint8_t *value = calloc(whole, 1), *body = malloc(whole + 6);
            CHECK(value != NULL && body != NULL);
            begin_answer();
            CHECK_EQUAL(add(body, put_pdv(body, (uint32_t)first + 2, CONTEXT, COMMAND, value, first)), SJ_MORE);
            const size_t rest = whole - first;
            CHECK_EQUAL(add(body, put_pdv(body, (uint32_t)rest + 2, CONTEXT, COMMAND | LAST, value, rest)),
                        more == 0 ? SJ_OK : SJ_BAD_PDV);
            CHECK(answer.length <= SJ_RESPONSE_ROOM);
            free(value);
            free(body);
        }
    }
}
