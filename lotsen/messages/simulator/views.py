"""The pages of the telephone network in a box: what every phone got, and answering as its owner would."""

import re
from uuid import UUID

from django import forms
from django.contrib import messages as notes
from django.db.models import Count, F, Max, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from lotsen.kernel.phones import NotAPhoneNumber, parse_phone
from lotsen.messages.house import letter_printer
from lotsen.messages.models import Letter
from lotsen.messages.simulator import calls, carrier
from lotsen.messages.simulator.models import NetworkCall, Phone
from lotsen.spoken import said

MOST_LETTERS = 50


class NewPhoneForm(forms.Form):
    """A number in any spelling, to act as its owner."""

    number = forms.CharField(label=gettext_lazy("Telefonnummer"), max_length=30)

    def clean_number(self) -> str:
        """As E.164."""
        try:
            return parse_phone(self.cleaned_data["number"])
        except NotAPhoneNumber as refused:
            raise forms.ValidationError(said(refused.sentence)) from refused


def _phones() -> QuerySet[Phone]:
    return Phone.objects.annotate(
        text_count=Count("texts", distinct=True),
        call_count=Count("calls", distinct=True),
        last_at=Max("texts__created_at"),
    ).order_by(F("last_at").desc(nulls_last=True), "number")


@require_GET
def phones(request: HttpRequest) -> HttpResponse:
    """All phones and the letters of the print queue."""
    letters = Letter.objects.select_related("message").defer("sheet").order_by("-created_at")[:MOST_LETTERS]
    return render(request, "simulator/phones.html", {"phones": _phones(), "letters": letters})


@require_POST
def new_phone(request: HttpRequest) -> HttpResponse:
    """Go to the phone of a number, known or not."""
    form = NewPhoneForm(request.POST)
    if not form.is_valid():
        notes.error(request, " ".join(error for errors in form.errors.values() for error in errors))
        return redirect("simulator:phones")
    return redirect("simulator:phone", pk=carrier.phone_of(form.cleaned_data["number"]).pk)


@require_GET
def phone(request: HttpRequest, pk: int) -> HttpResponse:
    """One phone: its SMS as a conversation, its calls, what can be done now."""
    one = get_object_or_404(Phone, pk=pk)
    texts = list(one.texts.order_by("created_at", "pk"))
    return render(
        request, "simulator/phone.html", {"phone": one, "texts": texts, "calls": one.calls.order_by("-created_at")[:10]}
    )


@require_POST
def write_sms(request: HttpRequest, pk: int) -> HttpResponse:
    """The owner writes an SMS to our number."""
    one = get_object_or_404(Phone, pk=pk)
    answer = carrier.write_sms(one, request.POST.get("body", "")[:1600], at=timezone.now())
    if answer.status != 200:
        notes.error(request, _("Die SMS kam nicht an (Antwort {status}).").format(status=answer.status))
    return redirect("simulator:phone", pk=pk)


@require_POST
def switch(request: HttpRequest, pk: int) -> HttpResponse:
    """Switch the phone on or off."""
    one = get_object_or_404(Phone, pk=pk)
    Phone.objects.filter(pk=one.pk).update(is_on=not one.is_on)
    return redirect("simulator:phone", pk=pk)


@require_POST
def dial(request: HttpRequest, pk: int) -> HttpResponse:
    """The owner calls our number."""
    calls.dial_in(get_object_or_404(Phone, pk=pk), at=timezone.now())
    return redirect("simulator:phone", pk=pk)


@require_POST
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """What the owner does in a call: pick up, press keys, speak, hang up."""
    call = get_object_or_404(NetworkCall.objects.select_related("phone"), pk=pk)
    waits, action = call.waits_for, request.POST.get("action", "")
    if action == "hang_up" and waits != NetworkCall.Waits.NOTHING:
        calls.hang_up(call)
    elif action == "pick_up" and waits == NetworkCall.Waits.PICK_UP:
        calls.pick_up(call)
    elif action == "press" and waits == NetworkCall.Waits.KEYS:
        calls.press(call, re.sub(r"[^0-9*#]", "", request.POST.get("digits", ""))[:20])
    elif action == "speak" and waits == NetworkCall.Waits.RECORDING:
        calls.speak(call, 12)
    elif action == "silence" and waits == NetworkCall.Waits.RECORDING:
        calls.speak(call, 0)
    return redirect("simulator:phone", pk=call.phone_id)


@require_GET
def letter_pdf(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A letter as it comes out of the printer."""
    letter = get_object_or_404(Letter.objects.select_related("message"), pk=pk)
    response = HttpResponse(letter_printer().page(letter), content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="brief.pdf"'
    response["Cache-Control"] = "no-store"
    return response
