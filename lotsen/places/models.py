"""Where things are: addresses, districts, street points, postal codes and river crossings.

Coordinates are WGS84 degrees in plain columns. A row has both or neither, and both lie in
Germany's box: that refuses swapped values, zeros and NaN at the database.
"""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

LATITUDES = (47.2, 55.1)
LONGITUDES = (5.8, 15.1)
SHORT_NAME_LENGTH = 15
# GSM 03.38 basic set without control characters: what an SMS carries at 7 bits a letter.
GSM7 = r"^[A-Za-z0-9 @£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ!\"#¤%&'()*+,\-./:;<=>?¡ÄÖÑÜ§¿äöñüà]*$"


def _in_germany(latitude: str = "latitude", longitude: str = "longitude") -> Q:
    """Says "not null" too: a comparison with NULL is neither true nor false, and a CHECK lets that pass."""
    low, high = LATITUDES, LONGITUDES
    return Q(
        **{f"{latitude}__isnull": False, f"{longitude}__isnull": False},
        **{f"{latitude}__gte": low[0], f"{latitude}__lte": low[1]},
        **{f"{longitude}__gte": high[0], f"{longitude}__lte": high[1]},
    )


def _nowhere(latitude: str = "latitude", longitude: str = "longitude") -> Q:
    return Q(**{f"{latitude}__isnull": True, f"{longitude}__isnull": True})


class Accuracy(models.TextChoices):
    """What a point stands for, best first."""

    ADDRESS = "address", _("Hausnummer genau")
    STREET = "street", _("Straße")
    STOP = "stop", _("Haltestelle")
    DISTRICT = "district", _("Mitte des Stadtteils")
    POSTCODE = "postcode", _("Mitte der Postleitzahl")
    NONE = "none", _("nicht gefunden")


class Bank(models.TextChoices):
    """The side of the river, seen downstream (on the city's lists: `ufer`)."""

    LEFT = "links", _("linkselbisch")
    RIGHT = "rechts", _("rechtselbisch")
    UNKNOWN = "", _("unbekannt")


class DistrictKind(models.TextChoices):
    """What sort of area a district is."""

    QUARTER = "quarter", _("Stadtteil")
    BOROUGH = "borough", _("Stadtbezirk")


class District(models.Model):
    """A part of the city with a name that people use. `outline` is GeoJSON geometry."""

    key = models.CharField(_("Schlüssel"), max_length=20)
    kind = models.CharField(_("Art"), max_length=10, choices=DistrictKind, default=DistrictKind.QUARTER)
    name = models.CharField(_("Name"), max_length=100)
    short_name = models.CharField(
        _("Kurzname"),
        max_length=SHORT_NAME_LENGTH,
        validators=[RegexValidator(GSM7)],
        help_text=_("Höchstens 15 Zeichen; steht in SMS."),
    )
    bank = models.CharField(_("Ufer"), max_length=6, choices=Bank, default=Bank.UNKNOWN, blank=True)
    borough = models.CharField(_("Stadtbezirk"), max_length=100, blank=True)
    outline = models.JSONField(_("Umriss"), null=True, blank=True)
    label_latitude = models.FloatField(_("Breite der Beschriftung"), null=True, blank=True)
    label_longitude = models.FloatField(_("Länge der Beschriftung"), null=True, blank=True)
    source = models.CharField(_("Quelle"), max_length=300, blank=True)
    changed_at = models.DateTimeField(_("geändert am"), auto_now=True)

    class Meta:
        verbose_name = _("Stadtteil")
        verbose_name_plural = _("Stadtteile")
        ordering = ["kind", "key"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="district_key_once_per_kind"),
            models.CheckConstraint(
                condition=_nowhere("label_latitude", "label_longitude")
                | _in_germany("label_latitude", "label_longitude"),
                name="district_label_both_or_none",
            ),
            models.CheckConstraint(condition=Q(short_name__regex=GSM7), name="district_short_name_fits_an_sms"),
        ]

    def __str__(self) -> str:
        return self.name


