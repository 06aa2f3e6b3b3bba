"""Every address of the site. Each name has a door in `config/doors.py`; one without a door is refused."""

from django.urls import URLPattern, URLResolver, include, path, register_converter

from machikado.town.common.codes import CodeConverter, DigestConverter
from machikado.town.common.showcase import components
from machikado.town.config import views
from machikado.town.work.api import api

register_converter(CodeConverter, "code")
register_converter(DigestConverter, "digest")

handler500 = views.broken

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.front, name="front"),
    path("look/", components, name="components"),
    path("", include("machikado.town.common.urls")),
    path("", include("machikado.town.people.urls")),
    path("", include("machikado.town.law.urls")),
    path("", include("machikado.town.work.urls")),
    path("drive/", include("machikado.town.drive.urls")),
    path("ride/", include("machikado.town.ride.urls")),
    path("transit/", include("machikado.town.transit.urls")),
    path("api/v1/", api.urls),
]
