"""Doors of the room: the public timetable, planning for coordinators, the tours of a day for the teams."""

from __future__ import annotations

from django.urls import path

from touring.views import day, planning, settings, timetable

app_name = "touring"
urlpatterns = [
    path("fahrplan/", timetable.overview, name="timetable"),
    path("fahrplan/druck/", timetable.printed, name="timetable-print"),
    path("fahrplan/haltestellen.json", timetable.stops_json, name="stops-json"),
    path("fahrplan/<str:key>/", timetable.stop, name="stop"),
    path("fahrplan/<str:key>/kalender.ics", timetable.stop_calendar, name="stop-calendar"),
    path("planung/", planning.plans, name="plans"),
    path("planung/planen/", planning.request_run, name="run-new"),
    path("planung/lauf/<int:pk>/", planning.run, name="run"),
    path("planung/lauf/<int:pk>/stand/", planning.run_state, name="run-state"),
    path("planung/lauf/<int:pk>/abbrechen/", planning.stop_run, name="run-stop"),
    path("planung/fassung/<int:version>/", planning.plan, name="plan"),
    path("planung/fassung/<int:version>/veroeffentlichen/", planning.publish, name="publish"),
    path("planung/fassung/<int:version>/verwerfen/", planning.discard, name="discard"),
    path("planung/haltestellen/", settings.stops, name="stops"),
    path("planung/haltestellen/neu/", settings.stop_add, name="stop-add"),
    path("planung/haltestellen/<str:key>/", settings.stop_edit, name="stop-edit"),
    path("planung/teams/", settings.teams, name="teams"),
    path("planung/teams/<str:key>/", settings.team_edit, name="team-edit"),
    path("team/touren/", day.tours, name="my_tours"),
    path("team/touren/halt/<int:pk>/", day.announce, name="announce"),
]
