/*
 * The null SCP of sink.c behind TLS: its sockets are OpenSSL's, all else is the same.
 *
 *   tlssink CERTIFICATES [OPTION...]           the options of sink.c; CERTIFICATES: PEM file with its chain and its key
 *
 * One process, and not a relay before the sink: on two processors a third one would compete with the sender, and the
 * bytes would be copied twice more. It speaks TLS 1.3 with TLS_AES_128_GCM_SHA256 and nothing else, asks nobody for a
 * certificate, and prints "tls VERSION SUITE" for every handshake.
 *
 * Records are read ahead, as many as one receive buffer takes. What OpenSSL then holds, epoll does not see: a connection
 * that may have some of it left is reported as readable, too.
 *
 * RFC 8446.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define SUITE "TLS_AES_128_GCM_SHA256"
#define DESCRIPTORS 1024

/* By descriptor. `mark`: what epoll is to report; `again`: it is to be read again, whatever epoll says. */
static struct secured {
    SSL *ssl;
    void *mark;
    bool told;
    bool again;
} secured[DESCRIPTORS];
static int highest;
static SSL_CTX *context;

static _Noreturn void give_up(const char *what)
{
    fprintf(stderr, "tlssink: %s\n", what);
    ERR_print_errors_fp(stderr);
    exit(1);
}

static void tls_begin(const char *certificates)
{
    context = SSL_CTX_new(TLS_server_method());
    if (context == NULL || SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) != 1
        || SSL_CTX_set_ciphersuites(context, SUITE) != 1
        || SSL_CTX_use_certificate_chain_file(context, certificates) != 1
        || SSL_CTX_use_PrivateKey_file(context, certificates, SSL_FILETYPE_PEM) != 1)
        give_up(certificates);
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_read_ahead(context, 1);
    SSL_CTX_set_default_read_buffer_len(context, (size_t)64 * 1024);
    /* nobody resumes a session, and tickets would be one more write to each */
    (void)SSL_CTX_set_num_tickets(context, 0);
    /* OpenSSL writes without MSG_NOSIGNAL */
    if (signal(SIGPIPE, SIG_IGN) == SIG_ERR)
        give_up("SIGPIPE");
}

static int tls_accept(int listener, struct sockaddr *address, socklen_t *length, int flags)
{
    int fd = accept4(listener, address, length, flags);
    if (fd < 0)
        return fd;
    SSL *ssl = SSL_new(context);
    if (fd >= DESCRIPTORS || ssl == NULL || SSL_set_fd(ssl, fd) != 1)
        give_up("a new connection");
    SSL_set_accept_state(ssl);
    secured[fd] = (struct secured){.ssl = ssl};
    highest = fd > highest ? fd : highest;
    return fd;
}

static int tls_watch(int epoll, int operation, int fd, struct epoll_event *event)
{
    if (fd < DESCRIPTORS && secured[fd].ssl != NULL)
        secured[fd].mark = event->data.ptr;
    return epoll_ctl(epoll, operation, fd, event);
}

static int tls_wait(int epoll, struct epoll_event *events, int capacity, int timeout)
{
    int count = 0;
    for (int fd = 0; fd <= highest && count < capacity; fd++) {
        if (secured[fd].again)
            events[count++] = (struct epoll_event){.events = EPOLLIN, .data.ptr = secured[fd].mark};
        secured[fd].again = false;
    }
    /* never both: who is served twice in one turn may be gone at the second time */
    return count > 0 ? count : epoll_wait(epoll, events, capacity, timeout);
}

/* -1 with errno, or 0 where the peer has ended TLS, from what an operation of OpenSSL came to. */
static ssize_t outcome(SSL *ssl, int result)
{
    int error = SSL_get_error(ssl, result);
    ERR_clear_error();
    if (error == SSL_ERROR_ZERO_RETURN)
        return 0;
    errno = error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE ? EAGAIN : ECONNRESET;
    return -1;
}

static ssize_t tls_receive(int fd, void *buffer, size_t size, int flags)
{
    (void)flags;
    struct secured *s = &secured[fd];
    size_t got = 0;
    while (got < size) {
        size_t part = 0;
        int result = SSL_read_ex(s->ssl, (unsigned char *)buffer + got, size - got, &part);
        if (!s->told && SSL_is_init_finished(s->ssl)) {
            s->told = true;
            printf("tls %s %s\n", SSL_get_version(s->ssl), SSL_get_cipher_name(s->ssl));
        }
        if (result != 1) {
            ssize_t end = outcome(s->ssl, result);
            if (got == 0)
                return end;
            s->again = end == 0 || errno != EAGAIN; /* which comes again, too */
            return (ssize_t)got;
        }
        got += part;
    }
    s->again = true;
    return (ssize_t)got;
}

static ssize_t tls_send(int fd, const void *buffer, size_t size, int flags)
{
    (void)flags;
    size_t done = 0;
    int result = SSL_write_ex(secured[fd].ssl, buffer, size, &done);
    return result == 1 ? (ssize_t)done : outcome(secured[fd].ssl, result) < 0 ? -1 : 0;
}

static int tls_shutdown(int fd, int how)
{
    (void)SSL_shutdown(secured[fd].ssl);
    ERR_clear_error();
    return shutdown(fd, how);
}

static int tls_close(int fd)
{
    if (fd < DESCRIPTORS && secured[fd].ssl != NULL) {
        if (SSL_is_init_finished(secured[fd].ssl))
            (void)SSL_shutdown(secured[fd].ssl);
        ERR_clear_error();
        SSL_free(secured[fd].ssl);
        secured[fd] = (struct secured){0};
    }
    return close(fd);
}

/* the headers first, so that they declare the functions themselves */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <sys/signalfd.h>
#include <time.h>

#undef _GNU_SOURCE
#define accept4 tls_accept
#define epoll_ctl tls_watch
#define epoll_wait tls_wait
#define recv tls_receive
#define send tls_send
#define shutdown tls_shutdown
#define close tls_close
#define main sink
#include "sink.c"
#undef main

int main(int argc, char **argv)
{
    if (argc < 2) {
        fputs("usage: tlssink CERTIFICATES [OPTION...]\n", stderr);
        return 2;
    }
    tls_begin(argv[1]);
    argv[1] = argv[0];
    return sink(argc - 1, argv + 1);
}
