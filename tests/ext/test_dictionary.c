/* dictionary.c: VRs for tags, of the standard, of private creators, and of a user's own lexicon. */
#include "check.h"
#include "core.h"

#define CODE(a, b) ((a) << 8 | (b))
#define NAME(words) (const uint8_t *)(words), strlen(words)

TEST(standard_elements)
{
    CHECK_EQUAL(sj_dictionary_vr(0x00080016), CODE('U', 'I'));
    CHECK_EQUAL(sj_dictionary_vr(0x00020010), CODE('U', 'I'));
    CHECK_EQUAL(sj_dictionary_vr(0x00100010), CODE('P', 'N'));
    CHECK_EQUAL(sj_dictionary_vr(0x00280010), CODE('U', 'S'));
    CHECK_EQUAL(sj_dictionary_vr(0x00281052), CODE('D', 'S'));
    CHECK_EQUAL(sj_dictionary_vr(0x00081115), CODE('S', 'Q'));
    CHECK_EQUAL(sj_dictionary_vr(0x00189810), CODE('x', 's'));
    CHECK_EQUAL(sj_dictionary_vr(0x00283006), CODE('l', 't'));
    CHECK_EQUAL(sj_dictionary_vr(0x7FE00001), CODE('O', 'V'));
    CHECK_EQUAL(sj_dictionary_vr(0x7FE00010), CODE('o', 'x'));
    CHECK_EQUAL(sj_dictionary_vr(0xFFFAFFFA), CODE('S', 'Q')); /* Digital Signatures Sequence */
}

TEST(what_is_not_in_it)
{
    static const uint32_t tags[] = { 0, 0x00000002, 0x00080002, 0x00090010, 0x00091010, 0x00280000,
                                     0xFFFEE000, 0xFFFFFFFF, 0x00020000, 0x60010010, 0x50010005 };

    for (size_t row = 0; row < sizeof tags / sizeof *tags; row++) {
        CHECK_NOTE("tag %08x", tags[row]);
        CHECK_EQUAL(sj_dictionary_vr(tags[row]), 0);
    }
}

TEST(groups_and_numbers_that_repeat)
{
    CHECK_EQUAL(sj_dictionary_vr(0x60000010), CODE('U', 'S'));
    CHECK_EQUAL(sj_dictionary_vr(0x601E3000), CODE('o', 'x'));
    CHECK_EQUAL(sj_dictionary_vr(0x50FE3000), CODE('o', 'x'));
    CHECK_EQUAL(sj_dictionary_vr(0x00203145), CODE('C', 'S'));
    CHECK_EQUAL(sj_dictionary_vr(0x00280432), CODE('L', 'O'));
    CHECK_EQUAL(sj_dictionary_vr(0x10101234), CODE('U', 'S'));
    CHECK_EQUAL(sj_dictionary_vr(0x7F020020), CODE('O', 'W'));
}

TEST(private_elements)
{
    const uint16_t csa = sj_dictionary_creator(NAME("SIEMENS CSA HEADER"));
    const uint16_t papyrus = sj_dictionary_creator(NAME("PAPYRUS 3.0"));

    CHECK(csa != 0 && papyrus != 0);
    CHECK_EQUAL(sj_dictionary_private_vr(csa, 0x00290008), CODE('C', 'S'));
    CHECK_EQUAL(sj_dictionary_private_vr(csa, 0x00291108), CODE('C', 'S')); /* in any block */
    CHECK_EQUAL(sj_dictionary_private_vr(csa, 0x00290010), CODE('O', 'B'));
    CHECK_EQUAL(sj_dictionary_private_vr(csa, 0x00290007), 0);
    CHECK_EQUAL(sj_dictionary_private_vr(csa, 0x00270008), 0);
    CHECK_EQUAL(sj_dictionary_private_vr(papyrus, 0x600310C0), CODE('S', 'Q')); /* noted for 60xx */
    CHECK_EQUAL(sj_dictionary_private_vr(0, 0x00290008), 0);
    CHECK_EQUAL(sj_dictionary_private_vr(0xFFFF, 0x00290008), 0);
}

