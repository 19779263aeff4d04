import datetime

import pytest
from django import forms
from django.template import Context, Template
from django.utils import translation

from lotsen.icons import ICONS, SHAPES
from lotsen.templatetags import lotsen as tags

BERLIN = datetime.datetime(2026, 11, 30, 23, 15, tzinfo=datetime.UTC)  # 0:15 on 1 December in Berlin


def rendered(source: str, **context) -> str:
    return Template(source).render(Context(context))


class Form(forms.Form):
    name = forms.CharField(label="Name", help_text="Wie im Brief.")
    topics = forms.MultipleChoiceField(
        label="Thema", choices=[("tv", "Fernseher\nSendungen"), ("x", "Anderes")], widget=forms.CheckboxSelectMultiple
    )
    note = forms.CharField(label="Notiz", required=False)
    agreed = forms.BooleanField(label="Ja, gern")


@pytest.mark.parametrize("name", ICONS)
def test_icons_are_decoration_without_inline_style(name):
    svg = tags.icon(name)
    assert svg.startswith('<svg class="l-ic " viewBox="0 0 24 24" aria-hidden="true" focusable="false">')
    assert "style=" not in svg


def test_every_team_has_its_own_shape():
    drawn = {tags.team_shape(number).partition(">")[2] for number in range(1, len(SHAPES) + 1)}
    assert len(drawn) == len(SHAPES)


def test_a_reference_is_read_by_digit_and_shown_in_groups():
    assert tags.reference("482 6156") == (
        '<span class="l-ref"><span class="l-vh">4 8 2, 6 1 5, 6</span>'
        '<span aria-hidden="true"><i>482</i><i>615</i><i>6</i></span></span>'
    )
    assert tags.plain_reference("4826156") == "482\xa0615\xa06"


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("+493023125100", "030 231 25 100"),
        ("+491713920080", "0171 392 00 80"),
        ("+493511234567", "0351 123 45 67"),
        ("+4312345678", "+43 1 2345678"),
        ("keine", "keine"),
        ("", ""),
    ],
)
def test_phone_numbers_stand_in_spoken_groups(number, shown):
    assert tags.phone(number) == shown


def test_phone_link_says_whose_number_it_is():
    assert tags.phone_link("+493511234567", "kern-btn", "Frau <Krause>") == (
        '<a class="kern-btn" href="tel:+493511234567"><span class="l-vh">Frau &lt;Krause&gt;: </span>0351 123 45 67</a>'
    )


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("de", ["Dienstag, 1.\xa0Dezember", "Di, 1.\xa0Dezember", "0:15\xa0Uhr", "0:15"]),
        ("en", ["Tuesday, 1\xa0December", "Tue, 1\xa0December", "0:15", "0:15"]),
    ],
)
def test_dates_are_those_of_berlin(language, shown):
    with translation.override(language):
        assert [tags.day(BERLIN), tags.day_short(BERLIN), tags.clock(BERLIN), tags.bare_clock(BERLIN)] == shown


def test_missing_dates_stay_empty_and_minutes_are_a_time():
    assert [tags.day(None), tags.clock(None), tags.clock(630)] == ["", "", "10:30\xa0Uhr"]


def test_a_leaf_is_decoration():
    assert rendered("{% leaf at %}", at=datetime.date(2026, 9, 3)).strip() == (
        '<span class="l-leaf" aria-hidden="true"><b>Do</b><span>3</span><small>Sep.</small></span>'
    )


def test_a_field_is_tied_to_its_hint_and_error():
    html = rendered("{% field form.name %}", form=Form(data={}))
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'aria-invalid="true"' in html
    assert '<p class="l-hint" id="id_name_helptext">Wie im Brief.</p>' in html
    assert '<p class="kern-error" id="id_name_error">' in html
    assert '<label class="kern-label" for="id_name">Name</label>' in html
    fine = rendered("{% field form.name %}", form=Form())
    assert 'aria-describedby="id_name_helptext"' in fine
    assert "kern-error" not in fine


def test_a_choice_explains_itself_behind_the_line_break():
    html = rendered("{% field form.topics heading=True %}", form=Form(data={"topics": ["tv"]}))
    assert '<legend><h1 class="kern-heading-x-large">Thema</h1></legend>' in html
    assert (
        '<label for="id_topics_0"><input class="kern-form-check__checkbox" type="checkbox" name="topics" value="tv" '
        'id="id_topics_0" checked><span><b>Fernseher</b><small>Sendungen</small></span></label>'
    ) in html
    assert 'value="x" id="id_topics_1"><span><b>Anderes</b></span></label>' in html


def test_optional_is_said_and_required_is_not():
    assert "– Optional" in rendered("{% field form.note %}", form=Form())
    assert "– Optional" not in rendered("{% field form.name %}", form=Form())


def test_a_single_tick_has_its_words_beside_it():
    html = rendered("{% field form.agreed %}", form=Form())
    assert '<label class="l-tick-l" for="id_agreed"><input type="checkbox"' in html
    assert "<span>Ja, gern</span></label>" in html


def test_the_error_summary_leads_to_the_controls():
    html = rendered("{% error_summary form other %}", form=Form(data={"name": "Krause", "agreed": "on"}), other=None)
    assert '<h2 id="fehler">Bitte prüfen Sie eine Angabe</h2>' in html
    assert '<a href="#id_topics_0">' in html
    assert rendered("{% error_summary form %}", form=Form()).strip() == ""


def test_what_people_typed_is_escaped():
    html = rendered("{% field form.name %}{% error_summary form %}", form=Form(data={"name": '"><script>'}))
    assert "<script>" not in html
    assert "&quot;&gt;&lt;script&gt;" in html
