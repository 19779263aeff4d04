from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "lotsen.kernel"
    label = "kernel"
