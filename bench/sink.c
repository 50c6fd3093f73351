/*
 * A null storage SCP: takes any association, throws every data set away and answers success as fast as it can.
 *
 * It is the other side of the bench. What it must not do is be slow, or believe a sender: it counts the objects that
 * were complete (last fragment seen) and the bytes of their data sets, holds the sender to the maximum length that it
 * announced, and aborts at anything that breaks the protocol, so a sender that cheats or loses data is found out.
 *
 *   sink [--port N] [--max-pdu N] [--prefer UID | --only UID] [--copy FILE] [--once]
 *   sink --raw [--exchange N] [--port N] [--once]
 *
 * It prints "port N" when it listens and "stored N objects B bytes" when it ends: at SIGTERM or SIGINT, or with --once
 * after the first association. With --raw there is no DICOM: every connection is read to its end, then one byte is
 * written back (with --exchange also after every N bytes); an object is then a connection.
 *
 * --prefer names the transfer syntax to choose where it is proposed, --only the one without which a context is refused.
 * --copy writes the data sets to FILE as they come, for somebody who compares them: pieces, each after its length in 32
 * bits (big endian), and after the last one of a data set a length of 0. It is for one association at a time.
 *
 * One thread, one receive buffer for all connections: the parser keeps its place in a connection between two reads,
 * and only a header that was cut by the edge of a read is copied.
 *
 * PS3.8 9.3 (PDUs), 9.3.5 (P-DATA-TF), D.1 (maximum length), E.1 and E.2 (PDVs); PS3.7 6.3.1, 9.3.1, 9.3.5, E.1
 * (command sets).
 */

#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* The fastest of 32 KiB to 1 MiB: large enough to make system calls rare, small enough to stay in a core's cache. */
#define RECEIVE_SIZE ((size_t)64 * 1024)
/* Longest association request and command set that are believed. */
#define ASSOCIATE_LIMIT ((uint32_t)1 << 20)
#define COMMAND_LIMIT ((size_t)64 * 1024)
/* How long to look for the next bytes before going to sleep: longer than any sender takes between two small objects. */
#define AWAKE_NS ((int64_t)1000000)

enum pdu_type {
    A_ASSOCIATE_RQ = 1,
    A_ASSOCIATE_AC = 2,
    P_DATA_TF = 4,
    A_RELEASE_RQ = 5,
    A_RELEASE_RP = 6,
    A_ABORT = 7
};

/* PS3.8 table 9-26, source 2 (service provider) */
enum abort_reason { UNRECOGNIZED_PDU = 1, UNEXPECTED_PDU = 2, UNEXPECTED_PARAMETER = 5, INVALID_PARAMETER = 6 };

enum command_field { C_STORE_RQ = 0x0001, C_ECHO_RQ = 0x0030, C_CANCEL_RQ = 0x0FFF, RESPONSE_BIT = 0x8000 };
enum { NO_DATA_SET = 0x0101, SUCCESS = 0x0000, UNRECOGNIZED_OPERATION = 0x0211 };

struct bytes {
    unsigned char *at;
    size_t length;
    size_t capacity;
};

/* Where a connection stands in its stream. DRAIN: aborted by us, what still comes is thrown away until it closes;
 * GONE: aborted by the peer, to be closed. */
enum place { PDU_HEADER, PDU_BODY, PDV_HEADER, PDV_VALUE, DRAIN, GONE };

struct connection {
    int fd;
    enum place place;
    bool associated;       /* between A-ASSOCIATE-AC and the release */
    bool was_associated;
    bool writing;          /* waits for room to write, not for data */
    unsigned char pdu_type;
    uint32_t pdu_left;     /* bytes of this PDU that are not consumed yet */
    uint32_t pdv_left;     /* bytes of this PDV's fragment that are not consumed yet */
    bool pdv_command;
    bool pdv_last;
    unsigned char context; /* of the message that is under way */
    bool in_command;       /* part of a command set came, not its last fragment */
    bool in_data;          /* the request is complete, its data set is not */
    uint64_t data_length;
    uint64_t unanswered;   /* bytes of an exchange, --raw */
    struct bytes held;     /* a header or body that came in pieces */
    struct bytes command;
    struct bytes out;
    size_t out_done;
    bool accepted[256];
};

