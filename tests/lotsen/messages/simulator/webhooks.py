"""Webhooks for the tests of the simulated network: as small as can be, behind the real gate."""

from uuid import UUID

from django.http import HttpResponse
from django.urls import include, path
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from twilio.twiml.messaging_response import MessagingResponse
from twilio.twiml.voice_response import Gather, VoiceResponse

from lotsen.messages.house import webhook_gate
from lotsen.messages.receipts import keep_inbound_sms, record_status
from lotsen.messages.replies import read_reply
from lotsen.messages.signatures import WebhookRefused, checked_webhook


def gated(view):
    @csrf_exempt
    def behind(request, **of_url):
        try:
            call = checked_webhook(request, gate=webhook_gate())
        except WebhookRefused as refused:
            return HttpResponse(refused.sentence, status=403)
        return view(call, **of_url)

    return behind


@gated
def sms(call):
    keep_inbound_sms(sid=call.sid, from_number=call["From"], body=call["Body"], at=timezone.now())
    answer = MessagingResponse()
    answer.message(f"Lotsen: {read_reply(call['Body']).meaning} <&> ä")
    return HttpResponse(str(answer), content_type="text/xml")


@gated
def status(call, message_id: UUID):
    word = call["MessageStatus"] or call["CallStatus"]
    record_status(message_id, sid=call.sid, status=word, sequence=call["SequenceNumber"], at=timezone.now())
    return HttpResponse(status=204)


@gated
def menu(call):
    answer = VoiceResponse()
    gather = Gather(num_digits=1, action="/api/telefon/taste", action_on_empty_result=False)
    gather.say("Guten Tag. Drücken Sie die Eins.")
    answer.append(gather)
    answer.say("Ich habe nichts gehört.")
    answer.redirect("/api/telefon/anruf")
    return HttpResponse(str(answer), content_type="text/xml")


@gated
def key(call):
    answer = VoiceResponse()
    if call["Digits"] == "1":
        answer.say("Ein Mensch nimmt gleich ab.")
        answer.enqueue("hotline", wait_url="/api/telefon/warten")
    elif call["Digits"] == "3":
        answer.say("Bitte sprechen Sie.")
        answer.record(action="/api/telefon/aufnahme", max_length=120)
    else:
        answer.say("Auf Wiederhören.")
        answer.hangup()
    return HttpResponse(str(answer), content_type="text/xml")


@gated
def waiting(call):
    answer = VoiceResponse()
    answer.say(f"Sie sind auf Platz {call['QueuePosition']}.")
    return HttpResponse(str(answer), content_type="text/xml")


@gated
def recorded(call):
    answer = VoiceResponse()
    answer.say(f"Danke, {call['RecordingDuration']} Sekunden.")
    return HttpResponse(str(answer), content_type="text/xml")


@gated
def announcement(call, message_id: UUID):
    answer = VoiceResponse()
    answer.say("Es geht um einen Termin.")
    return HttpResponse(str(answer), content_type="text/xml")


urlpatterns = [
    path("telefonnetz/", include("lotsen.messages.simulator.urls")),
    path("api/telefon/sms", sms),
    path("api/telefon/status/<uuid:message_id>", status),
    path("api/telefon/anruf", menu),
    path("api/telefon/taste", key),
    path("api/telefon/warten", waiting),
    path("api/telefon/aufnahme", recorded),
    path("api/telefon/ansage/<uuid:message_id>", announcement),
]
