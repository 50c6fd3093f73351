/* pump.c: sj_store_run, from a file to a peer and back; what arrives is compared with the twin of pdv.c. */
#include <signal.h>

#define SECONDS 15

#include "check.h"
#include "core.h"
#include "disk.h"
#include "peer.h"
#include "sending.h"

static uint8_t answer[ANSWER_ROOM];

/* Sends it to a peer that reads all and answers success. */
static void arrives_over(sending *s, size_t from)
{
    s->store.stream_offset = from;
    s->other.expected = s->stream.length - from;
    s->other.bytes = answer;
    s->other.length = answer_whole(answer, SUCCESS);
    peer_start(&s->other, s->end, plays_its_bytes_after_what_it_expects);
    CHECK_EQUAL(sending_run(s), SJ_OK);
    CHECK_EQUAL(s->store.stream_offset, s->stream.length);
    CHECK_EQUAL(s->store.response.status, 0);
    CHECK_EQUAL(s->store.response.message_id, MESSAGE_ID);
    CHECK(pthread_join(s->other.thread, NULL) == 0);
    CHECK_EQUAL(s->other.received, s->stream.length - from);
    CHECK_BYTES(s->other.kept, s->stream.bytes + from, s->stream.length - from);
    CHECK(close(s->other.socket) == 0);
    free(s->other.kept);
    wire_free(&s->wire);
    source_free(&s->source);
    twin_free(&s->stream);
    free(s->data);
    free(s);
}

static void arrives(const char *path, uint32_t fragment, size_t capacity, int buffers)
{
    CHECK_NOTE("fragment %u capacity %zu buffers %d", fragment, capacity, buffers);
    arrives_over(sending_new(path, fragment, capacity, buffers), 0);
}

/* ---- objects of many sizes --------------------------------------------------------------------------------------- */

TEST(small_objects_of_every_length)
{
    for (size_t pixels = 0; pixels < 40; pixels++) { /* odd ones get a pad */
        (void)disk_write_object("small", pixels);
        for (uint32_t fragment = 2; fragment <= 64; fragment += fragment < 8 ? 2 : 14)
            arrives("small", fragment, DOOR_CAPACITY, 0);
    }
    CHECK(unlink("small") == 0);
}

TEST(a_small_object_from_every_offset_on)
{
    (void)disk_write_object("small", 9);
    for (uint32_t fragment = 2; fragment <= 40; fragment += 19 * 2) {
        sending *s = sending_new("small", fragment, 4096, 0);
        const size_t length = s->stream.length;
        peer_start(&s->other, s->end, plays_nothing);
        sending_free(s);
        for (size_t from = 0; from < length; from++)
            arrives_over(sending_new("small", fragment, 4096, 0), from);
    }
    CHECK(unlink("small") == 0);
}

/* ---- how far it is ----------------------------------------------------------------------------------------------- */

TEST(a_look_tells_what_was_sent_and_what_there_is)
{
    uint64_t sent, length;

    (void)disk_write_object("small", 100);
    sending *s = sending_new("small", 64, DOOR_CAPACITY, 0);
    sj_store_look(&s->store, &sent, &length);
    CHECK_EQUAL(sent, 0);
    CHECK_EQUAL(length, s->stream.length);
    s->store.stream_offset = 70;
    sj_store_look(&s->store, &sent, &length);
    CHECK_EQUAL(sent, 70);
    s->store.message.data_length = SJ_OPEN_ENDED;
    sj_store_look(&s->store, &sent, &length);
    CHECK_EQUAL(sent, 70);
    CHECK_EQUAL(length, 0);
    s->store.stream_offset = 0;
    s->store.message.data_length = s->store.stored_length + (s->store.stored_length & 1);
    arrives_over(s, 0);
    CHECK(unlink("small") == 0);
}

TEST(objects_around_a_fragment)
{
    static const uint32_t fragments[] = { 250, 1000, 4090, 16378, 65534, SJ_FRAGMENT_MAX };
    const size_t head = disk_write_object("around", 0);
    sending *s = sending_new("around", 250, DOOR_CAPACITY, 0);
    const size_t data = head - (size_t)s->store.data_offset; /* of the data set, without pixels */

    peer_start(&s->other, s->end, plays_nothing);
    sending_free(s);
    for (size_t f = 0; f < 6; f++) {
        for (size_t times = 1; times <= 2; times++) {
            for (size_t length = fragments[f] * times - 2; length <= fragments[f] * times + 2; length++) {
                (void)disk_write_object("around", length - data);
                arrives("around", fragments[f], DOOR_CAPACITY, 0);
            }
        }
    }
    CHECK(unlink("around") == 0);
}

