/* command.c: command sets both ways (PS3.7 6.3, 9.3.1), and status.c: a phrase for each status. */
#include "check.h"
#include "core.h"

/* ---- sj_command_store -------------------------------------------------------------------------------------------- */

/* PS3.7 table 9.3-1 as bytes: class "1.2.3", instance "1.2.3.4", message ID 0102H */
static const uint8_t golden[] = {
    0, 0, 0x00, 0x00, 4, 0, 0, 0, 70, 0, 0, 0,                        /* group length: what follows */
    0, 0, 0x02, 0x00, 6, 0, 0, 0, '1', '.', '2', '.', '3', 0,         /* Affected SOP Class UID, padded */
    0, 0, 0x00, 0x01, 2, 0, 0, 0, 0x01, 0x00,                         /* Command Field: C-STORE-RQ */
    0, 0, 0x10, 0x01, 2, 0, 0, 0, 0x02, 0x01,                         /* Message ID */
    0, 0, 0x00, 0x07, 2, 0, 0, 0, 0x00, 0x00,                         /* Priority: medium */
    0, 0, 0x00, 0x08, 2, 0, 0, 0, 0x01, 0x00,                         /* Command Data Set Type: there is one */
    0, 0, 0x00, 0x10, 8, 0, 0, 0, '1', '.', '2', '.', '3', '.', '4', 0,
};

TEST(a_store_request_byte_by_byte)
{
    uint8_t out[SJ_COMMAND_ROOM];

    memset(out, 0xEE, sizeof out);
    CHECK_EQUAL(sj_command_store(out, "1.2.3", 5, "1.2.3.4", 7, 0x0102), sizeof golden);
    CHECK_BYTES(out, golden, sizeof golden);
    CHECK_EQUAL(out[sizeof golden], 0xEE);
}

TEST(store_requests_of_every_uid_length)
{
    char uid[66];

    memset(uid, '1', sizeof uid);
    for (size_t class_length = 0; class_length <= 66; class_length++) {
        for (size_t instance_length = 0; instance_length <= 66; instance_length++) {
            uint8_t *out = malloc(SJ_COMMAND_ROOM);
            char *class_uid = malloc(class_length + 1), *instance_uid = malloc(instance_length + 1);
            CHECK(out != NULL && class_uid != NULL && instance_uid != NULL);
            memset(class_uid, '1', class_length);
            memset(instance_uid, '2', instance_length);
            CHECK_NOTE("class %zu instance %zu", class_length, instance_length);
            const size_t length =
                sj_command_store(out, class_uid, class_length, instance_uid, instance_length, 65535);
            if (class_length > 64 || instance_length > 64) {
                CHECK_EQUAL(length, 0);
            } else {
                const size_t padded = class_length + class_length % 2 + instance_length + instance_length % 2;
                CHECK_EQUAL(length, sizeof golden - 14 + padded);
                CHECK_EQUAL(length % 2, 0);
                CHECK_EQUAL(out[8] | out[9] << 8, length - 12);
                CHECK_EQUAL(out[16], class_length + class_length % 2);
                if (class_length % 2 == 1)
                    CHECK_EQUAL(out[20 + class_length], 0);
                if (instance_length % 2 == 1)
                    CHECK_EQUAL(out[length - 1], 0);
            }
            free(out);
            free(class_uid);
            free(instance_uid);
        }
    }
}

TEST(message_ids_at_their_bounds)
{
    static const uint16_t ids[] = { 0, 1, 255, 256, 32767, 32768, 65535 };
    uint8_t out[SJ_COMMAND_ROOM];

    for (size_t row = 0; row < sizeof ids / sizeof *ids; row++) {
        CHECK(sj_command_store(out, "1.2.3", 5, "1.2.3.4", 7, ids[row]) > 0);
        CHECK_EQUAL(out[44] | out[45] << 8, ids[row]);
    }
}

/* ---- sj_command_response ----------------------------------------------------------------------------------------- */

/* PS3.7 table 9.3-2: what a conforming peer answers */
static const uint8_t response[] = {
    0, 0, 0x00, 0x00, 4, 0, 0, 0, 70, 0, 0, 0,
    0, 0, 0x02, 0x00, 6, 0, 0, 0, '1', '.', '2', '.', '3', 0,
    0, 0, 0x00, 0x01, 2, 0, 0, 0, 0x01, 0x80,
    0, 0, 0x20, 0x01, 2, 0, 0, 0, 0x07, 0x00,
    0, 0, 0x00, 0x08, 2, 0, 0, 0, 0x01, 0x01,
    0, 0, 0x00, 0x09, 2, 0, 0, 0, 0x00, 0xB0,
    0, 0, 0x02, 0x09, 8, 0, 0, 0, 'C', 'o', 'e', 'r', 'c', 'e', 'd', ' ',
};

