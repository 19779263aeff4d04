"""Courses: the coordinators' list with its ticks, and the volunteers' own page."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lotsen.kernel.calendar import local_date
from lotsen.kernel.errors import Refused
from lotsen.kernel.journal import record_reads
from lotsen.people.access import role_required
from lotsen.people.models import Role
from volunteers import courses as verbs
from volunteers.forms.hours import CourseForm
from volunteers.models import Course, CoursePlace, Volunteer

PAGE = 25


@role_required(Role.COORDINATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def courses(request: HttpRequest) -> HttpResponse:
    """All courses, the newest first; POST announces one."""
    form, now = CourseForm(request.POST if request.method == "POST" else None), timezone.now()
    if request.method == "POST" and form.is_valid():
        row = verbs.add_course(**form.values(), by=request.user, at=now)
        messages.success(request, _("Der Kurs ist angekündigt. Lotsinnen und Lotsen können sich anmelden."))
        return redirect("volunteers:course", row.pk)
    page = Paginator(Course.objects.select_related("topic"), PAGE).get_page(request.GET.get("seite"))
    context = {"page": page, "form": form, "today": local_date(now)}
    return TemplateResponse(request, "volunteers/hours/courses.html", context, status=422 if form.is_bound else 200)


@role_required(Role.COORDINATOR)
@require_safe
def course(request: HttpRequest, pk: int) -> HttpResponse:
    """One course with its list of people."""
    row, now = get_object_or_404(Course.objects.select_related("topic"), pk=pk), timezone.now()
    places = list(row.held_places.select_related("volunteer__user").order_by("volunteer__user__name", "pk"))
    record_reads([one.volunteer for one in places], fields=["name"], why="course", by=request.user, at=now)
    others = Volunteer.objects.exclude(state__in=verbs.NOT_ASKED).exclude(course_places__course=row)
    context = {
        "row": row,
        "places": places,
        "is_over": row.on <= local_date(now),
        "can_add": row.on >= local_date(now) and row.free > 0,
        "others": others.select_related("user").order_by("user__name", "pk")[:2000],
    }
    return TemplateResponse(request, "volunteers/hours/course.html", context)


@role_required(Role.COORDINATOR)
@require_POST
def course_act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Tick who was there, or enter somebody who called: `anwesend`, `anmelden`."""
    row, now = get_object_or_404(Course, pk=pk), timezone.now()
    try:
        if verb == "anwesend":
            there = {
                int(one) for one in request.POST.getlist("da") if one.isascii() and one.isdigit() and len(one) < 12
            }
            gives = bool(request.POST.get("schulung"))
            count = verbs.tick_attendance(row, attended=there, gives_training=gives, by=request.user, at=now)
            messages.success(request, _("Gespeichert. Da waren: %(count)d.") % {"count": count})
        elif verb == "anmelden":
            key = request.POST.get("wer", "").replace("\x00", "")[:40]
            verbs.sign_up(row, get_object_or_404(Volunteer, key=key), by=request.user, at=now)
            messages.success(request, _("Angemeldet."))
        else:
            raise Http404
    except Refused as no:
        messages.error(request, no.sentence)
    return redirect("volunteers:course", row.pk)


@role_required(Role.VOLUNTEER)
@require_safe
def own_courses(request: HttpRequest) -> HttpResponse:
    """Courses that I can take, and those that I took part in."""
    volunteer, today = get_object_or_404(Volunteer, user=request.user), local_date(timezone.now())
    mine = CoursePlace.objects.filter(volunteer=volunteer).select_related("course")
    signed = {place.course_id for place in mine}
    coming = Course.objects.filter(on__gte=today).order_by("on", "starts", "pk")[:50]
    context = {
        "coming": [(row, row.pk in signed) for row in coming],
        "attended": mine.filter(attended=True).order_by("-course__on", "-pk")[:50],
    }
    return TemplateResponse(request, "volunteers/hours/own_courses.html", context)


@role_required(Role.VOLUNTEER)
@require_POST
def own_course_act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Take a place, or give it back: `anmelden`, `abmelden`."""
    volunteer, now = get_object_or_404(Volunteer, user=request.user), timezone.now()
    row, acts = get_object_or_404(Course, pk=pk), {"anmelden": verbs.sign_up, "abmelden": verbs.give_back_place}
    if verb not in acts:
        raise Http404
    try:
        acts[verb](row, volunteer, by=request.user, at=now)
    except Refused as no:
        messages.error(request, no.sentence)
    else:
        told = {"anmelden": _("Sie sind angemeldet."), "abmelden": _("Abgemeldet. Danke, dass Sie es sagen.")}
        messages.success(request, told[verb])
    return redirect("volunteers:own-courses")
