/* recode.c: which VR an implicit element gets in an explicit encoding. */
#include "recode_checks.h"

typedef struct vr_row {      /* an implicit element, and what it becomes */
    uint32_t tag;
    const char *vr, *bytes;
    uint32_t length;
} vr_row;

static text *rows_in(const vr_row *rows, size_t count, sj_encoding encoding)
{
    text *made = text_new(encoding);

    for (size_t row = 0; row < count; row++)
        put_element(made, rows[row].tag, rows[row].vr, rows[row].bytes, rows[row].length);
    return made;
}

static void get_vrs(const vr_row *rows, size_t count, const sj_lexicon *own)
{
    becomes_so(rows_in(rows, count, SJ_IMPLICIT_LITTLE), rows_in(rows, count, SJ_EXPLICIT_LITTLE), false, own);
}

#define GET_VRS(rows, own) get_vrs((rows), sizeof(rows) / sizeof *(rows), (own))

TEST(vrs_of_the_standard)
{
    static const vr_row rows[] = {
        { 0x00080005, "CS", "ISO_IR 100", 10 },
        { 0x00080006, "SQ", "", 0 },
        { 0x00080017, "UI", "1\0", 2 },
        { 0x00100010, "PN", "Doe ", 4 },
        { 0x00189073, "FD", "12345678", 8 },
        { 0x00203145, "CS", "A ", 2 },             /* 0020,31xx */
        { 0x00280010, "US", "\1\2", 2 },
        { 0x00281201, "OW", "\1\2", 2 },
        { 0x00283006, "OW", "\1\2\3\4", 4 },       /* US or OW */
        { 0x00880001, "UN", "??", 2 },             /* no such element */
        { 0x50043000, "OW", "\1\2", 2 },           /* OB or OW */
        { 0x60020010, "US", "\1\2", 2 },           /* 60xx */
        { 0x60023000, "OW", "\1\2", 2 },
        { 0x7FE00001, "OV", "12345678", 8 },
        { 0x7FE00010, "OW", "\1\2", 2 },
    };

    GET_VRS(rows, NULL);
}

TEST(values_that_no_unit_divides_are_un)
{
    static const vr_row rows[] = {
        { 0x00089459, "FL", "1234", 4 },     { 0x00089459, "UN", "123456", 6 },
        { 0x00181622, "US", "12", 2 },       { 0x00186016, "UL", "12345678", 8 },
        { 0x00186016, "UN", "12", 2 },       { 0x00189073, "UN", "1234567890", 10 },
        { 0x00209165, "AT", "12345678", 8 }, { 0x00209165, "UN", "12", 2 },
        { 0x00080005, "CS", "1234567890", 10 }, { 0x7FE00008, "UN", "123456", 6 },
    };
    text *odd = text_new(SJ_IMPLICIT_LITTLE), *even = text_new(SJ_EXPLICIT_BIG);

    GET_VRS(rows, NULL);
    put_element(odd, 0x00280010, "", "\1\2\3", 3);
    put_element(even, 0x00280010, "UN", "\1\2\3", 4); /* its bytes as they were */
    put_element(odd, 0x00281201, "", "\1\2\3", 3);
    put_element(even, 0x00281201, "OW", "\2\1\0\3", 4); /* OW may be of 8 bits */
    becomes(odd, even);
}

/* ---- private elements -------------------------------------------------------------------------------------------- */

#define CSA "SIEMENS CSA HEADER"

TEST(private_blocks_by_their_creator)
{
    static const vr_row rows[] = {
        { 0x00290008, "UN", "AB", 2 },         /* in no block */
        { 0x00290010, "LO", CSA, 18 },
        { 0x00290011, "LO", "NOBODY KNOWS THIS", 18 },
        { 0x00290012, "LO", "SIEMENS MEDCOM HEADER ", 22 },
        { 0x00290808, "UN", "AB", 2 },
        { 0x00291008, "CS", "AB", 2 },
        { 0x00291010, "OB", "AB", 2 },
        { 0x00291007, "UN", "AB", 2 },         /* not noted */
        { 0x00291108, "UN", "AB", 2 },         /* an unknown creator's */
        { 0x00291208, "CS", "AB", 2 },
        { 0x00291207, "UN", "AB", 2 },
        { 0x00291308, "UN", "AB", 2 },         /* no creator's */
        { 0x002B1008, "UN", "AB", 2 },         /* of another group */
    };

    GET_VRS(rows, NULL);
}

