"""Tables of states: what may follow what."""

from lotsen.kernel.moves import moves

VOLUNTEER = moves(
    applied="active left",
    active="paused suspended left",
    paused="active suspended left",
    suspended="active left",
    left="",
)
APPLICATION = moves(received="accepted declined", accepted="", declined="")
OTHER_WORK = moves(entered="confirmed refused", confirmed="", refused="")
EXPENSE = moves(submitted="accepted refused", accepted="paid refused", refused="", paid="")
