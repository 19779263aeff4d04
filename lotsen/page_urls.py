from django.urls import path

from lotsen import pages

app_name = "pages"
urlpatterns = [
    path("sicherheit/", pages.safety, name="safety"),
    path("mitmachen/", pages.join, name="join"),
    path("barrierefreiheit/", pages.accessibility, name="accessibility"),
    path("datenschutz/", pages.privacy, name="privacy"),
    path("impressum/", pages.imprint, name="imprint"),
    path("einfache-sprache/", pages.plain, name="plain"),
    path("gebaerdensprache/", pages.signs, name="signs"),
    path("sprache/", pages.language, name="language"),
    path("konto/", pages.account, name="account"),
    path("konto/ueberall-abmelden/", pages.sign_out, name="sign-out"),
    path("baukasten/", pages.gallery, name="gallery"),
]
