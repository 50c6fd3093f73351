/* The whole C interface of storejet.
 *
 * Kernels (all but source.c and pump.c) are pure: pointer and length in, status out, no allocation, no globals, no system
 * calls. source.c reads files, pump.c moves bytes through sockets; no other file calls the system. Each function stands under a contract of four lines:
 * in, out, failure, promise. Clauses cite DICOM PS3.5 (data sets), PS3.7 (DIMSE), PS3.8 (upper layer), PS3.10 (files).
 */
#ifndef STOREJET_CORE_H
#define STOREJET_CORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

/* ---- status ---------------------------------------------------------------------------------------------------- */

typedef enum sj_status {
    SJ_OK = 0,
    SJ_MORE,              /* a scan wants the window that it names; an inbox wants more bytes */
    SJ_DIRECTORY,         /* a directory, not a file */
    SJ_PAUSE,             /* the pump's slice of time is over: look for signals, then call again */
    /* the file */
    SJ_FILE_IO,           /* the system refused; errno is kept */
    SJ_FILE_KIND,         /* neither a regular file nor what links to one */
    SJ_FILE_EMPTY,
    SJ_FILE_CHANGED,      /* shorter or newer than when its sending began */
    SJ_NOT_DICOM,
    SJ_NO_META,           /* a data set without file meta information where one is required */
    SJ_HAS_META,          /* preamble and meta information where a bare data set is required (meta alone is skipped) */
    SJ_NO_SYNTAX,         /* file meta information without a transfer syntax where a guess is not allowed */
    SJ_TRUNCATED,         /* the file ends inside a header or value */
    SJ_BAD_ELEMENT,       /* a length or delimiter that PS3.5 7 does not allow here */
    SJ_TOO_DEEP,          /* more than SJ_MAX_DEPTH sequences of undefined length inside one another */
    SJ_TOO_LARGE,         /* lengths whose sum does not fit 63 bits */
    SJ_ENCAPSULATED,      /* fragments of pixel data (PS3.5 A.4) where the encoding asked for has none */
    /* a frame of compressed pixel data */
    SJ_CODED_TRUNCATED,   /* it ends before all its pixels are there */
    SJ_CODED_DAMAGED,     /* what its standard does not allow */
    SJ_CODED_UNSUPPORTED, /* allowed, but not known here */
    SJ_CODED_MISMATCH,    /* of another size or kind than the Image Pixel attributes say */
    /* the peer */
    SJ_PEER_ABORTED,      /* A-ABORT */
    SJ_PEER_RELEASES,     /* A-RELEASE-RQ instead of a response */
    SJ_PEER_CLOSED,       /* end of stream without A-ABORT */
    SJ_PEER_SILENT,       /* nothing came until the deadline */
    SJ_PEER_STALLED,      /* it takes no bytes, or stopped in the middle of a PDU, until the deadline */
    SJ_BAD_PDU_TYPE,
    SJ_BAD_PDU_LENGTH,
    SJ_BAD_PDV,           /* PDV item with a lying length, a foreign context or a data set fragment */
    SJ_BAD_COMMAND,       /* a command set that PS3.7 6.3 does not allow */
    SJ_WRONG_COMMAND,     /* not a C-STORE-RSP */
    SJ_WRONG_MESSAGE_ID,
    SJ_MAX_LENGTH_TOO_SMALL, /* the peer's maximum length leaves no room for a fragment */
    /* the network */
    SJ_NET_IO,            /* the system refused; errno is kept */
    SJ_STATUS_COUNT
} sj_status;

/* in: any value. out: a fixed English phrase without a full stop. failure: an unknown value gives "unknown status".
 * promise: never NULL. */
const char *sj_status_text(sj_status status);

/* in: any value. out: what a person may try, as an order without a full stop. failure: "" where there is nothing to say.
 * promise: never NULL. */
const char *sj_status_hint(sj_status status);

/* ---- scan: what a file is (PS3.10 7, PS3.5 7) --------------------------------------------------------------------- */

enum { SJ_MAX_DEPTH = 64, SJ_UID_ROOM = 128 };

typedef enum sj_encoding {
    SJ_IMPLICIT_LITTLE,
    SJ_EXPLICIT_LITTLE,
    SJ_EXPLICIT_BIG,
    SJ_OPAQUE             /* deflated or private: not to be read as elements */
} sj_encoding;

typedef enum sj_expect {  /* what the user says the file is (options +f, +fo, -f) */
    SJ_EXPECT_ANY,
    SJ_EXPECT_FILE,
    SJ_EXPECT_DATA_SET
} sj_expect;

typedef enum sj_extent {  /* how far to read */
    SJ_READ_META,         /* stop at the data set, unless the meta information leaves the identity open */
    SJ_READ_IDENTITY,     /* stop when SOP class and instance are known */
    SJ_READ_WHOLE         /* check the structure to the end of the file */
} sj_extent;

typedef struct sj_uid {
    uint8_t length;       /* bytes kept in text */
    bool present;         /* the element was there */
    bool overlong;        /* the value is longer than SJ_UID_ROOM; text holds its beginning */
    char text[SJ_UID_ROOM];
} sj_uid;

typedef struct sj_mark {  /* an element of the top level that was asked for */
    uint64_t offset;      /* file offset of its header; where it is absent, of the first element behind its place */
    uint32_t tag, length; /* bytes of the value; 0xFFFFFFFF: undefined, it is a sequence or fragments */
    uint8_t header;       /* bytes of the header */
    uint8_t kept;         /* bytes of the value in `value` */
    uint8_t vr[2];        /* as written; NUL in implicit VR */
    bool found;
    bool repeated;        /* there is another element of that tag; all else is that of the first */
    uint8_t value[SJ_UID_ROOM];
} sj_mark;

enum { SJ_MARK_COUNT = 16 };

typedef struct sj_marks { /* in ascending order of their tags */
    sj_mark rows[SJ_MARK_COUNT];
    uint64_t end;         /* of the data set */
} sj_marks;

enum { SJ_SPACED_STUDY = 1, SJ_SPACED_SERIES = 2 };

typedef struct sj_frame { /* one open sequence, item or run of fragments (PS3.5 7.5, A.4) */
    uint64_t end;         /* file offset where it must end */
    uint8_t kind;         /* of sj_frame_kind */
    uint8_t encoding;     /* of sj_encoding */
    bool defined;         /* it ends at `end`; otherwise at its delimiter */
    uint32_t tag;         /* the sequence's tag, for messages */
} sj_frame;

typedef enum sj_frame_kind { SJ_FRAME_ELEMENTS, SJ_FRAME_ITEMS, SJ_FRAME_FRAGMENTS } sj_frame_kind;

