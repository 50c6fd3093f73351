/*
 * Runs one command and writes what it cost: "WALL USER SYSTEM MAXRSS STATUS" (seconds, seconds, seconds, KiB, and the
 * exit code or 128 + signal) into REPORT.
 *
 *   stopwatch [--tree] REPORT COMMAND [ARGUMENT...]
 *
 * With --tree, the command's child processes count too. MAXRSS: every 20 ms the largest resident sizes of all that are
 * alive then are added up, pages that they share once for each; the largest of these sums counts. USER and SYSTEM: those
 * that nobody waited for are waited for here, after the command's end, which WALL ends with.
 *
 * Why not from Python: on Linux a process begins its life with the peak resident size of the process that started it,
 * so a child of the runner would seem to use at least the runner's memory. This program is far smaller than anything
 * that is measured, and its clock starts and stops right at fork() and wait4().
 */

#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
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

/* Largest resident size of a process so far, in KiB; 0: it is gone. */
static long largest_resident(long pid)
{
    char path[64];
    char line[256];
    long found = 0;
    (void)snprintf(path, sizeof path, "/proc/%ld/status", pid);
    FILE *status = fopen(path, "r");
    if (status == NULL)
        return 0;
    while (fgets(line, sizeof line, status) != NULL)
        if (sscanf(line, "VmHWM: %ld", &found) == 1)
            break;
    (void)fclose(status);
    return found;
}

/* The same of a process and all that it and its threads have started, added up. */
static long tree_resident(long pid)
{
    char path[320];
    long sum = largest_resident(pid);
    (void)snprintf(path, sizeof path, "/proc/%ld/task", pid);
    DIR *tasks = opendir(path);
    if (tasks == NULL)
        return sum;
    for (const struct dirent *task; (task = readdir(tasks)) != NULL;) {
        (void)snprintf(path, sizeof path, "/proc/%ld/task/%s/children", pid, task->d_name);
        FILE *children = task->d_name[0] == '.' ? NULL : fopen(path, "r");
        if (children == NULL)
            continue;
        long child;
        while (fscanf(children, "%ld", &child) == 1)
            sum += tree_resident(child);
        (void)fclose(children);
    }
    (void)closedir(tasks);
    return sum;
}

/* Waits for `child` to end, and returns the largest sum of its tree that was seen meanwhile, in KiB; orphans of it are
 * children of ours. SIGCHLD, which is blocked, ends a pause. */
static long watch_tree(pid_t child, const sigset_t *ended, int *status, struct rusage *usage)
{
    const struct timespec pause = {.tv_nsec = 20 * 1000 * 1000};
    const long self = (long)getpid();
    long largest = 0;
    for (;;) {
        pid_t got = wait4(child, status, WNOHANG, usage);
        if (got == child)
            return largest;
        if (got < 0)
            die("wait4");
        if (sigtimedwait(ended, NULL, &pause) < 0 && errno != EAGAIN && errno != EINTR)
            die("sigtimedwait");
        long sum = tree_resident(self) - largest_resident(self);
        if (sum > largest)
            largest = sum;
    }
}

/* What the orphans have used until their end, in seconds. */
static void wait_for_orphans(double *user, double *system)
{
    struct rusage usage;
    for (;;) {
        if (wait4(-1, NULL, 0, &usage) > 0) {
            *user += seconds(&usage.ru_utime);
            *system += seconds(&usage.ru_stime);
        } else if (errno == ECHILD) {
            return;
        } else if (errno != EINTR) {
            die("wait4");
        }
    }
}

int main(int argc, char **argv)
{
    bool tree = argc > 1 && strcmp(argv[1], "--tree") == 0;
    argv += tree;
    argc -= tree;
    if (argc < 3) {
        fputs("usage: stopwatch [--tree] REPORT COMMAND [ARGUMENT...]\n", stderr);
        return 2;
    }
    sigset_t ended;
    sigset_t before;
    sigemptyset(&ended);
    sigaddset(&ended, SIGCHLD);
    if (tree && (access("/proc/thread-self/children", R_OK) != 0 || sigprocmask(SIG_BLOCK, &ended, &before) != 0
                 || prctl(PR_SET_CHILD_SUBREAPER, 1) != 0))
        die("--tree");
    pid_t self = getpid();
    double start = now();
    pid_t child = fork();
    if (child < 0)
        die("fork");
    if (child == 0) {
        /* the command ends with us, whatever ends us */
        if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != self)
            _exit(127);
        if (tree && sigprocmask(SIG_SETMASK, &before, NULL) != 0)
            _exit(127);
        execvp(argv[2], argv + 2);
        fprintf(stderr, "stopwatch: %s: %s\n", argv[2], strerror(errno));
        _exit(127);
    }
    int status;
    struct rusage usage;
    long tree_largest = 0;
    if (tree)
        tree_largest = watch_tree(child, &ended, &status, &usage);
    else
        while (wait4(child, &status, 0, &usage) < 0)
            if (errno != EINTR)
                die("wait4");
    double wall = now() - start;
    double user = seconds(&usage.ru_utime);
    double system = seconds(&usage.ru_stime);
    if (tree)
        wait_for_orphans(&user, &system);
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    FILE *report = fopen(argv[1], "w");
    if (report == NULL
        || fprintf(report, "%.6f %.6f %.6f %ld %d\n", wall, user, system,
                   usage.ru_maxrss > tree_largest ? usage.ru_maxrss : tree_largest, code) < 0
        || fclose(report) != 0)
        die(argv[1]);
    return 0;
}
