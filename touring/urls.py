"""Doors of the room: the public timetable, planning for coordinators, the tours of a day for the teams."""

from __future__ import annotations

from django.urls import path

from touring.views import board, closed, day, drafting, feeds, paper, places, planning, settings, timetable

app_name = "touring"
urlpatterns = [
    path("fahrplan/", timetable.overview, name="timetable"),
    path("fahrplan/druck/", timetable.printed, name="timetable-print"),
    path("fahrplan/haltestellen.json", timetable.stops_json, name="stops-json"),
    path("fahrplan/aushang.pdf", paper.city_poster, name="poster"),
    path("fahrplan/stadtteil/<str:key>/", timetable.area, name="area"),
    path("fahrplan/stadtteil/<str:key>/kalender.ics", feeds.area_calendar, name="area-calendar"),
    path("fahrplan/stadtteil/<str:key>/aushang.pdf", paper.area_poster, name="area-poster"),
    path("fahrplan/stadtteil/<str:key>/handzettel.pdf", paper.area_leaflet, name="area-leaflet"),
    path("fahrplan/team/<str:key>/kalender.ics", feeds.team_calendar, name="team-calendar"),
    path("fahrplan/<str:key>/", timetable.stop, name="stop"),
    path("fahrplan/<str:key>/kalender.ics", feeds.stop_calendar, name="stop-calendar"),
    path("fahrplan/<str:key>/foto.jpg", timetable.photo, name="stop-photo"),
    path("planung/", planning.plans, name="plans"),
    path("planung/planen/", planning.request_run, name="run-new"),
    path("planung/lauf/<int:pk>/", planning.run, name="run"),
    path("planung/lauf/<int:pk>/stand/", planning.run_state, name="run-state"),
    path("planung/lauf/<int:pk>/abbrechen/", planning.stop_run, name="run-stop"),
    path("planung/fassung/<int:version>/", board.plan, name="plan"),
    path("planung/fassung/<int:version>/veroeffentlichen/", drafting.publish, name="publish"),
    path("planung/fassung/<int:version>/verwerfen/", drafting.discard, name="discard"),
    path("planung/fassung/<int:version>/entwurf/", drafting.draft_anew, name="draft-from"),
    path("planung/fassung/<int:version>/rueckgaengig/", drafting.undo, name="undo"),
    path("planung/fassung/<int:version>/wiederholen/", drafting.redo, name="redo"),
    path("planung/fassung/<int:version>/halt/<str:key>/verschieben/", drafting.move, name="move"),
    path("planung/fassung/<int:version>/halt/<str:key>/herausnehmen/", drafting.leave_out, name="leave-out"),
    path("planung/fassung/<int:version>/halt/<str:key>/anheften/", drafting.pin, name="pin"),
    path("planung/fassung/<int:version>/halt/<str:key>/plaetze/", places.places, name="places"),
    path("planung/fassung/<int:version>/halt/<str:key>/angerufen/", drafting.tick, name="called"),
    path("planung/haltestellen/", settings.stops, name="stops"),
    path("planung/haltestellen/neu/", settings.stop_add, name="stop-add"),
    path("planung/haltestellen/<str:key>/", settings.stop_edit, name="stop-edit"),
    path("planung/haltestellen/<str:key>/pass/", settings.stop_pass, name="stop-pass"),
    path("planung/haltestellen/<str:key>/foto/", settings.stop_photo, name="stop-photo-edit"),
    path("planung/ferien/", closed.closed_days, name="closed-days"),
    path("planung/ferien/neu/", closed.holiday_add, name="holiday-add"),
    path("planung/ferien/<int:pk>/entfernen/", closed.holiday_remove, name="holiday-remove"),
    path("planung/schliesstage/neu/", closed.closing_add, name="closing-add"),
    path("planung/schliesstage/<int:pk>/entfernen/", closed.closing_remove, name="closing-remove"),
    path("planung/teams/", settings.teams, name="teams"),
    path("planung/teams/<str:key>/", settings.team_edit, name="team-edit"),
    path("team/touren/", day.tours, name="my_tours"),
    path("team/touren/halt/<int:pk>/", day.announce, name="announce"),
    path("team/touren/halt/<int:pk>/anders/", day.change_halt, name="change-halt"),
    path("team/touren/halt/<int:pk>/ersatz/", day.replace, name="replace"),
    path("team/touren/tour/<int:pk>/anders/", day.change_day, name="change-day"),
    path("team/touren/tour/<int:pk>/wie-geplant/", day.revoke_day, name="revoke-day"),
    path("team/touren/tour/<int:pk>/blatt.pdf", paper.route_sheet, name="route-sheet"),
]
