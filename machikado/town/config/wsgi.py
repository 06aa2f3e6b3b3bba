"""The WSGI door for granian or any other server."""

import faulthandler
import os

from django.core.wsgi import get_wsgi_application

faulthandler.enable()  # a process that crashes says in the log where it was
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "machikado.town.config.settings")
application = get_wsgi_application()

from machikado.town.ride.planning.warming import warm_later  # noqa: E402  it reads the settings

warm_later()
