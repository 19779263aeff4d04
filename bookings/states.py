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
TRAINING = moves(requested="booked cancelled", booked="done requested cancelled", done="", cancelled="")
