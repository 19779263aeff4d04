from django.apps import AppConfig


class TouringConfig(AppConfig):
    name = "touring"
    label = "touring"
