from __future__ import annotations

from django.urls import URLPattern, path

from bookings.views import guide, guide_app, guide_calendar, guide_safe, guide_visit

urlpatterns: list[URLPattern] = [
    path("lotse/", guide.today, name="guide-today"),
    path("lotse/angebote/", guide.offers, name="guide-offers"),
    path("lotse/angebot/<str:token>/", guide.offer, name="guide-offer"),
    path("lotse/angebot/<str:token>/ja/", guide.accept, name="guide-accept"),
    path("lotse/angebot/<str:token>/nein/", guide.decline, name="guide-decline"),
    path("lotse/besuch/<str:reference>/", guide_visit.visit, name="guide-visit"),
    path("lotse/besuch/<str:reference>/da/", guide_visit.arrive, name="guide-arrive"),
    path("lotse/besuch/<str:reference>/weg/", guide_visit.leave, name="guide-leave"),
    path("lotse/besuch/<str:reference>/laenger/", guide_safe.longer, name="guide-longer"),
    path("lotse/besuch/<str:reference>/hilfe/", guide_safe.call_for_help, name="guide-help"),
    path("lotse/besuch/<str:reference>/bericht/entwurf/", guide_safe.draft, name="guide-report-draft"),
    path("lotse/besuch/<str:reference>/bericht/aendern/", guide_safe.change, name="guide-report-change"),
    path("lotse/besuch/<str:reference>/mitgehen/", guide_visit.go_along, name="guide-along"),
    path("lotse/besuch/<str:reference>/zurueckgeben/", guide_visit.give_back, name="guide-return"),
    path("lotse/besuch/<str:reference>/bericht/", guide_visit.report, name="guide-report"),
    path("lotse/besuch/<str:reference>/nicht-angetroffen/", guide_visit.not_met, name="guide-not-met"),
    path("lotse/berichte/", guide_visit.reports, name="guide-reports"),
    path("lotse/ich/", guide.me, name="guide-me"),
    path("lotse/ich/hinweise/an/", guide_app.push_on, name="guide-push-on"),
    path("lotse/ich/hinweise/aus/", guide_app.push_off, name="guide-push-off"),
    path("lotse/app.webmanifest", guide_app.manifest, name="guide-manifest"),
    path("lotse/offline/", guide_app.offline, name="guide-offline"),
    path("sw.js", guide_app.worker, name="guide-worker"),
    path("lotse/ich/kalender/", guide_calendar.link, name="guide-calendar"),
    path("lotse/ich/kalender/aus/", guide_calendar.revoke, name="guide-calendar-revoke"),
    path("kalender/<str:token>.ics", guide_calendar.feed, name="guide-feed"),
]
