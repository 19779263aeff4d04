"""Tables of states: what may follow what."""

from lotsen.kernel.moves import moves

VOLUNTEER = moves(applied="active left", active="paused left", paused="active left", left="")
