"""What the simulated network remembers: phones, SMS and calls."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Phone(models.Model):
    """One telephone of a made-up person. Switched off, it receives nothing and does not ring."""

    number = models.CharField(_("Nummer"), max_length=20, unique=True)
    is_on = models.BooleanField(_("eingeschaltet"), default=True)

    class Meta:
        verbose_name = _("Telefon")
        verbose_name_plural = _("Telefone")

    def __str__(self) -> str:
        return self.number


class NetworkSms(models.Model):
    """One SMS; `is_ours` if the city sent it."""

    sid = models.CharField(max_length=34, unique=True)
    phone = models.ForeignKey(Phone, on_delete=models.CASCADE, related_name="texts")
    is_ours = models.BooleanField()
    body = models.TextField()
    status = models.CharField(max_length=20)
    error_code = models.PositiveIntegerField(null=True)
    status_callback = models.TextField(blank=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("SMS im Netz")
        verbose_name_plural = _("SMS im Netz")
        indexes = [models.Index(fields=["phone", "created_at"], name="simulator_sms_by_phone")]

    def __str__(self) -> str:
        return self.sid


class NetworkCall(models.Model):
    """One call and how far it has got in the spoken document."""

    class Waits(models.TextChoices):
        PICK_UP = "pick_up", _("es klingelt")
        KEYS = "keys", _("wartet auf eine Taste")
        RECORDING = "recording", _("nimmt auf")
        PERSON = "person", _("wartet auf einen Menschen")
        TALK = "talk", _("im Gespräch")
        NOTHING = "nothing", _("beendet")

    sid = models.CharField(max_length=34, unique=True)
    phone = models.ForeignKey(Phone, on_delete=models.CASCADE, related_name="calls")
    is_ours = models.BooleanField()
    status = models.CharField(max_length=20)
    waits_for = models.CharField(max_length=10, choices=Waits, default=Waits.PICK_UP)
    url = models.TextField()
    status_callback = models.TextField(blank=True)
    document = models.TextField(blank=True)
    document_url = models.TextField(blank=True)
    position = models.PositiveIntegerField(default=0)
    heard = models.JSONField(default=list)
    events = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    queue = models.CharField(max_length=40, blank=True)
    queued_at = models.DateTimeField(null=True)
    wait_url = models.TextField(blank=True)
    after_url = models.TextField(blank=True)
    talks_with = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="+")
    talks_since = models.DateTimeField(null=True)
    dialled_by = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="legs")

    class Meta:
        verbose_name = _("Anruf im Netz")
        verbose_name_plural = _("Anrufe im Netz")
        indexes = [models.Index(fields=["phone", "created_at"], name="simulator_call_by_phone")]

    def __str__(self) -> str:
        return self.sid


class NetworkRecording(models.Model):
    """What somebody spoke; the network keeps it until it is told to erase it."""

    sid = models.CharField(max_length=34, unique=True)
    call = models.ForeignKey(NetworkCall, on_delete=models.CASCADE, related_name="recordings")
    seconds = models.PositiveIntegerField()
    audio = models.BinaryField()
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Aufnahme im Netz")
        verbose_name_plural = _("Aufnahmen im Netz")

    def __str__(self) -> str:
        return self.sid