typedef struct sj_scan {
    /* what is wanted next, after SJ_MORE */
    uint64_t position;    /* file offset of the next byte to look at */
    /* results */
    uint64_t data_set_offset;
    uint64_t error_offset; /* without an error, and where the size is unknown: of the last element with a length */
    uint32_t error_tag;   /* group << 16 | element */
    sj_uid meta_class, meta_instance, meta_syntax;    /* (0002,0002) (0002,0003) (0002,0010) */
    sj_uid class_uid, instance_uid;                   /* (0008,0016) (0008,0018) of the data set */
    uint8_t encoding;     /* of sj_encoding: of the data set */
    bool has_preamble, has_meta, guessed;
    bool structure_known; /* the whole data set was walked without a defect */
    uint8_t spaced;       /* SJ_SPACED_*: (0020,000D), (0020,000E) of the data set hold a space */
    sj_marks *marks;      /* NULL, or what sj_scan_mark() was given */
    /* state */
    uint64_t file_size;
    uint8_t expect, extent, stage;
    bool meta_begun, meta_implicit;
    uint32_t depth;
    sj_frame frames[1 + 2 * SJ_MAX_DEPTH];   /* the data set; a sequence and an item a level */
} sj_scan;

/* in: the file's size in bytes. out: a scan at offset 0. failure: none. promise: results are empty. */
void sj_scan_init(sj_scan *scan, uint64_t file_size, sj_expect expect, sj_extent extent);

/* in: the size in bytes and the encoding of a bare data set that is known to be one (inflated, for example). out: a scan of
 * it to its end, that begins at offset 0. failure: none. promise: results are empty. */
void sj_scan_init_data_set(sj_scan *scan, uint64_t size, sj_encoding encoding);

/* in: a scan that has not begun, to SJ_READ_WHOLE; the caller's room for marks, which must live as long as the scan is
 * stepped. out: the marks, true once structure_known is. failure: none. promise: a scan that is not asked marks nothing. */
void sj_scan_mark(sj_scan *scan, sj_marks *marks);

/* in: bytes of the file from scan->position on (all of the file's rest, or at least SJ_WINDOW_MIN).
 * out: SJ_OK when done, SJ_MORE when the window at the new scan->position is wanted.
 * failure: a file status; error_offset and error_tag say where. promise: reads only the window, always moves on. */
enum { SJ_WINDOW_MIN = 1024 };
sj_status sj_scan_step(sj_scan *scan, const uint8_t *window, size_t length);

/* in: a data set's first bytes (of a deflated one: inflated), explicit little endian. out: class_uid, instance_uid.
 * failure: none; what is not found stays absent. promise: the scan's other results stay. */
void sj_scan_identity(sj_scan *scan, const uint8_t *bytes, size_t length);

/* ---- walk: the elements of a data set (dataset.c; called by the scan) ---------------------------------------------- */

/* in: scan with an open frame, window at scan->position. out, failure, promise: as sj_scan_step. */
sj_status sj_walk_step(sj_scan *scan, const uint8_t *window, size_t length);

/* ---- swap: byte order (PS3.5 7.3) ----------------------------------------------------------------------------------- */

/* in: `length` bytes, a unit of 1, 2, 4 or 8 bytes. out: as many, the bytes of each complete unit in reverse; a rest that
 * fills no unit as it is. failure: none. promise: any alignment; `out` and `in` must not overlap. */
void sj_swap(uint8_t *out, const uint8_t *in, size_t length, unsigned unit);

/* ---- dictionary: VRs for tags (PS3.6, and private dictionaries) -------------------------------------------------------
 *
 * A VR is its two letters, first << 8 | second; 0: not known. Where the data set decides, the code is of small letters:
 * xs US or SS; ox OB or OW; lt US, SS or OW.
 */

typedef struct sj_lexicon_row {   /* a user's entry: all tags of two ranges (PS3.6 writes such as 60xx) */
    uint16_t vr;                  /* as above */
    uint16_t creator;             /* of a private element: its number, as sj_lexicon_creator() gives it; 0: none */
    uint16_t group_first, group_last;
    uint16_t element_first, element_last;         /* of a private creator's element the low byte only */
    uint8_t group_parity, element_parity;         /* 0: even numbers only, 1: odd ones only, 2: all */
} sj_lexicon_row;

typedef struct sj_lexicon_creator_name {
    const char *text;
    size_t length;
} sj_lexicon_creator_name;

typedef struct sj_lexicon {       /* a user's dictionary; what it points to is the caller's */
    const sj_lexicon_row *exact;  /* one tag each, sorted by creator, group_first, element_first, none twice */
    size_t exact_count;
    const sj_lexicon_row *ranges; /* looked through in this order when no exact one fits */
    size_t range_count;
    const sj_lexicon_creator_name *creators;      /* sorted by their bytes */
    size_t creator_count;         /* at most 65535 */
} sj_lexicon;

enum { SJ_CREATOR_ROOM = 80 };    /* bytes of the longest private creator that is looked up */

/* in: a creator's value without padding. out: its number. failure: 0, it is not in there. promise: none needed. */
uint16_t sj_lexicon_creator(const sj_lexicon *lexicon, const uint8_t *name, size_t length);
uint16_t sj_dictionary_creator(const uint8_t *name, size_t length);

/* in: tag as group << 16 | element; a creator's number, or 0. out: VR. failure: 0. promise: none needed. */
uint16_t sj_lexicon_vr(const sj_lexicon *lexicon, uint16_t creator, uint32_t tag);

/* in: tag. out: VR of a standard element, groups that repeat included. failure: 0. promise: none needed. */
uint16_t sj_dictionary_vr(uint32_t tag);

/* in: a creator's number, of sj_dictionary_creator(), and a tag of its block. out: VR. failure: 0. promise: none needed. */
uint16_t sj_dictionary_private_vr(uint16_t creator, uint32_t tag);

/* ---- recode: a data set in another encoding (PS3.5 7, 6.2.2, annex A) -------------------------------------------------
 *
 * Into implicit VR little endian, explicit VR little endian or explicit VR big endian, of any of these. Sequences and
 * items that hold something come out with undefined length; group lengths and trailing padding are left out; values of odd
 * length are padded. Two runs over the same bytes: one counts and finds what is wrong, one writes.
 */

enum { SJ_RECODE_ROOM = 64, SJ_BLOCK_ROOM = 256 };
#define SJ_SIZE_UNKNOWN INT64_MAX

enum { SJ_PIXELS_UNSAID, SJ_PIXELS_UNSIGNED, SJ_PIXELS_SIGNED };  /* (0028,0103) Pixel Representation */

