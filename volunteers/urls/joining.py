from __future__ import annotations

from django.urls import URLPattern, path

from volunteers.views import joining, new_email

urlpatterns: list[URLPattern] = [
    path("mitmachen/bewerben/", joining.apply, name="apply"),
    path("mitmachen/bewerben/danke/", joining.applied, name="applied"),
    path("neue-adresse/", new_email.confirmed, name="email-confirmed"),
    path("neue-adresse/<str:token>/", new_email.confirm, name="new-email"),
    path("koordination/lotsen/", joining.people, name="people"),
    path("koordination/lotsen/neu/", joining.office_apply, name="office-apply"),
    path("koordination/lotsen/bewerbungen/", joining.application_list, name="applications"),
    path("koordination/lotsen/bewerbungen/<str:key>/", joining.application, name="application"),
    path("koordination/lotsen/bewerbungen/<str:key>/<str:verb>/", joining.settle, name="application-settle"),
]
