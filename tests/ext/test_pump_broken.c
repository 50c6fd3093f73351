/* pump.c: stores that break off. What was sent by then is a beginning of the stream, never the whole message. */
#include <signal.h>
#include <sys/stat.h>

#define SECONDS 15

#include "check.h"
#include "core.h"
#include "disk.h"
#include "peer.h"
#include "sending.h"

enum { PIXELS = 3000001, READS = 200000 };

static void plays_a_reader_that_waits(peer *self)
{
    (void)peer_read(self, READS);
    peer_wait(self, 1);
    (void)peer_read(self, SIZE_MAX);
}

static void plays_a_reader_that_aborts(peer *self)
{
    (void)peer_read(self, READS);
    peer_write(self, a_abort, sizeof a_abort);
    peer_wait(self, 1);
}

static void plays_a_reader_that_closes(peer *self)
{
    (void)peer_read(self, READS);
    peer_close(self);
}

static void plays_a_reader_that_resets(peer *self)
{
    (void)peer_read(self, READS);
    peer_reset(self);
}

static uint8_t answer[ANSWER_ROOM];

static void plays_an_early_answer(peer *self)
{
    (void)peer_read(self, READS);
    peer_write(self, self->bytes, self->length);
    peer_wait(self, 1);
    (void)peer_read(self, SIZE_MAX);
}

/* ---- the peer ---------------------------------------------------------------------------------------------------- */

static void breaks(void (*part)(peer *peer), sj_status wanted)
{
    (void)disk_write_object("large", PIXELS);
    sending *s = sending_new("large", 16378, DOOR_CAPACITY, 4096);
    s->store.stall = 400 * MILLISECONDS;
    peer_start(&s->other, s->end, part);
    CHECK_EQUAL(sending_run(s), wanted);
    CHECK(s->store.stream_offset < s->stream.length);
    CHECK(!s->store.upcoming.done);
    if (wanted == SJ_PEER_ABORTED) {
        CHECK_EQUAL(s->wire.abort_source, 2);
        CHECK_EQUAL(s->wire.abort_reason, 5);
    }
    peer_go(&s->other, 1);
    sending_free(s);
    CHECK(unlink("large") == 0);
}

TEST(a_peer_that_aborts_in_the_middle)
{
    breaks(plays_a_reader_that_aborts, SJ_PEER_ABORTED);
}

TEST(a_peer_that_closes_in_the_middle)
{
    breaks(plays_a_reader_that_closes, SJ_PEER_CLOSED);
}

TEST(a_peer_that_resets_in_the_middle)
{
    breaks(plays_a_reader_that_resets, SJ_PEER_CLOSED);
}

TEST(a_peer_that_stalls_in_the_middle)
{
    breaks(plays_a_reader_that_waits, SJ_PEER_STALLED);
}

TEST(a_peer_that_answers_early_and_reads_on)
{
    (void)disk_write_object("large", PIXELS);
    sending *s = sending_new("large", 16378, DOOR_CAPACITY, 4096);
    answer_fields fields = SUCCESS;
    fields.status = 0xA700;
    s->other.bytes = answer;
    s->other.length = answer_whole(answer, fields);
    peer_start(&s->other, s->end, plays_an_early_answer);
    sending_run_until_stuck(s);
    CHECK(s->wire.inbox.end - s->wire.inbox.start == s->other.length);
    peer_go(&s->other, 1);
    CHECK_EQUAL(sending_run(s), SJ_OK);
    CHECK_EQUAL(s->store.response.status, 0xA700);
    CHECK_EQUAL(s->store.stream_offset, s->stream.length);
    sending_free(s);
    CHECK(unlink("large") == 0);
}

TEST(a_peer_that_answers_early_and_reads_no_more_has_stalled)
{
    (void)disk_write_object("large", PIXELS);
    sending *s = sending_new("large", 16378, DOOR_CAPACITY, 4096);
    s->other.bytes = answer;
    s->other.length = answer_whole(answer, SUCCESS);
    s->store.stall = 400 * MILLISECONDS;
    peer_start(&s->other, s->end, plays_an_early_answer);
    CHECK_EQUAL(sending_run(s), SJ_PEER_STALLED); /* an answer to what has not been sent counts for nothing */
    peer_go(&s->other, 1);
    sending_free(s);
    CHECK(unlink("large") == 0);
}

