/* pump.c: a wire, to peers in threads. Deadlines are short; what must not hang is watched by the alarm of check.h. */
#include <signal.h>

#define SECONDS 15

#include "check.h"
#include "core.h"
#include "peer.h"

enum { LARGE = 3 << 20 };

static uint8_t *large_bytes(void)
{
    uint8_t *bytes = malloc(LARGE);

    CHECK(bytes != NULL);
    for (size_t at = 0; at < LARGE; at++)
        bytes[at] = (uint8_t)(at * 31 + (at >> 8));
    return bytes;
}

static uint64_t in(unsigned milliseconds)
{
    return sj_now() + milliseconds * MILLISECONDS;
}

/* calls again after each SJ_PAUSE, which must come in time for a signal to be seen */
static sj_status send_all(sj_wire *wire, const uint8_t *bytes, size_t length, size_t *sent, uint64_t deadline)
{
    sj_status status = SJ_PAUSE;

    while (status == SJ_PAUSE)
        status = sj_wire_send(wire, bytes, length, sent, deadline);
    return status;
}

static sj_status receive(sj_wire *wire, sj_pdu *pdu, uint64_t deadline)
{
    sj_status status = SJ_PAUSE;

    while (status == SJ_PAUSE) {
        const uint64_t before = sj_now();
        status = sj_wire_receive(wire, pdu, deadline);
        CHECK(status != SJ_PAUSE || sj_now() - before < 1500 * MILLISECONDS);
    }
    return status;
}

TEST(the_clock_is_monotonic_and_never_zero)
{
    uint64_t before = sj_now();

    for (int time = 0; time < 1000; time++) {
        const uint64_t now = sj_now();
        CHECK(now != 0 && now >= before);
        before = now;
    }
}

TEST(a_prepared_socket_does_not_block_or_delay)
{
    int ends[2], on = 0;
    socklen_t length = sizeof on;

    tcp_pair(ends, 0, 0);
    sj_wire wire = wire_over(ends[0]);
    CHECK((fcntl(ends[0], F_GETFL) & O_NONBLOCK) != 0);
    CHECK(getsockopt(ends[0], IPPROTO_TCP, TCP_NODELAY, &on, &length) == 0 && on != 0);
    wire_free(&wire);
    CHECK(close(ends[1]) == 0);
    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
    wire = wire_over(ends[0]);
    CHECK((fcntl(ends[0], F_GETFL) & O_NONBLOCK) != 0);
    wire_free(&wire);
    CHECK(close(ends[1]) == 0);
    memset(&wire, 0, sizeof wire);
    wire.socket = -1;
    CHECK_EQUAL(sj_wire_prepare(&wire), SJ_NET_IO);
    CHECK_EQUAL(wire.error, EBADF);
}

/* ---- sj_wire_send ------------------------------------------------------------------------------------------------ */

static void sends_all(int send_buffer, int receive_buffer, void (*part)(peer *peer))
{
    uint8_t *bytes = large_bytes();
    peer other = { 0 };
    int ends[2];
    size_t sent = 0;

    tcp_pair(ends, send_buffer, receive_buffer);
    sj_wire wire = wire_over(ends[0]);
    peer_keep(&other, LARGE);
    peer_start(&other, ends[1], part);
    CHECK_EQUAL(send_all(&wire, bytes, LARGE, &sent, in(20000)), SJ_OK);
    CHECK_EQUAL(sent, LARGE);
    CHECK_EQUAL(sj_wire_send(&wire, bytes, LARGE, &sent, 0), SJ_OK); /* nothing is left to send */
    wire_free(&wire);
    CHECK(pthread_join(other.thread, NULL) == 0);
    CHECK_EQUAL(other.received, LARGE);
    CHECK_BYTES(other.kept, bytes, LARGE);
    CHECK(close(other.socket) == 0);
    free(other.kept);
    free(bytes);
}

TEST(all_bytes_arrive)
{
    sends_all(0, 0, plays_a_reader);
}

TEST(all_bytes_arrive_through_tiny_buffers)
{
    sends_all(1, 1, plays_a_reader);
}

TEST(all_bytes_arrive_at_a_slow_peer)
{
    sends_all(4096, 4096, plays_a_slow_reader);
}

