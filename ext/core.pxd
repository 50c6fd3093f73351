# core.h restated for Cython: only what the door uses.
from libc.stdint cimport uint8_t, uint16_t, uint32_t, uint64_t

cdef extern from "core.h" nogil:
    ctypedef enum sj_status:
        SJ_OK
        SJ_MORE
        SJ_DIRECTORY
        SJ_PAUSE
        SJ_FILE_IO
        SJ_FILE_KIND
        SJ_FILE_EMPTY
        SJ_FILE_CHANGED
        SJ_TRUNCATED
        SJ_TOO_LARGE
        SJ_ENCAPSULATED
        SJ_CODED_TRUNCATED
        SJ_CODED_DAMAGED
        SJ_CODED_UNSUPPORTED
        SJ_CODED_MISMATCH
        SJ_PEER_ABORTED
        SJ_PEER_RELEASES
        SJ_PEER_CLOSED
        SJ_PEER_SILENT
        SJ_PEER_STALLED
        SJ_BAD_PDU_TYPE
        SJ_BAD_PDU_LENGTH
        SJ_WRONG_COMMAND
        SJ_WRONG_MESSAGE_ID
        SJ_MAX_LENGTH_TOO_SMALL
        SJ_NET_IO

    const char *sj_status_text(sj_status status)
    const char *sj_status_hint(sj_status status)

    enum:
        SJ_COMMAND_ROOM
        SJ_FRAGMENT_MAX
        SJ_OPAQUE
    const uint64_t SJ_FOREVER

    ctypedef enum sj_expect:
        SJ_EXPECT_ANY
    ctypedef enum sj_extent:
        SJ_READ_META
    ctypedef enum sj_encoding:
        SJ_EXPLICIT_BIG

    ctypedef struct sj_uid:
        uint8_t length
        bint present
        bint overlong
        char *text

    enum:
        SJ_MARK_COUNT

    ctypedef struct sj_mark:
        uint64_t offset
        uint32_t tag
        uint32_t length
        uint8_t header
        uint8_t kept
        uint8_t *vr
        bint found
        bint repeated
        uint8_t *value

    ctypedef struct sj_marks:
        sj_mark *rows

    ctypedef struct sj_frame:
        uint32_t tag

    ctypedef struct sj_scan:
        uint64_t position
        uint64_t data_set_offset
        uint64_t error_offset
        uint32_t error_tag
        sj_uid meta_class
        sj_uid meta_instance
        sj_uid meta_syntax
        sj_uid class_uid
        sj_uid instance_uid
        uint8_t encoding
        bint has_preamble
        bint has_meta
        bint guessed
        bint structure_known
        uint8_t spaced
        sj_marks *marks
        uint32_t depth
        sj_frame *frames

    void sj_scan_init(sj_scan *scan, uint64_t file_size, sj_expect expect, sj_extent extent)
    void sj_scan_init_data_set(sj_scan *scan, uint64_t size, sj_encoding encoding)
    void sj_scan_mark(sj_scan *scan, sj_marks *marks)
    sj_status sj_scan_step(sj_scan *scan, const uint8_t *window, size_t length)
    void sj_scan_identity(sj_scan *scan, const uint8_t *bytes, size_t length)

    enum:
        SJ_RECODE_ROOM
    const uint64_t SJ_SIZE_UNKNOWN

    ctypedef struct sj_lexicon_row:
        uint16_t vr
        uint16_t creator
        uint16_t group_first
        uint16_t group_last
        uint16_t element_first
        uint16_t element_last
        uint8_t group_parity
        uint8_t element_parity

    ctypedef struct sj_lexicon_creator_name:
        const char *text
        size_t length

    ctypedef struct sj_lexicon:
        const sj_lexicon_row *exact
        size_t exact_count
        const sj_lexicon_row *ranges
        size_t range_count
        const sj_lexicon_creator_name *creators
        size_t creator_count

    uint16_t sj_lexicon_creator(const sj_lexicon *lexicon, const uint8_t *name, size_t length)
    uint16_t sj_dictionary_creator(const uint8_t *name, size_t length)
    uint16_t sj_lexicon_vr(const sj_lexicon *lexicon, uint16_t creator, uint32_t tag)
    uint16_t sj_dictionary_vr(uint32_t tag)
    uint16_t sj_dictionary_private_vr(uint16_t creator, uint32_t tag)

    ctypedef struct sj_recode:
        uint64_t taken
        uint64_t made
        uint64_t error_offset
        uint32_t error_tag
        uint8_t signed_pixels

    void sj_recode_init(sj_recode *recode, sj_encoding source, sj_encoding target, bint old_vrs, const sj_lexicon *own,
                        uint64_t size)
    void sj_recode_rewind(sj_recode *recode)
    sj_status sj_recode_step(sj_recode *recode, const uint8_t *bytes, size_t length, bint ends, uint8_t *out, size_t room)
    bint sj_recode_pass(sj_recode *recode, uint64_t count)
    ctypedef struct sj_descend:
        uint64_t position
        uint64_t error_offset
        uint32_t error_tag

    enum:
        SJ_IMAGE_MARK_COUNT

    ctypedef struct sj_image_parent:
        uint64_t at
        uint32_t length

    ctypedef struct sj_image:
        const sj_mark *marks
        uint64_t offset
        uint64_t first_item
        uint64_t end
        uint16_t depth
        uint8_t header
        uint8_t *vr
        uint16_t parent_count
        sj_image_parent *parents

    ctypedef struct sj_images:
        sj_descend walk
        bint done
        sj_image image

    void sj_images_init(sj_images *images, uint64_t position, uint64_t size, sj_encoding encoding)

    ctypedef struct sj_fragments:
        uint64_t position
        uint64_t error_offset
        uint64_t table
        uint32_t table_length
        uint32_t error_tag
        bint done

    void sj_fragments_init(sj_fragments *fragments, uint64_t first_item, uint64_t size)

    ctypedef struct sj_record:
        uint64_t offset
        sj_uid class_uid
        sj_uid instance_uid
        sj_uid syntax_uid
        uint16_t file_kept
        uint8_t *file

    ctypedef struct sj_directory:
        sj_descend walk
        bint done
        sj_record record

    void sj_directory_init(sj_directory *directory, uint64_t position, uint64_t size, sj_encoding encoding)

    ctypedef struct sj_span:
        const uint8_t *bytes
        uint64_t at
        uint64_t length

    sj_status sj_rope_check(const sj_span *spans, size_t count, uint64_t file_size, uint64_t *total)

    ctypedef struct sj_response:
        uint16_t status
        uint8_t comment_length
        char *comment

    size_t sj_command_store(uint8_t *out, const char *class_uid, size_t class_length, const char *instance_uid,
                            size_t instance_length, uint16_t message_id)

    ctypedef struct sj_message:
        const uint8_t *command
        uint64_t command_length
        uint64_t data_length
        uint32_t fragment
        uint8_t context_id

    enum:
        SJ_PDV_HEADER

    uint32_t sj_fragment_size(uint32_t peer_maximum, uint32_t own_maximum)
    uint64_t sj_message_stream(const sj_message *message)

    ctypedef struct sj_inbox:
        uint8_t *bytes
        size_t capacity
        size_t start
        size_t end

    ctypedef struct sj_pdu:
        uint8_t type
        const uint8_t *body
        size_t length

    sj_status sj_inbox_take(sj_inbox *inbox, sj_pdu *pdu)
    size_t sj_inbox_room(sj_inbox *inbox, uint8_t **at)

    ctypedef struct sj_answer:
        uint8_t context_id
        size_t length
        uint8_t bytes[8192]

    ctypedef struct sj_source:
        int file
        int error
        uint64_t size
        uint64_t file_size
        const sj_span *rope
        uint8_t *window
        size_t capacity
        size_t length

    sj_status sj_source_read(sj_source *source, uint64_t at, uint8_t *out, size_t length)
    sj_status sj_source_unchanged(const sj_source *source)
    sj_status sj_path_kind(const char *path, int *error)
    uint64_t sj_path_size(const char *path)
    sj_status sj_source_open(sj_source *source, const char *path)
    sj_status sj_source_scan(sj_source *source, sj_scan *scan)
    void sj_source_edit(sj_source *source, const sj_span *rope, size_t count, uint64_t length)
    sj_status sj_source_image(sj_source *source, sj_images *images)
    sj_status sj_source_fragments(sj_source *source, sj_fragments *fragments, uint64_t *offsets, uint32_t *lengths,
                                  size_t room, size_t *count)
    sj_status sj_source_record(sj_source *source, sj_directory *directory)
    void sj_source_close(sj_source *source)

    ctypedef struct sj_window:
        uint8_t *bytes
        size_t capacity
        size_t length
        uint64_t at

    ctypedef struct sj_stream:
        sj_source *source
        uint64_t data_offset
        uint64_t length
        bint done
        sj_recode recode
        sj_window window

    sj_status sj_stream_measure(sj_stream *stream)
    sj_status sj_stream_fill(sj_stream *stream, uint64_t at)

    ctypedef struct sj_wire:
        int socket
        int error
        uint8_t abort_source
        uint8_t abort_reason
        bint sealed
        sj_inbox inbox

    sj_status sj_wire_prepare(sj_wire *wire)
    sj_status sj_wire_send(sj_wire *wire, const uint8_t *bytes, size_t length, size_t *sent, uint64_t deadline)
    sj_status sj_wire_receive(sj_wire *wire, sj_pdu *pdu, uint64_t deadline)
    sj_status sj_wire_press(sj_wire *wire, const uint8_t *bytes, size_t length, size_t *sent, uint64_t stall,
                            uint64_t *deadline)
    sj_status sj_wire_await(sj_wire *wire, uint64_t deadline)
    sj_status sj_wire_hear(sj_wire *wire, const sj_inbox *inbox)
    sj_status sj_wire_drain(sj_wire *wire, uint64_t deadline)

    ctypedef struct sj_upcoming:
        sj_source *source
        sj_scan *scan
        sj_marks *marks
        const char *path
        sj_expect expect
        bint done
        sj_status opened
        sj_status scanned

    ctypedef struct sj_store:
        sj_message message
        sj_source *source
        sj_window *window
        sj_stream *stream
        uint64_t data_offset
        uint64_t stored_length
        uint64_t stream_length
        uint64_t stream_offset
        uint64_t stall
        uint64_t patience
        uint64_t deadline
        uint16_t message_id
        sj_upcoming upcoming
        sj_answer answer
        sj_response response

    const uint64_t SJ_OPEN_ENDED
    uint64_t sj_message_data_at(const sj_message *message, uint64_t stream_offset)
    void sj_upcoming_prepare(sj_upcoming *upcoming, uint32_t fragment)
    sj_status sj_store_compose(sj_store *store, uint8_t *out, size_t room, size_t *made)
    sj_status sj_store_heed(sj_wire *wire, sj_store *store, const sj_pdu *pdu)
    sj_status sj_store_run(sj_wire *wire, sj_store *store)
    void sj_store_look(const sj_store *store, uint64_t *sent, uint64_t *length)
    sj_status sj_store_settle(sj_wire *wire, sj_store *store, uint64_t deadline)
    uint64_t sj_now()

    ctypedef struct sj_rle:
        uint64_t frame_length
        uint64_t error_offset

    sj_status sj_rle_open(sj_rle *rle, const uint8_t *stream, size_t length, uint64_t pixels, unsigned samples,
                          unsigned bits, unsigned planar)
    sj_status sj_rle_decode(sj_rle *rle, uint8_t *out)
    enum:
        SJ_JPEGLL_COMPONENTS

    ctypedef struct sj_huffman:
        uint8_t counts[16]
        uint8_t values[17]

    ctypedef struct sj_jpegll:
        uint32_t columns, rows, restart
        uint8_t components, precision, predictor, shift
        sj_huffman code[4]
        size_t at

    sj_status sj_jpegll_check(sj_jpegll *image, size_t length)
    size_t sj_jpegll_work(const sj_jpegll *image, size_t length)
    sj_status sj_jpegll_decode(sj_jpegll *image, const uint8_t *scan, size_t length, void *work, uint8_t *out,
                               unsigned container)

    ctypedef struct sj_jpegls_scan:
        uint32_t near
        uint8_t interleave

    ctypedef struct sj_jpegls:
        uint32_t columns, rows
        uint8_t precision, components
        bint subsampled
        sj_jpegls_scan scan
        size_t at

    sj_status sj_jpegls_header(sj_jpegls *image, const uint8_t *bytes, size_t length)
    size_t sj_jpegls_work(const sj_jpegls *image)
    uint64_t sj_jpegls_samples(const sj_jpegls *image)
    uint64_t sj_jpegls_least_bits(const sj_jpegls *image)
    sj_status sj_jpegls_decode(sj_jpegls *image, const uint8_t *bytes, size_t length, void *work, uint8_t *out,
                               unsigned container, bint planar)