TEST(objects_of_many_windows)
{
    static const size_t pixels[] = { 255000, 262143, 262144, 300001, 524288, 525001, 1500001 };
    static const uint32_t fragments[] = { 4090, 16378, SJ_FRAGMENT_MAX };

    for (size_t p = 0; p < sizeof pixels / sizeof *pixels; p++) {
        (void)disk_write_object("large", pixels[p]);
        for (size_t f = 0; f < 3; f++)
            arrives("large", fragments[f], DOOR_CAPACITY, 0);
    }
    CHECK(unlink("large") == 0);
}

TEST(windows_of_many_capacities)
{
    static const size_t capacities[] = { 16379, 16384, 20000, 32757, 40000, 262144, 270000, 300000 };

    (void)disk_write_object("large", 700001);
    for (size_t c = 0; c < sizeof capacities / sizeof *capacities; c++)
        arrives("large", 16378, capacities[c], 0);
    CHECK(unlink("large") == 0);
}

TEST(a_large_object_through_tiny_buffers)
{
    (void)disk_write_object("large", 700001);
    arrives("large", 16378, DOOR_CAPACITY, 1);
    arrives("large", SJ_FRAGMENT_MAX, DOOR_CAPACITY, 1);
    arrives("large", 1000, DOOR_CAPACITY, 4096);
    CHECK(unlink("large") == 0);
}

/* The pad of an odd data set needs a byte behind the file's last one, even where the file just fills the window. */
TEST(a_file_that_fills_the_window_leaves_room_for_the_pad)
{
    for (size_t pixels = 180001; pixels <= 180002; pixels++) { /* one of the two data sets is odd */
        const size_t length = disk_write_object("filling", pixels);
        arrives("filling", 16378, length, 0);
    }
    CHECK(unlink("filling") == 0);
}

TEST(a_bare_data_set_and_an_empty_one)
{
    text *bare = text_new(SJ_IMPLICIT_LITTLE);

    put_identity(bare);
    put_header_of(bare, TAG_PIXEL_DATA, "", 333);
    put_fill(bare, 1, 333);
    disk_write_text("bare", bare);
    arrives("bare", 100, DOOR_CAPACITY, 0);
    disk_write_text("bare", text_file(SJ_EXPLICIT_LITTLE, EXPLICIT_LITTLE_UID));
    arrives("bare", 100, DOOR_CAPACITY, 0);
    CHECK(unlink("bare") == 0);
}

/* A peer that always reads never makes us wait; a signal must be seen all the same. */
TEST(a_very_large_object_pauses_on_its_way)
{
    text *head = text_file(SJ_EXPLICIT_LITTLE, EXPLICIT_LITTLE_UID);
    const uint32_t pixels = 70 << 20;
    sj_status status = SJ_PAUSE;
    size_t pauses = 0;

    put_identity(head);
    put_header_of(head, TAG_PIXEL_DATA, "OB", pixels);
    const off_t length = (off_t)(head->length + pixels);
    disk_write_text("sparse", head);
    CHECK(truncate("sparse", length) == 0);
    sending *s = sending_new("sparse", SJ_FRAGMENT_MAX, DOOR_CAPACITY, 0);
    free(s->other.kept);
    s->other.kept = NULL;
    s->other.bytes = answer;
    s->other.length = answer_whole(answer, SUCCESS);
    peer_start(&s->other, s->end, plays_its_bytes_after_what_it_expects);
    while (status == SJ_PAUSE) {
        status = sj_store_run(&s->wire, &s->store);
        pauses += status == SJ_PAUSE && s->store.stream_offset < s->stream.length;
    }
    CHECK_EQUAL(status, SJ_OK);
    CHECK(pauses >= 2);
    sending_free(s);
    CHECK(unlink("sparse") == 0);
}

/* ---- answers ----------------------------------------------------------------------------------------------------- */

static sj_store last_store; /* of the latest sending, without what it points to */
static sj_wire last_wire;

