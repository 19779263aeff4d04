"""Tables of states: what may follow what."""

from lotsen.kernel.moves import moves

HOME_VISIT = moves(
    requested="scheduled cancelled",
    scheduled="assigned requested cancelled",
    assigned="done missed scheduled cancelled",
    missed="requested cancelled",
    done="",
    cancelled="",
)
OFFER = moves(
    open="accepted declined expired withdrawn", accepted="returned", declined="", expired="", withdrawn="", returned=""
)
REFERRAL = moves(draft="sent", sent="confirmed refused", confirmed="", refused="")
TRAINING = moves(requested="booked cancelled", booked="done requested cancelled", done="", cancelled="")
CLOSED = frozenset({"done", "cancelled"})
"""A visit that is over, one way or the other: nothing of the request changes any more."""
PROPOSED_DATE = moves(open="yes no expired withdrawn", yes="", no="", expired="", withdrawn="")
MATCHING_ROUND = moves(
    queued="running stopped failed", running="solved stopped failed", solved="", stopped="", failed=""
)
