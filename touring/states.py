"""Tables of states: what may follow what."""

from lotsen.kernel.moves import moves

TOUR_PLAN = moves(draft="published", published="superseded", superseded="")
PLAN_RUN = moves(queued="running stopped failed", running="solved failed stopped", solved="", failed="", stopped="")
PLAN_RUN_PART = moves(queued="running dropped", running="done queued failed dropped", done="", failed="", dropped="")
REQUEST_STOP = moves(held="planned dropped", planned="served held dropped", served="", dropped="")
