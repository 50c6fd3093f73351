/* Scans of lossless JPEG for tests and the fuzzer: a maker, and a decoder that is slow and obvious (T.81 annex H). */
#ifndef STOREJET_TESTS_JPEGLL_SCANS_H
#define STOREJET_TESTS_JPEGLL_SCANS_H

#include "core.h"

#include <stdlib.h>
#include <string.h>

/* codes of 2 to 16 bits for all 17 categories */
static const sj_huffman wide_code = {
    { 0, 1, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 }, { 3, 0, 1, 2, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 },
};

static inline int32_t slow_prediction(const sj_jpegll *image, const uint16_t *samples, uint32_t row, uint32_t column,
                                      unsigned c)
{
    const uint32_t lines = image->restart != 0 ? image->restart / image->columns : image->rows;
    const size_t pixel = image->components, at = ((size_t)row * image->columns + column) * pixel + c;
    const size_t line = (size_t)image->columns * pixel;

    if (row % lines == 0)
        return column == 0 ? 1 << (image->precision - image->shift - 1) : samples[at - pixel];
    if (column == 0)
        return samples[at - line];
    const int32_t a = samples[at - pixel], b = samples[at - line], corner = samples[at - line - pixel];
    const int32_t all[] = { 0, a, b, corner, a + b - corner, a + ((b - corner) >> 1), b + ((a - corner) >> 1), (a + b) >> 1 };
    return all[image->predictor];
}

/* ---- the maker ----------------------------------------------------------------------------------------------------- */

typedef struct scan_maker {
    uint8_t *bytes;
    size_t length;
    uint32_t held;
    unsigned bits;
} scan_maker;

static inline void put_bits(scan_maker *to, uint32_t value, unsigned bits)
{
    while (bits-- > 0) {
        to->held = to->held << 1 | (value >> bits & 1);
        if (++to->bits == 8) {
            to->bytes[to->length++] = (uint8_t)to->held;
            if ((to->held & 0xFF) == 0xFF)
                to->bytes[to->length++] = 0;
            to->bits = 0;
        }
    }
}

static inline void put_category(scan_maker *to, const sj_huffman *code, unsigned category)
{
    uint32_t next = 0;
    size_t index = 0;

    for (unsigned length = 1; length <= 16; length++) {
        next <<= 1;
        for (unsigned i = 0; i < code->counts[length - 1]; i++, next++, index++)
            if (code->values[index] == category) {
                put_bits(to, next, length);
                return;
            }
    }
    abort();
}

/* `samples` as a scan, into room for 6 bytes each and as many again; its length */
static inline size_t make_scan(const sj_jpegll *image, const uint16_t *samples, uint8_t *bytes)
{
    scan_maker to = { .bytes = bytes };
    const uint32_t lines = image->restart != 0 ? image->restart / image->columns : image->rows;

    for (uint32_t row = 0; row < image->rows; row++) {
        if (row != 0 && row % lines == 0) {
            while (to.bits != 0)
                put_bits(&to, 1, 1);
            to.bytes[to.length++] = 0xFF;
            to.bytes[to.length++] = (uint8_t)(0xD0 | ((row / lines - 1) & 7));
        }
        for (uint32_t column = 0; column < image->columns; column++)
            for (unsigned c = 0; c < image->components; c++) {
                const size_t at = ((size_t)row * image->columns + column) * image->components + c;
                const uint16_t modulo = (uint16_t)(samples[at] - slow_prediction(image, samples, row, column, c));
                const int32_t difference = modulo > 32768 ? modulo - 65536 : modulo;
                unsigned category = 0;
                while (category < 16 && abs(difference) >> category != 0)
                    category++;
                put_category(&to, &image->code[c], category);
                if (category < 16)
                    put_bits(&to, (uint32_t)(difference < 0 ? difference - 1 : difference), category);
            }
    }
    while (to.bits != 0)
        put_bits(&to, 1, 1);
    return to.length;
}

/* ---- the twin ------------------------------------------------------------------------------------------------------ */

typedef struct slow_reader {
    const uint8_t *bytes;
    size_t at, length;
    unsigned bit;
    bool ended;
} slow_reader;

static inline unsigned slow_bit(slow_reader *from)
{
    if (from->at == from->length || (from->bytes[from->at] == 0xFF &&
                                     (from->length - from->at < 2 || from->bytes[from->at + 1] != 0))) {
        from->ended = true;
        return 0;
    }
    const unsigned found = from->bytes[from->at] >> (7 - from->bit) & 1;
    if (++from->bit == 8) {
        from->at += from->bytes[from->at] == 0xFF ? 2 : 1;
        from->bit = 0;
    }
    return found;
}

static inline int slow_category(slow_reader *from, const sj_huffman *code)
{
    uint32_t read = 0, next = 0;
    size_t index = 0;

    for (unsigned length = 1; length <= 16; length++) {
        read = read << 1 | slow_bit(from);
        next <<= 1;
        if (read - next < code->counts[length - 1])
            return code->values[index + read - next];
        next += code->counts[length - 1];
        index += code->counts[length - 1];
    }
    return -1;
}

/* whether a scan can be decoded whole; its samples, not shifted */
static inline bool slow_scan(const sj_jpegll *image, const uint8_t *bytes, size_t length, uint16_t *samples)
{
    slow_reader from = { .bytes = bytes, .length = length };
    const uint32_t lines = image->restart != 0 ? image->restart / image->columns : image->rows;

    for (uint32_t row = 0; row < image->rows; row++) {
        if (row != 0 && row % lines == 0) {
            while (!from.ended)
                slow_bit(&from);
            while (from.at < length && length - from.at >= 2 && bytes[from.at] == 0xFF && bytes[from.at + 1] == 0xFF)
                from.at++;
            if (length - from.at < 2 || bytes[from.at] != 0xFF ||
                bytes[from.at + 1] != (0xD0 | ((row / lines - 1) & 7)))
                return false;
            from = (slow_reader){ .bytes = bytes, .length = length, .at = from.at + 2 };
        }
        for (uint32_t column = 0; column < image->columns; column++)
            for (unsigned c = 0; c < image->components; c++) {
                const int category = slow_category(&from, &image->code[c]);
                if (category < 0)
                    return false;
                int32_t difference = 0;
                for (int i = 0; i < category && category < 16; i++)
                    difference = difference << 1 | (int32_t)slow_bit(&from);
                if (category == 16)
                    difference = 32768;
                else if (category > 0 && difference >> (category - 1) == 0)
                    difference -= (1 << category) - 1;
                if (from.ended)
                    return false;
                samples[((size_t)row * image->columns + column) * image->components + c] =
                    (uint16_t)(slow_prediction(image, samples, row, column, c) + difference);
            }
    }
    return true;
}

#endif
