from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from lotsen.assets import build_assets
from lotsen.messages.telephone.fallback import NAME, write_fallback
from lotsen.settings import package_folder


class Command(BaseCommand):
    requires_system_checks = ()
    help = "Makes the stylesheet and the faces of the pages and of the letters; quick where nothing changed."

    def handle(self, *args: Any, **options: Any) -> None:
        made = build_assets(
            kern=package_folder("mkdocs_kern_ux") / "kern-ux" / "vendor" / "kern",
            styles=settings.BASE_DIR / "lotsen" / "styles",
            static_build=settings.STATIC_BUILD,
            fonts=settings.FONTS_DIR,
            catalogue=settings.BASE_DIR / "lotsen" / "people" / "locale" / "de" / "LC_MESSAGES" / "django.po",
        )
        if write_fallback(settings.STATIC_BUILD, settings.HOTLINE_NUMBER, own=settings.TWILIO_NUMBER):
            made = [*made, NAME]
        self.stdout.write("Gemacht: " + ", ".join(made) if made else "Alles ist aktuell.")