TEST(a_peer_that_takes_nothing_has_stalled)
{
    uint8_t *bytes = large_bytes();
    peer other = { 0 };
    int ends[2];
    size_t sent = 0;

    tcp_pair(ends, 4096, 4096);
    sj_wire wire = wire_over(ends[0]);
    peer_start(&other, ends[1], plays_nothing);
    const uint64_t begun = sj_now();
    CHECK_EQUAL(send_all(&wire, bytes, LARGE, &sent, in(500)), SJ_PEER_STALLED);
    CHECK(sent > 0 && sent < LARGE);
    CHECK(sj_now() - begun >= 490 * MILLISECONDS && sj_now() - begun < 3000 * MILLISECONDS);
    const size_t before = sent;
    CHECK_EQUAL(sj_wire_send(&wire, bytes, LARGE, &sent, 1), SJ_PEER_STALLED); /* a deadline that is over */
    CHECK_EQUAL(sent, before);
    wire_free(&wire);
    peer_end(&other);
    free(bytes);
}

static void nothing_but_wake(int number)
{
    (void)number;
}

static void plays_a_signal(peer *self)
{
    rest_for(20);
    CHECK(kill(getpid(), SIGUSR1) == 0);
    peer_wait(self, 1);
}

/* How long a signal that comes after 20 ms lets the pump wait. The thread of the peer must not take it instead. */
static uint64_t wait_with_signal(bool sending)
{
    const struct sigaction action = { .sa_handler = nothing_but_wake };
    static uint8_t bytes[LARGE];
    sigset_t only;
    peer other = { 0 };
    int ends[2];
    size_t sent = 0;
    sj_pdu pdu;

    CHECK(sigaction(SIGUSR1, &action, NULL) == 0);
    CHECK(sigemptyset(&only) == 0 && sigaddset(&only, SIGUSR1) == 0);
    tcp_pair(ends, 4096, 4096);
    sj_wire wire = wire_over(ends[0]);
    CHECK_EQUAL(send_all(&wire, bytes, sending ? LARGE : 0, &sent, in(200)), sending ? SJ_PEER_STALLED : SJ_OK);
    CHECK(pthread_sigmask(SIG_BLOCK, &only, NULL) == 0);
    peer_start(&other, ends[1], plays_a_signal);
    CHECK(pthread_sigmask(SIG_UNBLOCK, &only, NULL) == 0);
    const uint64_t begun = sj_now();
    const sj_status status = sending ? sj_wire_send(&wire, bytes, LARGE, &sent, SJ_FOREVER)
                                     : sj_wire_receive(&wire, &pdu, SJ_FOREVER);
    CHECK_EQUAL(status, SJ_PAUSE);
    const uint64_t waited = sj_now() - begun;
    peer_go(&other, 1);
    wire_free(&wire);
    peer_end(&other);
    return waited;
}

/* The wait ends at once, before its slice is over; a busy machine has some attempts. */
static void interrupted(bool sending)
{
    int attempts = 5;

    while (wait_with_signal(sending) >= 150 * MILLISECONDS)
        CHECK(--attempts > 0);
}

TEST(a_signal_ends_the_wait_to_send)
{
    interrupted(true);
}

TEST(a_signal_ends_the_wait_to_receive)
{
    interrupted(false);
}

static void plays_a_reader_that_aborts(peer *self)
{
    (void)peer_read(self, 100000);
    peer_write(self, a_abort, sizeof a_abort);
    peer_wait(self, 1);
    peer_close(self);
}

static void plays_a_reader_that_aborts_and_closes(peer *self)
{
    (void)peer_read(self, 100000);
    peer_write(self, a_abort, sizeof a_abort);
    peer_close(self);
}

static void plays_a_reader_that_closes(peer *self)
{
    (void)peer_read(self, 100000);
    peer_close(self);
}

static void plays_a_reader_that_resets(peer *self)
{
    (void)peer_read(self, 100000);
    peer_reset(self);
}

