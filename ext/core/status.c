/* Words for each status: one row a value, in the order of core.h. */
#include "core.h"

static const char *const texts[SJ_STATUS_COUNT] = {
    [SJ_OK] = "ok",
    [SJ_MORE] = "more bytes are wanted",
    [SJ_DIRECTORY] = "is a directory",
    [SJ_PAUSE] = "paused",
    [SJ_FILE_IO] = "cannot be read",
    [SJ_FILE_KIND] = "is not a regular file",
    [SJ_FILE_EMPTY] = "is empty (End of stream)",
    [SJ_FILE_CHANGED] = "changed while it was being sent",
    [SJ_NOT_DICOM] = "is not a DICOM file or data set",
    [SJ_NO_META] = "has no file meta information (File meta information header missing)",
    [SJ_HAS_META] = "has file meta information, but a bare data set was asked for",
    [SJ_NO_SYNTAX] = "has no Transfer Syntax UID in its file meta information",
    [SJ_TRUNCATED] = "is truncated: it ends inside an element (premature end of stream)",
    [SJ_BAD_ELEMENT] = "is damaged: an element or delimiter does not fit its sequence or item",
    [SJ_TOO_DEEP] = "nests sequences too deeply",
    [SJ_TOO_LARGE] = "has a length that no file can hold",
    [SJ_ENCAPSULATED] = "holds compressed pixel data that only an encapsulated transfer syntax can carry",
    [SJ_CODED_TRUNCATED] = "compressed frame ends before all its pixels are there",
    [SJ_CODED_DAMAGED] = "compressed frame is damaged",
    [SJ_CODED_UNSUPPORTED] = "compressed frame makes use of what is not supported",
    [SJ_CODED_MISMATCH] = "compressed frame is of another size or kind than the Image Pixel attributes say",
    [SJ_PEER_ABORTED] = "peer aborted the association",
    [SJ_PEER_RELEASES] = "peer requested release of the association instead of answering",
    [SJ_PEER_CLOSED] = "peer closed the connection without a word",
    [SJ_PEER_SILENT] = "peer did not answer in time",
    [SJ_PEER_STALLED] = "peer stopped taking or sending bytes in the middle of a message",
    [SJ_BAD_PDU_TYPE] = "peer sent something that is not a DICOM PDU",
    [SJ_BAD_PDU_LENGTH] = "peer sent a PDU with an impossible length",
    [SJ_BAD_PDV] = "peer sent a malformed presentation data value, or one on another presentation context",
    [SJ_BAD_COMMAND] = "peer sent a malformed command set",
    [SJ_WRONG_COMMAND] = "peer sent another command than the response that was due",
    [SJ_WRONG_MESSAGE_ID] = "peer sent a response to another message",
    [SJ_MAX_LENGTH_TOO_SMALL] = "peer's maximum length leaves no room for data",
    [SJ_NET_IO] = "connection failed",
};

const char *sj_status_text(sj_status status)
{
    if ((unsigned)status >= SJ_STATUS_COUNT || texts[status] == NULL)
        return "unknown status";
    return texts[status];
}

/* What a person may try, for what is not ours to mend; the door and the tools know more of some (options, time limits). */
static const char *const hints[SJ_STATUS_COUNT] = {
    [SJ_FILE_KIND] = "name the file itself",
    [SJ_FILE_EMPTY] = "fetch it again from where it came",
    [SJ_FILE_CHANGED] = "send it again once nothing writes to it any more",
    [SJ_NOT_DICOM] = "leave it out",
    [SJ_NO_META] = "accept data sets without meta information (+f)",
    [SJ_HAS_META] = "accept files with meta information (+f)",
    [SJ_NO_SYNTAX] = "have it written again by what made it",
    [SJ_TRUNCATED] = "fetch it again from where it came",
    [SJ_BAD_ELEMENT] = "fetch it again from where it came, or look at that place (dcmdump)",
    [SJ_TOO_DEEP] = "have it written again by what made it",
    [SJ_TOO_LARGE] = "fetch it again from where it came, or look at that place (dcmdump)",
    [SJ_ENCAPSULATED] = "have it written again with its true transfer syntax",
    [SJ_CODED_TRUNCATED] = "fetch it again from where it came, or send it to a peer that takes it compressed",
    [SJ_CODED_DAMAGED] = "fetch it again from where it came, or send it to a peer that takes it compressed",
    [SJ_CODED_UNSUPPORTED] = "send it to a peer that takes it compressed",
    [SJ_CODED_MISMATCH] = "fetch it again from where it came, or send it to a peer that takes it compressed",
    [SJ_PEER_ABORTED] = "look into the peer's log, which tells why",
    [SJ_PEER_RELEASES] = "look into the peer's log, which tells why",
    [SJ_PEER_CLOSED] = "look into the peer's log, which tells why",
    [SJ_PEER_STALLED] = "look whether the peer hangs, or its disk is full",
    [SJ_BAD_PDU_TYPE] = "check that this is a DICOM port, and that it does not want TLS",
    [SJ_BAD_PDU_LENGTH] = "check that this is a DICOM port, and that it does not want TLS",
    [SJ_BAD_PDV] = "report it to the peer's maker",
    [SJ_BAD_COMMAND] = "report it to the peer's maker",
    [SJ_WRONG_COMMAND] = "report it to the peer's maker",
    [SJ_WRONG_MESSAGE_ID] = "report it to the peer's maker",
    [SJ_MAX_LENGTH_TOO_SMALL] = "let the peer accept larger PDUs",
    [SJ_NET_IO] = "check the network, then send again what was not stored",
};

const char *sj_status_hint(sj_status status)
{
    if ((unsigned)status >= SJ_STATUS_COUNT || hints[status] == NULL)
        return "";
    return hints[status];
}
