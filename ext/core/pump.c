/* Sockets: what a source holds in its window goes out, cut into PDVs by headers and slices (pdv.c, sendmsg).
 *
 * Measured on loopback at 16 KiB PDUs, reading into a window that stays in the cache and sending from there beats sending
 * out of a mapping by a third and sendfile() by half.
 *
 * The socket never blocks; poll() waits, in slices short enough for a signal to be seen.
 */
#include "core.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
    SLOTS = 512,                 /* slices of one sendmsg(): 256 PDUs */
    PAUSE_AFTER = 32 << 20,      /* bytes sent between two looks for signals */
    WAIT_SLICE = 200,            /* milliseconds: a signal that slips in before poll() is seen at most this much later */
    AWAKE = 150,                 /* microseconds of looking before sleeping: waking a processor up can cost as much */
    FEW_MISSES = 8, RETRY = 64,  /* after so many vain looks, look only at every such wait */
    PDUS_OF_A_SLICE = 256        /* PDUs of a response between two looks for signals */
};
#define NANOSECONDS 1000000000u

uint64_t sj_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * NANOSECONDS + (uint64_t)now.tv_nsec + 1;
}

static uint64_t later(uint64_t nanoseconds)
{
    const uint64_t now = sj_now();
    return nanoseconds >= SJ_FOREVER - now ? SJ_FOREVER : now + nanoseconds;
}

/* ---- sockets ------------------------------------------------------------------------------------------------------ */

