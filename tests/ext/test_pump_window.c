/* pump.c: what goes out is not what is stored: a window that its caller fills piece by piece, as the door does it, and
 * a window that a stream fills. What arrives is compared with the twin of pdv.c. */
#define SECONDS 20

#include "check.h"
#include "core.h"
#include "disk.h"
#include "peer.h"
#include "sending.h"

enum { ROOM = 300 << 10, LONG = 1 << 20 };

static uint8_t answer[ANSWER_ROOM];

static uint32_t chance_state = 1;

static uint32_t chance(uint32_t below)
{
    chance_state = chance_state * 1664525u + 1013904223u;
    return (chance_state >> 8) % below;
}

typedef struct pushing {
    sj_wire wire;
    sj_store store;
    sj_window window;
    uint8_t command[SJ_COMMAND_ROOM];
    uint8_t *data;       /* with its pad */
    twin_stream stream;
    peer other;
    int end;
} pushing;

/* A message under way whose end is not known: `length` bytes will be given. */
static pushing *pushing_new(size_t length, uint32_t fragment, size_t capacity, int buffers)
{
    pushing *made = calloc(1, sizeof *made);
    int ends[2];

    CHECK(made != NULL);
    sj_store *store = &made->store;
    store->message.command = made->command;
    store->message.command_length = sj_command_store(made->command, CLASS_UID, strlen(CLASS_UID), INSTANCE_UID,
                                                     strlen(INSTANCE_UID), MESSAGE_ID);
    store->message.fragment = fragment;
    store->message.context_id = store->answer.context_id = CONTEXT;
    store->stall = store->patience = 5000 * MILLISECONDS;
    store->message_id = MESSAGE_ID;
    made->data = calloc(length + 2, 1);
    CHECK(made->data != NULL);
    for (size_t at = 0; at < length; at++)
        made->data[at] = (uint8_t)(at * 7 + (at >> 8) * 13 + (at >> 16) + 1);
    store->message.data_length = length + length % 2;
    made->stream = twin_build(&store->message, made->data);
    store->message.data_length = SJ_OPEN_ENDED;
    store->stream_length = sj_message_stream(&store->message);
    CHECK(store->stream_length > 0);
    made->window.capacity = capacity;
    made->window.bytes = malloc(capacity);
    CHECK(made->window.bytes != NULL);
    store->window = &made->window;

    tcp_pair(ends, buffers, buffers);
    made->wire = wire_over(ends[0]);
    made->end = ends[1];
    made->other.expected = made->stream.length;
    peer_keep(&made->other, made->stream.length + 1024);
    return made;
}

static void pushing_free(pushing *made)
{
    wire_free(&made->wire);
    peer_end(&made->other);
    free(made->window.bytes);
    twin_free(&made->stream);
    free(made->data);
    free(made);
}

static sj_status run(pushing *p)
{
    sj_status status = SJ_PAUSE;

    while (status == SJ_PAUSE)
        status = sj_store_run(&p->wire, &p->store);
    return status;
}

/* One piece. SJ_MORE: it is sent, or waits in the window. */
static sj_status push(pushing *p, const uint8_t *bytes, size_t length)
{
    sj_window *window = &p->window;

    while (length > 0) {
        const size_t space = window->capacity - window->length - 1, room = length < space ? length : space;
        CHECK(room > 0);
        memcpy(window->bytes + window->length, bytes, room);
        window->length += room;
        bytes += room;
        length -= room;
        const sj_status status = run(p);
        if (status != SJ_MORE)
            return status;
        const uint64_t at = sj_message_data_at(&p->store.message, p->store.stream_offset);
        CHECK(at >= window->at && at - window->at < window->length); /* a byte is held back for the last fragment */
        const size_t sent = (size_t)(at - window->at);
        memmove(window->bytes, window->bytes + sent, window->length - sent);
        window->at += sent;
        window->length -= sent;
        CHECK(window->length <= p->store.message.fragment + 0u);
    }
    return SJ_MORE;
}

/* The end is known now: what is left goes out, and the answer is waited for. */
static sj_status finish(pushing *p)
{
    if ((p->window.at + p->window.length) % 2 != 0)
        p->window.bytes[p->window.length++] = 0;
    p->store.message.data_length = p->window.at + p->window.length;
    p->store.stream_length = sj_message_stream(&p->store.message);
    return run(p);
}

