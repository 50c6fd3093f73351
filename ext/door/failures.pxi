# What a failed call means, as an exception; spans of time as the kernels count them.


cdef enum:
    TLS_ALERT = 0x15                # type of a record (RFC 8446 5.1)


cdef str words(sj_status status):
    return core.sj_status_text(status).decode("ascii")


cdef object advised(sj_status status, object error):
    """The exception, with what may be tried."""
    error.hint = core.sj_status_hint(status).decode("ascii")
    return error


#: what may be tried where the system does not let us read a file
cdef dict READING = {
    EACCES: "let this user read it",
    EPERM: "let this user read it",
    ENOENT: "check the name",
    ENOTDIR: "check the name",
    ENAMETOOLONG: "check the name",
    ELOOP: "check the links",
    EMFILE: "allow more open files (ulimit -n)",
    ENFILE: "end other programs: the system has no more open files to give",
    EIO: "copy it from elsewhere, its disk may be failing",
    ESTALE: "send it again, its file system was away",
}


cdef object placed(str text, uint64_t offset, uint32_t tag, str whole=""):
    """The exception for what is wrong at a place of a file, or of ``whole``."""
    if tag:
        text = f"{text} (element ({tag >> 16:04x},{tag & 0xFFFF:04x}) at byte {offset}{whole})"
    elif offset:
        text = f"{text} (at byte {offset}{whole})"
    return InputError(text, "", offset, tag)


cdef object damage(sj_status status, uint64_t offset, uint32_t tag, str whole="", str more=""):
    """As ``placed``, in the words of a status and ``more``."""
    return advised(status, placed(words(status) + more, offset, tag, whole))


#: what an offset counts in where a data set is given in pieces
cdef str INFLATED = " of the inflated data set"


cdef object file_failure(sj_status status, core.sj_source *source, core.sj_scan *scan):
    """The exception for what is wrong with a file."""
    text = words(status)
    if status == core.SJ_FILE_IO:
        reason = strerror(source.error).decode("utf-8", "replace")
        error = Unreadable(f"{text}: {reason}")
        error.hint = READING.get(source.error, "")
        return error
    if scan == NULL or status <= core.SJ_FILE_CHANGED:
        return advised(status, InputError(text))
    return damage(status, scan.error_offset, scan.error_tag)


cdef object recode_failure(sj_status status, core.sj_source *source, core.sj_recode *recode, uint64_t begin):
    """The exception for what makes a data set impossible to re-encode; ``begin``: where it begins in its file."""
    if source != NULL and (status == core.SJ_FILE_IO or status == core.SJ_FILE_CHANGED):
        return file_failure(status, source, NULL)
    return damage(status, begin + recode.error_offset, recode.error_tag, "" if source != NULL else INFLATED)


cdef object check(sj_status status, core.sj_wire *wire, str silent_code):
    """Raises what a failed call on a wire means; returns on SJ_OK."""
    if status == core.SJ_OK:
        return
    raise advised(status, failed_call(status, wire, silent_code))


cdef object failed_call(sj_status status, core.sj_wire *wire, str silent_code):
    text = words(status)
    if status == core.SJ_NET_IO:
        reason = strerror(wire.error).decode("utf-8", "replace")
        return NetworkError(f"{text}: {reason}", "0006:031d")
    if status == core.SJ_PEER_ABORTED:
        return Aborted(f"{text} (source {wire.abort_source}, reason {wire.abort_reason})", "0006:0317")
    if status == core.SJ_PEER_CLOSED:
        return Aborted(text, "0006:0317")
    if status == core.SJ_PEER_RELEASES:
        return ReleaseRequested(text, "0006:0319")
    if status == core.SJ_PEER_SILENT or status == core.SJ_PEER_STALLED:
        return TimedOut(text, silent_code)
    if status == core.SJ_BAD_PDU_TYPE:
        if not wire.sealed and wire.inbox.bytes[wire.inbox.start] == TLS_ALERT:
            text = "peer answered with an alert of TLS: it wants TLS on this port (+tls, +tla)"
            return ProtocolError(text, "0006:0321")
        return ProtocolError(text + " (Unrecognized PDU type)", "0006:0321")
    if core.SJ_BAD_PDU_LENGTH <= status < core.SJ_NET_IO:
        return ProtocolError(text, "0006:0211")
    return InternalError(text)


cdef uint64_t nanoseconds(double seconds):
    """A time span; negative means without end."""
    if not 0 <= seconds <= 1e9:  # so that NaN, too, is no limit
        return core.SJ_FOREVER
    return <uint64_t>(seconds * 1e9)


cdef uint64_t deadline_in(double seconds):
    cdef uint64_t span = nanoseconds(seconds)
    return core.SJ_FOREVER if span == core.SJ_FOREVER else core.sj_now() + span