struct request {
    unsigned field;
    unsigned message_id;
    bool has_data;
    const unsigned char *sop_class;
    const unsigned char *sop_instance;
    size_t sop_class_length;
    size_t sop_instance_length;
};

static struct {
    uint16_t port;
    uint32_t max_pdu;
    const char *prefer;
    bool only; /* nothing but `prefer` */
    FILE *copy;
    bool once;
    bool raw;
    uint32_t exchange; /* 0: none */
} options = {.max_pdu = 16384};

static uint64_t objects;
static uint64_t object_bytes;
static bool finished;
static int epoll_fd;
static unsigned char receive_buffer[RECEIVE_SIZE];

static void die(const char *what)
{
    fprintf(stderr, "sink: %s: %s\n", what, strerror(errno));
    exit(1);
}

/* ---- bytes ------------------------------------------------------------------------------------------------- */

static void add(struct bytes *b, const void *source, size_t length)
{
    if (b->capacity - b->length < length) {
        size_t capacity = b->capacity < 256 ? 256 : b->capacity;
        while (capacity - b->length < length)
            capacity *= 2;
        unsigned char *at = realloc(b->at, capacity);
        if (at == NULL)
            die("memory");
        b->at = at;
        b->capacity = capacity;
    }
    if (length > 0)
        memcpy(b->at + b->length, source, length);
    b->length += length;
}

static void add_byte(struct bytes *b, unsigned value)
{
    unsigned char byte = (unsigned char)value;
    add(b, &byte, 1);
}

static void add_be16(struct bytes *b, size_t value)
{
    add_byte(b, (unsigned)(value >> 8) & 0xFF);
    add_byte(b, (unsigned)value & 0xFF);
}

static void add_be32(struct bytes *b, size_t value)
{
    add_be16(b, (value >> 16) & 0xFFFF);
    add_be16(b, value & 0xFFFF);
}

static void add_le16(struct bytes *b, size_t value)
{
    add_byte(b, (unsigned)value & 0xFF);
    add_byte(b, (unsigned)(value >> 8) & 0xFF);
}

static void add_le32(struct bytes *b, size_t value)
{
    add_le16(b, value & 0xFFFF);
    add_le16(b, (value >> 16) & 0xFFFF);
}

static unsigned be16(const unsigned char *p)
{
    return (unsigned)p[0] << 8 | p[1];
}

static uint32_t be32(const unsigned char *p)
{
    return (uint32_t)be16(p) << 16 | be16(p + 2);
}

static unsigned le16(const unsigned char *p)
{
    return (unsigned)p[1] << 8 | p[0];
}

static uint32_t le32(const unsigned char *p)
{
    return (uint32_t)le16(p + 2) << 16 | le16(p);
}

static void put_be32(unsigned char *p, size_t value)
{
    p[0] = (unsigned char)(value >> 24);
    p[1] = (unsigned char)(value >> 16);
    p[2] = (unsigned char)(value >> 8);
    p[3] = (unsigned char)value;
}

/* ---- association ------------------------------------------------------------------------------------------- */

static void abort_association(struct connection *c, enum abort_reason reason)
{
    add_byte(&c->out, A_ABORT);
    add_byte(&c->out, 0);
    add_be32(&c->out, 4);
    add_be16(&c->out, 0);
    add_byte(&c->out, 2);
    add_byte(&c->out, reason);
    c->associated = false;
    c->place = DRAIN;
}

static void add_item(struct bytes *b, unsigned type, const void *value, size_t length)
{
    add_byte(b, type);
    add_byte(b, 0);
    add_be16(b, length);
    add(b, value, length);
}

