"""Django's name for this folder."""

from django.apps import AppConfig


class RideConfig(AppConfig):
    """The app `ride`; what it is for stands in its README."""

    name = "machikado.town.ride"
    label = "ride"
