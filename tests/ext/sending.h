/* One C-STORE, set up as the door does it: a file opened and scanned, a wire to a peer, and what must arrive there. */
#ifndef STOREJET_TESTS_SENDING_H
#define STOREJET_TESTS_SENDING_H

#include "check.h"
#include "core.h"
#include "disk.h"
#include "peer.h"
#include "twin_stream.h"

enum { CONTEXT = 3, MESSAGE_ID = 0x1234, DOOR_CAPACITY = 512 << 10, ANSWER_ROOM = 512, TWIN_LIMIT = 8 << 20 };

typedef struct sending {
    sj_source source;
    sj_scan scan;
    sj_wire wire;
    sj_store store;
    uint8_t command[SJ_COMMAND_ROOM];
    uint8_t *data;       /* the data set, with its pad */
    twin_stream stream;  /* the PDUs that must arrive */
    peer other;
    int end;             /* the peer's socket, for peer_start() */
} sending;

/* `path` stays on the disk; the peer is not started. No twin for a file of TWIN_LIMIT bytes or more. */
static inline sending *sending_new(const char *path, uint32_t fragment, size_t capacity, int buffers)
{
    sending *made = calloc(1, sizeof *made);
    int ends[2];
    size_t length;

    CHECK(made != NULL);
    uint8_t *file = disk_read(path, &length);
    made->source = source_new(capacity);
    CHECK_EQUAL(sj_source_open(&made->source, path), SJ_OK);
    sj_scan_init(&made->scan, made->source.size, SJ_EXPECT_ANY, SJ_READ_WHOLE);
    CHECK_EQUAL(sj_source_scan(&made->source, &made->scan), SJ_OK);

    sj_store *store = &made->store;
    store->message.command = made->command;
    store->message.command_length = sj_command_store(made->command, CLASS_UID, strlen(CLASS_UID), INSTANCE_UID,
                                                     strlen(INSTANCE_UID), MESSAGE_ID);
    store->source = &made->source;
    store->data_offset = made->scan.data_set_offset;
    store->stored_length = length - store->data_offset;
    store->message.data_length = store->stored_length + (store->stored_length & 1);
    store->message.fragment = fragment;
    store->message.context_id = store->answer.context_id = CONTEXT;
    store->stream_length = sj_message_stream(&store->message);
    store->stall = 5000 * MILLISECONDS;
    store->patience = 5000 * MILLISECONDS;
    store->message_id = MESSAGE_ID;

    made->data = calloc((size_t)store->message.data_length + 1, 1);
    CHECK(made->data != NULL);
    memcpy(made->data, file + store->data_offset, (size_t)store->stored_length);
    free(file);
    if (length < TWIN_LIMIT)
        made->stream = twin_build(&store->message, made->data);
    else
        made->stream.length = (size_t)store->stream_length;
    CHECK_EQUAL(store->stream_length, made->stream.length);

    tcp_pair(ends, buffers, buffers);
    made->wire = wire_over(ends[0]);
    made->end = ends[1];
    made->other.expected = made->stream.length;
    peer_keep(&made->other, made->stream.length + 1024);
    return made;
}

static inline void sending_free(sending *made)
{
    wire_free(&made->wire);
    peer_end(&made->other);
    source_free(&made->source);
    twin_free(&made->stream);
    free(made->data);
    free(made);
}

/* Calls again after each SJ_PAUSE, as the door does; each call must come back soon enough for Ctrl-C. */
static inline sj_status sending_run(sending *made)
{
    sj_status status = SJ_PAUSE;

    while (status == SJ_PAUSE) {
        const uint64_t before = sj_now();
        status = sj_store_run(&made->wire, &made->store);
        CHECK(status != SJ_PAUSE || sj_now() - before < 1500 * MILLISECONDS);
    }
    return status;
}

/* Runs until the peer takes no more: two pauses without progress. */
static inline void sending_run_until_stuck(sending *made)
{
    uint64_t before = UINT64_MAX;

    while (before != made->store.stream_offset) {
        before = made->store.stream_offset;
        CHECK_EQUAL(sj_store_run(&made->wire, &made->store), SJ_PAUSE);
    }
}

/* ---- answers ----------------------------------------------------------------------------------------------------- */

typedef struct answer_fields { /* absent where it is negative */
    int command_field, message_id, data_set_type, status;
} answer_fields;

static inline size_t answer_command(uint8_t *out, answer_fields fields)
{
    const int values[] = { fields.command_field, fields.message_id, fields.data_set_type, fields.status };
    static const uint16_t elements[] = { 0x0100, 0x0120, 0x0800, 0x0900 };
    size_t length = 12;

    memcpy(out, "\0\0\0\0\4\0\0\0\0\0\0\0", 12);
    for (size_t row = 0; row < 4; row++) {
        if (values[row] < 0)
            continue;
        const uint8_t element[10] = { 0, 0, (uint8_t)elements[row], (uint8_t)(elements[row] >> 8), 2, 0, 0, 0,
                                      (uint8_t)values[row], (uint8_t)(values[row] >> 8) };
        memcpy(out + length, element, sizeof element);
        length += sizeof element;
    }
    out[8] = (uint8_t)(length - 12);
    return length;
}

static inline size_t answer_pdu(uint8_t *out, const void *value, size_t length, uint8_t context_id, uint8_t control)
{
    const uint8_t header[SJ_PDV_HEADER] = { 4, 0, 0, 0, (uint8_t)((length + 6) >> 8), (uint8_t)(length + 6),
                                            0, 0, (uint8_t)((length + 2) >> 8), (uint8_t)(length + 2),
                                            context_id, control };
    memcpy(out, header, sizeof header);
    memcpy(out + sizeof header, value, length);
    return sizeof header + length;
}

/* a C-STORE-RSP as one PDU */
static inline size_t answer_whole(uint8_t *out, answer_fields fields)
{
    uint8_t command[64];

    return answer_pdu(out, command, answer_command(command, fields), CONTEXT, 3);
}

#define SUCCESS ((answer_fields){ 0x8001, MESSAGE_ID, 0x0101, 0x0000 })

#endif
