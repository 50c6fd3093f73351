/*
 * Runs one command and writes what it cost: "WALL USER SYSTEM MAXRSS STATUS" (seconds, seconds, seconds, KiB, and the
 * exit code or 128 + signal) into REPORT.
 *
 *   stopwatch REPORT COMMAND [ARGUMENT...]
 *
 * Why not from Python: on Linux a process begins its life with the peak resident size of the process that started it,
 * so a child of the runner would seem to use at least the runner's memory. This program is far smaller than anything
 * that is measured, and its clock starts and stops right at fork() and wait4().
 */

#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void die(const char *what)
{
    fprintf(stderr, "stopwatch: %s: %s\n", what, strerror(errno));
    exit(1);
}

static double now(void)
{
    struct timespec t;
    if (clock_gettime(CLOCK_MONOTONIC, &t) != 0)
        die("clock_gettime");
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static double seconds(const struct timeval *t)
{
    return (double)t->tv_sec + (double)t->tv_usec * 1e-6;
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fputs("usage: stopwatch REPORT COMMAND [ARGUMENT...]\n", stderr);
        return 2;
    }
    pid_t self = getpid();
    double start = now();
    pid_t child = fork();
    if (child < 0)
        die("fork");
    if (child == 0) {
        /* the command ends with us, whatever ends us */
        if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != self)
            _exit(127);
        execvp(argv[2], argv + 2);
        fprintf(stderr, "stopwatch: %s: %s\n", argv[2], strerror(errno));
        _exit(127);
    }
    int status;
    struct rusage usage;
    while (wait4(child, &status, 0, &usage) < 0)
        if (errno != EINTR)
            die("wait4");
    double wall = now() - start;
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    FILE *report = fopen(argv[1], "w");
    if (report == NULL
        || fprintf(report, "%.6f %.6f %.6f %ld %d\n", wall, seconds(&usage.ru_utime), seconds(&usage.ru_stime),
                   usage.ru_maxrss, code) < 0
        || fclose(report) != 0)
        die(argv[1]);
    return 0;
}
