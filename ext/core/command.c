/* Command sets (PS3.7 6.3: implicit VR little endian, elements in ascending order).
 *
 * C-STORE-RQ (9.3.1.1): 0002 class, 0100 = 0001H, 0110 message ID, 0700 priority (0 medium), 0800 = 0001H "a data set
 * follows", 1000 instance. C-STORE-RSP (9.3.1.2): 0100 = 8001H, 0120 message ID responded to, 0800 = 0101H "none",
 * 0900 status, 0902 error comment.
 */
#include "core.h"

#include <string.h>

#include "bytes.h"

enum { UID_MAX = 64, COMMAND_HEADER = 8 };

static uint8_t *put_element(uint8_t *at, uint16_t element, const void *value, size_t length, size_t padded)
{
    sj_put_le16(at, 0x0000);
    sj_put_le16(at + 2, element);
    sj_put_le32(at + 4, (uint32_t)padded);
    memcpy(at + COMMAND_HEADER, value, length);
    if (padded > length)
        at[COMMAND_HEADER + length] = 0; /* PS3.5 9.1: UIDs are padded by one NUL */
    return at + COMMAND_HEADER + padded;
}

static uint8_t *put_us(uint8_t *at, uint16_t element, uint16_t value)
{
    uint8_t bytes[2];
    sj_put_le16(bytes, value);
    return put_element(at, element, bytes, 2, 2);
}

static uint8_t *put_uid(uint8_t *at, uint16_t element, const char *uid, size_t length)
{
    return put_element(at, element, uid, length, length + (length & 1u));
}

size_t sj_command_store(uint8_t out[SJ_COMMAND_ROOM], const char *class_uid, size_t class_length,
                        const char *instance_uid, size_t instance_length, uint16_t message_id)
{
    uint8_t *at = out + 12; /* behind the group length */
    uint8_t group_length[4];

    if (class_length > UID_MAX || instance_length > UID_MAX)
        return 0;
    at = put_uid(at, 0x0002, class_uid, class_length);
    at = put_us(at, 0x0100, 0x0001);
    at = put_us(at, 0x0110, message_id);
    at = put_us(at, 0x0700, 0x0000);
    at = put_us(at, 0x0800, 0x0001);
    at = put_uid(at, 0x1000, instance_uid, instance_length);
    sj_put_le32(group_length, (uint32_t)(at - out - 12));
    put_element(out, 0x0000, group_length, 4, 4);
    return (size_t)(at - out);
}

static bool read_us(const uint8_t *value, uint32_t length, uint16_t *out)
{
    if (length != 2)
        return false;
    *out = sj_le16(value);
    return true;
}

sj_status sj_command_response(const uint8_t *bytes, size_t length, sj_response *out)
{
    sj_cursor cursor = { bytes, bytes + length };

    memset(out, 0, sizeof *out);
    out->data_set_type = 0x0101;
    while (sj_left(&cursor) > 0) {
        const uint8_t *header = sj_take(&cursor, COMMAND_HEADER);
        if (header == NULL)
            return SJ_BAD_COMMAND;
        const uint32_t value_length = sj_le32(header + 4);
        const uint8_t *value = sj_take(&cursor, value_length);
        if (value == NULL || sj_le16(header) != 0x0000)
            return SJ_BAD_COMMAND;
        bool fits = true;
        switch (sj_le16(header + 2)) {
        case 0x0100:
            fits = out->has_command_field = read_us(value, value_length, &out->command_field);
            break;
        case 0x0120:
            fits = out->has_message_id = read_us(value, value_length, &out->message_id);
            break;
        case 0x0800:
            fits = read_us(value, value_length, &out->data_set_type);
            break;
        case 0x0900:
            fits = out->has_status = read_us(value, value_length, &out->status);
            break;
        case 0x0902:
            out->comment_length = (uint8_t)(value_length < sizeof out->comment ? value_length : sizeof out->comment);
            memcpy(out->comment, value, out->comment_length);
            break;
        default:
            break; /* PS3.7 annex E: what a response may also carry says nothing about its outcome */
        }
        if (!fits)
            return SJ_BAD_COMMAND;
    }
    return out->has_command_field ? SJ_OK : SJ_BAD_COMMAND;
}
