# Data dictionaries.

#: what stands in a dictionary file for VRs that depend on the data set or are no VR, beside xs, ox and lt
SYNONYMS = {
    "US or SS": "xs", "OB or OW": "ox", "px": "ox", "US or OW": "lt", "US or SS or OW": "lt", "up": "UL", "na": "",
}
VRS = frozenset(
    "AE AS AT CS DA DS DT FD FL IS LO LT OB OD OF OL OV OW PN SH SL SQ SS ST SV TM UC UI UL UN UR US UT UV xs ox lt".split()
)


cdef bytes unpadded(object name):
    """The bytes of a private creator."""
    return (name.encode("utf-8") if isinstance(name, str) else bytes(name)).strip(b" ")


cdef class Lexicon:
    """A user's data dictionary.

    Each entry is (group_first, group_last, group_parity, element_first, element_last, element_parity, vr, creator):
    a parity of 0 means even numbers only, 1 odd ones, 2 all; ``vr`` two letters, or "xs" (US or SS), "ox" (OB or OW),
    "lt" (US, SS or OW), "px" (as "ox"), "up" (UL), "na" (the entry is passed over); ``creator`` "" for a standard
    element, and for a private one its creator, the element then the low byte. A later entry counts more than an earlier
    one, and one of a single tag more than one of a range. ValueError for what is none of that.
    """

    cdef core.sj_lexicon rows
    cdef core.sj_lexicon_row *exact
    cdef core.sj_lexicon_row *ranges
    cdef core.sj_lexicon_creator_name *names
    cdef list creators              # what `names` points to

    def __cinit__(self, entries):
        cdef size_t at
        single = {}
        several = {}
        for group, group_last, group_parity, element, element_last, element_parity, vr, creator in entries:
            vr = SYNONYMS.get(vr, vr)
            name = unpadded(creator)
            highest = 0xFF if name else 0xFFFF
            if not (0 <= group <= group_last <= 0xFFFF and 0 <= element <= element_last <= highest):
                raise ValueError(f"({group:x}-{group_last:x},{element:x}-{element_last:x}) is no range of tags")
            if group_parity not in (0, 1, 2) or element_parity not in (0, 1, 2):
                raise ValueError(f"{group_parity}, {element_parity}: a parity is 0, 1 or 2")
            if vr == "":
                continue
            if vr not in VRS:
                raise ValueError(f"{vr!r} is no VR")
            ends = (group, group_last, element, element_last)
            if group == group_last and element == element_last:
                single[(name, group, element)] = (ends, (2, 2), vr)
            else:
                key = (name, ends, group_parity, element_parity)
                several.pop(key, None)
                several[key] = (ends, (group_parity, element_parity), vr)
        self.creators = sorted({key[0] for key in (*single, *several)} - {b""})
        if len(self.creators) > 0xFFFE:
            raise ValueError("more than 65534 private creators")
        numbers = {name: number for number, name in enumerate(self.creators, 1)}
        numbers[b""] = 0
        exact = sorted((numbers[name], ends, parities, vr) for (name, _, _), (ends, parities, vr) in single.items())
        ranges = [(numbers[key[0]], ends, parities, vr) for key, (ends, parities, vr) in reversed(several.items())]
        self.exact = <core.sj_lexicon_row *>calloc(len(exact) + 1, sizeof(core.sj_lexicon_row))
        self.ranges = <core.sj_lexicon_row *>calloc(len(ranges) + 1, sizeof(core.sj_lexicon_row))
        self.names = <core.sj_lexicon_creator_name *>calloc(len(numbers), sizeof(core.sj_lexicon_creator_name))
        if self.exact == NULL or self.ranges == NULL or self.names == NULL:
            raise MemoryError
        for at in range(len(exact)):
            self.fill(&self.exact[at], exact[at])
        for at in range(len(ranges)):
            self.fill(&self.ranges[at], ranges[at])
        for at in range(len(self.creators)):
            self.names[at].text = PyBytes_AS_STRING(self.creators[at])
            self.names[at].length = PyBytes_GET_SIZE(self.creators[at])
        self.rows.exact, self.rows.exact_count = self.exact, len(exact)
        self.rows.ranges, self.rows.range_count = self.ranges, len(ranges)
        self.rows.creators, self.rows.creator_count = self.names, len(self.creators)

    def __dealloc__(self):
        free(self.exact)
        free(self.ranges)
        free(self.names)

    cdef int fill(self, core.sj_lexicon_row *row, tuple entry) except -1:
        row.creator, ends, parities, vr = entry
        row.group_first, row.group_last, row.element_first, row.element_last = ends
        row.group_parity, row.element_parity = parities
        row.vr = ord(vr[0]) << 8 | ord(vr[1])
        return 0


def vr_of(uint32_t tag, creator="", Lexicon lexicon=None):
    """The VR that dictionaries have for a tag (group << 16 | element), "" for none; codes as Lexicon has them.

    With a private creator, of the element of its block that has the tag's low byte.
    """
    cdef bytes name = unpadded(creator)
    cdef const uint8_t *at = <const uint8_t *>PyBytes_AS_STRING(name)
    cdef size_t length = PyBytes_GET_SIZE(name)
    cdef uint16_t number, vr = 0
    if lexicon is not None:
        number = core.sj_lexicon_creator(&lexicon.rows, at, length) if length else 0
        if number or not length:
            vr = core.sj_lexicon_vr(&lexicon.rows, number, tag)
    if vr == 0:
        if length:
            vr = core.sj_dictionary_private_vr(core.sj_dictionary_creator(at, length), tag)
        else:
            vr = core.sj_dictionary_vr(tag)
    return chr(vr >> 8) + chr(vr & 0xFF) if vr else ""
