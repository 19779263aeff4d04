from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Reverse
from django.utils.translation import gettext_lazy as _

from lotsen.places.models import Address


class ReachBy(models.TextChoices):
    CALL = "call", _("Anruf")
    LETTER = "letter", _("Brief")
    SMS = "sms", _("SMS")
    EMAIL = "email", _("E-Mail")


class Need(models.TextChoices):
    """What to keep in mind, as a function, never as an illness."""

    STAIRS = "stairs", _("viele Stufen, kein Aufzug")
    HEARING = "hearing", _("hört schwer")
    SEEING = "seeing", _("sieht schlecht")
    WHEELCHAIR = "wheelchair", _("Rollstuhl")
    DOG = "dog", _("Hund im Haus")


class Wish(models.TextChoices):
    ANY = "", _("egal")
    WOMAN = "woman", _("eine Frau")
    MAN = "man", _("ein Mann")


class Salutation(models.TextChoices):
    NONE = "", _("ohne Anrede")
    MRS = "mrs", _("Frau")
    MR = "mr", _("Herr")


class Client(models.Model):
    """A person who asked for help. Personal data: least access, each display is journalled."""

    key = models.CharField(max_length=64, unique=True, null=True, help_text="key of an imported row")
    salutation = models.CharField(max_length=5, choices=Salutation.choices, blank=True)
    name = models.CharField(max_length=120)
    phone = models.CharField(max_length=20, blank=True, help_text="E.164")
    phone_confirmed_at = models.DateTimeField(null=True, help_text="a human spoke with the person on this number")
    email = models.EmailField(blank=True)
    address = models.ForeignKey(Address, null=True, on_delete=models.PROTECT, related_name="+")
    reach_by = ArrayField(models.CharField(max_length=10, choices=ReachBy.choices), default=list, blank=True)
    language = models.CharField(max_length=5, default="de", help_text="of letters and messages")
    speaks = ArrayField(models.CharField(max_length=30), default=list, blank=True, help_text="beside German")
    needs = ArrayField(models.CharField(max_length=12, choices=Need.choices), default=list, blank=True)
    wish = models.CharField(max_length=5, choices=Wish.choices, blank=True)
    large_print = models.BooleanField(default=False, help_text="letters in 18 pt")
    contact_name = models.CharField(max_length=120, blank=True, help_text="to call in an emergency, if they agreed")
    contact_relation = models.CharField(max_length=40, blank=True)
    contact_phone = models.CharField(max_length=20, blank=True, help_text="E.164")
    search_key = SearchVectorField(default="", help_text="words to be found by: `clients.search_key`")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(phone="") | ~Q(email="") | Q(address__isnull=False), name="client_reachable"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="client_has_a_name"),
        ]
        indexes = [
            GinIndex(fields=["search_key"], name="client_search", fastupdate=False),
            models.Index(OpClass(F("phone"), name="varchar_pattern_ops"), name="client_phone"),
            models.Index(OpClass(Reverse("phone"), name="text_pattern_ops"), name="client_phone_end"),
        ]

    def __str__(self) -> str:
        return f"Client {self.pk}"

    @property
    def salutation_name(self) -> str:
        """ "Frau Krause", or the whole name where no salutation is known."""
        if not self.salutation:
            return self.name
        return f"{self.get_salutation_display()} {self.name.rpartition(' ')[2]}"

    @property
    def masked_name(self) -> str:
        """ "U. Sch…": enough to recognise whom one is speaking with, not enough to learn who lives there."""
        given, _space, surname = self.name.rpartition(" ")
        return f"{given[:1]}. {surname[:3]}…" if given else f"{surname[:3]}…"

    @property
    def masked_phone(self) -> str:
        """ "… 216": the last three digits, to compare with what the caller says."""
        return f"… {self.phone[-3:]}" if self.phone else ""

    @property
    def need_words(self) -> str:
        """What to keep in mind, as words."""
        return ", ".join(str(Need(need).label) for need in self.needs)


class Consent(models.Model):
    """An answer to one consent question, with the version of its text. Withdrawn by a later row."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=30)
    version = models.PositiveSmallIntegerField()
    given = models.BooleanField()
    channel = models.CharField(max_length=10)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.purpose} {self.version} {self.given}"
