"""Files with data of many people, as this room hands them out: the list for the treasury."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lotsen.kernel.journal import record_reads
from lotsen.kernel.sheets import csv_bytes
from lotsen.people.exports import Kind, Made, number_in
from lotsen.people.models import Role, User
from volunteers.models import PaymentRun, Volunteer
from volunteers.words import euros

PAYMENT = "payment"


def people_paid(about: str) -> int:
    """How many people are in this list."""
    return Volunteer.objects.filter(expenses__run=number_in(about)).distinct().count()


def payment_file(about: str, by: User, at: datetime) -> Made:
    """One list for the treasury, by person, without bank data: it pays by its own records and our reference."""
    run = PaymentRun.objects.get(pk=number_in(about))
    sums = Volunteer.objects.filter(expenses__run=run).select_related("user").order_by("key")
    people = list(sums.annotate(cents=Sum("expenses__amount_cents"), count=Count("expenses")))
    record_reads(people, fields=["name"], why="payment", by=by, at=at)
    head = [_("Verwendungszweck"), _("Schlüssel"), _("Name"), _("Auslagen"), _("Betrag in Euro")]
    lines = [[f"{run.name}-{one.key}", one.key, one.user.name, one.count, euros(one.cents)] for one in people]
    return Made(csv_bytes([head, *lines]), "text/csv; charset=utf-8", f"auszahlung-{run.name}.csv")


EXPORTS = {
    PAYMENT: Kind(
        gettext_lazy("Liste für die Kasse"),
        gettext_lazy("Auslagen auszahlen"),
        frozenset({Role.COORDINATOR}),
        people_paid,
        payment_file,
    )
}
