/* What must hold on any input; a failure ends the fuzzer with a stack and the input on disk. */
#ifndef STOREJET_FUZZ_INVARIANT_H
#define STOREJET_FUZZ_INVARIANT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "must.h"

/* a copy of just that length, so that every byte read beside it is seen; never NULL */
static inline uint8_t *exact_copy(const uint8_t *bytes, size_t length)
{
    uint8_t *copy = malloc(length > 0 ? length : 1);

    MUST(copy != NULL);
    if (length > 0)
        memcpy(copy, bytes, length);
    return copy;
}

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size);

#endif
