/* The slow, obvious twin of pdv.c: the whole PDU stream of a message, built byte by byte into memory (PS3.8 9.3.5,
 * annex E.2), and for each byte of it what the kernel is asked: where the data goes on, where its PDU ends. */
#ifndef STOREJET_TESTS_TWIN_STREAM_H
#define STOREJET_TESTS_TWIN_STREAM_H

#include <stdlib.h>

#include "core.h"

typedef struct twin_stream {
    size_t length;
    uint8_t *bytes;
    /* of each byte, and of the end: */
    uint64_t *data_at;  /* data set offset of the first payload byte at or after it */
    uint64_t *rest;     /* bytes to the end of the PDU that it is inside of, 0 on a boundary */
    uint8_t *last;      /* whether that PDU ends the message */
} twin_stream;

static inline void twin_part(twin_stream *twin, const uint8_t *payload, size_t length, uint32_t fragment,
                             uint8_t context_id, bool is_command)
{
    size_t done = 0;

    do {
        const size_t piece = length - done < fragment ? length - done : fragment;
        const bool last = done + piece == length;
        const uint32_t item = (uint32_t)piece + 2, variable = item + 4;
        const uint8_t header[SJ_PDV_HEADER] = {
            0x04, 0x00,                                                                   /* P-DATA-TF, reserved */
            (uint8_t)(variable >> 24), (uint8_t)(variable >> 16), (uint8_t)(variable >> 8), (uint8_t)variable,
            (uint8_t)(item >> 24), (uint8_t)(item >> 16), (uint8_t)(item >> 8), (uint8_t)item,
            context_id, (uint8_t)((is_command ? 1 : 0) + (last ? 2 : 0)),                 /* message control header */
        };
        const size_t whole = SJ_PDV_HEADER + piece;
        for (size_t byte = 0; byte < whole; byte++) {
            const size_t at = twin->length + byte;
            const size_t into = byte < SJ_PDV_HEADER ? 0 : byte - SJ_PDV_HEADER;
            twin->bytes[at] = byte < SJ_PDV_HEADER ? header[byte] : payload[done + into];
            twin->data_at[at] = is_command ? 0 : done + into;
            twin->rest[at] = byte == 0 ? 0 : whole - byte;
            twin->last[at] = byte != 0 && last && !is_command;
        }
        twin->length += whole;
        done += piece;
    } while (done < length);
}

static inline twin_stream twin_build(const sj_message *message, const uint8_t *data)
{
    const size_t payload = (size_t)(message->command_length + message->data_length);
    const size_t room = payload + SJ_PDV_HEADER * (payload / message->fragment + 4) + 1;
    twin_stream twin = { 0, calloc(room, 1), calloc(room, 8), calloc(room, 8), calloc(room, 1) };

    if (twin.bytes == NULL || twin.data_at == NULL || twin.rest == NULL || twin.last == NULL)
        abort();
    twin_part(&twin, message->command, (size_t)message->command_length, message->fragment, message->context_id, true);
    twin_part(&twin, data, (size_t)message->data_length, message->fragment, message->context_id, false);
    twin.data_at[twin.length] = message->data_length;
    return twin;
}

static inline void twin_free(twin_stream *twin)
{
    free(twin->bytes);
    free(twin->data_at);
    free(twin->rest);
    free(twin->last);
}

#endif
