/* The other end of a wire: a thread that plays one part of a peer, and the wire to it. */
#ifndef STOREJET_TESTS_PEER_H
#define STOREJET_TESTS_PEER_H

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <unistd.h>

#include "check.h"
#include "core.h"

#define MILLISECONDS UINT64_C(1000000)

enum { PEER_INBOX = 64 << 10 };

typedef struct peer {
    int socket;               /* its end; the part may close it, and then sets it to -1 */
    void (*play)(struct peer *peer);
    const uint8_t *bytes;     /* what it is to send or to expect, as its part says */
    size_t length;
    size_t expected;          /* bytes that it reads first, where its part says so */
    size_t received;          /* bytes that it read */
    uint8_t *kept;            /* NULL, or where it keeps them */
    size_t room;
    atomic_int cue;           /* set by the test: go on */
    pthread_t thread;
} peer;

static inline void *peer_thread(void *argument)
{
    peer *self = argument;

    self->play(self);
    return NULL;
}

static inline void rest_for(unsigned milliseconds)
{
    const uint64_t until = sj_now() + milliseconds * MILLISECONDS;

    while (sj_now() < until) /* usleep() ends early when a signal comes */
        usleep(1000);
}

/* Two ends of one TCP connection on the loopback; 0: buffers as the system has them. */
static inline void tcp_pair(int ends[2], int send_buffer, int receive_buffer)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t length = sizeof address;
    const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    CHECK(listener >= 0);
    if (receive_buffer > 0)
        CHECK(setsockopt(listener, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer) == 0);
    CHECK(bind(listener, (struct sockaddr *)&address, sizeof address) == 0 && listen(listener, 1) == 0);
    CHECK(getsockname(listener, (struct sockaddr *)&address, &length) == 0);
    ends[0] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CHECK(ends[0] >= 0);
    if (send_buffer > 0)
        CHECK(setsockopt(ends[0], SOL_SOCKET, SO_SNDBUF, &send_buffer, sizeof send_buffer) == 0);
    CHECK(connect(ends[0], (struct sockaddr *)&address, sizeof address) == 0);
    ends[1] = accept(listener, NULL, NULL);
    CHECK(ends[1] >= 0 && close(listener) == 0);
}

static inline sj_wire wire_over(int socket)
{
    sj_wire wire;

    memset(&wire, 0, sizeof wire);
    wire.socket = socket;
    wire.inbox.capacity = PEER_INBOX;
    wire.inbox.bytes = malloc(PEER_INBOX);
    CHECK(wire.inbox.bytes != NULL);
    CHECK_EQUAL(sj_wire_prepare(&wire), SJ_OK);
    return wire;
}

static inline void wire_free(sj_wire *wire)
{
    if (wire->socket >= 0)
        CHECK(close(wire->socket) == 0);
    free(wire->inbox.bytes);
}

static inline void peer_start(peer *self, int socket, void (*play)(peer *peer))
{
    self->socket = socket;
    self->play = play;
    CHECK(pthread_create(&self->thread, NULL, peer_thread, self) == 0);
}

/* Waits until its part is over, and closes its end. */
static inline void peer_end(peer *self)
{
    CHECK(pthread_join(self->thread, NULL) == 0);
    if (self->socket >= 0)
        CHECK(close(self->socket) == 0);
    free(self->kept);
    self->kept = NULL;
}

static inline void peer_keep(peer *self, size_t room)
{
    self->kept = malloc(room);
    CHECK(self->kept != NULL);
    self->room = room;
}

/* Reads so many bytes, or to the end of the stream; false at the end. */
static inline bool peer_read(peer *self, size_t count)
{
    uint8_t buffer[16384];

    while (count > 0) {
        const ssize_t got = recv(self->socket, buffer, count < sizeof buffer ? count : sizeof buffer, 0);
        if (got <= 0)
            return false;
        if (self->kept != NULL) {
            CHECK((size_t)got <= self->room - self->received);
            memcpy(self->kept + self->received, buffer, (size_t)got);
        }
        self->received += (size_t)got;
        count -= (size_t)got;
    }
    return true;
}

static inline void peer_write(peer *self, const void *bytes, size_t length)
{
    for (size_t done = 0; done < length;) {
        const ssize_t sent = send(self->socket, (const uint8_t *)bytes + done, length - done, MSG_NOSIGNAL);
        if (sent <= 0)
            return; /* the test closed its end */
        done += (size_t)sent;
    }
}

static inline void peer_wait(peer *self, int cue)
{
    while (atomic_load(&self->cue) < cue)
        usleep(1000);
}

static inline void peer_go(peer *self, int cue)
{
    atomic_store(&self->cue, cue);
}

static inline void peer_close(peer *self)
{
    CHECK(close(self->socket) == 0);
    self->socket = -1;
}

/* what a crash or a firewall does: RST instead of FIN */
static inline void peer_reset(peer *self)
{
    const struct linger now = { 1, 0 };

    CHECK(setsockopt(self->socket, SOL_SOCKET, SO_LINGER, &now, sizeof now) == 0);
    peer_close(self);
}

/* ---- its parts --------------------------------------------------------------------------------------------------- */

static const uint8_t a_abort[] = { 7, 0, 0, 0, 0, 4, 0, 0, 2, 5 };       /* by the service provider, reason 5 */
static const uint8_t a_release_rq[] = { 5, 0, 0, 0, 0, 4, 0, 0, 0, 0 };

static inline void plays_nothing(peer *self)
{
    (void)self;
}

static inline void plays_its_bytes(peer *self)
{
    peer_write(self, self->bytes, self->length);
}

static inline void plays_its_bytes_and_closes(peer *self)
{
    peer_write(self, self->bytes, self->length);
    peer_close(self);
}

static inline void plays_its_bytes_one_by_one(peer *self)
{
    for (size_t at = 0; at < self->length; at++) {
        peer_write(self, self->bytes + at, 1);
        usleep(500);
    }
}

static inline void plays_its_bytes_after_what_it_expects(peer *self)
{
    if (peer_read(self, self->expected))
        peer_write(self, self->bytes, self->length);
}

static inline void plays_a_reader(peer *self)
{
    (void)peer_read(self, SIZE_MAX);
}

static inline void plays_a_slow_reader(peer *self)
{
    while (peer_read(self, 3000))
        usleep(100);
}

/* sends its bytes again and again, until the connection ends or the cue comes */
static inline void plays_a_flood(peer *self)
{
    uint8_t block[32768];
    size_t length = 0;

    while (length + self->length <= sizeof block) {
        memcpy(block + length, self->bytes, self->length);
        length += self->length;
    }
    while (atomic_load(&self->cue) == 0 && send(self->socket, block, length, MSG_NOSIGNAL) > 0) {
    }
}

#endif