typedef struct sj_recode_frame {  /* one open sequence, item or run of fragments */
    uint64_t end;                 /* input offset where it must end */
    uint32_t tag;                 /* the sequence's tag, for messages */
    uint16_t blocks;              /* how many private blocks were known outside of it */
    uint8_t kind;                 /* of sj_frame_kind */
    uint8_t from, to;             /* of sj_encoding */
    bool defined;                 /* it ends at `end`; otherwise at its delimiter */
    uint8_t pixels;               /* SJ_PIXELS_…, of it or of what it is in */
    uint8_t waveform_bits;        /* (5400,1004) Waveform Bits Allocated; 0: not said */
} sj_recode_frame;

typedef struct sj_recode_block {  /* a private block whose creator a dictionary knows (PS3.5 7.8.1) */
    uint16_t group, own, built_in;
    uint8_t block;
} sj_recode_block;

typedef struct sj_recode {
    /* results */
    uint64_t taken;               /* input bytes done with; in a counting run of known size maybe more than were given */
    uint64_t made;                /* output bytes so far */
    uint64_t error_offset;        /* of the input */
    uint32_t error_tag;           /* group << 16 | element */
    uint8_t signed_pixels;        /* SJ_PIXELS_…, of the data set itself */
    /* what is asked for */
    uint8_t from, to;
    bool old_vrs;
    uint64_t size;
    const sj_lexicon *own;
    /* state: the present value */
    uint64_t element_at;          /* input offset of its header */
    uint32_t element_tag;
    uint32_t value_left;          /* input bytes */
    uint8_t unit;                 /* bytes whose order is reversed; 1: none */
    uint8_t pad_byte;
    bool pad, drop, done;
    uint16_t blocks;
    uint16_t depth;
    sj_recode_frame frames[1 + 2 * SJ_MAX_DEPTH];   /* the data set; a sequence and an item a level */
    sj_recode_block known[SJ_BLOCK_ROOM];
} sj_recode;

/* in: encodings, none of them SJ_OPAQUE; whether OB stands for the VRs that came later (UN UT UC UR OF OD OL OV SV UV), the
 * value then being bytes, in the order of little endian; a user's dictionary or NULL; bytes of the data set,
 * SJ_SIZE_UNKNOWN for a stream. out: a run at offset 0. failure: none.
 * promise: keeps nothing but the pointer to the dictionary. */
void sj_recode_init(sj_recode *recode, sj_encoding from, sj_encoding to, bool old_vrs, const sj_lexicon *own,
                    uint64_t size);

/* in: a run in any state. out: a run at offset 0 that knows what the one before found out (signed_pixels).
 * failure: none. promise: as sj_recode_init. */
void sj_recode_rewind(sj_recode *recode);

/* in: the data set's bytes from recode->taken on; `ends`: no more follow. Room for the output; `out` NULL: count only.
 * out: SJ_OK when the data set is complete. SJ_MORE: more input, or more room. Either way recode->made has grown by the
 * bytes that are in `out`. A counting run of known size steps over values: the next bytes wanted are those from
 * recode->taken on, which may be beyond those given.
 * failure: SJ_TRUNCATED, SJ_BAD_ELEMENT, SJ_TOO_DEEP, SJ_TOO_LARGE, SJ_ENCAPSULATED; error_offset and error_tag say where.
 * promise: both runs make the same number of bytes or fail alike, whatever windows and room. SJ_WINDOW_MIN bytes of
 * input (or all that are left) with SJ_RECODE_ROOM of output always move it on. `out` and `in` must not overlap. */
sj_status sj_recode_step(sj_recode *recode, const uint8_t *in, size_t length, bool ends, uint8_t *out, size_t room);

/* in: bytes of input that are next, all of one value that goes out as it comes in. out: true, they count as taken and made,
 * whoever calls has to bring them out. failure: false where they are not that: they are to be given to a step.
 * promise: nothing else changes. */
bool sj_recode_pass(sj_recode *recode, uint64_t count);
/* ---- rle: one frame of RLE Lossless (PS3.5 annex G) -------------------------------------------------------------------- */

enum { SJ_RLE_SEGMENTS = 15 };
#define SJ_RLE_MOST_PIXELS (UINT64_C(65535) * 65535)

typedef struct sj_rle_segment {   /* a byte plane that is being unpacked */
    const uint8_t *at, *end;
    size_t surplus;               /* bytes that the last run made beyond what was wanted */
} sj_rle_segment;

typedef struct sj_rle {
    uint64_t frame_length;        /* bytes of the native frame */
    uint64_t error_offset;        /* in the stream */
    const uint8_t *stream;
    size_t length, plane;         /* bytes of a plane */
    uint8_t bytes;                /* of a sample */
    uint8_t planes, parts;        /* planes that share a part of the frame; parts that follow each other */
    uint8_t last_bits;            /* of one-bit pixels, those in the last byte; 0: it is full, or has none */
    sj_rle_segment segments[SJ_RLE_SEGMENTS];
} sj_rle;

/* in: a frame's stream, which must live as long as it is decoded; rows * columns, Samples per Pixel, Bits Allocated (1, or
 * a multiple of 8 up to 64), Planar Configuration. out: frame_length. failure: SJ_CODED_TRUNCATED, SJ_CODED_DAMAGED,
 * SJ_CODED_MISMATCH, SJ_CODED_UNSUPPORTED; error_offset says where. promise: a frame of a length that the stream cannot
 * fill is refused. */
sj_status sj_rle_open(sj_rle *rle, const uint8_t *stream, size_t length, uint64_t pixels, unsigned samples, unsigned bits,
                      unsigned planar);

/* in: a frame as it was opened, room for frame_length bytes. out: the native frame, little endian; bits of one-bit pixels
 * packed from the least significant one on, those that are left over 0. failure: SJ_CODED_TRUNCATED; SJ_CODED_MISMATCH: a
 * segment has more pixels; error_offset says where. promise: once for each opening; writes into that room only. */
sj_status sj_rle_decode(sj_rle *rle, uint8_t *out);

/* ---- marks: places in a data set (marks.c; called by the walk) ------------------------------------------------------ */

/* in: `count` tags in ascending order; a value that is no element's offset. out: all absent, that their offset.
 * failure, promise: none needed. */
void sj_mark_rows_init(sj_mark *rows, const uint32_t *tags, size_t count, uint64_t nowhere);

/* in: the next element beside them (offset, tag, length, header and vr of `element` are read), the `kept` bytes of its value
 * that are at hand. out: noted where it is wanted, or the first one behind the place of one that is absent.
 * failure: none. promise: copies at most SJ_UID_ROOM bytes. */
