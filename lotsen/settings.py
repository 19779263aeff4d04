"""One settings file. Every value can come from the environment; none is needed for a first start.

`docs/operations.md` explains each `LOTSEN_` variable. With `LOTSEN_PRODUCTION=1` the ones without a safe default
must be set, and a missing one stops the start with a sentence.
"""

from __future__ import annotations

import importlib.util
import os
import secrets
from pathlib import Path
from typing import Any

import dj_database_url
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from lotsen.postgres import database_url

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(os.environ.get("LOTSEN_VAR_DIR") or BASE_DIR / "var")


def env_text(name: str, default: str = "") -> str:
    return os.environ.get(name, "").strip() or default


def env_bool(name: str, default: bool = False) -> bool:
    return env_text(name, "1" if default else "0").lower() in ("1", "true", "yes", "on")


def env_int(name: str, default: int) -> int:
    return int(env_text(name, str(default)))


def env_list(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in env_text(name, default).split(",") if part.strip()]


def env_secret(name: str) -> str:
    """A secret from the environment; outside production one is made once and kept in the data folder."""
    if value := env_text(name):
        return value
    if PRODUCTION:
        raise ImproperlyConfigured(f"{name} fehlt. Ohne dieses Geheimnis startet Lotsen nicht.")
    kept = VAR_DIR / "secrets" / name.lower()
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        made = kept.with_suffix(f".{os.getpid()}")
        made.touch(mode=0o600)
        made.write_text(secrets.token_hex(32))
        made.replace(kept)
    return kept.read_text().strip()