TEST(progress_moves_the_deadline)
{
    (void)disk_write_object("large", PIXELS);
    sending *s = sending_new("large", 16378, DOOR_CAPACITY, 4096);
    peer_start(&s->other, s->end, plays_a_reader_that_waits);
    s->store.stall = 5000 * MILLISECONDS;
    sending_run_until_stuck(s);
    CHECK(s->store.deadline != 0);
    peer_go(&s->other, 1);
    s->store.patience = 200 * MILLISECONDS;
    CHECK_EQUAL(sending_run(s), SJ_PEER_SILENT); /* the rest went out, and the patience is another */
    CHECK_EQUAL(s->store.stream_offset, s->stream.length);
    sending_free(s);
    CHECK(unlink("large") == 0);
}

/* ---- sj_store_settle --------------------------------------------------------------------------------------------- */

/* From every offset of a small message, as if a write had stopped there. */
TEST(settling_from_every_offset)
{
    (void)disk_write_object("small", 21);
    for (uint32_t fragment = 10; fragment <= 140; fragment += 26) {
        sending *s = sending_new("small", fragment, 4096, 0);
        const size_t length = s->stream.length;
        peer_start(&s->other, s->end, plays_nothing);
        sending_free(s);
        for (size_t from = 0; from <= length; from++) {
            s = sending_new("small", fragment, 4096, 0);
            const size_t rest = (size_t)s->stream.rest[from];
            const bool last = s->stream.last[from];
            s->store.stream_offset = from;
            CHECK_NOTE("fragment %u offset %zu", fragment, from);
            const sj_status status = sj_store_settle(&s->wire, &s->store, sj_now() + 2000 * MILLISECONDS);
            CHECK_EQUAL(status, last ? SJ_PEER_STALLED : SJ_OK);
            CHECK_EQUAL(s->store.stream_offset, last ? from : from + rest);
            CHECK(shutdown(s->wire.socket, SHUT_WR) == 0);
            peer_start(&s->other, s->end, plays_a_reader);
            CHECK(pthread_join(s->other.thread, NULL) == 0);
            CHECK_EQUAL(s->other.received, last ? 0 : rest); /* "the message is never completed" */
            CHECK_BYTES(s->other.kept, s->stream.bytes + from, s->other.received);
            peer_start(&s->other, s->other.socket, plays_nothing);
            sending_free(s);
        }
    }
    CHECK(unlink("small") == 0);
}

/* Whole PDUs to the end; the last is the A-ABORT, and none before it ends the data set. */
static void check_broken_off(const uint8_t *bytes, size_t length)
{
    size_t at = 0;
    bool aborted = false;

    while (at < length) {
        CHECK(!aborted && length - at >= 6);
        const size_t body = (size_t)bytes[at + 2] << 24 | (size_t)bytes[at + 3] << 16 | (size_t)bytes[at + 4] << 8 |
                            bytes[at + 5];
        CHECK(body <= length - at - 6);
        if (bytes[at] == 4)
            CHECK((bytes[at + 11] & 3) != 2);
        else
            CHECK_EQUAL(bytes[at], 7);
        aborted = bytes[at] == 7;
        at += 6 + body;
    }
    CHECK(aborted);
}

static void aborts(sending *s)
{
    size_t sent = 0;
    sj_status status = SJ_PAUSE;

    while (status == SJ_PAUSE)
        status = sj_wire_send(&s->wire, a_abort, sizeof a_abort, &sent, sj_now() + 3000 * MILLISECONDS);
    CHECK_EQUAL(status, SJ_OK);
    CHECK(shutdown(s->wire.socket, SHUT_WR) == 0);
    CHECK(pthread_join(s->other.thread, NULL) == 0);
    CHECK_EQUAL(s->other.received, s->store.stream_offset + sizeof a_abort);
    CHECK_BYTES(s->other.kept, s->stream.bytes, (size_t)s->store.stream_offset);
    check_broken_off(s->other.kept, s->other.received);
    peer_start(&s->other, s->other.socket, plays_nothing);
}

TEST(after_a_stall_the_pdu_is_ended_when_the_peer_reads_on)
{
    (void)disk_write_object("large", PIXELS);
    sending *s = sending_new("large", SJ_FRAGMENT_MAX, DOOR_CAPACITY, 4096);
    bool last;
    s->store.stall = 300 * MILLISECONDS;
    peer_start(&s->other, s->end, plays_a_reader_that_waits);
    CHECK_EQUAL(sending_run(s), SJ_PEER_STALLED);
    CHECK(sj_message_rest_of_pdu(&s->store.message, s->store.stream_offset, &last) > 0 && !last);
    const uint64_t begun = sj_now();
    const sj_status status = sj_store_settle(&s->wire, &s->store, sj_now() + 300 * MILLISECONDS);
    CHECK(status == SJ_PEER_STALLED || status == SJ_PEER_SILENT); /* it still reads nothing */
    CHECK(sj_now() - begun < 3000 * MILLISECONDS);
    peer_go(&s->other, 1);
    CHECK_EQUAL(sj_store_settle(&s->wire, &s->store, sj_now() + 3000 * MILLISECONDS), SJ_OK);
    CHECK_EQUAL(sj_message_rest_of_pdu(&s->store.message, s->store.stream_offset, &last), 0);
    aborts(s);
    sending_free(s);
    CHECK(unlink("large") == 0);
}