void sj_mark_rows_pass(sj_mark *rows, size_t count, uint64_t nowhere, const sj_mark *element, const uint8_t *value,
                       size_t kept);

/* in: the offset at which the data set ends. out: all absent, their places at its end. failure, promise: none needed. */
void sj_marks_init(sj_marks *marks, uint64_t end);

/* in: a tag. out: whether it is one of those that are marked: the group lengths of 0008, 0010 and 0020, the group length of
 * the group behind each (its place is where the group ends), and the identifiers of patient, study, series and instance.
 * failure: none. promise: none needed. */
bool sj_marks_want(uint32_t tag);

/* in: the next element of the top level, as for sj_mark_rows_pass. out, failure, promise: as that. */
void sj_marks_pass(sj_marks *marks, const sj_mark *element, const uint8_t *value, size_t kept);

/* ---- descend: the elements of a data set, and of every sequence in it (PS3.5 7.5) ------------------------------------- */

enum { SJ_AT_HAND = 1000 };   /* bytes of a value that an event holds, at most */

typedef enum sj_event_kind {
    SJ_EVENT_ELEMENT,
    SJ_EVENT_SEQUENCE, SJ_EVENT_SEQUENCE_END,
    SJ_EVENT_ITEM, SJ_EVENT_ITEM_END,
    SJ_EVENT_FRAGMENTS, SJ_EVENT_FRAGMENTS_END,
    SJ_EVENT_FRAGMENT,
    SJ_EVENT_END              /* of the data set */
} sj_event_kind;

typedef struct sj_event {
    uint64_t offset;          /* of the header or delimiter; of an end without a delimiter: where it ends */
    sj_event_kind kind;
    uint32_t tag;             /* of the end of a sequence or of fragments that of its beginning, of an item's its sequence's */
    uint32_t length;          /* bytes of the value, 0xFFFFFFFF: undefined; of an end: 0 */
    uint8_t header;           /* bytes of the header; of an end: of its delimiter, or 0 */
    uint8_t vr[2];            /* as written; NUL in implicit VR, and where there is none */
    uint16_t at_hand;         /* of an element: bytes of its value that `value` points to, in the window */
    const uint8_t *value;
} sj_event;

typedef struct sj_descend_frame { /* the data set, and each open sequence, item or run of fragments */
    uint64_t start;           /* of what is in it; its length, of four bytes, stands right before that */
    uint64_t end;             /* where it must end */
    uint32_t tag;             /* the sequence's tag, for messages */
    uint8_t kind;             /* of sj_frame_kind */
    uint8_t encoding;         /* of sj_encoding */
    bool defined;             /* it ends at `end`; otherwise at its delimiter */
} sj_descend_frame;

typedef struct sj_descend {
    uint64_t position;        /* offset of the next byte to look at */
    uint64_t size;            /* of the file */
    uint64_t error_offset;
    uint32_t error_tag, named;
    uint16_t depth;           /* frames that are open */
    bool clips;               /* an item that reaches beyond the named sequence ends with it; otherwise it is an error */
    sj_descend_frame frames[1 + 2 * SJ_MAX_DEPTH];
} sj_descend;

/* in: where the data set begins in a file, the file's size, its encoding (not SJ_OPAQUE); the tag of a sequence that is one
 * in implicit VR (and as UN) too, where its length is defined, or 0. out: at the data set's first element.
 * failure: none. promise: offsets are those of the file. */
void sj_descend_init(sj_descend *descend, uint64_t position, uint64_t size, sj_encoding encoding, uint32_t named);

/* in: bytes of the file from descend->position on (all of the file's rest, or at least SJ_WINDOW_MIN).
 * out: SJ_OK with one event, in the order of the file; SJ_EVENT_END again and again at the end. Between the event of a
 * beginning and that of its end its frame is the innermost one. SJ_MORE when more bytes from descend->position on are wanted.
 * failure: SJ_TRUNCATED, SJ_BAD_ELEMENT, SJ_TOO_DEEP; error_offset and error_tag say where.
 * promise: reads only the window; values are stepped over: the next position may lie behind the window. */
sj_status sj_descend_step(sj_descend *descend, const uint8_t *window, size_t length, sj_event *event);

/* ---- images: compressed pixel data (PS3.5 A.4) ------------------------------------------------------------------------ */

enum { SJ_IMAGE_MARK_COUNT = 18 };

typedef struct sj_image_parent {
    uint64_t at;              /* file offset of the length, four bytes, of a sequence or item that the image is in */
    uint32_t length;          /* what it says */
} sj_image_parent;

typedef struct sj_image {     /* a data set, or an item, whose Pixel Data is a run of fragments */
    const sj_mark *marks;     /* SJ_IMAGE_MARK_COUNT, of what stands before its Pixel Data; ascending tags */
    uint64_t offset;          /* of the header of its Pixel Data */
    uint64_t first_item;      /* of its Basic Offset Table */
    uint64_t end;             /* behind the delimiter of its Pixel Data */
    uint16_t depth;           /* items that it is in */
    uint8_t header;           /* bytes of the header */
    uint8_t vr[2];
    uint16_t parent_count;
    sj_image_parent parents[2 * SJ_MAX_DEPTH];   /* of defined length, outermost first */
} sj_image;

typedef struct sj_image_level {   /* the data set, or an open item */
    bool has_pixels, has_fragments;
    sj_mark marks[SJ_IMAGE_MARK_COUNT];
} sj_image_level;

typedef struct sj_images {
    sj_descend walk;          /* its position is where a window is wanted; after a failure it says where */
    bool done;
    sj_image image;           /* the present one, until the next step */
    sj_image_level levels[1 + SJ_MAX_DEPTH];
} sj_images;

/* in: as sj_descend_init. out: before the first image. failure: none. promise: none needed. */
void sj_images_init(sj_images *images, uint64_t position, uint64_t size, sj_encoding encoding);

/* in: bytes of the file from images->walk.position on (all of the file's rest, or at least SJ_WINDOW_MIN).
 * out: SJ_OK with the next image, or `done`: the structure was checked to the end. SJ_MORE as sj_descend_step.
 * failure: as sj_descend_step; SJ_ENCAPSULATED: fragments in implicit VR, in big endian or of another element than Pixel
 * Data; SJ_BAD_ELEMENT also: two elements of Pixel Data side by side. promise: reads only the window. */
sj_status sj_images_step(sj_images *images, const uint8_t *window, size_t length);