def package_folder(name: str) -> Path:
    """Where an installed package lies, without importing it."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise ImproperlyConfigured(f"Das Paket {name} fehlt. Bitte „make .venv“ aufrufen.")
    return Path(spec.origin).parent


# --- the start ------------------------------------------------------------------------------------
PRODUCTION = env_bool("LOTSEN_PRODUCTION")
DEBUG = env_bool("LOTSEN_DEBUG")
SECRET_KEY = env_secret("LOTSEN_SECRET_KEY")
PUBLIC_BASE_URL = env_text("LOTSEN_PUBLIC_BASE_URL", "http://localhost:8000").rstrip("/")
ALLOWED_HOSTS = env_list("LOTSEN_ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = [PUBLIC_BASE_URL]
ROOT_URLCONF = "lotsen.urls"
WSGI_APPLICATION = "lotsen.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SITE_ID = 1

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "procrastinate.contrib.django",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "django_htmx",
    "js_lib_leaflet",
    "csp",
    "rest_framework",
    "drf_spectacular",
    "lotsen",
    "lotsen.kernel",
    "lotsen.people",
    "lotsen.places",
    "lotsen.messages",
    "lotsen.messages.simulator",
    "lotsen.figures",
    "touring",
    "volunteers",
    "bookings",
    "api",
]

MIDDLEWARE = [
    "lotsen.health.HealthMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "lotsen.headers.HeadersMiddleware",
    "lotsen.gate.PublicFormGate",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "api.problems.ProblemMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "lotsen.headers.NulMiddleware",
]

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["lotsen.templatetags.lotsen"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "lotsen.context.city",
            ],
        },
    }
]

# --- database, cache, queue -----------------------------------------------------------------------
DATABASES = {
    "default": dj_database_url.parse(
        database_url(os.environ, BASE_DIR), conn_max_age=env_int("LOTSEN_DB_CONN_MAX_AGE", 300), conn_health_checks=True
    )
}
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"},
    "local": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "local"},
}
PROCRASTINATE_ON_APP_READY = None
PROCRASTINATE_IMPORT_PATHS = [
    "lotsen.messages.queue_tasks",
    "bookings.queue_tasks",
    "bookings.door_tasks",
    "bookings.safe_tasks",
    "bookings.round_tasks",
    "bookings.week_tasks",
]  # beside every room's tasks

# --- people ---------------------------------------------------------------------------------------
AUTH_USER_MODEL = "people.User"
SILENCED_SYSTEM_CHECKS = ["auth.W004"]  # e-mail is unique whatever its case: user_email_unique
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "desk"
LOGOUT_REDIRECT_URL = "start"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "lotsen.people.adapter.AccountAdapter"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/300s/key"}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION
MFA_TOTP_ISSUER = "Lotsen"
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "stadt",
                "name": env_text("LOTSEN_OIDC_NAME", "Stadt-Anmeldung"),
                "client_id": env_text("LOTSEN_OIDC_CLIENT_ID"),
                "secret": env_text("LOTSEN_OIDC_SECRET"),
                "settings": {"server_url": env_text("LOTSEN_OIDC_ISSUER")},
            }
        ]
        if env_text("LOTSEN_OIDC_ISSUER")
        else [],
    }
}
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "lotsen.pages.csrf_failure"

# --- language, time -------------------------------------------------------------------------------
LANGUAGE_CODE = "de"
LANGUAGES = [("de", _("Deutsch")), ("en", _("Englisch"))]
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "lotsen" / "people" / "locale"]
FORMAT_MODULE_PATH = ["lotsen.formats"]
LANGUAGE_COOKIE_NAME = "lotsen_language"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Berlin"

# --- static files, security -----------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATIC_BUILD = VAR_DIR / "static-build"
FONTS_DIR = VAR_DIR / "fonts"
STATICFILES_DIRS = [BASE_DIR / "static", STATIC_BUILD]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "lotsen.static_files.UsedFilesFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = VAR_DIR / "media"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:", *env_list("LOTSEN_TILES_ORIGIN")],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "worker-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
if PRODUCTION:
    SECURE_SSL_REDIRECT = env_bool("LOTSEN_SSL_REDIRECT", True)
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"
TRUSTED_PROXIES = env_int("LOTSEN_TRUSTED_PROXIES", 0)
STATUS_TRIES_PER_REFERENCE = env_int("LOTSEN_STATUS_TRIES_PER_REFERENCE", 5)
WEB_REQUESTS_PER_ADDRESS = env_int("LOTSEN_WEB_REQUESTS_PER_ADDRESS", 40)
CARD_TRIES_PER_ADDRESS = env_int("LOTSEN_CARD_TRIES_PER_ADDRESS", 5)
SURVEY_TRIES_PER_ADDRESS = env_int("LOTSEN_SURVEY_TRIES_PER_ADDRESS", 20)
STATUS_TRIES_PER_ADDRESS = env_int("LOTSEN_STATUS_TRIES_PER_ADDRESS", 60)
PUBLIC_FORMS_AT_ONCE = env_int("LOTSEN_PUBLIC_FORMS_AT_ONCE", 1)
PUBLIC_FORM_PATHS = ("/hausbesuch/", "/fahrplan/", "/rueckmeldung/", "/mitmachen/")
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500

# --- the city -------------------------------------------------------------------------------------
CITY_NAME = env_text("LOTSEN_CITY_NAME", "Dresden")
HOTLINE_NUMBER = env_text("LOTSEN_HOTLINE_NUMBER", "+493023125100")
HOTLINE_HOURS = env_text("LOTSEN_HOTLINE_HOURS")
HOTLINE_HOURS_SHORT = env_text("LOTSEN_HOTLINE_HOURS_SHORT", "Mo bis Fr, 9 bis 17\xa0Uhr")
HOTLINE_HOURS_SHORT_ENGLISH = env_text("LOTSEN_HOTLINE_HOURS_SHORT_ENGLISH", "Mon to Fri, 9 to 17")
PARTNER_NAME = env_text("LOTSEN_PARTNER_NAME")
LETTER_RETURN_LINE = env_text("LOTSEN_LETTER_RETURN_LINE", "Lotsen · Altmarkt 1 · 01067 Dresden")
LETTER_SIGNATURE = env_text("LOTSEN_LETTER_SIGNATURE", "Ihre Lotsen")
HOLIDAYS_STATE = env_text("LOTSEN_HOLIDAYS_STATE", "SN")

# --- places ---------------------------------------------------------------------------------------
GEODATA_DIR = env_text("LOTSEN_GEODATA_DIR")
GEOCODER = env_text("LOTSEN_GEOCODER")
GEOCODER_DOMAIN = env_text("LOTSEN_GEOCODER_DOMAIN")
GEOCODER_SECONDS_BETWEEN = float(env_text("LOTSEN_GEOCODER_SECONDS_BETWEEN", "1"))
ROUTER = env_text("LOTSEN_ROUTER")
ROUTER_URL = env_text("LOTSEN_ROUTER_URL")
ROUTER_DATA_VERSION = env_text("LOTSEN_ROUTER_DATA_VERSION")
PLANNING_WORKERS = env_int("LOTSEN_PLANNING_WORKERS", 2)
PLANNING_PARTS_FROM = env_int("LOTSEN_PLANNING_PARTS_FROM", 300)
PLANNING_PARTS_AT_ONCE = env_int("LOTSEN_PLANNING_PARTS_AT_ONCE", PLANNING_WORKERS)
TILES_URL = env_text("LOTSEN_TILES")
TILES_ATTRIBUTION = env_text("LOTSEN_TILES_ATTRIBUTION")
POSTAL_CODES = env_list("LOTSEN_POSTAL_CODES")

# --- messages -------------------------------------------------------------------------------------
EMAIL_HOST = env_text("LOTSEN_SMTP_HOST")
EMAIL_PORT = env_int("LOTSEN_SMTP_PORT", 25)
EMAIL_HOST_USER = env_text("LOTSEN_SMTP_USER")
EMAIL_HOST_PASSWORD = env_text("LOTSEN_SMTP_PASSWORD")
EMAIL_USE_TLS = env_bool("LOTSEN_SMTP_TLS")
EMAIL_TIMEOUT = 15
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend" if EMAIL_HOST else "django.core.mail.backends.filebased.EmailBackend"
)
EMAIL_FILE_PATH = VAR_DIR / "mail"
DEFAULT_FROM_EMAIL = env_text("LOTSEN_FROM_EMAIL", "Lotsen <lotsen@example.org>")
SIMULATOR = env_bool("LOTSEN_SIMULATOR")
if PRODUCTION and SIMULATOR:
    raise ImproperlyConfigured("LOTSEN_SIMULATOR zeigt allen jede SMS und jeden Brief: nicht im Betrieb.")
TWILIO_BASE_URL = env_text("LOTSEN_TWILIO_BASE_URL", f"{PUBLIC_BASE_URL}/telefonnetz/api" if SIMULATOR else "")
TWILIO_ACCOUNT_SID = env_text("LOTSEN_TWILIO_ACCOUNT_SID", "AC" + "0" * 32)
TWILIO_AUTH_TOKENS = env_list("LOTSEN_TWILIO_AUTH_TOKENS") or [env_secret("LOTSEN_TWILIO_AUTH_TOKEN")]
TWILIO_NUMBER = env_text("LOTSEN_TWILIO_NUMBER", "+493023125101")
# Push services of the browsers; the key that signs is made at the first start and kept in the data folder.
PUSH_HOSTS = env_list(
    "LOTSEN_PUSH_HOSTS",
    "fcm.googleapis.com,updates.push.services.mozilla.com,.push.apple.com,.notify.windows.com",
)
VAPID_KEY = env_text("LOTSEN_VAPID_KEY")
TWILIO_FALLBACK_URL = f"{PUBLIC_BASE_URL}{STATIC_URL}telefon-notfall.xml"
# Thousandths of a euro: one SMS, one call that we make (two minutes), one call of a waiting person put through.
PHONE_PRICES = {
    "sms": env_int("LOTSEN_PHONE_PRICE_SMS", 95),
    "call": env_int("LOTSEN_PHONE_PRICE_CALL", 60),
    "connect": env_int("LOTSEN_PHONE_PRICE_CONNECT", 150),
}
PHONE_DAILY_LIMIT = env_int("LOTSEN_PHONE_DAILY_LIMIT_EURO", 50) * 1000

SMS_PER_NUMBER_A_DAY = env_int("LOTSEN_SMS_PER_NUMBER_A_DAY", 3)
SMS_PER_PREFIX_AN_HOUR = env_int("LOTSEN_SMS_PER_PREFIX_AN_HOUR", 20)
SMS_A_MONTH = env_int("LOTSEN_SMS_A_MONTH", 0)
SMS_WARN_PERCENT = env_int("LOTSEN_SMS_WARN_PERCENT", 80)
ALARM_EMAILS = env_list("LOTSEN_ALARM_EMAILS")
ALARM_PHONES = env_list("LOTSEN_ALARM_PHONES")
PROCRASTINATE_WORKER_DEFAULTS = {"concurrency": env_int("LOTSEN_WORKER_CONCURRENCY", 8)}

# --- machine door ---------------------------------------------------------------------------------
REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_SCHEMA_CLASS": "api.schema.Schema",
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["api.parsers.BoundedJSONParser"],
    "EXCEPTION_HANDLER": "api.problems.handler",
    "URL_FORMAT_OVERRIDE": None,
    "FORMAT_SUFFIX_KWARG": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Lotsen",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "COMPONENT_SPLIT_REQUEST": True,
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_AUTHENTICATION": [],
    "ENUM_NAME_OVERRIDES": {"OfferState": ["open", "accepted", "declined", "expired", "withdrawn", "returned"]},
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "filters": {"secrets": {"()": "lotsen.log_lines.WithoutSecrets"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["secrets"]}},
    "root": {"handlers": ["console"], "level": env_text("LOTSEN_LOG_LEVEL", "WARNING")},
}
