/* What every C test here is made of: CHECK, which says what does not hold and ends the program, and TEST, which enters
 * a function into the program's list.
 *
 * A program without arguments runs all its tests, with names those, in one process each way. Every test has SECONDS: a
 * hang ends by SIGALRM. A file that includes this one is a whole program.
 */
#ifndef STOREJET_TESTS_CHECK_H
#define STOREJET_TESTS_CHECK_H

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef SECONDS
#define SECONDS 30
#endif

#define CHECK(holds)                                                                                                   \
    do {                                                                                                               \
        if (!(holds))                                                                                                  \
            check_failed(__FILE__, __LINE__, #holds);                                                                  \
    } while (0)

/* two whole numbers of any type that fits uint64_t */
#define CHECK_EQUAL(got, wanted)                                                                                       \
    check_equal(__FILE__, __LINE__, #got, #wanted, (uint64_t)(got), (uint64_t)(wanted))

#define CHECK_BYTES(got, wanted, length)                                                                               \
    do {                                                                                                               \
        if (memcmp((got), (wanted), (length)) != 0)                                                                    \
            check_failed(__FILE__, __LINE__, #got " holds the bytes of " #wanted);                                     \
    } while (0)

#define TEST(name)                                                                                                     \
    static void name(void);                                                                                            \
    __attribute__((constructor)) static void enter_##name(void)                                                        \
    {                                                                                                                  \
        check_enter(#name, name);                                                                                      \
    }                                                                                                                  \
    static void name(void)

typedef struct check_row {
    const char *name;
    void (*run)(void);
} check_row;

static check_row check_rows[128];
static size_t check_count;
static char check_note[256]; /* what a loop is at: printed with a failure */

#define CHECK_NOTE(...) (void)snprintf(check_note, sizeof check_note, __VA_ARGS__)

static inline void check_failed(const char *file, int line, const char *words)
{
    const char *at = check_note[0] != '\0' ? " at " : "";

    fprintf(stderr, "%s:%d: does not hold: %s%s%s\n", file, line, words, at, check_note);
    fflush(NULL);
    _exit(1);
}

static inline void check_equal(const char *file, int line, const char *got_text, const char *wanted_text, uint64_t got,
                               uint64_t wanted)
{
    char words[512];

    if (got == wanted)
        return;
    (void)snprintf(words, sizeof words, "%s is %" PRIu64 ", not %s = %" PRIu64, got_text, got, wanted_text, wanted);
    check_failed(file, line, words);
}

static void check_enter(const char *name, void (*run)(void))
{
    if (check_count == sizeof check_rows / sizeof *check_rows)
        check_failed(__FILE__, __LINE__, "there is room for the test");
    check_rows[check_count++] = (check_row){ name, run };
}

static void check_run(const check_row *row)
{
    check_note[0] = '\0';
    alarm(SECONDS);
    row->run();
    alarm(0);
    printf("ok %s\n", row->name);
    fflush(stdout);
}

int main(int count, char **names)
{
    for (int wanted = 1; wanted < count; wanted++) {
        size_t row = 0;
        while (row < check_count && strcmp(check_rows[row].name, names[wanted]) != 0)
            row++;
        if (row == check_count)
            check_failed(__FILE__, __LINE__, "there is a test of that name");
        check_run(&check_rows[row]);
    }
    for (size_t row = 0; count == 1 && row < check_count; row++)
        check_run(&check_rows[row]);
    return 0;
}

#endif