static sj_status answered_by(const uint8_t *bytes, size_t length, void (*part)(peer *peer), uint64_t patience)
{
    (void)disk_write_object("answered", 5000);
    sending *s = sending_new("answered", 1000, DOOR_CAPACITY, 0);
    s->other.bytes = bytes;
    s->other.length = length;
    s->store.patience = patience;
    s->store.stall = 400 * MILLISECONDS;
    peer_start(&s->other, s->end, part);
    const sj_status status = sending_run(s);
    CHECK_EQUAL(s->store.stream_offset, s->stream.length);
    last_store = s->store;
    last_wire = s->wire;
    sending_free(s);
    CHECK(unlink("answered") == 0);
    return status;
}

static sj_status answered(const uint8_t *bytes, size_t length)
{
    return answered_by(bytes, length, plays_its_bytes_after_what_it_expects, 5000 * MILLISECONDS);
}

TEST(answers_of_each_status_class)
{
    static const uint16_t statuses[] = { 0x0000, 0xB000, 0xB007, 0xA700, 0xA900, 0xC000, 0xFE00, 0xFFFF, 0x0122 };

    for (size_t row = 0; row < sizeof statuses / sizeof *statuses; row++) {
        answer_fields fields = SUCCESS;
        fields.status = statuses[row];
        CHECK_EQUAL(answered(answer, answer_whole(answer, fields)), SJ_OK);
        CHECK_EQUAL(last_store.response.status, statuses[row]);
    }
}

TEST(answers_that_are_not_to_this_request)
{
    static const struct {
        answer_fields fields;
        sj_status wanted;
    } rows[] = {
        { { 0x8001, MESSAGE_ID + 1, 0x0101, 0 }, SJ_WRONG_MESSAGE_ID },
        { { 0x8001, 0, 0x0101, 0 }, SJ_WRONG_MESSAGE_ID },
        { { 0x0001, MESSAGE_ID, 0x0101, 0 }, SJ_WRONG_COMMAND },
        { { 0x8030, MESSAGE_ID, 0x0101, 0 }, SJ_WRONG_COMMAND },
        { { 0x0FFF, MESSAGE_ID, 0x0101, 0 }, SJ_WRONG_COMMAND },
        { { 0x8001, MESSAGE_ID, 0x0000, 0 }, SJ_WRONG_COMMAND }, /* "a data set follows" */
        { { 0x8001, MESSAGE_ID, 0x0102, 0 }, SJ_WRONG_COMMAND },
        { { 0x8001, -1, 0x0101, 0 }, SJ_BAD_COMMAND },
        { { 0x8001, MESSAGE_ID, 0x0101, -1 }, SJ_BAD_COMMAND },
        { { -1, MESSAGE_ID, 0x0101, 0 }, SJ_BAD_COMMAND },
        { { -1, -1, -1, -1 }, SJ_BAD_COMMAND },
        { { 0x8001, MESSAGE_ID, -1, 0 }, SJ_OK },
    };

    for (size_t row = 0; row < sizeof rows / sizeof *rows; row++) {
        CHECK_NOTE("row %zu", row);
        CHECK_EQUAL(answered(answer, answer_whole(answer, rows[row].fields)), rows[row].wanted);
    }
}

TEST(an_answer_in_fragments)
{
    uint8_t command[64], pdus[64 * SJ_PDV_HEADER + 64];
    const size_t length = answer_command(command, SUCCESS);

    for (size_t piece = 1; piece <= length; piece += 7) {
        size_t end = 0;
        for (size_t at = 0; at < length; at += piece) {
            const size_t rest = length - at;
            end += answer_pdu(pdus + end, command + at, rest < piece ? rest : piece, CONTEXT, rest <= piece ? 3 : 1);
        }
        CHECK_EQUAL(answered(pdus, end), SJ_OK);
    }
}

static void plays_its_bytes_one_by_one_after_what_it_expects(peer *self)
{
    if (peer_read(self, self->expected))
        plays_its_bytes_one_by_one(self);
}

TEST(an_answer_in_single_bytes)
{
    const size_t length = answer_whole(answer, SUCCESS);

    CHECK_EQUAL(answered_by(answer, length, plays_its_bytes_one_by_one_after_what_it_expects, SJ_FOREVER), SJ_OK);
}