/* Answers one presentation context item (PS3.8 9.3.2.2 and 9.3.3.2); false: the item is malformed. */
static bool answer_context(struct connection *c, const unsigned char *item, size_t length)
{
    if (length < 4)
        return false;
    const unsigned char *chosen = NULL;
    size_t chosen_length = 0;
    size_t prefer_length = options.prefer == NULL ? 0 : strlen(options.prefer);
    for (size_t at = 4; at < length;) {
        if (length - at < 4 || length - at - 4 < be16(item + at + 2))
            return false;
        const unsigned char *value = item + at + 4;
        size_t value_length = be16(item + at + 2);
        bool preferred = prefer_length > 0 && value_length == prefer_length
            && memcmp(value, options.prefer, prefer_length) == 0;
        if (item[at] == 0x40 && (preferred || (chosen == NULL && !options.only))) {
            chosen = value;
            chosen_length = value_length;
        }
        at += 4 + value_length;
    }
    unsigned result = chosen == NULL ? 4 : 0; /* 4: transfer syntaxes not supported */
    c->accepted[item[0]] = result == 0;
    add_byte(&c->out, 0x21);
    add_byte(&c->out, 0);
    add_be16(&c->out, 8 + chosen_length);
    add_byte(&c->out, item[0]);
    add_byte(&c->out, 0);
    add_byte(&c->out, result);
    add_byte(&c->out, 0);
    add_item(&c->out, 0x40, chosen, chosen_length);
    return true;
}

static void answer_association(struct connection *c, const unsigned char *body, size_t length)
{
    static const char application_context[] = "1.2.840.10008.3.1.1.1";
    static const char implementation[] = "2.25.232409587346019384502764";
    static const char version[] = "STOREJET_SINK";

    if (length < 68) {
        abort_association(c, INVALID_PARAMETER);
        return;
    }
    size_t start = c->out.length;
    add_byte(&c->out, A_ASSOCIATE_AC);
    add_byte(&c->out, 0);
    add_be32(&c->out, 0);
    add_be16(&c->out, 1);
    add_be16(&c->out, 0);
    add(&c->out, body + 4, 64); /* the titles and the reserved bytes, sent back as they came (PS3.8 table 9-17) */
    add_item(&c->out, 0x10, application_context, sizeof application_context - 1);
    for (size_t at = 68; at < length;) {
        bool whole = length - at >= 4 && length - at - 4 >= be16(body + at + 2);
        if (!whole || (body[at] == 0x20 && !answer_context(c, body + at + 4, be16(body + at + 2)))) {
            c->out.length = start;
            abort_association(c, INVALID_PARAMETER);
            return;
        }
        at += 4 + (size_t)be16(body + at + 2);
    }
    add_byte(&c->out, 0x50);
    add_byte(&c->out, 0);
    add_be16(&c->out, 8 + 4 + sizeof implementation - 1 + 4 + sizeof version - 1);
    add_byte(&c->out, 0x51);
    add_byte(&c->out, 0);
    add_be16(&c->out, 4);
    add_be32(&c->out, options.max_pdu);
    add_item(&c->out, 0x52, implementation, sizeof implementation - 1);
    add_item(&c->out, 0x55, version, sizeof version - 1);
    put_be32(c->out.at + start + 2, c->out.length - start - 6);
    c->associated = true;
    c->was_associated = true;
}

/* ---- messages ---------------------------------------------------------------------------------------------- */

