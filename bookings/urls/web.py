from __future__ import annotations

from django.urls import URLPattern, path

from bookings.views import referral, status, web

urlpatterns: list[URLPattern] = [
    path("hausbesuch/", web.start, name="web-start"),
    path("hausbesuch/stand/", status.status, name="status"),
    path("hausbesuch/stand/weiter/", status.resume, name="status-resume"),
    path("hausbesuch/stand/aendern/", status.change, name="status-change"),
    path("hausbesuch/stand/absagen/", status.call_off, name="status-call-off"),
    path("hausbesuch/stand/abgesagt/", status.called_off, name="status-off"),
    path("hausbesuch/fuer-fachleute/", referral.start, name="referral-start"),
    path("hausbesuch/fuer-fachleute/<str:token>/", referral.people, name="referral-list"),
    path("hausbesuch/fuer-fachleute/<str:token>/danke/", referral.done, name="referral-done"),
    path("hausbesuch/<str:token>/in-ihrer-naehe/", web.near, name="web-near"),
    path("hausbesuch/<str:token>/pruefen/", web.check, name="web-check"),
    path("hausbesuch/<str:token>/danke/", web.done, name="web-done"),
    path("hausbesuch/<str:token>/<str:slug>/", web.question, name="web-question"),
]
