from __future__ import annotations

from django.urls import URLPattern, path

from api.telephone import agents, announcement, callback, cards, places, texts, voice, voicemail, waiting

urlpatterns: list[URLPattern] = [
    path("sms", texts.sms, name="sms"),
    path("status/<uuid:message_id>", texts.status, name="status"),
    path("anruf", voice.incoming, name="voice"),
    path("anruf/taste", voice.key, name="voice-key"),
    path("anruf/ende", voice.ended, name="voice-ended"),
    path("anruf/warten", waiting.wait, name="voice-wait"),
    path("anruf/warten/taste", waiting.wait_key, name="voice-wait-key"),
    path("anruf/gewartet", waiting.waited, name="voice-waited"),
    path("anruf/danach", waiting.after_dial, name="voice-after"),
    path("anruf/rueckruf", callback.callback, name="voice-callback"),
    path("anruf/rueckruf/taste", callback.callback_key, name="voice-callback-key"),
    path("anruf/rueckruf/nummer", callback.callback_number, name="voice-callback-number"),
    path("anruf/rueckruf/pruefen", callback.callback_check, name="voice-callback-check"),
    path("anruf/ort", places.place, name="voice-place"),
    path("anruf/ort/plz", places.code, name="voice-code"),
    path("anruf/ort/noch-einmal", places.code_again, name="voice-code-again"),
    path("anruf/ort/weiter", places.more, name="voice-more"),
    path("anruf/ausweis", cards.card, name="voice-card"),
    path("anruf/ausweis/pruefen", cards.card_check, name="voice-card-check"),
    path("anruf/ausweis/weiter", cards.card_more, name="voice-card-more"),
    path("anruf/aufsprechen", voicemail.voicemail, name="voice-mail"),
    path("anruf/aufsprechen/taste", voicemail.voicemail_key, name="voice-mail-key"),
    path("anruf/aufsprechen/danach", voicemail.voicemail_done, name="voice-mail-done"),
    path("anruf/aufsprechen/aufnahme", voicemail.recording, name="voice-recording"),
    path("ansage/<uuid:message_id>", announcement.announce, name="announce"),
    path("ansage/<uuid:message_id>/taste", announcement.announce_key, name="announce-key"),
    path("platz/<uuid:ring_id>", agents.whisper, name="agent"),
    path("platz/<uuid:ring_id>/taste", agents.agent_key, name="agent-key"),
    path("platz/<uuid:ring_id>/verbunden", agents.connected, name="agent-connected"),
    path("platz/<uuid:ring_id>/danach", agents.agent_after, name="agent-after"),
    path("platz/<uuid:ring_id>/ende", agents.agent_ended, name="agent-ended"),
]