/* Reads a command set, implicit VR little endian (PS3.7 6.3.1); false: malformed or without what every request has. */
static bool read_request(const struct bytes *command, struct request *request)
{
    bool has_field = false;
    bool has_id = false;
    bool has_type = false;
    memset(request, 0, sizeof *request);
    for (size_t at = 0; at < command->length;) {
        const unsigned char *p = command->at + at;
        if (command->length - at < 8 || command->length - at - 8 < le32(p + 4) || le16(p) != 0)
            return false;
        size_t length = le32(p + 4);
        unsigned element = le16(p + 2);
        const unsigned char *value = p + 8;
        if (element == 0x0002) {
            request->sop_class = value;
            request->sop_class_length = length;
        } else if (element == 0x1000) {
            request->sop_instance = value;
            request->sop_instance_length = length;
        } else if (element == 0x0100 && length == 2) {
            request->field = le16(value);
            has_field = true;
        } else if (element == 0x0110 && length == 2) {
            request->message_id = le16(value);
            has_id = true;
        } else if (element == 0x0800 && length == 2) {
            request->has_data = le16(value) != NO_DATA_SET;
            has_type = true;
        }
        at += 8 + length;
    }
    return has_field && has_type && (has_id || request->field == C_CANCEL_RQ);
}

static void add_element(struct bytes *b, unsigned element, const void *value, size_t length)
{
    add_le16(b, 0);
    add_le16(b, element);
    add_le32(b, length);
    add(b, value, length);
}

static void add_element_us(struct bytes *b, unsigned element, unsigned value)
{
    unsigned char bytes[2] = {(unsigned char)value, (unsigned char)(value >> 8)};
    add_element(b, element, bytes, sizeof bytes);
}

static size_t element_size(const unsigned char *value, size_t length)
{
    return value == NULL ? 0 : 8 + length;
}

/* One piece of a data set for --copy, or with length 0 its end. */
static void copy(const unsigned char *at, size_t length)
{
    unsigned char head[4];
    put_be32(head, length);
    if (fwrite(head, 1, sizeof head, options.copy) != sizeof head || fwrite(at, 1, length, options.copy) != length)
        die("copy");
}

/* Answers the request that is now complete (PS3.7 9.3.1.2, 9.3.5.2). */
static void answer_request(struct connection *c)
{
    struct request request;
    if (!read_request(&c->command, &request) || (request.field & RESPONSE_BIT) != 0) {
        abort_association(c, INVALID_PARAMETER);
        return;
    }
    if (request.field == C_STORE_RQ && request.has_data) {
        objects++;
        object_bytes += c->data_length;
        if (options.copy != NULL)
            copy(c->command.at, 0);
    }
    if (request.field == C_CANCEL_RQ)
        return;
    bool known = (request.field == C_STORE_RQ && request.has_data) || request.field == C_ECHO_RQ;
    size_t length = 4 * 10 + element_size(request.sop_class, request.sop_class_length)
        + element_size(request.sop_instance, request.sop_instance_length);
    struct bytes *out = &c->out;
    add_byte(out, P_DATA_TF);
    add_byte(out, 0);
    add_be32(out, 4 + 2 + 12 + length);
    add_be32(out, 2 + 12 + length);
    add_byte(out, c->context);
    add_byte(out, 3); /* command, last fragment */
    unsigned char group_length[4] = {(unsigned char)length, (unsigned char)(length >> 8),
                                     (unsigned char)(length >> 16), (unsigned char)(length >> 24)};
    add_element(out, 0x0000, group_length, sizeof group_length);
    if (request.sop_class != NULL)
        add_element(out, 0x0002, request.sop_class, request.sop_class_length);
    add_element_us(out, 0x0100, request.field | RESPONSE_BIT);
    add_element_us(out, 0x0120, request.message_id);
    add_element_us(out, 0x0800, NO_DATA_SET);
    add_element_us(out, 0x0900, known ? SUCCESS : UNRECOGNIZED_OPERATION);
    if (request.sop_instance != NULL)
        add_element(out, 0x1000, request.sop_instance, request.sop_instance_length);
}

/* ---- the stream -------------------------------------------------------------------------------------------- */

/* The next `want` bytes in one piece: in place when all of them are here, else gathered in `held`; NULL: more must
 * come. The answer is good until the next call. */
