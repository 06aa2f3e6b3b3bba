"""Django's name for this folder."""

from django.apps import AppConfig


class TransitConfig(AppConfig):
    """The app `transit`; what it is for stands in its README."""

    name = "machikado.town.transit"
    label = "transit"