TEST(the_last_pdu_of_a_message_is_never_ended)
{
    (void)disk_write_object("large", SJ_FRAGMENT_MAX - 400);
    sending *s = sending_new("large", SJ_FRAGMENT_MAX, DOOR_CAPACITY, 4096);
    bool last;
    s->store.stall = 300 * MILLISECONDS;
    peer_start(&s->other, s->end, plays_nothing);
    CHECK_EQUAL(sending_run(s), SJ_PEER_STALLED);
    CHECK(sj_message_rest_of_pdu(&s->store.message, s->store.stream_offset, &last) > 0 && last);
    const uint64_t before = s->store.stream_offset;
    CHECK_EQUAL(sj_store_settle(&s->wire, &s->store, sj_now() + 300 * MILLISECONDS), SJ_PEER_STALLED);
    CHECK_EQUAL(s->store.stream_offset, before);
    sending_free(s);
    CHECK(unlink("large") == 0);
}

TEST(settling_with_a_peer_that_is_gone)
{
    (void)disk_write_object("large", PIXELS);
    sending *s = sending_new("large", 16378, DOOR_CAPACITY, 4096);
    s->store.stream_offset = 5;
    peer_start(&s->other, s->end, peer_reset);
    rest_for(50);
    const sj_status first = sj_store_settle(&s->wire, &s->store, sj_now() + 300 * MILLISECONDS);
    CHECK(first != SJ_OK || s->store.stream_offset > 5);
    s->store.stream_offset = 5;
    CHECK(sj_store_settle(&s->wire, &s->store, sj_now() + 300 * MILLISECONDS) != SJ_OK);
    CHECK_EQUAL(s->store.stream_offset, 5);
    sending_free(s);
    CHECK(unlink("large") == 0);
}

/* ---- the file ---------------------------------------------------------------------------------------------------- */

/* It changes while the peer makes us wait: the store fails on a PDU boundary, before the last fragment. */
static void changes(void (*change)(void), sj_status wanted)
{
    (void)disk_write_object("large", PIXELS);
    sending *s = sending_new("large", 16378, DOOR_CAPACITY, 4096);
    bool last;
    s->other.bytes = answer;
    s->other.length = answer_whole(answer, SUCCESS);
    peer_start(&s->other, s->end, plays_a_reader_that_waits);
    sending_run_until_stuck(s);
    change();
    peer_go(&s->other, 1);
    s->store.patience = 200 * MILLISECONDS;
    CHECK_EQUAL(sending_run(s), wanted);
    if (wanted == SJ_FILE_CHANGED || wanted == SJ_FILE_IO) {
        CHECK_EQUAL(sj_message_rest_of_pdu(&s->store.message, s->store.stream_offset, &last), 0);
        CHECK(sj_message_data_at(&s->store.message, s->store.stream_offset) < s->store.message.data_length);
        CHECK_EQUAL(sj_store_settle(&s->wire, &s->store, sj_now() + 1000 * MILLISECONDS), SJ_OK);
        aborts(s);
    } else {
        CHECK_EQUAL(s->store.stream_offset, s->stream.length);
        CHECK(shutdown(s->wire.socket, SHUT_WR) == 0);
        CHECK(pthread_join(s->other.thread, NULL) == 0);
        CHECK_EQUAL(s->other.received, s->stream.length);
        CHECK_BYTES(s->other.kept, s->stream.bytes, s->stream.length);
        peer_start(&s->other, s->other.socket, plays_nothing);
    }
    sending_free(s);
    (void)unlink("large");
}

static void shrinks_to_nothing(void)
{
    CHECK(truncate("large", 0) == 0);
}

static void shrinks_by_one(void)
{
    struct stat status;

    CHECK(stat("large", &status) == 0 && truncate("large", status.st_size - 1) == 0);
}

static void grows(void)
{
    struct stat status;

    CHECK(stat("large", &status) == 0 && truncate("large", status.st_size + 1) == 0);
}

static void is_written_over(void)
{
    const int file = open("large", O_WRONLY | O_CLOEXEC);

    CHECK(file >= 0 && pwrite(file, "changed", 7, 2900000) == 7 && close(file) == 0);
}

static void is_touched(void)
{
    CHECK(utimensat(AT_FDCWD, "large", NULL, 0) == 0);
}