static const unsigned char *take(struct connection *c, const unsigned char **at, size_t *left, size_t want)
{
    if (c->held.length == 0 && *left >= want) {
        const unsigned char *here = *at;
        *at += want;
        *left -= want;
        return here;
    }
    size_t part = want - c->held.length < *left ? want - c->held.length : *left;
    add(&c->held, *at, part);
    *at += part;
    *left -= part;
    if (c->held.length < want)
        return NULL;
    c->held.length = 0;
    return c->held.at;
}

static void start_pdu(struct connection *c, const unsigned char *header)
{
    c->pdu_type = header[0];
    c->pdu_left = be32(header + 2);
    c->place = PDU_BODY;
    switch (c->pdu_type) {
    case A_ASSOCIATE_RQ:
        if (c->was_associated)
            abort_association(c, UNEXPECTED_PDU);
        else if (c->pdu_left > ASSOCIATE_LIMIT)
            abort_association(c, INVALID_PARAMETER);
        break;
    case P_DATA_TF:
        c->place = PDV_HEADER;
        if (!c->associated)
            abort_association(c, UNEXPECTED_PDU);
        else if (c->pdu_left == 0 || (options.max_pdu != 0 && c->pdu_left > options.max_pdu))
            abort_association(c, INVALID_PARAMETER);
        break;
    case A_RELEASE_RQ:
        if (!c->associated || c->in_command || c->in_data)
            abort_association(c, UNEXPECTED_PDU);
        else if (c->pdu_left != 4)
            abort_association(c, INVALID_PARAMETER);
        break;
    case A_ABORT:
        c->associated = false;
        c->place = GONE;
        break;
    case A_ASSOCIATE_AC:
    case A_RELEASE_RP:
        abort_association(c, UNEXPECTED_PDU);
        break;
    default:
        abort_association(c, UNRECOGNIZED_PDU);
    }
}

static void end_pdu(struct connection *c, const unsigned char *body, size_t length)
{
    c->place = PDU_HEADER;
    if (c->pdu_type == A_ASSOCIATE_RQ) {
        answer_association(c, body, length);
    } else { /* A_RELEASE_RQ; the requestor closes the connection (PS3.8 9.2, AR-3) */
        add_byte(&c->out, A_RELEASE_RP);
        add_byte(&c->out, 0);
        add_be32(&c->out, 4);
        add_be32(&c->out, 0);
        c->associated = false;
    }
}

static void start_pdv(struct connection *c, const unsigned char *header)
{
    uint32_t length = be32(header);
    c->pdu_left -= 6;
    if (length < 2 || length - 2 > c->pdu_left) {
        abort_association(c, INVALID_PARAMETER);
        return;
    }
    c->pdv_left = length - 2;
    c->pdu_left -= c->pdv_left;
    c->pdv_command = (header[5] & 1) != 0;
    c->pdv_last = (header[5] & 2) != 0;
    c->place = PDV_VALUE;
    bool under_way = c->in_command || c->in_data;
    if (!c->accepted[header[4]] || (under_way && header[4] != c->context))
        abort_association(c, INVALID_PARAMETER);
    else if (c->pdv_command == c->in_data) /* a command before the data set ended, or a data set without command */
        abort_association(c, UNEXPECTED_PARAMETER);
    c->context = header[4];
}

static void end_pdv(struct connection *c)
{
    c->place = c->pdu_left > 0 ? PDV_HEADER : PDU_HEADER;
    if (c->pdv_command)
        c->in_command = !c->pdv_last;
    if (!c->pdv_last)
        return;
    if (c->pdv_command) {
        struct request request;
        if (read_request(&c->command, &request) && request.has_data) {
            c->in_data = true;
            c->data_length = 0;
            return;
        }
    }
    c->in_data = false;
    answer_request(c);
    c->command.length = 0;
}