static void arrives(size_t length, uint32_t fragment, size_t capacity, size_t largest_piece, int buffers)
{
    pushing *p = pushing_new(length, fragment, capacity, buffers);

    CHECK_NOTE("%zu bytes, fragment %u, capacity %zu, pieces to %zu", length, fragment, capacity, largest_piece);
    p->other.bytes = answer;
    p->other.length = answer_whole(answer, SUCCESS);
    peer_start(&p->other, p->end, plays_its_bytes_after_what_it_expects);
    for (size_t at = 0; at < length;) {
        const size_t left = length - at;
        size_t piece = 1 + chance((uint32_t)largest_piece);
        piece = piece < left ? piece : left;
        CHECK_EQUAL(push(p, p->data + at, piece), SJ_MORE);
        at += piece;
    }
    CHECK_EQUAL(finish(p), SJ_OK);
    CHECK_EQUAL(p->store.stream_offset, p->stream.length);
    CHECK_EQUAL(p->store.response.status, 0);
    CHECK(pthread_join(p->other.thread, NULL) == 0);
    CHECK_EQUAL(p->other.received, p->stream.length);
    CHECK_BYTES(p->other.kept, p->stream.bytes, p->stream.length);
    CHECK(close(p->other.socket) == 0);
    free(p->other.kept);
    wire_free(&p->wire);
    free(p->window.bytes);
    twin_free(&p->stream);
    free(p->data);
    free(p);
}

/* ---- pieces ----------------------------------------------------------------------------------------------------- */

TEST(pieces_of_every_small_length)
{
    for (size_t length = 0; length < 40; length++) {
        for (uint32_t fragment = 2; fragment <= 20; fragment += fragment < 8 ? 2 : 6)
            arrives(length, fragment, fragment + 2, 1 + length % 7, 0);
    }
}

TEST(pieces_around_a_fragment_and_a_window)
{
    static const uint32_t fragments[] = { 250, 4090, 16378 };

    for (size_t f = 0; f < 3; f++) {
        for (size_t times = 1; times <= 3; times++) {
            for (size_t length = fragments[f] * times - 2; length <= fragments[f] * times + 2; length++) {
                arrives(length, fragments[f], fragments[f] + 2, fragments[f], 0);
                arrives(length, fragments[f], 2 * fragments[f], 3 * fragments[f], 0);
            }
        }
    }
}

TEST(many_pieces_through_tiny_buffers)
{
    arrives(300001, 16378, ROOM, 70000, 1);
    arrives(300000, SJ_FRAGMENT_MAX, ROOM, 500000, 1);
    arrives(100001, 1000, 1002, 3000, 4096);
    arrives(20001, 2, 4, 100, 0);
}

/* ---- bad peers --------------------------------------------------------------------------------------------------- */

static void reads_a_little_and_aborts(peer *self)
{
    if (peer_read(self, 20000))
        peer_write(self, a_abort, sizeof a_abort);
    peer_wait(self, 1);
}

static sj_status push_all(pushing *p, size_t length)
{
    sj_status status = SJ_MORE;

    for (size_t at = 0; at < length && status == SJ_MORE; at += 50000)
        status = push(p, p->data + at, length - at < 50000 ? length - at : 50000);
    return status;
}

TEST(a_peer_that_aborts_while_pieces_are_pushed)
{
    pushing *p = pushing_new(8 * LONG, 16378, ROOM, 4096);

    peer_start(&p->other, p->end, reads_a_little_and_aborts);
    CHECK_EQUAL(push_all(p, 8 * LONG), SJ_PEER_ABORTED);
    CHECK(p->wire.abort_source == 2 && p->wire.abort_reason == 5);
    CHECK(p->store.stream_offset < p->stream.length);
    peer_go(&p->other, 1);
    pushing_free(p);
}

static void floods_without_reading(peer *self)
{
    plays_a_flood(self);
    peer_wait(self, 1);
}

