from django.apps import AppConfig


class BookingsConfig(AppConfig):
    name = "bookings"
    label = "bookings"

    def ready(self) -> None:
        from bookings import (  # noqa: PLC0415 - models exist only when the app is ready
            calendar_links,
            exports,
            first_visits,
            given_words,
            queries,
            reminders,
            safe_alarms,
            safe_return,
        )
        from bookings.queries import post  # noqa: PLC0415 - as above
        from lotsen.messages.call_answers import register_call_answer  # noqa: PLC0415 - as above
        from lotsen.messages.spoken_secrets import register  # noqa: PLC0415 - as above
        from lotsen.messages.wanted import register_still_wanted  # noqa: PLC0415 - as above
        from lotsen.people.exports import register_export  # noqa: PLC0415 - as above
        from lotsen.people.sign_outs import register_key  # noqa: PLC0415 - as above

        register_still_wanted(queries.KINDS_OF_A_COMING_VISIT, queries.is_still_to_come)
        register_still_wanted(first_visits.TOLD, first_visits.is_still_along)
        register_still_wanted(reminders.KINDS, reminders.is_still_planned)
        register_still_wanted(queries.KINDS_OF_AN_OPEN_OFFER, queries.is_still_offered)
        register_still_wanted(post.KINDS_OF_AN_OPEN_PROPOSAL, post.is_still_proposed)
        register_still_wanted([given_words.CALL], given_words.is_call_wanted)
        register(given_words.CALL, given_words.word_of_call)
        register_call_answer([given_words.CALL], given_words.note_answer)
        register_still_wanted([*safe_alarms.TO_GUIDE, safe_alarms.OVERDUE, safe_alarms.PLAN], safe_return.is_still_out)
        register_call_answer([safe_alarms.ASKED], safe_return.note_call_answer)
        register_key(calendar_links.drop_link)
        for key, kind in exports.EXPORTS.items():
            register_export(key, kind)
