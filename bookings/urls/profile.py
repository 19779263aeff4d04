from __future__ import annotations

from django.urls import URLPattern, path

from bookings.views import contacts, profile, week

urlpatterns: list[URLPattern] = [
    path("lotse/ich/zeiten/", profile.own_times, name="guide-times"),
    path("lotse/ich/profil/", profile.own_profile, name="guide-profile"),
    path("lotse/ich/kontakt/", contacts.own_contacts, name="guide-contacts"),
    path("lotse/besuch/<str:reference>/nicht-mehr/", profile.not_again, name="guide-not-again"),
    path("koordination/woche/", week.week, name="week"),
    path("koordination/lotsen/<str:key>/zeiten/", profile.their_times, name="their-times"),
    path("koordination/lotsen/<str:key>/profil/", profile.their_profile, name="their-profile"),
    path("koordination/lotsen/<str:key>/kontakt/", contacts.their_contacts, name="their-contacts"),
]