TEST(padding_of_a_creator_does_not_count)
{
    static const vr_row rows[] = {
        { 0x00290010, "LO", " " CSA "   ", 22 }, { 0x00291008, "CS", "AB", 2 },
        { 0x00290011, "LO", CSA "\0\0", 20 },    { 0x00291108, "CS", "AB", 2 },
        { 0x00290012, "LO", "", 0 },             { 0x00291208, "UN", "AB", 2 },
        { 0x00290013, "LO", CSA "\\X", 20 },     { 0x00291308, "UN", "AB", 2 },
    };

    GET_VRS(rows, NULL);
}

TEST(a_creator_that_is_longer_than_any)
{
    char name[SJ_CREATOR_ROOM + 2];
    const vr_row rows[] = {
        { 0x00290010, "LO", name, sizeof name }, { 0x00291008, "UN", "AB", 2 },
    };

    memset(name, ' ', sizeof name);
    memcpy(name, CSA, sizeof CSA - 1);
    GET_VRS(rows, NULL);
}

TEST(a_later_creator_of_the_block_counts)
{
    static const vr_row rows[] = {
        { 0x00290010, "LO", CSA, 18 },     { 0x00291008, "CS", "AB", 2 },
        { 0x00290010, "LO", "NOBODY", 6 }, { 0x00291008, "UN", "AB", 2 },
        { 0x00290010, "LO", CSA, 18 },     { 0x00291008, "CS", "AB", 2 },
    };

    GET_VRS(rows, NULL);
}

/* PS3.5 7.8.1: a creator reserves its block in its own item only */
TEST(creators_hold_for_their_item)
{
    text *sides[2];

    for (int side = 0; side < 2; side++) {
        text *to = sides[side] = text_new(side ? SJ_EXPLICIT_LITTLE : SJ_IMPLICIT_LITTLE);
        put_element(to, 0x00290010, "LO", CSA, 18);
        put_header_of(to, 0x00291006, "SQ", UNDEFINED_LENGTH); /* not noted: undefined length makes it a sequence */
        put_header_of(to, TAG_ITEM, "", UNDEFINED_LENGTH);
        put_element(to, 0x00291008, "UN", "AB", 2);
        put_element(to, 0x00290010, "LO", "SIEMENS MEDCOM HEADER ", 22);
        put_element(to, 0x00291018, "UN", "AB", 2);
        put_header_of(to, TAG_ITEM_END, "", 0);
        put_header_of(to, TAG_ITEM, "", UNDEFINED_LENGTH);
        put_element(to, 0x00291008, "UN", "AB", 2);
        put_header_of(to, TAG_ITEM_END, "", 0);
        put_header_of(to, TAG_SEQUENCE_END, "", 0);
        put_element(to, 0x00291018, "CS", "AB", 2);
    }
    becomes(sides[0], sides[1]);
}

TEST(more_private_blocks_than_are_kept)
{
    text *sides[2];

    for (int side = 0; side < 2; side++) {
        text *to = sides[side] = text_new(side ? SJ_EXPLICIT_LITTLE : SJ_IMPLICIT_LITTLE);
        for (uint32_t block = 0; block < SJ_BLOCK_ROOM + 8; block++) {
            const uint32_t group = 0x0029 + block / 200 * 0x1000, number = 0x10 + block % 200;
            put_element(to, group << 16 | number, "LO", "agfa", 4); /* takes no room: it is in no dictionary */
            put_element(to, group << 16 | number, "LO", CSA, 18);
            if (block / 200 == 0)
                put_element(to, group << 16 | number << 8 | 8, "CS", "AB", 2);
        }
        /* UN, as of any creator that nobody knows, though the same creator's element is noted */
        put_element(to, 0x10291008 + 0x100 * (SJ_BLOCK_ROOM + 7 - 200), "UN", "AB", 2);
    }
    becomes(sides[0], sides[1]);
}

