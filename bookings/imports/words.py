"""What an import did, in sentences: the same ones on the terminal and on the coordinator's page."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bookings.imports.city import Outcome
from lotsen.kernel.imports import Counts


def count_words(counts: Counts) -> str:
    """ "3 neu, 1 geändert, 44 gleich"."""
    return _("%(new)d neu, %(changed)d geändert, %(same)d gleich") % {
        "new": counts.new,
        "changed": counts.changed,
        "same": counts.same,
    }


def summary(outcome: Outcome) -> str:
    """One sentence about the whole."""
    if outcome.problems:
        return ngettext(
            "Nichts wurde übernommen. Eine Zeile ist noch falsch. Ihre Daten sind unverändert.",
            "Nichts wurde übernommen. %(count)d Zeilen sind noch falsch. Ihre Daten sind unverändert.",
            outcome.bad_rows,
        ) % {"count": outcome.bad_rows}
    if outcome.changes_nothing:
        return _("Diese Datei ist schon übernommen. Nichts ist neu.")
    total = Counts(
        sum(one.new for one in outcome.counts.values()),
        sum(one.changed for one in outcome.counts.values()),
        sum(one.same for one in outcome.counts.values()),
    )
    return f"{count_words(total)}."
