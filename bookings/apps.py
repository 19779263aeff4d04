from django.apps import AppConfig


class BookingsConfig(AppConfig):
    name = "bookings"
    label = "bookings"

    def ready(self) -> None:
        from bookings import queries  # noqa: PLC0415 - models exist only when the app is ready
        from lotsen.messages.wanted import register_still_wanted  # noqa: PLC0415 - as above

        register_still_wanted(queries.KINDS_OF_A_COMING_VISIT, queries.is_still_to_come)
        register_still_wanted(queries.KINDS_OF_AN_OPEN_OFFER, queries.is_still_offered)
