/* JPEG-LS, the marker segments of a frame (ITU-T T.87 annex C, which refers to T.81 annex B).
 *
 *   SOI    FFD8  start of image            SOF55  FFF7  frame: P, Y, X, and Ci, Hi, Vi of Nf components (C.2.2)
 *   LSE    FFF8  by id: 1 preset coding parameters, 2 and 3 mapping tables, 4 oversize dimensions (C.2.4)
 *   DRI    FFDD  Ri, lines of a restart interval, in 2 to 4 bytes (C.2.5)
 *   SOS    FFDA  scan: Ns components with the mapping tables that they want, NEAR, ILV, Al (C.2.3)
 *   RSTm   FFD0 to FFD7  the end of a restart interval        EOI  FFD9  end of image
 *
 * APPn, COM and whatever else has a length is skipped; any number of FF may stand before a marker (T.81 B.1.1.2).
 */
#include "jpegls.h"

#include "bytes.h"

#include <string.h>

enum {
    RST0 = 0xD0, RST7 = 0xD7, SOI = 0xD8, EOI = 0xD9, SOS = 0xDA, DNL = 0xDC, DRI = 0xDD, APP8 = 0xE8, SOF55 = 0xF7,
    LSE = 0xF8,
};

enum { LONGEST_RUN = 1 << 15 }; /* samples that one bit stands for (code segment A.15) */

enum { MAXVAL, T1, T2, T3, RESET }; /* places in sj_jpegls.preset */

static bool is_other_frame(unsigned marker)
{
    /* T.81 table B.1: C4, C8 and CC are no SOFn */
    return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
}

/* the next marker, without its FF; negative: none is left */
static int next_marker(sj_cursor *from)
{
    const uint8_t *at = sj_take(from, 1);

    if (at == NULL)
        return -1;
    if (*at != 0xFF)
        return 0;
    do
        at = sj_take(from, 1);
    while (at != NULL && *at == 0xFF);
    return at == NULL ? -1 : *at;
}

static sj_status segment(sj_cursor *from, sj_cursor *body)
{
    const uint8_t *length = sj_take(from, 2);

    if (length == NULL)
        return SJ_CODED_TRUNCATED;
    if (sj_be16(length) < 2)
        return SJ_CODED_DAMAGED;
    body->at = sj_take(from, sj_be16(length) - 2u);
    if (body->at == NULL)
        return SJ_CODED_TRUNCATED;
    body->end = from->at;
    return SJ_OK;
}

/* C.2.2 */
static sj_status frame_header(sj_jpegls *image, sj_cursor *body)
{
    const uint8_t *p = sj_take(body, 6);

    if (p == NULL || image->components != 0)
        return SJ_CODED_DAMAGED;
    const unsigned rows = sj_be16(p + 1), columns = sj_be16(p + 3);
    if (p[0] < 2 || p[0] > 16 || p[5] == 0 || sj_left(body) != 3u * p[5])
        return SJ_CODED_DAMAGED;
    if (p[5] > SJ_JPEGLS_COMPONENTS)
        return SJ_CODED_UNSUPPORTED;
    image->precision = p[0];
    image->components = p[5];
    /* what an LSE segment said before has its zero here (C.2.4.1.4) */
    if (rows != 0)
        image->rows = rows;
    if (columns != 0)
        image->columns = columns;
    for (unsigned i = 0; i < image->components; i++) {
        sj_jpegls_component *component = &image->component[i];
        p = sj_take(body, 3);
        component->id = p[0];
        component->horizontal = p[1] >> 4;
        component->vertical = p[1] & 15;
        if (component->horizontal < 1 || component->horizontal > 4)
            return SJ_CODED_DAMAGED;
        if (component->vertical < 1 || component->vertical > 4)
            return SJ_CODED_DAMAGED;
        for (unsigned before = 0; before < i; before++) {
            if (image->component[before].id == component->id)
                return SJ_CODED_DAMAGED;
        }
    }
    return SJ_OK;
}

/* the number of `size` bytes at `p`, most significant first */
static uint32_t number(const uint8_t *p, unsigned size)
{
    uint32_t value = 0;

    while (size-- > 0)
        value = value << 8 | *p++;
    return value;
}

/* C.2.4.1.4. Behind a scan nothing may change any more: work area and samples are as large as they were then. */
static sj_status oversize(sj_jpegls *image, uint32_t rows, uint32_t columns)
{
    if (image->scan.count != 0)
        return rows == image->rows && columns == image->columns ? SJ_OK : SJ_CODED_DAMAGED;
    image->rows = rows;
    image->columns = columns;
    return SJ_OK;
}