/* Consumes what came. Answers are queued in `out`. */
static void feed(struct connection *c, const unsigned char *at, size_t left)
{
    const unsigned char *header;
    size_t part;
    for (;;) {
        switch (c->place) {
        case PDU_HEADER:
            if ((header = take(c, &at, &left, 6)) == NULL)
                return;
            start_pdu(c, header);
            break;
        case PDU_BODY:
            if ((header = take(c, &at, &left, c->pdu_left)) == NULL)
                return;
            end_pdu(c, header, c->pdu_left);
            break;
        case PDV_HEADER:
            if (c->pdu_left < 6) {
                abort_association(c, INVALID_PARAMETER);
                return;
            }
            if ((header = take(c, &at, &left, 6)) == NULL)
                return;
            start_pdv(c, header);
            break;
        case PDV_VALUE:
            part = left < c->pdv_left ? left : c->pdv_left;
            if (c->pdv_command) {
                if (c->command.length + part > COMMAND_LIMIT) {
                    abort_association(c, INVALID_PARAMETER);
                    return;
                }
                add(&c->command, at, part);
            } else {
                c->data_length += part;
                if (options.copy != NULL && part > 0)
                    copy(at, part);
            }
            at += part;
            left -= part;
            c->pdv_left -= (uint32_t)part;
            if (c->pdv_left > 0)
                return;
            end_pdv(c);
            break;
        case DRAIN:
        case GONE:
            return;
        }
    }
}

/* ---- connections ------------------------------------------------------------------------------------------- */

static void watch(struct connection *c, int operation, uint32_t events)
{
    struct epoll_event event = {.events = events, .data.ptr = c};
    if (epoll_ctl(epoll_fd, operation, c->fd, &event) != 0)
        die("epoll_ctl");
}

static void close_connection(struct connection *c)
{
    if (options.once && (options.raw || c->was_associated))
        finished = true;
    close(c->fd);
    free(c->held.at);
    free(c->command.at);
    free(c->out.at);
    free(c);
}

static void accept_connection(int listener)
{
    int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0)
        return;
    int on = 1;
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    struct connection *c = calloc(1, sizeof *c);
    if (c == NULL)
        die("memory");
    c->fd = fd;
    watch(c, EPOLL_CTL_ADD, EPOLLIN);
}

/* Writes what is queued; while some of it is left nothing is read, so a peer that does not read cannot fill us up.
 * false: the connection is gone. */
static bool flush(struct connection *c)
{
    while (c->out_done < c->out.length) {
        ssize_t n = send(c->fd, c->out.at + c->out_done, c->out.length - c->out_done, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno != EAGAIN)
            return false;
        if (n < 0) {
            if (!c->writing)
                watch(c, EPOLL_CTL_MOD, EPOLLOUT);
            c->writing = true;
            return true;
        }
        c->out_done += (size_t)n;
    }
    c->out.length = 0;
    c->out_done = 0;
    if (c->writing)
        watch(c, EPOLL_CTL_MOD, EPOLLIN);
    c->writing = false;
    if (c->place == DRAIN) /* the abort goes out before the end; closing here could destroy it on its way */
        (void)shutdown(c->fd, SHUT_WR);
    return true;
}

static void serve(struct connection *c)
{
    if (!c->writing) {
        ssize_t n = recv(c->fd, receive_buffer, RECEIVE_SIZE, 0);
        if (n < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        if (n <= 0 && options.raw) {
            objects += n == 0;
            (void)send(c->fd, "", 1, MSG_NOSIGNAL);
        }
        if (n <= 0) {
            close_connection(c);
            return;
        }
        if (options.raw) {
            object_bytes += (uint64_t)n;
            c->unanswered += (uint64_t)n;
            for (; options.exchange != 0 && c->unanswered >= options.exchange; c->unanswered -= options.exchange)
                add_byte(&c->out, 0);
        } else {
            feed(c, receive_buffer, (size_t)n);
        }
    }
    if (c->place == GONE || (c->out.length > 0 && !flush(c)))
        close_connection(c);
}

static int listen_on_loopback(void)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        die("socket");
    int on = 1;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(options.port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0
        || bind(fd, (struct sockaddr *)&address, sizeof address) != 0 || listen(fd, 64) != 0
        || getsockname(fd, (struct sockaddr *)&address, &length) != 0)
        die("listen");
    options.port = ntohs(address.sin_port);
    return fd;
}

