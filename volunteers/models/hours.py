from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from volunteers import states
from volunteers.models.people import Topic, Volunteer


class Course(models.Model):
    """A course for volunteers. `taken` counts the places given; the database refuses more than there are.

    `is_basic`: who takes part has the training that a visit needs. `minutes` is what counts as hours.
    """

    title = models.CharField(max_length=100)
    topic = models.ForeignKey(Topic, null=True, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    starts = models.CharField(max_length=5, blank=True, help_text="on the clock: 14:30")
    minutes = models.PositiveSmallIntegerField()
    held_at = models.CharField(max_length=120, blank=True)
    held_by = models.CharField(max_length=100)
    places = models.PositiveSmallIntegerField()
    taken = models.PositiveSmallIntegerField(default=0)
    is_basic = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(taken__lte=F("places")), name="course_never_oversold"),
            models.CheckConstraint(condition=Q(minutes__gte=1, minutes__lte=1440), name="course_minutes_sane"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def free(self) -> int:
        return self.places - self.taken


class CoursePlace(models.Model):
    """One volunteer's place in a course; `attended` is None until somebody has ticked the list."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="held_places")
    volunteer = models.ForeignKey(Volunteer, on_delete=models.CASCADE, related_name="course_places")
    signed_at = models.DateTimeField()
    attended = models.BooleanField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["course", "volunteer"], name="course_place_once")]

    def __str__(self) -> str:
        return f"{self.course_id} {self.volunteer_id}"


class OtherWork(models.Model):
    """Hours that are neither visit nor course, entered by the volunteer, counted once a coordinator has confirmed."""

    class State(models.TextChoices):
        ENTERED = "entered", _("eingetragen")
        CONFIRMED = "confirmed", _("bestätigt")
        REFUSED = "refused", _("nicht bestätigt")

    moves = states.OTHER_WORK

    volunteer = models.ForeignKey(Volunteer, on_delete=models.CASCADE, related_name="other_work")
    state = models.CharField(max_length=10, choices=State.choices, default=State.ENTERED)
    on = models.DateField()
    minutes = models.PositiveSmallIntegerField()
    what = models.CharField(max_length=120)
    because = models.CharField(max_length=200, blank=True)
    entered_at = models.DateTimeField()
    copy = models.CharField(max_length=36, blank=True, help_text="names the page that sent it")

    class Meta:
        ordering = ["-on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(minutes__gte=1, minutes__lte=1440), name="other_work_minutes_sane"),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(because=""), name="other_work_refused_with_a_reason"
            ),
            models.UniqueConstraint(
                fields=["volunteer", "copy"], condition=~Q(copy=""), name="other_work_once_from_a_page"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.volunteer_id} {self.on} {self.minutes}"


class PaymentRun(models.Model):
    """Expenses handed to the treasury in one list. `total_cents` is what the list said then."""

    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    total_cents = models.PositiveIntegerField()
    count = models.PositiveIntegerField()

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """What the list and the treasury call it: A0007."""
        return f"A{self.pk:04d}"


class Expense(models.Model):
    """Money that a volunteer laid out, in whole cents; of a receipt its number only, never a picture.

    By kilometres `amount_cents` is `kilometres` times the rate of that day.
    """

    class State(models.TextChoices):
        SUBMITTED = "submitted", _("eingereicht")
        ACCEPTED = "accepted", _("anerkannt")
        REFUSED = "refused", _("abgelehnt")
        PAID = "paid", _("angewiesen")

    class Kind(models.TextChoices):
        TICKET = "ticket", _("Fahrkarte")
        KILOMETRES = "kilometres", _("Kilometer mit dem Auto")
        MATERIAL = "material", _("Material")
        OTHER = "other", _("Anderes")

    moves = states.EXPENSE

    volunteer = models.ForeignKey(Volunteer, on_delete=models.PROTECT, related_name="expenses")
    state = models.CharField(max_length=10, choices=State.choices, default=State.SUBMITTED)
    on = models.DateField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    kilometres = models.PositiveSmallIntegerField(null=True)
    amount_cents = models.PositiveIntegerField()
    receipt = models.CharField(max_length=30, blank=True)
    what = models.CharField(max_length=120, blank=True)
    reference = models.CharField(max_length=7, blank=True, help_text="of the visit it belongs to")
    because = models.CharField(max_length=200, blank=True)
    submitted_at = models.DateTimeField()
    run = models.ForeignKey(PaymentRun, null=True, on_delete=models.PROTECT, related_name="expenses")
    copy = models.CharField(max_length=36, blank=True, help_text="names the page that sent it")

    class Meta:
        ordering = ["-on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_cents__gte=1, amount_cents__lte=100_000), name="expense_amount_sane"
            ),
            models.CheckConstraint(
                condition=Q(kind="kilometres", kilometres__isnull=False)
                | (~Q(kind="kilometres") & Q(kilometres__isnull=True)),
                name="expense_kilometres_by_car_only",
            ),
            models.CheckConstraint(
                condition=Q(state="paid", run__isnull=False) | (~Q(state="paid") & Q(run__isnull=True)),
                name="expense_paid_in_a_run",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(because=""), name="expense_refused_with_a_reason"
            ),
            models.UniqueConstraint(
                fields=["volunteer", "copy"], condition=~Q(copy=""), name="expense_once_from_a_page"
            ),
        ]
        indexes = [models.Index(fields=["receipt"], condition=~Q(receipt=""), name="expense_receipt")]

    def __str__(self) -> str:
        return f"{self.volunteer_id} {self.on} {self.amount_cents}"


class Rate(models.Model):
    """A figure of law or of the city that holds from a day on, in cents, with where it stands."""

    class Key(models.TextChoices):
        TRAINER = "trainer", _("Übungsleiterpauschale im Jahr")
        HONORARY = "honorary", _("Ehrenamtspauschale im Jahr")
        KILOMETRE = "kilometre", _("Auto, je Kilometer")

    key = models.CharField(max_length=10, choices=Key.choices)
    cents = models.PositiveIntegerField()
    valid_from = models.DateField()
    source = models.CharField(max_length=200)

    class Meta:
        ordering = ["key", "-valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["key", "valid_from"], name="rate_once_a_day"),
            models.CheckConstraint(condition=~Q(source=""), name="rate_with_a_source"),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.valid_from} {self.cents}"


class Allowance(models.Model):
    """One sum of money on a person's yearly tax-free limit, in whole cents: paid by us, or declared by the person for
    what somebody else paid (`is_declared`). `on` is the day on which the money came: the year it counts in."""

    class Kind(models.TextChoices):
        TRAINER = "trainer", _("Übungsleiterpauschale")
        HONORARY = "honorary", _("Ehrenamtspauschale")

    volunteer = models.ForeignKey(Volunteer, on_delete=models.PROTECT, related_name="allowances")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    is_declared = models.BooleanField(default=False)
    on = models.DateField()
    cents = models.PositiveIntegerField()
    what = models.CharField(max_length=120)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()

    class Meta:
        ordering = ["-on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(cents__gte=1, cents__lte=10_000_000), name="allowance_amount_sane")
        ]
        indexes = [models.Index(fields=["volunteer", "on"], name="allowance_volunteer_on")]

    def __str__(self) -> str:
        return f"{self.volunteer_id} {self.kind} {self.on} {self.cents}"


class Certificate(models.Model):
    """What we have certified of somebody's engagement, as it stood on that day: later hours change nothing here.

    `number` is eight digits and a check digit, `token` what the printed code holds. `years`: [year, minutes] each.
    """

    volunteer = models.ForeignKey(Volunteer, on_delete=models.PROTECT, related_name="certificates")
    number = models.CharField(max_length=9, unique=True)
    token = models.CharField(max_length=26, unique=True)
    name = models.CharField(max_length=120)
    first_on = models.DateField()
    last_on = models.DateField()
    minutes = models.PositiveIntegerField()
    years = models.JSONField()
    courses = models.JSONField()
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-issued_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(number__regex="^[1-9][0-9]{8}$"), name="certificate_number_of_nine"),
            models.CheckConstraint(condition=Q(last_on__gte=F("first_on")), name="certificate_forwards"),
        ]

    def __str__(self) -> str:
        return f"certificate of {self.volunteer_id}"

    @property
    def grouped_number(self) -> str:
        """As it is printed and read out: "123 456 789"."""
        return f"{self.number[:3]} {self.number[3:6]} {self.number[6:]}"
