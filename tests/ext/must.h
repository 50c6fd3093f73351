/* What must hold on any input: a failure ends the program with a stack, whatever runs it. */
#ifndef STOREJET_TESTS_MUST_H
#define STOREJET_TESTS_MUST_H

#include <stdio.h>
#include <stdlib.h>

#define MUST(holds)                                                                                                    \
    do {                                                                                                               \
        if (!(holds)) {                                                                                                \
            fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #holds);                                 \
            abort();                                                                                                   \
        }                                                                                                              \
    } while (0)

#endif