static int signal_descriptor(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    if (sigprocmask(SIG_BLOCK, &set, NULL) != 0)
        die("sigprocmask");
    int fd = signalfd(-1, &set, SFD_CLOEXEC);
    if (fd < 0)
        die("signalfd");
    return fd;
}

static void add_to_epoll(int fd, void *mark)
{
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = mark};
    if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event) != 0)
        die("epoll_ctl");
}

static uint32_t number(const char *option, const char *text, uint32_t limit)
{
    char *end;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || text[0] == '-' || value > limit) {
        fprintf(stderr, "sink: %s: not a number up to %lu: %s\n", option, (unsigned long)limit, text);
        exit(2);
    }
    return (uint32_t)value;
}

static void read_options(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        const char *value = i + 1 < argc ? argv[i + 1] : NULL;
        if (strcmp(argv[i], "--once") == 0) {
            options.once = true;
        } else if (strcmp(argv[i], "--raw") == 0) {
            options.raw = true;
        } else if (strcmp(argv[i], "--port") == 0 && value != NULL) {
            options.port = (uint16_t)number(argv[i++], value, 65535);
        } else if (strcmp(argv[i], "--max-pdu") == 0 && value != NULL) {
            options.max_pdu = number(argv[i++], value, UINT32_MAX);
        } else if (strcmp(argv[i], "--exchange") == 0 && value != NULL) {
            options.exchange = number(argv[i++], value, UINT32_MAX);
        } else if ((strcmp(argv[i], "--prefer") == 0 || strcmp(argv[i], "--only") == 0) && value != NULL) {
            options.only = strcmp(argv[i++], "--only") == 0;
            options.prefer = value;
        } else if (strcmp(argv[i], "--copy") == 0 && value != NULL) {
            if ((options.copy = fopen(argv[++i], "wb")) == NULL)
                die(value);
        } else {
            fputs("usage: sink [--port N] [--max-pdu N] [--prefer UID | --only UID] [--copy FILE] [--once] "
                  "[--raw [--exchange N]]\n", stderr);
            exit(2);
        }
    }
}

static int64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* Waits for events, awake for AWAKE_NS before it sleeps. To wake a sleeping processor is work for the one that wakes it,
 * on a virtual machine as much as sending a small object is, and it depends on the gap between two objects: a sink that
 * slept would measure that, not the senders. */
static int wait_awake(struct epoll_event *events, int capacity)
{
    const int64_t until = now_ns() + AWAKE_NS;
    int count;
    do {
        count = epoll_wait(epoll_fd, events, capacity, 0);
    } while (count == 0 && now_ns() < until);
    return count != 0 ? count : epoll_wait(epoll_fd, events, capacity, -1);
}

int main(int argc, char **argv)
{
    static char listener_mark;
    static char signal_mark;
    read_options(argc, argv);
    int signals = signal_descriptor();
    int listener = listen_on_loopback();
    epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    if (epoll_fd < 0)
        die("epoll_create1");
    add_to_epoll(listener, &listener_mark);
    add_to_epoll(signals, &signal_mark);
    printf("port %u\n", (unsigned)options.port);
    fflush(stdout);

    while (!finished) {
        struct epoll_event events[16];
        int count = wait_awake(events, 16);
        if (count < 0 && errno != EINTR)
            die("epoll_wait");
        for (int i = 0; i < count && !finished; i++) {
            if (events[i].data.ptr == &listener_mark)
                accept_connection(listener);
            else if (events[i].data.ptr == &signal_mark)
                finished = true;
            else
                serve(events[i].data.ptr);
        }
    }
    if (options.copy != NULL && fclose(options.copy) != 0)
        die("copy");
    printf("stored %llu objects %llu bytes\n", (unsigned long long)objects, (unsigned long long)object_bytes);
    return fflush(stdout) == 0 ? 0 : 1;
}
