"""What the tools say about each object at ``--verbose`` and ``--debug``, in the words that scripts look for.

Loaded only at these levels. ``verb`` is the tool's word for the request: ``Store`` (storescu) or ``C-STORE`` (dcmsend).
"""

from storejet.plan.names import syntax_name
from storejet.tables.sopclasses import modality
from storejet.tables.status import status_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from storejet.log import Log
    from storejet.plan.inspect import Instance
    from storejet.send.session import Session


def say_sending(log: "Log", verb: str, session: "Session", context: int, instance: "Instance", message_id: int) -> None:
    """Before an object is sent. storescu speaks of a conversion even where both transfer syntaxes are the same."""
    accepted = session.usable[context][1]
    if verb == "Store" or instance.syntax != accepted:
        log.info(f"Converting transfer syntax: {syntax_name(instance.syntax)} -> {syntax_name(accepted)}")
    if verb == "C-STORE" and log.debugging:
        log.info("Sending C-STORE Request")
    else:
        log.info(f"Sending {verb} Request (MsgID {message_id}, {modality(instance.class_uid)})")
    if log.debugging:
        from storejet.ul.describe_dimse import describe_store_request

        shown = context if verb == "C-STORE" else 0
        log.dump(describe_store_request(message_id, instance.class_uid, instance.instance_uid, shown))


def say_received(log: "Log", verb: str, session: "Session", context: int, status: int) -> None:
    """After its response has come: at --debug the status stands in the dump of the message."""
    if not log.debugging:
        log.info(f"Received {verb} Response ({status_text(status)})")
        return
    pdus, data = session.data_pdus, session.data_bytes
    sent = f"Sent in {pdus} P-DATA-TF PDU{'s' if pdus != 1 else ''}"
    log.debug(f"{sent}: {data} bytes of a data set, {session.fragment} at most in each")
    from storejet.ul.describe_dimse import describe_details, describe_response

    log.info(f"Received {verb} Response")
    log.dump(describe_response(session.answer, context))
    details = describe_details(session.answer)
    if details:
        log.dump(["Status Detail:" if verb == "Store" else "Response has status detail:", *details])
