from __future__ import annotations

from django.urls import URLPattern, path

from bookings.views import given

urlpatterns: list[URLPattern] = [
    path("lotse/ich/stunden/", given.own_hours, name="guide-hours"),
    path("lotse/ich/bescheinigung/", given.own_certificate, name="guide-certify"),
    path("lotse/ich/bescheinigung/<str:number>.pdf", given.own_certificate_pdf, name="guide-certificate"),
    path("koordination/stunden/", given.hours, name="hours"),
    path("koordination/stunden/export/", given.export, name="hours-export"),
    path("koordination/stunden/eintrag/<int:pk>/<str:verb>/", given.work_act, name="hours-act"),
    path("koordination/stunden/person/<str:key>/", given.person, name="hours-person"),
    path("koordination/stunden/person/<str:key>/<str:number>.pdf", given.certificate, name="certificate"),
    path("koordination/stunden/person/<str:key>/<str:number>/widerrufen/", given.revoke, name="certificate-revoke"),
]