typedef struct sj_fragments {
    uint64_t position;        /* where a window is wanted; when done, behind the delimiter */
    uint64_t size;            /* of the file */
    uint64_t error_offset;
    uint64_t table;           /* offset of the Basic Offset Table's value */
    uint32_t table_length, error_tag;
    bool begun, done;
} sj_fragments;

/* in: the offset of the first item of a run of fragments; the file's size. out: before it. failure: none.
 * promise: none needed. */
void sj_fragments_init(sj_fragments *fragments, uint64_t first_item, uint64_t size);

/* in: bytes of the file from fragments->position on (all of the file's rest, or at least SJ_WINDOW_MIN); room for offsets and
 * lengths. out: *count of them, those of the values of the items behind the first, empty ones too; SJ_OK when done, SJ_MORE
 * when more bytes or more room are wanted. failure: SJ_TRUNCATED, SJ_BAD_ELEMENT; *count fragments stand before the place.
 * promise: reads only the window; values are stepped over. */
sj_status sj_fragments_step(sj_fragments *fragments, const uint8_t *window, size_t length, uint64_t *offsets,
                            uint32_t *lengths, size_t room, size_t *count);

/* ---- directory: the records of a DICOMDIR (PS3.3 F.3) ------------------------------------------------------------------ */

typedef struct sj_record {    /* an item of the Directory Record Sequence */
    uint64_t offset;          /* of the item */
    sj_uid class_uid, instance_uid, syntax_uid;  /* (0004,1510) (0004,1511) (0004,1512) */
    bool has_file;            /* (0004,1500) is there */
    uint16_t file_kept;       /* bytes in `file` */
    uint32_t file_length;     /* bytes of the value */
    uint8_t file[SJ_AT_HAND];
} sj_record;

typedef struct sj_directory {
    sj_descend walk;          /* its position is where a window is wanted; after a failure it says where */
    bool done;
    sj_record record;         /* the present one, until the next step */
} sj_directory;

/* in: as sj_descend_init. out: before the first record. failure: none. promise: an item that says it is longer than the
 * sequence is taken to end with it, as other readers do. */
void sj_directory_init(sj_directory *directory, uint64_t position, uint64_t size, sj_encoding encoding);

/* in: bytes of the file from directory->walk.position on (all of the file's rest, or at least SJ_WINDOW_MIN).
 * out: SJ_OK with the next record that names a file, or `done`. SJ_MORE as sj_descend_step.
 * failure: as sj_descend_step. promise: reads only the window. */
sj_status sj_directory_step(sj_directory *directory, const uint8_t *window, size_t length);

/* ---- rope: an edited data set (rope.c) --------------------------------------------------------------------------------- */

typedef struct sj_span {
    const uint8_t *bytes; /* NULL: of the file, from offset `at` on */
    uint64_t at, length;  /* `at`, where there are bytes: of the first one in them */
} sj_span;

/* in: spans, bytes of the file. out: *total bytes of the rope. failure: SJ_TOO_LARGE when a span reaches beyond the file or
 * the sum does not fit 63 bits. promise: reads no bytes. */
sj_status sj_rope_check(const sj_span *spans, size_t count, uint64_t file_size, uint64_t *total);

/* in: checked spans, an offset into the rope. out: the span that holds it, and the offset within that span.
 * failure: false at the rope's end and behind it. promise: never an empty span. */
bool sj_rope_find(const sj_span *spans, size_t count, uint64_t at, size_t *index, uint64_t *within);

/* in: checked spans, an offset into the rope, the bytes wanted from there on, room for pieces. out: the pieces to read, in
 * order, none of them empty; *covered, their bytes: less than wanted at the rope's end or where room ends.
 * failure: 0 pieces at the rope's end. promise: reads no bytes. */
size_t sj_rope_pieces(const sj_span *spans, size_t count, uint64_t at, uint64_t wanted, sj_span *pieces, size_t room,
                      uint64_t *covered);

/* ---- command sets (PS3.7 6.3, 9.3.1) ------------------------------------------------------------------------------- */

enum { SJ_COMMAND_ROOM = 512, SJ_RESPONSE_ROOM = 8192 };

typedef struct sj_response {
    uint16_t command_field, message_id, status, data_set_type;
    bool has_command_field, has_message_id, has_status;
    uint8_t comment_length;
    char comment[64];     /* (0000,0902) Error Comment, LO */
} sj_response;

/* in: UIDs without padding (at most 64 bytes each), message ID. out: a C-STORE-RQ command set; its length.
 * failure: 0 when a UID is longer. promise: at most SJ_COMMAND_ROOM bytes; even length. */
size_t sj_command_store(uint8_t out[SJ_COMMAND_ROOM], const char *class_uid, size_t class_length,
                        const char *instance_uid, size_t instance_length, uint16_t message_id);

/* in: a command set. out: the fields of a response. failure: SJ_BAD_COMMAND. promise: reads only `length` bytes. */
sj_status sj_command_response(const uint8_t *bytes, size_t length, sj_response *out);

/* ---- pdv: fragmentation (PS3.8 9.3.5, annex E.2) --------------------------------------------------------------------- */

enum { SJ_PDV_HEADER = 12 };

typedef struct sj_message {   /* one message: command set, then data set, as one stream of P-DATA-TF PDUs */
    const uint8_t *command;
    uint64_t command_length, data_length;
    uint32_t fragment;        /* bytes of a fragment, even, at least 2 */
    uint8_t context_id;
} sj_message;

/* in: the maximum length received of the peer (0: none) and our own limit (0: none), bytes of a PDU's variable field.
 * out: the largest even fragment that fits. failure: 0 when not even 2 bytes fit. promise: at most SJ_FRAGMENT_MAX. */
enum { SJ_FRAGMENT_MAX = 131072 - 6 };
uint32_t sj_fragment_size(uint32_t peer_maximum, uint32_t own_maximum);

/* in: a message. out: the bytes of all its PDUs. failure: 0 when the sum does not fit. promise: none needed. */
uint64_t sj_message_stream(const sj_message *message);

/* in: offset into the message's PDU stream. out: offset into the data set of the first payload byte at or after it.
 * failure: none. promise: at most data_length. */
uint64_t sj_message_data_at(const sj_message *message, uint64_t stream_offset);

/* in: offset into the message's PDU stream. out: bytes from there to the end of the PDU that it is in (0: on a boundary);
 * *last says whether that PDU ends the message. failure: none. promise: none needed. */
uint64_t sj_message_rest_of_pdu(const sj_message *message, uint64_t stream_offset, bool *last);