TEST(a_peer_that_floods_and_reads_nothing)
{
    uint8_t pdu[SJ_PDV_HEADER + 2];
    pushing *p = pushing_new(8 * LONG, 16378, ROOM, 4096);

    p->other.bytes = pdu;
    p->other.length = answer_pdu(pdu, "", 0, CONTEXT, 1);
    p->store.stall = 300 * MILLISECONDS;
    peer_start(&p->other, p->end, floods_without_reading);
    CHECK_EQUAL(push_all(p, 8 * LONG), SJ_PEER_STALLED);
    CHECK(p->store.stream_offset < p->stream.length);
    peer_go(&p->other, 1);
    CHECK(shutdown(p->wire.socket, SHUT_RDWR) == 0);
    pushing_free(p);
}

static void answers_at_once_and_reads(peer *self)
{
    peer_write(self, self->bytes, self->length);
    (void)peer_read(self, self->expected);
}

TEST(an_answer_that_comes_before_its_time_waits_for_it)
{
    pushing *p = pushing_new(LONG, 16378, ROOM, 4096);

    p->other.bytes = answer;
    p->other.length = answer_whole(answer, SUCCESS);
    peer_start(&p->other, p->end, answers_at_once_and_reads);
    CHECK_EQUAL(push_all(p, LONG), SJ_MORE);
    CHECK(!p->store.response.has_status);
    CHECK_EQUAL(finish(p), SJ_OK);
    CHECK_EQUAL(p->store.response.status, 0);
    pushing_free(p);
}

/* ---- sj_store_settle --------------------------------------------------------------------------------------------- */

static void reads_when_told(peer *self)
{
    peer_wait(self, 1);
    (void)peer_read(self, SIZE_MAX);
}

/* Pushes until the peer takes no more: the stream stands within a PDU, or on a boundary. */
static void push_until_stuck(pushing *p, size_t length)
{
    p->store.stall = 100 * MILLISECONDS;
    CHECK_EQUAL(push_all(p, length), SJ_PEER_STALLED);
}

TEST(a_message_in_pieces_is_settled_on_a_boundary_and_never_completed)
{
    static const uint32_t fragments[] = { 1000, 16378, SJ_FRAGMENT_MAX };
    bool last;

    for (size_t f = 0; f < 3; f++) {
        pushing *p = pushing_new(8 * LONG, fragments[f], ROOM, 4096);
        peer_start(&p->other, p->end, reads_when_told);
        push_until_stuck(p, 8 * LONG);
        const uint64_t before = p->store.stream_offset;
        if (sj_message_rest_of_pdu(&p->store.message, before, &last) > 0) /* nothing is lost: it still is not settled */
            CHECK(sj_store_settle(&p->wire, &p->store, sj_now() + 50 * MILLISECONDS) != SJ_OK);
        peer_go(&p->other, 1);
        CHECK_EQUAL(sj_store_settle(&p->wire, &p->store, sj_now() + 5000 * MILLISECONDS), SJ_OK);
        CHECK_EQUAL(sj_message_rest_of_pdu(&p->store.message, p->store.stream_offset, &last), 0);
        CHECK(p->store.stream_offset - before < fragments[f] + SJ_PDV_HEADER);
        CHECK(shutdown(p->wire.socket, SHUT_WR) == 0);
        CHECK(pthread_join(p->other.thread, NULL) == 0);
        CHECK_EQUAL(p->other.received, p->store.stream_offset);
        CHECK_BYTES(p->other.kept, p->stream.bytes, p->other.received);
        p->other.play = plays_nothing;
        CHECK(pthread_create(&p->other.thread, NULL, peer_thread, &p->other) == 0);
        pushing_free(p);
    }
}

/* Once the end is known, the fragment that is under way may be the last: to end it would complete the message. */
TEST(a_message_that_is_given_up_in_its_last_fragment)
{
    pushing *p = pushing_new(SJ_FRAGMENT_MAX - 1, SJ_FRAGMENT_MAX, ROOM, 1);
    bool last;

    peer_start(&p->other, p->end, reads_when_told);
    p->store.stall = 100 * MILLISECONDS;
    CHECK_EQUAL(push(p, p->data, SJ_FRAGMENT_MAX - 1), SJ_MORE);
    CHECK_EQUAL(finish(p), SJ_PEER_STALLED);
    CHECK(sj_message_rest_of_pdu(&p->store.message, p->store.stream_offset, &last) > 0 && last);
    const uint64_t before = p->store.stream_offset;
    peer_go(&p->other, 1);
    CHECK(sj_store_settle(&p->wire, &p->store, sj_now() + 1000 * MILLISECONDS) != SJ_OK);
    CHECK_EQUAL(p->store.stream_offset, before);
    pushing_free(p);
}

