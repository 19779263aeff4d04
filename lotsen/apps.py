from django.apps import AppConfig


class LotsenConfig(AppConfig):
    name = "lotsen"
    label = "lotsen"
