"""Which question comes, which is next, and how many there are."""

from bookings.questions import BY_KEY, asked, first_open, is_open_to, neighbours, position, relevant

SELF = {"address": {}, "for": {"caller": "self"}}
PLAIN = ["address", "for", "topics", "goal", "times", "needs", "wish", "name", "phone", "reach"]


def keys(pages):
    return [page.key for page in pages]


def test_for_oneself_the_short_way():
    assert keys(asked(SELF)) == PLAIN


def test_for_another_two_more_and_with_needs_and_email_one_more_each():
    answers = {"for": {"caller": "family"}, "needs": {"needs": ["dog"]}, "reach": {"reach_by": ["email"]}}
    assert keys(asked(answers)) == [*PLAIN[:2], "caller", "known", *PLAIN[2:6], "consent", *PLAIN[6:], "email"]


def test_progress_counts_only_what_is_asked():
    assert position(BY_KEY["topics"], SELF) == (3, 10)
    assert position(BY_KEY["topics"], {"for": {"caller": "care"}}) == (5, 12)


def test_neighbours():
    assert keys(neighbours(BY_KEY["topics"], SELF)) == ["for", "goal"]
    assert neighbours(BY_KEY["address"], SELF)[0] is None
    assert neighbours(BY_KEY["reach"], SELF)[1] is None


def test_a_page_opens_only_when_everything_before_it_is_answered():
    assert first_open(SELF) == BY_KEY["topics"]
    assert is_open_to(BY_KEY["topics"], SELF)
    assert is_open_to(BY_KEY["for"], SELF)
    assert not is_open_to(BY_KEY["goal"], SELF)
    assert not is_open_to(BY_KEY["email"], {key: {} for key in PLAIN})


def test_answers_to_questions_that_are_no_longer_asked_stay_behind():
    answers = {**SELF, "caller": {"caller_name": "Jana"}, "topics": {"topics": ["fotos"]}}
    assert relevant(answers) == {**SELF, "topics": {"topics": ["fotos"]}}
