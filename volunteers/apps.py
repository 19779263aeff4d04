from django.apps import AppConfig


class VolunteersConfig(AppConfig):
    name = "volunteers"
    label = "volunteers"

    def ready(self) -> None:
        from lotsen.people.cards import register_serves  # noqa: PLC0415 - models exist only when the app is ready
        from lotsen.people.exports import register_export  # noqa: PLC0415 - as above
        from lotsen.people.sign_outs import register_key  # noqa: PLC0415 - as above
        from volunteers import contacts, exports  # noqa: PLC0415 - as above
        from volunteers.queries import is_serving  # noqa: PLC0415 - as above

        register_serves(is_serving)
        register_key(contacts.drop_changes_of)
        for key, kind in exports.EXPORTS.items():
            register_export(key, kind)
