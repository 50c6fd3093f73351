/* pump.c: a peer that sends without end, faster than it can be read. So that it is always the faster one, recv() is
 * this program's own here: it hands out the same bytes for ever. poll() and the rest are the system's. */
#define SECONDS 5

#include "check.h"
#include "core.h"
#include "disk.h"
#include "peer.h"
#include "sending.h"

static const uint8_t *flood;
static size_t flood_length, flood_at;

ssize_t recv(int file, void *buffer, size_t length, int flags)
{
    (void)file;
    (void)flags;
    for (size_t done = 0; done < length; done++) {
        ((uint8_t *)buffer)[done] = flood[flood_at];
        flood_at = (flood_at + 1) % flood_length;
    }
    return (ssize_t)length;
}

/* a socket that poll() finds readable, for ever */
static int readable(int *other)
{
    int ends[2];

    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
    CHECK(send(ends[1], "x", 1, 0) == 1);
    *other = ends[1];
    return ends[0];
}

TEST(a_drain_ends_at_its_deadline)
{
    sj_status status = SJ_PAUSE;
    int other;

    flood = a_release_rq;
    flood_length = sizeof a_release_rq;
    flood_at = 0;
    sj_wire wire = wire_over(readable(&other));
    const uint64_t deadline = sj_now() + 300 * MILLISECONDS;
    while (status == SJ_PAUSE)
        status = sj_wire_drain(&wire, deadline);
    CHECK_EQUAL(status, SJ_PEER_SILENT);
    wire_free(&wire);
    CHECK(close(other) == 0);
}

/* An answer that never ends: these PDUs again and again. It may be called malformed; otherwise the limit for the answer
 * counts, and without one, signals are let in. */
static void answered_without_end(const uint8_t *pdu, size_t length, uint64_t patience)
{
    sj_status status = SJ_PAUSE;
    size_t pauses = 0;
    int other;

    (void)disk_write_object("answered", 50);
    sending *s = sending_new("answered", 1000, DOOR_CAPACITY, 0);
    CHECK(close(s->wire.socket) == 0);
    s->wire.socket = readable(&other);
    CHECK_EQUAL(sj_wire_prepare(&s->wire), SJ_OK);
    s->store.patience = patience;
    flood = pdu;
    flood_length = length;
    flood_at = 0;
    while (status == SJ_PAUSE && pauses < 2) {
        status = sj_store_run(&s->wire, &s->store);
        pauses += status == SJ_PAUSE && patience == SJ_FOREVER;
    }
    if (patience != SJ_FOREVER || status != SJ_PAUSE)
        CHECK(status == SJ_PEER_SILENT || status == SJ_PEER_STALLED || status == SJ_BAD_PDV);
    peer_start(&s->other, s->end, plays_nothing);
    sending_free(s);
    CHECK(close(other) == 0 && unlink("answered") == 0);
}

static const uint8_t no_item[] = { 4, 0, 0, 0, 0, 0 };
static const uint8_t empty_fragment[] = { 4, 0, 0, 0, 0, 6, 0, 0, 0, 2, CONTEXT, 1 };

TEST(pdus_without_an_item_end_at_the_deadline)
{
    answered_without_end(no_item, sizeof no_item, 300 * MILLISECONDS);
}

TEST(empty_fragments_end_at_the_deadline)
{
    answered_without_end(empty_fragment, sizeof empty_fragment, 300 * MILLISECONDS);
}

TEST(empty_fragments_let_signals_in)
{
    answered_without_end(empty_fragment, sizeof empty_fragment, SJ_FOREVER);
}

/* a fragment of one byte at a time: the room for an answer ends it */
TEST(an_answer_longer_than_its_room_is_malformed)
{
    static const uint8_t small_fragment[] = { 4, 0, 0, 0, 0, 7, 0, 0, 0, 3, CONTEXT, 1, 0 };

    answered_without_end(small_fragment, sizeof small_fragment, SJ_FOREVER);
}