/* reads an allocation of just that length */
static sj_status read_response(const uint8_t *bytes, size_t length, sj_response *out)
{
    uint8_t *exact = malloc(length > 0 ? length : 1);

    CHECK(exact != NULL);
    memcpy(exact, bytes, length);
    memset(out, 0xEE, sizeof *out);
    const sj_status status = sj_command_response(exact, length, out);
    free(exact);
    return status;
}

TEST(a_response_with_all_its_fields)
{
    sj_response out;

    CHECK_EQUAL(read_response(response, sizeof response, &out), SJ_OK);
    CHECK(out.has_command_field && out.has_message_id && out.has_status);
    CHECK_EQUAL(out.command_field, 0x8001);
    CHECK_EQUAL(out.message_id, 7);
    CHECK_EQUAL(out.data_set_type, 0x0101);
    CHECK_EQUAL(out.status, 0xB000);
    CHECK_EQUAL(out.comment_length, 8);
    CHECK_BYTES(out.comment, "Coerced ", 8);
}

TEST(a_response_cut_at_every_byte)
{
    sj_response out;

    for (size_t length = 0; length < sizeof response; length++) {
        CHECK_NOTE("cut at %zu", length);
        const bool boundary = length == 36 || length == 46 || length == 56 || length == 66;
        CHECK_EQUAL(read_response(response, length, &out), boundary ? SJ_OK : SJ_BAD_COMMAND);
        if (!boundary)
            continue;
        CHECK(out.has_command_field);
        CHECK_EQUAL(out.has_message_id, length >= 46);
        CHECK_EQUAL(out.has_status, length >= 66);
        CHECK_EQUAL(out.comment_length, 0);
    }
}

static size_t one_element(uint8_t *at, uint16_t element, const void *value, uint32_t length, size_t held)
{
    const uint8_t header[8] = { 0, 0, (uint8_t)element, (uint8_t)(element >> 8),
                                (uint8_t)length, (uint8_t)(length >> 8), (uint8_t)(length >> 16),
                                (uint8_t)(length >> 24) };
    memcpy(at, header, 8);
    memcpy(at + 8, value, held);
    return 8 + held;
}

TEST(numbers_that_are_not_two_bytes_long)
{
    static const uint16_t elements[] = { 0x0100, 0x0120, 0x0800, 0x0900 };
    sj_response out;

    for (size_t row = 0; row < 4; row++) {
        for (uint32_t length = 0; length <= 8; length++) {
            uint8_t bytes[64];
            size_t end = one_element(bytes, 0x0100, "\1\x80", 2, 2);
            end += one_element(bytes + end, elements[row], "\1\2\3\4\5\6\7\x8", length, length);
            CHECK_NOTE("element %04x of %u bytes", elements[row], length);
            CHECK_EQUAL(read_response(bytes, end, &out), length == 2 ? SJ_OK : SJ_BAD_COMMAND);
        }
    }
}

TEST(lengths_that_lie)
{
    sj_response out;
    uint8_t bytes[64];

    for (uint32_t length = 5; length != 0; length <<= 1) {
        size_t end = one_element(bytes, 0x0100, "\1\x80", 2, 2);
        end += one_element(bytes + end, 0x0902, "abcd", length, 4);
        CHECK_NOTE("length %u", length);
        CHECK_EQUAL(read_response(bytes, end, &out), SJ_BAD_COMMAND);
    }
    size_t end = one_element(bytes, 0x0100, "\1\x80", 2, 2);
    end += one_element(bytes + end, 0x0902, "abcd", 0xFFFFFFFF, 4);
    CHECK_EQUAL(read_response(bytes, end, &out), SJ_BAD_COMMAND);
}

TEST(comments_of_every_length)
{
    static char comment[300];
    uint8_t bytes[400];
    sj_response out;

    memset(comment, 'c', sizeof comment);
    for (uint32_t length = 0; length < sizeof comment; length++) {
        size_t end = one_element(bytes, 0x0100, "\1\x80", 2, 2);
        end += one_element(bytes + end, 0x0902, comment, length, length);
        CHECK_NOTE("comment of %u", length);
        CHECK_EQUAL(read_response(bytes, end, &out), SJ_OK);
        CHECK_EQUAL(out.comment_length, length < 64 ? length : 64);
        CHECK_BYTES(out.comment, comment, out.comment_length);
    }
}