class Address(models.Model):
    """A postal address with its point, and how exact that point is.

    `accuracy` is NONE exactly when there is no point. `corrected_by_hand` points are never
    overwritten by geocoding. Whose address it is, the owner's row says; this one names nobody.
    """

    street = models.CharField(_("Straße"), max_length=120)
    house_number = models.CharField(_("Hausnummer"), max_length=20, blank=True)
    extra = models.CharField(_("Zusatz"), max_length=120, blank=True, help_text=_("Zum Beispiel: HH 2. OG"))
    postal_code = models.CharField(_("Postleitzahl"), max_length=5, blank=True)
    city = models.CharField(_("Ort"), max_length=80, default="Dresden", blank=True)
    latitude = models.FloatField(_("Breite"), null=True, blank=True)
    longitude = models.FloatField(_("Länge"), null=True, blank=True)
    accuracy = models.CharField(_("Genauigkeit"), max_length=10, choices=Accuracy, default=Accuracy.NONE)
    district = models.ForeignKey(
        District,
        verbose_name=_("Stadtteil"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="addresses",
    )
    corrected_by_hand = models.BooleanField(_("von Hand gesetzt"), default=False)

    class Meta:
        verbose_name = _("Adresse")
        verbose_name_plural = _("Adressen")
        indexes = [
            models.Index(fields=["postal_code", "street"], name="address_by_street"),
            models.Index(fields=["latitude", "longitude"], name="address_by_point"),
        ]
        constraints = [
            models.CheckConstraint(condition=_nowhere() | _in_germany(), name="address_point_both_or_none"),
            models.CheckConstraint(
                condition=(_nowhere() & Q(accuracy=Accuracy.NONE))
                | (Q(latitude__isnull=False) & ~Q(accuracy=Accuracy.NONE)),
                name="address_accuracy_says_what_the_point_is",
            ),
            models.CheckConstraint(
                condition=Q(postal_code="") | Q(postal_code__regex=r"^[0-9]{5}$"),
                name="address_postal_code_five_digits",
            ),
        ]

    def __str__(self) -> str:
        return ", ".join(part for part in (self.street_line, self.city_line) if part)

    @property
    def street_line(self) -> str:
        """Street and number as on an envelope."""
        return f"{self.street} {self.house_number}".strip()

    @property
    def city_line(self) -> str:
        """Postal code and city as on an envelope."""
        return f"{self.postal_code} {self.city}".strip()

    @property
    def point(self) -> tuple[float, float] | None:
        """(latitude, longitude) in degrees, or None."""
        if self.latitude is None or self.longitude is None:
            return None
        return (self.latitude, self.longitude)


class StreetPoint(models.Model):
    """One row of the gazetteer: a house, or (without a number) the middle of a street."""

    street = models.CharField(_("Straße"), max_length=120)
    street_key = models.CharField(_("Straße, vereinheitlicht"), max_length=120)
    house_number = models.CharField(_("Hausnummer"), max_length=20, blank=True)
    postal_code = models.CharField(_("Postleitzahl"), max_length=5, blank=True)
    latitude = models.FloatField(_("Breite"))
    longitude = models.FloatField(_("Länge"))
    accuracy = models.CharField(_("Genauigkeit"), max_length=10, choices=Accuracy, default=Accuracy.ADDRESS)
    source = models.CharField(_("Quelle"), max_length=40)

    class Meta:
        verbose_name = _("Straßenpunkt")
        verbose_name_plural = _("Straßenpunkte")
        indexes = [
            models.Index(fields=["street_key", "house_number"], name="street_point_by_key"),
            models.Index(fields=["latitude", "longitude"], name="street_point_by_point"),
            models.Index(fields=["source"], name="street_point_by_source"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["street_key", "house_number", "postal_code", "source"],
                name="street_point_once_per_source",
            ),
            models.CheckConstraint(condition=_in_germany(), name="street_point_in_germany"),
            models.CheckConstraint(condition=~Q(accuracy=Accuracy.NONE), name="street_point_has_accuracy"),
        ]

    def __str__(self) -> str:
        return f"{self.street} {self.house_number}".strip()


class PostalCode(models.Model):
    """The centre of a postal code's area. It can lie in the woods: a hint, not an address."""

    code = models.CharField(_("Postleitzahl"), max_length=5, unique=True)
    latitude = models.FloatField(_("Breite"))
    longitude = models.FloatField(_("Länge"))
    name = models.CharField(_("Gegend"), max_length=100, blank=True)
    district = models.ForeignKey(
        District,
        verbose_name=_("Stadtteil"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="postal_codes",
    )
    source = models.CharField(_("Quelle"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("Postleitzahl")
        verbose_name_plural = _("Postleitzahlen")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=Q(code__regex=r"^[0-9]{5}$"), name="postal_code_five_digits"),
            models.CheckConstraint(condition=_in_germany(), name="postal_code_in_germany"),
        ]

    def __str__(self) -> str:
        return self.code


class Crossing(models.Model):
    """A bridge or ferry over the river, and who may use it."""

    name = models.CharField(_("Name"), max_length=100, unique=True)
    latitude = models.FloatField(_("Breite"))
    longitude = models.FloatField(_("Länge"))
    is_open_for_car = models.BooleanField(_("Auto"), default=False)
    is_open_for_bike = models.BooleanField(_("Fahrrad"), default=False)
    is_open_for_foot = models.BooleanField(_("zu Fuß"), default=False)
    is_open_for_transit = models.BooleanField(_("Bus und Bahn"), default=False)
    is_ferry = models.BooleanField(_("Fähre"), default=False)
    source = models.CharField(_("Quelle"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("Elbquerung")
        verbose_name_plural = _("Elbquerungen")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=_in_germany(), name="crossing_in_germany"),
        ]

    def __str__(self) -> str:
        return self.name
