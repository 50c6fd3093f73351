/*
 * The raw loopback writer: how fast bytes go through a loopback connection when nothing but write() is done to them.
 * It is the ceiling of the bench, and has no DICOM in it. The other side is `sink --raw`.
 *
 *   rawwrite PORT --bytes N [--chunk SIZE]      N bytes from one buffer that is used again and again
 *   rawwrite PORT [--chunk SIZE] FILE...        the content of files, by read() and write() through that buffer
 *   rawwrite PORT --bytes N --exchange SIZE     N bytes, SIZE at a time, waiting for one byte after each: what a
 *                                               question and its answer cost (the other side: `sink --exchange SIZE`)
 *
 * Then it closes its direction, waits for the sink's one byte (so that everything was read, not only queued) and
 * prints the seconds from connect() to that byte.
 *
 * The default of 512 KiB a write() was the fastest of 16 KiB to 4 MiB (medians; with the sink's buffer of 64 KiB):
 * smaller ones pay for more system calls and wake-ups, with larger ones the buffer falls out of the core's own cache.
 */

#define _POSIX_C_SOURCE 200809L
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static unsigned char *buffer;
static size_t chunk = (size_t)512 * 1024;

static void die(const char *what)
{
    fprintf(stderr, "rawwrite: %s: %s\n", what, strerror(errno));
    exit(1);
}

static unsigned long long number(const char *text)
{
    char *end;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || text[0] == '-') {
        fprintf(stderr, "rawwrite: not a number: %s\n", text);
        exit(2);
    }
    return value;
}

static double now(void)
{
    struct timespec t;
    if (clock_gettime(CLOCK_MONOTONIC, &t) != 0)
        die("clock_gettime");
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static int connect_to(unsigned long long port)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    int on = 1;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (fd < 0 || setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0
        || connect(fd, (struct sockaddr *)&address, sizeof address) != 0)
        die("connect");
    return fd;
}

static void write_all(int fd, size_t length)
{
    for (size_t done = 0; done < length;) {
        ssize_t n = write(fd, buffer + done, length - done);
        if (n < 0 && errno != EINTR)
            die("write");
        if (n > 0)
            done += (size_t)n;
    }
}

static bool confirmed(int fd)
{
    unsigned char byte;
    ssize_t n;
    while ((n = read(fd, &byte, 1)) < 0 && errno == EINTR)
        continue;
    return n == 1;
}

static void write_file(int fd, const char *name)
{
    int file = open(name, O_RDONLY);
    if (file < 0)
        die(name);
    ssize_t n;
    while ((n = read(file, buffer, chunk)) > 0)
        write_all(fd, (size_t)n);
    if (n < 0)
        die(name);
    close(file);
}

int main(int argc, char **argv)
{
    unsigned long long bytes = 0;
    bool exchange = false;
    int at = 2;
    for (; at + 1 < argc && argv[at][0] == '-'; at += 2) {
        if (strcmp(argv[at], "--bytes") == 0)
            bytes = number(argv[at + 1]);
        else if (strcmp(argv[at], "--chunk") == 0)
            chunk = (size_t)number(argv[at + 1]);
        else if (strcmp(argv[at], "--exchange") == 0) {
            chunk = (size_t)number(argv[at + 1]);
            exchange = true;
        } else
            break;
    }
    if (argc < 3 || chunk == 0 || (at < argc && argv[at][0] == '-') || (at == argc && bytes == 0)) {
        fputs("usage: rawwrite PORT [--chunk SIZE | --exchange SIZE] (--bytes N | FILE...)\n", stderr);
        return 2;
    }
    buffer = malloc(chunk);
    if (buffer == NULL)
        die("memory");
    memset(buffer, 0x5A, chunk); /* pages of its own, not the zero page */
    if (signal(SIGPIPE, SIG_IGN) == SIG_ERR)
        die("signal");

    double start = now();
    int fd = connect_to(number(argv[1]));
    for (unsigned long long left = bytes; left > 0;) {
        size_t part = left < chunk ? (size_t)left : chunk;
        write_all(fd, part);
        left -= part;
        if (exchange && part == chunk && !confirmed(fd))
            die("exchange");
    }
    for (; at < argc; at++)
        write_file(fd, argv[at]);
    if (shutdown(fd, SHUT_WR) != 0)
        die("shutdown");
    if (!confirmed(fd)) {
        fputs("rawwrite: the sink did not confirm\n", stderr);
        return 1;
    }
    printf("%.6f\n", now() - start);
    return fflush(stdout) == 0 ? 0 : 1;
}
