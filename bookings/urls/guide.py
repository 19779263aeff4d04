from __future__ import annotations

from django.urls import URLPattern, path

from bookings.views import guide, guide_visit

urlpatterns: list[URLPattern] = [
    path("lotse/", guide.today, name="guide-today"),
    path("lotse/angebote/", guide.offers, name="guide-offers"),
    path("lotse/angebot/<str:token>/", guide.offer, name="guide-offer"),
    path("lotse/angebot/<str:token>/ja/", guide.accept, name="guide-accept"),
    path("lotse/angebot/<str:token>/nein/", guide.decline, name="guide-decline"),
    path("lotse/besuch/<str:reference>/", guide_visit.visit, name="guide-visit"),
    path("lotse/besuch/<str:reference>/da/", guide_visit.arrive, name="guide-arrive"),
    path("lotse/besuch/<str:reference>/weg/", guide_visit.leave, name="guide-leave"),
    path("lotse/besuch/<str:reference>/zurueckgeben/", guide_visit.give_back, name="guide-return"),
    path("lotse/besuch/<str:reference>/bericht/", guide_visit.report, name="guide-report"),
    path("lotse/besuch/<str:reference>/nicht-angetroffen/", guide_visit.not_met, name="guide-not-met"),
    path("lotse/berichte/", guide_visit.reports, name="guide-reports"),
    path("lotse/ich/", guide.me, name="guide-me"),
]