static void ends_while_sending(void (*part)(peer *peer), sj_status wanted)
{
    uint8_t *bytes = large_bytes();
    peer other = { 0 };
    int ends[2];
    size_t sent = 0;

    tcp_pair(ends, 4096, 4096);
    sj_wire wire = wire_over(ends[0]);
    peer_start(&other, ends[1], part);
    CHECK_EQUAL(send_all(&wire, bytes, LARGE, &sent, in(10000)), wanted);
    CHECK(sent < LARGE);
    if (wanted == SJ_PEER_ABORTED) {
        CHECK_EQUAL(wire.abort_source, 2);
        CHECK_EQUAL(wire.abort_reason, 5);
    }
    peer_go(&other, 1);
    wire_free(&wire);
    peer_end(&other);
    free(bytes);
}

TEST(a_peer_that_aborts_while_we_send)
{
    ends_while_sending(plays_a_reader_that_aborts, SJ_PEER_ABORTED);
}

TEST(a_peer_that_closes_while_we_send)
{
    ends_while_sending(plays_a_reader_that_closes, SJ_PEER_CLOSED);
}

TEST(a_peer_that_resets_while_we_send)
{
    ends_while_sending(plays_a_reader_that_resets, SJ_PEER_CLOSED);
}

/* Bytes of ours that it did not read make its system send RST; whether the A-ABORT before it survives is up to ours. */
TEST(a_peer_that_aborts_and_closes_while_we_send)
{
    uint8_t *bytes = large_bytes();
    peer other = { 0 };
    int ends[2];
    size_t sent = 0;

    tcp_pair(ends, 4096, 4096);
    sj_wire wire = wire_over(ends[0]);
    peer_start(&other, ends[1], plays_a_reader_that_aborts_and_closes);
    const sj_status status = send_all(&wire, bytes, LARGE, &sent, in(10000));
    CHECK(status == SJ_PEER_ABORTED || status == SJ_PEER_CLOSED);
    wire_free(&wire);
    peer_end(&other);
    free(bytes);
}

/* The A-ABORT came in one read with the PDU before it and waits in the inbox; then the peer is gone. */
static void an_abort_in_the_inbox(bool closes)
{
    static const uint8_t both[] = { 6, 0, 0, 0, 0, 4, 0, 0, 0, 0, 7, 0, 0, 0, 0, 4, 0, 0, 2, 5 };
    uint8_t *bytes = large_bytes();
    int ends[2];
    size_t sent = 0;
    sj_pdu pdu;

    tcp_pair(ends, 4096, 4096);
    sj_wire wire = wire_over(ends[0]);
    CHECK(send(ends[1], both, sizeof both, 0) == sizeof both);
    CHECK(shutdown(ends[1], SHUT_WR) == 0); /* it sends no more, and reads no more */
    CHECK_EQUAL(receive(&wire, &pdu, in(5000)), SJ_OK);
    CHECK_EQUAL(pdu.type, 6);
    CHECK_EQUAL(wire.inbox.end - wire.inbox.start, sizeof a_abort);
    if (closes)
        CHECK(close(ends[1]) == 0);
    CHECK_EQUAL(send_all(&wire, bytes, LARGE, &sent, in(2000)), SJ_PEER_ABORTED);
    CHECK_EQUAL(wire.abort_reason, 5);
    wire_free(&wire);
    if (!closes)
        CHECK(close(ends[1]) == 0);
    free(bytes);
}

TEST(an_abort_that_was_read_ahead_is_told_when_the_connection_breaks)
{
    an_abort_in_the_inbox(true);
}

TEST(an_abort_that_was_read_ahead_is_told_when_the_stream_ends)
{
    an_abort_in_the_inbox(false);
}

/* A peer that talks without end and does not read: its words fill the inbox, and then the deadline counts. */
TEST(a_flood_while_we_send_ends_at_the_deadline)
{
    static const uint8_t word[] = { 4, 0, 0, 0, 0, 2, 1, 1 };
    uint8_t *bytes = large_bytes();
    peer other = { 0 };
    int ends[2];
    size_t sent = 0;

    tcp_pair(ends, 4096, 4096);
    sj_wire wire = wire_over(ends[0]);
    other.bytes = word;
    other.length = sizeof word;
    peer_start(&other, ends[1], plays_a_flood);
    const uint64_t begun = sj_now();
    CHECK_EQUAL(send_all(&wire, bytes, LARGE, &sent, in(600)), SJ_PEER_STALLED);
    CHECK(sj_now() - begun < 5000 * MILLISECONDS);
    wire_free(&wire);
    peer_end(&other);
    free(bytes);
}