TEST(malformed_answers)
{
    uint8_t command[64];
    const size_t length = answer_command(command, SUCCESS);

    CHECK_EQUAL(answered(answer, answer_pdu(answer, command, length, CONTEXT + 2, 3)), SJ_BAD_PDV);
    CHECK_EQUAL(answered(answer, answer_pdu(answer, command, length, CONTEXT, 2)), SJ_BAD_PDV); /* a data set */
    CHECK_EQUAL(answered(answer, answer_pdu(answer, command, length - 1, CONTEXT, 3)), SJ_BAD_COMMAND);
    CHECK_EQUAL(answered(answer, answer_pdu(answer, command, 0, CONTEXT, 3)), SJ_BAD_COMMAND);
    CHECK_EQUAL(answered((const uint8_t *)"SSH-2.0-OpenSSH_9.2", 19), SJ_BAD_PDU_TYPE);
    CHECK_EQUAL(answered((const uint8_t *)"\4\0\xFF\xFF\xFF\xFF", 6), SJ_BAD_PDU_LENGTH);
    const size_t whole = answer_pdu(answer, command, length, CONTEXT, 3);
    answer[9]++; /* the item is a byte longer than its PDU */
    CHECK_EQUAL(answered(answer, whole), SJ_BAD_PDV);
}

TEST(other_pdus_instead_of_an_answer)
{
    for (uint8_t type = 1; type <= 7; type++) {
        const uint8_t pdu[] = { type, 0, 0, 0, 0, 4, 0, 0, 2, 6 };
        const sj_status wanted = type == 7   ? SJ_PEER_ABORTED
                                 : type == 5 ? SJ_PEER_RELEASES
                                 : type == 4 ? SJ_BAD_PDV
                                             : SJ_BAD_PDU_TYPE;
        CHECK_NOTE("type %u", type);
        CHECK_EQUAL(answered(pdu, sizeof pdu), wanted);
        if (type == 7) {
            CHECK_EQUAL(last_wire.abort_source, 2);
            CHECK_EQUAL(last_wire.abort_reason, 6);
        }
    }
    for (uint8_t length = 0; length < 4; length++) { /* an A-ABORT that is too short is one all the same */
        const uint8_t pdu[] = { 7, 0, 0, 0, 0, length, 9, 9, 9, 9 };
        CHECK_EQUAL(answered(pdu, 6u + length), SJ_PEER_ABORTED);
        CHECK_EQUAL(last_wire.abort_source, 0);
        CHECK_EQUAL(last_wire.abort_reason, 0);
    }
}

static void plays_a_reader_that_closes_behind(peer *self)
{
    if (peer_read(self, self->expected))
        plays_its_bytes_and_closes(self);
}

static void plays_a_reader_that_resets_behind(peer *self)
{
    (void)peer_read(self, self->expected);
    peer_reset(self);
}

TEST(a_peer_that_is_gone_instead_of_an_answer)
{
    const size_t length = answer_whole(answer, SUCCESS);

    CHECK_EQUAL(answered_by(answer, 0, plays_a_reader_that_closes_behind, SJ_FOREVER), SJ_PEER_CLOSED);
    CHECK_EQUAL(answered_by(answer, length - 1, plays_a_reader_that_closes_behind, SJ_FOREVER), SJ_PEER_CLOSED);
    CHECK_EQUAL(answered_by(answer, length, plays_a_reader_that_closes_behind, SJ_FOREVER), SJ_OK);
    CHECK_EQUAL(answered_by(answer, 0, plays_a_reader_that_resets_behind, SJ_FOREVER), SJ_PEER_CLOSED);
}

TEST(a_peer_that_does_not_answer)
{
    const size_t length = answer_whole(answer, SUCCESS);
    const uint64_t begun = sj_now();

    CHECK_EQUAL(answered_by(answer, 0, plays_its_bytes_after_what_it_expects, 300 * MILLISECONDS), SJ_PEER_SILENT);
    CHECK(sj_now() - begun >= 300 * MILLISECONDS && sj_now() - begun < 3000 * MILLISECONDS);
    for (size_t cut = 1; cut < length; cut += 20)
        CHECK_EQUAL(answered_by(answer, cut, plays_its_bytes_after_what_it_expects, 300 * MILLISECONDS),
                    SJ_PEER_STALLED);
    /* without a limit for the answer, one that has begun must go on all the same */
    CHECK_EQUAL(answered_by(answer, 3, plays_its_bytes_after_what_it_expects, SJ_FOREVER), SJ_PEER_STALLED);
}