static void is_replaced(void)
{
    (void)disk_write_object("other", 100);
    CHECK(rename("other", "large") == 0); /* the open file stays what it was */
}

static void is_taken_away(void)
{
    CHECK(unlink("large") == 0);
}

TEST(a_file_that_shrinks)
{
    changes(shrinks_to_nothing, SJ_FILE_CHANGED);
    changes(shrinks_by_one, SJ_FILE_CHANGED);
}

TEST(a_file_that_grows)
{
    changes(grows, SJ_FILE_CHANGED);
}

TEST(a_file_that_is_written_to)
{
    changes(is_written_over, SJ_FILE_CHANGED);
    changes(is_touched, SJ_FILE_CHANGED);
}

TEST(a_file_that_is_replaced_or_removed_goes_on_to_be_sent)
{
    changes(is_replaced, SJ_PEER_SILENT); /* this peer never answers */
    changes(is_taken_away, SJ_PEER_SILENT);
}

TEST(a_file_that_cannot_be_read_any_more)
{
    (void)disk_write_object("large", PIXELS);
    sending *s = sending_new("large", 16378, DOOR_CAPACITY, 4096);
    peer_start(&s->other, s->end, plays_a_reader_that_waits);
    peer_go(&s->other, 1);
    CHECK(close(s->source.file) == 0);
    s->source.file = open("/", O_RDONLY | O_CLOEXEC); /* reading a folder is refused */
    CHECK(s->source.file >= 0);
    CHECK_EQUAL(sending_run(s), SJ_FILE_IO);
    CHECK_EQUAL(s->source.error, EISDIR);
    CHECK_EQUAL(sj_store_settle(&s->wire, &s->store, sj_now() + 1000 * MILLISECONDS), SJ_OK);
    aborts(s);
    sending_free(s);
    CHECK(unlink("large") == 0);
}

/* A message of one fragment, whose file fails: only the command set has gone out. */
TEST(a_file_that_shrinks_before_its_only_fragment)
{
    (void)disk_write_object("single", SJ_FRAGMENT_MAX - 200); /* with what is before it, more than the window holds */
    sending *s = sending_new("single", SJ_FRAGMENT_MAX, SJ_FRAGMENT_MAX + 1, 0);
    CHECK(s->store.message.data_length <= SJ_FRAGMENT_MAX && s->source.length < s->source.size);
    CHECK(truncate("single", 100) == 0);
    peer_start(&s->other, s->end, plays_a_reader);
    CHECK_EQUAL(sending_run(s), SJ_FILE_CHANGED);
    CHECK_EQUAL(s->store.stream_offset, s->store.message.command_length + SJ_PDV_HEADER);
    aborts(s);
    sending_free(s);
    CHECK(unlink("single") == 0);
}

/* ---- signals ----------------------------------------------------------------------------------------------------- */

static void nothing_but_wake(int number)
{
    (void)number;
}

static void plays_a_signal(peer *self)
{
    rest_for(50);
    CHECK(kill(getpid(), SIGUSR1) == 0);
    peer_wait(self, 1);
}

/* The thread of the peer blocks the signal, so that it ends the wait of this one. */
static uint64_t wait_with_signal(size_t pixels)
{
    const struct sigaction action = { .sa_handler = nothing_but_wake };
    sigset_t only;

    CHECK(sigaction(SIGUSR1, &action, NULL) == 0);
    CHECK(sigemptyset(&only) == 0 && sigaddset(&only, SIGUSR1) == 0);
    (void)disk_write_object("large", pixels);
    sending *s = sending_new("large", 16378, DOOR_CAPACITY, 4096);
    CHECK(pthread_sigmask(SIG_BLOCK, &only, NULL) == 0);
    peer_start(&s->other, s->end, plays_a_signal);
    CHECK(pthread_sigmask(SIG_UNBLOCK, &only, NULL) == 0);
    const uint64_t begun = sj_now();
    CHECK_EQUAL(sj_store_run(&s->wire, &s->store), SJ_PAUSE);
    const uint64_t waited = sj_now() - begun;
    peer_go(&s->other, 1);
    sending_free(s);
    CHECK(unlink("large") == 0);
    return waited;
}

/* The wait ends at once, before its slice is over; a busy machine has some attempts. */
static void interrupted(size_t pixels)
{
    int attempts = 5;

    while (wait_with_signal(pixels) >= 180 * MILLISECONDS)
        CHECK(--attempts > 0);
}

TEST(a_signal_while_sending)
{
    interrupted(PIXELS);
}

TEST(a_signal_while_waiting_for_the_answer)
{
    interrupted(500);
}