TEST(creators_by_their_whole_name)
{
    CHECK(sj_dictionary_creator(NAME("1.2.840.113663.1")) == 1); /* the first of all */
    CHECK_EQUAL(sj_dictionary_creator(NAME("")), 0);
    CHECK_EQUAL(sj_dictionary_creator(NAME("SIEMENS CSA HEADE")), 0);
    CHECK_EQUAL(sj_dictionary_creator(NAME("SIEMENS CSA HEADER ")), 0);
    CHECK_EQUAL(sj_dictionary_creator(NAME("\xFF\xFF")), 0);
}

TEST(a_lexicon)
{
    static const sj_lexicon_creator_name names[] = { { "ACME", 4 }, { "ACME 2", 6 } };
    static const sj_lexicon_row exact[] = {
        { CODE('D', 'S'), 0, 0x0008, 0x0008, 0x0016, 0x0016, 2, 2 },
        { CODE('I', 'S'), 0, 0x0011, 0x0011, 0x1001, 0x1001, 2, 2 },
        { CODE('S', 'Q'), 1, 0x0011, 0x0011, 0x0001, 0x0001, 2, 2 },
        { CODE('F', 'D'), 2, 0x0011, 0x0011, 0x00FF, 0x00FF, 2, 2 },
    };
    static const sj_lexicon_row ranges[] = {
        { CODE('x', 's'), 0, 0x6000, 0x60FF, 0x0010, 0x001F, 0, 1 },
        { CODE('U', 'T'), 0, 0x6000, 0x6FFF, 0x0000, 0xFFFF, 2, 2 },
        { CODE('L', 'T'), 1, 0x0009, 0xFFFF, 0x0010, 0x0020, 1, 2 },
    };
    static const sj_lexicon lexicon = { exact, 4, ranges, 3, names, 2 };

    CHECK_EQUAL(sj_lexicon_creator(&lexicon, NAME("ACME")), 1);
    CHECK_EQUAL(sj_lexicon_creator(&lexicon, NAME("ACME 2")), 2);
    CHECK_EQUAL(sj_lexicon_creator(&lexicon, NAME("ACM")), 0);
    CHECK_EQUAL(sj_lexicon_creator(&lexicon, NAME("ACME 3")), 0);
    CHECK_EQUAL(sj_lexicon_creator(&lexicon, NAME("")), 0);
    CHECK_EQUAL(sj_lexicon_vr(&lexicon, 0, 0x00080016), CODE('D', 'S'));
    CHECK_EQUAL(sj_lexicon_vr(&lexicon, 0, 0x00080018), 0);
    CHECK_EQUAL(sj_lexicon_vr(&lexicon, 0, 0x00111001), CODE('I', 'S'));
    CHECK_EQUAL(sj_lexicon_vr(&lexicon, 1, 0x00111001), CODE('S', 'Q'));
    CHECK_EQUAL(sj_lexicon_vr(&lexicon, 1, 0x0011FF01), CODE('S', 'Q'));
    CHECK_EQUAL(sj_lexicon_vr(&lexicon, 2, 0x00111001), 0);
    CHECK_EQUAL(sj_lexicon_vr(&lexicon, 2, 0x001110FF), CODE('F', 'D'));
    CHECK_EQUAL(sj_lexicon_vr(&lexicon, 0, 0x60020011), CODE('x', 's'));
    CHECK_EQUAL(sj_lexicon_vr(&lexicon, 0, 0x60020012), CODE('U', 'T')); /* even element: the next range */
    CHECK_EQUAL(sj_lexicon_vr(&lexicon, 0, 0x60010011), CODE('U', 'T')); /* odd group */
    CHECK_EQUAL(sj_lexicon_vr(&lexicon, 0, 0x61000011), CODE('U', 'T'));
    CHECK_EQUAL(sj_lexicon_vr(&lexicon, 0, 0x70000011), 0);
    CHECK_EQUAL(sj_lexicon_vr(&lexicon, 1, 0x00091015), CODE('L', 'T'));
    CHECK_EQUAL(sj_lexicon_vr(&lexicon, 1, 0x00091021), 0);
    CHECK_EQUAL(sj_lexicon_vr(&lexicon, 1, 0x00071015), 0);
}

TEST(an_empty_lexicon)
{
    static const sj_lexicon lexicon = { NULL, 0, NULL, 0, NULL, 0 };

    CHECK_EQUAL(sj_lexicon_creator(&lexicon, NAME("ACME")), 0);
    CHECK_EQUAL(sj_lexicon_vr(&lexicon, 0, 0x00080016), 0);
}