/* in: the stream offset to go on from; the data window: `length` bytes of the data set from `window_at`, which must be
 * where sj_message_data_at() points or before it; room for `slots` slices and headers.
 * out: slices that cover the stream from there on, as far as window and slots reach; the bytes that they cover.
 * failure: 0 slices when the window holds nothing that is due. promise: payload is not copied. */
size_t sj_message_slices(const sj_message *message, uint64_t stream_offset, const uint8_t *window, uint64_t window_at,
                         size_t length, struct iovec *slices, uint8_t (*headers)[SJ_PDV_HEADER], size_t slots,
                         uint64_t *covered);

/* ---- inbox: PDUs out of received bytes (PS3.8 9.3) -------------------------------------------------------------------- */

typedef struct sj_inbox {     /* what was received and not yet taken; the buffer, of a PDU at least, is the caller's */
    uint8_t *bytes;
    size_t capacity, start, end;
} sj_inbox;

typedef struct sj_pdu {
    uint8_t type;
    const uint8_t *body;      /* inside the inbox, valid until sj_inbox_room() is called */
    size_t length;
} sj_pdu;

/* in: an inbox. out: the first PDU, taken out. failure: SJ_MORE, SJ_BAD_PDU_TYPE, SJ_BAD_PDU_LENGTH.
 * promise: what fails is not taken out. */
sj_status sj_inbox_take(sj_inbox *inbox, sj_pdu *pdu);

/* in: an inbox. out: where to put bytes, and how many fit. failure: 0 when it is full. promise: keeps what is in it. */
size_t sj_inbox_room(sj_inbox *inbox, uint8_t **at);

typedef struct sj_answer {    /* a response under assembly */
    uint8_t context_id;
    size_t length;
    uint8_t bytes[SJ_RESPONSE_ROOM];
} sj_answer;

/* in: the body of a P-DATA-TF PDU, the context that a response is due on. out: SJ_OK when `answer` holds a whole command
 * set, SJ_MORE when further fragments are due. failure: SJ_BAD_PDV. promise: reads only the body. */
sj_status sj_answer_add(sj_answer *answer, const uint8_t *body, size_t length);

/* ---- jpegls: frames compressed by JPEG-LS (ITU-T T.87; PS3.5 8.2.3, A.4.3) --------------------------------------------- */

enum { SJ_JPEGLS_COMPONENTS = 4 };

typedef enum sj_jpegls_interleave { SJ_JPEGLS_NONE, SJ_JPEGLS_LINE, SJ_JPEGLS_SAMPLE } sj_jpegls_interleave;

typedef struct sj_jpegls_component {
    uint32_t columns, rows;   /* its own: fewer than the image's where it is subsampled */
    uint8_t id, horizontal, vertical;     /* Ci, Hi, Vi */
    bool decoded;             /* its scan was seen */
} sj_jpegls_component;

typedef struct sj_jpegls_scan {
    uint32_t maxval, t1, t2, t3, reset;   /* MAXVAL, T1 to T3, RESET (T.87 C.2.4.1.1) */
    uint32_t near;            /* NEAR: 0 is lossless */
    uint8_t interleave;       /* ILV, of sj_jpegls_interleave */
    uint8_t count;            /* of components in it */
    uint8_t component[SJ_JPEGLS_COMPONENTS];  /* which ones, as indices into sj_jpegls.component */
} sj_jpegls_scan;

typedef struct sj_jpegls {    /* what the marker segments say, up to the scan that they were read to */
    uint32_t columns, rows;   /* X, Y */
    uint8_t precision;        /* P, bits of a sample */
    uint8_t components;       /* Nf */
    bool subsampled;
    sj_jpegls_component component[SJ_JPEGLS_COMPONENTS];
    sj_jpegls_scan scan;
    uint32_t restart;         /* lines of a restart interval; 0: none */
    size_t at;                /* offset into the frame: of the scan's coded bytes, or of what is wrong */
    uint32_t preset[5];       /* MAXVAL, T1 to T3, RESET as the last LSE segment has them; 0: default */
    bool begun;               /* SOI was seen */
} sj_jpegls;

/* in: a frame. out: what it is, up to its first scan. failure: SJ_CODED_TRUNCATED, SJ_CODED_DAMAGED,
 * SJ_CODED_UNSUPPORTED; image->at says where. promise: reads only the frame. */
sj_status sj_jpegls_header(sj_jpegls *image, const uint8_t *bytes, size_t length);

/* in: a header that was read without failure. out: bytes of work area that its decoding wants. failure: 0 where
 * they are too many. promise: grows with the columns, not with the rows. */
size_t sj_jpegls_work(const sj_jpegls *image);

/* in: a header that was read without failure. out: samples of all components. failure: UINT64_MAX where they are
 * too many. promise: columns x rows x components where nothing is subsampled. */
uint64_t sj_jpegls_samples(const sj_jpegls *image);

/* in: a header that was read without failure. out: a number of bits than which its first scan cannot have fewer.
 * failure: none. promise: at least one for each line, so that what claims to be large is not taken at its word. */
uint64_t sj_jpegls_least_bits(const sj_jpegls *image);

/* in: the image after sj_jpegls_header() and the same frame; a work area of sj_jpegls_work() bytes, aligned as by malloc;
 * `container`: bytes of a sample in `out`, 1 or 2, not less than the precision; planar: by component, else by pixel
 * (subsampled ones always by component). out: sj_jpegls_samples() samples, native, little endian. failure:
 * SJ_CODED_*, image->at says about where in the frame. promise: writes only those samples and the work area. */
sj_status sj_jpegls_decode(sj_jpegls *image, const uint8_t *bytes, size_t length, void *work, uint8_t *out,
                           unsigned container, bool planar);

/* ---- jpegll: scans of lossless JPEG (ITU-T T.81 annex H; PS3.5 8.2.1) ------------------------------------------------ */

enum { SJ_JPEGLL_COMPONENTS = 4 };

typedef struct sj_huffman {   /* a DHT segment's table (T.81 B.2.4.2) */
    uint8_t counts[16];       /* codes of each length from 1 on */
    uint8_t values[17];       /* what they mean, in the order of the codes */
} sj_huffman;

typedef struct sj_jpegll {    /* a frame of one scan of all components, none subsampled */
    uint32_t columns, rows;
    uint32_t restart;         /* pixels of a restart interval, whole lines; 0: none */
    uint8_t components, precision, predictor, shift;      /* Nf, P, Ss, Al */
    sj_huffman code[SJ_JPEGLL_COMPONENTS];                /* one for each component */
    size_t at;                /* offset into the scan of what is wrong */
} sj_jpegll;

