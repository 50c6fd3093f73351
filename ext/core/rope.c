/* A rope: the bytes of an edited data set as slices of its file and small buffers, in order. Nothing is copied to edit. */
#include "core.h"

#include "bytes.h"

sj_status sj_rope_check(const sj_span *spans, size_t count, uint64_t file_size, uint64_t *total)
{
    uint64_t sum = 0;

    for (size_t index = 0; index < count; index++) {
        const sj_span *span = &spans[index];
        if (span->bytes == NULL && (span->at > file_size || span->length > file_size - span->at))
            return SJ_TOO_LARGE;
        if (!sj_add(sum, span->length, &sum))
            return SJ_TOO_LARGE;
    }
    *total = sum;
    return SJ_OK;
}

bool sj_rope_find(const sj_span *spans, size_t count, uint64_t at, size_t *index, uint64_t *within)
{
    for (size_t row = 0; row < count; row++) {
        if (at < spans[row].length) {
            *index = row;
            *within = at;
            return true;
        }
        at -= spans[row].length;
    }
    return false;
}

size_t sj_rope_pieces(const sj_span *spans, size_t count, uint64_t at, uint64_t wanted, sj_span *pieces, size_t room,
                      uint64_t *covered)
{
    size_t index = 0, made = 0;
    uint64_t within = 0;

    *covered = 0;
    if (wanted == 0 || !sj_rope_find(spans, count, at, &index, &within))
        return 0;
    for (; index < count && made < room && *covered < wanted; index++, within = 0) {
        const sj_span *span = &spans[index];
        const uint64_t rest = span->length - within, due = wanted - *covered;
        if (rest == 0)
            continue;
        pieces[made] = (sj_span){ span->bytes, span->at + within, rest < due ? rest : due };
        *covered += pieces[made++].length;
    }
    return made;
}
