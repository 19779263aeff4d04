from __future__ import annotations

from django.urls import URLPattern, path

from bookings.views import facility

urlpatterns: list[URLPattern] = [
    path("einrichtung/", facility.overview, name="facility"),
    path("einrichtung/schulung/neu/", facility.book, name="facility-book"),
    path("einrichtung/schulung/neu/termin/", facility.book_time, name="facility-time"),
    path("einrichtung/schulung/<str:reference>/", facility.training, name="facility-training"),
    path("einrichtung/schulung/<str:reference>/absagen/", facility.cancel, name="facility-cancel"),
    path("einrichtung/schulung/<str:reference>/termin.ics", facility.calendar_file, name="facility-calendar"),
    path("einrichtung/schulung/<str:reference>/protokoll.pdf", facility.record_paper, name="facility-record"),
]