TEST(private_sequences)
{
    text *sides[2];

    for (int side = 0; side < 2; side++) {
        text *to = sides[side] = text_new(side ? SJ_EXPLICIT_LITTLE : SJ_IMPLICIT_LITTLE);
        put_element(to, 0x20050010, "LO", "Philips MR Imaging DD 001 ", 26);
        put_header_of(to, 0x20051080, "SQ", side ? UNDEFINED_LENGTH : 18); /* noted as SQ, and begins as one */
        put_header_of(to, TAG_ITEM, "", side ? UNDEFINED_LENGTH : 10);
        put_element(to, 0x00280010, "US", "\1\2", 2);
        if (side) {
            put_header_of(to, TAG_ITEM_END, "", 0);
            put_header_of(to, TAG_SEQUENCE_END, "", 0);
        }
        put_element(to, 0x20051083, "UN", "no item in here ", 16);     /* noted as SQ, but is none */
        put_element(to, 0x20051084, "UN", "ab", 2);
        put_header_of(to, 0x20051085, "SQ", 0);
        put_header_of(to, 0x20071000, "SQ", UNDEFINED_LENGTH);          /* unknown, of undefined length */
        put_header_of(to, TAG_ITEM, "", 0);
        put_header_of(to, TAG_SEQUENCE_END, "", 0);
        put_element(to, 0x20071001, "UN", "\xFE\xFF\0\xE0\0\0\0\0", 8); /* unknown, and may be anything */
    }
    becomes(sides[0], sides[1]);
}

/* ---- VRs that depend on other elements --------------------------------------------------------------------------- */

TEST(pixel_representation_decides_on_us_or_ss)
{
    static const vr_row none[] = { { 0x00280106, "US", "\1\2", 2 } };
    static const vr_row plain[] = { { 0x00280103, "US", "\0\0", 2 }, { 0x00280106, "US", "\1\2", 2 } };
    static const vr_row with_sign[] = { { 0x00280103, "US", "\1\0", 2 }, { 0x00280106, "SS", "\1\2", 2 },
                                        { 0x00281101, "SS", "\1\2\3\4\5\6", 6 } };
    static const vr_row of_no_length[] = { { 0x00280103, "US", "", 0 }, { 0x00280106, "US", "\1\2", 2 } };

    GET_VRS(none, NULL);
    CHECK_EQUAL(last.signed_pixels, SJ_PIXELS_UNSAID);
    GET_VRS(plain, NULL);
    CHECK_EQUAL(last.signed_pixels, SJ_PIXELS_UNSIGNED);
    GET_VRS(with_sign, NULL);
    CHECK_EQUAL(last.signed_pixels, SJ_PIXELS_SIGNED);
    GET_VRS(of_no_length, NULL);
}

TEST(pixel_representation_that_comes_late_is_known_in_the_second_run)
{
    static const vr_row rows[] = { { 0x00189810, "SS", "\1\2", 2 }, { 0x00280103, "US", "\1\0", 2 } };

    GET_VRS(rows, NULL);
}

TEST(pixel_representation_of_the_item_or_of_what_it_is_in)
{
    text *sides[2];

    for (int side = 0; side < 2; side++) {
        text *to = sides[side] = text_new(side ? SJ_EXPLICIT_LITTLE : SJ_IMPLICIT_LITTLE);
        put_element(to, 0x00280103, "US", "\1\0", 2);
        put_header_of(to, 0x00283000, "SQ", UNDEFINED_LENGTH);
        put_header_of(to, TAG_ITEM, "", UNDEFINED_LENGTH);
        put_element(to, 0x00280106, "SS", "\1\2", 2);
        put_element(to, 0x00280103, "US", "\0\0", 2);
        put_element(to, 0x00283002, "US", "\1\2", 2);
        put_header_of(to, TAG_ITEM_END, "", 0);
        put_header_of(to, TAG_ITEM, "", UNDEFINED_LENGTH);
        put_element(to, 0x00283002, "SS", "\1\2", 2);
        put_header_of(to, TAG_ITEM_END, "", 0);
        put_header_of(to, TAG_SEQUENCE_END, "", 0);
        put_element(to, 0x00283002, "SS", "\1\2", 2);
    }
    becomes(sides[0], sides[1]);
}

