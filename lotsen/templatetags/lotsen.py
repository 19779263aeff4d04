"""The tags that pages are built from: icons, spoken numbers, dates and form fields with KERN's markup."""

import datetime
from collections.abc import Iterable

from django import template
from django.forms import BaseForm, BoundField, Field
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lotsen.icons import ICONS, SHAPE_NAMES, SHAPES
from lotsen.kernel import calendar
from lotsen.navigation import Link, links_for
from lotsen.spoken import grouped_phone, reference_groups
from lotsen.spoken import said as said_here

register = template.Library()

NO_BREAK = "\xa0"
MONTH_LETTERS = 4  # "März", "Juni", "Juli" stay whole on a leaf


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """Draw the icon ``name`` of ``lotsen.icons``; it is decoration, the word stands beside it."""
    return format_html(
        '<svg class="l-ic {}" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{}</svg>',
        css,
        mark_safe(ICONS[name]),  # noqa: S308 - our own constants
    )


@register.simple_tag
def team_shape(number: int) -> SafeString:
    """Draw the mark of team ``number`` (from 1): circle, square, diamond, triangle, hexagon, cross."""
    at = (int(number) - 1) % len(SHAPES)
    return format_html(
        '<svg class="l-shape t-{}" viewBox="0 0 18 18" aria-hidden="true" focusable="false">{}</svg>',
        at + 1,
        mark_safe(SHAPES[at]),  # noqa: S308 - our own constants
    )


@register.filter
def shape_name(number: int) -> str:
    """Name the mark of a team, for legends: "Kreis", "Quadrat" and so on."""
    return _(SHAPE_NAMES[(int(number) - 1) % len(SHAPE_NAMES)])


@register.filter
def said(text: object) -> str:
    """Say a sentence of a pure module, or the name of a topic, in the language of the page."""
    return said_here(text)


@register.filter
def phone(number: str) -> str:
    """Show a telephone number in spoken groups: 030 231 25 100."""
    return grouped_phone(str(number or ""))


@register.simple_tag
def phone_link(number: str, css: str = "l-link l-nowrap", name: str = "") -> SafeString:
    """Link a number to the telephone; ``name`` is added for screen readers ("Anrufen: Frau Krause")."""
    return format_html(
        '<a class="{}" href="tel:{}">{}{}</a>',
        css,
        "".join(c for c in str(number) if c.isdigit() or c == "+"),
        format_html('<span class="l-vh">{}: </span>', name) if name else "",
        grouped_phone(str(number)),
    )


@register.simple_tag
def reference(number: str, size: str = "") -> SafeString:
    """Show a reference in groups 3-3-1; it is read digit by digit and copied without spaces. Size "", "s" or "i"."""
    groups = reference_groups(str(number))
    spoken = ", ".join(" ".join(group) for group in groups)
    shown = format_html_join("", "<i>{}</i>", ((group,) for group in groups))
    css = f"l-ref l-ref--{size}" if size else "l-ref"
    return format_html(
        '<span class="{}"><span class="l-vh">{}</span><span aria-hidden="true">{}</span></span>', css, spoken, shown
    )


@register.filter
def plain_reference(number: str) -> str:
    """Write a reference as running text: 482 615 6."""
    return NO_BREAK.join(reference_groups(str(number)))


def berlin_date(value: datetime.date | datetime.datetime) -> datetime.date:
    """Return the date in Berlin of an aware datetime, or the date itself."""
    if isinstance(value, datetime.datetime):
        return calendar.local_date(value) if timezone.is_aware(value) else value.date()
    return value


def is_english() -> bool:
    """Say whether the page is being written in English."""
    return (get_language() or "de").startswith("en")


@register.filter
def day(value: datetime.date | datetime.datetime | None) -> str:
    """Write a day in full without its year: "Dienstag, 1. Dezember"; day and month stay in one line."""
    if not value:
        return ""
    weekday, _comma, rest = calendar.long_date(berlin_date(value), language=get_language() or "de").partition(", ")
    return f"{weekday}, {rest.replace(' ', NO_BREAK)}"


@register.filter
def day_short(value: datetime.date | datetime.datetime | None) -> str:
    """Write a day for staff: "Di, 1. Dezember"."""
    weekday, comma, rest = day(value).partition(", ")
    return f"{weekday[:3] if is_english() else weekday[:2]}{comma}{rest}"


@register.filter
def clock(value: datetime.datetime | datetime.time | int | None) -> str:
    """Write a time of day as "10:30 Uhr"; takes an aware datetime, a time or minutes after midnight."""
    shown = bare_clock(value)
    return shown if is_english() or not shown else f"{shown}{NO_BREAK}Uhr"


@register.filter
def bare_clock(value: datetime.datetime | datetime.time | int | None) -> str:
    """Write a time of day as "10:30", for tables and lanes."""
    return "" if value is None or value == "" else calendar.clock(value)


@register.inclusion_tag("components/leaf.html")
def leaf(value: datetime.date | datetime.datetime) -> dict[str, object]:
    """Draw a leaf of a calendar; decoration, the full date stands beside it as text."""
    at = berlin_date(value)
    month = day(at).rpartition(NO_BREAK)[2]
    short = month if len(month) <= MONTH_LETTERS else month[:3] + ("" if is_english() else ".")
    return {"weekday": day_short(at).partition(",")[0], "number": at.day, "month": short}


@register.inclusion_tag("components/tag.html")
def tag(text: str, kind: str = "", icon: str = "") -> dict[str, str]:
    """Show a short state; kind is "", "good", "warn", "bad" or "amber"."""
    return {"text": text, "kind": kind, "icon": icon}