TEST(a_closed_descriptor_is_the_systems_refusal)
{
    int ends[2];
    size_t sent = 0;
    sj_pdu pdu;

    tcp_pair(ends, 0, 0);
    sj_wire wire = wire_over(ends[0]);
    CHECK(close(ends[0]) == 0 && close(ends[1]) == 0);
    CHECK_EQUAL(send_all(&wire, a_abort, sizeof a_abort, &sent, in(1000)), SJ_NET_IO);
    CHECK_EQUAL(wire.error, EBADF);
    CHECK_EQUAL(receive(&wire, &pdu, in(1000)), SJ_NET_IO);
    CHECK_EQUAL(wire.error, EBADF);
    CHECK_EQUAL(sj_wire_drain(&wire, in(1000)), SJ_NET_IO);
    wire.socket = -1;
    wire_free(&wire);
}

/* ---- sj_wire_receive --------------------------------------------------------------------------------------------- */

static void receives(const uint8_t *bytes, size_t length, void (*part)(peer *peer), unsigned milliseconds,
                     sj_status wanted)
{
    peer other = { .bytes = bytes, .length = length };
    int ends[2];
    sj_pdu pdu;

    tcp_pair(ends, 0, 0);
    sj_wire wire = wire_over(ends[0]);
    peer_start(&other, ends[1], part);
    const uint64_t begun = sj_now();
    CHECK_EQUAL(receive(&wire, &pdu, in(milliseconds)), wanted);
    if (wanted == SJ_PEER_SILENT || wanted == SJ_PEER_STALLED)
        CHECK(sj_now() - begun >= (milliseconds - 5) * MILLISECONDS && sj_now() - begun < 3000 * MILLISECONDS);
    wire_free(&wire);
    peer_end(&other);
}

TEST(a_pdu_in_single_bytes)
{
    receives(a_release_rq, sizeof a_release_rq, plays_its_bytes_one_by_one, 5000, SJ_OK);
}

TEST(a_peer_that_says_nothing_is_silent)
{
    receives(NULL, 0, plays_nothing, 450, SJ_PEER_SILENT);
    receives(NULL, 0, plays_nothing, 60, SJ_PEER_SILENT);
}

TEST(a_peer_that_stops_inside_a_pdu_has_stalled)
{
    receives(a_release_rq, 1, plays_its_bytes, 250, SJ_PEER_STALLED);
    receives(a_release_rq, 6, plays_its_bytes, 250, SJ_PEER_STALLED);
    receives(a_release_rq, 9, plays_its_bytes, 250, SJ_PEER_STALLED);
}

TEST(a_peer_that_closes)
{
    receives(NULL, 0, plays_its_bytes_and_closes, 5000, SJ_PEER_CLOSED);
    receives(a_release_rq, 1, plays_its_bytes_and_closes, 5000, SJ_PEER_CLOSED);
    receives(a_release_rq, 9, plays_its_bytes_and_closes, 5000, SJ_PEER_CLOSED);
    receives(a_release_rq, 10, plays_its_bytes_and_closes, 5000, SJ_OK);
}

TEST(a_peer_that_resets)
{
    receives(NULL, 0, peer_reset, 5000, SJ_PEER_CLOSED);
}

TEST(what_is_no_pdu)
{
    static const uint8_t lie[] = { 4, 0, 0xFF, 0xFF, 0xFF, 0xFF };
    static const uint8_t too_long[] = { 4, 0, 0, (PEER_INBOX - 5) >> 16, (uint8_t)((PEER_INBOX - 5) >> 8),
                                        (uint8_t)(PEER_INBOX - 5) };

    receives((const uint8_t *)"HTTP/1.1 400 Bad Request\r\n", 26, plays_its_bytes, 5000, SJ_BAD_PDU_TYPE);
    receives((const uint8_t *)"\0", 1, plays_its_bytes, 5000, SJ_BAD_PDU_TYPE);
    receives((const uint8_t *)"\x08", 1, plays_its_bytes_and_closes, 5000, SJ_BAD_PDU_TYPE);
    receives(lie, sizeof lie, plays_its_bytes, 5000, SJ_BAD_PDU_LENGTH);
    receives(too_long, sizeof too_long, plays_its_bytes, 5000, SJ_BAD_PDU_LENGTH);
}

