/* store.c: what is due of a message, composed in a buffer as whole PDUs, and what an answer means. The twin of pdv.c says
 * which bytes must come out. */
#include "check.h"
#include "core.h"
#include "disk.h"
#include "peer.h"
#include "sending.h"

/* A buffer of just `room` bytes, filled again and again; `pieces` of each step must be whole PDUs. */
static void compose_all(size_t pixels, uint32_t fragment, size_t capacity, size_t room)
{
    disk_write_object("object", pixels);
    sending *s = sending_new("object", fragment, capacity, 0);
    uint8_t *out = malloc(room);
    size_t at = 0;
    bool last;

    CHECK(out != NULL);
    while (s->store.stream_offset < s->store.stream_length) {
        size_t made = 0;
        CHECK_EQUAL(sj_store_compose(&s->store, out, room, &made), SJ_OK);
        CHECK(made > 0 && made <= room && made <= s->stream.length - at);
        CHECK_BYTES(out, s->stream.bytes + at, made);
        at += made;
        CHECK_EQUAL(s->store.stream_offset, at);
        CHECK_EQUAL(sj_message_rest_of_pdu(&s->store.message, at, &last), 0);
        /* the next PDU would not have had room */
        if (at < s->stream.length)
            CHECK(s->stream.rest[at + 1] + 1 > room - made);
    }
    CHECK_EQUAL(at, s->stream.length);
    free(out);
    peer_start(&s->other, s->end, plays_nothing);
    sending_free(s);
}

TEST(composes_what_the_twin_says)
{
    static const uint32_t fragments[] = { 2, 6, 1000, 16378, 65534 };

    for (size_t row = 0; row < sizeof fragments / sizeof *fragments; row++) {
        compose_all(3000, fragments[row], DOOR_CAPACITY, fragments[row] + SJ_PDV_HEADER + 120u);
        compose_all(200001, fragments[row], DOOR_CAPACITY, 264 << 10);
    }
}

TEST(composes_through_a_small_window)
{
    compose_all(700001, 1000, SJ_FRAGMENT_MAX + 1, 264 << 10);
    compose_all(700001, SJ_FRAGMENT_MAX, SJ_FRAGMENT_MAX + 1, SJ_PDU_ROOM);
}

TEST(adds_behind_what_was_made_before)
{
    disk_write_object("object", 5000);
    sending *s = sending_new("object", 1000, DOOR_CAPACITY, 0);
    uint8_t *out = malloc(264 << 10);
    size_t made = 0, before;

    CHECK(out != NULL);
    CHECK_EQUAL(sj_store_compose(&s->store, out, 1200, &made), SJ_OK);
    before = made;
    CHECK(before > 0);
    CHECK_EQUAL(sj_store_compose(&s->store, out, before + 5, &made), SJ_OK); /* no room for another */
    CHECK_EQUAL(made, before);
    CHECK_EQUAL(sj_store_compose(&s->store, out, 264 << 10, &made), SJ_OK);
    CHECK_EQUAL(made, s->stream.length);
    CHECK_BYTES(out, s->stream.bytes, made);
    CHECK_EQUAL(sj_store_compose(&s->store, out, 264 << 10, &made), SJ_OK); /* there is no other */
    CHECK_EQUAL(made, s->stream.length);
    free(out);
    peer_start(&s->other, s->end, plays_nothing);
    sending_free(s);
}

TEST(a_file_that_shrinks_leaves_whole_pdus)
{
    const size_t pixels = 700000;
    disk_write_object("object", pixels);
    sending *s = sending_new("object", 1000, SJ_FRAGMENT_MAX + 1, 0);
    uint8_t *out = malloc(1 << 20);
    size_t made = 0;
    bool last;

    CHECK(out != NULL);
    CHECK_EQUAL(sj_store_compose(&s->store, out, 20000, &made), SJ_OK);
    CHECK(truncate("object", 300000) == 0);
    CHECK_EQUAL(sj_store_compose(&s->store, out, 1 << 20, &made), SJ_FILE_CHANGED);
    CHECK(made >= 1000 && made < 300000);
    CHECK_BYTES(out, s->stream.bytes, made);
    CHECK_EQUAL(sj_message_rest_of_pdu(&s->store.message, s->store.stream_offset, &last), 0);
    free(out);
    peer_start(&s->other, s->end, plays_nothing);
    sending_free(s);
}

/* A window that somebody else fills: the bytes that do not fill a fragment wait, the last one is held back. */
TEST(composes_what_is_pushed)
{
    uint8_t command[SJ_COMMAND_ROOM], data[2501], *out = malloc(4096);
    sj_window window = { data, sizeof data, 0, 0 };
    sj_store store;
    size_t made = 0;

    CHECK(out != NULL);
    for (size_t at = 0; at < sizeof data; at++)
        data[at] = (uint8_t)(at * 7 + 1);
    memset(&store, 0, sizeof store);
    store.message.command = command;
    store.message.command_length = sj_command_store(command, "1.2", 3, "1.3", 3, MESSAGE_ID);
    store.message.fragment = 1000;
    store.message.context_id = CONTEXT;
    store.message.data_length = SJ_OPEN_ENDED;
    store.window = &window;
    store.stream_length = sj_message_stream(&store.message);
    window.length = 2000;
    CHECK_EQUAL(sj_store_compose(&store, out, 4096, &made), SJ_MORE);
    CHECK_EQUAL(sj_message_data_at(&store.message, store.stream_offset), 1000);
    window.length = 2500;
    CHECK_EQUAL(sj_store_compose(&store, out, 4096, &made), SJ_MORE);
    CHECK_EQUAL(sj_message_data_at(&store.message, store.stream_offset), 2000);
    store.message.data_length = 2500;
    store.stream_length = sj_message_stream(&store.message);
    CHECK_EQUAL(sj_store_compose(&store, out, 4096, &made), SJ_OK);
    twin_stream twin = twin_build(&store.message, data);
    CHECK_EQUAL(made, twin.length);
    CHECK_BYTES(out, twin.bytes, made);
    twin_free(&twin);
    free(out);
}