@register.inclusion_tag("components/phone.html", takes_context=True)
def big_phone(context: template.Context, lead: str = "") -> dict[str, object]:
    """Show the hotline as the biggest thing on a page, with its hours."""
    return {
        "lead": lead or _("Am einfachsten: Rufen Sie uns an."),
        "hotline": context.get("hotline"),
        "hotline_tel": context.get("hotline_tel"),
        "hotline_hours": context.get("hotline_hours"),
    }


# --- forms -------------------------------------------------------------------------------------

STYLES = {
    "CheckboxInput": "tick",
    "RadioSelect": "choice",
    "CheckboxSelectMultiple": "choice",
    "Select": "select",
    "SelectMultiple": "select",
    "NullBooleanSelect": "select",
    "Textarea": "textarea",
    "ClearableFileInput": "file",
    "FileInput": "file",
}
CSS_OF_STYLE = {
    "input": "kern-form-input__input",
    "textarea": "kern-form-input__input",
    "select": "kern-form-input__select",
    "file": "kern-form-input__input",
    "tick": "kern-form-check__checkbox",
}


def style_of(bound: BoundField) -> str:
    """Choose how a field is drawn, by its widget and the classes that the widget comes from."""
    names = [cls.__name__ for cls in type(bound.field.widget).__mro__]
    return next((STYLES[name] for name in names if name in STYLES), "input")


def drawn_widget(bound: BoundField, style: str) -> SafeString:
    """Render the control itself with KERN's class, its error state and what describes it."""
    own = bound.field.widget.attrs.get("class", "")
    css = f"{CSS_OF_STYLE.get(style, '')} {own}".strip()
    if bound.errors and style in {"input", "textarea", "file"}:
        css += " kern-form-input__input--error"
    return bound.as_widget(attrs={"class": css, "placeholder": False})


@register.inclusion_tag("components/field/field.html")
def field(
    bound: BoundField,
    style: str = "",
    width: str = "",
    heading: bool = False,
    label: str = "",
    hint: str = "",
) -> dict[str, object]:
    """Draw one field with label, hint, error and control.

    ``style``: "" (by widget), "choice", "chips", "tri", "tick", "select", "textarea"; ``width``: "" or a class
    such as "l-f3"; ``heading``: the label is the h1 of a question page.
    """
    drawn = style or style_of(bound)
    described = [f"{bound.auto_id}_helptext"] if (hint or bound.help_text) else []
    described += [f"{bound.auto_id}_error"] if bound.errors else []
    return {
        "field": bound,
        "style": drawn,
        "grouped": drawn in {"choice", "chips", "tri"},
        "template": f"components/field/{drawn}.html" if drawn in {"choice", "chips", "tri"} else "",
        "widget": "" if drawn in {"choice", "chips", "tri"} else drawn_widget(bound, drawn),
        "width": width,
        "heading": heading,
        "label": label or bound.label,
        "hint": hint or bound.help_text,
        "described": " ".join(described),
        "optional": not bound.field.required and drawn != "tick",
    }


@register.inclusion_tag("components/field/fields.html")
def fields(form: BaseForm) -> dict[str, object]:
    """Draw all fields of a form, one under the other, hidden ones included."""
    return {"form": form}


@register.inclusion_tag("components/errors.html")
def error_summary(*forms: BaseForm | None) -> dict[str, object]:
    """List what is wrong, above the form, with links to the fields; nothing where nothing is wrong."""
    return {"errors": [entry for form in forms if form is not None for entry in form_errors(form)]}


def form_errors(form: BaseForm) -> Iterable[dict[str, str]]:
    """Yield every error of a form with the id of the control that it belongs to."""
    if not form.is_bound:
        return
    for sentence in form.non_field_errors():
        yield {"sentence": str(sentence), "target": ""}
    for name in form.errors:
        if name in form.fields:
            bound = form[name]
            for sentence in bound.errors:
                yield {"sentence": named(str(sentence), bound), "target": target_of(bound)}


def named(sentence: str, bound: BoundField) -> str:
    """Say which field is meant where the sentence is the general one; a field's own sentence says it itself."""
    general = str(Field.default_error_messages["required"])
    return f"{bound.label}: {sentence}" if sentence == general else sentence


def target_of(bound: BoundField) -> str:
    """Return the id of the first control of a field."""
    grouped = style_of(bound) == "choice"
    return f"{bound.auto_id}_0" if grouped else str(bound.auto_id)


@register.filter
def first_line(text: object) -> str:
    """Return the name of a choice: what stands before the first line break of its label."""
    return str(text).partition("\n")[0]


@register.filter
def other_lines(text: object) -> str:
    """Return the explanation of a choice: what stands after the first line break of its label."""
    return str(text).partition("\n")[2]


# --- navigation --------------------------------------------------------------------------------


@register.simple_tag(takes_context=True)
def navigation(context: template.Context, area: str) -> list[Link]:
    """Return the links of an area that the signed-in user may use, the current one marked."""
    request = context.get("request")
    # The public footer is the same for everybody: asking who reads it would open the session and spoil caching.
    user = None if area == "public" else getattr(request, "user", None)
    return links_for(area, user=user, path=getattr(request, "path", ""))


@register.simple_tag(takes_context=True)
def page_url(context: template.Context, number: int, name: str = "seite") -> str:
    """Return the query of the present page with another page number, filters kept."""
    query = context["request"].GET.copy()
    query[name] = str(number)
    return f"?{query.urlencode()}"