/* in: a frame; bytes of its scan. out: SJ_OK where it can be decoded. failure: SJ_CODED_UNSUPPORTED, SJ_CODED_DAMAGED: a
 * table is no code; SJ_CODED_TRUNCATED. promise: a frame of a size that the scan cannot fill is refused. */
sj_status sj_jpegll_check(sj_jpegll *image, size_t length);

/* in: a frame that was checked without failure, and the length. out: bytes of work area. failure: none. promise: grows with
 * the scan and the columns, not with the rows. */
size_t sj_jpegll_work(const sj_jpegll *image, size_t length);

/* in: the same, the entropy-coded data of the scan; a work area of sj_jpegll_work() bytes, aligned as by malloc; `container`:
 * bytes of a sample in `out`, 1 or 2. out: the samples by pixel, little endian. failure: SJ_CODED_TRUNCATED,
 * SJ_CODED_DAMAGED, image->at says about where. promise: writes only those samples and the work area. */
sj_status sj_jpegll_decode(sj_jpegll *image, const uint8_t *scan, size_t length, void *work, uint8_t *out,
                           unsigned container);

/* ---- source: files (source.c) -------------------------------------------------------------------------------------- */

typedef struct sj_source {    /* an open file and the window of it that was read last */
    int file;                 /* -1: closed */
    int error;                /* errno of the last SJ_FILE_IO */
    uint64_t file_size, modified;                 /* bytes; nanoseconds */
    uint64_t size;            /* bytes of what is read: the file, or the rope */
    const sj_span *rope;      /* what is read in its place; NULL: the file itself */
    size_t spans;
    uint8_t *window;          /* belongs to the caller */
    size_t capacity, length;
    uint64_t window_at;
} sj_source;

/* in: a path. out: SJ_OK for a regular file, SJ_DIRECTORY for a directory. failure: SJ_FILE_KIND for anything else,
 * SJ_FILE_IO with *error for what is not there. promise: opens nothing. */
sj_status sj_path_kind(const char *path, int *error);

/* in: a path. out: bytes of the regular file there. failure: 0. promise: opens nothing. */
uint64_t sj_path_size(const char *path);

/* in: a path, a window buffer of more than SJ_FRAGMENT_MAX bytes. out: the file open. failure: SJ_FILE_IO, SJ_FILE_KIND,
 * SJ_FILE_EMPTY. promise: never blocks on a FIFO; after failure nothing is open. */
sj_status sj_source_open(sj_source *source, const char *path);

/* in: an open source; a rope that sj_rope_check() let pass, and its length in bytes; it must live until it is replaced. NULL
 * and the file's size: the file itself again. out: from now on, offsets are the rope's. failure: none. promise: the window is empty. */
void sj_source_edit(sj_source *source, const sj_span *rope, size_t count, uint64_t length);

/* in: an open source; a range inside it. out: its bytes. failure: SJ_FILE_IO; SJ_FILE_CHANGED: it is shorter now.
 * promise: the window stays. */
sj_status sj_source_read(sj_source *source, uint64_t at, uint8_t *out, size_t length);

/* in: an open source. out: SJ_OK while the file is as long and as old as when it was opened. failure: SJ_FILE_CHANGED: parts
 * of two versions must not become one object. promise: reads nothing. */
sj_status sj_source_unchanged(const sj_source *source);

/* in: an open source, a scan after sj_scan_init. out: the scan's results. failure: SJ_FILE_IO, SJ_FILE_CHANGED or as
 * sj_scan_step. promise: reads no more than the scan looks at, plus one window. */
sj_status sj_source_scan(sj_source *source, sj_scan *scan);

/* in: an open source; images, fragments or records that were begun in it. out, failure: as one step of them, but for SJ_MORE:
 * sj_source_fragments gives it when the room is full; SJ_FILE_IO, SJ_FILE_CHANGED. promise: reads little but headers. */
sj_status sj_source_image(sj_source *source, sj_images *images);
sj_status sj_source_fragments(sj_source *source, sj_fragments *fragments, uint64_t *offsets, uint32_t *lengths, size_t room,
                              size_t *count);
sj_status sj_source_record(sj_source *source, sj_directory *directory);

/* in: a source. out: closed. failure: none. promise: may be called again. */
void sj_source_close(sj_source *source);

/* in: an open source; where the data set begins in it; an offset into the data set; bytes of a fragment. out: whole
 * fragments from that offset on in the window, `most` bytes or one fragment at least, so that a PDU is never left half sent
 * for want of its file; one byte stays free for a pad. failure: SJ_FILE_IO, SJ_FILE_CHANGED.
 * promise: reads inside the file only. */
sj_status sj_source_load(sj_source *source, uint64_t data_offset, uint64_t at, uint32_t fragment, size_t most);

typedef struct sj_upcoming {  /* the file that will be sent next: prepared while the peer works on the present one */
    sj_source *source;
    sj_scan *scan;
    sj_marks *marks;          /* NULL: none are wanted */
    const char *path;         /* NULL: none */
    sj_expect expect;
    bool done;
    sj_status opened, scanned;
} sj_upcoming;

/* in: source, scan, path, expect; bytes of a fragment. out: opened, scanned (structure checked to the end), done; the
 * window holds the beginning of the data set. failure: in those two. promise: does nothing when done or without path. */
void sj_upcoming_prepare(sj_upcoming *upcoming, uint32_t fragment);

typedef struct sj_window {    /* bytes of a data set on its way out */
    uint8_t *bytes;           /* belong to the caller */
    size_t capacity, length;
    uint64_t at;              /* offset of the first one in the data set */
} sj_window;

typedef struct sj_stream {    /* a data set in another encoding than the stored one, made while it is sent */
    sj_source *source;
    uint64_t data_offset;     /* of the data set in the source */
    uint64_t length;          /* bytes that come out, once measured */
    bool done;                /* all of it was made */
    sj_recode recode;
    sj_window window;         /* what was made and may still have to be sent */
} sj_stream;

/* in: a stream whose source, offset and recode are set. out: length; the recode is wound back. failure: SJ_FILE_*, or as
 * sj_recode_step; the recode says where. promise: the data set's structure was checked to its end. */
sj_status sj_stream_measure(sj_stream *stream);

/* in: a measured stream; an offset into what comes out. out: a window with the bytes from there on: those that it had, and
 * as many new ones as fit. failure: SJ_FILE_IO, SJ_FILE_CHANGED (also: it comes out otherwise than it was measured).
 * promise: the last bytes come only after the file was found unchanged. */
sj_status sj_stream_fill(sj_stream *stream, uint64_t at);

/* ---- pump: sockets (pump.c), and what goes through them (store.c) ------------------------------------------------- */

#define SJ_FOREVER UINT64_MAX