sj_status sj_wire_prepare(sj_wire *wire)
{
    const int on = 1;
    const int flags = fcntl(wire->socket, F_GETFL);
    cpu_set_t processors;

    if (flags < 0 || fcntl(wire->socket, F_SETFL, flags | O_NONBLOCK) != 0) {
        wire->error = errno;
        return SJ_NET_IO;
    }
    /* fails on sockets that are not TCP, which have no such delay */
    (void)setsockopt(wire->socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    wire->alone = sched_getaffinity(0, sizeof processors, &processors) != 0 || CPU_COUNT(&processors) < 2;
    return SJ_OK;
}

/* A peer with Nagle's algorithm holds back the second part of its response until the first is acknowledged. The option
 * does not last, so it is set whenever a part has come, and before every sleep. A response that came whole is acknowledged
 * by the next request: an acknowledgement of its own would cost a tenth of a small object. */
static void acknowledge_quickly(const sj_wire *wire)
{
#ifdef TCP_QUICKACK
    const int on = 1;
    (void)setsockopt(wire->socket, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
#else
    (void)wire;
#endif
}

/* Waits for `events`. SJ_OK: something happened. SJ_PEER_SILENT: the deadline passed. */
static sj_status wait_for(sj_wire *wire, short events, uint64_t deadline)
{
    struct pollfd poller = { .fd = wire->socket, .events = events };
    const uint64_t now = deadline == SJ_FOREVER ? 0 : sj_now();
    int milliseconds = WAIT_SLICE;

    if (now >= deadline)
        milliseconds = 0; /* what has come already still counts */
    else if (deadline != SJ_FOREVER && (deadline - now) / 1000000u < WAIT_SLICE)
        milliseconds = (int)((deadline - now) / 1000000u) + 1;
    const int ready = poll(&poller, 1, milliseconds);
    if (ready > 0)
        return SJ_OK;
    if (ready == 0 && milliseconds == 0)
        return SJ_PEER_SILENT;
    if (ready == 0 || errno == EINTR)
        return SJ_PAUSE;
    wire->error = errno;
    return SJ_NET_IO;
}

static bool would_block(int error)
{
    return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

/* Takes what has come into the inbox. SJ_OK: bytes were added; SJ_MORE: nothing was there, or there is no room. */
static sj_status take_in(sj_wire *wire)
{
    uint8_t *at;
    const size_t room = sj_inbox_room(&wire->inbox, &at);

    if (room == 0)
        return SJ_MORE;
    const ssize_t got = recv(wire->socket, at, room, 0);
    if (got > 0) {
        wire->inbox.end += (size_t)got;
        return SJ_OK;
    }
    if (got == 0)
        return SJ_PEER_CLOSED;
    if (would_block(errno))
        return SJ_MORE;
    wire->error = errno;
    return errno == ECONNRESET || errno == EPIPE ? SJ_PEER_CLOSED : SJ_NET_IO;
}

/* Looks for bytes for a moment without going to sleep, as long as that pays: a peer that is near answers sooner than this
 * processor would wake up. As take_in(). */
static sj_status take_in_awake(sj_wire *wire)
{
    if (wire->alone)
        return SJ_MORE;
    if (wire->misses >= FEW_MISSES) {
        wire->misses++;
        if (wire->misses < RETRY)
            return SJ_MORE;
        wire->misses = FEW_MISSES;
    }
    const uint64_t until = sj_now() + AWAKE * 1000u;
    do {
        const sj_status status = take_in(wire);
        if (status != SJ_MORE) {
            wire->misses = 0;
            return status;
        }
    } while (sj_now() < until);
    wire->misses++;
    return SJ_MORE;
}

/* Has the peer said that it is over, while we were sending? What a sealed wire takes in tells nothing here. */
static sj_status hear(sj_wire *wire)
{
    return wire->sealed ? SJ_OK : sj_wire_hear(wire, &wire->inbox);
}

/* The connection broke while we were sending: an A-ABORT that came before it tells more. */
static sj_status last_words(sj_wire *wire, int error)
{
    while (take_in(wire) == SJ_OK) {
    }
    if (hear(wire) == SJ_PEER_ABORTED)
        return SJ_PEER_ABORTED;
    wire->error = error;
    return error == ECONNRESET || error == EPIPE ? SJ_PEER_CLOSED : SJ_NET_IO;
}

/* The socket takes no more: waits until it does, and listens meanwhile. A peer that wants its response read before it
 * reads on would otherwise wait for us as we wait for it. */
static sj_status wait_to_send(sj_wire *wire, uint64_t deadline)
{
    uint8_t *at;
    const short listening = sj_inbox_room(&wire->inbox, &at) > 0 ? POLLIN : 0;
    sj_status status = wait_for(wire, (short)(POLLOUT | listening), deadline);

    if (status == SJ_PEER_SILENT)
        return SJ_PEER_STALLED;
    if (status != SJ_OK || listening == 0)
        return status;
    status = take_in(wire);
    if (hear(wire) == SJ_PEER_ABORTED)
        return SJ_PEER_ABORTED; /* even where the stream has ended behind it */
    if (status == SJ_OK && wire->sealed)
        return SJ_PAUSE; /* whoever can read it is to look at it */
    return status == SJ_MORE ? SJ_OK : status;
}

/* As much as the socket takes at once. SJ_OK: some bytes; SJ_MORE: none. */
static sj_status send_some(sj_wire *wire, const uint8_t *bytes, size_t length, size_t *sent)
{
    const ssize_t done = send(wire->socket, bytes + *sent, length - *sent, MSG_NOSIGNAL);

    if (done >= 0) {
        *sent += (size_t)done;
        return SJ_OK;
    }
    return would_block(errno) ? SJ_MORE : last_words(wire, errno);
}

sj_status sj_wire_send(sj_wire *wire, const uint8_t *bytes, size_t length, size_t *sent, uint64_t deadline)
{
    while (*sent < length) {
        sj_status status = send_some(wire, bytes, length, sent);
        if (status == SJ_MORE)
            status = wait_to_send(wire, deadline);
        if (status != SJ_OK)
            return status;
    }
    return SJ_OK;
}

sj_status sj_wire_press(sj_wire *wire, const uint8_t *bytes, size_t length, size_t *sent, uint64_t stall,
                        uint64_t *deadline)
{
    while (*sent < length) {
        sj_status status = send_some(wire, bytes, length, sent);
        if (status == SJ_OK) {
            *deadline = 0;
            continue;
        }
        if (status == SJ_MORE) {
            if (*deadline == 0)
                *deadline = later(stall);
            status = wait_to_send(wire, *deadline);
        }
        if (status != SJ_OK)
            return status;
    }
    return SJ_OK;
}

sj_status sj_wire_await(sj_wire *wire, uint64_t deadline)
{
    sj_status status = take_in_awake(wire);

    if (status != SJ_MORE)
        return status;
    acknowledge_quickly(wire);
    status = wait_for(wire, POLLIN, deadline);
    return status == SJ_OK ? take_in(wire) : status;
}

sj_status sj_wire_receive(sj_wire *wire, sj_pdu *pdu, uint64_t deadline)
{
    for (;;) {
        sj_status status = sj_inbox_take(&wire->inbox, pdu);
        if (status != SJ_MORE)
            return status;
        if (wire->inbox.end > wire->inbox.start)
            acknowledge_quickly(wire);
        status = sj_wire_await(wire, deadline);
        if (status == SJ_PEER_SILENT && wire->inbox.end > wire->inbox.start)
            return SJ_PEER_STALLED;
        if (status != SJ_OK && status != SJ_MORE)
            return status;
    }
}

sj_status sj_wire_drain(sj_wire *wire, uint64_t deadline)
{
    for (;;) {
        wire->inbox.start = wire->inbox.end = 0;
        sj_status status = wait_for(wire, POLLIN, deadline);
        if (status == SJ_OK)
            status = take_in(wire);
        if (status == SJ_PEER_CLOSED)
            return SJ_OK;
        if (status != SJ_OK && status != SJ_MORE)
            return status;
        if (deadline != SJ_FOREVER && sj_now() >= deadline)
            return SJ_PEER_SILENT; /* a flood is no goodbye */
    }
}

/* ---- one C-STORE (PS3.7 9.1.1, PS3.8 annex E) ------------------------------------------------------------------------ */

static sj_status send_stream(sj_wire *wire, sj_store *store, uint64_t until)
{
    uint8_t headers[SLOTS / 2][SJ_PDV_HEADER];
    struct iovec slices[SLOTS];
    uint64_t since = 0, covered;

    while (store->stream_offset < until) {
        const size_t count = sj_store_due(store, slices, headers, SLOTS, &covered);
        if (count == 0) {
            const sj_status status = sj_store_refill(store);
            if (status != SJ_OK)
                return status;
            continue;
        }
        struct msghdr message = { .msg_iov = slices, .msg_iovlen = count };
        const ssize_t sent = sendmsg(wire->socket, &message, MSG_NOSIGNAL);
        if (sent >= 0) {
            /* sj_store_look() may be looking */
            __atomic_store_n(&store->stream_offset, store->stream_offset + (uint64_t)sent, __ATOMIC_RELAXED);
            store->deadline = 0;
            since += (uint64_t)sent;
            if (since >= PAUSE_AFTER)
                return SJ_PAUSE;
            continue;
        }
        if (!would_block(errno))
            return last_words(wire, errno);
        if (store->deadline == 0)
            store->deadline = later(store->stall);
        const sj_status status = wait_to_send(wire, store->deadline);
        if (status != SJ_OK)
            return status;
    }
    return SJ_OK;
}

static sj_status await_response(sj_wire *wire, sj_store *store)
{
    sj_pdu pdu;

    if (store->deadline == 0)
        store->deadline = later(store->patience);
    for (unsigned pdus = 0; pdus < PDUS_OF_A_SLICE; pdus++) {
        sj_status status = sj_wire_receive(wire, &pdu, store->deadline);
        if (status == SJ_PAUSE && wire->inbox.end > wire->inbox.start && store->deadline == SJ_FOREVER)
            store->deadline = later(store->stall); /* it began a PDU: now it must go on */
        if (status != SJ_OK)
            return status;
        status = sj_store_heed(wire, store, &pdu);
        if (status != SJ_MORE)
            return status;
        acknowledge_quickly(wire);
    }
    return SJ_PAUSE;
}

sj_status sj_store_run(sj_wire *wire, sj_store *store)
{
    if (store->stream_offset < store->stream_length) {
        const sj_status status = send_stream(wire, store, store->stream_length);
        if (status != SJ_OK)
            return status;
        store->deadline = 0;
    }
    sj_upcoming_prepare(&store->upcoming, store->message.fragment);
    return await_response(wire, store);
}

void sj_store_look(const sj_store *store, uint64_t *sent, uint64_t *length)
{
    const uint64_t data_length = __atomic_load_n(&store->message.data_length, __ATOMIC_RELAXED);

    *sent = __atomic_load_n(&store->stream_offset, __ATOMIC_RELAXED);
    *length = data_length == SJ_OPEN_ENDED ? 0 : __atomic_load_n(&store->stream_length, __ATOMIC_RELAXED);
}

sj_status sj_store_settle(sj_wire *wire, sj_store *store, uint64_t deadline)
{
    bool last;
    uint64_t rest = sj_message_rest_of_pdu(&store->message, store->stream_offset, &last);
    uint8_t headers[1][SJ_PDV_HEADER];
    struct iovec slices[2];
    uint64_t covered;

    while (rest > 0) {
        if (last)
            return SJ_PEER_STALLED; /* its end would complete the message */
        if (sj_store_due(store, slices, headers, 2, &covered) == 0)
            return SJ_PEER_STALLED;
        struct msghdr message = { .msg_iov = slices, .msg_iovlen = 2 };
        const ssize_t sent = sendmsg(wire->socket, &message, MSG_NOSIGNAL);
        if (sent > 0) {
            store->stream_offset += (uint64_t)sent;
        } else if (!would_block(errno)) {
            return SJ_PEER_CLOSED;
        } else {
            const sj_status status = wait_for(wire, POLLOUT, deadline);
            if (status != SJ_OK && status != SJ_PAUSE)
                return status;
        }
        rest = sj_message_rest_of_pdu(&store->message, store->stream_offset, &last);
    }
    return SJ_OK;
}
