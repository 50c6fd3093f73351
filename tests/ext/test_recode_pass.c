/* recode.c: values that pass by the re-encoder because no byte of them changes. */
#include "check.h"
#include "element_bytes.h"

enum { VALUE = 10, LENGTH = 12 + VALUE + 10 };

/* A data set of one value of that VR and a short text behind it. */
static text *value_and_text(const char *vr)
{
    text *made = text_new(SJ_EXPLICIT_LITTLE);

    put_header_of(made, TAG_PIXEL_DATA, vr, VALUE);
    put_fill(made, 0x5A, VALUE);
    put_header_of(made, 0x7FE10010, "LO", 2);
    put(made, "AB", 2);
    return made;
}

TEST(a_value_passes_by_and_the_rest_comes_out)
{
    text *in = value_and_text("OW");
    uint8_t out[256];
    sj_recode recode;

    CHECK_EQUAL(in->length, LENGTH);
    sj_recode_init(&recode, SJ_EXPLICIT_LITTLE, SJ_IMPLICIT_LITTLE, false, NULL, in->length);
    CHECK(!sj_recode_pass(&recode, 1)); /* no value has begun */
    CHECK_EQUAL(sj_recode_step(&recode, in->bytes, 12, false, out, sizeof out), SJ_MORE);
    CHECK_EQUAL(recode.made, 8);
    CHECK(!sj_recode_pass(&recode, VALUE + 1));
    CHECK(sj_recode_pass(&recode, 4));
    CHECK(sj_recode_pass(&recode, VALUE - 4));
    CHECK(!sj_recode_pass(&recode, 1));
    CHECK_EQUAL(recode.taken, 12 + VALUE);
    CHECK_EQUAL(sj_recode_step(&recode, in->bytes + 12 + VALUE, 10, true, out, sizeof out), SJ_OK);
    CHECK_EQUAL(recode.made, 8 + VALUE + 10);
    CHECK(memcmp(out, "\xE1\x7F\x10\x00\x02\x00\x00\x00"
                      "AB", 10) == 0);
    free(in);
}

TEST(a_value_whose_bytes_change_places_does_not)
{
    text *in = value_and_text("OW");
    uint8_t out[256];
    sj_recode recode;

    sj_recode_init(&recode, SJ_EXPLICIT_LITTLE, SJ_EXPLICIT_BIG, false, NULL, in->length);
    CHECK_EQUAL(sj_recode_step(&recode, in->bytes, 12, false, out, sizeof out), SJ_MORE);
    CHECK(!sj_recode_pass(&recode, 2));
    free(in);
}

TEST(nor_does_one_that_is_left_out)
{
    text *in = text_new(SJ_EXPLICIT_LITTLE);
    uint8_t out[256];
    sj_recode recode;

    put_header_of(in, 0x00080000, "UL", 4);
    put_fill(in, 0, 4);
    sj_recode_init(&recode, SJ_EXPLICIT_LITTLE, SJ_IMPLICIT_LITTLE, false, NULL, in->length);
    CHECK_EQUAL(sj_recode_step(&recode, in->bytes, 8, false, out, sizeof out), SJ_MORE);
    CHECK(!sj_recode_pass(&recode, 2));
    free(in);
}