/* ---- a stream ---------------------------------------------------------------------------------------------------- */

/* The object of disk_write_object() in another encoding: its twin is built from one step of the recode. */
static void recoded_arrives(size_t pixels, uint32_t fragment, size_t capacity, int buffers, sj_encoding to)
{
    static uint8_t whole[2 << 20];
    static sj_recode recode;
    static sj_stream stream;
    size_t length;

    (void)disk_write_object("recoded", pixels);
    sending *s = sending_new("recoded", fragment, DOOR_CAPACITY, buffers);
    uint8_t *file = disk_read("recoded", &length);
    const size_t size = length - (size_t)s->store.data_offset;
    CHECK_NOTE("%zu bytes of pixels, fragment %u, capacity %zu, to %d", pixels, fragment, capacity, to);
    sj_recode_init(&recode, SJ_EXPLICIT_LITTLE, to, false, NULL, size);
    CHECK_EQUAL(sj_recode_step(&recode, file + s->store.data_offset, size, true, whole, sizeof whole), SJ_OK);
    free(file);

    memset(&stream, 0, sizeof stream);
    stream.source = &s->source;
    stream.data_offset = s->store.data_offset;
    stream.window.capacity = capacity;
    stream.window.bytes = malloc(capacity);
    CHECK(stream.window.bytes != NULL);
    sj_recode_init(&stream.recode, SJ_EXPLICIT_LITTLE, to, false, NULL, size);
    CHECK_EQUAL(sj_stream_measure(&stream), SJ_OK);
    CHECK_EQUAL(stream.length, recode.made);

    s->store.stream = &stream;
    s->store.window = &stream.window;
    s->store.message.data_length = stream.length;
    s->store.stream_length = sj_message_stream(&s->store.message);
    twin_free(&s->stream);
    s->stream = twin_build(&s->store.message, whole);
    CHECK_EQUAL(s->store.stream_length, s->stream.length);
    s->other.expected = s->stream.length;
    free(s->other.kept);
    peer_keep(&s->other, s->stream.length + 1024);
    s->other.bytes = answer;
    s->other.length = answer_whole(answer, SUCCESS);
    peer_start(&s->other, s->end, plays_its_bytes_after_what_it_expects);
    CHECK_EQUAL(sending_run(s), SJ_OK);
    CHECK_EQUAL(s->store.response.status, 0);
    CHECK(pthread_join(s->other.thread, NULL) == 0);
    CHECK_EQUAL(s->other.received, s->stream.length);
    CHECK_BYTES(s->other.kept, s->stream.bytes, s->stream.length);
    s->other.play = plays_nothing;
    CHECK(pthread_create(&s->other.thread, NULL, peer_thread, &s->other) == 0);
    free(stream.window.bytes);
    sending_free(s);
}

TEST(a_recoded_object_arrives)
{
    static const size_t pixels[] = { 0, 1, 901, 16300, 60001, 700001 };
    static const uint32_t fragments[] = { 250, 16378, SJ_FRAGMENT_MAX };

    for (size_t p = 0; p < 6; p++) {
        for (size_t f = 0; f < 3; f++) {
            recoded_arrives(pixels[p], fragments[f], DOOR_CAPACITY, 0, SJ_IMPLICIT_LITTLE);
            recoded_arrives(pixels[p], fragments[f], fragments[f] + 2 * SJ_RECODE_ROOM, 0, SJ_EXPLICIT_BIG);
        }
    }
    recoded_arrives(200001, 16378, DOOR_CAPACITY, 1, SJ_EXPLICIT_BIG);
    recoded_arrives(900, 2, 1000, 0, SJ_IMPLICIT_LITTLE);
    CHECK(unlink("recoded") == 0);
}
