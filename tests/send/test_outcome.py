"""What an outcome says of itself."""

from storejet.errors import Aborted, InputError, InternalError, MissingPlugin, NetworkError
from storejet.send.sender import FAILED, LOST, UNSENT, Outcome, connection_lost, failure_text


def test_a_failing_status_names_the_peer_and_its_comment_on_one_line() -> None:
    outcome = Outcome(FAILED, 0xA700, "disk full\nE: all is well\x1b[1A ")
    assert failure_text("a\nb.dcm", outcome) == (
        "Store Failed, file: a\\nb.dcm: peer answered status 0xa700: Refused: OutOfResources"
        " (disk full\\nE: all is well\\x1b[1A)"
    )


def test_a_file_that_is_at_fault_is_a_bad_file() -> None:
    assert failure_text("x", Outcome(UNSENT, error=InputError("is empty"))) == "Bad DICOM file: x: is empty"


def test_a_lost_association_carries_the_code() -> None:
    lost = Outcome(LOST, error=Aborted("peer aborted the association", "0006:0317"))
    assert failure_text("x", lost) == "Store Failed, file: x: 0006:0317 peer aborted the association"


def test_a_decoder_that_does_not_work_is_no_lost_connection() -> None:
    """What is left goes over another association, and --strict-exit does not blame the network."""
    assert connection_lost(Outcome(LOST, error=Aborted("peer aborted the association", "0006:0317")))
    assert connection_lost(Outcome(LOST, error=NetworkError("the connection was reset")))
    for error in (InputError("changed"), MissingPlugin("not installed"), InternalError("a promise is broken")):
        assert not connection_lost(Outcome(LOST, error=error)), error
    assert not connection_lost(Outcome(UNSENT, error=NetworkError("never")))