/* "takes one PDU only": what came with it stays, and does not wait for the peer or the clock. */
TEST(pdus_that_came_together_are_taken_one_by_one)
{
    uint8_t bytes[4096];
    size_t length = 0;
    int ends[2];
    sj_pdu pdu;

    for (uint8_t type = 1; type <= 7; type++) {
        const uint8_t header[6] = { type, 0, 0, 0, 1, type };
        memcpy(bytes + length, header, 6);
        memset(bytes + length + 6, type, 256u + type);
        length += 6 + 256u + type;
    }
    tcp_pair(ends, 0, 0);
    sj_wire wire = wire_over(ends[0]);
    CHECK(send(ends[1], bytes, length, 0) == (ssize_t)length);
    CHECK(close(ends[1]) == 0);
    for (uint8_t type = 1; type <= 7; type++) {
        CHECK_EQUAL(receive(&wire, &pdu, type == 1 ? in(5000) : 1), SJ_OK);
        CHECK_EQUAL(pdu.type, type);
        CHECK_EQUAL(pdu.length, 256u + type);
        CHECK_EQUAL(pdu.body[pdu.length - 1], type);
    }
    CHECK_EQUAL(receive(&wire, &pdu, in(5000)), SJ_PEER_CLOSED);
    wire_free(&wire);
}

TEST(what_has_come_counts_although_the_deadline_is_over)
{
    int ends[2];
    sj_pdu pdu;

    tcp_pair(ends, 0, 0);
    sj_wire wire = wire_over(ends[0]);
    CHECK(send(ends[1], a_release_rq, sizeof a_release_rq, 0) == sizeof a_release_rq);
    rest_for(50);
    CHECK_EQUAL(receive(&wire, &pdu, 1), SJ_OK);
    CHECK_EQUAL(pdu.type, 5);
    CHECK_EQUAL(receive(&wire, &pdu, 1), SJ_PEER_SILENT);
    wire_free(&wire);
    CHECK(close(ends[1]) == 0);
}

TEST(a_wait_without_end_pauses_for_signals)
{
    int ends[2];
    sj_pdu pdu;

    tcp_pair(ends, 0, 0);
    sj_wire wire = wire_over(ends[0]);
    for (int time = 0; time < 3; time++) {
        const uint64_t begun = sj_now();
        CHECK_EQUAL(sj_wire_receive(&wire, &pdu, SJ_FOREVER), SJ_PAUSE);
        CHECK(sj_now() - begun < 1000 * MILLISECONDS);
    }
    wire_free(&wire);
    CHECK(close(ends[1]) == 0);
}

/* ---- sj_wire_drain ----------------------------------------------------------------------------------------------- */

static sj_status drain(sj_wire *wire, uint64_t deadline)
{
    sj_status status = SJ_PAUSE;

    while (status == SJ_PAUSE)
        status = sj_wire_drain(wire, deadline);
    return status;
}

static void drains(size_t length, void (*part)(peer *peer), sj_status wanted)
{
    uint8_t *bytes = large_bytes();
    peer other = { .bytes = bytes, .length = length };
    int ends[2];

    tcp_pair(ends, 0, 0);
    sj_wire wire = wire_over(ends[0]);
    peer_start(&other, ends[1], part);
    const uint64_t begun = sj_now();
    CHECK_EQUAL(drain(&wire, in(1000)), wanted);
    CHECK(sj_now() - begun < 3000 * MILLISECONDS);
    wire_free(&wire);
    peer_end(&other);
    free(bytes);
}

TEST(a_drain_ends_when_the_peer_closes)
{
    drains(0, plays_its_bytes_and_closes, SJ_OK);
    drains(10, plays_its_bytes_and_closes, SJ_OK);
    drains(LARGE, plays_its_bytes_and_closes, SJ_OK);
    drains(0, peer_reset, SJ_OK);
}

TEST(a_drain_ends_at_the_deadline_of_a_silent_peer)
{
    drains(0, plays_nothing, SJ_PEER_SILENT);
    drains(LARGE, plays_its_bytes, SJ_PEER_SILENT);
}