/* in an explicit data set it is of the encoding's byte order, and of use to what is implicit in it */
TEST(pixel_representation_around_a_un)
{
    text *in = text_new(SJ_EXPLICIT_BIG), *out = text_new(SJ_EXPLICIT_LITTLE);

    put_element(in, 0x00280103, "US", "\0\1", 2);
    put_header_of(in, 0x00291001, "UN", UNDEFINED_LENGTH);
    in->encoding = SJ_IMPLICIT_LITTLE;
    put_header_of(in, TAG_ITEM, "", 10);
    put_element(in, 0x00280106, "", "\1\2", 2);
    put_header_of(in, TAG_SEQUENCE_END, "", 0);
    in->encoding = SJ_EXPLICIT_BIG;
    put_element(out, 0x00280103, "US", "\1\0", 2);
    put_header_of(out, 0x00291001, "SQ", UNDEFINED_LENGTH);
    put_header_of(out, TAG_ITEM, "", UNDEFINED_LENGTH);
    put_element(out, 0x00280106, "SS", "\1\2", 2);
    put_header_of(out, TAG_ITEM_END, "", 0);
    put_header_of(out, TAG_SEQUENCE_END, "", 0);
    becomes_so(in, out, true, NULL);
}

TEST(waveform_bits_allocated_decides_on_ob_or_ow)
{
    static const vr_row unsaid[] = { { 0x5400100A, "OW", "\1\2", 2 }, { 0x54001010, "OW", "\1\2", 2 } };
    static const vr_row eight[] = { { 0x54000110, "OW", "\1\2", 2 }, { 0x54001004, "US", "\x08\0", 2 },
                                    { 0x5400100A, "OB", "\1\2", 2 }, { 0x54001010, "OB", "\1\2", 2 },
                                    { 0x7FE00010, "OW", "\1\2", 2 } };
    static const vr_row sixteen[] = { { 0x54001004, "US", "\x10\0", 2 }, { 0x54001010, "OW", "\1\2", 2 } };
    static const vr_row strange[] = { { 0x54001004, "US", "\x08\1", 2 }, { 0x54001010, "OW", "\1\2", 2 } };

    GET_VRS(unsaid, NULL);
    GET_VRS(eight, NULL);
    GET_VRS(sixteen, NULL);
    GET_VRS(strange, NULL);
}

/* ---- a user's lexicon -------------------------------------------------------------------------------------------- */

#define CODE(a, b) ((a) << 8 | (b))

TEST(a_lexicon_counts_more_than_the_dictionary)
{
    static const sj_lexicon_creator_name names[] = { { "ACME", 4 }, { CSA, sizeof CSA - 1 } };
    static const sj_lexicon_row exact[] = {
        { CODE('L', 'T'), 0, 0x0010, 0x0010, 0x0010, 0x0010, 2, 2 },
        { CODE('x', 's'), 0, 0x0010, 0x0010, 0x0020, 0x0020, 2, 2 },
        { CODE('I', 'S'), 0, 0x0013, 0x0013, 0x1001, 0x1001, 2, 2 },
        { CODE('S', 'Q'), 1, 0x0011, 0x0011, 0x0001, 0x0001, 2, 2 },
        { CODE('S', 'H'), 2, 0x0029, 0x0029, 0x0008, 0x0008, 2, 2 },
    };
    static const sj_lexicon_row ranges[] = { { CODE('U', 'T'), 0, 0x6000, 0x60FF, 0x0010, 0x0010, 0, 2 } };
    static const sj_lexicon lexicon = { exact, 5, ranges, 1, names, 2 };
    static const vr_row rows[] = {
        { 0x00100010, "LT", "AB", 2 },
        { 0x00100020, "US", "AB", 2 },
        { 0x00100040, "CS", "F ", 2 },
        { 0x00110010, "LO", "ACME", 4 },
        { 0x00111001, "SQ", "", 0 },
        { 0x00111002, "UN", "AB", 2 },
        { 0x00130010, "LO", "ACME", 4 },
        { 0x00131001, "IS", "12", 2 },        /* noted without a creator */
        { 0x00290010, "LO", CSA, 18 },
        { 0x00291008, "SH", "AB", 2 },
        { 0x00291010, "OB", "AB", 2 },        /* the creator's other elements stay */
        { 0x60020010, "UT", "AB", 2 },
    };

    GET_VRS(rows, &lexicon);
}
