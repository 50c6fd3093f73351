/* The start script of a command, as a program: it runs the Python that it was installed for.
 *
 * The scripts that installers write import modules that cost more than sending a small object does, and the
 * interpreter's own set-up of site-packages as much again. Where this program stands in the usual place of an
 * environment (bin beside lib/pythonX.Y/site-packages, as in every virtual environment), Python is started isolated and
 * without `site`, with that one directory to import from. Anywhere else it is started in full.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LEAN "import sys;sys.path.append(sys.argv.pop(1));from storejet.cli.start import main;main('" TOOL "')"
#define FULL "import sys;sys.path.pop(0);from storejet.cli.start import main;main('" TOOL "')"

enum { ROOM = 4096, OPTIONS = 5 };

static int joined(char out[ROOM], const char *folder, const char *rest)
{
    const int length = snprintf(out, ROOM, "%s/%s", folder, rest);
    return length > 0 && length < ROOM;
}

int main(int argc, char **argv)
{
    static const char *const libraries[] = { "../lib/" PYTHON "/site-packages", "../lib64/" PYTHON "/site-packages" };
    char folder[ROOM], python[ROOM], packages[ROOM], door[ROOM];
    char **arguments = calloc((size_t)argc + OPTIONS + 1, sizeof *arguments);
    const ssize_t length = readlink("/proc/self/exe", folder, sizeof folder - 1);
    size_t count = 0;
    int lean = 0;

    if (arguments == NULL) {
        perror(TOOL);
        return 1;
    }
    /* a socket or file that got the number of a closed stderr would receive the log lines */
    for (int descriptor = 0; descriptor <= 2; descriptor++) {
        if (fcntl(descriptor, F_GETFD) < 0 && open("/dev/null", descriptor == 0 ? O_RDONLY : O_WRONLY) != descriptor)
            return 1;
    }
    python[0] = '\0';
    if (length > 0) {
        folder[length] = '\0';
        *strrchr(folder, '/') = '\0';
        if (!joined(python, folder, PYTHON) || access(python, X_OK) != 0)
            python[0] = '\0';
        for (size_t i = 0; python[0] != '\0' && !lean && i < sizeof libraries / sizeof *libraries; i++)
            lean = joined(packages, folder, libraries[i]) && joined(door, packages, "storejet/cli/start.py") &&
                   access(door, R_OK) == 0;
    }
    arguments[count++] = python[0] != '\0' ? python : (char *)(size_t)PYTHON;
    if (lean) {
        arguments[count++] = (char *)(size_t)"-IS";
        arguments[count++] = (char *)(size_t)"-c";
        arguments[count++] = (char *)(size_t)LEAN;
        arguments[count++] = packages;
    } else {
        arguments[count++] = (char *)(size_t)"-c";
        arguments[count++] = (char *)(size_t)FULL;
    }
    for (int i = 1; i < argc; i++)
        arguments[count++] = argv[i];
    if (python[0] != '\0')
        execv(python, arguments);
    else
        execvp(PYTHON, arguments);
    fprintf(stderr, "%s: cannot start %s: ", TOOL, arguments[0]);
    perror(NULL);
    return 1;
}