TEST(what_is_no_command_set)
{
    sj_response out;
    uint8_t bytes[64] = { 0 };

    CHECK_EQUAL(read_response(bytes, 0, &out), SJ_BAD_COMMAND); /* without a command field */
    size_t end = one_element(bytes, 0x0900, "\0\0", 2, 2);
    CHECK_EQUAL(read_response(bytes, end, &out), SJ_BAD_COMMAND);
    end = one_element(bytes, 0x0100, "\1\x80", 2, 2);
    const size_t second = end;
    end += one_element(bytes + end, 0x0900, "\0\0", 2, 2);
    bytes[second] = 8; /* an element of another group */
    CHECK_EQUAL(read_response(bytes, end, &out), SJ_BAD_COMMAND);
    bytes[second] = 0;
    bytes[second + 1] = 1;
    CHECK_EQUAL(read_response(bytes, end, &out), SJ_BAD_COMMAND);
    bytes[second + 1] = 0;
    CHECK_EQUAL(read_response(bytes, end, &out), SJ_OK);
}

TEST(other_elements_are_stepped_over_and_what_is_absent_stays_absent)
{
    sj_response out;
    uint8_t bytes[128];
    size_t end = one_element(bytes, 0x0002, "1.2.3\0", 6, 6);

    end += one_element(bytes + end, 0x0100, "\x30\x80", 2, 2);
    end += one_element(bytes + end, 0x0901, "\x08\0\x18\0", 4, 4); /* Offending Element */
    end += one_element(bytes + end, 0x0903, "\1\0", 2, 2);         /* Error ID */
    end += one_element(bytes + end, 0x1000, "", 0, 0);
    CHECK_EQUAL(read_response(bytes, end, &out), SJ_OK);
    CHECK_EQUAL(out.command_field, 0x8030);
    CHECK(!out.has_message_id && !out.has_status);
    CHECK_EQUAL(out.data_set_type, 0x0101);
    CHECK_EQUAL(out.comment_length, 0);
}

/* ---- sj_status_text ---------------------------------------------------------------------------------------------- */

TEST(a_phrase_for_each_status)
{
    for (int status = SJ_OK; status < SJ_STATUS_COUNT; status++) {
        const char *words = sj_status_text((sj_status)status);
        CHECK_NOTE("status %d", status);
        CHECK(words != NULL && words[0] != '\0' && strcmp(words, "unknown status") != 0);
        CHECK(words[strlen(words) - 1] != '.');
        for (const char *at = words; *at != '\0'; at++)
            CHECK(*at >= ' ' && *at <= '~');
        for (int other = SJ_OK; other < status; other++)
            CHECK(strcmp(words, sj_status_text((sj_status)other)) != 0);
    }
}

TEST(no_other_value_has_a_phrase)
{
    static const int values[] = { SJ_STATUS_COUNT, SJ_STATUS_COUNT + 1, 1000, 0x7FFFFFFF };

    for (size_t row = 0; row < 4; row++)
        CHECK(strcmp(sj_status_text((sj_status)values[row]), "unknown status") == 0);
    CHECK(strcmp(sj_status_text((sj_status)-1), "unknown status") == 0);
}

/* ---- sj_status_hint ---------------------------------------------------------------------------------------------- */

TEST(what_is_not_ours_to_mend_has_a_hint)
{
    for (int status = SJ_OK; status < SJ_STATUS_COUNT; status++) {
        const char *hint = sj_status_hint((sj_status)status);
        CHECK_NOTE("status %d", status);
        /* the door knows the system's reasons, the tools the time limits */
        const bool told_elsewhere = status <= SJ_FILE_IO || status == SJ_PEER_SILENT;
        CHECK((hint[0] == '\0') == told_elsewhere);
        CHECK(hint[0] == '\0' || hint[strlen(hint) - 1] != '.');
        for (const char *at = hint; *at != '\0'; at++)
            CHECK(*at >= ' ' && *at <= '~');
    }
    CHECK(strcmp(sj_status_hint(SJ_STATUS_COUNT), "") == 0);
    CHECK(strcmp(sj_status_hint((sj_status)-1), "") == 0);
}