typedef struct sj_wire {      /* a connected socket, non-blocking */
    int socket;
    int error;                /* errno of the last SJ_NET_IO */
    uint8_t abort_source, abort_reason;   /* after SJ_PEER_ABORTED */
    bool alone;               /* one processor: waiting awake would only keep a local peer from it */
    bool sealed;              /* what goes through it are TLS records: its inbox holds no PDUs */
    uint8_t misses;           /* waits in a row for which waiting awake was in vain */
    sj_inbox inbox;
} sj_wire;

/* in: a connected stream socket. out: non-blocking, without Nagle's algorithm. failure: SJ_NET_IO. promise: none needed. */
sj_status sj_wire_prepare(sj_wire *wire);

/* in: bytes; deadline on the monotonic clock in nanoseconds. out: *sent moves on. failure: SJ_PAUSE, SJ_PEER_*, SJ_NET_IO.
 * promise: may be called again after SJ_PAUSE. */
sj_status sj_wire_send(sj_wire *wire, const uint8_t *bytes, size_t length, size_t *sent, uint64_t deadline);

/* in: deadline. out: the next PDU. failure: SJ_PAUSE, SJ_PEER_*, SJ_BAD_PDU_*, SJ_NET_IO. promise: takes one PDU only. */
sj_status sj_wire_receive(sj_wire *wire, sj_pdu *pdu, uint64_t deadline);

/* in: bytes; nanoseconds that may pass without progress; *deadline of the present wait (0: none set). out: *sent moves on.
 * failure, promise: as sj_wire_send; a sealed wire also pauses whenever something came in. */
sj_status sj_wire_press(sj_wire *wire, const uint8_t *bytes, size_t length, size_t *sent, uint64_t stall,
                        uint64_t *deadline);

/* in: deadline. out: SJ_OK, there are more bytes in the inbox. failure: SJ_MORE (there are not, or there is no room),
 * SJ_PAUSE, SJ_PEER_CLOSED, SJ_PEER_SILENT, SJ_NET_IO. promise: looks into none of them. */
sj_status sj_wire_await(sj_wire *wire, uint64_t deadline);

/* in: an inbox of PDUs. out: SJ_OK, or SJ_PEER_ABORTED where an A-ABORT is among them; the wire keeps its source and reason.
 * failure: none. promise: takes nothing out. */
sj_status sj_wire_hear(sj_wire *wire, const sj_inbox *inbox);

/* in: deadline. out: SJ_OK when the peer has closed. failure: SJ_PAUSE, SJ_PEER_SILENT, SJ_NET_IO.
 * promise: what comes is thrown away. */
sj_status sj_wire_drain(sj_wire *wire, uint64_t deadline);

typedef struct sj_store {     /* one C-STORE on its way (PS3.7 9.1.1) */
    sj_message message;
    sj_source *source;
    sj_window *window;        /* holds what goes out, where that is not what is stored; NULL: the source's window does */
    sj_stream *stream;        /* fills the window; NULL: whoever calls does */
    uint64_t data_offset;     /* of the data set in the file */
    uint64_t stored_length;   /* bytes of it, to the end of the file; message.data_length may be one more: a null pad */
    uint64_t stream_length, stream_offset;
    uint64_t stall, patience; /* nanoseconds without progress while sending; waiting for the response */
    uint64_t deadline;        /* of the present wait; 0: none set */
    uint16_t message_id;
    sj_upcoming upcoming;
    sj_answer answer;
    sj_response response;
} sj_store;

/* data_length of a message whose end is not known yet; the window's last byte is then held back */
#define SJ_OPEN_ENDED (UINT64_C(1) << 59)

/* in: a store; room for slices and headers. out: slices of what is due from stream_offset on, out of the bytes at hand, as
 * sj_message_slices. failure: 0 slices when more bytes are wanted. promise: payload is not copied. */
size_t sj_store_due(const sj_store *store, struct iovec *slices, uint8_t (*headers)[SJ_PDV_HEADER], size_t slots,
                    uint64_t *covered);

/* in: a store that wants more bytes. out: they are at hand. failure: SJ_MORE (whoever fills the window is to bring them),
 * SJ_FILE_*. promise: as sj_source_load and sj_stream_fill. */
sj_status sj_store_refill(sj_store *store);

/* in: a store; a buffer of at least the message's largest PDU (SJ_PDU_ROOM at most), *made bytes of which are taken. out:
 * the next PDUs of the message behind those, as many as there is room for; *made and stream_offset move on; SJ_OK when
 * there is no room for another one, or no other one. failure: SJ_MORE, SJ_FILE_*, as sj_store_refill; what was made before stands.
 * promise: whole PDUs only; an empty buffer takes one at least. */
enum { SJ_PDU_ROOM = SJ_FRAGMENT_MAX + SJ_PDV_HEADER };
sj_status sj_store_compose(sj_store *store, uint8_t *out, size_t room, size_t *made);

/* in: a PDU that came in while the response is due. out: the response, decoded and checked. failure: SJ_MORE (a fragment: others
 * are due), SJ_PEER_ABORTED, SJ_PEER_RELEASES, SJ_PEER_STALLED (a fragment that came after the deadline), SJ_BAD_*,
 * SJ_WRONG_*. promise: reads only the PDU. */
sj_status sj_store_heed(sj_wire *wire, sj_store *store, const sj_pdu *pdu);

/* in: a wire, a store whose message, source, offsets and times are set. out: the response, decoded and checked.
 * failure: SJ_PAUSE (call again), SJ_MORE (the window wants more, from sj_message_data_at() on), SJ_FILE_*, SJ_PEER_*, SJ_BAD_*, SJ_WRONG_*, SJ_NET_IO.
 * promise: a file failure leaves the stream on a PDU boundary, before the last fragment. */
sj_status sj_store_run(sj_wire *wire, sj_store *store);

/* in: a store that another thread may be sending. out: bytes of the message's stream that were sent, and that it has: 0
 * while that is not known. failure: none. promise: reads these counters only, each in one piece. */
void sj_store_look(const sj_store *store, uint64_t *sent, uint64_t *length);

/* in: a store that was given up. out: SJ_OK when the stream stands on a PDU boundary, so that A-ABORT may follow.
 * failure: SJ_PEER_STALLED, SJ_PEER_SILENT, SJ_PEER_CLOSED: only closing is left. promise: the message is never completed. */
sj_status sj_store_settle(sj_wire *wire, sj_store *store, uint64_t deadline);

/* in: nothing. out: the monotonic clock in nanoseconds. failure: none. promise: never 0. */
uint64_t sj_now(void);

#endif