/* "takes one PDU only": the answers to two requests come together, behind the first of them. */
TEST(an_answer_that_was_read_ahead)
{
    uint8_t both[2 * ANSWER_ROOM];
    answer_fields second = SUCCESS;

    second.message_id = MESSAGE_ID + 1;
    size_t length = answer_whole(both, SUCCESS);
    length += answer_whole(both + length, second);
    (void)disk_write_object("answered", 5000);
    sending *s = sending_new("answered", 1000, DOOR_CAPACITY, 0);
    const sj_store fresh = s->store;
    s->other.bytes = both;
    s->other.length = length;
    peer_start(&s->other, s->end, plays_its_bytes_after_what_it_expects);
    CHECK_EQUAL(sending_run(s), SJ_OK);
    CHECK(s->wire.inbox.end > s->wire.inbox.start);
    s->store = fresh;
    s->store.message_id = MESSAGE_ID + 1;
    s->store.patience = 0; /* it is there already */
    CHECK_EQUAL(sending_run(s), SJ_OK);
    sending_free(s);
    CHECK(unlink("answered") == 0);
}

/* ---- the next file ----------------------------------------------------------------------------------------------- */

TEST(the_next_file_is_looked_at_before_the_answer_comes)
{
    sj_source ahead = source_new(DOOR_CAPACITY);
    sj_scan ahead_scan;

    (void)disk_write_object("this", 5000);
    const size_t length = disk_write_object("next", 400001);
    sending *s = sending_new("this", 1000, DOOR_CAPACITY, 0);
    s->store.upcoming = (sj_upcoming){ &ahead, &ahead_scan, NULL, "next", SJ_EXPECT_ANY, false, SJ_OK, SJ_OK };
    s->store.patience = 300 * MILLISECONDS;
    peer_start(&s->other, s->end, plays_its_bytes_after_what_it_expects);
    CHECK_EQUAL(sending_run(s), SJ_PEER_SILENT);
    CHECK(s->store.upcoming.done);
    CHECK_EQUAL(s->store.upcoming.opened, SJ_OK);
    CHECK_EQUAL(s->store.upcoming.scanned, SJ_OK);
    CHECK_EQUAL(ahead.size, length);
    CHECK(ahead_scan.structure_known && ahead_scan.instance_uid.present);
    sending_free(s);
    source_free(&ahead);
    CHECK(unlink("this") == 0 && unlink("next") == 0);
}

TEST(a_next_file_that_fails_is_no_failure_of_this_one)
{
    sj_source ahead = source_new(DOOR_CAPACITY);
    sj_scan ahead_scan;

    (void)disk_write_object("this", 5000);
    sending *s = sending_new("this", 1000, DOOR_CAPACITY, 0);
    s->store.upcoming = (sj_upcoming){ &ahead, &ahead_scan, NULL, "nowhere", SJ_EXPECT_ANY, false, SJ_OK, SJ_OK };
    s->other.bytes = answer;
    s->other.length = answer_whole(answer, SUCCESS);
    peer_start(&s->other, s->end, plays_its_bytes_after_what_it_expects);
    CHECK_EQUAL(sending_run(s), SJ_OK);
    CHECK(s->store.upcoming.done);
    CHECK_EQUAL(s->store.upcoming.opened, SJ_FILE_IO);
    sending_free(s);
    source_free(&ahead);
    CHECK(unlink("this") == 0);
}

/* What a file prepared ahead of time sends is the whole file, however much of it its window held. */
TEST(a_file_that_was_prepared_ahead_arrives)
{
    static const size_t pixels[] = { 0, 1, 5000, 261000, 300001, 524001, 1200001 };
    static const uint32_t fragments[] = { 4090, 16378, SJ_FRAGMENT_MAX };

    for (size_t p = 0; p < sizeof pixels / sizeof *pixels; p++) {
        (void)disk_write_object("next", pixels[p]);
        for (size_t f = 0; f < 3; f++) {
            sending *s = sending_new("next", fragments[f], DOOR_CAPACITY, 0);
            sj_upcoming ahead = { &s->source, &s->scan, NULL, "next", SJ_EXPECT_ANY, false, SJ_OK, SJ_OK };
            sj_source_close(&s->source);
            sj_upcoming_prepare(&ahead, fragments[f]);
            CHECK_EQUAL(ahead.scanned, SJ_OK);
            CHECK_NOTE("%zu bytes of pixels, fragment %u", pixels[p], fragments[f]);
            arrives_over(s, 0);
        }
    }
    CHECK(unlink("next") == 0);
}
