from __future__ import annotations

from django.urls import URLPattern, path

from api.telephone import announcement, places, texts, voice

urlpatterns: list[URLPattern] = [
    path("sms", texts.sms, name="sms"),
    path("status/<uuid:message_id>", texts.status, name="status"),
    path("anruf", voice.incoming, name="voice"),
    path("anruf/taste", voice.key, name="voice-key"),
    path("anruf/danach", voice.after_dial, name="voice-after"),
    path("anruf/rueckruf", voice.callback, name="voice-callback"),
    path("anruf/rueckruf/taste", voice.callback_key, name="voice-callback-key"),
    path("anruf/rueckruf/nummer", voice.callback_number, name="voice-callback-number"),
    path("anruf/rueckruf/pruefen", voice.callback_check, name="voice-callback-check"),
    path("anruf/ort", places.place, name="voice-place"),
    path("anruf/ort/plz", places.code, name="voice-code"),
    path("anruf/ort/noch-einmal", places.code_again, name="voice-code-again"),
    path("anruf/ort/weiter", places.more, name="voice-more"),
    path("ansage/<uuid:message_id>", announcement.announce, name="announce"),
    path("ansage/<uuid:message_id>/taste", announcement.announce_key, name="announce-key"),
]