/* C.2.4 */
static sj_status preset_parameters(sj_jpegls *image, sj_cursor *body)
{
    const uint8_t *id = sj_take(body, 1), *p;

    if (id == NULL)
        return SJ_CODED_DAMAGED;
    switch (*id) {
    case 1:
        if (sj_left(body) != 10)
            return SJ_CODED_DAMAGED;
        for (unsigned i = MAXVAL; i <= RESET; i++)
            image->preset[i] = sj_be16(sj_take(body, 2));
        return SJ_OK;
    case 2:
    case 3:
        return SJ_OK; /* a table that no scan may want: see scan_header() */
    case 4:
        p = sj_take(body, 1);
        if (p == NULL || *p < 2 || *p > 4 || sj_left(body) != 2u * *p)
            return SJ_CODED_DAMAGED;
        return oversize(image, number(p + 1, *p), number(p + 1 + *p, *p));
    default:
        return SJ_CODED_UNSUPPORTED; /* T.870, part 2 of the standard */
    }
}

/* the function CLAMP of C.2.4.1.1 */
static uint32_t clamp(uint32_t i, uint32_t j, uint32_t maxval)
{
    return i > maxval || i < j ? j : i;
}

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static uint32_t most(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

/* C.2.4.1.1: what the LSE segment has, or the defaults */
static sj_status coding_parameters(const sj_jpegls *image, sj_jpegls_scan *scan)
{
    const uint32_t *preset = image->preset, near = scan->near, largest = (UINT32_C(1) << image->precision) - 1;
    uint32_t t1, t2, t3;

    scan->maxval = preset[MAXVAL] != 0 ? preset[MAXVAL] : largest;
    if (scan->maxval > largest || near > least(255, scan->maxval / 2))
        return SJ_CODED_DAMAGED;
    if (scan->maxval >= 128) {
        const uint32_t factor = (least(scan->maxval, 4095) + 128) / 256;
        t1 = factor * (3 - 2) + 2 + 3 * near;
        t2 = factor * (7 - 3) + 3 + 5 * near;
        t3 = factor * (21 - 4) + 4 + 7 * near;
    } else {
        const uint32_t factor = 256 / (scan->maxval + 1);
        t1 = most(2, 3 / factor + 3 * near);
        t2 = most(3, 7 / factor + 5 * near);
        t3 = most(4, 21 / factor + 7 * near);
    }
    scan->t1 = preset[T1] != 0 ? preset[T1] : clamp(t1, near + 1, scan->maxval);
    scan->t2 = preset[T2] != 0 ? preset[T2] : clamp(t2, scan->t1, scan->maxval);
    scan->t3 = preset[T3] != 0 ? preset[T3] : clamp(t3, scan->t2, scan->maxval);
    scan->reset = preset[RESET] != 0 ? preset[RESET] : 64;
    if (scan->t1 <= near || scan->t2 < scan->t1 || scan->t3 < scan->t2 || scan->t3 > scan->maxval)
        return SJ_CODED_DAMAGED;
    if (scan->reset < 3 || scan->reset > most(255, scan->maxval))
        return SJ_CODED_DAMAGED;
    return SJ_OK;
}

/* T.81 A.1.1: how large each component is */
static sj_status component_sizes(sj_jpegls *image)
{
    unsigned horizontal = 1, vertical = 1;

    if (image->components == 0)
        return SJ_CODED_DAMAGED;
    if (image->rows == 0)
        return SJ_CODED_UNSUPPORTED; /* a DNL segment tells, after the first scan */
    if (image->columns == 0)
        return SJ_CODED_DAMAGED;
    for (unsigned i = 0; i < image->components; i++) {
        horizontal = most(horizontal, image->component[i].horizontal);
        vertical = most(vertical, image->component[i].vertical);
    }
    image->subsampled = false;
    for (unsigned i = 0; i < image->components; i++) {
        sj_jpegls_component *component = &image->component[i];
        const uint64_t across = (uint64_t)image->columns * component->horizontal;
        const uint64_t down = (uint64_t)image->rows * component->vertical;
        component->columns = (uint32_t)((across + horizontal - 1) / horizontal);
        component->rows = (uint32_t)((down + vertical - 1) / vertical);
        if (component->columns != image->columns || component->rows != image->rows)
            image->subsampled = true;
    }
    return SJ_OK;
}

/* C.2.3 */
static sj_status scan_header(sj_jpegls *image, sj_cursor *body)
{
    sj_jpegls_scan *scan = &image->scan;
    const uint8_t *count = sj_take(body, 1), *p;
    sj_status status = component_sizes(image);

    if (status != SJ_OK)
        return status;
    if (count == NULL || *count == 0 || *count > image->components || sj_left(body) != 2u * *count + 3)
        return SJ_CODED_DAMAGED;
    scan->count = *count;
    for (unsigned i = 0; i < scan->count; i++) {
        unsigned which = 0;
        p = sj_take(body, 2);
        while (which < image->components && image->component[which].id != p[0])
            which++;
        if (which == image->components || image->component[which].decoded)
            return SJ_CODED_DAMAGED;
        if (p[1] != 0)
            return SJ_CODED_UNSUPPORTED; /* Tmi: the samples are to go through a mapping table */
        scan->component[i] = (uint8_t)which;
        for (unsigned before = 0; before < i; before++) {
            if (scan->component[before] == which)
                return SJ_CODED_DAMAGED;
        }
    }
    p = sj_take(body, 3);
    scan->near = p[0];
    scan->interleave = p[1];
    if (p[1] > SJ_JPEGLS_SAMPLE || (p[1] == SJ_JPEGLS_NONE && scan->count > 1))
        return SJ_CODED_DAMAGED;
    if (p[2] != 0)
        return SJ_CODED_UNSUPPORTED; /* a point transform (Al) */
    if (scan->count == 1)
        scan->interleave = SJ_JPEGLS_NONE; /* with one component there is nothing to interleave */
    if (scan->interleave == SJ_JPEGLS_SAMPLE) {
        const sj_jpegls_component *first = &image->component[scan->component[0]];
        for (unsigned i = 1; i < scan->count; i++) {
            const sj_jpegls_component *other = &image->component[scan->component[i]];
            if (other->columns != first->columns || other->rows != first->rows)
                return SJ_CODED_UNSUPPORTED;
        }
    }
    return coding_parameters(image, scan);
}

/* One encoder's own segment: a colour transform that the standard does not know and without which colours are wrong. */
static bool transforms_colour(const sj_cursor *body)
{
    return sj_left(body) >= 5 && memcmp(body->at, "mrfx", 4) == 0 && body->at[4] != 0;
}

static sj_status one_segment(sj_jpegls *image, unsigned marker, sj_cursor *body)
{
    switch (marker) {
    case SOF55:
        return frame_header(image, body);
    case LSE:
        return preset_parameters(image, body);
    case SOS:
        return scan_header(image, body);
    case DRI:
        if (sj_left(body) < 2 || sj_left(body) > 4)
            return SJ_CODED_DAMAGED;
        image->restart = number(body->at, (unsigned)sj_left(body));
        return SJ_OK;
    case APP8:
        return transforms_colour(body) ? SJ_CODED_UNSUPPORTED : SJ_OK;
    case DNL:
        return sj_left(body) >= 2 && number(body->at, (unsigned)least(4, (uint32_t)sj_left(body))) == image->rows
                   ? SJ_OK
                   : SJ_CODED_DAMAGED;
    default:
        return is_other_frame(marker) ? SJ_CODED_UNSUPPORTED : SJ_OK;
    }
}

sj_status sj_jpegls_next_scan(sj_jpegls *image, const uint8_t *bytes, size_t length)
{
    sj_cursor from = { bytes + image->at, bytes + length }, body;
    sj_status status;
    int marker;

    do {
        image->at = (size_t)(from.at - bytes);
        marker = next_marker(&from);
        if (marker < 0)
            return SJ_CODED_TRUNCATED;
        if (!image->begun) {
            if (marker != SOI)
                return SJ_CODED_DAMAGED;
            image->begun = true;
            continue;
        }
        if (marker == EOI)
            return image->components == 0 ? SJ_CODED_DAMAGED : SJ_CODED_TRUNCATED;
        if (marker < 0xC0 || (marker >= RST0 && marker <= SOI))
            return SJ_CODED_DAMAGED; /* has no length (T.81 B.1.1.3), or is no marker */
        status = segment(&from, &body);
        if (status == SJ_OK)
            status = one_segment(image, (unsigned)marker, &body);
        if (status != SJ_OK)
            return status;
    } while (marker != SOS);
    image->at = (size_t)(from.at - bytes);
    return SJ_OK;
}

sj_status sj_jpegls_header(sj_jpegls *image, const uint8_t *bytes, size_t length)
{
    memset(image, 0, sizeof *image);
    return sj_jpegls_next_scan(image, bytes, length);
}

sj_status sj_jpegls_restart(sj_jpegls *image, const uint8_t *bytes, size_t length, unsigned expected)
{
    sj_cursor from = { bytes + image->at, bytes + length };
    const int marker = next_marker(&from);

    if (marker < 0 || marker == EOI)
        return SJ_CODED_TRUNCATED;
    if ((unsigned)marker != RST0 + expected)
        return SJ_CODED_DAMAGED;
    image->at = (size_t)(from.at - bytes);
    return SJ_OK;
}

uint64_t sj_jpegls_least_bits(const sj_jpegls *image)
{
    const uint64_t runs = (image->columns - 1) / LONGEST_RUN + 1;
    const uint64_t lines = image->scan.interleave == SJ_JPEGLS_SAMPLE ? 1 : image->scan.count; /* they run together */

    return image->subsampled ? 0 : lines * runs * image->rows;
}

uint64_t sj_jpegls_samples(const sj_jpegls *image)
{
    uint64_t sum = 0;

    for (unsigned i = 0; i < image->components; i++) {
        const sj_jpegls_component *component = &image->component[i];
        if (!sj_add(sum, (uint64_t)component->columns * component->rows, &sum))
            return UINT64_MAX;
    }
    return sum;
}