/* ---- answers ----------------------------------------------------------------------------------------------------- */

typedef struct heeding {
    sj_wire wire;
    sj_store store;
} heeding;

static heeding *heeding_new(void)
{
    heeding *made = calloc(1, sizeof *made);

    CHECK(made != NULL);
    made->store.answer.context_id = CONTEXT;
    made->store.message_id = MESSAGE_ID;
    made->store.deadline = SJ_FOREVER;
    return made;
}

/* a whole PDU, as sj_inbox_take() shows it */
static sj_status heed(heeding *h, uint8_t *bytes, size_t length)
{
    sj_inbox inbox = { bytes, ANSWER_ROOM, 0, length };
    sj_pdu pdu;

    CHECK_EQUAL(sj_inbox_take(&inbox, &pdu), SJ_OK);
    return sj_store_heed(&h->wire, &h->store, &pdu);
}

TEST(heeds_a_response)
{
    uint8_t bytes[ANSWER_ROOM];
    heeding *h = heeding_new();

    CHECK_EQUAL(heed(h, bytes, answer_whole(bytes, SUCCESS)), SJ_OK);
    CHECK_EQUAL(h->store.response.status, 0);
    CHECK_EQUAL(h->store.response.message_id, MESSAGE_ID);
    free(h);
}

TEST(heeds_a_response_in_fragments)
{
    uint8_t bytes[ANSWER_ROOM], command[64];
    const size_t length = answer_command(command, (answer_fields){ 0x8001, MESSAGE_ID, 0x0101, 0xA700 });
    heeding *h = heeding_new();

    CHECK_EQUAL(heed(h, bytes, answer_pdu(bytes, command, 10, CONTEXT, 1)), SJ_MORE);
    CHECK_EQUAL(heed(h, bytes, answer_pdu(bytes, command + 10, length - 10, CONTEXT, 3)), SJ_OK);
    CHECK_EQUAL(h->store.response.status, 0xA700);
    free(h);
}

TEST(fragments_do_not_put_off_the_deadline)
{
    uint8_t bytes[ANSWER_ROOM];
    heeding *h = heeding_new();

    h->store.deadline = 1;
    CHECK_EQUAL(heed(h, bytes, answer_pdu(bytes, "", 0, CONTEXT, 1)), SJ_PEER_STALLED);
    free(h);
}

TEST(heeds_other_pdus_and_wrong_answers)
{
    uint8_t bytes[ANSWER_ROOM];
    heeding *h = heeding_new();

    memcpy(bytes, a_abort, sizeof a_abort);
    CHECK_EQUAL(heed(h, bytes, sizeof a_abort), SJ_PEER_ABORTED);
    CHECK_EQUAL(h->wire.abort_source, 2);
    CHECK_EQUAL(h->wire.abort_reason, 5);
    memcpy(bytes, a_release_rq, sizeof a_release_rq);
    CHECK_EQUAL(heed(h, bytes, sizeof a_release_rq), SJ_PEER_RELEASES);
    bytes[0] = 2;
    CHECK_EQUAL(heed(h, bytes, sizeof a_release_rq), SJ_BAD_PDU_TYPE);
    CHECK_EQUAL(heed(h, bytes, answer_whole(bytes, (answer_fields){ 0x8001, 9, 0x0101, 0 })), SJ_WRONG_MESSAGE_ID);
    h->store.answer.length = 0;
    CHECK_EQUAL(heed(h, bytes, answer_whole(bytes, (answer_fields){ 0x8020, MESSAGE_ID, 0x0101, 0 })), SJ_WRONG_COMMAND);
    h->store.answer.length = 0;
    CHECK_EQUAL(heed(h, bytes, answer_whole(bytes, (answer_fields){ 0x8001, MESSAGE_ID, 0x0101, -1 })), SJ_BAD_COMMAND);
    free(h);
}

TEST(hears_an_abort_among_others_and_takes_nothing_out)
{
    uint8_t bytes[64];
    sj_wire wire = { 0 };
    sj_inbox inbox = { bytes, sizeof bytes, 0, 0 };

    CHECK_EQUAL(sj_wire_hear(&wire, &inbox), SJ_OK);
    memcpy(bytes, a_release_rq, sizeof a_release_rq);
    memcpy(bytes + sizeof a_release_rq, a_abort, sizeof a_abort);
    inbox.end = sizeof a_release_rq + sizeof a_abort - 1;
    CHECK_EQUAL(sj_wire_hear(&wire, &inbox), SJ_OK); /* not yet whole */
    inbox.end++;
    CHECK_EQUAL(sj_wire_hear(&wire, &inbox), SJ_PEER_ABORTED);
    CHECK_EQUAL(wire.abort_source, 2);
    CHECK_EQUAL(wire.abort_reason, 5);
    CHECK_EQUAL(inbox.start, 0);
}
