import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lotsen.settings")
application = get_wsgi_application()
_ = get_resolver().url_patterns  # every room is read in before the first caller has to wait for it
